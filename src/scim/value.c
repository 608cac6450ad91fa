/*
 * Values checked against the schema tables, in both profiles.
 * Must not know messages or resources: only attributes and their values.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "scalar.h"
#include "text.h"
#include "value.h"


/* Room that a detail's path leaves for its sentence. */
#define SCIM_PLACE_SIZE  160


/*
 * Names come from the message, and details go to logs: what isn't an
 * attribute name's character shows as '?', and long names are cut.
 */
static size_t
scim_place_name(char *buffer, size_t size, const char *name)
{
    size_t         n;
    unsigned char  c;

    for (n = 0; n + 1 < size && name[n] != '\0'; n++) {
        c = (unsigned char) name[n];
        buffer[n] = (c > 0x20 && c < 0x7f && c != '"') ? name[n] : '?';
    }

    buffer[n] = '\0';

    return n;
}


static size_t
scim_place_print(char *buffer, size_t size, const scim_place_t *place)
{
    int     written;
    size_t  n;

    n = 0;

    if (place->parent != NULL) {
        n = scim_place_print(buffer, size, place->parent);
    }

    if (place->name == NULL) {
        written = snprintf(buffer + n, size - n, "[%zu]", place->index);
        n += (size_t) written;

        return (n < size) ? n : size - 1;
    }

    if (n > 0 && n + 1 < size) {
        buffer[n++] = '.';
    }

    return n + scim_place_name(buffer + n, size - n, place->name);
}


int
scim_fail_at(scim_error_t *err, const scim_place_t *place, const char *type,
    const char *format, ...)
{
    char     path[SCIM_PLACE_SIZE], reason[sizeof(err->detail)];
    va_list  args;

    va_start(args, format);
    (void) vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);

    path[0] = '\0';

    if (place == NULL || scim_place_print(path, sizeof(path), place) == 0) {
        return scim_fail(err, 400, type, "%s", reason);
    }

    return scim_fail(err, 400, type, "%s: %s", path, reason);
}


/* A plain string (lenient) is the value of a complex attribute that has one */
static json_t *
scim_value_wrap(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const json_t *value,
    scim_error_t *err)
{
    json_t                  *object, *inner;
    scim_place_t             here;
    const scim_attribute_t  *sub;

    sub = scim_sub_attribute(attribute, "value", 5);

    if (sub == NULL || accept->policy->profile == SCIM_STRICT
        || !(json_is_string(value) || json_is_number(value)))
    {
        scim_fail_at(err, place, SCIM_INVALID_VALUE, "expected an object");
        return NULL;
    }

    /* Entra unassigns a manager with "" */

    if (json_is_string(value) && json_string_length(value) == 0) {
        return json_null();
    }

    here.parent = place;
    here.name = sub->name;
    here.index = 0;

    inner = scim_value_accept(accept, &here, sub, value, err);
    if (inner == NULL) {
        return NULL;
    }

    object = json_object();

    if (json_object_set_new(object, sub->name, inner) != 0) {
        json_decref(object);
        scim_fail_memory(err);
        return NULL;
    }

    return object;
}


static json_t *
scim_value_complex(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const json_t *value,
    scim_error_t *err)
{
    void                    *iter;
    json_t                  *result;
    const char              *key;
    const scim_attribute_t  *sub;

    if (!json_is_object(value)) {
        return scim_value_wrap(accept, place, attribute, value, err);
    }

    result = json_object();
    if (result == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    for (iter = json_object_iter((json_t *) value);
         iter != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        key = json_object_iter_key(iter);
        sub = scim_sub_attribute(attribute, key, strlen(key));

        if (sub != NULL && sub->mutability == SCIM_READ_ONLY
            && accept->policy->profile == SCIM_STRICT)
        {
            continue;
        }

        if (scim_value_put(accept, place, sub, key,
                           json_object_iter_value(iter), result, err)
            != 0)
        {
            json_decref(result);
            return NULL;
        }
    }

    if (json_object_size(result) == 0) {
        json_decref(result);
        return json_null();
    }

    if (!accept->keep_null && !accept->partial
        && scim_value_required(place, attribute->sub_attributes,
                               attribute->sub_attribute_count, result, err)
           != 0)
    {
        json_decref(result);
        return NULL;
    }

    return result;
}


json_t *
scim_value_accept_one(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const json_t *value,
    scim_error_t *err)
{
    json_t      *result;
    const char  *expected;

    if (json_is_null(value)) {
        return json_null();
    }

    if (attribute->type == SCIM_COMPLEX) {
        return scim_value_complex(accept, place, attribute, value, err);
    }

    result = scim_scalar_accept(attribute, accept->policy->profile, value,
                                &expected);

    if (result == NULL) {
        if (expected == NULL) {
            scim_fail_memory(err);

        } else {
            scim_fail_at(err, place, SCIM_INVALID_VALUE, "expected %s",
                         expected);
        }
    }

    return result;
}


/* RFC 7643, section 2.4: one value at most is the primary one. */
static int
scim_value_primary(const scim_accept_t *accept, const scim_place_t *place,
    json_t *array, scim_error_t *err)
{
    int      found;
    size_t   i;
    json_t  *element;

    found = 0;

    json_array_foreach(array, i, element) {
        if (!json_is_true(json_object_get(element, "primary"))) {
            continue;
        }

        if (!found) {
            found = 1;
            continue;
        }

        if (accept->policy->profile == SCIM_STRICT) {
            return scim_fail_at(err, place, SCIM_INVALID_VALUE,
                                "more than one value is primary");
        }

        if (json_object_set_new(element, "primary", json_false()) != 0) {
            return scim_fail_memory(err);
        }
    }

    return 0;
}


static int
scim_value_append(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const json_t *value, json_t *array,
    scim_error_t *err)
{
    json_t  *element;

    element = scim_value_accept_one(accept, place, attribute, value, err);
    if (element == NULL) {
        return -1;
    }

    if (json_is_null(element)) {
        return 0;
    }

    if (json_array_append_new(array, element) != 0) {
        return scim_fail_memory(err);
    }

    return 0;
}


static json_t *
scim_value_array(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const json_t *value,
    scim_error_t *err)
{
    int              rc;
    size_t           i;
    json_t          *array, *element;
    scim_place_t     here;
    scim_accept_t    elements;

    array = json_array();
    if (array == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    here.parent = place;
    here.name = NULL;

    /* an element is whole: nothing is left for a null to unassign */

    elements = *accept;
    elements.keep_null = 0;

    rc = 0;

    if (json_is_array(value)) {
        json_array_foreach(value, i, element) {
            here.index = i;
            rc = scim_value_append(&elements, &here, attribute, element,
                                   array, err);
            if (rc != 0) {
                break;
            }
        }

    } else if (accept->single || accept->policy->profile == SCIM_LENIENT) {
        rc = scim_value_append(&elements, place, attribute, value, array,
                               err);

    } else {
        rc = scim_fail_at(err, place, SCIM_INVALID_VALUE,
                          "expected an array");
    }

    if (rc == 0) {
        rc = scim_value_primary(accept, place, array, err);
    }

    if (rc != 0) {
        json_decref(array);
        return NULL;
    }

    if (json_array_size(array) == 0) {
        json_decref(array);
        return json_null();
    }

    return array;
}


json_t *
scim_value_accept(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const json_t *value,
    scim_error_t *err)
{
    json_t  *result;

    if (scim_json_unassigned(value)) {
        return json_null();
    }

    result = attribute->multi_valued
             ? scim_value_array(accept, place, attribute, value, err)
             : scim_value_accept_one(accept, place, attribute, value, err);

    /* a password is checked, and goes no further */

    if (result != NULL && attribute->returned == SCIM_RETURNED_NEVER) {
        json_decref(result);
        return json_null();
    }

    return result;
}


static json_t *
scim_value_unknown(const scim_accept_t *accept, const scim_place_t *place,
    const json_t *value, scim_error_t *err)
{
    json_t  *copy;

    if (accept->policy->profile == SCIM_STRICT) {
        scim_fail_at(err, place, SCIM_INVALID_SYNTAX, "no such attribute");
        return NULL;
    }

    if (scim_json_unassigned(value)) {
        return json_null();
    }

    copy = json_deep_copy(value);
    if (copy == NULL) {
        scim_fail_memory(err);
    }

    return copy;
}


int
scim_value_put(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const char *key, const json_t *value,
    json_t *result, scim_error_t *err)
{
    json_t        *accepted;
    scim_place_t   here;

    here.parent = place;
    here.name = (attribute != NULL) ? attribute->name : key;
    here.index = 0;

    if (json_object_get(result, here.name) != NULL) {
        return scim_fail_at(err, &here, SCIM_INVALID_SYNTAX, "named twice");
    }

    accepted = (attribute != NULL)
               ? scim_value_accept(accept, &here, attribute, value, err)
               : scim_value_unknown(accept, &here, value, err);

    if (accepted == NULL) {
        return -1;
    }

    if (json_is_null(accepted)
        && (!accept->keep_null || !scim_json_unassigned(value)))
    {
        return 0;
    }

    if (json_object_set_new_nocheck(result, here.name, accepted) != 0) {
        return scim_fail_memory(err);
    }

    return 0;
}


int
scim_value_required(const scim_place_t *place,
    const scim_attribute_t *attributes, size_t count, const json_t *object,
    scim_error_t *err)
{
    size_t        i;
    scim_place_t  here;

    for (i = 0; i < count; i++) {

        if (!attributes[i].required
            || attributes[i].mutability == SCIM_READ_ONLY
            || attributes[i].returned == SCIM_RETURNED_NEVER
            || json_object_get(object, attributes[i].name) != NULL)
        {
            continue;
        }

        here.parent = place;
        here.name = attributes[i].name;
        here.index = 0;

        return scim_fail_at(err, &here, SCIM_INVALID_VALUE, "is required");
    }

    return 0;
}
