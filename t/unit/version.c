/*
 * Entity tags (CONFORMANCE 145-149).
 */

#include "unit.h"


void
unit_version(void)
{
    size_t  i;

    static const struct {
        const char  *name;
        const char  *header;
        int          matches;
    } cases[] = {
        { "#149 a weak tag", "W/\"42\"", 1 },
        { "#149 a strong tag compares weakly", "\"42\"", 1 },
        { "#147 another version", "W/\"41\"", 0 },
        { "#147 any version", "*", 1 },
        { "any version with spaces", "  * ", 1 },
        { "any version in a list is no list", "*, \"42\"", 0 },
        { "#149 a list", "\"1\", W/\"42\" ,\"7\"", 1 },
        { "#149 a list without it", "\"1\", \"2\"", 0 },
        { "empty elements of a list", ", ,\"42\",,", 1 },
        { "without quotes", "42", 0 },
        { "lower case weak mark", "w/\"42\"", 0 },
        { "no closing quote", "\"42", 0 },
        { "a broken element after the match", "\"42\", 7", 0 },
        { "no comma between", "\"42\" \"7\"", 0 },
        { "empty header", "", 0 },
        { "empty tag", "\"\"", 0 },
        { "a space in a tag", "\"4 2\"", 0 },
        { "prefix", "\"4\"", 0 },
        { "tab around", "\t\"42\"\t", 1 },
        { "weak mark alone", "W/", 0 },
        { "bytes beyond ASCII in a tag", "\"\xc3\xa4\", \"42\"", 1 },
        { "DEL in a tag", "\"\x7f\", \"42\"", 0 }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        unit_check(scim_version_matches(cases[i].header,
                                        strlen(cases[i].header), "42", 2)
                   == cases[i].matches, cases[i].name, cases[i].header);
    }
}
