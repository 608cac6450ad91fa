/*
 * A document's text is passed over member by member, and those that are read
 * are copied.
 * Must not know what filters and sort orders do with them.
 */

#include <stdlib.h>
#include <string.h>

#include "excerpt.h"
#include "filter_tree.h"
#include "text.h"


typedef struct {
    const char  *text;
    size_t       length;
} scim_excerpt_name_t;


struct scim_excerpt_s {
    size_t               n;
    scim_excerpt_name_t  names[];       /* of members */
};


static size_t
scim_excerpt_count(const scim_filter_t *filter)
{
    size_t                n;
    const scim_filter_t  *term;

    if (filter->kind == SCIM_FILTER_COMPARE
        || filter->kind == SCIM_FILTER_ELEMENT)
    {
        return 1;
    }

    n = 0;

    for (term = filter->first; term != NULL; term = term->next) {
        n += scim_excerpt_count(term);
    }

    return n;
}


static void
scim_excerpt_add(scim_excerpt_t *excerpt, const char *name)
{
    size_t  i;

    for (i = 0; i < excerpt->n; i++) {
        if (strcmp(excerpt->names[i].text, name) == 0) {
            return;
        }
    }

    excerpt->names[i].text = name;
    excerpt->names[i].length = strlen(name);
    excerpt->n++;
}


static void
scim_excerpt_add_filter(scim_excerpt_t *excerpt, const scim_filter_t *filter)
{
    const scim_filter_t  *term;

    if (filter->kind == SCIM_FILTER_COMPARE
        || filter->kind == SCIM_FILTER_ELEMENT)
    {
        scim_excerpt_add(excerpt, filter->urn ? filter->urn : filter->name);
        return;
    }

    for (term = filter->first; term != NULL; term = term->next) {
        scim_excerpt_add_filter(excerpt, term);
    }
}


scim_excerpt_t *
scim_excerpt_create(const scim_filter_t *filter, const scim_sort_t *sort)
{
    size_t           n;
    scim_excerpt_t  *excerpt;

    n = 1 + (filter ? scim_excerpt_count(filter) : 0) + (sort != NULL);

    excerpt = malloc(sizeof(scim_excerpt_t)
                     + n * sizeof(scim_excerpt_name_t));
    if (excerpt == NULL) {
        return NULL;
    }

    excerpt->n = 0;
    scim_excerpt_add(excerpt, "id");

    if (filter != NULL) {
        scim_excerpt_add_filter(excerpt, filter);
    }

    if (sort != NULL) {
        scim_excerpt_add(excerpt, scim_sort_attribute(sort));
    }

    return excerpt;
}


void
scim_excerpt_free(scim_excerpt_t *excerpt)
{
    free(excerpt);
}


/* p: a string's first quote. Behind its last one; NULL: there is none. */
static const char *
scim_excerpt_string(const char *p, const char *end)
{
    const char  *quote, *q;

    for (quote = p + 1; quote < end; quote++) {

        quote = memchr(quote, '"', (size_t) (end - quote));
        if (quote == NULL) {
            return NULL;
        }

        q = quote;

        while (q[-1] == '\\') {
            q--;
        }

        if ((quote - q) % 2 == 0) {
            return quote + 1;
        }
    }

    return NULL;
}


/* The same of an object or array, whose first bracket p is. */
static const char *
scim_excerpt_nested(const char *p, const char *end)
{
    size_t  depth;

    depth = 0;

    while (p != NULL && p < end) {

        switch (*p) {

        case '"':
            p = scim_excerpt_string(p, end);
            continue;

        case '{':
        case '[':
            depth++;
            break;

        case '}':
        case ']':
            if (--depth == 0) {
                return p + 1;
            }

            break;
        }

        p++;
    }

    return NULL;
}


/* The same of any value. */
static const char *
scim_excerpt_value(const char *p, const char *end)
{
    if (p == end || *p == ',' || *p == '}') {
        return NULL;
    }

    if (*p == '"') {
        return scim_excerpt_string(p, end);
    }

    if (*p == '{' || *p == '[') {
        return scim_excerpt_nested(p, end);
    }

    while (p < end && *p != ',' && *p != '}') {
        p++;
    }

    return p;
}


/* A name that is escaped may be any. */
static int
scim_excerpt_wants(const scim_excerpt_t *excerpt, const char *name,
    size_t length)
{
    size_t  i;

    for (i = 0; i < excerpt->n; i++) {
        if (excerpt->names[i].length == length
            && scim_text_is(name, length, excerpt->names[i].text))
        {
            return 1;
        }
    }

    return memchr(name, '\\', length) != NULL;
}


size_t
scim_excerpt(const scim_excerpt_t *excerpt, const char *document,
    size_t length, char *text)
{
    int          wanted;
    char        *last;
    const char  *p, *name, *end;

    p = document;
    end = document + length;

    if (length < 2 || *p != '{') {
        return 0;
    }

    last = text;
    *last++ = *p++;

    while (*p == '"') {
        name = p;
        p = scim_excerpt_string(p, end);

        if (p == NULL || p == end || *p != ':') {
            return 0;
        }

        wanted = scim_excerpt_wants(excerpt, name + 1,
                                    (size_t) (p - name) - 2);
        p = scim_excerpt_value(p + 1, end);

        if (p == NULL || p == end) {
            return 0;
        }

        if (wanted) {
            memcpy(last, name, (size_t) (p - name));
            last += p - name;
            *last++ = ',';
        }

        if (*p != ',' || ++p == end) {
            break;
        }
    }

    if (p + 1 != end || *p != '}') {
        return 0;
    }

    if (last[-1] == ',') {
        last--;
    }

    *last++ = '}';

    return (size_t) (last - text);
}
