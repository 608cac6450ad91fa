/*
 * JSON from strangers: limits first, then jansson.
 * Must not know what the members mean.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "text.h"


/* Where the text nests deeper than max_depth; length: nowhere. */
static size_t
scim_json_too_deep(const char *text, size_t length, size_t max_depth)
{
    int     quoted;
    size_t  i, depth;

    depth = 0;
    quoted = 0;

    for (i = 0; i < length; i++) {

        if (quoted) {
            if (text[i] == '\\') {
                i++;

            } else if (text[i] == '"') {
                quoted = 0;
            }

            continue;
        }

        switch (text[i]) {

        case '"':
            quoted = 1;
            break;

        case '{':
        case '[':
            if (depth == max_depth) {
                return i;
            }

            depth++;
            break;

        case '}':
        case ']':
            if (depth > 0) {
                depth--;
            }

            break;

        default:
            break;
        }
    }

    return length;
}


/* jansson's own words quote the text, which may not get into a log. */
static const char *
scim_json_reason(const json_error_t *error)
{
    switch (json_error_code(error)) {

    case json_error_invalid_utf8:
        return "not UTF-8";

    case json_error_premature_end_of_input:
        return "unexpected end";

    case json_error_end_of_input_expected:
        return "something follows the object";

    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL character";

    case json_error_duplicate_key:
        return "a name occurs twice in an object";

    case json_error_numeric_overflow:
        return "a number is too large";

    case json_error_stack_overflow:
        return "nested too deeply";

    default:
        return "not JSON";
    }
}


static void
scim_json_place(const char *text, size_t position, size_t *line,
    size_t *column)
{
    size_t  i;

    *line = 1;
    *column = 1;

    for (i = 0; i < position; i++) {
        if (text[i] == '\n') {
            (*line)++;
            *column = 1;

        } else {
            (*column)++;
        }
    }
}


json_t *
scim_json_load(const char *text, size_t length, size_t max_depth,
    scim_error_t *err)
{
    json_t        *json;
    size_t         position, line, column;
    json_error_t   error;

    position = scim_json_too_deep(text, length, max_depth);

    if (position != length) {
        scim_json_place(text, position, &line, &column);
        scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                  "line %zu, column %zu: nested deeper than %zu levels",
                  line, column, max_depth);
        return NULL;
    }

    json = json_loadb(length ? text : "", length,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

    if (json == NULL) {
        if (json_error_code(&error) == json_error_out_of_memory) {
            scim_fail_memory(err);
            return NULL;
        }

        scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                  "line %d, column %d: %s", error.line, error.column,
                  scim_json_reason(&error));
        return NULL;
    }

    if (!json_is_object(json)) {
        json_decref(json);
        scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                  "line 1, column 1: expected a JSON object");
        return NULL;
    }

    return json;
}


json_t *
scim_json_member(const json_t *object, const char *name)
{
    void        *iter;
    json_t      *value;
    const char  *key;

    value = json_object_get(object, name);
    if (value != NULL) {
        return value;
    }

    /* jansson's iterators want a pointer that is not const, but only read */

    for (iter = json_object_iter((json_t *) object);
         iter != NULL;
         iter = json_object_iter_next((json_t *) object, iter))
    {
        key = json_object_iter_key(iter);

        if (scim_text_is(key, strlen(key), name)) {
            return json_object_iter_value(iter);
        }
    }

    return NULL;
}


int
scim_json_unassigned(const json_t *value)
{
    return value == NULL
           || json_is_null(value)
           || (json_is_array(value) && json_array_size(value) == 0)
           || (json_is_object(value) && json_object_size(value) == 0);
}


json_t *
scim_json_array_of(json_t *value)
{
    json_t  *array;

    array = json_array();

    if (json_array_append_new(array, value) != 0) {
        json_decref(array);
        return NULL;
    }

    return array;
}


char *
scim_json_key(const json_t *value)
{
    char    *text;
    size_t   size;

    const size_t  flags = JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY;

    size = json_dumpb(value, NULL, 0, flags);
    if (size == 0) {
        return NULL;
    }

    text = malloc(size + 1);
    if (text == NULL) {
        return NULL;
    }

    if (json_dumpb(value, text, size, flags) != size) {
        free(text);
        return NULL;
    }

    text[size] = '\0';

    return text;
}
