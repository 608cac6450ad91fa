/*
 * Attribute notation, with URNs whose "2.0" holds dots and digits.
 * Must not know filters, nor what is done at the attribute.
 */

#include <string.h>

#include "notation.h"
#include "text.h"


static int
scim_notation_letter(int c)
{
    c = scim_text_to_lower(c);

    return c >= 'a' && c <= 'z';
}


static int
scim_notation_digit(int c)
{
    return c >= '0' && c <= '9';
}


int
scim_notation_is_name(const char *text, size_t length)
{
    size_t  i;

    if (length > 1 && text[0] == '$') {
        text++;
        length--;
    }

    if (length == 0 || !scim_notation_letter(text[0])) {
        return 0;
    }

    for (i = 1; i < length; i++) {
        if (!scim_notation_letter(text[i]) && !scim_notation_digit(text[i])
            && text[i] != '-' && text[i] != '_')
        {
            return 0;
        }
    }

    return 1;
}


static int
scim_notation_is_number(const char *text, size_t length)
{
    size_t  i;

    for (i = 0; i < length; i++) {
        if (!scim_notation_digit(text[i]) && text[i] != '.') {
            return 0;
        }
    }

    return length > 0;
}


/*
 * An unknown URN: what stands behind its last colon is the attribute, unless
 * that is a version ("...:2.0") or a resource's name behind one
 * ("...:2.0:User"): then the URN stands alone.
 */
static void
scim_notation_unknown_urn(const char *text, size_t length,
    scim_notation_t *notation)
{
    size_t  last, before;

    notation->urn = text;
    notation->urn_length = length;

    for (last = length; text[last - 1] != ':'; last--) { /* void */ }

    if (last == length
        || (!scim_notation_letter(text[last]) && text[last] != '$'))
    {
        return;
    }

    for (before = last - 1; before > 0 && text[before - 1] != ':'; before--) {
        /* void */
    }

    if (scim_notation_is_number(text + before, last - 1 - before)
        || before == 0)
    {
        return;
    }

    notation->urn_length = last - 1;
    notation->name = text + last;
    notation->name_length = length - last;
}


/* Only where it is followed by its end or a colon is it this schema's URN. */
static int
scim_notation_schema(const scim_schema_t *schema, const char *text,
    size_t length, scim_notation_t *notation)
{
    size_t  n;

    n = strlen(schema->urn);

    if (!scim_text_starts(text, length, schema->urn)
        || (length > n && text[n] != ':'))
    {
        return 0;
    }

    notation->schema = schema;
    notation->urn = schema->urn;
    notation->urn_length = n;

    if (length > n) {
        notation->name = text + n + 1;
        notation->name_length = length - n - 1;
    }

    return 1;
}


static void
scim_notation_urn(const scim_resource_type_t *type, const char *text,
    size_t length, scim_notation_t *notation)
{
    size_t  i;

    if (!scim_text_starts(text, length, "urn:")) {
        notation->schema = type->schema;
        notation->name = text;
        notation->name_length = length;
        return;
    }

    for (i = 0; i < type->extension_count; i++) {
        if (scim_notation_schema(type->extensions[i].schema, text, length,
                                 notation))
        {
            return;
        }
    }

    if (!scim_notation_schema(type->schema, text, length, notation)) {
        scim_notation_unknown_urn(text, length, notation);
    }
}


static void
scim_notation_find(const scim_resource_type_t *type,
    scim_notation_t *notation)
{
    const scim_schema_t  *schema;

    schema = notation->schema;

    if (schema == type->schema) {
        notation->attribute = scim_schema_attribute(type, notation->name,
                                                    notation->name_length);

    } else if (schema != NULL) {
        notation->attribute = scim_attribute_find(schema->attributes,
                                                  schema->attribute_count,
                                                  notation->name,
                                                  notation->name_length);
    }

    if (notation->attribute == NULL) {
        return;
    }

    notation->name = notation->attribute->name;
    notation->name_length = strlen(notation->name);

    if (notation->sub == NULL) {
        return;
    }

    notation->sub_attribute = scim_sub_attribute(notation->attribute,
                                                 notation->sub,
                                                 notation->sub_length);
    if (notation->sub_attribute != NULL) {
        notation->sub = notation->sub_attribute->name;
        notation->sub_length = strlen(notation->sub);
    }
}


int
scim_notation_parse(const scim_resource_type_t *type, const char *text,
    size_t length, scim_notation_t *notation)
{
    const char  *dot;

    memset(notation, 0, sizeof(scim_notation_t));

    scim_notation_urn(type, text, length, notation);

    if (notation->name == NULL) {
        return 0;
    }

    dot = memchr(notation->name, '.', notation->name_length);

    if (dot != NULL) {
        notation->sub = dot + 1;
        notation->sub_length = (size_t) (notation->name
                               + notation->name_length - notation->sub);
        notation->name_length = (size_t) (dot - notation->name);

        if (!scim_notation_is_name(notation->sub, notation->sub_length)) {
            return -1;
        }
    }

    if (!scim_notation_is_name(notation->name, notation->name_length)) {
        return -1;
    }

    scim_notation_find(type, notation);

    if (notation->sub != NULL && notation->attribute != NULL
        && notation->attribute->type != SCIM_COMPLEX)
    {
        return -1;
    }

    if (notation->schema == type->schema) {
        notation->urn = NULL;
        notation->urn_length = 0;
    }

    return 0;
}
