/*
 * Sort keys: one value of a resource, made ready to be compared.
 * Must not know how many resources there are, nor how they are sorted.
 */

#include <stdlib.h>
#include <string.h>

#include "datetime.h"
#include "json.h"
#include "names.h"
#include "notation.h"
#include "sort.h"
#include "text.h"


struct scim_sort_s {
    char        *urn;           /* the extension's, or NULL                  */
    char        *name;
    char        *sub;           /* or NULL                                   */
    unsigned     known:1;       /* documents have the schema's spelling      */
    unsigned     exact:1;       /* caseExact, or none that has a case        */
    unsigned     dated:1;
    unsigned     descending:1;
};


/* In the order in which values of different kinds are sorted. */
typedef enum {
    SCIM_SORT_BOOLEAN = 0,
    SCIM_SORT_NUMBER,
    SCIM_SORT_TIME,
    SCIM_SORT_TEXT,
    SCIM_SORT_MISSING
} scim_sort_kind_t;


struct scim_sort_key_s {
    scim_sort_kind_t   kind;
    unsigned           real:1;      /* the number is value.real             */

    union {
        json_int_t     integer;     /* booleans too                         */
        double         real;
        scim_time_t    time;
    } value;

    size_t             length;
    char               text[];
};


void
scim_sort_free(scim_sort_t *sort)
{
    if (sort == NULL) {
        return;
    }

    free(sort->urn);
    free(sort->name);
    free(sort->sub);
    free(sort);
}


/* invalidPath is for a PATCH (RFC 7644, table 9) */

static int
scim_sort_invalid(scim_error_t *err, const char *reason)
{
    return scim_fail(err, 400, SCIM_INVALID_VALUE, "sortBy: %s", reason);
}


/* Finds the attribute whose values are compared; NULL: unknown. */
static int
scim_sort_target(const scim_policy_t *policy, scim_notation_t *notation,
    const scim_attribute_t **attribute, scim_error_t *err)
{
    *attribute = notation->sub ? notation->sub_attribute
                               : notation->attribute;

    if (*attribute == NULL) {
        return (policy->profile == SCIM_STRICT && !policy->all_types)
               ? scim_sort_invalid(err, "no such attribute") : 0;
    }

    if ((*attribute)->type == SCIM_COMPLEX) {
        *attribute = scim_sub_attribute(notation->attribute, "value", 5);

        if (*attribute == NULL) {
            return scim_sort_invalid(err, "expected a sub-attribute");
        }

        notation->sub = (*attribute)->name;
        notation->sub_length = strlen(notation->sub);
    }

    if ((*attribute)->returned == SCIM_RETURNED_NEVER
        || notation->attribute->returned == SCIM_RETURNED_NEVER)
    {
        return scim_sort_invalid(err, "an attribute that is never returned");
    }

    return 0;
}


static int
scim_sort_copy(scim_sort_t *sort, const scim_notation_t *notation)
{
    sort->name = scim_text_copy(notation->name, notation->name_length);
    if (sort->name == NULL) {
        return -1;
    }

    if (notation->urn != NULL) {
        sort->urn = scim_text_copy(notation->urn, notation->urn_length);
        if (sort->urn == NULL) {
            return -1;
        }
    }

    if (notation->sub != NULL) {
        sort->sub = scim_text_copy(notation->sub, notation->sub_length);
        if (sort->sub == NULL) {
            return -1;
        }
    }

    return 0;
}


scim_sort_t *
scim_sort_parse(const scim_resource_type_t *type, const scim_policy_t *policy,
    const char *sort_by, size_t length, int descending, scim_error_t *err)
{
    scim_sort_t             *sort;
    scim_notation_t          notation;
    const scim_attribute_t  *attribute;

    if (scim_notation_parse(type, sort_by, length, &notation) != 0
        || notation.name == NULL)
    {
        scim_sort_invalid(err, "expected an attribute's name");
        return NULL;
    }

    if (scim_sort_target(policy, &notation, &attribute, err) != 0) {
        return NULL;
    }

    sort = calloc(1, sizeof(scim_sort_t));

    if (sort == NULL || scim_sort_copy(sort, &notation) != 0) {
        scim_sort_free(sort);
        scim_fail_memory(err);
        return NULL;
    }

    sort->descending = (descending != 0);

    if (attribute != NULL) {
        sort->known = 1;
        sort->dated = (attribute->type == SCIM_DATETIME);
        sort->exact = attribute->case_exact
                      || attribute->type == SCIM_BINARY;
    }

    return sort;
}


const char *
scim_sort_attribute(const scim_sort_t *sort)
{
    return (sort->urn != NULL) ? sort->urn : sort->name;
}


int
scim_sort_reads(const scim_sort_t *sort, const char *attribute)
{
    const char  *name;

    name = scim_sort_attribute(sort);

    return scim_text_is(name, strlen(name), attribute);
}


static const json_t *
scim_sort_get(const scim_sort_t *sort, const json_t *object, const char *name)
{
    return sort->known ? json_object_get(object, name)
                       : scim_json_member(object, name);
}


/* The primary value of an array or else its first (RFC 7643, section 2.4). */
static const json_t *
scim_sort_element(const json_t *array)
{
    size_t   i;
    json_t  *element;

    json_array_foreach(array, i, element) {
        if (json_is_true(json_object_get(element, "primary"))) {
            return element;
        }
    }

    return json_array_get(array, 0);
}


static const json_t *
scim_sort_value(const scim_sort_t *sort, const json_t *resource)
{
    const json_t  *value;

    value = resource;

    if (sort->urn != NULL) {
        value = scim_sort_get(sort, value, sort->urn);
    }

    value = scim_sort_get(sort, value, sort->name);

    if (json_is_array(value)) {
        value = scim_sort_element(value);
    }

    /* an unknown complex attribute's own value, as of a known one */

    if (sort->sub != NULL) {
        value = scim_sort_get(sort, value, sort->sub);

    } else if (!sort->known && json_is_object(value)) {
        value = scim_json_member(value, "value");
    }

    return value;
}


/* length bytes and a NUL; what is not text has none. */
static scim_sort_key_t *
scim_sort_create(scim_sort_kind_t kind, const char *text, size_t length)
{
    scim_sort_key_t  *key;

    key = malloc(sizeof(scim_sort_key_t) + length + 1);
    if (key == NULL) {
        return NULL;
    }

    memset(key, 0, sizeof(scim_sort_key_t));

    key->kind = kind;
    key->length = length;

    if (length > 0) {
        memcpy(key->text, text, length);
    }

    key->text[length] = '\0';

    return key;
}


static scim_sort_key_t *
scim_sort_folded(const char *text, size_t length)
{
    char             *prepared;
    size_t            i, n;
    scim_sort_key_t  *key;

    if (!scim_text_ascii(text, length)) {
        prepared = scim_names_prepare(text, length, &n);

        if (prepared != NULL) {
            key = scim_sort_create(SCIM_SORT_TEXT, prepared, n);
            free(prepared);

            return key;
        }
    }

    key = scim_sort_create(SCIM_SORT_TEXT, text, length);

    for (i = 0; key != NULL && i < length; i++) {
        key->text[i] = (char) scim_text_to_lower((unsigned char) text[i]);
    }

    return key;
}


static scim_sort_key_t *
scim_sort_string(const scim_sort_t *sort, const json_t *value)
{
    size_t            length;
    const char       *text;
    scim_time_t       time;
    scim_sort_key_t  *key;

    text = json_string_value(value);
    length = json_string_length(value);

    /* no data, as "pr" sees it too */

    if (length == 0) {
        return scim_sort_create(SCIM_SORT_MISSING, NULL, 0);
    }

    if (sort->dated && scim_time_parse(&time, text, length, 1) == 0) {
        key = scim_sort_create(SCIM_SORT_TIME, NULL, 0);

        if (key != NULL) {
            key->value.time = time;
        }

        return key;
    }

    return sort->exact ? scim_sort_create(SCIM_SORT_TEXT, text, length)
                       : scim_sort_folded(text, length);
}


static scim_sort_key_t *
scim_sort_plain(const json_t *value)
{
    scim_sort_kind_t   kind;
    scim_sort_key_t   *key;

    if (json_is_boolean(value)) {
        kind = SCIM_SORT_BOOLEAN;

    } else {
        kind = json_is_number(value) ? SCIM_SORT_NUMBER : SCIM_SORT_MISSING;
    }

    key = scim_sort_create(kind, NULL, 0);
    if (key == NULL) {
        return NULL;
    }

    if (json_is_real(value)) {
        key->real = 1;
        key->value.real = json_real_value(value);

    } else {
        key->value.integer = json_is_true(value)
                             ? 1 : json_integer_value(value);
    }

    return key;
}


scim_sort_key_t *
scim_sort_key(const scim_sort_t *sort, const json_t *resource)
{
    const json_t  *value;

    value = scim_sort_value(sort, resource);

    return json_is_string(value) ? scim_sort_string(sort, value)
                                 : scim_sort_plain(value);
}


void
scim_sort_key_free(scim_sort_key_t *key)
{
    free(key);
}


/*
 * An integer against a real, without rounding it to one: an order in which
 * two integers are equal to the same real but not to each other is none.
 */
static int
scim_sort_mixed(json_int_t integer, double real)
{
    double      fraction;
    json_int_t  whole;

    if (real >= 9223372036854775808.0) {
        return -1;
    }

    if (real < -9223372036854775808.0) {
        return 1;
    }

    whole = (json_int_t) real;

    if (integer != whole) {
        return (integer > whole) ? 1 : -1;
    }

    fraction = real - (double) whole;

    return (fraction < 0) - (fraction > 0);
}


static int
scim_sort_numbers(const scim_sort_key_t *a, const scim_sort_key_t *b)
{
    if (a->real && b->real) {
        return (a->value.real > b->value.real)
               - (a->value.real < b->value.real);
    }

    if (a->real) {
        return -scim_sort_mixed(b->value.integer, a->value.real);
    }

    if (b->real) {
        return scim_sort_mixed(a->value.integer, b->value.real);
    }

    return (a->value.integer > b->value.integer)
           - (a->value.integer < b->value.integer);
}


/* The order of UTF-8's bytes is that of Unicode's code points. */
static int
scim_sort_texts(const scim_sort_key_t *a, const scim_sort_key_t *b)
{
    int  n;

    n = memcmp(a->text, b->text,
               a->length < b->length ? a->length : b->length);
    if (n != 0) {
        return n;
    }

    return (a->length > b->length) - (a->length < b->length);
}


static int
scim_sort_ascending(const scim_sort_key_t *a, const scim_sort_key_t *b)
{
    if (a->kind != b->kind) {
        return (a->kind > b->kind) - (a->kind < b->kind);
    }

    switch (a->kind) {

    case SCIM_SORT_BOOLEAN:
    case SCIM_SORT_NUMBER:
        return scim_sort_numbers(a, b);

    case SCIM_SORT_TIME:
        return scim_time_compare(&a->value.time, &b->value.time);

    case SCIM_SORT_TEXT:
        return scim_sort_texts(a, b);

    default:
        return 0;
    }
}


int
scim_sort_compare(const scim_sort_t *sort, const scim_sort_key_t *a,
    const scim_sort_key_t *b)
{
    return sort->descending ? scim_sort_ascending(b, a)
                            : scim_sort_ascending(a, b);
}
