/*
 * A filter, or what to sort by, and, behind a line that is "---", a document:
 * its excerpt as bytes and, if it is JSON, as it is written. What is looked
 * for is found in it as it is in the whole.
 */

#include "fuzz.h"


typedef struct {
    const scim_filter_t  *filter;      /* one of the two */
    const scim_sort_t    *sort;
} fuzz_excerpt_t;


static void
fuzz_found(const fuzz_excerpt_t *fuzz, const json_t *part, const json_t *full)
{
    scim_sort_key_t  *a, *b;

    if (fuzz->filter != NULL) {
        fuzz_must(scim_filter_match(fuzz->filter, part)
                  == scim_filter_match(fuzz->filter, full));
        return;
    }

    a = scim_sort_key(fuzz->sort, part);
    b = scim_sort_key(fuzz->sort, full);

    fuzz_must(a != NULL && b != NULL);
    fuzz_must(scim_sort_compare(fuzz->sort, a, b) == 0);

    scim_sort_key_free(a);
    scim_sort_key_free(b);
}


/* full: the document as JSON; NULL: its bytes may be anything. */
static void
fuzz_excerpt(const fuzz_excerpt_t *fuzz, const char *document, size_t length,
    const json_t *full)
{
    char            *text;
    size_t           n;
    json_t          *part;
    scim_excerpt_t  *excerpt;

    excerpt = scim_excerpt_create(fuzz->filter, fuzz->sort);
    text = malloc(length);
    fuzz_must(excerpt != NULL && (text != NULL || length == 0));

    n = scim_excerpt(excerpt, document, length, text);
    fuzz_must(n <= length);

    if (full != NULL) {
        part = json_loadb(text, n, 0, NULL);
        fuzz_must(json_is_object(part));
        fuzz_must(json_equal(json_object_get(part, "id"),
                             json_object_get(full, "id"))
                  || json_object_get(full, "id") == NULL);
        fuzz_found(fuzz, part, full);
        json_decref(part);
    }

    free(text);
    scim_excerpt_free(excerpt);
}


static void
fuzz_type(const scim_resource_type_t *type, const char *what, size_t length,
    const char *document, size_t document_length, const json_t *full)
{
    char            *text;
    scim_sort_t     *sort;
    scim_error_t     err;
    scim_filter_t   *filter;
    fuzz_excerpt_t   fuzz;

    sort = NULL;
    filter = scim_filter_parse(type, &fuzz_policies[0], what, length, &err);

    if (filter == NULL) {
        sort = scim_sort_parse(type, &fuzz_policies[0], what, length, 0, &err);

        if (sort == NULL) {
            return;
        }
    }

    fuzz.filter = filter;
    fuzz.sort = sort;
    fuzz_excerpt(&fuzz, document, document_length, NULL);

    if (full != NULL) {
        text = json_dumps(full, JSON_COMPACT);
        fuzz_must(text != NULL);
        fuzz_excerpt(&fuzz, text, strlen(text), full);
        free(text);
    }

    scim_sort_free(sort);
    scim_filter_free(filter);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t         n, length;
    json_t        *full;
    const char    *document;
    scim_error_t   err;

    n = fuzz_split(data, size, &document, &length);
    if (document == NULL) {
        return 0;
    }

    full = scim_json_load(document, length, 32, &err);

    fuzz_type(&scim_user_type, (const char *) data, n, document, length, full);
    fuzz_type(&scim_group_type, (const char *) data, n, document, length,
              full);

    json_decref(full);

    return 0;
}
