/*
 * What the two halves of the filter parser share: filter_parse.c reads the
 * grammar, filter_compare.c the attributes and values of a comparison.
 */

#ifndef SCIM_FILTER_PARSER_H
#define SCIM_FILTER_PARSER_H

#include "filter_tree.h"
#include "notation.h"

#pragma GCC visibility push(hidden)

typedef struct {
    const scim_resource_type_t  *type;
    const scim_policy_t         *policy;
    const char                  *text;
    size_t                       length;
    size_t                       position;
    size_t                       terms;
    unsigned                     depth;
    unsigned                     inside;   /* between an attribute's [ ]   */
    const scim_attribute_t      *parent;   /* that attribute, if known     */
    scim_error_t                *err;
} scim_filter_parser_t;


/* 400 invalidFilter at position (counted from 0); returns NULL. */
void *scim_filter_expected(scim_filter_parser_t *parser, size_t position,
    const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void scim_filter_skip(scim_filter_parser_t *parser);

/* 1: the keyword stands at position, and ends there. */
int scim_filter_at_word(const scim_filter_parser_t *parser, size_t position,
    const char *word);

/* Reads an attribute; inside brackets, a sub-attribute of the parent. */
int scim_filter_notation(scim_filter_parser_t *parser,
    scim_notation_t *notation);

/*
 * Reads the value that filter->op needs and checks that the attribute can be
 * compared so; position: of the operator.
 */
int scim_filter_compared(scim_filter_parser_t *parser, scim_filter_t *filter,
    const scim_notation_t *notation, size_t position);

#pragma GCC visibility pop

#endif
