/*
 * A filter evaluated on one resource, typed as the schema says.
 * Must not know the grammar; never fails, and recurses no deeper than
 * SCIM_FILTER_DEPTH.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE  /* memmem() */
#endif

#include <stdlib.h>
#include <string.h>

#include "filter_tree.h"
#include "json.h"
#include "names.h"
#include "text.h"


/* Longer ASCII values are lowered in memory of their own. */
#define SCIM_FILTER_BUFFER  512


static int
scim_filter_ordered(scim_filter_op_t op, int order)
{
    switch (op) {

    case SCIM_OP_EQ:
        return order == 0;

    case SCIM_OP_NE:
        return order != 0;

    case SCIM_OP_GT:
        return order > 0;

    case SCIM_OP_GE:
        return order >= 0;

    case SCIM_OP_LT:
        return order < 0;

    case SCIM_OP_LE:
        return order <= 0;

    default:
        return 0;
    }
}


static int
scim_filter_bytes(const scim_filter_t *filter, const char *text,
    size_t length)
{
    int     order;
    size_t  n;

    n = filter->text_length;

    switch (filter->op) {

    case SCIM_OP_CO:
        return n == 0 || memmem(text, length, filter->text, n) != NULL;

    case SCIM_OP_SW:
        return length >= n && memcmp(text, filter->text, n) == 0;

    case SCIM_OP_EW:
        return length >= n
               && memcmp(text + length - n, filter->text, n) == 0;

    default:
        break;
    }

    order = memcmp(text, filter->text, length < n ? length : n);

    if (order == 0) {
        order = (length > n) - (length < n);
    }

    return scim_filter_ordered(filter->op, order);
}


/*
 * Most values are short and ASCII: lowered on the stack, where the general
 * way through utf8proc would allocate.
 */
static int
scim_filter_folded(const scim_filter_t *filter, const char *text,
    size_t length)
{
    int      rc;
    char    *prepared, buffer[SCIM_FILTER_BUFFER];
    size_t   i, prepared_length;

    if (length <= sizeof(buffer) && scim_text_ascii(text, length)) {

        for (i = 0; i < length; i++) {
            buffer[i] = (char) scim_text_to_lower((unsigned char) text[i]);
        }

        return scim_filter_bytes(filter, buffer, length);
    }

    prepared = scim_names_prepare(text, length, &prepared_length);
    if (prepared == NULL) {
        return scim_filter_bytes(filter, text, length);
    }

    rc = scim_filter_bytes(filter, prepared, prepared_length);

    free(prepared);

    return rc;
}


static int
scim_filter_string(const scim_filter_t *filter, const json_t *value)
{
    size_t        length;
    const char   *text;
    scim_time_t   time;

    text = json_string_value(value);
    length = json_string_length(value);

    if (filter->dated) {
        return scim_time_parse(&time, text, length, 0) == 0
               && scim_filter_ordered(filter->op,
                                      scim_time_compare(&time,
                                                        &filter->time));
    }

    return filter->exact ? scim_filter_bytes(filter, text, length)
                         : scim_filter_folded(filter, text, length);
}


static int
scim_filter_number(const scim_filter_t *filter, const json_t *value)
{
    double      x, y;
    json_int_t  i, j;

    if (json_is_integer(value) && json_is_integer(filter->value)) {
        i = json_integer_value(value);
        j = json_integer_value(filter->value);

        return scim_filter_ordered(filter->op, (i > j) - (i < j));
    }

    x = json_number_value(value);
    y = json_number_value(filter->value);

    return scim_filter_ordered(filter->op, (x > y) - (x < y));
}


/* One value; those of another type than the filter's are only not equal. */
static int
scim_filter_value(const scim_filter_t *filter, const json_t *value)
{
    if (json_is_string(value) && json_is_string(filter->value)) {
        return scim_filter_string(filter, value);
    }

    if (json_is_number(value) && json_is_number(filter->value)) {
        return scim_filter_number(filter, value);
    }

    if (json_is_boolean(value) && json_is_boolean(filter->value)) {
        return scim_filter_ordered(filter->op,
                                   json_typeof(value)
                                   != json_typeof(filter->value));
    }

    return filter->op == SCIM_OP_NE;
}


/* RFC 7644, table 3: "has a non-empty or non-null value". */
static int
scim_filter_present(const json_t *value)
{
    void          *iter;
    const json_t  *sub;

    if (json_is_string(value)) {
        return json_string_length(value) > 0;
    }

    if (!json_is_object(value)) {
        return !scim_json_unassigned(value);
    }

    for (iter = json_object_iter((json_t *) value);
         iter != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        sub = json_object_iter_value(iter);

        if (json_is_string(sub) ? json_string_length(sub) > 0
                                : !scim_json_unassigned(sub))
        {
            return 1;
        }
    }

    return 0;
}


typedef struct {
    unsigned  present;      /* some value is there      */
    unsigned  matched;      /* and some value satisfies */
} scim_filter_result_t;


/* value is no array */
static void
scim_filter_single(const scim_filter_t *filter, const json_t *value,
    scim_filter_result_t *result)
{
    if (!scim_filter_present(value)) {

        /* "" is not present, but it is a string that equals "" */

        if (!json_is_string(value)) {
            return;
        }

    } else {
        result->present = 1;
    }

    if (filter->value != NULL && !json_is_null(filter->value)
        && scim_filter_value(filter, value))
    {
        result->matched = 1;
    }
}


static void
scim_filter_values(const scim_filter_t *filter, const json_t *value,
    scim_filter_result_t *result)
{
    size_t   i;
    json_t  *element;

    if (!json_is_array(value)) {
        scim_filter_single(filter, value, result);
        return;
    }

    json_array_foreach(value, i, element) {
        scim_filter_single(filter, element, result);
    }
}


static const json_t *
scim_filter_get(const json_t *object, const char *name,
    const scim_attribute_t *attribute)
{
    /* documents have the schema's spelling, so a hash look-up is enough */

    return attribute ? json_object_get(object, name)
                     : scim_json_member(object, name);
}


static const json_t *
scim_filter_root(const scim_filter_t *filter, const json_t *resource)
{
    if (filter->urn != NULL) {
        resource = scim_filter_get(resource, filter->urn, filter->attribute);
    }

    return scim_filter_get(resource, filter->name, filter->attribute);
}


static void
scim_filter_subs(const scim_filter_t *filter, const json_t *value,
    scim_filter_result_t *result)
{
    size_t         i;
    json_t        *element;
    const json_t  *sub;

    if (!json_is_array(value)) {
        sub = scim_filter_get(value, filter->sub, filter->compared);
        scim_filter_values(filter, sub, result);
        return;
    }

    json_array_foreach(value, i, element) {
        sub = scim_filter_get(element, filter->sub, filter->compared);
        scim_filter_values(filter, sub, result);
    }
}


static int
scim_filter_compare(const scim_filter_t *filter, const json_t *resource)
{
    const json_t          *value;
    scim_filter_result_t   result = { 0, 0 };

    /* the elements of a multi-valued simple attribute are their "value" */

    value = json_is_object(resource) ? scim_filter_root(filter, resource)
                                     : resource;

    if (filter->sub != NULL) {
        scim_filter_subs(filter, value, &result);

    } else {
        scim_filter_values(filter, value, &result);
    }

    if (filter->op == SCIM_OP_PR) {
        return result.present;
    }

    /* null is no value (RFC 7643, section 2.5) */

    if (json_is_null(filter->value)) {
        return (filter->op == SCIM_OP_EQ) != (int) result.present;
    }

    return result.matched
           || (filter->op == SCIM_OP_NE && !result.present);
}


static int
scim_filter_element_match(const scim_filter_t *filter,
    const json_t *resource)
{
    size_t         i;
    json_t        *element;
    const json_t  *value;

    value = scim_filter_root(filter, resource);

    if (value == NULL) {
        return 0;
    }

    if (!json_is_array(value)) {
        return scim_filter_match(filter->first, value);
    }

    json_array_foreach(value, i, element) {
        if (scim_filter_match(filter->first, element)) {
            return 1;
        }
    }

    return 0;
}


int
scim_filter_match(const scim_filter_t *filter, const json_t *resource)
{
    const scim_filter_t  *term;

    switch (filter->kind) {

    case SCIM_FILTER_AND:
        for (term = filter->first; term != NULL; term = term->next) {
            if (!scim_filter_match(term, resource)) {
                return 0;
            }
        }

        return 1;

    case SCIM_FILTER_OR:
        for (term = filter->first; term != NULL; term = term->next) {
            if (scim_filter_match(term, resource)) {
                return 1;
            }
        }

        return 0;

    case SCIM_FILTER_NOT:
        return !scim_filter_match(filter->first, resource);

    case SCIM_FILTER_ELEMENT:
        return scim_filter_element_match(filter, resource);

    default:
        return scim_filter_compare(filter, resource);
    }
}
