/*
 * "scim_status": a list of families, each with its samples, in the format that
 * is asked for (see status_format.c).
 */

#include "status.h"
#include <signal.h>


#define NGX_HTTP_SCIM_STATUS_LABELS  5       /* two, their values, and NULL   */


static ngx_uint_t ngx_http_scim_status_wants_json(ngx_http_request_t *r);
static ngx_int_t ngx_http_scim_status_send(ngx_http_request_t *r,
    ngx_http_scim_status_t *status);
static void ngx_http_scim_status_requests(ngx_http_scim_status_t *status);
static void ngx_http_scim_status_operations(ngx_http_scim_status_t *status,
    size_t offset);
static void ngx_http_scim_status_durations(ngx_http_scim_status_t *status);
static void ngx_http_scim_status_redis(ngx_http_scim_status_t *status);
static void ngx_http_scim_status_workers(ngx_http_scim_status_t *status);
static ngx_uint_t ngx_http_scim_status_lives(ngx_http_scim_worker_t *worker);
static void ngx_http_scim_status_table(ngx_http_scim_status_t *status);


static const char  *ngx_http_scim_status_classes[] = {
    "1xx", "2xx", "3xx", "4xx", "5xx"
};

/* in the order of ngx_scim_redis_state_e */

static const char  *ngx_http_scim_status_states[] = {
    "closed", "connecting", "securing", "greeting", "ready"
};


static const struct {
    const char  *name;
    const char  *help;
    size_t       offset;
} ngx_http_scim_status_connection[] = {

    { "scim_redis_connects_total", "Connections made to Redis.",
      offsetof(ngx_http_scim_worker_t, redis.connects) },

    { "scim_redis_failures_total",
      "Connections to Redis lost while in use, and failed attempts.",
      offsetof(ngx_http_scim_worker_t, redis.failures) },

    { "scim_redis_errors_total", "Error replies from Redis.",
      offsetof(ngx_http_scim_worker_t, redis.errors) },

    { "scim_redis_resends_total",
      "Requests to Redis sent again, to another connection or behind the "
      "function library.",
      offsetof(ngx_http_scim_worker_t, redis.resends) }
};


/* the content handler of "scim_status" */

ngx_int_t
ngx_http_scim_status_handler(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_http_scim_status_t      status;
    ngx_http_scim_main_conf_t  *mcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_scim_module);

    ngx_memzero(&status, sizeof(ngx_http_scim_status_t));
    ngx_http_scim_text_init(&status.text, r->pool);
    status.metrics = mcf->metrics;

    if (ngx_http_scim_status_wants_json(r)) {
        status.families = json_object();
        status.failed = (status.families == NULL);
    }

    ngx_http_scim_status_requests(&status);
    ngx_http_scim_status_durations(&status);
    ngx_http_scim_status_redis(&status);
    ngx_http_scim_status_workers(&status);
    ngx_http_scim_status_table(&status);
    ngx_http_scim_access_status(&status, mcf);

    rc = ngx_http_scim_status_send(r, &status);

    json_decref(status.families);

    return rc;
}


static ngx_uint_t
ngx_http_scim_status_wants_json(ngx_http_request_t *r)
{
    ngx_str_t         format;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    static u_char  type[] = "application/json";

    if (ngx_http_arg(r, (u_char *) "format", sizeof("format") - 1, &format)
        == NGX_OK)
    {
        return ngx_http_scim_is(&format, "json");
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        header = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (header[i].key.len == sizeof("Accept") - 1
                && ngx_strncasecmp(header[i].key.data, (u_char *) "Accept",
                                   sizeof("Accept") - 1)
                   == 0)
            {
                return ngx_strlcasestrn(header[i].value.data,
                                        header[i].value.data
                                        + header[i].value.len,
                                        type, sizeof(type) - 2)
                       != NULL;
            }
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_scim_status_send(ngx_http_request_t *r,
    ngx_http_scim_status_t *status)
{
    ngx_int_t     rc;
    ngx_chain_t  *cl;

    if (!status->failed && status->families
        && ngx_http_scim_text_add_json(&status->text, status->families)
           != NGX_OK)
    {
        status->failed = 1;
    }

    if (status->failed) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (status->families) {
        ngx_str_set(&r->headers_out.content_type, "application/json");

    } else {
        ngx_str_set(&r->headers_out.content_type,
                    "text/plain; version=0.0.4; charset=utf-8");
    }

    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n =
                              (off_t) ngx_http_scim_text_length(&status->text);

    status->text.buf->last_buf = (r == r->main) ? 1 : 0;
    status->text.buf->last_in_chain = 1;
    cl = status->text.first;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, cl);
}


static void
ngx_http_scim_status_requests(ngx_http_scim_status_t *status)
{
    ngx_uint_t   reason;
    const char  *reasons[NGX_HTTP_SCIM_STATUS_LABELS] = { "reason", NULL };

    ngx_http_scim_status_family(status, "scim_requests_total", "counter",
                                "Requests by operation and status class.");
    ngx_http_scim_status_operations(status,
        offsetof(ngx_http_scim_shard_t, operations[0].statuses));

    ngx_http_scim_status_family(status, "scim_bulk_operations_total",
                                "counter",
                                "Operations within bulk requests, each of "
                                "which is one request.");
    ngx_http_scim_status_operations(status,
        offsetof(ngx_http_scim_shard_t, operations[0].bulk));

    ngx_http_scim_status_family(status, "scim_refusals_total", "counter",
                                "Requests that were not answered with what "
                                "they asked for, by reason.");

    for (reason = 1; reason < NGX_HTTP_SCIM_REASONS; reason++) {
        reasons[1] = ngx_http_scim_reasons[reason];

        ngx_http_scim_status_sample(status, reasons,
            ngx_http_scim_status_sum(status,
                offsetof(ngx_http_scim_shard_t, reasons[reason])));
    }
}


/* offset: of the first operation's counters, by status class */

static void
ngx_http_scim_status_operations(ngx_http_scim_status_t *status, size_t offset)
{
    ngx_uint_t               n, class;
    ngx_atomic_uint_t        value;
    ngx_http_scim_shared_t  *shared;

    const char  *labels[NGX_HTTP_SCIM_STATUS_LABELS] = { "operation", NULL,
                                                         "status", NULL };

    shared = status->metrics->shared;

    for (n = 0; n < shared->nnames; n++) {
        labels[1] = (const char *) shared->names[n].data;

        for (class = 0; class < NGX_HTTP_SCIM_STATUS_CLASSES; class++) {

            value = ngx_http_scim_status_sum(status, offset
                        + n * sizeof(ngx_http_scim_operation_metrics_t)
                        + class * sizeof(ngx_atomic_t));

            if (value) {
                labels[3] = ngx_http_scim_status_classes[class];
                ngx_http_scim_status_sample(status, labels, value);
            }
        }
    }
}


static void
ngx_http_scim_status_durations(ngx_http_scim_status_t *status)
{
    ngx_uint_t               n;
    ngx_http_scim_shared_t  *shared;

    const char  *labels[NGX_HTTP_SCIM_STATUS_LABELS] = { "operation", NULL };
    const char  *none[NGX_HTTP_SCIM_STATUS_LABELS] = { NULL };

    shared = status->metrics->shared;

    ngx_http_scim_status_family(status, "scim_request_duration_seconds",
                                "histogram",
                                "Time from a request's first byte to the end "
                                "of its answer.");

    for (n = 0; n < shared->nnames; n++) {
        labels[1] = (const char *) shared->names[n].data;

        ngx_http_scim_status_histogram(status, labels,
            offsetof(ngx_http_scim_shard_t, operations[n].duration));
    }

    ngx_http_scim_status_family(status, "scim_redis_wait_seconds", "histogram",
                                "Time that a request waited for Redis.");

    ngx_http_scim_status_histogram(status, none,
                                   offsetof(ngx_http_scim_shard_t, redis));
}


/* what workers have counted, the gone ones included */

static void
ngx_http_scim_status_redis(ngx_http_scim_status_t *status)
{
    u_char             *worker;
    ngx_uint_t          i, n;
    ngx_atomic_uint_t   sum;

    const char  *none[NGX_HTTP_SCIM_STATUS_LABELS] = { NULL };

    for (i = 0;
         i < sizeof(ngx_http_scim_status_connection)
             / sizeof(ngx_http_scim_status_connection[0]);
         i++)
    {
        sum = 0;

        for (n = 0; n < NGX_MAX_PROCESSES; n++) {
            worker = (u_char *) &status->metrics->shared->workers[n];
            sum += *(ngx_atomic_t *)
                       (worker + ngx_http_scim_status_connection[i].offset);
        }

        ngx_http_scim_status_family(status,
                                    ngx_http_scim_status_connection[i].name,
                                    "counter",
                                    ngx_http_scim_status_connection[i].help);
        ngx_http_scim_status_sample(status, none, sum);
    }
}


static void
ngx_http_scim_status_workers(ngx_http_scim_status_t *status)
{
    char                     pid[NGX_INT64_LEN + 1];
    ngx_uint_t               n, state, commands;
    ngx_http_scim_worker_t  *worker;

    const char  *labels[NGX_HTTP_SCIM_STATUS_LABELS] = { "worker", pid,
                                                         "state", NULL };
    const char  *workers[NGX_HTTP_SCIM_STATUS_LABELS] = { "worker", pid };

    for (commands = 0; commands < 2; commands++) {

        if (commands) {
            ngx_http_scim_status_family(status, "scim_redis_commands",
                                        "gauge",
                                        "Commands that wait for Redis or are "
                                        "on their way.");
        } else {
            ngx_http_scim_status_family(status, "scim_redis_connections",
                                        "gauge",
                                        "Each worker's connection to Redis, "
                                        "in the state that it is in.");
        }

        for (n = 0; n < NGX_MAX_PROCESSES; n++) {
            worker = &status->metrics->shared->workers[n];

            if (!ngx_http_scim_status_lives(worker)) {
                continue;
            }

            *ngx_sprintf((u_char *) pid, "%uA", worker->pid) = '\0';

            if (commands) {
                ngx_http_scim_status_sample(status, workers,
                                            worker->redis.commands);
                continue;
            }

            for (state = 0; state <= NGX_SCIM_REDIS_READY; state++) {
                labels[3] = ngx_http_scim_status_states[state];
                ngx_http_scim_status_sample(status, labels,
                                            worker->redis.state == state);
            }
        }
    }
}


/* one that was killed could not say so */

static ngx_uint_t
ngx_http_scim_status_lives(ngx_http_scim_worker_t *worker)
{
    return worker->pid
           && (kill((ngx_pid_t) worker->pid, 0) == 0
               || ngx_errno != NGX_ESRCH);
}


static void
ngx_http_scim_status_table(ngx_http_scim_status_t *status)
{
    ngx_uint_t                     i;
    const char                    *labels[NGX_HTTP_SCIM_STATUS_LABELS];
    const char                    *none[1] = { NULL };
    const ngx_http_scim_metric_t  *metric;

    for (i = 0; i < NGX_HTTP_SCIM_METRICS; i++) {
        metric = &ngx_http_scim_metric_table[i];

        if (status->family != metric->family
            && ngx_strcmp(status->family, metric->family) != 0)
        {
            ngx_http_scim_status_family(status, metric->family, "counter",
                                        metric->help);
        }

        ngx_memcpy(labels, metric->labels, sizeof(metric->labels));
        labels[NGX_HTTP_SCIM_STATUS_LABELS - 1] = NULL;

        ngx_http_scim_status_sample(status, labels,
            ngx_http_scim_status_sum(status,
                offsetof(ngx_http_scim_shard_t, counters[i])));
    }

    ngx_http_scim_status_family(status, "scim_start_time_seconds", "gauge",
                                "When counting began, since the epoch.");
    ngx_http_scim_status_sample(status, none,
                    (ngx_atomic_uint_t) status->metrics->shared->start);
}


ngx_atomic_uint_t
ngx_http_scim_status_sum(ngx_http_scim_status_t *status, size_t offset)
{
    ngx_uint_t              i;
    ngx_atomic_uint_t       sum;
    ngx_http_scim_shard_t  *shards;

    shards = status->metrics->shared->shards;
    sum = 0;

    for (i = 0; i < NGX_HTTP_SCIM_SHARDS; i++) {
        sum += *(ngx_atomic_t *) ((u_char *) &shards[i] + offset);
    }

    return sum;
}
