/*
 * One comparison of a filter: its attribute, its value, and whether the
 * attribute's type can be compared like that.
 * Must not know the grammar around it.
 */

#include <stdlib.h>
#include <string.h>

#include "filter_parser.h"
#include "names.h"
#include "scalar.h"
#include "text.h"


static int
scim_filter_sub_notation(scim_filter_parser_t *parser, const char *text,
    size_t length, scim_notation_t *notation)
{
    const scim_attribute_t  *sub;

    if (memchr(text, ':', length) != NULL
        || scim_notation_parse(parser->type, text, length, notation) != 0
        || notation->sub != NULL)
    {
        return -1;
    }

    notation->name = text;
    notation->name_length = length;
    notation->attribute = NULL;

    if (parser->parent == NULL) {
        return 0;
    }

    /* "value" of a multi-valued simple attribute is its element */

    if (parser->parent->type != SCIM_COMPLEX) {
        if (!scim_text_is(text, length, "value")) {
            return -1;
        }

        notation->attribute = parser->parent;
        notation->name = "value";

        return 0;
    }

    sub = scim_sub_attribute(parser->parent, text, length);

    if (sub != NULL) {
        notation->attribute = sub;
        notation->name = sub->name;
    }

    return 0;
}


static int
scim_filter_readable(scim_filter_parser_t *parser,
    const scim_notation_t *notation, size_t start)
{
    int                      known;
    const scim_attribute_t  *attribute;

    attribute = notation->sub ? notation->sub_attribute : notation->attribute;
    known = (attribute != NULL);

    if (!known && parser->policy->profile == SCIM_STRICT
        && !parser->policy->all_types)
    {
        (void) scim_filter_expected(parser, start, "no such attribute");
        return -1;
    }

    if (known && (attribute->returned == SCIM_RETURNED_NEVER
                  || notation->attribute->returned == SCIM_RETURNED_NEVER))
    {
        (void) scim_filter_expected(parser, start,
                                    "%s cannot be used in a filter",
                                    attribute->name);
        return -1;
    }

    return 0;
}


int
scim_filter_notation(scim_filter_parser_t *parser, scim_notation_t *notation)
{
    int          rc;
    size_t       start;
    const char  *text;

    scim_filter_skip(parser);

    start = parser->position;
    text = parser->text + start;

    while (parser->position < parser->length
           && strchr(" \t()[]\"", parser->text[parser->position]) == NULL)
    {
        parser->position++;
    }

    rc = parser->inside
         ? scim_filter_sub_notation(parser, text, parser->position - start,
                                    notation)
         : scim_notation_parse(parser->type, text, parser->position - start,
                               notation);

    if (rc != 0 || notation->name == NULL) {
        (void) scim_filter_expected(parser, start,
                                    parser->inside
                                    ? "expected a sub-attribute"
                                    : "expected an attribute");
        return -1;
    }

    return scim_filter_readable(parser, notation, start);
}


/* The end of a JSON string that starts at the parser's position. */
static size_t
scim_filter_string_end(const scim_filter_parser_t *parser)
{
    size_t  i;

    for (i = parser->position + 1; i < parser->length; i++) {
        if (parser->text[i] == '\\') {
            i++;

        } else if (parser->text[i] == '"') {
            return i + 1;
        }
    }

    return 0;
}


/*
 * The end of a value without quotes: before a bracket that closes one read
 * before, or " and " or " or ". So that the userName of old authentiks may
 * hold spaces.
 */
static size_t
scim_filter_bare_end(const scim_filter_parser_t *parser)
{
    size_t       i;
    const char  *text;

    text = parser->text;

    for (i = parser->position; i < parser->length; i++) {

        if ((text[i] == ')' || text[i] == ']') && parser->depth > 0) {
            break;
        }

        if (text[i] == ' '
            && (scim_filter_at_word(parser, i + 1, "and")
                || scim_filter_at_word(parser, i + 1, "or")))
        {
            break;
        }
    }

    while (i > parser->position && text[i - 1] == ' ') {
        i--;
    }

    return i;
}


/* A literal without quotes: true, false, null, a number; lenient any text. */
static json_t *
scim_filter_bare(scim_filter_parser_t *parser, size_t *end)
{
    int          truth;
    size_t       length;
    json_t      *value;
    const char  *text;

    text = parser->text + parser->position;
    *end = scim_filter_bare_end(parser);
    length = *end - parser->position;

    truth = scim_scalar_boolean(text, length);

    if (truth >= 0
        && (parser->policy->profile == SCIM_LENIENT
            || text[0] == 't' || text[0] == 'f'))
    {
        return json_boolean(truth);
    }

    if (scim_text_is(text, length, "null")) {
        return json_null();
    }

    value = scim_scalar_number(text, length);

    if (value == NULL && length > 0 && memchr(text, '\0', length) == NULL
        && parser->policy->profile == SCIM_LENIENT)
    {
        value = json_stringn(text, length);
    }

    return value;
}


static int
scim_filter_literal(scim_filter_parser_t *parser, scim_filter_t *filter)
{
    size_t        end;
    json_error_t  error;

    scim_filter_skip(parser);

    if (parser->position < parser->length
        && parser->text[parser->position] == '"')
    {
        end = scim_filter_string_end(parser);

        if (end == 0) {
            (void) scim_filter_expected(parser, parser->length,
                                        "expected a closing quote");
            return -1;
        }

        filter->value = json_loadb(parser->text + parser->position,
                                   end - parser->position, JSON_DECODE_ANY,
                                   &error);
    } else {
        filter->value = scim_filter_bare(parser, &end);
    }

    if (filter->value == NULL) {
        (void) scim_filter_expected(parser, parser->position,
                "expected a string in quotes, a number, true, false or null");
        return -1;
    }

    return 0;
}


static int
scim_filter_mismatch(scim_filter_parser_t *parser, size_t position,
    const scim_filter_t *filter, const char *expected)
{
    (void) scim_filter_expected(parser, position, "expected %s for %s",
                                expected, filter->compared->name);
    return -1;
}


/* The text of a string's comparison, prepared where it has no case. */
static int
scim_filter_text(scim_filter_parser_t *parser, scim_filter_t *filter)
{
    size_t       length;
    const char  *text;

    text = json_string_value(filter->value);
    length = json_string_length(filter->value);

    filter->exact = filter->compared != NULL && !parser->policy->any_case
                    && (filter->compared->case_exact
                        || filter->compared->type == SCIM_BINARY);

    if (!filter->exact) {
        filter->text = scim_names_prepare(text, length,
                                          &filter->text_length);
        filter->folded = 1;

    } else {
        filter->text = scim_text_copy(text, length);
        filter->text_length = length;
    }

    return (filter->text == NULL) ? scim_fail_memory(parser->err) : 0;
}


/* Lenient: the digits of an unquoted number are the string that was meant. */
static int
scim_filter_want_string(scim_filter_parser_t *parser, scim_filter_t *filter,
    size_t position, size_t end)
{
    json_t  *value;

    if (json_is_string(filter->value)) {
        return 0;
    }

    if (parser->policy->profile == SCIM_STRICT) {
        return scim_filter_mismatch(parser, position, filter,
                                    "a string in quotes");
    }

    value = json_stringn(parser->text + position, end - position);
    if (value == NULL) {
        return scim_fail_memory(parser->err);
    }

    json_decref(filter->value);
    filter->value = value;

    return 0;
}


static int
scim_filter_want_boolean(scim_filter_parser_t *parser, scim_filter_t *filter,
    size_t position)
{
    int  truth;

    if (json_is_string(filter->value)
        && parser->policy->profile == SCIM_LENIENT)
    {
        truth = scim_scalar_boolean(json_string_value(filter->value),
                                    json_string_length(filter->value));
        if (truth >= 0) {
            json_decref(filter->value);
            filter->value = json_boolean(truth);
        }
    }

    if (!json_is_boolean(filter->value)) {
        return scim_filter_mismatch(parser, position, filter,
                                    "true or false");
    }

    return 0;
}


static int
scim_filter_want_number(scim_filter_parser_t *parser, scim_filter_t *filter,
    size_t position)
{
    json_t  *number;

    if (json_is_string(filter->value)
        && parser->policy->profile == SCIM_LENIENT)
    {
        number = scim_scalar_number(json_string_value(filter->value),
                                    json_string_length(filter->value));
        if (number != NULL) {
            json_decref(filter->value);
            filter->value = number;
        }
    }

    if (!json_is_number(filter->value)) {
        return scim_filter_mismatch(parser, position, filter, "a number");
    }

    return 0;
}


static int
scim_filter_want_date(scim_filter_parser_t *parser, scim_filter_t *filter,
    size_t position)
{
    const char  *text;

    if (filter->op == SCIM_OP_CO || filter->op == SCIM_OP_SW
        || filter->op == SCIM_OP_EW)
    {
        return 0;
    }

    text = json_string_value(filter->value);

    if (text == NULL
        || scim_time_parse(&filter->time, text,
                           json_string_length(filter->value),
                           parser->policy->profile == SCIM_LENIENT)
           != 0)
    {
        return scim_filter_mismatch(parser, position, filter,
                                    "a dateTime (\"2008-01-23T04:56:22Z\")");
    }

    filter->dated = 1;

    return 0;
}


/* Makes the literal one of the attribute's type. */
static int
scim_filter_want(scim_filter_parser_t *parser, scim_filter_t *filter,
    size_t position, size_t end)
{
    if (filter->compared == NULL || json_is_null(filter->value)) {
        return 0;
    }

    switch (filter->compared->type) {

    case SCIM_BOOLEAN:
        return scim_filter_want_boolean(parser, filter, position);

    case SCIM_INTEGER:
    case SCIM_DECIMAL:
        return scim_filter_want_number(parser, filter, position);

    case SCIM_DATETIME:
        if (scim_filter_want_string(parser, filter, position, end) != 0) {
            return -1;
        }

        return scim_filter_want_date(parser, filter, position);

    default:
        return scim_filter_want_string(parser, filter, position, end);
    }
}


/* RFC 7644, section 3.4.2.2, table 3: what can't be ordered or searched. */
static int
scim_filter_can(scim_filter_parser_t *parser, const scim_filter_t *filter,
    size_t position)
{
    int          part, order;
    scim_type_t  type;

    part = filter->op == SCIM_OP_CO || filter->op == SCIM_OP_SW
           || filter->op == SCIM_OP_EW;
    order = filter->op >= SCIM_OP_GT;

    if (filter->compared == NULL) {
        return 0;
    }

    type = filter->compared->type;

    if ((order && (type == SCIM_BOOLEAN || type == SCIM_BINARY))
        || (part && (type == SCIM_BOOLEAN || type == SCIM_INTEGER
                     || type == SCIM_DECIMAL)))
    {
        (void) scim_filter_expected(parser, position,
                                    "%s cannot be compared like that",
                                    filter->compared->name);
        return -1;
    }

    return 0;
}


/*
 * What is compared: the sub-attribute, or the attribute, or, of a complex
 * attribute named alone, its "value" (emails eq ...).
 */
static int
scim_filter_target(scim_filter_parser_t *parser, scim_filter_t *filter,
    const scim_notation_t *notation, size_t position)
{
    const scim_attribute_t  *attribute;

    attribute = notation->sub ? notation->sub_attribute : notation->attribute;
    filter->compared = attribute;

    if (filter->op == SCIM_OP_PR || attribute == NULL
        || attribute->type != SCIM_COMPLEX)
    {
        return 0;
    }

    filter->compared = scim_sub_attribute(attribute, "value", 5);

    if (filter->compared == NULL || filter->sub != NULL) {
        (void) scim_filter_expected(parser, position,
                                    "%s needs a sub-attribute",
                                    attribute->name);
        return -1;
    }

    filter->sub = scim_text_copy("value", 5);

    return (filter->sub == NULL) ? scim_fail_memory(parser->err) : 0;
}


int
scim_filter_compared(scim_filter_parser_t *parser, scim_filter_t *filter,
    const scim_notation_t *notation, size_t position)
{
    size_t  start, end;

    if (scim_filter_target(parser, filter, notation, position) != 0) {
        return -1;
    }

    if (filter->op == SCIM_OP_PR) {
        return 0;
    }

    if (scim_filter_can(parser, filter, position) != 0) {
        return -1;
    }

    scim_filter_skip(parser);
    start = parser->position;

    if (scim_filter_literal(parser, filter) != 0) {
        return -1;
    }

    end = (start < parser->length && parser->text[start] == '"')
          ? scim_filter_string_end(parser) : scim_filter_bare_end(parser);

    if (scim_filter_want(parser, filter, start, end) != 0) {
        return -1;
    }

    parser->position = end;

    if (json_is_null(filter->value)
        && filter->op != SCIM_OP_EQ && filter->op != SCIM_OP_NE)
    {
        (void) scim_filter_expected(parser, start,
                                    "null can only be compared by eq and ne");
        return -1;
    }

    return json_is_string(filter->value) ? scim_filter_text(parser, filter)
                                         : 0;
}
