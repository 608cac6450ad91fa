/*
 * The filter grammar (RFC 7644, section 3.4.2.2, figure 1) by recursive
 * descent, bounded by SCIM_FILTER_DEPTH. What a comparison may compare is
 * filter_compare.c's.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_parser.h"
#include "text.h"


static scim_filter_t *scim_filter_or(scim_filter_parser_t *parser);


static const char *const  scim_filter_ops[] = {
    "eq", "ne", "co", "sw", "ew", "pr", "gt", "ge", "lt", "le"
};


void
scim_filter_free(scim_filter_t *filter)
{
    scim_filter_t  *next;

    while (filter != NULL) {
        next = filter->next;

        scim_filter_free(filter->first);

        free(filter->urn);
        free(filter->name);
        free(filter->sub);
        free(filter->text);
        json_decref(filter->value);
        free(filter);

        filter = next;
    }
}


void *
scim_filter_expected(scim_filter_parser_t *parser, size_t position,
    const char *format, ...)
{
    char     reason[sizeof(parser->err->detail)];
    va_list  args;

    va_start(args, format);
    (void) vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);

    scim_fail(parser->err, 400, SCIM_INVALID_FILTER,
              "filter, position %zu: %s", position + 1, reason);

    return NULL;
}


static scim_filter_t *
scim_filter_create(scim_filter_parser_t *parser, scim_filter_kind_t kind,
    scim_filter_t *first)
{
    scim_filter_t  *filter;

    filter = calloc(1, sizeof(scim_filter_t));
    if (filter == NULL) {
        scim_filter_free(first);
        scim_fail_memory(parser->err);
        return NULL;
    }

    filter->kind = kind;
    filter->first = first;

    return filter;
}


void
scim_filter_skip(scim_filter_parser_t *parser)
{
    while (parser->position < parser->length
           && (parser->text[parser->position] == ' '
               || parser->text[parser->position] == '\t'))
    {
        parser->position++;
    }
}


static int
scim_filter_char(scim_filter_parser_t *parser, char c)
{
    scim_filter_skip(parser);

    if (parser->position == parser->length
        || parser->text[parser->position] != c)
    {
        return 0;
    }

    parser->position++;

    return 1;
}


int
scim_filter_at_word(const scim_filter_parser_t *parser, size_t position,
    const char *word)
{
    size_t       n, rest;
    const char  *text;

    n = strlen(word);
    text = parser->text + position;
    rest = parser->length - position;

    return scim_text_starts(text, rest, word)
           && (rest == n || strchr(" \t([)", text[n]) != NULL);
}


static int
scim_filter_word(scim_filter_parser_t *parser, const char *word)
{
    scim_filter_skip(parser);

    if (!scim_filter_at_word(parser, parser->position, word)) {
        return 0;
    }

    parser->position += strlen(word);

    return 1;
}


static int
scim_filter_operator(scim_filter_parser_t *parser, scim_filter_op_t *op)
{
    size_t       i, n;
    const char  *text;

    scim_filter_skip(parser);

    text = parser->text + parser->position;

    for (n = 0; parser->position + n < parser->length; n++) {
        i = (size_t) scim_text_to_lower((unsigned char) text[n]);

        if (i < 'a' || i > 'z') {
            break;
        }
    }

    for (i = 0; i < sizeof(scim_filter_ops) / sizeof(char *); i++) {
        if (scim_text_is(text, n, scim_filter_ops[i])) {
            parser->position += n;
            *op = (scim_filter_op_t) i;
            return 0;
        }
    }

    (void) scim_filter_expected(parser, parser->position,
                "expected one of eq, ne, co, sw, ew, pr, gt, ge, lt, le");

    return -1;
}


static int
scim_filter_enter(scim_filter_parser_t *parser)
{
    if (parser->depth == SCIM_FILTER_DEPTH) {
        (void) scim_filter_expected(parser, parser->position,
                                    "nested deeper than %d levels",
                                    SCIM_FILTER_DEPTH);
        return -1;
    }

    parser->depth++;

    return 0;
}


/* What stands in brackets, their opening one being read already. */
static scim_filter_t *
scim_filter_enclosed(scim_filter_parser_t *parser, char closing)
{
    scim_filter_t  *filter;

    if (scim_filter_enter(parser) != 0) {
        return NULL;
    }

    filter = scim_filter_or(parser);

    parser->depth--;

    if (filter == NULL) {
        return NULL;
    }

    if (!scim_filter_char(parser, closing)) {
        scim_filter_free(filter);
        return scim_filter_expected(parser, parser->position,
                                    "expected \"and\", \"or\" or \"%c\"",
                                    closing);
    }

    return filter;
}


static int
scim_filter_name(scim_filter_parser_t *parser, scim_filter_t *filter,
    const scim_notation_t *notation)
{
    filter->attribute = notation->attribute;
    filter->name = scim_text_copy(notation->name, notation->name_length);

    if (filter->name == NULL) {
        return scim_fail_memory(parser->err);
    }

    if (notation->urn != NULL) {
        filter->urn = scim_text_copy(notation->urn, notation->urn_length);

        if (filter->urn == NULL) {
            return scim_fail_memory(parser->err);
        }
    }

    if (notation->sub != NULL) {
        filter->sub = scim_text_copy(notation->sub, notation->sub_length);

        if (filter->sub == NULL) {
            return scim_fail_memory(parser->err);
        }
    }

    return 0;
}


/* The operator and the value behind an attribute. */
static scim_filter_t *
scim_filter_comparison(scim_filter_parser_t *parser,
    const scim_notation_t *notation)
{
    size_t          position;
    scim_filter_t  *filter;

    parser->terms++;

    if (parser->policy->max_filter_terms != 0
        && parser->terms > parser->policy->max_filter_terms)
    {
        return scim_filter_expected(parser, parser->position,
                                    "more than %zu comparisons",
                                    parser->policy->max_filter_terms);
    }

    filter = scim_filter_create(parser, SCIM_FILTER_COMPARE, NULL);
    if (filter == NULL) {
        return NULL;
    }

    scim_filter_skip(parser);
    position = parser->position;

    if (scim_filter_name(parser, filter, notation) != 0
        || scim_filter_operator(parser, &filter->op) != 0
        || scim_filter_compared(parser, filter, notation, position) != 0)
    {
        scim_filter_free(filter);
        return NULL;
    }

    return filter;
}


/*
 * attr[filter] and, as Entra writes it, attr[filter].sub op value, which is
 * attr[filter and sub op value]: one element has to satisfy both.
 */
static scim_filter_t *
scim_filter_element_rest(scim_filter_parser_t *parser, scim_filter_t *inner)
{
    size_t           start;
    scim_filter_t   *last;
    scim_notation_t  notation;

    if (parser->position == parser->length
        || parser->text[parser->position] != '.')
    {
        return inner;
    }

    start = ++parser->position;

    if (scim_filter_notation(parser, &notation) != 0) {
        scim_filter_free(inner);
        return NULL;
    }

    if (notation.sub != NULL) {
        scim_filter_free(inner);
        return scim_filter_expected(parser, start,
                                    "expected a sub-attribute");
    }

    last = scim_filter_comparison(parser, &notation);
    if (last == NULL) {
        scim_filter_free(inner);
        return NULL;
    }

    inner->next = last;

    return scim_filter_create(parser, SCIM_FILTER_AND, inner);
}


static scim_filter_t *
scim_filter_element(scim_filter_parser_t *parser,
    const scim_notation_t *notation)
{
    const scim_attribute_t  *parent;
    scim_filter_t           *inner, *filter;

    if (notation->sub != NULL || parser->inside
        || (notation->attribute != NULL
            && notation->attribute->type != SCIM_COMPLEX
            && !notation->attribute->multi_valued))
    {
        return scim_filter_expected(parser, parser->position,
                                    "expected no value filter here");
    }

    parser->position++;
    parent = parser->parent;

    parser->inside = 1;
    parser->parent = notation->attribute;

    inner = scim_filter_enclosed(parser, ']');
    if (inner != NULL) {
        inner = scim_filter_element_rest(parser, inner);
    }

    parser->inside = 0;
    parser->parent = parent;

    if (inner == NULL) {
        return NULL;
    }

    filter = scim_filter_create(parser, SCIM_FILTER_ELEMENT, inner);
    if (filter == NULL) {
        return NULL;
    }

    if (scim_filter_name(parser, filter, notation) != 0) {
        scim_filter_free(filter);
        return NULL;
    }

    return filter;
}


static scim_filter_t *
scim_filter_not(scim_filter_parser_t *parser)
{
    scim_filter_t  *inner;

    if (!scim_filter_char(parser, '(')) {
        return scim_filter_expected(parser, parser->position,
                                    "expected \"(\" after \"not\"");
    }

    inner = scim_filter_enclosed(parser, ')');
    if (inner == NULL) {
        return NULL;
    }

    return scim_filter_create(parser, SCIM_FILTER_NOT, inner);
}


static scim_filter_t *
scim_filter_term(scim_filter_parser_t *parser)
{
    scim_notation_t  notation;

    if (scim_filter_char(parser, '(')) {
        return scim_filter_enclosed(parser, ')');
    }

    if (scim_filter_word(parser, "not")) {
        return scim_filter_not(parser);
    }

    if (scim_filter_notation(parser, &notation) != 0) {
        return NULL;
    }

    if (parser->position < parser->length
        && parser->text[parser->position] == '[')
    {
        return scim_filter_element(parser, &notation);
    }

    return scim_filter_comparison(parser, &notation);
}


/* A chain of what next reads, joined by word. */
static scim_filter_t *
scim_filter_chain(scim_filter_parser_t *parser, const char *word,
    scim_filter_kind_t kind,
    scim_filter_t *(*next)(scim_filter_parser_t *parser))
{
    scim_filter_t  *first, *last;

    first = next(parser);
    if (first == NULL || !scim_filter_word(parser, word)) {
        return first;
    }

    last = first;

    do {
        last->next = next(parser);
        last = last->next;

        if (last == NULL) {
            scim_filter_free(first);
            return NULL;
        }

    } while (scim_filter_word(parser, word));

    return scim_filter_create(parser, kind, first);
}


static scim_filter_t *
scim_filter_and(scim_filter_parser_t *parser)
{
    return scim_filter_chain(parser, "and", SCIM_FILTER_AND,
                             scim_filter_term);
}


static scim_filter_t *
scim_filter_or(scim_filter_parser_t *parser)
{
    return scim_filter_chain(parser, "or", SCIM_FILTER_OR, scim_filter_and);
}


static void
scim_filter_init(scim_filter_parser_t *parser,
    const scim_resource_type_t *type, const scim_policy_t *policy,
    const char *text, size_t length, scim_error_t *err)
{
    memset(parser, 0, sizeof(scim_filter_parser_t));

    parser->type = type;
    parser->policy = policy;
    parser->text = text;
    parser->length = length;
    parser->err = err;
}


scim_filter_t *
scim_filter_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *text, size_t length,
    scim_error_t *err)
{
    scim_filter_t         *filter;
    scim_filter_parser_t   parser;

    scim_filter_init(&parser, type, policy, text, length, err);

    filter = scim_filter_or(&parser);
    if (filter == NULL) {
        return NULL;
    }

    scim_filter_skip(&parser);

    if (parser.position != length) {
        scim_filter_free(filter);
        return scim_filter_expected(&parser, parser.position,
                                    "expected \"and\", \"or\" or the end");
    }

    return filter;
}


scim_filter_t *
scim_filter_parse_element(const scim_resource_type_t *type,
    const scim_policy_t *policy, const scim_attribute_t *attribute,
    const char *text, size_t length, size_t *position, scim_error_t *err)
{
    scim_filter_t         *filter;
    scim_filter_parser_t   parser;

    scim_filter_init(&parser, type, policy, text, length, err);

    parser.position = *position;
    parser.inside = 1;
    parser.parent = attribute;

    filter = scim_filter_enclosed(&parser, ']');

    *position = parser.position - 1;

    return filter;
}
