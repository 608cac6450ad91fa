/*
 * Schemas in their JSON representation (RFC 7643, section 7) made into
 * tables.
 * Must not know which resource type a schema extends.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "notation.h"
#include "registry_reader.h"
#include "text.h"


#define SCIM_URN_SCHEMA  "urn:ietf:params:scim:schemas:core:2.0:Schema"

#define SCIM_REGISTRY_ATTRIBUTES  256


static const char *const  scim_registry_types[] = {
    "string", "boolean", "decimal", "integer", "dateTime", "binary",
    "reference", "complex", NULL
};

static const char *const  scim_registry_mutability[] = {
    "readWrite", "readOnly", "immutable", "writeOnly", NULL
};

static const char *const  scim_registry_returned[] = {
    "default", "always", "never", "request", NULL
};

static const char *const  scim_registry_uniqueness[] = {
    "none", "server", "global", NULL
};

static const char *const  scim_registry_schema_members[] = {
    "schemas", "id", "name", "description", "attributes", "meta", NULL
};

static const char *const  scim_registry_attribute_members[] = {
    "name", "type", "subAttributes", "multiValued", "description", "required",
    "canonicalValues", "caseExact", "mutability", "returned", "uniqueness",
    "referenceTypes", NULL
};


static int
scim_registry_attribute_name(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *json, int nested,
    scim_attribute_t *attribute)
{
    if (scim_registry_string(reader, place, json, "name", SCIM_REGISTRY_NAME,
                             &attribute->name)
        != 0)
    {
        return -1;
    }

    if (attribute->name == NULL) {
        return scim_registry_wrong(reader, place, "name", "is required");
    }

    if (!scim_notation_is_name(attribute->name, strlen(attribute->name))
        || (attribute->name[0] == '$' && !nested))
    {
        return scim_registry_wrong(reader, place, "name", "must be a letter "
                                   "and letters, digits, \"-\" and \"_\"");
    }

    attribute->description = attribute->name;

    return scim_registry_string(reader, place, json, "description",
                                SCIM_REGISTRY_TEXT, &attribute->description);
}


static int
scim_registry_flags(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *json,
    scim_attribute_t *attribute)
{
    int  multi, required, exact;

    multi = scim_registry_boolean(reader, place, json, "multiValued", 0);
    if (multi < 0) {
        return -1;
    }

    required = scim_registry_boolean(reader, place, json, "required", 0);
    if (required < 0) {
        return -1;
    }

    /* RFC 7643, sections 2.3.6 and 2.3.7 */

    exact = scim_registry_boolean(reader, place, json, "caseExact",
                                  attribute->type == SCIM_REFERENCE
                                  || attribute->type == SCIM_BINARY);
    if (exact < 0) {
        return -1;
    }

    attribute->multi_valued = (unsigned) multi & 1;
    attribute->required = (unsigned) required & 1;
    attribute->case_exact = (unsigned) exact & 1;

    return 0;
}


static int
scim_registry_words(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *json,
    scim_attribute_t *attribute)
{
    int  mutability, returned, uniqueness;

    mutability = scim_registry_word(reader, place, json, "mutability",
                                    scim_registry_mutability,
                                    SCIM_READ_WRITE);
    if (mutability < 0) {
        return -1;
    }

    returned = scim_registry_word(reader, place, json, "returned",
                                  scim_registry_returned,
                                  mutability == SCIM_WRITE_ONLY
                                  ? SCIM_RETURNED_NEVER
                                  : SCIM_RETURNED_DEFAULT);
    if (returned < 0) {
        return -1;
    }

    if (mutability == SCIM_WRITE_ONLY && returned != SCIM_RETURNED_NEVER) {
        return scim_registry_wrong(reader, place, "returned",
                                   "must be never where mutability is "
                                   "writeOnly");
    }

    uniqueness = scim_registry_word(reader, place, json, "uniqueness",
                                    scim_registry_uniqueness,
                                    SCIM_UNIQUE_NONE);
    if (uniqueness < 0) {
        return -1;
    }

    attribute->mutability = (scim_mutability_t) mutability;
    attribute->returned = (scim_returned_t) returned;
    attribute->uniqueness = (scim_uniqueness_t) uniqueness;

    return 0;
}


static int
scim_registry_values(scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *json,
    scim_attribute_t *attribute)
{
    if (scim_registry_strings(reader, place, json, "canonicalValues",
                              &attribute->canonical_values)
        != 0
        || scim_registry_strings(reader, place, json, "referenceTypes",
                                 &attribute->reference_types)
           != 0)
    {
        return -1;
    }

    if (attribute->canonical_values != NULL
        && attribute->type != SCIM_STRING
        && attribute->type != SCIM_REFERENCE)
    {
        return scim_registry_wrong(reader, place, "canonicalValues",
                                   "needs the type string or reference");
    }

    attribute->closed = (attribute->canonical_values != NULL);

    if (attribute->reference_types != NULL
        && attribute->type != SCIM_REFERENCE)
    {
        return scim_registry_wrong(reader, place, "referenceTypes",
                                   "needs the type reference");
    }

    return 0;
}


static int scim_registry_attributes(scim_registry_reader_t *reader,
    const scim_place_t *parent, const json_t *json, const char *name,
    int nested, const scim_attribute_t **attributes, size_t *count);


static int
scim_registry_attribute(scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *json, int nested,
    scim_attribute_t *attribute)
{
    int  type;

    if (!json_is_object(json)) {
        return scim_fail_at(reader->err, place, SCIM_INVALID_VALUE,
                            "must be an object");
    }

    if (scim_registry_known(reader, place, json,
                            scim_registry_attribute_members)
        != 0
        || scim_registry_attribute_name(reader, place, json, nested,
                                        attribute)
           != 0)
    {
        return -1;
    }

    type = scim_registry_word(reader, place, json, "type",
                              scim_registry_types, SCIM_STRING);
    if (type < 0) {
        return -1;
    }

    attribute->type = (scim_type_t) type;

    if (scim_registry_flags(reader, place, json, attribute) != 0
        || scim_registry_words(reader, place, json, attribute) != 0
        || scim_registry_values(reader, place, json, attribute) != 0)
    {
        return -1;
    }

    if (type != SCIM_COMPLEX) {
        return scim_json_unassigned(scim_json_member(json, "subAttributes"))
               ? 0 : scim_registry_wrong(reader, place, "subAttributes",
                                         "needs the type complex");
    }

    /* RFC 7643, section 2.3.8 */

    if (nested) {
        return scim_registry_wrong(reader, place, "type", "must not be "
                                   "complex within a complex attribute");
    }

    return scim_registry_attributes(reader, place, json, "subAttributes", 1,
                                    &attribute->sub_attributes,
                                    &attribute->sub_attribute_count);
}


static int
scim_registry_attributes(scim_registry_reader_t *reader,
    const scim_place_t *parent, const json_t *json, const char *name,
    int nested, const scim_attribute_t **attributes, size_t *count)
{
    size_t             i, n;
    json_t            *element;
    scim_place_t       list, here;
    const json_t      *array;
    scim_attribute_t  *table;

    array = scim_json_member(json, name);
    n = json_array_size(array);

    if (n == 0 || n > SCIM_REGISTRY_ATTRIBUTES) {
        return scim_registry_wrong(reader, parent, name, n
                                   ? "has too many attributes"
                                   : "must be an array of attributes");
    }

    table = scim_registry_alloc(reader, n, sizeof(scim_attribute_t));
    if (table == NULL) {
        return -1;
    }

    list.parent = parent;
    list.name = name;
    list.index = 0;

    here.parent = &list;
    here.name = NULL;

    json_array_foreach(array, i, element) {
        here.index = i;

        if (scim_registry_attribute(reader, &here, element, nested, &table[i])
            != 0)
        {
            return -1;
        }

        if (scim_attribute_find(table, i, table[i].name,
                                strlen(table[i].name))
            != NULL)
        {
            return scim_registry_wrong(reader, &here, "name",
                                       "is that of an attribute before");
        }
    }

    *attributes = table;
    *count = n;

    return 0;
}


/* What ends a URN in filters, paths and lists of attributes can't be in it. */
static int
scim_registry_is_urn(const char *urn)
{
    size_t       i;
    const char  *rest;

    if (!scim_text_starts(urn, strlen(urn), "urn:")) {
        return 0;
    }

    for (i = 0; urn[i] != '\0'; i++) {
        if (urn[i] <= 0x20 || urn[i] >= 0x7f
            || strchr("\"'()[]{}<>,\\^`|#?", urn[i]) != NULL)
        {
            return 0;
        }
    }

    rest = strchr(urn + 4, ':');

    return rest != NULL && rest > urn + 4 && rest[1] != '\0'
           && urn[i - 1] != ':';
}


static int
scim_registry_head(scim_registry_reader_t *reader, const json_t *json)
{
    size_t          i;
    json_t         *urn;
    scim_schema_t  *schema;

    schema = &reader->schema->schema;

    json_array_foreach(scim_json_member(json, "schemas"), i, urn) {
        if (!json_is_string(urn)
            || !scim_text_is(json_string_value(urn), json_string_length(urn),
                             SCIM_URN_SCHEMA))
        {
            return scim_registry_wrong(reader, NULL, "schemas",
                                       "must be [\"" SCIM_URN_SCHEMA "\"]");
        }
    }

    if (scim_registry_string(reader, NULL, json, "id", SCIM_REGISTRY_URN,
                             &schema->urn)
        != 0)
    {
        return -1;
    }

    if (schema->urn == NULL || !scim_registry_is_urn(schema->urn)) {
        return scim_registry_wrong(reader, NULL, "id", "must be a URN, such "
                                   "as \"urn:example:scim:2.0:User\"");
    }

    schema->name = schema->urn;

    if (scim_registry_string(reader, NULL, json, "name", SCIM_REGISTRY_URN,
                             &schema->name)
        != 0)
    {
        return -1;
    }

    schema->description = schema->name;

    return scim_registry_string(reader, NULL, json, "description",
                                SCIM_REGISTRY_TEXT, &schema->description);
}


scim_registry_schema_t *
scim_registry_schema_read(const json_t *json, scim_error_t *err)
{
    scim_registry_reader_t  reader;

    if (!json_is_object(json)) {
        scim_fail(err, 400, SCIM_INVALID_VALUE, "expected a schema's object");
        return NULL;
    }

    reader.err = err;
    reader.schema = calloc(1, sizeof(scim_registry_schema_t));

    if (reader.schema == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    reader.schema->source = json_deep_copy(json);

    if (reader.schema->source == NULL) {
        scim_fail_memory(err);
        goto failed;
    }

    json = reader.schema->source;

    if (scim_registry_known(&reader, NULL, json, scim_registry_schema_members)
        != 0
        || scim_registry_head(&reader, json) != 0
        || scim_registry_attributes(&reader, NULL, json, "attributes", 0,
                                    &reader.schema->schema.attributes,
                                    &reader.schema->schema.attribute_count)
           != 0)
    {
        goto failed;
    }

    return reader.schema;

failed:

    scim_registry_schema_free(reader.schema);

    return NULL;
}
