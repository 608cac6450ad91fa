/*
 * Counting: one or a few atomic additions a request. It must not know how the
 * counters are shown.
 */

#include "ngx_http_scim.h"


#define NGX_HTTP_SCIM_METRICS_PAGES  16      /* the slab's own, and its parts */


static ngx_int_t ngx_http_scim_metrics_init(ngx_shm_zone_t *zone, void *data);
static ngx_http_scim_operation_metrics_t *ngx_http_scim_metrics_of(
    ngx_http_scim_metrics_t *metrics,
    const ngx_http_scim_operation_t *operation);
static ngx_uint_t ngx_http_scim_metrics_class(ngx_uint_t status);
static ngx_uint_t ngx_http_scim_metrics_number(
    ngx_http_scim_metrics_t *metrics,
    const ngx_http_scim_operation_t *operation);
static ngx_uint_t ngx_http_scim_metrics_name(ngx_http_scim_metrics_t *metrics,
    const ngx_str_t *name);
static void ngx_http_scim_metrics_time(ngx_http_scim_histogram_t *histogram,
    ngx_msec_t time);


/* upper ends in milliseconds */

const ngx_msec_t  ngx_http_scim_buckets[NGX_HTTP_SCIM_BUCKETS - 1] = {
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000
};


const char *const  ngx_http_scim_reasons[NGX_HTTP_SCIM_REASONS] = {
    "", "unauthorized", "bad_tokens", "disabled", "forbidden", "invalid",
    "not_found", "conflict", "version", "limited", "aborted", "redis", "failed"
};


/* those of one family stand together */

const ngx_http_scim_metric_t
    ngx_http_scim_metric_table[NGX_HTTP_SCIM_METRICS] =
{
    { "scim_write_retries_total",
      "Writes made again, as another one was quicker.",
      { NULL, NULL, NULL, NULL } },

    { "scim_bad_tokens_total",
      "Requests with a wrong token, and those refused without a look at it.",
      { "looked_at", "yes", NULL, NULL } },
    { "scim_bad_tokens_total",
      "Requests with a wrong token, and those refused without a look at it.",
      { "looked_at", "no", NULL, NULL } },

    { "scim_activity_lost_total",
      "Requests that an integration's activity in Redis lacks.",
      { NULL, NULL, NULL, NULL } },

    { "scim_access_cache_total",
      "Users whose access was looked for in the cache.",
      { "result", "hit", NULL, NULL } },
    { "scim_access_cache_total",
      "Users whose access was looked for in the cache.",
      { "result", "miss", NULL, NULL } },
    { "scim_access_cache_total",
      "Users whose access was looked for in the cache.",
      { "result", "bypass", NULL, NULL } },

    { "scim_access_cache_drops_total",
      "Changes that made the cache drop what it had of users.",
      { NULL, NULL, NULL, NULL } },

    { "scim_access_decisions_total",
      "Decisions of scim_access and scim_authz.",
      { "decision", "allowed", "reason", "" } },
    { "scim_access_decisions_total",
      "Decisions of scim_access and scim_authz.",
      { "decision", "denied", "reason", "anonymous" } },
    { "scim_access_decisions_total",
      "Decisions of scim_access and scim_authz.",
      { "decision", "denied", "reason", "unknown" } },
    { "scim_access_decisions_total",
      "Decisions of scim_access and scim_authz.",
      { "decision", "denied", "reason", "inactive" } },
    { "scim_access_decisions_total",
      "Decisions of scim_access and scim_authz.",
      { "decision", "denied", "reason", "condition" } },
    { "scim_access_decisions_total",
      "Decisions of scim_access and scim_authz.",
      { "decision", "denied", "reason", "redis" } }
};


ngx_http_scim_metrics_t *
ngx_http_scim_metrics_create(ngx_conf_t *cf)
{
    size_t                    size;
    ngx_str_t                 name;
    ngx_shm_zone_t           *zone;
    ngx_http_scim_metrics_t  *metrics;

    metrics = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_metrics_t));
    if (metrics == NULL) {
        return NULL;
    }

    ngx_str_set(&name, "scim_metrics");

    size = ngx_align(sizeof(ngx_http_scim_shared_t), ngx_pagesize)
           + NGX_HTTP_SCIM_METRICS_PAGES * ngx_pagesize;

    zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_scim_module);
    if (zone == NULL) {
        return NULL;
    }

    zone->init = ngx_http_scim_metrics_init;
    zone->data = metrics;

    return metrics;
}


static ngx_int_t
ngx_http_scim_metrics_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_http_scim_metrics_t  *metrics, *before = data;

    metrics = zone->data;

    if (before) {
        metrics->shared = before->shared;
        metrics->shpool = before->shpool;
        return NGX_OK;
    }

    metrics->shpool = (ngx_slab_pool_t *) zone->shm.addr;

    if (zone->shm.exists) {
        metrics->shared = metrics->shpool->data;
        return NGX_OK;
    }

    metrics->shared = ngx_slab_calloc(metrics->shpool,
                                      sizeof(ngx_http_scim_shared_t));
    if (metrics->shared == NULL) {
        return NGX_ERROR;
    }

    metrics->shared->start = ngx_time();
    metrics->shpool->data = metrics->shared;

    return NGX_OK;
}


void
ngx_http_scim_metrics_request(ngx_http_scim_ctx_t *ctx, ngx_uint_t status)
{
    ngx_time_t                         *tp;
    ngx_msec_int_t                      time;
    ngx_http_request_t                 *r;
    ngx_http_scim_shard_t              *shard;
    ngx_http_scim_metrics_t            *metrics;
    ngx_http_scim_operation_metrics_t  *counters;

    r = ctx->request;
    metrics = ctx->main_conf->metrics;

    tp = ngx_timeofday();
    time = (ngx_msec_int_t) ((tp->sec - r->start_sec) * 1000
                             + ((ngx_msec_int_t) tp->msec
                                - (ngx_msec_int_t) r->start_msec));

    shard = ngx_http_scim_shard(metrics);
    counters = ngx_http_scim_metrics_of(metrics, ctx->operation);

    (void) ngx_atomic_fetch_add(
               &counters->statuses[ngx_http_scim_metrics_class(status)], 1);

    ngx_http_scim_metrics_time(&counters->duration,
                               (ngx_msec_t) ngx_max(time, 0));

    if (ctx->next) {
        ngx_http_scim_metrics_time(&shard->redis, ctx->redis_time);
    }

    if (status >= NGX_HTTP_BAD_REQUEST) {
        (void) ngx_atomic_fetch_add(&shard->reasons[ngx_http_scim_reason(ctx,
                                                                    status)],
                                    1);
    }
}


void
ngx_http_scim_metrics_operation(ngx_http_scim_metrics_t *metrics,
    const ngx_http_scim_operation_t *operation, ngx_uint_t status)
{
    ngx_http_scim_operation_metrics_t  *counters;

    counters = ngx_http_scim_metrics_of(metrics, operation);

    (void) ngx_atomic_fetch_add(
               &counters->bulk[ngx_http_scim_metrics_class(status)], 1);
}


static ngx_http_scim_operation_metrics_t *
ngx_http_scim_metrics_of(ngx_http_scim_metrics_t *metrics,
    const ngx_http_scim_operation_t *operation)
{
    return &ngx_http_scim_shard(metrics)->operations[
                ngx_http_scim_metrics_number(metrics, operation)];
}


static ngx_uint_t
ngx_http_scim_metrics_class(ngx_uint_t status)
{
    return (status >= 100 && status < 600) ? status / 100 - 1
                                           : NGX_HTTP_SCIM_STATUS_CLASSES - 1;
}


/*
 * The number of an operation's name, which all processes have in common. An
 * operation is looked for by its name once in the life of a process.
 */

static ngx_uint_t
ngx_http_scim_metrics_number(ngx_http_scim_metrics_t *metrics,
    const ngx_http_scim_operation_t *operation)
{
    ngx_uint_t  i, n, tries;

    i = ((uintptr_t) operation / sizeof(void *));

    for (tries = 0; tries < NGX_HTTP_SCIM_KNOWN_OPERATIONS; tries++, i++) {
        i &= NGX_HTTP_SCIM_KNOWN_OPERATIONS - 1;

        if (metrics->known[i].operation == operation) {
            return metrics->known[i].n;
        }

        if (metrics->known[i].operation == NULL) {
            n = ngx_http_scim_metrics_name(metrics, &operation->name);
            metrics->known[i].operation = operation;
            metrics->known[i].n = n;

            return n;
        }
    }

    return ngx_http_scim_metrics_name(metrics, &operation->name);
}


static ngx_uint_t
ngx_http_scim_metrics_name(ngx_http_scim_metrics_t *metrics,
    const ngx_str_t *name)
{
    size_t                           len;
    ngx_uint_t                       i;
    ngx_http_scim_shared_t          *shared;
    ngx_http_scim_operation_name_t  *names;

    len = ngx_min(name->len, NGX_HTTP_SCIM_OPERATION_LEN);
    shared = metrics->shared;
    names = shared->names;

    ngx_shmtx_lock(&metrics->shpool->mutex);

    for (i = 0; i < shared->nnames; i++) {
        if (names[i].len == len
            && ngx_memcmp(names[i].data, name->data, len) == 0)
        {
            goto found;
        }
    }

    if (i == NGX_HTTP_SCIM_OPERATIONS) {
        /* never with the operations that there are */
        i--;
        goto found;
    }

    ngx_memcpy(names[i].data, name->data, len);
    names[i].len = (u_char) len;

    ngx_memory_barrier();
    shared->nnames++;

found:

    ngx_shmtx_unlock(&metrics->shpool->mutex);

    return i;
}


static void
ngx_http_scim_metrics_time(ngx_http_scim_histogram_t *histogram,
    ngx_msec_t time)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_SCIM_BUCKETS - 1; i++) {
        if (time <= ngx_http_scim_buckets[i]) {
            break;
        }
    }

    (void) ngx_atomic_fetch_add(&histogram->buckets[i], 1);

    if (time) {
        (void) ngx_atomic_fetch_add(&histogram->sum, time);
    }
}


/*
 * A worker's place has the number of its process, which nobody else has while
 * it lives; the one that comes after a dead one finds its pid there.
 */

void
ngx_http_scim_metrics_attach(ngx_http_scim_main_conf_t *mcf)
{
    ngx_http_scim_worker_t  *worker;

    worker = &mcf->metrics->shared->workers[ngx_process_slot];

    worker->pid = (ngx_atomic_uint_t) ngx_pid;

    ngx_scim_redis_report(mcf->redis, &worker->redis);
}


void
ngx_http_scim_metrics_detach(ngx_http_scim_main_conf_t *mcf)
{
    ngx_http_scim_worker_t     *worker;
    ngx_http_scim_main_conf_t  *current;

    worker = &mcf->metrics->shared->workers[ngx_process_slot];
    current = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                                  ngx_http_scim_module);

    /* a single process lets go of the old configuration's as it has another */

    if (current == mcf) {
        worker->pid = 0;
    }
}
