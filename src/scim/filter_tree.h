/*
 * A parsed filter; internal to filter_*.c, path.c, patch_*.c and excerpt.c.
 */

#ifndef SCIM_FILTER_TREE_H
#define SCIM_FILTER_TREE_H

#include <stddef.h>
#include <jansson.h>
#include "datetime.h"
#include "error.h"
#include "filter.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

/* Brackets and "not" within each other; the match recurses as deep. */
#define SCIM_FILTER_DEPTH  64

typedef enum {
    SCIM_FILTER_COMPARE = 0,
    SCIM_FILTER_AND,
    SCIM_FILTER_OR,
    SCIM_FILTER_NOT,
    SCIM_FILTER_ELEMENT              /* attr[...]: one value matches it all */
} scim_filter_kind_t;

typedef enum {
    SCIM_OP_EQ = 0,
    SCIM_OP_NE,
    SCIM_OP_CO,
    SCIM_OP_SW,
    SCIM_OP_EW,
    SCIM_OP_PR,
    SCIM_OP_GT,
    SCIM_OP_GE,
    SCIM_OP_LT,
    SCIM_OP_LE
} scim_filter_op_t;

/*
 * and, or: children from first along next, two or more, so that a long chain
 * is no deep tree. not, element: one child. compare: none.
 *
 * The attribute of an element and of a comparison is urn, name and sub; in
 * an element's child, name is the element's sub-attribute and urn is NULL.
 */
struct scim_filter_s {
    scim_filter_kind_t       kind;
    scim_filter_t           *next;
    scim_filter_t           *first;

    char                    *urn;
    char                    *name;
    char                    *sub;
    const scim_attribute_t  *attribute;      /* of name; NULL: unknown      */
    const scim_attribute_t  *compared;       /* what op reads; or NULL      */

    scim_filter_op_t         op;
    unsigned                 folded:1;       /* text is prepared            */
    unsigned                 exact:1;        /* caseExact                   */
    unsigned                 dated:1;        /* compare time, not text      */
    json_t                  *value;          /* NULL for pr                 */
    char                    *text;           /* of a string value           */
    size_t                   text_length;
    scim_time_t              time;
};


/*
 * The filter between the brackets behind attribute (NULL: an unknown one),
 * from text[*position] on; *position is moved to the closing bracket.
 */
scim_filter_t *scim_filter_parse_element(const scim_resource_type_t *type,
    const scim_policy_t *policy, const scim_attribute_t *attribute,
    const char *text, size_t length, size_t *position, scim_error_t *err);

/*
 * Puts what the filter says that the element it looks for equals into
 * element ({"type": "work"} for type eq "work"); -1: it says more than that,
 * so no such element can be made; -2: no memory.
 */
int scim_filter_describe(const scim_filter_t *filter, json_t *element);

/*
 * 1, and appends them to strings: the filter is nothing but "name eq a string"
 * or such comparisons joined by "or". 0: it is more; -1: no memory.
 */
int scim_filter_strings(const scim_filter_t *filter, const char *name,
    json_t *strings);

#pragma GCC visibility pop

#endif
