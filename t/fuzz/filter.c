/*
 * A filter and, behind a line that is "---", a resource; without one, a full
 * user. What the RFC says of filters in general must hold of this one.
 */

#include <time.h>

#include "fuzz.h"


static const char  fuzz_user[] =
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
    "\"id\":\"1\",\"userName\":\"j\xc3\xa4ne\",\"active\":true,\"n\":1.5,"
    "\"name\":{\"familyName\":\"D\"},\"emails\":[{\"value\":\"a@x\","
    "\"type\":\"work\",\"primary\":true},{\"value\":\"b@x\"}],"
    "\"meta\":{\"created\":\"2010-01-23T04:56:22Z\"},\"list\":[\"a\",1,null,"
    "[2],{\"b\":{}}],\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
    "User\":{\"manager\":{\"value\":\"m\"}}}";

/* what may have an index; those behind the third are a user's */
static const char *const  fuzz_indexes[] = {
    "id", "externalId", "displayName", "userName", "emails.value", "active",
    SCIM_URN_ENTERPRISE ":employeeNumber", SCIM_URN_ENTERPRISE ":manager.value"
};

#define FUZZ_INDEXES  (sizeof(fuzz_indexes) / sizeof(fuzz_indexes[0]))


typedef struct {
    const scim_resource_type_t  *type;
    const scim_policy_t         *policy;
    const char                  *text;
    size_t                       length;
    const json_t                *resource;
    int                          matched;
} fuzz_filter_t;


/* The filter between two texts means that it should match: expected. */
static void
fuzz_within(const fuzz_filter_t *fuzz, const char *before, const char *after,
    int expected)
{
    char           *text;
    size_t          length;
    scim_error_t    err;
    scim_filter_t  *filter;

    text = malloc(fuzz->length + 80);
    fuzz_must(text != NULL);

    length = (size_t) sprintf(text, "%s%.*s%s", before, (int) fuzz->length,
                              fuzz->text, after);
    filter = scim_filter_parse(fuzz->type, fuzz->policy, text, length, &err);

    if (filter == NULL) {

        /* only because there is no end to how deep it may nest, but for 64 */

        fuzz_error(&err);
        fuzz_must(strstr(err.detail, "nest") != NULL);

    } else {
        fuzz_must(scim_filter_match(filter, fuzz->resource) == expected);
    }

    scim_filter_free(filter);
    free(text);
}


static json_t *
fuzz_without(const json_t *resource, const char *name)
{
    json_t  *copy;

    copy = json_copy((json_t *) resource);
    fuzz_must(copy != NULL && json_object_del(copy, name) == 0);

    return copy;
}


/* What the filter does not read does not matter to it. */
static void
fuzz_reads(const fuzz_filter_t *fuzz, const scim_filter_t *filter)
{
    json_t      *value, *copy;
    const char  *name;

    json_object_foreach((json_t *) fuzz->resource, name, value) {

        if (strncmp(name, "urn:", 4) == 0 || scim_filter_reads(filter, name)) {
            continue;
        }

        copy = fuzz_without(fuzz->resource, name);
        fuzz_must(scim_filter_match(filter, copy) == fuzz->matched);
        json_decref(copy);
    }
}


/* 1: an index would find document under this value of path. */
static int
fuzz_indexed(const scim_resource_type_t *type, const json_t *document,
    const char *path, const char *value)
{
    int      found;
    char    *key;
    size_t   i;
    json_t  *keys, *entry;

    key = scim_resource_index_value(type, path, value);
    keys = scim_resource_index(type, document, path);
    fuzz_must(key != NULL && json_is_array(keys));

    found = 0;

    json_array_foreach(keys, i, entry) {
        found |= strcmp(json_string_value(entry), key) == 0;
    }

    json_decref(keys);
    free(key);

    return found;
}


/* An index that serves the filter leaves out nothing, alone adds nothing. */
static void
fuzz_served(const fuzz_filter_t *fuzz, const scim_filter_t *filter,
    const json_t *document)
{
    int          alone, found, matched;
    size_t       i, count;
    const char  *value;

    matched = scim_filter_match(filter, document);
    count = (fuzz->type == &scim_user_type) ? FUZZ_INDEXES : 3;

    for (i = 0; i < count; i++) {

        if (!scim_filter_equality(filter, fuzz_indexes[i], &value, &alone)) {
            continue;
        }

        found = fuzz_indexed(fuzz->type, document, fuzz_indexes[i], value);

        fuzz_must(found || !matched);
        fuzz_must(!alone || found == matched);
    }
}


/* The document with value where indexes look. */
static void
fuzz_give(const fuzz_filter_t *fuzz, const scim_filter_t *filter,
    json_t *document, const char *value, size_t length)
{
    size_t   i;
    json_t  *string;

    static const char *const  names[] = {
        "externalId", "displayName", "userName"
    };

    string = json_stringn(value, length);
    if (length == 0 || string == NULL) {
        json_decref(string);
        return;
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void) json_object_set(document, names[i], string);
    }

    (void) json_object_set_new(document, "emails",
                               json_pack("[{s:s},{s:o}]", "value", "?",
                                         "value", string));

    fuzz_served(fuzz, filter, document);
}


/* What the filter asks for, it finds; also what else it has in quotes. */
static void
fuzz_found(const fuzz_filter_t *fuzz, const scim_filter_t *filter,
    json_t *document)
{
    int          alone;
    size_t       i;
    const char  *p, *end, *last, *value;

    for (i = 1; i < 5; i++) {
        if (scim_filter_equality(filter, fuzz_indexes[i], &value, &alone)) {
            fuzz_give(fuzz, filter, document, value, strlen(value));
            fuzz_must(!alone || value[0] == '\0'
                      || scim_filter_match(filter, document));
        }
    }

    p = fuzz->text;
    last = p + fuzz->length;

    for (i = 0; i < 8; i++) {
        p = memchr(p, '"', (size_t) (last - p));
        end = p ? memchr(p + 1, '"', (size_t) (last - p - 1)) : NULL;

        if (end == NULL) {
            return;
        }

        fuzz_give(fuzz, filter, document, p + 1, (size_t) (end - p - 1));
        p = end + 1;
    }
}


static int
fuzz_match_at(const fuzz_filter_t *fuzz, const scim_filter_t *filter,
    int64_t time)
{
    int        matched;
    char       text[64];
    size_t     n;
    json_t    *copy;
    time_t     seconds;
    struct tm  tm;

    seconds = (time_t) (time / 1000);
    n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S",
                 gmtime_r(&seconds, &tm));
    (void) sprintf(text + n, ".%03dZ", (int) (time % 1000));

    copy = json_copy((json_t *) fuzz->resource);
    (void) json_object_set_new(copy, "meta", json_pack("{s:s}", "lastModified",
                                                       text));
    matched = scim_filter_match(filter, copy);
    json_decref(copy);

    return matched;
}


/* What lies within the range may match, and does if the range is all. */
static void
fuzz_range(const fuzz_filter_t *fuzz, const scim_filter_t *filter)
{
    int      alone, within;
    size_t   i;
    int64_t  from, to, times[7];

    if (!scim_filter_range(filter, "meta.lastModified", &from, &to, &alone)) {
        return;
    }

    times[0] = from - 1;
    times[1] = from;
    times[2] = from + 1;
    times[3] = to - 1;
    times[4] = to;
    times[5] = to + 1;
    times[6] = 1300000000000;

    for (i = 0; i < 7; i++) {

        if (times[i] < 0 || times[i] > SCIM_FILTER_LAST_TIME) {
            continue;
        }

        within = times[i] >= from && times[i] <= to;

        fuzz_must(within || !fuzz_match_at(fuzz, filter, times[i]));
        fuzz_must(!alone || within == fuzz_match_at(fuzz, filter, times[i]));
    }
}


/* The same on a document as it would be stored. */
static void
fuzz_documents(const fuzz_filter_t *fuzz, const scim_filter_t *filter)
{
    json_t          *document;
    scim_error_t     err;
    scim_members_t   members;

    document = scim_resource_accept(fuzz->type, &fuzz_policies[0],
                                    fuzz->resource, NULL, &members, &err);
    if (document == NULL) {
        return;
    }

    json_decref(members.ids);
    fuzz_served(fuzz, filter, document);

    if (fuzz->type == &scim_user_type) {
        fuzz_found(fuzz, filter, document);
    }

    json_decref(document);
}


static void
fuzz_filter(fuzz_filter_t *fuzz)
{
    scim_error_t    err;
    scim_filter_t  *filter, *again;

    filter = scim_filter_parse(fuzz->type, fuzz->policy, fuzz->text,
                               fuzz->length, &err);
    if (filter == NULL) {
        fuzz_error(&err);
        return;
    }

    fuzz->matched = scim_filter_match(filter, fuzz->resource);
    fuzz_must(fuzz->matched == 0 || fuzz->matched == 1);

    again = scim_filter_parse(fuzz->type, fuzz->policy, fuzz->text,
                              fuzz->length, &err);
    fuzz_must(again != NULL);
    fuzz_must(scim_filter_match(again, fuzz->resource) == fuzz->matched);
    scim_filter_free(again);

    fuzz_reads(fuzz, filter);
    fuzz_documents(fuzz, filter);
    fuzz_range(fuzz, filter);

    scim_filter_free(filter);

    if (fuzz->policy->profile != SCIM_STRICT
        || fuzz->policy->max_filter_terms != 0)
    {
        return;
    }

    /* without an unquoted value, which would go on, it is a whole */

    fuzz_within(fuzz, "not (", ")", !fuzz->matched);
    fuzz_within(fuzz, "(", ")", fuzz->matched);
    fuzz_within(fuzz, "not (not(", " ) )", fuzz->matched);
    fuzz_within(fuzz, "userName pr and not (userName pr) or (", ")",
                fuzz->matched);
    fuzz_within(fuzz, "id pr and (", ") or not (id pr) and (id pr)",
                json_object_get(fuzz->resource, "id") ? fuzz->matched : 0);
}


/* What the strict profile takes the lenient one takes for the same. */
static void
fuzz_profiles(const fuzz_filter_t *fuzz)
{
    scim_error_t    err;
    scim_filter_t  *strict, *lenient;

    strict = scim_filter_parse(fuzz->type, &fuzz_policies[1], fuzz->text,
                               fuzz->length, &err);
    if (strict == NULL) {
        return;
    }

    lenient = scim_filter_parse(fuzz->type, &fuzz_policies[0], fuzz->text,
                                fuzz->length, &err);

    fuzz_must(lenient != NULL);
    fuzz_must(scim_filter_match(strict, fuzz->resource)
              == scim_filter_match(lenient, fuzz->resource));

    scim_filter_free(strict);
    scim_filter_free(lenient);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t          i, rest_length;
    json_t         *resource, *before;
    const char     *rest;
    scim_error_t    err;
    fuzz_filter_t   fuzz;

    fuzz.text = (const char *) data;
    fuzz.length = fuzz_split(data, size, &rest, &rest_length);

    resource = rest ? scim_json_load(rest, rest_length, 16, &err)
                    : json_loads(fuzz_user, 0, NULL);
    if (resource == NULL) {
        return 0;
    }

    before = json_deep_copy(resource);
    fuzz.resource = resource;

    for (i = 0; i < 8; i++) {
        fuzz.type = i & 4 ? &scim_group_type : &scim_user_type;
        fuzz.policy = &fuzz_policies[i & 3];
        fuzz_filter(&fuzz);
        fuzz_profiles(&fuzz);
    }

    fuzz_must(json_equal(before, resource));

    json_decref(before);
    json_decref(resource);

    return 0;
}
