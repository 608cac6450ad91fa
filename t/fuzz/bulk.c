/*
 * A BulkRequest, and, behind a line that is "---", how its operations end: a
 * byte each, of which the lowest bit says whether it fails, and the others
 * which of those that run is the next to end.
 */

#include "fuzz.h"


#define FUZZ_RUNNING  64


typedef struct {
    const uint8_t  *ends;
    size_t          count;
    size_t          next;
    size_t          running[FUZZ_RUNNING];
    size_t          run;
    size_t          started;
} fuzz_bulk_t;


/* Data holds no id that is unknown, and what is there is there for long. */
static void
fuzz_operation(const scim_bulk_operation_t *operation)
{
    fuzz_must(strcmp(operation->type_name, "User") == 0
              || strcmp(operation->type_name, "Group") == 0);
    fuzz_must((operation->method == SCIM_BULK_POST)
              == (operation->id == NULL));
    fuzz_must((operation->method == SCIM_BULK_DELETE)
              == (operation->data == NULL));
    fuzz_must(operation->data == NULL || json_is_object(operation->data));
    fuzz_must(operation->id == NULL
              || strncmp(operation->id, "bulkId:", 7) != 0);
}


static void
fuzz_end(scim_bulk_t *bulk, fuzz_bulk_t *fuzz)
{
    int      fails;
    char     id[32];
    size_t   i, n;
    uint8_t  byte;

    byte = (fuzz->next < fuzz->count) ? fuzz->ends[fuzz->next++] : 0;
    fails = byte & 1;

    i = (size_t) (byte >> 1) % fuzz->run;
    n = fuzz->running[i];
    fuzz->running[i] = fuzz->running[--fuzz->run];

    (void) snprintf(id, sizeof(id), "id%zu", n);
    scim_bulk_done(bulk, n, fails ? 412 : 201, id, NULL, "W/\"1\"", NULL);
}


static void
fuzz_bulk(const scim_policy_t *policy, const json_t *message,
    const uint8_t *ends, size_t count)
{
    int                     status;
    size_t                  i, total, ended;
    json_t                 *response, *operations, *before, *operation;
    ssize_t                 n;
    scim_bulk_t            *bulk;
    fuzz_bulk_t             fuzz;
    scim_error_t            err;
    scim_bulk_operation_t   next;

    before = json_deep_copy(message);
    bulk = scim_bulk_parse(policy, message, 1000, &err);

    if (bulk == NULL) {
        fuzz_error(&err);
        json_decref(before);
        return;
    }

    memset(&fuzz, 0, sizeof(fuzz));
    fuzz.ends = ends;
    fuzz.count = count;

    for ( ;; ) {
        n = (fuzz.run < FUZZ_RUNNING) ? scim_bulk_next(bulk, &next)
                                      : SCIM_BULK_WAIT;
        if (n >= 0) {
            fuzz_operation(&next);
            fuzz.running[fuzz.run++] = (size_t) n;
            fuzz.started++;
            continue;
        }

        if (n == SCIM_BULK_DONE) {
            break;
        }

        /* no deadlock: to wait there must be something to wait for */

        fuzz_must(fuzz.run > 0);
        fuzz_end(bulk, &fuzz);
    }

    fuzz_must(fuzz.run == 0);

    operations = json_object_get(message, "Operations");
    total = json_array_size(operations);
    response = scim_bulk_response(bulk, "https://x");
    operations = json_object_get(response, "Operations");

    /* each has one result, or failOnErrors has cut them off */

    ended = 0;

    for (i = 0; (status = scim_bulk_status(bulk, i, &next)) >= 0; i++) {
        ended += (status != 0);
    }

    fuzz_must(ended == json_array_size(operations));
    fuzz_must(json_is_array(operations));
    fuzz_must(fuzz.started <= 2 * json_array_size(operations));
    fuzz_must(total == 0 || json_array_size(operations) <= total);
    fuzz_must(total == 0
              || json_object_get(message, "failOnErrors") != NULL
              || json_object_size(message) > 2
              || json_array_size(operations) == total);

    json_array_foreach(operations, i, operation) {
        fuzz_must(json_is_string(json_object_get(operation, "status")));
    }

    fuzz_must(json_equal(before, message));

    json_decref(response);
    json_decref(before);
    scim_bulk_free(bulk);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t         i, n, rest_length;
    json_t        *message;
    const char    *rest;
    scim_error_t   err;

    n = fuzz_split(data, size, &rest, &rest_length);

    message = scim_json_load((const char *) data, n, 16, &err);
    if (message == NULL) {
        fuzz_error(&err);
        return 0;
    }

    for (i = 0; i < 2; i++) {
        fuzz_bulk(&fuzz_policies[i], message,
                  rest ? (const uint8_t *) rest : data, rest_length);
    }

    json_decref(message);

    return 0;
}
