/*
 * Names prepared for comparison (CONFORMANCE 21, 36, 58).
 */

#include <stdio.h>

#include "unit.h"
#include "../../src/scim/text.h"


static int
unit_same(const char *a, const char *b)
{
    return scim_names_compare(a, strlen(a), b, strlen(b)) == 0;
}


/* Preparing what is prepared must change nothing, for every character. */
static void
unit_names_stable(void)
{
    char      text[8], *once, *twice, seen[64];
    size_t    n, once_length, twice_length;
    unsigned  code, bad;

    bad = 0;

    for (code = 1; code <= 0x10ffff; code++) {

        if (code >= 0xd800 && code <= 0xdfff) {
            continue;
        }

        if (code < 0x80) {
            n = 1;
            text[0] = (char) code;

        } else if (code < 0x800) {
            n = 2;
            text[0] = (char) (0xc0 | code >> 6);
            text[1] = (char) (0x80 | (code & 0x3f));

        } else if (code < 0x10000) {
            n = 3;
            text[0] = (char) (0xe0 | code >> 12);
            text[1] = (char) (0x80 | (code >> 6 & 0x3f));
            text[2] = (char) (0x80 | (code & 0x3f));

        } else {
            n = 4;
            text[0] = (char) (0xf0 | code >> 18);
            text[1] = (char) (0x80 | (code >> 12 & 0x3f));
            text[2] = (char) (0x80 | (code >> 6 & 0x3f));
            text[3] = (char) (0x80 | (code & 0x3f));
        }

        if (!scim_text_utf8(text, n)) {
            bad = code;
            break;
        }

        once = scim_names_prepare(text, n, &once_length);
        twice = once ? scim_names_prepare(once, once_length, &twice_length)
                     : NULL;

        if (twice == NULL || once_length != twice_length
            || memcmp(once, twice, once_length) != 0)
        {
            bad = code;
        }

        free(once);
        free(twice);
    }

    (void) snprintf(seen, sizeof(seen), "U+%04X", bad);
    unit_check(bad == 0, "#58 preparation is idempotent", seen);
}


void
unit_names(void)
{
    char    *prepared;
    size_t   length, i;

    static const struct {
        const char  *name;
        const char  *a;
        const char  *b;
        int          same;
    } cases[] = {
        { "#21 ASCII case", "Jane", "jANE", 1 },
        { "#58 umlauts", "M\xc3\x9cLLER", "m\xc3\xbcller", 1 },
        { "#58 composed and decomposed", "m\xc3\xbcller", "mu\xcc\x88ller",
          1 },
        { "#58 sharp s", "stra\xc3\x9f" "e", "STRASSE", 1 },
        { "#58 full width", "\xef\xbc\xaa\xef\xbd\x81ne", "jane", 1 },
        { "#58 Kelvin sign", "\xe2\x84\xaa", "k", 1 },
        { "#58 final sigma", "\xce\xa3\xce\xbf\xcf\x82", "\xcf\x83\xce\xbf"
          "\xcf\x83", 1 },
        { "#58 iota subscript and accent in either order",
          "\xce\xb1\xcd\x85\xcc\x81", "\xce\xb1\xcc\x81\xcd\x85", 1 },
        { "#58 zero width joiner is ignored", "ja\xe2\x80\x8dne", "jane", 1 },
        { "#58 no-break space is a space", "a\xc2\xa0" "b", "a b", 1 },
        { "Cyrillic case", "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd",
          "\xd0\xb8\xd0\x92\xd0\x90\xd0\x9d", 1 },
        { "different names", "jane", "june", 0 },
        { "accents matter", "m\xc3\xbcller", "muller", 0 },
        { "spaces matter", "jane", " jane", 0 },
        { "prefix", "jane", "janet", 0 },
        { "Cyrillic is not Latin", "\xd0\xb0", "a", 0 },
        { "broken UTF-8 equals itself", "\xff\xfe", "\xff\xfe", 1 },
        { "broken UTF-8 and ASCII", "\xff", "a", 0 }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        unit_check(unit_same(cases[i].a, cases[i].b) == cases[i].same,
                   cases[i].name, cases[i].a);
    }

    unit_ok(scim_names_compare("a", 1, "B", 1) < 0, "order without case");
    unit_ok(scim_names_compare("ab", 2, "A", 1) > 0, "longer is after");
    unit_ok(scim_names_compare("\xc3\xa4", 2, "z", 1) > 0, "code points");
    unit_ok(scim_names_compare("a", 1, "a\xc3\xa4", 3) < 0, "shorter first");

    unit_ok(scim_names_prepare("\xc3", 1, &length) == NULL, "half a letter");

    prepared = scim_names_prepare("A\0B", 3, &length);
    unit_ok(prepared != NULL && length == 3
            && memcmp(prepared, "a\0b", 4) == 0, "NULs are kept");
    free(prepared);

    unit_ok(scim_text_utf8("\xf0\x9f\x98\x80", 4), "UTF-8: an emoji");
    unit_ok(!scim_text_utf8("\xed\xa0\x80", 3), "UTF-8: a surrogate");
    unit_ok(!scim_text_utf8("\xc0\x80", 2), "UTF-8: overlong");
    unit_ok(!scim_text_utf8("\xf5\x80\x80\x80", 4), "UTF-8: beyond the last");
    unit_ok(!scim_text_utf8("\xf4\x90\x80\x80", 4), "UTF-8: just beyond");
    unit_ok(!scim_text_utf8("\x80", 1), "UTF-8: a stray continuation");
    unit_ok(!scim_text_utf8("\xe2\x82", 2), "UTF-8: cut");
    unit_ok(!scim_text_utf8("\xe2\x41\x41", 3), "UTF-8: no continuation");
    unit_ok(!scim_text_utf8("a\0", 2), "UTF-8: a NUL");

    unit_names_stable();
}
