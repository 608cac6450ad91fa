/*
 * "bulkId:..." references (RFC 7644, section 3.7.2): found in text, and
 * replaced by ids.
 * Must not know who waits for whom.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE  /* memmem() */
#endif

#include <stdlib.h>
#include <string.h>

#include "bulk_job.h"
#include "text.h"


#define SCIM_BULK_PREFIX_LENGTH  (sizeof(SCIM_BULK_PREFIX) - 1)


typedef struct {
    const scim_bulk_t  *bulk;
    int                 patch;      /* "path" members hold filters           */
    int                 dropped;    /* the value holds an unknown id         */
} scim_bulk_resolver_t;


typedef struct {
    char               *data;
    size_t              length;
    size_t              size;
} scim_bulk_text_t;


/* Where the bulkId ends that stands behind the character before. */
static size_t
scim_bulk_end(const char *text, size_t length, size_t position, char before)
{
    const char  *delimiters;

    switch (before) {

    case '"':
        delimiters = "\"";
        break;

    case '/':
        delimiters = "/?#";
        break;

    default:
        delimiters = " )]";
        break;
    }

    while (position < length && strchr(delimiters, text[position]) == NULL) {
        position++;
    }

    return position;
}


/* Looks up a part of text; -1: no memory. */
static int
scim_bulk_part(const scim_bulk_t *bulk, const char *text, size_t length,
    size_t *entry)
{
    char  *bulk_id;

    bulk_id = scim_text_copy(text, length);
    if (bulk_id == NULL) {
        return -1;
    }

    *entry = scim_bulk_find(bulk, bulk_id);

    free(bulk_id);

    return 0;
}


int
scim_bulk_reference(const scim_bulk_t *bulk, const char *text, size_t length,
    size_t from, int filter, scim_bulk_reference_t *reference)
{
    char         before;
    size_t       name;
    const char  *p;

    for ( ;; ) {
        p = memmem(text + from, length - from, SCIM_BULK_PREFIX,
                   SCIM_BULK_PREFIX_LENGTH);
        if (p == NULL) {
            return 0;
        }

        reference->start = (size_t) (p - text);
        name = reference->start + SCIM_BULK_PREFIX_LENGTH;
        from = name;

        if (reference->start == 0 && !filter) {
            reference->end = length;
            reference->entry = scim_bulk_find(bulk, text + name);
            return 1;
        }

        before = (reference->start == 0) ? '\0' : p[-1];

        if (filter ? before != '"' && before != ' ' : before != '/') {
            continue;
        }

        reference->end = scim_bulk_end(text, length, name, before);

        if (scim_bulk_part(bulk, text + name, reference->end - name,
                           &reference->entry)
            != 0)
        {
            return -1;
        }

        if (reference->entry != SCIM_BULK_NONE || before == '"') {
            return 1;
        }
    }
}


static int
scim_bulk_append(scim_bulk_text_t *text, const char *data, size_t length)
{
    char    *grown;
    size_t   size;

    if (text->size - text->length <= length) {
        size = (text->size + length + 1) * 2;

        grown = realloc(text->data, size);
        if (grown == NULL) {
            return -1;
        }

        text->data = grown;
        text->size = size;
    }

    memcpy(text->data + text->length, data, length);
    text->length += length;

    return 0;
}


/* 1: resolved; 0: an id is unknown; -1: no memory. */
static int
scim_bulk_resolve_references(const scim_bulk_t *bulk, const char *source,
    size_t length, int filter, scim_bulk_text_t *text)
{
    int                     rc;
    size_t                  from;
    const char             *id;
    scim_bulk_reference_t   reference;

    from = 0;

    for ( ;; ) {
        rc = scim_bulk_reference(bulk, source, length, from, filter,
                                 &reference);
        if (rc < 0) {
            return -1;
        }

        if (rc == 0) {
            return scim_bulk_append(text, source + from, length - from)
                   ? -1 : 1;
        }

        id = (reference.entry == SCIM_BULK_NONE)
             ? NULL : bulk->entries[reference.entry].id;

        if (id == NULL) {
            return 0;
        }

        if (scim_bulk_append(text, source + from, reference.start - from) != 0
            || scim_bulk_append(text, id, strlen(id)) != 0)
        {
            return -1;
        }

        from = reference.end;
    }
}


static json_t *
scim_bulk_resolve_text(scim_bulk_resolver_t *resolver, const json_t *value,
    int filter)
{
    int                     rc;
    size_t                  length;
    json_t                 *resolved;
    const char             *source;
    scim_bulk_text_t        text;
    scim_bulk_reference_t   reference;

    source = json_string_value(value);
    length = json_string_length(value);

    rc = scim_bulk_reference(resolver->bulk, source, length, 0, filter,
                             &reference);
    if (rc <= 0) {
        return (rc == 0) ? json_incref((json_t *) value) : NULL;
    }

    memset(&text, 0, sizeof(scim_bulk_text_t));

    rc = scim_bulk_resolve_references(resolver->bulk, source, length, filter,
                                      &text);

    resolved = (rc == 1) ? json_stringn(text.data, text.length) : NULL;
    resolver->dropped = (rc == 0);

    free(text.data);

    return resolved;
}


/*
 * Depth 0: the resource, and an extension's object in it, of which a member
 * can be left out; deeper: complex values, of which a part alone ("type"
 * without "value") would say something else, so that they go as a whole.
 */
static json_t *scim_bulk_resolve_value(scim_bulk_resolver_t *resolver,
    const json_t *value, unsigned depth, int filter);


static json_t *
scim_bulk_resolve_object(scim_bulk_resolver_t *resolver, const json_t *value,
    unsigned depth)
{
    int          filter, extension;
    void        *iter;
    json_t      *result, *member;
    const char  *key;

    result = json_object();

    for (iter = json_object_iter((json_t *) value);
         iter != NULL && result != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        key = json_object_iter_key(iter);
        extension = depth == 0 && scim_text_starts(key, strlen(key), "urn:");
        filter = resolver->patch && scim_text_is(key, strlen(key), "path");

        member = scim_bulk_resolve_value(resolver,
                                         json_object_iter_value(iter),
                                         extension ? 0 : depth + 1, filter);

        if (member == NULL && resolver->dropped && depth == 0) {
            resolver->dropped = 0;
            continue;
        }

        if (json_object_set_new(result, key, member) != 0) {
            json_decref(result);
            result = NULL;
        }
    }

    return result;
}


static json_t *
scim_bulk_resolve_array(scim_bulk_resolver_t *resolver, const json_t *value,
    unsigned depth)
{
    size_t   i;
    json_t  *result, *element, *resolved;

    result = json_array();

    json_array_foreach(value, i, element) {
        resolved = scim_bulk_resolve_value(resolver, element, depth, 0);

        if (resolved == NULL && resolver->dropped) {
            resolver->dropped = 0;
            continue;
        }

        if (json_array_append_new(result, resolved) != 0) {
            json_decref(result);
            return NULL;
        }
    }

    return result;
}


/* NULL: no memory, or the value is to be dropped. */
static json_t *
scim_bulk_resolve_value(scim_bulk_resolver_t *resolver, const json_t *value,
    unsigned depth, int filter)
{
    if (json_is_string(value)) {
        return scim_bulk_resolve_text(resolver, value, filter);
    }

    if (json_is_array(value)) {
        return scim_bulk_resolve_array(resolver, value, depth);
    }

    if (json_is_object(value)) {
        return scim_bulk_resolve_object(resolver, value, depth);
    }

    return json_incref((json_t *) value);
}


int
scim_bulk_resolve(scim_bulk_t *bulk, scim_bulk_entry_t *entry)
{
    scim_bulk_resolver_t  resolver;

    if (!entry->refers) {
        entry->data = json_incref(entry->source);
        return 0;
    }

    resolver.bulk = bulk;
    resolver.patch = (entry->method == SCIM_BULK_PATCH);
    resolver.dropped = 0;

    entry->data = scim_bulk_resolve_object(&resolver, entry->source, 0);

    return (entry->data != NULL) ? 0 : -1;
}
