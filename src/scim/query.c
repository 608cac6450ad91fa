/*
 * Query parameters and SearchRequest messages, decoded once.
 * Must not know what a filter or an attribute list means.
 */

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "query.h"
#include "text.h"


#define SCIM_URN_SEARCH  "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


typedef enum {
    SCIM_QUERY_TEXT = 0,
    SCIM_QUERY_LIST,
    SCIM_QUERY_ORDER,
    SCIM_QUERY_NUMBER
} scim_query_kind_t;


typedef struct {
    const char         *name;
    scim_query_kind_t   kind;
    size_t              offset;
} scim_query_parameter_t;


static const scim_query_parameter_t  scim_query_parameters[] = {
    { "filter", SCIM_QUERY_TEXT, offsetof(scim_query_t, filter) },
    { "attributes", SCIM_QUERY_LIST, offsetof(scim_query_t, attributes) },
    { "excludedAttributes", SCIM_QUERY_LIST,
      offsetof(scim_query_t, excluded_attributes) },
    { "sortBy", SCIM_QUERY_TEXT, offsetof(scim_query_t, sort_by) },
    { "sortOrder", SCIM_QUERY_ORDER, offsetof(scim_query_t, descending) },
    { "startIndex", SCIM_QUERY_NUMBER, offsetof(scim_query_t, start_index) },
    { "count", SCIM_QUERY_NUMBER, offsetof(scim_query_t, count) },
    { "cursor", SCIM_QUERY_TEXT, offsetof(scim_query_t, cursor) }
};

#define SCIM_QUERY_PARAMETERS                                                 \
    (sizeof(scim_query_parameters) / sizeof(scim_query_parameters[0]))


static void
scim_query_init(scim_query_t *query)
{
    memset(query, 0, sizeof(scim_query_t));

    query->start_index = 1;
    query->count = -1;
}


void
scim_query_free(scim_query_t *query)
{
    free(query->filter);
    free(query->attributes);
    free(query->excluded_attributes);
    free(query->sort_by);
    free(query->cursor);

    scim_query_init(query);
}


/* The index of the parameter; SCIM_QUERY_PARAMETERS: unknown. */
static size_t
scim_query_find(const char *name, size_t length)
{
    size_t  i;

    for (i = 0; i < SCIM_QUERY_PARAMETERS; i++) {
        if (scim_text_is(name, length, scim_query_parameters[i].name)) {
            break;
        }
    }

    return i;
}


static int
scim_query_hex(int c)
{
    c = scim_text_to_lower(c);

    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


int
scim_query_decode(char *text, size_t *length)
{
    int     high, low;
    char    c;
    size_t  i, n;

    n = 0;

    for (i = 0; i < *length; i++) {
        c = text[i];

        if (c == '+') {
            c = ' ';

        } else if (c == '%') {
            if (*length - i < 3) {
                return -1;
            }

            high = scim_query_hex((unsigned char) text[i + 1]);
            low = scim_query_hex((unsigned char) text[i + 2]);

            if (high < 0 || low < 0) {
                return -1;
            }

            c = (char) (high * 16 + low);
            i += 2;
        }

        text[n++] = c;
    }

    text[n] = '\0';
    *length = n;

    return 0;
}


static int
scim_query_order(const scim_query_parameter_t *parameter, int *descending,
    const char *text, scim_error_t *err)
{
    size_t  length;

    length = strlen(text);

    if (scim_text_is(text, length, "descending")) {
        *descending = 1;
        return 0;
    }

    if (scim_text_is(text, length, "ascending")) {
        return 0;
    }

    return scim_fail(err, 400, SCIM_INVALID_VALUE,
                     "%s: expected \"ascending\" or \"descending\"",
                     parameter->name);
}


/* Numbers too small for the parameter become its least (RFC 7644, 3.4.2.4) */
static void
scim_query_store_number(scim_query_t *query,
    const scim_query_parameter_t *parameter, long number)
{
    long  *field, least;

    field = (long *) (void *) ((char *) query + parameter->offset);
    least = (field == &query->start_index) ? 1 : 0;

    *field = (number < least) ? least : number;
}


static int
scim_query_number(scim_query_t *query,
    const scim_query_parameter_t *parameter, const char *text,
    scim_error_t *err)
{
    char        *end;
    long         number;
    const char  *digits;

    digits = (text[0] == '-') ? text + 1 : text;

    /* strtol() saturates, as wanted, but would take white space */

    number = strtol(text, &end, 10);

    if (*digits < '0' || *digits > '9' || *end != '\0') {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "%s: expected an integer", parameter->name);
    }

    scim_query_store_number(query, parameter, number);

    return 0;
}


/* Takes text, which is malloc()ed. */
static int
scim_query_store(scim_query_t *query,
    const scim_query_parameter_t *parameter, char *text, scim_error_t *err)
{
    int    rc;
    char  *field;

    field = (char *) query + parameter->offset;

    switch (parameter->kind) {

    case SCIM_QUERY_ORDER:
        rc = scim_query_order(parameter, (int *) (void *) field, text, err);
        break;

    case SCIM_QUERY_NUMBER:
        rc = scim_query_number(query, parameter, text, err);
        break;

    default:
        *(char **) (void *) field = text;
        return 0;
    }

    free(text);

    return rc;
}


static int
scim_query_value(scim_query_t *query,
    const scim_query_parameter_t *parameter, const char *value,
    size_t length, scim_error_t *err)
{
    char        *text;
    const char  *type;

    text = scim_text_copy(value, length);
    if (text == NULL) {
        return scim_fail_memory(err);
    }

    /* invalidSyntax is for messages (RFC 7644, table 9) */

    switch (parameter->offset) {

    case offsetof(scim_query_t, filter):
        type = SCIM_INVALID_FILTER;
        break;

    case offsetof(scim_query_t, cursor):
        type = SCIM_INVALID_CURSOR;
        break;

    default:
        type = SCIM_INVALID_VALUE;
    }

    if (scim_query_decode(text, &length) != 0) {
        free(text);
        return scim_fail(err, 400, type, "%s: a broken percent escape",
                         parameter->name);
    }

    if (!scim_text_utf8(text, length)) {
        free(text);
        return scim_fail(err, 400, type,
                         "%s: expected UTF-8 without NUL characters",
                         parameter->name);
    }

    return scim_query_store(query, parameter, text, err);
}


/* The index of a name that may have percent escapes. */
static size_t
scim_query_name(const char *name, size_t length)
{
    char  decoded[64];

    if (length >= sizeof(decoded) || memchr(name, '%', length) == NULL) {
        return scim_query_find(name, length);
    }

    memcpy(decoded, name, length);

    return (scim_query_decode(decoded, &length) == 0)
           ? scim_query_find(decoded, length) : SCIM_QUERY_PARAMETERS;
}


/* RFC 9865, section 2: either a cursor tells where to begin, or an index. */
static int
scim_query_both(const scim_query_t *query, int indexed, scim_error_t *err)
{
    if (query->cursor == NULL || !indexed) {
        return 0;
    }

    return scim_fail(err, 400, SCIM_INVALID_VALUE,
                     "cursor and startIndex exclude each other");
}


/* One "name=value"; seen has a bit for each parameter. */
static int
scim_query_pair(scim_query_t *query, const char *pair, size_t length,
    unsigned *seen, scim_error_t *err)
{
    size_t       n, i;
    const char  *equals;

    equals = memchr(pair, '=', length);
    n = (equals != NULL) ? (size_t) (equals - pair) : length;
    i = scim_query_name(pair, n);

    if (i == SCIM_QUERY_PARAMETERS || (*seen & (1u << i))) {
        return 0;
    }

    *seen |= 1u << i;

    if (equals != NULL) {
        n++;
    }

    return scim_query_value(query, &scim_query_parameters[i], pair + n,
                            length - n, err);
}


int
scim_query_parse(scim_query_t *query, const char *text, size_t length,
    scim_error_t *err)
{
    size_t       n, i;
    unsigned     seen;
    const char  *end;

    scim_query_init(query);

    seen = 0;

    while (length > 0) {
        end = memchr(text, '&', length);
        n = (end != NULL) ? (size_t) (end - text) : length;

        if (scim_query_pair(query, text, n, &seen, err) != 0) {
            scim_query_free(query);
            return -1;
        }

        if (end == NULL) {
            break;
        }

        text += n + 1;
        length -= n + 1;
    }

    i = scim_query_find("startIndex", 10);

    if (scim_query_both(query, (seen & (1u << i)) != 0, err) != 0) {
        scim_query_free(query);
        return -1;
    }

    return 0;
}


/* An array of names made into the list that a query string would have. */
static char *
scim_query_join(const scim_query_parameter_t *parameter, const json_t *array,
    scim_error_t *err)
{
    char    *list, *p;
    size_t   i, size, length;
    json_t  *name;

    size = 1;

    json_array_foreach(array, i, name) {
        if (!json_is_string(name)) {
            scim_fail(err, 400, SCIM_INVALID_VALUE, "%s[%zu]: expected a "
                      "string", parameter->name, i);
            return NULL;
        }

        size += json_string_length(name) + 1;
    }

    list = malloc(size);
    if (list == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    p = list;

    json_array_foreach(array, i, name) {
        length = json_string_length(name);

        if (p != list) {
            *p++ = ',';
        }

        memcpy(p, json_string_value(name), length);
        p += length;
    }

    *p = '\0';

    return list;
}


static int
scim_query_member(scim_query_t *query,
    const scim_query_parameter_t *parameter, const json_t *value,
    scim_error_t *err)
{
    char         *text;
    json_int_t    number;

    if (json_is_null(value)) {
        return 0;
    }

    if (parameter->kind == SCIM_QUERY_LIST && json_is_array(value)) {
        text = scim_query_join(parameter, value, err);
        if (text == NULL) {
            return -1;
        }

        return scim_query_store(query, parameter, text, err);
    }

    if (parameter->kind == SCIM_QUERY_NUMBER) {
        if (!json_is_integer(value)) {
            return scim_fail(err, 400, SCIM_INVALID_VALUE,
                             "%s: expected an integer", parameter->name);
        }

        number = json_integer_value(value);
        if (number > LONG_MAX) {
            number = LONG_MAX;

        } else if (number < LONG_MIN) {
            number = LONG_MIN;
        }

        scim_query_store_number(query, parameter, (long) number);

        return 0;
    }

    if (!json_is_string(value)) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "%s: expected a string", parameter->name);
    }

    text = scim_text_copy(json_string_value(value),
                          json_string_length(value));
    if (text == NULL) {
        return scim_fail_memory(err);
    }

    return scim_query_store(query, parameter, text, err);
}


/* RFC 7644, section 3.1: a message says what it is; lenient if it does not. */
static int
scim_query_is_search(const json_t *message, scim_error_t *err)
{
    size_t         i;
    json_t        *urn;
    const json_t  *schemas;

    schemas = scim_json_member(message, "schemas");
    if (schemas == NULL) {
        return 0;
    }

    json_array_foreach(schemas, i, urn) {
        if (json_is_string(urn)
            && scim_text_is(json_string_value(urn), json_string_length(urn),
                            SCIM_URN_SEARCH))
        {
            return 0;
        }
    }

    return scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                     "schemas: expected \"" SCIM_URN_SEARCH "\"");
}


int
scim_query_from_search(scim_query_t *query, const json_t *message,
    scim_error_t *err)
{
    size_t         i;
    const json_t  *value;

    scim_query_init(query);

    if (!json_is_object(message)) {
        return scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                         "expected a SearchRequest message");
    }

    if (scim_query_is_search(message, err) != 0) {
        return -1;
    }

    for (i = 0; i < SCIM_QUERY_PARAMETERS; i++) {
        value = scim_json_member(message, scim_query_parameters[i].name);

        if (value != NULL
            && scim_query_member(query, &scim_query_parameters[i], value, err)
               != 0)
        {
            scim_query_free(query);
            return -1;
        }
    }

    value = scim_json_member(message, "startIndex");

    if (scim_query_both(query, value != NULL && !json_is_null(value), err)
        != 0)
    {
        scim_query_free(query);
        return -1;
    }

    return 0;
}
