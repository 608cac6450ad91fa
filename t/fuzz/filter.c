/*
 * The filter parser, and what it makes of a full user.
 */

#include "fuzz.h"


static const char  fuzz_user[] =
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
    "\"id\":\"1\",\"userName\":\"j\xc3\xa4ne\",\"active\":true,\"n\":1.5,"
    "\"name\":{\"familyName\":\"D\"},\"emails\":[{\"value\":\"a@x\","
    "\"type\":\"work\",\"primary\":true},{\"value\":\"b@x\"}],"
    "\"meta\":{\"created\":\"2010-01-23T04:56:22Z\"},\"list\":[\"a\",1,null,"
    "[2],{\"b\":{}}],\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
    "User\":{\"manager\":{\"value\":\"m\"}}}";


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int             alone;
    size_t          i;
    const char     *value;
    scim_error_t    err;
    scim_filter_t  *filter;

    static json_t  *user;

    if (user == NULL) {
        user = json_loads(fuzz_user, 0, NULL);
        fuzz_must(user != NULL);
    }

    for (i = 0; i < 4; i++) {
        filter = scim_filter_parse(i & 2 ? &scim_user_type : &scim_group_type,
                                   &fuzz_policies[i], (const char *) data,
                                   size, &err);
        if (filter == NULL) {
            fuzz_error(&err);
            continue;
        }

        (void) scim_filter_match(filter, user);
        (void) scim_filter_reads(filter, "groups");
        (void) scim_filter_equality(filter, "userName", &value, &alone);
        (void) scim_filter_equality(filter, "emails.value", &value, &alone);

        scim_filter_free(filter);
    }

    return 0;
}
