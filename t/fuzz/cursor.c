/*
 * Cursors: the bytes as a text, and as what a text was made of. Text and bytes
 * and what they mean stand for each other, one to one.
 */

#include "fuzz.h"


static int
fuzz_same(const scim_sealed_t *a, const scim_sealed_t *b)
{
    return a->length == b->length
           && memcmp(a->bytes, b->bytes, a->length) == 0
           && memcmp(a->mac, b->mac, SCIM_CURSOR_MAC) == 0;
}


static void
fuzz_sealed(const scim_sealed_t *sealed)
{
    scim_cursor_t  cursor;
    scim_sealed_t  again;

    memset(&again, 0, sizeof(again));

    if (scim_cursor_unpack(sealed, &cursor) != 0) {
        return;
    }

    fuzz_must(cursor.part <= 255);
    fuzz_must(cursor.length >= 1 && cursor.length <= SCIM_CURSOR_PLACE);
    fuzz_must(scim_cursor_pack(&cursor, &again) == 0);

    memcpy(again.mac, sealed->mac, SCIM_CURSOR_MAC);
    fuzz_must(fuzz_same(&again, sealed));
}


static void
fuzz_text(const char *text, size_t size)
{
    char           printed[SCIM_CURSOR_TEXT];
    scim_sealed_t  sealed;

    if (scim_cursor_scan(text, size, &sealed) != 0) {
        return;
    }

    fuzz_must(sealed.length > SCIM_CURSOR_HEAD);
    fuzz_must(sealed.length <= sizeof(sealed.bytes));
    fuzz_must(scim_cursor_print(&sealed, printed) == size);
    fuzz_must(memcmp(printed, text, size) == 0);

    fuzz_sealed(&sealed);
}


/* The first two bytes change one of the text made of the others. */
static void
fuzz_bytes(const uint8_t *data, size_t size)
{
    char           text[SCIM_CURSOR_TEXT];
    size_t         length;
    uint8_t        change;
    scim_sealed_t  sealed, again;

    memset(&sealed, 0, sizeof(sealed));

    if (size < 2 + SCIM_CURSOR_HEAD + 1 + SCIM_CURSOR_MAC
        || size > 2 + sizeof(sealed.bytes) + SCIM_CURSOR_MAC)
    {
        return;
    }

    sealed.length = size - 2 - SCIM_CURSOR_MAC;
    memcpy(sealed.bytes, data + 2, sealed.length);
    memcpy(sealed.mac, data + 2 + sealed.length, SCIM_CURSOR_MAC);

    fuzz_sealed(&sealed);

    length = scim_cursor_print(&sealed, text);
    fuzz_must(length <= SCIM_CURSOR_TEXT);
    fuzz_must(scim_cursor_scan(text, length, &again) == 0);
    fuzz_must(fuzz_same(&again, &sealed));

    change = data[1] ? data[1] : 1;
    text[data[0] % length] = (char) (text[data[0] % length] ^ change);
    fuzz_must(scim_cursor_scan(text, length, &again) != 0
              || !fuzz_same(&again, &sealed));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_text((const char *) data, size);
    fuzz_bytes(data, size);

    return 0;
}
