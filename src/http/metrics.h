/*
 * What is counted, in memory that all workers share and a reload keeps.
 */

#ifndef NGX_HTTP_SCIM_METRICS_H
#define NGX_HTTP_SCIM_METRICS_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "store/redis.h"

#pragma GCC visibility push(hidden)

/*
 * Why a request was not answered with what it asked for: $scim_reason, and the
 * reasons of refusals.
 */
typedef enum {
    NGX_HTTP_SCIM_REASON_NONE = 0,
    NGX_HTTP_SCIM_REASON_UNAUTHORIZED,
    NGX_HTTP_SCIM_REASON_BAD_TOKENS,         /* too many of them: 429         */
    NGX_HTTP_SCIM_REASON_DISABLED,
    NGX_HTTP_SCIM_REASON_FORBIDDEN,
    NGX_HTTP_SCIM_REASON_INVALID,            /* what else is the client's     */
    NGX_HTTP_SCIM_REASON_NOT_FOUND,
    NGX_HTTP_SCIM_REASON_CONFLICT,
    NGX_HTTP_SCIM_REASON_VERSION,            /* If-Match                      */
    NGX_HTTP_SCIM_REASON_LIMITED,            /* by nginx: 429                 */
    NGX_HTTP_SCIM_REASON_ABORTED,            /* the client went away: 499     */
    NGX_HTTP_SCIM_REASON_REDIS,              /* away, slow, full: 503         */
    NGX_HTTP_SCIM_REASON_FAILED,             /* what else is the server's     */
    NGX_HTTP_SCIM_REASONS
} ngx_http_scim_reason_e;


/* What is counted one by one; metrics.c has their names, in this order. */
typedef enum {
    NGX_HTTP_SCIM_METRIC_WRITE_RETRY = 0,    /* another write was quicker     */
    NGX_HTTP_SCIM_METRIC_BAD_TOKEN,
    NGX_HTTP_SCIM_METRIC_BAD_TOKEN_UNREAD,   /* refused without a look        */
    NGX_HTTP_SCIM_METRIC_ACTIVITY_LOST,

    NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_HIT,
    NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_MISS,
    NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_BYPASS,
    NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_DROP,

    NGX_HTTP_SCIM_METRIC_ACCESS_ALLOWED,
    NGX_HTTP_SCIM_METRIC_ACCESS_ANONYMOUS,   /* there is no identity          */
    NGX_HTTP_SCIM_METRIC_ACCESS_UNKNOWN,     /* not in the tenant             */
    NGX_HTTP_SCIM_METRIC_ACCESS_INACTIVE,
    NGX_HTTP_SCIM_METRIC_ACCESS_CONDITION,   /* group, role or permission     */
    NGX_HTTP_SCIM_METRIC_ACCESS_REDIS,       /* Redis is away: denied         */

    NGX_HTTP_SCIM_METRICS
} ngx_http_scim_metric_e;


#define NGX_HTTP_SCIM_OPERATIONS       128
#define NGX_HTTP_SCIM_OPERATION_LEN    47
#define NGX_HTTP_SCIM_STATUS_CLASSES   5     /* 1xx to 5xx                    */
#define NGX_HTTP_SCIM_BUCKETS          14    /* the last one has no end       */
#define NGX_HTTP_SCIM_SHARDS           16

extern const ngx_msec_t  ngx_http_scim_buckets[NGX_HTTP_SCIM_BUCKETS - 1];

extern const char *const  ngx_http_scim_reasons[NGX_HTTP_SCIM_REASONS];


/* buckets are not cumulative: the one that a time falls into */
typedef struct {
    ngx_atomic_t               buckets[NGX_HTTP_SCIM_BUCKETS];
    ngx_atomic_t               sum;          /* milliseconds                  */
} ngx_http_scim_histogram_t;


typedef struct {
    ngx_atomic_t               statuses[NGX_HTTP_SCIM_STATUS_CLASSES];
    ngx_atomic_t               bulk[NGX_HTTP_SCIM_STATUS_CLASSES];
                                             /* of those in a bulk request    */
    ngx_http_scim_histogram_t  duration;
} ngx_http_scim_operation_metrics_t;


/*
 * Workers count in different shards, so that they do not wait for each other's
 * cache lines; what is shown is the sum. Nothing is lost with a worker.
 */
typedef struct {
    ngx_atomic_t                       counters[NGX_HTTP_SCIM_METRICS];
    ngx_atomic_t                       reasons[NGX_HTTP_SCIM_REASONS];
    ngx_http_scim_histogram_t          redis;
    ngx_http_scim_operation_metrics_t  operations[NGX_HTTP_SCIM_OPERATIONS];
} ngx_http_scim_shard_t;


/* pid 0: there is none. What the connection counts goes on with the next. */
typedef struct {
    ngx_atomic_t               pid;
    ngx_scim_redis_stats_t     redis;
} ngx_http_scim_worker_t;


typedef struct {
    u_char                     len;
    u_char                     data[NGX_HTTP_SCIM_OPERATION_LEN];
} ngx_http_scim_operation_name_t;


typedef struct {
    time_t                     start;
    ngx_atomic_t               nnames;
    ngx_http_scim_operation_name_t  names[NGX_HTTP_SCIM_OPERATIONS];
    ngx_http_scim_worker_t     workers[NGX_MAX_PROCESSES];
    ngx_http_scim_shard_t      shards[NGX_HTTP_SCIM_SHARDS];
} ngx_http_scim_shared_t;


#define NGX_HTTP_SCIM_KNOWN_OPERATIONS  256  /* a power of two */

/* A process' way to them. */
typedef struct ngx_http_scim_metrics_s {
    ngx_http_scim_shared_t    *shared;
    ngx_slab_pool_t           *shpool;       /* its mutex is for the names    */

    struct {
        const void            *operation;
        ngx_uint_t             n;            /* of its name                   */
    } known[NGX_HTTP_SCIM_KNOWN_OPERATIONS];
} ngx_http_scim_metrics_t;


#define ngx_http_scim_shard(metrics)                                          \
    (&(metrics)->shared->shards[(ngx_uint_t) ngx_process_slot                 \
                                % NGX_HTTP_SCIM_SHARDS])

/* metrics: main_conf->metrics, which is there wherever there is a scim_redis */
#define ngx_http_scim_metrics_count(metrics, metric)                          \
    (void) ngx_atomic_fetch_add(                                              \
        &ngx_http_scim_shard(metrics)->counters[metric], 1)


/* The zone, for the configuration's metrics; NULL: no memory. */
ngx_http_scim_metrics_t *ngx_http_scim_metrics_create(ngx_conf_t *cf);

/* How a metric is shown: its family, and what tells it from others there. */
typedef struct {
    const char                *family;
    const char                *help;
    const char                *labels[4];    /* name, value, name, value      */
} ngx_http_scim_metric_t;

extern const ngx_http_scim_metric_t
    ngx_http_scim_metric_table[NGX_HTTP_SCIM_METRICS];

#pragma GCC visibility pop

#endif
