/*
 * Cursors (CONFORMANCE 169, 171, 178). The MAC here is a toy, which sees each
 * changed bit all the same.
 */

#include <stdio.h>

#include "unit.h"


static void
unit_cursor_mac(const scim_sealed_t *sealed, unsigned char *mac)
{
    size_t    i;
    uint64_t  hash;

    hash = 0xcbf29ce484222325u;

    for (i = 0; i < sealed->length; i++) {
        hash = (hash ^ sealed->bytes[i]) * 0x100000001b3u;
    }

    for (i = 0; i < SCIM_CURSOR_MAC; i++) {
        mac[i] = (unsigned char) (hash >> 8 * (i % 8));
    }
}


/* The length of the text, 0: refused. */
static size_t
unit_cursor_make(const scim_cursor_t *cursor, char *text)
{
    scim_sealed_t  sealed;

    if (scim_cursor_pack(cursor, &sealed) != 0) {
        return 0;
    }

    unit_cursor_mac(&sealed, sealed.mac);

    return scim_cursor_print(&sealed, text);
}


static int
unit_cursor_take(const char *text, size_t length, scim_cursor_t *cursor)
{
    unsigned char  mac[SCIM_CURSOR_MAC];
    scim_sealed_t  sealed;

    if (scim_cursor_scan(text, length, &sealed) != 0) {
        return 0;
    }

    unit_cursor_mac(&sealed, mac);

    return memcmp(mac, sealed.mac, SCIM_CURSOR_MAC) == 0
           && scim_cursor_unpack(&sealed, cursor) == 0;
}


static void
unit_cursor_fill(scim_cursor_t *cursor, size_t length)
{
    size_t  i;

    memset(cursor, 0, sizeof(scim_cursor_t));

    cursor->expires = 0x0123456789abcdefu;
    cursor->count = 0x01020304;
    cursor->part = 1;
    cursor->length = length;
    memcpy(cursor->query, "\x10\x11\x12\x13\x14\x15\x16\x17",
           SCIM_CURSOR_QUERY);

    for (i = 0; i < length && i < SCIM_CURSOR_PLACE; i++) {
        cursor->place[i] = (unsigned char) (0xf0 + 7 * i);
    }
}


static int
unit_cursor_equal(const scim_cursor_t *a, const scim_cursor_t *b)
{
    return a->expires == b->expires && a->count == b->count
           && a->part == b->part && a->length == b->length
           && memcmp(a->query, b->query, SCIM_CURSOR_QUERY) == 0
           && memcmp(a->place, b->place, a->length) == 0;
}


static void
unit_cursor_round_trips(void)
{
    char           text[SCIM_CURSOR_TEXT + 1], name[64];
    size_t         i, n, length;
    scim_cursor_t  cursor, again;

    static const uint64_t  numbers[] = {
        0, 1, 255, 256, 0xffffffffu, 0x100000000u, UINT64_MAX
    };

    for (n = 1; n <= SCIM_CURSOR_PLACE; n++) {
        unit_cursor_fill(&cursor, n);
        length = unit_cursor_make(&cursor, text);
        text[length] = '\0';

        (void) snprintf(name, sizeof(name), "a place of %zu bytes", n);
        unit_check(length > 0 && length <= SCIM_CURSOR_TEXT
                   && unit_cursor_take(text, length, &again)
                   && unit_cursor_equal(&cursor, &again), name, "");
        unit_check(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                "tuvwxyz0123456789-_") == length,
                   "#169 characters that need no escape", "");
    }

    unit_ok(length == SCIM_CURSOR_TEXT, "the longest fills its room");

    for (i = 0; i < UNIT_COUNT(numbers); i++) {
        unit_cursor_fill(&cursor, 5);
        cursor.expires = numbers[i];
        cursor.count = (uint32_t) numbers[i];
        cursor.part = (unsigned) (numbers[i] & 255);

        length = unit_cursor_make(&cursor, text);
        unit_check(unit_cursor_take(text, length, &again)
                   && unit_cursor_equal(&cursor, &again), "its numbers", "");
    }

    unit_cursor_fill(&cursor, 0);
    unit_ok(unit_cursor_make(&cursor, text) == 0, "no place");

    unit_cursor_fill(&cursor, SCIM_CURSOR_PLACE + 1);
    unit_ok(unit_cursor_make(&cursor, text) == 0, "a place too long");

    unit_cursor_fill(&cursor, 1);
    cursor.part = 256;
    unit_ok(unit_cursor_make(&cursor, text) == 0, "a part too large");
}


/* The same on every machine: byte by byte. */
static void
unit_cursor_layout(void)
{
    char           text[SCIM_CURSOR_TEXT];
    size_t         length;
    scim_cursor_t  cursor;
    scim_sealed_t  sealed;

    static const unsigned char  expected[] = {
        1,
        1,
        1, 2, 3, 4,
        0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
        0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
        0xf0, 0xf7
    };

    static const char  printed[] =
        "AQEBAgMEASNFZ4mrze8QERITFBUWF_D3_v7-_v7-_v7-_v7-_v7-_g";

    unit_cursor_fill(&cursor, 2);
    unit_ok(scim_cursor_pack(&cursor, &sealed) == 0, "is packed");
    unit_ok(sealed.length == sizeof(expected)
            && memcmp(sealed.bytes, expected, sizeof(expected)) == 0,
            "the layout of the bytes");

    memset(sealed.mac, 0xfe, SCIM_CURSOR_MAC);
    length = scim_cursor_print(&sealed, text);
    unit_ok(length == sizeof(printed) - 1
            && memcmp(text, printed, length) == 0, "base64url");

    sealed.bytes[0] = 2;
    unit_ok(scim_cursor_unpack(&sealed, &cursor) != 0, "another layout");

    sealed.bytes[0] = 1;
    sealed.length = SCIM_CURSOR_HEAD;
    unit_ok(scim_cursor_unpack(&sealed, &cursor) != 0, "a head alone");

    sealed.length = sizeof(sealed.bytes) + 1;
    unit_ok(scim_cursor_unpack(&sealed, &cursor) != 0, "more than there is");
}


static void
unit_cursor_refused(void)
{
    int            bit;
    char           text[SCIM_CURSOR_TEXT + 4], name[64];
    size_t         i, n, length;
    scim_cursor_t  cursor;

    /* with no, two and four bits to spare in the last character */

    for (n = 15; n < 18; n++) {
        unit_cursor_fill(&cursor, n);
        length = unit_cursor_make(&cursor, text);
        unit_ok(unit_cursor_take(text, length, &cursor), "is taken");

        for (i = 0; i < length; i++) {
            (void) snprintf(name, sizeof(name), "#171 cut to %zu of %zu", i,
                            length);
            unit_check(!unit_cursor_take(text, i, &cursor), name, "");

            for (bit = 0; bit < 8; bit++) {
                text[i] = (char) (text[i] ^ 1 << bit);
                (void) snprintf(name, sizeof(name), "#178 character %zu of "
                                "%zu, bit %d", i, length, bit);
                unit_check(!unit_cursor_take(text, length, &cursor), name, "");
                text[i] = (char) (text[i] ^ 1 << bit);
            }
        }

        memcpy(text + length, "====", 4);
        unit_ok(!unit_cursor_take(text, length + 1, &cursor), "padding");
        unit_ok(!unit_cursor_take(text, length + 2, &cursor), "more padding");

        text[length] = 'A';
        unit_ok(!unit_cursor_take(text, length + 1, &cursor), "a byte more");
    }
}


static void
unit_cursor_texts(void)
{
    char           text[SCIM_CURSOR_TEXT + 1];
    size_t         i;
    scim_sealed_t  sealed;

    /* 22 bytes of a head, 1 of a place, 16 of a MAC: 52 characters */

    static const struct {
        const char  *name;
        const char  *text;
        int          good;
    } cases[] = {
        { "nothing", "", 0 },
        { "a character", "A", 0 },
        { "the shortest",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1 },
        { "all of the alphabet's ends",
          "AZaz09-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1 },
        { "no room for a place",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0 },
        { "one character, which is no byte",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0 },
        { "a byte more",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1 },
        { "four bits left, all set",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP", 0 },
        { "four bits left, the lowest set",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", 0 },
        { "four bits left, none set",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ", 1 },
        { "two bits left, the lowest set",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", 0 },
        { "two bits left, none set",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE", 1 },
        { "base64's plus",
          "+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0 },
        { "base64's slash",
          "/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0 },
        { "padding within",
          "AAA=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0 },
        { "padding",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", 0 },
        { "a space",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAA", 0 },
        { "a line feed at its end",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", 0 },
        { "beyond ASCII",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc3\xa4", 0 }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        unit_check((scim_cursor_scan(cases[i].text, strlen(cases[i].text),
                                     &sealed) == 0)
                   == cases[i].good, cases[i].name, cases[i].text);
    }

    memset(text, 'A', sizeof(text));
    unit_ok(scim_cursor_scan(text, SCIM_CURSOR_TEXT, &sealed) == 0,
            "the longest");
    unit_ok(scim_cursor_scan(text, SCIM_CURSOR_TEXT + 1, &sealed) != 0,
            "longer than the longest");

    text[10] = '\0';
    unit_ok(scim_cursor_scan(text, SCIM_CURSOR_TEXT, &sealed) != 0,
            "a NUL is none of the alphabet");
}


void
unit_cursor(void)
{
    unit_cursor_round_trips();
    unit_cursor_layout();
    unit_cursor_refused();
    unit_cursor_texts();
}
