/*
 * Query strings and SearchRequests, and the projection, the order and the
 * filter that they name. What a query says, said once more in either form, is
 * the same query: it is decoded once, and all of it.
 */

#include "fuzz.h"


static const char *const  fuzz_resources[] = {
    "{\"schemas\":[\"x\"],\"id\":\"1\",\"userName\":\"a\",\"name\":"
    "{\"givenName\":\"g\",\"familyName\":\"F\"},\"emails\":[{\"value\":\"v\","
    "\"type\":\"work\"},{\"value\":\"u\",\"primary\":true}],\"active\":true,"
    "\"meta\":{\"created\":\"2010-01-23T04:56:22Z\"},"
    "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":"
    "{\"department\":\"d\",\"manager\":{\"value\":\"m\"}}}",
    "{\"schemas\":[\"x\"],\"id\":\"2\",\"userName\":\"\xc3\x84\",\"n\":2}",
    "{\"schemas\":[\"x\"],\"id\":\"3\",\"userName\":\"ab\",\"emails\":\"e\"}"
};

#define FUZZ_RESOURCES  (sizeof(fuzz_resources) / sizeof(fuzz_resources[0]))


/* What is shown is there, and id and schemas are shown always. */
static void
fuzz_projection(const scim_query_t *query, const scim_policy_t *policy,
    const json_t *resource)
{
    json_t             *result, *value, *again, *before;
    const char         *name;
    scim_error_t        err;
    scim_projection_t  *projection;

    err.status = 0;
    projection = scim_projection_parse(&scim_user_type, policy,
                     query->attributes,
                     query->attributes ? strlen(query->attributes) : 0,
                     query->excluded_attributes,
                     query->excluded_attributes
                     ? strlen(query->excluded_attributes) : 0, &err);
    if (projection == NULL) {
        if (err.status != 0) {
            fuzz_error(&err);
        }

        return;
    }

    before = json_deep_copy(resource);
    result = scim_projection_apply(projection, resource);

    fuzz_must(json_object_get(result, "id") != NULL);
    fuzz_must(json_object_get(result, "schemas") != NULL);

    json_object_foreach(result, name, value) {
        fuzz_must(json_object_get(resource, name) != NULL);
        fuzz_must(strncmp(name, "urn:", 4) == 0
                  || scim_projection_wants(projection, name));
    }

    again = scim_projection_apply(projection, result);
    fuzz_must(json_equal(again, result));
    fuzz_must(json_equal(resource, before));

    if (scim_projection_only_excludes(projection, "emails")) {
        json_object_foreach(before, name, value) {
            fuzz_must(json_equal(json_object_get(result, name), value)
                      || (strcmp(name, "emails") == 0
                          && !scim_projection_wants(projection, name)));
        }
    }

    json_decref(again);
    json_decref(result);
    json_decref(before);
    scim_projection_free(projection);
}


/* An order: of all pairs, and of all threes. */
static void
fuzz_order(const scim_sort_t *sort, scim_sort_key_t *const *keys)
{
    int     ij, jk;
    size_t  i, j, k;

    for (i = 0; i < FUZZ_RESOURCES; i++) {
        for (j = 0; j < FUZZ_RESOURCES; j++) {
            ij = scim_sort_compare(sort, keys[i], keys[j]);

            fuzz_must(i != j || ij == 0);
            fuzz_must((ij > 0) - (ij < 0)
                      == (scim_sort_compare(sort, keys[j], keys[i]) < 0)
                         - (scim_sort_compare(sort, keys[j], keys[i]) > 0));

            for (k = 0; k < FUZZ_RESOURCES; k++) {
                jk = scim_sort_compare(sort, keys[j], keys[k]);
                fuzz_must(ij > 0 || jk > 0
                          || scim_sort_compare(sort, keys[i], keys[k]) <= 0);
            }
        }
    }
}


static void
fuzz_sort(const scim_query_t *query, const scim_policy_t *policy,
    json_t *const *resources)
{
    size_t            i;
    scim_sort_t      *sort;
    scim_error_t      err;
    scim_sort_key_t  *keys[FUZZ_RESOURCES];

    sort = scim_sort_parse(&scim_user_type, policy, query->sort_by,
                           strlen(query->sort_by), query->descending, &err);
    if (sort == NULL) {
        fuzz_error(&err);
        return;
    }

    for (i = 0; i < FUZZ_RESOURCES; i++) {
        keys[i] = scim_sort_key(sort, resources[i]);
        fuzz_must(keys[i] != NULL);
    }

    fuzz_order(sort, keys);

    for (i = 0; i < FUZZ_RESOURCES; i++) {
        scim_sort_key_free(keys[i]);
    }

    scim_sort_free(sort);
}


static void
fuzz_use(const scim_query_t *query)
{
    size_t          i, k;
    json_t         *resources[FUZZ_RESOURCES];
    scim_error_t    err;
    scim_filter_t  *filter;

    for (i = 0; i < FUZZ_RESOURCES; i++) {
        resources[i] = json_loads(fuzz_resources[i], 0, NULL);
        fuzz_must(resources[i] != NULL);
    }

    for (i = 0; i < 2; i++) {
        for (k = 0; k < FUZZ_RESOURCES; k++) {
            fuzz_projection(query, &fuzz_policies[i], resources[k]);
        }

        if (query->sort_by != NULL) {
            fuzz_sort(query, &fuzz_policies[i], resources);
        }

        if (query->filter != NULL) {
            filter = scim_filter_parse(&scim_user_type, &fuzz_policies[i],
                                       query->filter, strlen(query->filter),
                                       &err);
            if (filter == NULL) {
                fuzz_error(&err);
            }

            scim_filter_free(filter);
        }
    }

    for (i = 0; i < FUZZ_RESOURCES; i++) {
        json_decref(resources[i]);
    }
}


static int
fuzz_equal(const char *a, const char *b)
{
    return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}


static void
fuzz_same(const scim_query_t *a, const scim_query_t *b)
{
    fuzz_must(fuzz_equal(a->filter, b->filter));
    fuzz_must(fuzz_equal(a->attributes, b->attributes));
    fuzz_must(fuzz_equal(a->excluded_attributes, b->excluded_attributes));
    fuzz_must(fuzz_equal(a->sort_by, b->sort_by));
    fuzz_must(fuzz_equal(a->cursor, b->cursor));
    fuzz_must(a->descending == b->descending);
    fuzz_must(a->start_index == b->start_index && a->count == b->count);
}


/* The parameter, if it has a value, escaped where it could be misread. */
static char *
fuzz_parameter(char *p, const char *name, const char *value)
{
    if (value == NULL) {
        return p;
    }

    p += sprintf(p, "%s=", name);

    for (; *value != '\0'; value++) {
        if (*value == ' ') {
            *p++ = '+';

        } else if (strchr("+%&#=;?", *value) != NULL
                   || (*value & 0x80) || (*value & 7) == 1)
        {
            p += sprintf(p, *value & 1 ? "%%%02x" : "%%%02X",
                         (unsigned) (unsigned char) *value);

        } else {
            *p++ = *value;
        }
    }

    *p++ = '&';

    return p;
}


static void
fuzz_as_string(const scim_query_t *query, size_t size)
{
    char          *text, *p, number[32];
    scim_error_t   err;
    scim_query_t   again;

    text = malloc(size * 3 + 256);
    fuzz_must(text != NULL);

    p = fuzz_parameter(text, "filter", query->filter);
    p = fuzz_parameter(p, "attributes", query->attributes);
    p = fuzz_parameter(p, "excludedAttributes", query->excluded_attributes);
    p = fuzz_parameter(p, "sortBy", query->sort_by);
    p = fuzz_parameter(p, "cursor", query->cursor);
    p = fuzz_parameter(p, "sortOrder",
                       query->descending ? "descending" : "ascending");

    if (query->cursor == NULL) {
        (void) sprintf(number, "%ld", query->start_index);
        p = fuzz_parameter(p, "startIndex", number);
    }

    if (query->count >= 0) {
        (void) sprintf(number, "%ld", query->count);
        p = fuzz_parameter(p, "count", number);
    }

    fuzz_must(scim_query_parse(&again, text, (size_t) (p - text), &err) == 0);
    fuzz_same(query, &again);

    scim_query_free(&again);
    free(text);
}


static void
fuzz_as_message(const scim_query_t *query)
{
    json_t        *message;
    scim_error_t   err;
    scim_query_t   again;

    message = json_pack("{s:s?,s:s?,s:s?,s:s?,s:s?,s:s}",
                        "filter", query->filter,
                        "attributes", query->attributes,
                        "excludedAttributes", query->excluded_attributes,
                        "sortBy", query->sort_by,
                        "cursor", query->cursor,
                        "sortOrder",
                        query->descending ? "descending" : "ascending");
    fuzz_must(message != NULL);

    if (query->cursor == NULL) {
        (void) json_object_set_new(message, "startIndex",
                                   json_integer(query->start_index));
    }

    if (query->count >= 0) {
        (void) json_object_set_new(message, "count",
                                   json_integer(query->count));
    }

    fuzz_must(scim_query_from_search(&again, message, &err) == 0);
    fuzz_same(query, &again);

    scim_query_free(&again);
    json_decref(message);
}


static void
fuzz_query(int rc, scim_query_t *query, const scim_error_t *err, size_t size)
{
    if (rc != 0) {
        fuzz_error(err);
        fuzz_must(query->filter == NULL && query->attributes == NULL
                  && query->excluded_attributes == NULL
                  && query->sort_by == NULL && query->cursor == NULL);
        return;
    }

    fuzz_must(query->start_index >= 1 && query->count >= -1);
    fuzz_must(query->cursor == NULL || query->start_index == 1);

    fuzz_as_string(query, size);
    fuzz_as_message(query);
    fuzz_use(query);

    scim_query_free(query);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int            rc;
    json_t        *message, *before;
    scim_error_t   err;
    scim_query_t   query;

    rc = scim_query_parse(&query, (const char *) data, size, &err);
    fuzz_query(rc, &query, &err, size);

    message = scim_json_load((const char *) data, size, 8, &err);
    if (message == NULL) {
        return 0;
    }

    before = json_deep_copy(message);

    rc = scim_query_from_search(&query, message, &err);
    fuzz_query(rc, &query, &err, size);
    fuzz_must(json_equal(before, message));

    json_decref(before);
    json_decref(message);

    return 0;
}
