/*
 * Time that src/scim takes, beside jansson's parse of the same bytes, for
 * inputs of one size and of ten times that: what is linear takes about the
 * same time per byte, and what is quadratic ten times as much.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <jansson.h>

#include "../../src/scim/scim.h"


#define ROUNDS   7              /* of which the fastest counts              */
#define ENOUGH   0.02           /* seconds that a round takes at least      */


static const scim_policy_t  bench_policy = { .profile = SCIM_LENIENT };


/* What one measurement works on, prepared outside of it. */
typedef struct {
    char          *text;        /* the bytes                                */
    size_t         length;
    json_t        *json;        /* what is in them                          */
    json_t        *document;
    scim_patch_t  *patch;
} bench_input_t;


typedef struct {
    const char  *name;
    size_t       size;          /* of the smaller input                     */
    void       (*prepare)(bench_input_t *input, size_t size);
    void       (*run)(const bench_input_t *input);
} bench_case_t;


static double
bench_now(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);

    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}


static void
bench_must(int done, const char *what)
{
    if (!done) {
        fprintf(stderr, "protocol: %s\n", what);
        exit(1);
    }
}


static void
bench_parse(const bench_input_t *input)
{
    json_t  *json;

    json = json_loadb(input->text, input->length, JSON_DECODE_ANY, NULL);
    bench_must(json != NULL, "jansson does not take the input");
    json_decref(json);
}


/* Seconds for one run, the least of some rounds. */
static double
bench_time(void (*run)(const bench_input_t *), const bench_input_t *input)
{
    int     round;
    double  start, spent, least;
    size_t  i, times;

    times = 1;
    least = 0;

    for (round = 0; round < ROUNDS; /* void */ ) {

        start = bench_now();

        for (i = 0; i < times; i++) {
            run(input);
        }

        spent = bench_now() - start;

        if (spent < ENOUGH) {
            times *= 2;
            continue;
        }

        spent /= (double) times;

        if (round++ == 0 || spent < least) {
            least = spent;
        }
    }

    return least;
}


static void
bench_dump(bench_input_t *input, json_t *json)
{
    input->json = json;
    input->text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    bench_must(input->text != NULL, "no memory");
    input->length = strlen(input->text);
}


/* [{"value":"user7@example.com","type":"work"}, ...] */
static json_t *
bench_values(size_t count, const char *type)
{
    char     value[64];
    size_t   i;
    json_t  *values;

    values = json_array();

    for (i = 0; i < count; i++) {
        (void) snprintf(value, sizeof(value), "user%zu@example.com", i);
        json_array_append_new(values, json_pack("{s:s,s:s}", "value", value,
                                                "type", type));
    }

    return values;
}


static json_t *
bench_user(size_t count)
{
    return json_pack("{s:[s],s:s,s:s,s:o}", "schemas", SCIM_URN_USER, "id",
                     "1", "userName", "jane", "emails",
                     bench_values(count, "work"));
}


/*
 * A filter of so many comparisons. jansson parses it as one string, which is
 * about the least that can be done with it.
 */
static void
bench_filter_text(bench_input_t *input, size_t count, const char *term)
{
    char    *text, *p;
    size_t   i;

    text = malloc(count * (strlen(term) + 16) + 1);
    bench_must(text != NULL, "no memory");

    for (p = text, i = 0; i < count; i++) {
        p += sprintf(p, "%s%s", i ? " or " : "", term);
    }

    bench_dump(input, json_string(text));
    free(text);
}


static void
bench_prepare_filter(bench_input_t *input, size_t size)
{
    bench_filter_text(input, size, "userName eq \"somebody else\"");
    input->document = bench_user(1);
}


static scim_filter_t *
bench_filter(const bench_input_t *input)
{
    scim_error_t    err;
    scim_filter_t  *filter;

    filter = scim_filter_parse(&scim_user_type, &bench_policy,
                               json_string_value(input->json),
                               json_string_length(input->json), &err);
    bench_must(filter != NULL, "the filter is refused");

    return filter;
}


static void
bench_run_filter_parse(const bench_input_t *input)
{
    scim_filter_free(bench_filter(input));
}


static void
bench_run_filter(const bench_input_t *input)
{
    scim_filter_t  *filter;

    filter = bench_filter(input);
    bench_must(!scim_filter_match(filter, input->document), "a match");
    scim_filter_free(filter);
}


/* one filter, on a resource of so many values */
static void
bench_prepare_values(bench_input_t *input, size_t size)
{
    bench_dump(input, bench_user(size));
}


static void
bench_run_evaluate(const bench_input_t *input)
{
    scim_error_t    err;
    scim_filter_t  *filter;

    static const char  text[] = "emails[type eq \"WORK\" and value ew \"@x\"] "
                                "or emails.value co \"somebody\"";

    filter = scim_filter_parse(&scim_user_type, &bench_policy, text,
                               sizeof(text) - 1, &err);
    bench_must(filter != NULL, "the filter is refused");
    bench_must(!scim_filter_match(filter, input->json), "a match");
    scim_filter_free(filter);
}


static void
bench_run_accept(const bench_input_t *input)
{
    json_t        *document;
    scim_error_t   err;

    document = scim_resource_accept(&scim_user_type, &bench_policy,
                                    input->json, NULL, NULL, &err);
    bench_must(document != NULL, "the resource is refused");
    json_decref(document);
}


static void
bench_run_index(const bench_input_t *input)
{
    json_t  *index;

    index = scim_resource_index(&scim_user_type, input->json,
                                "emails.value");
    bench_must(index != NULL, "no index");
    json_decref(index);
}


static void
bench_run_project(const bench_input_t *input)
{
    json_t             *shown;
    scim_error_t        err;
    scim_projection_t  *projection;

    projection = scim_projection_parse(&scim_user_type, &bench_policy,
                                       "emails.value", 12, NULL, 0, &err);
    bench_must(projection != NULL, "the projection is refused");

    shown = scim_projection_apply(projection, input->json);
    bench_must(shown != NULL, "nothing is shown");

    json_decref(shown);
    scim_projection_free(projection);
}


static void
bench_run_load(const bench_input_t *input)
{
    json_t        *json;
    scim_error_t   err;

    json = scim_json_load(input->text, input->length, 32, &err);
    bench_must(json != NULL, "the JSON is refused");
    json_decref(json);
}


/* a group of so many members */
static void
bench_prepare_members(bench_input_t *input, size_t size)
{
    bench_dump(input, json_pack("{s:s,s:o}", "displayName", "all", "members",
                                bench_values(size, "User")));
}


static void
bench_run_members(const bench_input_t *input)
{
    json_t          *document;
    scim_error_t     err;
    scim_members_t   members;

    document = scim_resource_accept(&scim_group_type, &bench_policy,
                                    input->json, NULL, &members, &err);
    bench_must(document != NULL, "the group is refused");
    json_decref(members.ids);
    json_decref(document);
}


/* So many operations, numbered where path has a %zu. */
static void
bench_operations(bench_input_t *input, size_t size, const char *op,
    const char *path, int valued)
{
    char     text[96], place[128];
    size_t   i;
    json_t  *operations, *operation;

    operations = json_array();

    for (i = 0; i < size; i++) {
        /* the formats are in this file */
        (void) snprintf(place, sizeof(place), path, i);
        operation = json_pack("{s:s,s:s}", "op", op, "path", place);

        if (valued) {
            (void) snprintf(text, sizeof(text), "new%zu@example.com", i);
            json_object_set_new(operation, "value",
                                json_pack("{s:s,s:s}", "value", text, "type",
                                          "home"));
        }

        json_array_append_new(operations, operation);
    }

    bench_dump(input, json_pack("{s:[s],s:o}", "schemas",
                           "urn:ietf:params:scim:api:messages:2.0:PatchOp",
                           "Operations", operations));
}


static void
bench_prepare_add(bench_input_t *input, size_t size)
{
    bench_operations(input, size, "add", "emails", 1);
    input->document = bench_user(size);
}


static void
bench_prepare_urns(bench_input_t *input, size_t size)
{
    bench_operations(input, size, "add", "urn:example:%zu:1.0:User:a", 1);
    input->document = bench_user(10);
}


static void
bench_prepare_member_paths(bench_input_t *input, size_t size)
{
    bench_operations(input, size, "remove", "members[value eq \"%zu\"]", 0);
    input->document = json_pack("{s:[s],s:s,s:s}", "schemas", SCIM_URN_GROUP,
                                "id", "1", "displayName", "all");
}


static void
bench_patch(const bench_input_t *input, const scim_resource_type_t *type)
{
    json_t        *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    patch = scim_patch_parse(type, &bench_policy, input->json, &err);
    bench_must(patch != NULL, "the PATCH is refused");

    result = scim_patch_apply(patch, input->document, &err);
    bench_must(result != NULL, "the PATCH fails");

    json_decref(result);
    scim_patch_free(patch);
}


static void
bench_run_patch(const bench_input_t *input)
{
    bench_patch(input, &scim_user_type);
}


static void
bench_run_patch_group(const bench_input_t *input)
{
    bench_patch(input, &scim_group_type);
}


/* one operation with so many values, on a user who has as many */
static void
bench_prepare_list(bench_input_t *input, size_t size, const char *op)
{
    bench_dump(input, json_pack("{s:[{s:s,s:s,s:o}]}", "Operations", "op", op,
                                "path", "emails", "value",
                                bench_values(size, "work")));
    input->document = bench_user(size);
}


static void
bench_prepare_add_list(bench_input_t *input, size_t size)
{
    bench_prepare_list(input, size, "add");
}


static void
bench_prepare_remove_list(bench_input_t *input, size_t size)
{
    bench_prepare_list(input, size, "remove");
}


static void
bench_free(bench_input_t *input)
{
    json_decref(input->document);
    json_decref(input->json);
    free(input->text);
}


/* Prints a line; the ratios' ratio. */
static double
bench_case(const bench_case_t *one)
{
    int            i;
    double         parse[2], run[2], ratio[2];
    size_t         length[2];
    bench_input_t  input;

    for (i = 0; i < 2; i++) {
        memset(&input, 0, sizeof(bench_input_t));
        one->prepare(&input, one->size * (i ? 10 : 1));

        length[i] = input.length;
        parse[i] = bench_time(bench_parse, &input);
        run[i] = bench_time(one->run, &input);
        ratio[i] = run[i] / parse[i];

        bench_free(&input);
    }

    printf("%-40s %7zu %9zu %8.2f %8.2f %8.2f %8.2f %7.2f\n", one->name,
           one->size, length[0], 1e9 * run[0] / (double) length[0],
           1e9 * run[1] / (double) length[1], ratio[0], ratio[1],
           run[1] / (double) length[1] * (double) length[0] / run[0]);

    return run[1] / (double) length[1] * (double) length[0] / run[0];
}


int
main(void)
{
    double  growth, worst;
    size_t  i;

    static const bench_case_t  cases[] = {
        { "filter: parse, n comparisons", 100,
          bench_prepare_filter, bench_run_filter_parse },
        { "filter: parse and evaluate, n comparisons", 100,
          bench_prepare_filter, bench_run_filter },
        { "filter: evaluate on n values", 1000,
          bench_prepare_values, bench_run_evaluate },
        { "PATCH: n operations that add a value", 100,
          bench_prepare_add, bench_run_patch },
        { "PATCH: n operations on as many URNs", 100,
          bench_prepare_urns, bench_run_patch },
        { "PATCH: n operations that remove a member", 100,
          bench_prepare_member_paths, bench_run_patch_group },
        { "PATCH: add of n values that are there", 1000,
          bench_prepare_add_list, bench_run_patch },
        { "PATCH: remove of n values out of n", 1000,
          bench_prepare_remove_list, bench_run_patch },
        { "resource: accept n values", 1000,
          bench_prepare_values, bench_run_accept },
        { "resource: accept n members", 1000,
          bench_prepare_members, bench_run_members },
        { "resource: index of n values", 1000,
          bench_prepare_values, bench_run_index },
        { "resource: projection of n values", 1000,
          bench_prepare_values, bench_run_project },
        { "JSON: load with limits, n values", 1000,
          bench_prepare_values, bench_run_load }
    };

    printf("%-40s %7s %9s %8s %8s %8s %8s %7s\n", "", "n", "bytes",
           "ns/byte", "at 10n", "x parse", "at 10n", "growth");

    worst = 0;

    for (i = 0; i < sizeof(cases) / sizeof(bench_case_t); i++) {
        growth = bench_case(&cases[i]);
        worst = growth > worst ? growth : worst;
    }

    printf("\nworst growth of the time per byte at ten times the size: %.2f"
           " (linear 1, quadratic 10)\n", worst);

    return 0;
}
