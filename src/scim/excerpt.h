/*
 * What a filter and a sort order read of a stored document, copied out of its
 * text: parsing that costs a fraction of parsing it all.
 */

#ifndef SCIM_EXCERPT_H
#define SCIM_EXCERPT_H

#include <stddef.h>
#include "filter.h"
#include "sort.h"

#pragma GCC visibility push(hidden)

typedef struct scim_excerpt_s  scim_excerpt_t;


/*
 * Of filter and sort either may be NULL; they must live as long. NULL: no
 * memory.
 */
scim_excerpt_t *scim_excerpt_create(const scim_filter_t *filter,
    const scim_sort_t *sort);

void scim_excerpt_free(scim_excerpt_t *excerpt);

/*
 * Writes a JSON object with "id" and what is read of the object in document
 * into text, which has room for as many bytes, and answers how many they are:
 * filter and sort find the same in it. 0: document is not as jansson writes an
 * object without spaces, and only parsing it can tell.
 */
size_t scim_excerpt(const scim_excerpt_t *excerpt, const char *document,
    size_t length, char *text);

#pragma GCC visibility pop

#endif
