/*
 * Excerpts of documents: what a filter and a sort order read, and that both
 * find the same in them.
 */

#include <stdio.h>

#include "unit.h"


#define DOCUMENT                                                              \
    "{'schemas':['" USER "','" ENTERPRISE "'],'id':'1',"                      \
    "'userName':'j\\u00e4ne','active':true,'count':-1.5,'none':null,"         \
    "'name':{'familyName':'D\\\\','formatted':'}]'},"                         \
    "'emails':[{'value':'a@x','type':'work'},"                                \
    "{'value':'b\\\\`@x','primary':true}],'nested':[[{}],{'a':[1,{}]}],"      \
    "'Foo':'bar','t\\\\u0001\\\\`itle':'odd','title':'Engineer',"             \
    "'" ENTERPRISE "':{'department':'x','manager':{'value':'m'}}}"


typedef struct {
    const char  *name;
    const char  *filter;
    const char  *sort_by;
    const char  *members;           /* of the excerpt, and "id" */
} unit_excerpt_t;


static const unit_excerpt_t  unit_excerpts[] = {
    { "nothing is read", NULL, NULL, "id" },
    { "an attribute", "title co `gin`", NULL, "id title" },
    { "in any case", "TITLE co `gin`", NULL, "id title" },
    { "a sub-attribute", "name.familyName sw `d`", NULL, "id name" },
    { "elements", "emails[type eq `work` and value co `x`]", NULL,
      "id emails" },
    { "elements' sub-attribute", "emails.value ew `@x`", NULL, "id emails" },
    { "an extension", ENTERPRISE ":department eq `X`", NULL,
      "id " ENTERPRISE },
    { "the core schema's own name", USER ":title eq `engineer`", NULL,
      "id title" },
    { "an attribute that no schema knows", "foo eq `BAR`", NULL, "id Foo" },
    { "a number", "count lt 0", NULL, "id count" },
    { "null", "none pr", NULL, "id none" },
    { "what is not there", "nickName pr or nobody eq 1", NULL, "id" },
    { "several, once each", "title pr and not (userName eq `x` or title pr)",
      NULL, "id userName title" },
    { "the id", "id eq `1` or meta.created pr", NULL, "id" },
    { "an order", NULL, "userName", "id userName" },
    { "an extension's order", NULL, ENTERPRISE ":department",
      "id " ENTERPRISE },
    { "an order by an unknown attribute", NULL, "FOO", "id Foo" },
    { "both", "active eq true", "name.familyName", "id active name" }
};


static const char *const  unit_excerpt_refused[] = {
    "", "{", "}", "[]", "{'a'", "{'a'}", "{'a':", "{'a':}", "{'a':1",
    "{'a':'b", "{'a':'b\\'}", "{'a\\", "{'a':[{'b':1}", "{'a':1,", "{'a':1,}x",
    "{'a':1} ", "{ 'a':1}", "{'a' :1}", "{'a':1, 'b':2}", "{a:1}", "null"
};


static scim_excerpt_t *
unit_excerpt_of(const unit_excerpt_t *test, scim_filter_t **filter,
    scim_sort_t **sort)
{
    char          *text;
    scim_error_t   err;

    *filter = NULL;
    *sort = NULL;

    if (test->filter != NULL) {
        text = unit_quote(test->filter);
        *filter = scim_filter_parse(&scim_user_type, &unit_lenient, text,
                                    strlen(text), &err);
        free(text);
    }

    if (test->sort_by != NULL) {
        *sort = scim_sort_parse(&scim_user_type, &unit_lenient, test->sort_by,
                                strlen(test->sort_by), 0, &err);
    }

    unit_ok((*filter != NULL) == (test->filter != NULL)
            && (*sort != NULL) == (test->sort_by != NULL), test->name);

    return scim_excerpt_create(*filter, *sort);
}


/* Names one of the members, or has an escape in it. */
static int
unit_excerpt_expected(const unit_excerpt_t *test, const char *name)
{
    size_t       n;
    const char  *p;

    n = strlen(name);

    for (p = test->members; (p = strstr(p, name)) != NULL; p += n) {
        if ((p == test->members || p[-1] == ' ')
            && (p[n] == ' ' || p[n] == '\0'))
        {
            return 1;
        }
    }

    return strchr(name, '"') != NULL;
}


static void
unit_excerpt_case(const unit_excerpt_t *test, const char *document)
{
    int               same;
    char             *text;
    size_t            length;
    json_t           *full, *part, *value;
    const char       *name;
    scim_sort_t      *sort;
    scim_filter_t    *filter;
    scim_excerpt_t   *excerpt;
    scim_sort_key_t  *a, *b;

    excerpt = unit_excerpt_of(test, &filter, &sort);
    text = malloc(strlen(document));

    length = scim_excerpt(excerpt, document, strlen(document), text);
    part = json_loadb(text, length, 0, NULL);
    full = json_loads(document, 0, NULL);

    same = (part != NULL);

    json_object_foreach(full, name, value) {
        same = same && unit_excerpt_expected(test, name)
                       == json_equal(json_object_get(part, name), value);
    }

    unit_check(same, test->name, text);

    if (filter != NULL) {
        unit_ok(scim_filter_match(filter, part)
                == scim_filter_match(filter, full), test->name);
    }

    if (sort != NULL) {
        a = scim_sort_key(sort, part);
        b = scim_sort_key(sort, full);
        unit_ok(scim_sort_compare(sort, a, b) == 0, test->name);
        scim_sort_key_free(a);
        scim_sort_key_free(b);
    }

    json_decref(part);
    json_decref(full);
    free(text);
    scim_excerpt_free(excerpt);
    scim_filter_free(filter);
    scim_sort_free(sort);
}


static void
unit_excerpt_refuse(const scim_excerpt_t *excerpt, const char *quoted)
{
    char    *document, *exact, *text;
    size_t   length;

    /* of just its size, so that the sanitizer sees what is read behind it */

    document = unit_quote(quoted);
    length = strlen(document);
    exact = malloc(length + !length);
    text = malloc(length + !length);
    memcpy(exact, document, length);

    unit_check(scim_excerpt(excerpt, exact, length, text) == 0,
               "excerpt: not as it is written", document);

    free(document);
    free(exact);
    free(text);
}


void
unit_excerpt(void)
{
    char            *document;
    size_t           i;
    scim_excerpt_t  *excerpt;

    document = unit_quote(DOCUMENT);

    for (i = 0; i < UNIT_COUNT(unit_excerpts); i++) {
        unit_excerpt_case(&unit_excerpts[i], document);
        unit_excerpt_case(&unit_excerpts[i], "{}");
    }

    free(document);

    excerpt = scim_excerpt_create(NULL, NULL);

    for (i = 0; i < UNIT_COUNT(unit_excerpt_refused); i++) {
        unit_excerpt_refuse(excerpt, unit_excerpt_refused[i]);
    }

    scim_excerpt_free(excerpt);
}
