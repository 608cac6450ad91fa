/*
 * Names prepared for comparison, through utf8proc.
 * Must not know which attributes are names.
 */

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "names.h"
#include "text.h"


/*
 * Canonical order first: a folded U+0345 (iota subscript) becomes a letter,
 * and would keep accents behind it from their base, so that two spellings of
 * one Greek name would differ.
 */
#define SCIM_NAMES_ORDER  (UTF8PROC_STABLE | UTF8PROC_DECOMPOSE)

/* Unicode's NFKC_Casefold: default ignorables go, widths and case map. */
#define SCIM_NAMES_FOLD                                                       \
    (UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE                     \
     | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)


static char *
scim_names_fold(const char *text, size_t length, size_t *prepared_length)
{
    utf8proc_uint8_t    *ordered, *folded;
    utf8proc_ssize_t     n;

    n = utf8proc_map((const utf8proc_uint8_t *) text,
                     (utf8proc_ssize_t) length, &ordered, SCIM_NAMES_ORDER);
    if (n < 0) {
        return NULL;
    }

    n = utf8proc_map(ordered, n, &folded, SCIM_NAMES_FOLD);

    free(ordered);

    if (n < 0) {
        return NULL;
    }

    *prepared_length = (size_t) n;

    return (char *) folded;
}


char *
scim_names_prepare(const char *text, size_t length, size_t *prepared_length)
{
    if (scim_text_ascii(text, length)) {
        *prepared_length = length;
        return scim_text_lower(text, length);
    }

    return scim_names_fold(text, length, prepared_length);
}


static int
scim_names_order(const char *a, size_t a_length, const char *b,
    size_t b_length)
{
    int  n;

    n = memcmp(a, b, a_length < b_length ? a_length : b_length);
    if (n != 0) {
        return n;
    }

    return (a_length > b_length) - (a_length < b_length);
}


static int
scim_names_compare_ascii(const char *a, size_t a_length, const char *b,
    size_t b_length)
{
    int     x, y;
    size_t  i;

    for (i = 0; i < a_length && i < b_length; i++) {
        x = scim_text_to_lower((unsigned char) a[i]);
        y = scim_text_to_lower((unsigned char) b[i]);

        if (x != y) {
            return x - y;
        }
    }

    return (a_length > b_length) - (a_length < b_length);
}


int
scim_names_compare(const char *a, size_t a_length, const char *b,
    size_t b_length)
{
    int      n;
    char    *pa, *pb;
    size_t   pa_length, pb_length;

    if (scim_text_ascii(a, a_length) && scim_text_ascii(b, b_length)) {
        return scim_names_compare_ascii(a, a_length, b, b_length);
    }

    pa_length = a_length;
    pb_length = b_length;

    pa = scim_names_prepare(a, a_length, &pa_length);
    pb = scim_names_prepare(b, b_length, &pb_length);

    if (pa == NULL) {
        pa_length = a_length;
    }

    if (pb == NULL) {
        pb_length = b_length;
    }

    n = scim_names_order(pa ? pa : a, pa_length, pb ? pb : b, pb_length);

    free(pa);
    free(pb);

    return n;
}
