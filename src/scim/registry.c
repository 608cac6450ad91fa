/*
 * The resource types with an operator's extensions.
 * Must not know where the schemas come from, nor how they are read.
 */

#include <stdlib.h>
#include <string.h>

#include "registry.h"
#include "registry_schema.h"
#include "text.h"


#define SCIM_REGISTRY_TYPES        2
#define SCIM_REGISTRY_EXTENSIONS  16


struct scim_registry_s {
    scim_resource_type_t     types[SCIM_REGISTRY_TYPES];
    scim_extension_t         extensions[SCIM_REGISTRY_TYPES]
                                       [SCIM_REGISTRY_EXTENSIONS];
    scim_registry_schema_t  *schemas;
};


static const scim_resource_type_t *const
    scim_registry_core[SCIM_REGISTRY_TYPES] = {
    &scim_user_type, &scim_group_type
};

/* The protocol's own: messages, and what describes the service provider. */
static const char *const  scim_registry_reserved[] = {
    "urn:ietf:params:scim:api:", "urn:ietf:params:scim:schemas:core:", NULL
};


scim_registry_t *
scim_registry_create(void)
{
    size_t            i, j;
    scim_registry_t  *registry;

    registry = calloc(1, sizeof(scim_registry_t));
    if (registry == NULL) {
        return NULL;
    }

    for (i = 0; i < SCIM_REGISTRY_TYPES; i++) {
        registry->types[i] = *scim_registry_core[i];

        for (j = 0; j < registry->types[i].extension_count; j++) {
            registry->extensions[i][j] = registry->types[i].extensions[j];
        }

        registry->types[i].extensions = registry->extensions[i];
    }

    return registry;
}


void
scim_registry_free(scim_registry_t *registry)
{
    scim_registry_schema_t  *schema;

    if (registry == NULL) {
        return;
    }

    while (registry->schemas != NULL) {
        schema = registry->schemas;
        registry->schemas = schema->next;
        scim_registry_schema_free(schema);
    }

    free(registry);
}


/* The index of the type; SCIM_REGISTRY_TYPES: there is none. */
static size_t
scim_registry_find(const char *type_name)
{
    size_t  i;

    for (i = 0; i < SCIM_REGISTRY_TYPES; i++) {
        if (strcmp(scim_registry_core[i]->name, type_name) == 0) {
            break;
        }
    }

    return i;
}


const scim_resource_type_t *
scim_registry_type(const scim_registry_t *registry, const char *type_name)
{
    size_t  i;

    i = scim_registry_find(type_name);

    if (i == SCIM_REGISTRY_TYPES) {
        return NULL;
    }

    return (registry != NULL) ? &registry->types[i] : scim_registry_core[i];
}


/* 1: one of them is the other with more behind a colon. */
static int
scim_registry_within(const char *a, const char *b)
{
    size_t  n, m;

    n = strlen(a);
    m = strlen(b);

    return n < m ? b[n] == ':' && scim_text_starts(b, m, a)
                 : m < n && a[m] == ':' && scim_text_starts(a, n, b);
}


static int
scim_registry_collides(const scim_schema_t *schema,
    const scim_schema_t *other, scim_error_t *err)
{
    if (scim_text_is(schema->urn, strlen(schema->urn), other->urn)) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "id: is that of another schema");
    }

    /* "urn:a:b:c" could be the attribute "c" of "urn:a:b" */

    if (scim_registry_within(schema->urn, other->urn)) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "id: must not be the begin of another schema's, nor "
                         "begin with it");
    }

    if (scim_text_is(schema->name, strlen(schema->name), other->name)) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "name: is that of another schema");
    }

    return 0;
}


static int
scim_registry_check(const scim_registry_t *registry,
    const scim_schema_t *schema, scim_error_t *err)
{
    size_t                       i, j;
    const scim_resource_type_t  *type;

    for (i = 0; scim_registry_reserved[i] != NULL; i++) {
        if (scim_text_starts(schema->urn, strlen(schema->urn),
                             scim_registry_reserved[i]))
        {
            return scim_fail(err, 400, SCIM_INVALID_VALUE,
                             "id: must not begin with \"%s\"",
                             scim_registry_reserved[i]);
        }
    }

    for (i = 0; i < SCIM_REGISTRY_TYPES; i++) {
        type = &registry->types[i];

        if (scim_registry_collides(schema, type->schema, err) != 0) {
            return -1;
        }

        for (j = 0; j < type->extension_count; j++) {
            if (scim_registry_collides(schema, type->extensions[j].schema,
                                       err)
                != 0)
            {
                return -1;
            }
        }
    }

    return 0;
}


/* The same schema, as another type has it; NULL: it is new. */
static const scim_schema_t *
scim_registry_same(const scim_registry_t *registry,
    const scim_resource_type_t *type, const json_t *json)
{
    const scim_registry_schema_t  *schema;

    for (schema = registry->schemas; schema != NULL; schema = schema->next) {
        if (json_equal(schema->source, json)
            && scim_schema_find(type, schema->schema.urn,
                                strlen(schema->schema.urn))
               == NULL)
        {
            return &schema->schema;
        }
    }

    return NULL;
}


int
scim_registry_extend(scim_registry_t *registry, const char *type_name,
    const json_t *json, int required, scim_error_t *err)
{
    size_t                   i, n;
    const scim_schema_t     *schema;
    scim_resource_type_t    *type;
    scim_registry_schema_t  *read;

    i = scim_registry_find(type_name);

    if (i == SCIM_REGISTRY_TYPES) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "expected the type User or Group");
    }

    type = &registry->types[i];
    n = type->extension_count;

    if (n == SCIM_REGISTRY_EXTENSIONS) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "%s has %d extensions, which is the most", type->name,
                         SCIM_REGISTRY_EXTENSIONS);
    }

    schema = scim_registry_same(registry, type, json);

    if (schema == NULL) {
        read = scim_registry_schema_read(json, err);

        if (read == NULL) {
            return -1;
        }

        if (scim_registry_check(registry, &read->schema, err) != 0) {
            scim_registry_schema_free(read);
            return -1;
        }

        read->next = registry->schemas;
        registry->schemas = read;
        schema = &read->schema;
    }

    registry->extensions[i][n].schema = schema;
    registry->extensions[i][n].required = (required != 0);
    type->extension_count++;

    return 0;
}
