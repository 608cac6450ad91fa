/*
 * Reading a schema's representation; internal to registry*.c.
 */

#ifndef SCIM_REGISTRY_READER_H
#define SCIM_REGISTRY_READER_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "registry_schema.h"
#include "value.h"

#pragma GCC visibility push(hidden)

#define SCIM_REGISTRY_URN    255
#define SCIM_REGISTRY_NAME   128
#define SCIM_REGISTRY_TEXT  4096

typedef struct {
    scim_registry_schema_t  *schema;
    scim_error_t            *err;
} scim_registry_reader_t;


/* Zeroes, freed with the schema; NULL: no memory. */
void *scim_registry_alloc(scim_registry_reader_t *reader, size_t count,
    size_t size);

/* 400 invalidValue with the path of name below parent; returns -1. */
int scim_registry_wrong(const scim_registry_reader_t *reader,
    const scim_place_t *parent, const char *name, const char *reason);

/*
 * -1: the object has a member that is not in members; a misspelled one would
 * be a default that nobody wanted.
 */
int scim_registry_known(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object,
    const char *const *members);

/* *text stays as it is when there is no such member, or an empty one. */
int scim_registry_string(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    size_t max, const char **text);

/* 1 or 0; absent: otherwise; -1: it is no boolean. */
int scim_registry_boolean(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    int otherwise);

/* The index of the word; absent: otherwise; -1: it is none of them. */
int scim_registry_word(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    const char *const *words, int otherwise);

/* *list: NULL-terminated; it stays as it is when there is no such member. */
int scim_registry_strings(scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    const char *const **list);

#pragma GCC visibility pop

#endif
