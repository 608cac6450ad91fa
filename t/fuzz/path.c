/*
 * PATCH paths: what one was read as, written down, is read as the same.
 */

#include "fuzz.h"


static int
fuzz_equal(const char *a, const char *b)
{
    return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}


static void
fuzz_again(const scim_resource_type_t *type, const scim_policy_t *policy,
    const scim_path_t *path)
{
    char          *text;
    size_t         length;
    scim_path_t   *again;
    scim_error_t   err;

    length = (path->urn ? strlen(path->urn) + 1 : 0)
             + (path->name ? strlen(path->name) : 0)
             + (path->sub ? strlen(path->sub) + 1 : 0);

    text = malloc(length + 3);
    fuzz_must(text != NULL);

    /* with spaces around, which mean nothing */

    length = (size_t) sprintf(text, " %s%s%s%s%s ",
                              path->urn ? path->urn : "",
                              path->urn && path->name ? ":" : "",
                              path->name ? path->name : "",
                              path->sub ? "." : "",
                              path->sub ? path->sub : "");

    again = scim_path_parse(type, policy, text, length, &err);

    fuzz_must(again != NULL && again->filter == NULL);
    fuzz_must(fuzz_equal(again->urn, path->urn));
    fuzz_must(fuzz_equal(again->name, path->name));
    fuzz_must(fuzz_equal(again->sub, path->sub));
    fuzz_must(again->attribute == path->attribute);
    fuzz_must(again->sub_attribute == path->sub_attribute);

    scim_path_free(again);
    free(text);
}


/* Any value may be asked whether the filter selects it, and is so twice. */
static void
fuzz_select(const scim_filter_t *filter)
{
    int          selected;
    size_t       i;
    json_t      *value, *before;

    static const char *const  values[] = {
        "{\"value\":\"a\",\"type\":\"work\",\"primary\":true}",
        "{\"value\":\"\",\"display\":null,\"$ref\":[]}", "{}", "[]", "[{}]",
        "\"a\"", "1", "1.5", "true", "null"
    };

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        value = json_loads(values[i], JSON_DECODE_ANY, NULL);
        before = json_deep_copy(value);
        fuzz_must(value != NULL && before != NULL);

        selected = scim_filter_match(filter, value);
        fuzz_must(scim_filter_match(filter, value) == selected);
        fuzz_must(json_equal(value, before));

        json_decref(before);
        json_decref(value);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                       i;
    scim_path_t                 *path;
    scim_error_t                 err;
    const scim_policy_t         *policy;
    const scim_resource_type_t  *type;

    for (i = 0; i < 8; i++) {
        type = i & 4 ? &scim_user_type : &scim_group_type;
        policy = &fuzz_policies[i & 3];

        path = scim_path_parse(type, policy, (const char *) data, size, &err);
        if (path == NULL) {
            fuzz_error(&err);
            continue;
        }

        fuzz_must(path->name != NULL || path->urn != NULL);
        fuzz_must(path->sub == NULL || path->name != NULL);
        fuzz_must(path->sub_attribute == NULL || path->sub != NULL);
        fuzz_must(path->attribute == NULL || path->name != NULL);
        fuzz_must(path->filter == NULL || path->name != NULL);
        fuzz_must(policy->profile == SCIM_LENIENT || path->name == NULL
                  || path->attribute != NULL);

        fuzz_again(type, policy, path);

        if (path->filter != NULL) {
            fuzz_select(path->filter);
        }

        scim_path_free(path);
    }

    return 0;
}
