/*
 * Runs of ASCII: what attribute names, URNs and keywords are made of.
 * Internal to src/scim; people's names, in any script, are names.h.
 */

#ifndef SCIM_TEXT_H
#define SCIM_TEXT_H

#include <stddef.h>

#pragma GCC visibility push(hidden)

/* 1: text is the word, without case. */
int scim_text_is(const char *text, size_t length, const char *word);

/* 1: text begins with the word, without case. */
int scim_text_starts(const char *text, size_t length, const char *word);

/* A malloc()ed, NUL-terminated copy; NULL: no memory. */
char *scim_text_copy(const char *text, size_t length);

/* The same in lower case. */
char *scim_text_lower(const char *text, size_t length);

/* 1: every byte is ASCII. */
int scim_text_ascii(const char *text, size_t length);

/* 1: well-formed UTF-8 without NULs. */
int scim_text_utf8(const char *text, size_t length);

int scim_text_to_lower(int c);

#pragma GCC visibility pop

#endif
