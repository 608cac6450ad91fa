/*
 * Cursors (RFC 9865, section 2): where a page ended, in characters that a URL
 * needs no escapes for (RFC 3986's unreserved ones).
 *
 * A cursor is bytes with a MAC behind them. The bytes are laid out here; the
 * MAC is the caller's, who has the key, and so is the time. To make one: pack,
 * compute sealed.mac over sealed.bytes, print. To read one: scan, compare the
 * MAC, and only if it is right unpack.
 */

#ifndef SCIM_CURSOR_H
#define SCIM_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

#define SCIM_CURSOR_QUERY  8             /* of the query's hash              */
#define SCIM_CURSOR_PLACE  64            /* at most                          */
#define SCIM_CURSOR_MAC    16
#define SCIM_CURSOR_HEAD   (1 + 1 + 4 + 8 + SCIM_CURSOR_QUERY)

/* of the longest cursor, without a terminating NUL */
#define SCIM_CURSOR_TEXT                                                      \
    (((SCIM_CURSOR_HEAD + SCIM_CURSOR_PLACE + SCIM_CURSOR_MAC) * 4 + 2) / 3)

typedef struct {
    uint64_t        expires;             /* in the caller's clock            */
    uint32_t        count;               /* of each page                     */
    unsigned        part;                /* of the list; 0 to 255            */
    unsigned char   query[SCIM_CURSOR_QUERY];
    size_t          length;              /* of place; 1 to SCIM_CURSOR_PLACE */
    unsigned char   place[SCIM_CURSOR_PLACE];
} scim_cursor_t;

typedef struct {
    size_t          length;              /* of bytes                         */
    unsigned char   bytes[SCIM_CURSOR_HEAD + SCIM_CURSOR_PLACE];
    unsigned char   mac[SCIM_CURSOR_MAC];
} scim_sealed_t;


/* To bytes, the same on every machine; -1: part or length is out of range. */
int scim_cursor_pack(const scim_cursor_t *cursor, scim_sealed_t *sealed);

/* -1: not what scim_cursor_pack has written. */
int scim_cursor_unpack(const scim_sealed_t *sealed, scim_cursor_t *cursor);

/* Bytes and MAC to text, without a NUL at its end; returns its length. */
size_t scim_cursor_print(const scim_sealed_t *sealed,
    char text[SCIM_CURSOR_TEXT]);

/* And back; -1: no text that scim_cursor_print could have made. */
int scim_cursor_scan(const char *text, size_t length, scim_sealed_t *sealed);

#pragma GCC visibility pop

#endif
