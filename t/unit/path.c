/*
 * PATCH paths and attribute notation (CONFORMANCE 95, 107, 122, 126).
 */

#include <stdio.h>

#include "unit.h"


/* "urn|name|sub|filter|known" with "-" for what there is not */
static void
unit_path_print(const scim_path_t *path, char *text, size_t size)
{
    (void) snprintf(text, size, "%s|%s|%s|%s|%s%s",
                    path->urn ? path->urn : "-", path->name ? path->name
                    : "-", path->sub ? path->sub : "-",
                    path->filter ? "filter" : "-",
                    path->attribute ? "known" : "unknown",
                    path->sub_attribute ? ".known" : "");
}


void
unit_path(void)
{
    char          *text, *exact, seen[512];
    size_t         i, k, length;
    scim_path_t   *path;
    scim_error_t   err;
    const char    *expected;

    static const struct {
        const char  *path;
        const char  *lenient;
        const char  *strict;       /* NULL: the same */
    } cases[] = {
        { "userName", "-|userName|-|-|known", NULL },
        { "USERNAME", "-|userName|-|-|known", NULL },
        { " title ", "-|title|-|-|known", NULL },
        { "name.givenName", "-|name|givenName|-|known.known", NULL },
        { "NAME.GIVENNAME", "-|name|givenName|-|known.known", NULL },
        { "members", "-|members|-|-|unknown", "400 invalidPath" },
        { "emails[type eq 'work']", "-|emails|-|filter|known", NULL },
        { "emails[type eq 'work'].value", "-|emails|value|filter|known.known",
          NULL },
        { "emails[type eq 'a]b'].VALUE", "-|emails|value|filter|known.known",
          NULL },
        { USER ":userName", "-|userName|-|-|known", NULL },
        { USER ":name.familyName", "-|name|familyName|-|known.known", NULL },
        { USER, USER "|-|-|-|unknown", NULL },
        { ENTERPRISE, ENTERPRISE "|-|-|-|unknown", NULL },
        { ENTERPRISE ":department", ENTERPRISE "|department|-|-|known",
          NULL },
        { ENTERPRISE ":manager.value",
          ENTERPRISE "|manager|value|-|known.known", NULL },
        { "URN:ietf:params:scim:schemas:extension:enterprise:2.0:USER:manager",
          ENTERPRISE "|manager|-|-|known", NULL },
        { ENTERPRISE ":foo", ENTERPRISE "|foo|-|-|unknown",
          "400 invalidPath" },
        { "urn:acme:2.0:User", "urn:acme:2.0:User|-|-|-|unknown",
          "400 invalidPath" },
        { "urn:acme:2.0:User:tag", "urn:acme:2.0:User|tag|-|-|unknown",
          "400 invalidPath" },
        { "urn:acme:2.0:User:tag.x[a eq 'b']", "400 invalidPath", NULL },
        { "urn:acme:2.0:User:tag[a eq 'b'].c",
          "urn:acme:2.0:User|tag|c|filter|unknown", "400 invalidPath" },
        { "urn:acme:2.0", "urn:acme:2.0|-|-|-|unknown", "400 invalidPath" },
        { "urn:acme", "urn:acme|-|-|-|unknown", "400 invalidPath" },
        { "urn:acme:tag", "urn:acme|tag|-|-|unknown", "400 invalidPath" },
        { "urn:acme:$ref", "urn:acme|$ref|-|-|unknown", "400 invalidPath" },
        { "urn:acme:2.0:User:", "urn:acme:2.0:User:|-|-|-|unknown",
          "400 invalidPath" },
        { "foo", "-|foo|-|-|unknown", "400 invalidPath" },
        { "foo.bar", "-|foo|bar|-|unknown", "400 invalidPath" },
        { "name.foo", "-|name|foo|-|known", "400 invalidPath" },
        { "emails[type eq 'work'].foo", "-|emails|foo|filter|known",
          "400 invalidPath" },
        { "manager.$ref", "-|manager|$ref|-|unknown", "400 invalidPath" },
        { "schemas[value eq 'x']", "-|schemas|-|filter|known", NULL },
        { "schemas[value eq 'x'].value", "400 invalidPath", NULL },
        { "userName.value", "400 invalidPath", NULL },
        { "userName[value eq 'x']", "400 invalidPath", NULL },
        { "emails.value[type eq 'x']", "400 invalidPath", NULL },
        { ENTERPRISE "[type eq 'x']", "400 invalidPath", NULL },
        { "emails[type eq 'work']value", "400 invalidPath", NULL },
        { "emails[type eq 'work'].", "400 invalidPath", NULL },
        { "emails[type eq 'work'].a.b", "400 invalidPath", NULL },
        { "emails[type eq 'work'].urn:x", "400 invalidPath", NULL },
        { "emails[type eq 'work'", "400 invalidFilter", NULL },
        { "emails[0]", "400 invalidFilter", NULL },
        { "emails[0].value", "400 invalidFilter", NULL },
        { "emails[]", "400 invalidFilter", NULL },
        { "emails[type xx 'a']", "400 invalidFilter", NULL },
        { "[type eq 'a']", "400 invalidPath", NULL },
        { "", "400 invalidPath", NULL },
        { "   ", "400 invalidPath", NULL },
        { ".", "400 invalidPath", NULL },
        { "name.", "400 invalidPath", NULL },
        { ".name", "400 invalidPath", NULL },
        { "name.a.b", "400 invalidPath", NULL },
        { "two words", "400 invalidPath", NULL },
        { "a/b", "400 invalidPath", NULL },
        { "emails[type eq '\xff']", "400 invalidPath", NULL },
        { "\xff", "400 invalidPath", NULL }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        for (k = 0; k < 2; k++) {
            text = unit_quote(cases[i].path);
            length = strlen(text);

            /* no byte more than the length, for the sanitizer to see */

            exact = malloc(length + 1);
            memcpy(exact + 1, text, length);

            path = scim_path_parse(&scim_user_type,
                                   k ? &unit_strict : &unit_lenient,
                                   exact + 1, length, &err);
            free(exact);
            expected = (k && cases[i].strict) ? cases[i].strict
                                              : cases[i].lenient;
            if (path != NULL) {
                unit_path_print(path, seen, sizeof(seen));

            } else {
                (void) strcpy(seen, unit_error(&err));
            }

            unit_check(strcmp(seen, expected) == 0, cases[i].path, seen);

            scim_path_free(path);
            free(text);
        }
    }
}
