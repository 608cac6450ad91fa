/*
 * The harness, and main(): runs every table and counts.
 */

#include <stdio.h>

#include "unit.h"


const scim_policy_t  unit_lenient = { SCIM_LENIENT, 1000, 100, 100, 0, 0 };
const scim_policy_t  unit_strict = { SCIM_STRICT, 1000, 100, 100, 0, 0 };

static unsigned  unit_passed;
static unsigned  unit_failed;

static long      unit_allocations = -1;
static int       unit_allocation_failed;


void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);


static int
unit_allocation_fails(void)
{
    if (unit_allocations < 0) {
        return 0;
    }

    if (unit_allocations > 0) {
        unit_allocations--;
        return 0;
    }

    unit_allocation_failed = 1;

    return 1;
}


void *
__wrap_malloc(size_t size)
{
    return unit_allocation_fails() ? NULL : __real_malloc(size);
}


void *
__wrap_calloc(size_t count, size_t size)
{
    return unit_allocation_fails() ? NULL : __real_calloc(count, size);
}


void *
__wrap_realloc(void *p, size_t size)
{
    return unit_allocation_fails() ? NULL : __real_realloc(p, size);
}


int
unit_fail_allocation(long n)
{
    int  failed;

    failed = unit_allocation_failed;

    unit_allocations = n;
    unit_allocation_failed = 0;

    return failed;
}


void
unit_check(int passed, const char *name, const char *seen)
{
    if (passed) {
        unit_passed++;
        return;
    }

    unit_failed++;
    printf("FAILED: %s\n    %s\n", name, seen);
}


const char *
unit_error(const scim_error_t *err)
{
    static char  text[64];

    (void) snprintf(text, sizeof(text), "%d%s%s", err->status,
                    err->type ? " " : "", err->type ? err->type : "");

    return text;
}


char *
unit_quote(const char *text)
{
    char  *quoted, *p;

    quoted = malloc(strlen(text) * 2 + 1);
    if (quoted == NULL) {
        abort();
    }

    for (p = quoted; *text != '\0'; text++) {
        if (*text == '\'') {
            *p++ = '"';

        } else if (*text == '`') {
            *p++ = '\\';
            *p++ = '"';

        } else {
            *p++ = *text;
        }
    }

    *p = '\0';

    return quoted;
}


json_t *
unit_json(const char *text)
{
    char          *quoted;
    json_t        *json;
    json_error_t   error;

    quoted = unit_quote(text);
    json = json_loads(quoted, JSON_DECODE_ANY, &error);

    if (json == NULL) {
        printf("a mistake in a test: %s\n%s\n", error.text, quoted);
        abort();
    }

    free(quoted);

    return json;
}


void
unit_expect(const char *name, const char *expected, json_t *got,
    const scim_error_t *err)
{
    char    *text, seen[4096];
    json_t  *json;

    if (got == NULL) {
        (void) snprintf(seen, sizeof(seen), "%s (%s) instead of %s",
                        unit_error(err), err->detail, expected);
        unit_check(strcmp(unit_error(err), expected) == 0, name, seen);
        return;
    }

    text = json_dumps(got, JSON_ENCODE_ANY);
    (void) snprintf(seen, sizeof(seen), "%s instead of %s", text, expected);
    free(text);

    if (expected[0] >= '1' && expected[0] <= '9') {
        unit_check(0, name, seen);
        return;
    }

    json = unit_json(expected);
    unit_check(json_equal(json, got), name, seen);
    json_decref(json);
}


int
main(int argc, char **argv)
{
    size_t  i;

    static const struct {
        const char  *name;
        void       (*run)(void);
    } tests[] = {
        { "bulk", unit_bulk },
        { "changes", unit_changes },
        { "cursor", unit_cursor },
        { "datetime", unit_datetime },
        { "discovery", unit_discovery },
        { "excerpt", unit_excerpt },
        { "filter", unit_filter },
        { "json", unit_json_tests },
        { "names", unit_names },
        { "patch", unit_patch },
        { "path", unit_path },
        { "projection", unit_projection },
        { "query", unit_query },
        { "registry", unit_registry },
        { "resource", unit_resource },
        { "sets", unit_sets },
        { "sort", unit_sort },
        { "speed", unit_speed },
        { "types", unit_types },
        { "version", unit_version },
        { "memory", unit_memory }
    };

    (void) setvbuf(stdout, NULL, _IOLBF, 0);

    json_set_alloc_funcs(__wrap_malloc, free);

    for (i = 0; i < UNIT_COUNT(tests); i++) {
        if (argc < 2 || strcmp(argv[1], tests[i].name) == 0) {
            tests[i].run();
        }
    }

    printf("%u passed, %u failed\n", unit_passed, unit_failed);

    return unit_failed ? 1 : 0;
}
