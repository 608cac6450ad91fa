/*
 * Lists of entity tags, read as RFC 9110 writes them.
 * Must not know where versions come from.
 */

#include <string.h>

#include "version.h"


static size_t
scim_version_skip(const char *header, size_t length, size_t i)
{
    while (i < length && (header[i] == ' ' || header[i] == '\t')) {
        i++;
    }

    return i;
}


static int
scim_version_char(unsigned char c)
{
    return c == 0x21 || (c >= 0x23 && c != 0x7f);
}


/* Moves *i behind one entity tag and its white space; -1: it is none. */
static int
scim_version_tag(const char *header, size_t length, size_t *i,
    const char **opaque, size_t *opaque_length)
{
    size_t  p;

    p = *i;

    if (length - p >= 2 && header[p] == 'W' && header[p + 1] == '/') {
        p += 2;
    }

    if (p == length || header[p] != '"') {
        return -1;
    }

    *opaque = header + ++p;

    while (p < length && scim_version_char((unsigned char) header[p])) {
        p++;
    }

    if (p == length || header[p] != '"') {
        return -1;
    }

    *opaque_length = (size_t) (header + p - *opaque);
    *i = scim_version_skip(header, length, p + 1);

    return 0;
}


int
scim_version_matches(const char *header, size_t length, const char *version,
    size_t version_length)
{
    int          found;
    size_t       i, opaque_length;
    const char  *opaque;

    found = 0;
    i = scim_version_skip(header, length, 0);

    if (i < length && header[i] == '*') {
        return scim_version_skip(header, length, i + 1) == length;
    }

    while (i < length) {

        /* a list may have empty elements (RFC 9110, section 5.6.1.2) */

        if (header[i] == ',') {
            i = scim_version_skip(header, length, i + 1);
            continue;
        }

        if (scim_version_tag(header, length, &i, &opaque, &opaque_length)
            != 0)
        {
            return 0;
        }

        if (i < length && header[i] != ',') {
            return 0;
        }

        if (opaque_length == version_length
            && memcmp(opaque, version, version_length) == 0)
        {
            found = 1;
        }
    }

    return found;
}
