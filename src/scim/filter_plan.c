/*
 * What can be said of a filter without a resource: the equalities and times
 * that an index could serve, the attributes that it reads.
 * Must not know which indexes there are.
 */

#include <string.h>

#include "filter_tree.h"
#include "text.h"


/* 1: path is "name" or "name.sub" of these, without an URN. */
static int
scim_filter_is_path(const char *path, const char *name, const char *sub)
{
    size_t  n;

    n = strlen(name);

    if (!scim_text_starts(path, strlen(path), name)) {
        return 0;
    }

    if (sub == NULL) {
        return path[n] == '\0';
    }

    return path[n] == '.' && scim_text_is(path + n + 1, strlen(path + n + 1),
                                          sub);
}


/* As scim_resource_index() has it: a boolean matches no string, nor the other
   way round. */
static const char *
scim_filter_indexed(const scim_filter_t *filter)
{
    int  boolean;

    boolean = filter->compared != NULL
              && filter->compared->type == SCIM_BOOLEAN;

    if (json_is_boolean(filter->value)) {
        return !boolean ? NULL : json_is_true(filter->value) ? "true" : "false";
    }

    return boolean ? NULL : json_string_value(filter->value);
}


/* One comparison; element is the attribute whose brackets it stands in. */
static const char *
scim_filter_equals(const scim_filter_t *filter, const scim_filter_t *element,
    const char *path)
{
    const char  *name, *sub, *urn;

    if (filter->kind != SCIM_FILTER_COMPARE || filter->op != SCIM_OP_EQ) {
        return NULL;
    }

    urn = element ? element->urn : filter->urn;
    name = element ? element->name : filter->name;
    sub = element ? filter->name : filter->sub;

    if (urn != NULL) {
        if (!scim_text_starts(path, strlen(path), urn)
            || path[strlen(urn)] != ':')
        {
            return NULL;
        }

        path += strlen(urn) + 1;
    }

    return scim_filter_is_path(path, name, sub) ? scim_filter_indexed(filter)
                                                : NULL;
}


/*
 * The string that filter demands of path, if filter is a comparison, or an
 * element with one, or a chain of "and" (nested or not) that has one.
 */
static const char *
scim_filter_demands(const scim_filter_t *filter,
    const scim_filter_t *element, const char *path)
{
    const char           *value;
    const scim_filter_t  *term;

    switch (filter->kind) {

    case SCIM_FILTER_COMPARE:
        return scim_filter_equals(filter, element, path);

    case SCIM_FILTER_ELEMENT:
        return scim_filter_demands(filter->first, filter, path);

    case SCIM_FILTER_AND:
        for (term = filter->first; term != NULL; term = term->next) {
            value = scim_filter_demands(term, element, path);
            if (value != NULL) {
                return value;
            }
        }

        return NULL;

    default:
        return NULL;
    }
}


int
scim_filter_equality(const scim_filter_t *filter, const char *path,
    const char **value, int *alone)
{
    *value = scim_filter_demands(filter, NULL, path);
    if (*value == NULL) {
        return 0;
    }

    *alone = filter->kind == SCIM_FILTER_COMPARE
             || (filter->kind == SCIM_FILTER_ELEMENT
                 && filter->first->kind == SCIM_FILTER_COMPARE);

    return 1;
}


/* Milliseconds, towards the past; *exact: nothing was cut off. */
static int64_t
scim_filter_milliseconds(const scim_time_t *time, int *exact)
{
    *exact = (time->nanoseconds % 1000000 == 0);

    return time->seconds * 1000 + time->nanoseconds / 1000000;
}


/* Narrows the range by one comparison; 0: it is none of the time. */
static int
scim_filter_narrow(const scim_filter_t *filter, const char *path,
    int64_t *from, int64_t *to)
{
    int      exact;
    int64_t  time, first, last;

    if (filter->kind != SCIM_FILTER_COMPARE || !filter->dated
        || filter->urn != NULL
        || !scim_filter_is_path(path, filter->name, filter->sub))
    {
        return 0;
    }

    time = scim_filter_milliseconds(&filter->time, &exact);
    first = *from;
    last = *to;

    switch (filter->op) {

    case SCIM_OP_EQ:
        first = exact ? time : time + 1;
        last = time;
        break;

    case SCIM_OP_GT:
        first = time + 1;
        break;

    case SCIM_OP_GE:
        first = exact ? time : time + 1;
        break;

    case SCIM_OP_LT:
        last = exact ? time - 1 : time;
        break;

    case SCIM_OP_LE:
        last = time;
        break;

    default:
        return 0;
    }

    if (first > *from) {
        *from = first;
    }

    if (last < *to) {
        *to = last;
    }

    return 1;
}


int
scim_filter_range(const scim_filter_t *filter, const char *path,
    int64_t *from, int64_t *to, int *alone)
{
    int                   found;
    const scim_filter_t  *term;

    *from = 0;
    *to = SCIM_FILTER_LAST_TIME;
    *alone = 1;

    if (filter->kind != SCIM_FILTER_AND) {
        return scim_filter_narrow(filter, path, from, to);
    }

    found = 0;

    for (term = filter->first; term != NULL; term = term->next) {
        if (scim_filter_narrow(term, path, from, to)) {
            found = 1;

        } else {
            *alone = 0;
        }
    }

    return found;
}


int
scim_filter_reads(const scim_filter_t *filter, const char *attribute)
{
    const scim_filter_t  *term;

    if (filter->kind == SCIM_FILTER_COMPARE
        || filter->kind == SCIM_FILTER_ELEMENT)
    {
        return filter->urn == NULL
               && scim_text_is(filter->name, strlen(filter->name), attribute);
    }

    for (term = filter->first; term != NULL; term = term->next) {
        if (scim_filter_reads(term, attribute)) {
            return 1;
        }
    }

    return 0;
}


static int
scim_filter_describe_term(const scim_filter_t *filter, json_t *element)
{
    json_t  *known;

    if (filter->kind != SCIM_FILTER_COMPARE || filter->op != SCIM_OP_EQ
        || filter->sub != NULL || json_is_null(filter->value))
    {
        return -1;
    }

    known = json_object_get(element, filter->name);
    if (known != NULL) {
        return json_equal(known, filter->value) ? 0 : -1;
    }

    return json_object_set(element, filter->name, filter->value) ? -2 : 0;
}


int
scim_filter_describe(const scim_filter_t *filter, json_t *element)
{
    int                   rc;
    const scim_filter_t  *term;

    if (filter->kind != SCIM_FILTER_AND) {
        return scim_filter_describe_term(filter, element);
    }

    for (term = filter->first; term != NULL; term = term->next) {
        rc = scim_filter_describe_term(term, element);
        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


int
scim_filter_strings(const scim_filter_t *filter, const char *name,
    json_t *strings)
{
    int                   rc;
    const scim_filter_t  *term;

    if (filter->kind == SCIM_FILTER_OR) {
        for (term = filter->first; term != NULL; term = term->next) {
            rc = scim_filter_strings(term, name, strings);
            if (rc != 1) {
                return rc;
            }
        }

        return 1;
    }

    if (filter->kind != SCIM_FILTER_COMPARE || filter->op != SCIM_OP_EQ
        || filter->sub != NULL || !json_is_string(filter->value)
        || strcmp(filter->name, name) != 0)
    {
        return 0;
    }

    return json_array_append(strings, filter->value) ? -1 : 1;
}
