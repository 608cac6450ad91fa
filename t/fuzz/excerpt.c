/*
 * An excerpt of a document, as bytes and, if it is JSON, as it is written: a
 * filter finds the same in it. Behind a line that is "---" stands the document.
 */

#include "fuzz.h"


static void
fuzz_excerpt(const scim_filter_t *filter, const char *document, size_t length,
    const json_t *full)
{
    char            *text;
    size_t           n;
    json_t          *part;
    scim_excerpt_t  *excerpt;

    excerpt = scim_excerpt_create(filter, NULL);
    text = malloc(length + 1);
    fuzz_must(excerpt != NULL && text != NULL);

    n = scim_excerpt(excerpt, document, length, text);
    fuzz_must(n <= length);

    if (full != NULL) {
        part = json_loadb(text, n, 0, NULL);
        fuzz_must(json_is_object(part));
        fuzz_must(scim_filter_match(filter, part)
                  == scim_filter_match(filter, full));
        json_decref(part);
    }

    free(text);
    scim_excerpt_free(excerpt);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char           *text;
    size_t          i, length;
    json_t         *full;
    const char     *document;
    scim_error_t    err;
    scim_filter_t  *filter;

    document = memmem(data, size, "\n---\n", 5);
    if (document == NULL) {
        return 0;
    }

    length = size - (size_t) (document - (const char *) data) - 5;
    full = scim_json_load(document + 5, length, 32, &err);
    text = full ? json_dumps(full, JSON_COMPACT) : NULL;

    for (i = 0; i < 2; i++) {
        filter = scim_filter_parse(i ? &scim_user_type : &scim_group_type,
                                   &fuzz_policies[0], (const char *) data,
                                   (size_t) (document - (const char *) data),
                                   &err);
        if (filter == NULL) {
            continue;
        }

        fuzz_excerpt(filter, document + 5, length, NULL);

        if (text != NULL) {
            fuzz_excerpt(filter, text, strlen(text), full);
        }

        scim_filter_free(filter);
    }

    free(text);
    json_decref(full);

    return 0;
}
