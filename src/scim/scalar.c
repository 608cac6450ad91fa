/*
 * Strings, booleans, numbers, dates, binaries and references, one at a time.
 * Must not know where in a message a value stands.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "scalar.h"
#include "text.h"
#include "datetime.h"


int
scim_scalar_boolean(const char *text, size_t length)
{
    if (scim_text_is(text, length, "true")) {
        return 1;
    }

    return scim_text_is(text, length, "false") ? 0 : -1;
}


json_t *
scim_scalar_number(const char *text, size_t length)
{
    json_t  *number;

    /* jansson would skip white space */

    if (length == 0
        || !(text[0] == '-' || (text[0] >= '0' && text[0] <= '9'))
        || !(text[length - 1] >= '0' && text[length - 1] <= '9'))
    {
        return NULL;
    }

    number = json_loadb(text, length, JSON_DECODE_ANY, NULL);

    if (number != NULL && !json_is_number(number)) {
        json_decref(number);
        return NULL;
    }

    return number;
}


/*
 * A required string has to name something: not only spaces, and not only
 * what preparation takes away (zero-width characters).
 */
static int
scim_scalar_blank(const json_t *value)
{
    int      blank;
    char    *prepared;
    size_t   i, length;

    length = 0;
    prepared = scim_names_prepare(json_string_value(value),
                                  json_string_length(value), &length);
    if (prepared == NULL) {
        return 0;
    }

    blank = 1;

    for (i = 0; i < length; i++) {
        if (prepared[i] != ' ' && prepared[i] != '\t') {
            blank = 0;
            break;
        }
    }

    free(prepared);

    return blank;
}


static json_t *
scim_scalar_string(const scim_attribute_t *attribute, scim_profile_t profile,
    const json_t *value, const char **expected)
{
    char  text[64];

    *expected = "a string";

    if (json_is_string(value)) {

        if (attribute->required && scim_scalar_blank(value)) {
            *expected = "a string that is not empty";
            return NULL;
        }

        *expected = NULL;

        return json_incref((json_t *) value);
    }

    if (profile == SCIM_STRICT || !json_is_number(value)) {
        return NULL;
    }

    *expected = NULL;

    if (json_is_integer(value)) {
        (void) snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
                        json_integer_value(value));

    } else {
        (void) snprintf(text, sizeof(text), "%.17g", json_real_value(value));
    }

    return json_string(text);
}


static json_t *
scim_scalar_truth(scim_profile_t profile, const json_t *value,
    const char **expected)
{
    int  truth;

    *expected = "a boolean";

    if (json_is_boolean(value)) {
        return json_boolean(json_is_true(value));
    }

    if (profile == SCIM_STRICT || !json_is_string(value)) {
        return NULL;
    }

    truth = scim_scalar_boolean(json_string_value(value),
                                json_string_length(value));

    return (truth < 0) ? NULL : json_boolean(truth);
}


static json_t *
scim_scalar_numeric(const scim_attribute_t *attribute,
    scim_profile_t profile, const json_t *value, const char **expected)
{
    json_t  *number;

    *expected = (attribute->type == SCIM_INTEGER) ? "an integer" : "a number";

    if (json_is_number(value)) {
        number = json_incref((json_t *) value);

    } else if (json_is_string(value) && profile == SCIM_LENIENT) {
        number = scim_scalar_number(json_string_value(value),
                                    json_string_length(value));

    } else {
        return NULL;
    }

    if (attribute->type == SCIM_INTEGER && !json_is_integer(number)) {
        json_decref(number);
        return NULL;
    }

    return number;
}


/*
 * Base64 with or without padding; lenient also the URL-safe alphabet and
 * white space, as in PEM.
 */
static int
scim_scalar_is_base64(const char *text, size_t length, scim_profile_t profile)
{
    char    c;
    size_t  i, n, padding;

    n = 0;
    padding = 0;

    for (i = 0; i < length; i++) {
        c = text[i];

        if (profile == SCIM_LENIENT
            && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))
        {
            continue;
        }

        if (c == '=') {
            padding++;
            continue;
        }

        if (padding > 0) {
            return 0;
        }

        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
            || (c >= '0' && c <= '9') || c == '+' || c == '/'
            || (profile == SCIM_LENIENT && (c == '-' || c == '_')))
        {
            n++;
            continue;
        }

        return 0;
    }

    return n % 4 != 1 && (padding == 0 || (n + padding) % 4 == 0)
           && padding <= 2;
}


/* RFC 3986's characters; whether the URI leads anywhere is not ours. */
static int
scim_scalar_is_uri(const char *text, size_t length)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < length; i++) {
        c = (unsigned char) text[i];

        if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL) {
            return 0;
        }
    }

    return 1;
}


/* 1: the URI is that of a resource of this type: [.../]Users/ID */
static int
scim_scalar_refers_to(const scim_resource_type_t *type, const char *text,
    size_t length)
{
    size_t       id, n;
    const char  *name;

    for (id = length; id > 0 && text[id - 1] != '/'; id--) { /* void */ }

    name = type->endpoint + 1;
    n = strlen(name);

    return id < length && id > n
           && memcmp(text + id - 1 - n, name, n) == 0
           && (id == n + 1 || text[id - 2 - n] == '/');
}


/* RFC 7643, section 7: referenceTypes; "external", "uri" may be anything. */
static int
scim_scalar_refers(const scim_attribute_t *attribute, const char *text,
    size_t length)
{
    const char *const           *name;
    const scim_resource_type_t  *type;

    name = attribute->reference_types;

    for ( /* void */ ; name != NULL && *name != NULL; name++) {

        if (strcmp(*name, scim_user_type.name) == 0) {
            type = &scim_user_type;

        } else if (strcmp(*name, scim_group_type.name) == 0) {
            type = &scim_group_type;

        } else {
            return 1;
        }

        if (scim_scalar_refers_to(type, text, length)) {
            return 1;
        }
    }

    return attribute->reference_types == NULL;
}


static json_t *
scim_scalar_formatted(const scim_attribute_t *attribute,
    scim_profile_t profile, const json_t *value, const char **expected)
{
    int           good;
    size_t        length;
    const char   *text;
    scim_time_t   time;

    text = json_string_value(value);
    length = json_string_length(value);

    switch (attribute->type) {

    case SCIM_DATETIME:
        *expected = "a dateTime (\"2008-01-23T04:56:22Z\")";
        good = text != NULL && scim_time_parse(&time, text, length, 0) == 0;
        break;

    case SCIM_BINARY:
        *expected = "a base64 string";
        good = text != NULL && scim_scalar_is_base64(text, length, profile);
        break;

    default:
        *expected = "a URI";
        good = text != NULL
               && (profile == SCIM_LENIENT
                   || scim_scalar_is_uri(text, length));

        if (good && profile == SCIM_STRICT
            && !scim_scalar_refers(attribute, text, length))
        {
            *expected = "the URI of a resource of its referenceTypes";
            good = 0;
        }

        break;
    }

    if (!good) {
        return NULL;
    }

    *expected = NULL;

    return json_incref((json_t *) value);
}


static int
scim_scalar_is_canonical(const scim_attribute_t *attribute,
    const json_t *value)
{
    size_t              length;
    const char         *text;
    const char *const  *canonical;

    text = json_string_value(value);
    length = json_string_length(value);

    for (canonical = attribute->canonical_values;
         *canonical != NULL;
         canonical++)
    {
        if (attribute->case_exact ? strcmp(text, *canonical) == 0
                                  : scim_names_compare(text, length,
                                                       *canonical,
                                                       strlen(*canonical))
                                    == 0)
        {
            return 1;
        }
    }

    return 0;
}


static json_t *
scim_scalar_typed(const scim_attribute_t *attribute, scim_profile_t profile,
    const json_t *value, const char **expected)
{
    switch (attribute->type) {

    case SCIM_STRING:
        return scim_scalar_string(attribute, profile, value, expected);

    case SCIM_BOOLEAN:
        return scim_scalar_truth(profile, value, expected);

    case SCIM_DECIMAL:
    case SCIM_INTEGER:
        return scim_scalar_numeric(attribute, profile, value, expected);

    default:
        return scim_scalar_formatted(attribute, profile, value, expected);
    }
}


json_t *
scim_scalar_accept(const scim_attribute_t *attribute, scim_profile_t profile,
    const json_t *value, const char **expected)
{
    json_t  *result;

    result = scim_scalar_typed(attribute, profile, value, expected);

    if (result != NULL && attribute->closed
        && !scim_scalar_is_canonical(attribute, result))
    {
        *expected = "one of its canonical values";
        json_decref(result);
        return NULL;
    }

    return result;
}
