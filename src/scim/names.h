/*
 * Comparing names as people do: without case, in any script.
 */

#ifndef SCIM_NAMES_H
#define SCIM_NAMES_H

#include <stddef.h>

#pragma GCC visibility push(hidden)

/*
 * The prepared form under which two spellings of a userName, a displayName or
 * any caseExact=false string are the same (RFC 8265's UsernameCaseMapped and
 * RFC 7644, section 5: width and case mapped, NFC; Unicode's NFKC_Casefold),
 * leading and trailing spaces kept. malloc()ed, *prepared_length bytes and a
 * NUL. NULL: text is not UTF-8, or no memory.
 */
char *scim_names_prepare(const char *text, size_t length,
    size_t *prepared_length);

/* Compares prepared forms: <0, 0, >0; text that is not UTF-8 as bytes. */
int scim_names_compare(const char *a, size_t a_length, const char *b,
    size_t b_length);

#pragma GCC visibility pop

#endif
