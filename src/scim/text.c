/*
 * Runs of ASCII, compared and copied without asking the locale.
 * Must not know what the text means.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"


int
scim_text_to_lower(int c)
{
    return (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
}


int
scim_text_starts(const char *text, size_t length, const char *word)
{
    size_t  i;

    for (i = 0; word[i] != '\0'; i++) {
        if (i == length
            || scim_text_to_lower((unsigned char) text[i])
               != scim_text_to_lower((unsigned char) word[i]))
        {
            return 0;
        }
    }

    return 1;
}


int
scim_text_is(const char *text, size_t length, const char *word)
{
    /* nearly always it is spelled as it should be */

    return strlen(word) == length
           && (memcmp(text, word, length) == 0
               || scim_text_starts(text, length, word));
}


char *
scim_text_copy(const char *text, size_t length)
{
    char  *copy;

    copy = malloc(length + 1);
    if (copy == NULL) {
        return NULL;
    }

    if (length > 0) {
        memcpy(copy, text, length);
    }

    copy[length] = '\0';

    return copy;
}


char *
scim_text_lower(const char *text, size_t length)
{
    char    *copy;
    size_t   i;

    copy = scim_text_copy(text, length);
    if (copy == NULL) {
        return NULL;
    }

    for (i = 0; i < length; i++) {
        copy[i] = (char) scim_text_to_lower((unsigned char) copy[i]);
    }

    return copy;
}


int
scim_text_ascii(const char *text, size_t length)
{
    size_t         i;
    unsigned char  all;

    all = 0;

    for (i = 0; i < length; i++) {
        all |= (unsigned char) text[i];
    }

    return all < 0x80;
}


int
scim_text_utf8(const char *text, size_t length)
{
    size_t                i, n, k;
    uint32_t              code;
    const unsigned char  *p;

    static const uint32_t  least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    p = (const unsigned char *) text;

    for (i = 0; i < length; i += n) {

        if (p[i] < 0x80) {
            if (p[i] == 0) {
                return 0;
            }

            n = 1;
            continue;
        }

        if (p[i] >= 0xf0) {
            n = 4;
            code = p[i] & 0x0f;

        } else if (p[i] >= 0xe0) {
            n = 3;
            code = p[i] & 0x0f;

        } else {
            n = 2;
            code = p[i] & 0x1f;
        }

        if (p[i] < 0xc0 || p[i] > 0xf4 || length - i < n) {
            return 0;
        }

        for (k = 1; k < n; k++) {
            if ((p[i + k] & 0xc0) != 0x80) {
                return 0;
            }

            code = (code << 6) | (p[i + k] & 0x3f);
        }

        if (code < least[n] || code > 0x10ffff
            || (code >= 0xd800 && code <= 0xdfff))
        {
            return 0;
        }
    }

    return 1;
}
