/*
 * The bytes of a cursor, and base64url without padding (RFC 4648, section 5).
 * There is one text for the same bytes, and no other. Must not know what a
 * place is.
 *
 *   1  the layout's number
 *   1  part
 *   4  count, the most significant byte first
 *   8  expires, the same
 *   8  the query's hash
 *   n  place, to the end
 */

#include <string.h>

#include "cursor.h"


#define SCIM_CURSOR_LAYOUT  1


static const char  scim_cursor_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


static unsigned char *
scim_cursor_put(unsigned char *p, uint64_t number, size_t size)
{
    while (size-- > 0) {
        *p++ = (unsigned char) (number >> (8 * size));
    }

    return p;
}


static uint64_t
scim_cursor_get(const unsigned char *p, size_t size)
{
    uint64_t  number;

    number = 0;

    while (size-- > 0) {
        number = number << 8 | *p++;
    }

    return number;
}


int
scim_cursor_pack(const scim_cursor_t *cursor, scim_sealed_t *sealed)
{
    unsigned char  *p;

    if (cursor->part > 255 || cursor->length == 0
        || cursor->length > SCIM_CURSOR_PLACE)
    {
        return -1;
    }

    p = scim_cursor_put(sealed->bytes, SCIM_CURSOR_LAYOUT, 1);
    p = scim_cursor_put(p, cursor->part, 1);
    p = scim_cursor_put(p, cursor->count, 4);
    p = scim_cursor_put(p, cursor->expires, 8);

    memcpy(p, cursor->query, SCIM_CURSOR_QUERY);
    memcpy(p + SCIM_CURSOR_QUERY, cursor->place, cursor->length);

    sealed->length = SCIM_CURSOR_HEAD + cursor->length;

    return 0;
}


int
scim_cursor_unpack(const scim_sealed_t *sealed, scim_cursor_t *cursor)
{
    const unsigned char  *p;

    if (sealed->length <= SCIM_CURSOR_HEAD
        || sealed->length > sizeof(sealed->bytes)
        || sealed->bytes[0] != SCIM_CURSOR_LAYOUT)
    {
        return -1;
    }

    p = sealed->bytes;

    cursor->part = p[1];
    cursor->count = (uint32_t) scim_cursor_get(p + 2, 4);
    cursor->expires = scim_cursor_get(p + 6, 8);
    cursor->length = sealed->length - SCIM_CURSOR_HEAD;

    memcpy(cursor->query, p + 14, SCIM_CURSOR_QUERY);
    memcpy(cursor->place, p + SCIM_CURSOR_HEAD, cursor->length);

    return 0;
}


size_t
scim_cursor_print(const scim_sealed_t *sealed, char text[SCIM_CURSOR_TEXT])
{
    char      *p;
    size_t     i, n, total;
    uint32_t   bits;

    p = text;
    bits = 0;
    n = 0;
    total = sealed->length + SCIM_CURSOR_MAC;

    for (i = 0; i < total; i++) {
        bits = bits << 8 | (i < sealed->length
                            ? sealed->bytes[i]
                            : sealed->mac[i - sealed->length]);

        for (n += 8; n >= 6; n -= 6) {
            *p++ = scim_cursor_alphabet[bits >> (n - 6) & 63];
        }
    }

    if (n > 0) {
        *p++ = scim_cursor_alphabet[bits << (6 - n) & 63];
    }

    return (size_t) (p - text);
}


/* The six bits of a character; -1: it is none of the alphabet's. */
static int
scim_cursor_digit(char c)
{
    const char  *p;

    p = memchr(scim_cursor_alphabet, c, sizeof(scim_cursor_alphabet) - 1);

    return p ? (int) (p - scim_cursor_alphabet) : -1;
}


int
scim_cursor_scan(const char *text, size_t length, scim_sealed_t *sealed)
{
    int            digit;
    size_t         i, n, total;
    uint32_t       bits;
    unsigned char  bytes[sizeof(sealed->bytes) + SCIM_CURSOR_MAC];

    if (length > SCIM_CURSOR_TEXT) {
        return -1;
    }

    bits = 0;
    n = 0;
    total = 0;

    for (i = 0; i < length; i++) {
        digit = scim_cursor_digit(text[i]);
        if (digit < 0) {
            return -1;
        }

        bits = bits << 6 | (uint32_t) digit;
        n += 6;

        if (n >= 8) {
            n -= 8;
            bytes[total++] = (unsigned char) (bits >> n);
        }
    }

    /* what is left is filled up with zeros, and is less than a character */

    if (n >= 6 || (bits & ((1u << n) - 1)) != 0
        || total <= SCIM_CURSOR_HEAD + SCIM_CURSOR_MAC)
    {
        return -1;
    }

    sealed->length = total - SCIM_CURSOR_MAC;

    memcpy(sealed->bytes, bytes, sealed->length);
    memcpy(sealed->mac, bytes + sealed->length, SCIM_CURSOR_MAC);

    return 0;
}
