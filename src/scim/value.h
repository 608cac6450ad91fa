/*
 * Values that a client sends, made into those that are stored: checked
 * against an attribute's row in the schema tables. Internal to src/scim;
 * POST, PUT and PATCH all pass through here.
 */

#ifndef SCIM_VALUE_H
#define SCIM_VALUE_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

/* Where in a message a value stands; a chain up to the message itself. */
typedef struct scim_place_s  scim_place_t;

struct scim_place_s {
    const scim_place_t  *parent;    /* NULL: the outermost                  */
    const char          *name;      /* NULL: an element of an array         */
    size_t               index;     /* of the element                       */
};


typedef struct {
    const scim_policy_t  *policy;
    unsigned              keep_null:1;  /* PATCH: a null in a complex value
                                           unassigns, so it must stay        */
    unsigned              partial:1;    /* required ones may be missing      */
    unsigned              single:1;     /* one value may stand for an array
                                           (PATCH's add, RFC 7644, 3.5.2.1);
                                           in the lenient profile it always
                                           may                               */
} scim_accept_t;


/* scim_fail() with "emails[2].value: " before the detail; returns -1. */
int scim_fail_at(scim_error_t *err, const scim_place_t *place,
    const char *type, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * The new value to store for attribute, all of it (an array if it is
 * multi-valued). A JSON null says unassigned, or that it is not to be stored
 * (readOnly in the strict profile, returned "never").
 */
json_t *scim_value_accept(const scim_accept_t *accept,
    const scim_place_t *place, const scim_attribute_t *attribute,
    const json_t *value, scim_error_t *err);

/* The same for one value: an element of a multi-valued attribute. */
json_t *scim_value_accept_one(const scim_accept_t *accept,
    const scim_place_t *place, const scim_attribute_t *attribute,
    const json_t *value, scim_error_t *err);

/*
 * One attribute of an object or sub-attribute of a complex value put into
 * result under the schema's spelling; attribute NULL: unknown (kept in the
 * lenient profile, 400 in the strict one).
 */
int scim_value_put(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const char *key, const json_t *value,
    json_t *result, scim_error_t *err);

/* 400 invalidValue when a required one of attributes is not in object. */
int scim_value_required(const scim_place_t *place,
    const scim_attribute_t *attributes, size_t count, const json_t *object,
    scim_error_t *err);

#pragma GCC visibility pop

#endif
