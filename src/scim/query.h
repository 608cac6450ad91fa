/*
 * The query string of a GET, or the SearchRequest that replaces it
 * (RFC 7644, sections 3.4.2 and 3.4.3).
 */

#ifndef SCIM_QUERY_H
#define SCIM_QUERY_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"

#pragma GCC visibility push(hidden)

typedef struct {
    char    *filter;               /* decoded, NUL-terminated; NULL: absent  */
    char    *attributes;
    char    *excluded_attributes;
    char    *sort_by;
    char    *cursor;               /* "" is a cursor: the first page         */
    int      descending;
    long     start_index;          /* at least 1; 1 when absent              */
    long     count;                /* at least 0; -1 when absent             */
} scim_query_t;


/*
 * Reads text ("a=b&c=d"): '+' is a space, percent escapes are decoded once,
 * names compare without case, unknown ones are ignored, the first of a
 * repeated one counts. A broken escape, a NUL, bytes that are not UTF-8:
 * 400 invalidSyntax (invalidFilter in filter); a startIndex or count that is
 * no integer, or a startIndex beside a cursor: 400 invalidValue; numbers too
 * large are cut to LONG_MAX.
 * On failure query holds nothing.
 */
int scim_query_parse(scim_query_t *query, const char *text, size_t length,
    scim_error_t *err);

/* The same from a SearchRequest message. */
int scim_query_from_search(scim_query_t *query, const json_t *message,
    scim_error_t *err);

/*
 * One name or value of a query string, in place: '+' is a space, percent
 * escapes are decoded once. text has room for a NUL behind it. -1: a broken
 * escape; what comes out is not looked at.
 */
int scim_query_decode(char *text, size_t *length);

/* Frees the strings, not query. */
void scim_query_free(scim_query_t *query);

#pragma GCC visibility pop

#endif
