/*
 * Members of a schema's representation, read one at a time.
 * Must not know which members there are, nor what they mean.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "registry_reader.h"
#include "text.h"


#define SCIM_REGISTRY_VALUES  256


struct scim_registry_block_s {
    scim_registry_block_t  *next;
    void                   *data;
};


void
scim_registry_schema_free(scim_registry_schema_t *schema)
{
    scim_registry_block_t  *block;

    if (schema == NULL) {
        return;
    }

    while (schema->blocks != NULL) {
        block = schema->blocks;
        schema->blocks = block->next;
        free(block->data);
        free(block);
    }

    json_decref(schema->source);
    free(schema);
}


void *
scim_registry_alloc(scim_registry_reader_t *reader, size_t count, size_t size)
{
    scim_registry_block_t  *block;

    block = calloc(1, sizeof(scim_registry_block_t));

    if (block != NULL) {
        block->next = reader->schema->blocks;
        reader->schema->blocks = block;

        block->data = calloc(count, size);
    }

    if (block == NULL || block->data == NULL) {
        scim_fail_memory(reader->err);
        return NULL;
    }

    return block->data;
}


int
scim_registry_wrong(const scim_registry_reader_t *reader,
    const scim_place_t *parent, const char *name, const char *reason)
{
    scim_place_t  here;

    here.parent = parent;
    here.name = name;
    here.index = 0;

    return scim_fail_at(reader->err, &here, SCIM_INVALID_VALUE, "%s", reason);
}


int
scim_registry_known(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object,
    const char *const *members)
{
    void        *iter;
    size_t       i;
    const char  *key;

    for (iter = json_object_iter((json_t *) object);
         iter != NULL;
         iter = json_object_iter_next((json_t *) object, iter))
    {
        key = json_object_iter_key(iter);

        for (i = 0; members[i] != NULL; i++) {
            if (scim_text_is(key, strlen(key), members[i])) {
                break;
            }
        }

        if (members[i] == NULL) {
            return scim_registry_wrong(reader, place, key,
                                       "is no part of a schema");
        }
    }

    return 0;
}


int
scim_registry_string(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    size_t max, const char **text)
{
    const json_t  *value;

    value = scim_json_member(object, name);

    if (value == NULL || json_is_null(value)) {
        return 0;
    }

    if (!json_is_string(value)) {
        return scim_registry_wrong(reader, place, name, "must be a string");
    }

    if (json_string_length(value) > max) {
        return scim_registry_wrong(reader, place, name, "is too long");
    }

    if (json_string_length(value) > 0) {
        *text = json_string_value(value);
    }

    return 0;
}


int
scim_registry_boolean(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    int otherwise)
{
    const json_t  *value;

    value = scim_json_member(object, name);

    if (value == NULL || json_is_null(value)) {
        return otherwise;
    }

    if (!json_is_boolean(value)) {
        return scim_registry_wrong(reader, place, name,
                                   "must be true or false");
    }

    return json_is_true(value) ? 1 : 0;
}


static int
scim_registry_choice(const scim_registry_reader_t *reader,
    const scim_place_t *parent, const char *name, const char *const *words)
{
    size_t        i;
    char          list[128];
    scim_place_t  here;

    here.parent = parent;
    here.name = name;
    here.index = 0;

    list[0] = '\0';

    for (i = 0; words[i] != NULL; i++) {
        (void) strcat(list, i ? ", " : "");
        (void) strcat(list, words[i]);
    }

    return scim_fail_at(reader->err, &here, SCIM_INVALID_VALUE,
                        "must be one of %s", list);
}


int
scim_registry_word(const scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    const char *const *words, int otherwise)
{
    int            i;
    const char    *text;
    const json_t  *value;

    value = scim_json_member(object, name);

    if (value == NULL || json_is_null(value)) {
        return otherwise;
    }

    text = json_string_value(value);

    for (i = 0; text != NULL && words[i] != NULL; i++) {
        if (scim_text_is(text, json_string_length(value), words[i])) {
            return i;
        }
    }

    return scim_registry_choice(reader, place, name, words);
}


int
scim_registry_strings(scim_registry_reader_t *reader,
    const scim_place_t *place, const json_t *object, const char *name,
    const char *const **list)
{
    size_t          i, count;
    json_t         *element;
    const json_t   *value;
    const char    **texts;

    value = scim_json_member(object, name);

    if (scim_json_unassigned(value)) {
        return 0;
    }

    count = json_array_size(value);

    if (count == 0 || count > SCIM_REGISTRY_VALUES) {
        return scim_registry_wrong(reader, place, name, count
                                   ? "has too many values"
                                   : "must be an array of strings");
    }

    texts = scim_registry_alloc(reader, count + 1, sizeof(char *));
    if (texts == NULL) {
        return -1;
    }

    json_array_foreach(value, i, element) {
        if (json_string_length(element) == 0
            || json_string_length(element) > SCIM_REGISTRY_TEXT)
        {
            return scim_registry_wrong(reader, place, name,
                                       "must be an array of strings");
        }

        texts[i] = json_string_value(element);
    }

    *list = texts;

    return 0;
}
