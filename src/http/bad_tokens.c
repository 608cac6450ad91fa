/*
 * "scim_bad_tokens": addresses that many wrong tokens come from, in memory that
 * all workers share.
 *
 * An address' bad tokens leak away at a rate. While there are more than the
 * burst, its wrong tokens are answered with 429, and what is looked at at all
 * is limited: nobody else behind the same address must be locked out, so a
 * token that has been right before is always looked at, and of others that have
 * our own form, which nobody can guess, some each second.
 *
 * Right tokens cost a search in one set of a few entries, without a lock.
 */

#include "directives.h"
#include <openssl/rand.h>


#define NGX_HTTP_SCIM_BAD_WAYS       4       /* places for an address         */
#define NGX_HTTP_SCIM_BAD_RIGHT_SETS 128     /* right tokens to remember      */
#define NGX_HTTP_SCIM_BAD_RIGHT_WAYS 8       /* in each                       */
#define NGX_HTTP_SCIM_BAD_LOOKS      10      /* at others, a second           */
#define NGX_HTTP_SCIM_BAD_WARNINGS   60000   /* ms between them               */
#define NGX_HTTP_SCIM_BAD_MIN_PAGES  8


typedef struct {
    ngx_atomic_t               key;          /* the address' hash; 0: free    */
    ngx_msec_t                 last;         /* when excess was reckoned      */
    ngx_uint_t                 excess;       /* bad tokens, in thousandths    */
    ngx_msec_t                 second;       /* when it began                 */
    ngx_uint_t                 looks;        /* in it                         */
    ngx_msec_t                 warned;
} ngx_http_scim_bad_entry_t;


typedef struct {
    ngx_http_scim_bad_entry_t  ways[NGX_HTTP_SCIM_BAD_WAYS];
} ngx_http_scim_bad_set_t;


typedef struct {
    uint64_t                   seed;         /* nobody can choose a set       */
    ngx_uint_t                 nsets;
    ngx_atomic_t               right[NGX_HTTP_SCIM_BAD_RIGHT_SETS]
                                    [NGX_HTTP_SCIM_BAD_RIGHT_WAYS];
    ngx_http_scim_bad_set_t    sets[1];
} ngx_http_scim_bad_shared_t;


struct ngx_http_scim_bad_tokens_s {
    ngx_http_scim_bad_shared_t  *shared;
    ngx_slab_pool_t             *shpool;     /* its mutex is for writing      */
    ngx_uint_t                   rate;       /* a second, in thousandths      */
    ngx_uint_t                   burst;      /* in thousandths                */
};


static ngx_int_t ngx_http_scim_bad_zone(ngx_conf_t *cf,
    ngx_http_scim_bad_tokens_t *bad, ngx_str_t *value);
static ngx_int_t ngx_http_scim_bad_rate(ngx_http_scim_bad_tokens_t *bad,
    ngx_str_t *value);
static ngx_int_t ngx_http_scim_bad_init(ngx_shm_zone_t *zone, void *data);
static ngx_atomic_uint_t ngx_http_scim_bad_key(
    ngx_http_scim_bad_tokens_t *bad, ngx_http_request_t *r);
static ngx_http_scim_bad_entry_t *ngx_http_scim_bad_find(
    ngx_http_scim_bad_tokens_t *bad, ngx_atomic_uint_t key);
static ngx_http_scim_bad_entry_t *ngx_http_scim_bad_take(
    ngx_http_scim_bad_tokens_t *bad, ngx_atomic_uint_t key);
static ngx_uint_t ngx_http_scim_bad_excess(ngx_http_scim_bad_tokens_t *bad,
    ngx_http_scim_bad_entry_t *entry);
static ngx_uint_t ngx_http_scim_bad_look(ngx_http_scim_bad_tokens_t *bad,
    ngx_http_scim_bad_entry_t *entry);
static ngx_int_t ngx_http_scim_bad_refuse(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t excess);
static ngx_uint_t ngx_http_scim_bad_was_right(ngx_http_scim_ctx_t *ctx,
    ngx_atomic_t **place);
static ngx_atomic_uint_t ngx_http_scim_bad_fingerprint(
    ngx_http_scim_ctx_t *ctx);


/* the directive "scim_bad_tokens" */

char *
ngx_http_scim_bad_tokens(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    ngx_int_t                    rc, n;
    ngx_str_t                   *value, rest;
    ngx_uint_t                   i, zone, rate, burst;
    ngx_http_scim_bad_tokens_t  *bad;

    if (mcf->bad_tokens) {
        return "is duplicate";
    }

    bad = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_bad_tokens_t));
    if (bad == NULL) {
        return NGX_CONF_ERROR;
    }

    bad->rate = 30 * 1000 / 60;
    bad->burst = 30 * 1000;

    value = cf->args->elts;
    zone = 0;
    rate = 0;
    burst = 0;

    for (i = 1; i < cf->args->nelts; i++) {
        rc = NGX_DECLINED;

        if (ngx_strncmp(value[i].data, "zone=", 5) == 0 && !zone) {
            zone = 1;
            rest.data = value[i].data + 5;
            rest.len = value[i].len - 5;
            rc = ngx_http_scim_bad_zone(cf, bad, &rest);

        } else if (ngx_strncmp(value[i].data, "rate=", 5) == 0 && !rate) {
            rate = 1;
            rest.data = value[i].data + 5;
            rest.len = value[i].len - 5;
            rc = ngx_http_scim_bad_rate(bad, &rest);

        } else if (ngx_strncmp(value[i].data, "burst=", 6) == 0 && !burst) {
            burst = 1;
            n = ngx_atoi(value[i].data + 6, value[i].len - 6);

            if (n > 0 && n <= 1000000) {
                bad->burst = (ngx_uint_t) n * 1000;
                rc = NGX_OK;
            }
        }

        if (rc == NGX_ERROR) {
            return NGX_CONF_ERROR;
        }

        if (rc != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\", expected "
                               "\"zone=name:size\" of at least %uzk, "
                               "\"rate=numberr/s\", \"rate=numberr/m\" or "
                               "\"burst=number\", each once", &value[i],
                               NGX_HTTP_SCIM_BAD_MIN_PAGES * ngx_pagesize
                               / 1024);
            return NGX_CONF_ERROR;
        }
    }

    if (!zone) {
        return "needs a \"zone=name:size\"";
    }

    mcf->bad_tokens = bad;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_scim_bad_zone(ngx_conf_t *cf, ngx_http_scim_bad_tokens_t *bad,
    ngx_str_t *value)
{
    u_char          *colon, *last;
    ssize_t          size;
    ngx_str_t        name, text;
    ngx_shm_zone_t  *zone;

    last = value->data + value->len;
    colon = ngx_strlchr(value->data, last, ':');

    if (colon == NULL || colon == value->data) {
        return NGX_DECLINED;
    }

    name.data = value->data;
    name.len = colon - value->data;
    text.data = colon + 1;
    text.len = last - text.data;

    size = ngx_parse_size(&text);

    if (size == NGX_ERROR
        || size < (ssize_t) (NGX_HTTP_SCIM_BAD_MIN_PAGES * ngx_pagesize))
    {
        return NGX_DECLINED;
    }

    zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_scim_module);
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->init = ngx_http_scim_bad_init;
    zone->data = bad;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_bad_rate(ngx_http_scim_bad_tokens_t *bad, ngx_str_t *value)
{
    ngx_int_t   n;
    ngx_uint_t  scale;

    if (value->len < 4) {
        return NGX_DECLINED;
    }

    if (ngx_strncmp(value->data + value->len - 3, "r/s", 3) == 0) {
        scale = 1;

    } else if (ngx_strncmp(value->data + value->len - 3, "r/m", 3) == 0) {
        scale = 60;

    } else {
        return NGX_DECLINED;
    }

    n = ngx_atoi(value->data, value->len - 3);

    if (n <= 0 || n > 1000000) {
        return NGX_DECLINED;
    }

    bad->rate = (ngx_uint_t) n * 1000 / scale;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_bad_init(ngx_shm_zone_t *zone, void *data)
{
    size_t                       size;
    ngx_http_scim_bad_shared_t  *shared;
    ngx_http_scim_bad_tokens_t  *bad, *before = data;

    bad = zone->data;

    if (before) {
        bad->shared = before->shared;
        bad->shpool = before->shpool;
        return NGX_OK;
    }

    bad->shpool = (ngx_slab_pool_t *) zone->shm.addr;

    if (zone->shm.exists) {
        bad->shared = bad->shpool->data;
        return NGX_OK;
    }

    /* all that there is, in one piece */

    size = bad->shpool->pfree * ngx_pagesize;

    shared = ngx_slab_calloc(bad->shpool, size);

    if (shared == NULL
        || RAND_bytes((u_char *) &shared->seed, sizeof(shared->seed)) != 1)
    {
        return NGX_ERROR;
    }

    shared->nsets = (size - offsetof(ngx_http_scim_bad_shared_t, sets))
                    / sizeof(ngx_http_scim_bad_set_t);

    bad->shared = shared;
    bad->shpool->data = shared;

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_bad_tokens_check(ngx_http_scim_ctx_t *ctx, ngx_uint_t guessable)
{
    ngx_uint_t                   excess, look;
    ngx_atomic_t                *place;
    ngx_http_scim_bad_entry_t   *entry;
    ngx_http_scim_bad_tokens_t  *bad;

    bad = ctx->main_conf->bad_tokens;

    if (bad == NULL) {
        return NGX_OK;
    }

    entry = ngx_http_scim_bad_find(bad,
                                   ngx_http_scim_bad_key(bad, ctx->request));
    if (entry == NULL) {
        return NGX_OK;
    }

    excess = ngx_http_scim_bad_excess(bad, entry);

    if (excess + 1000 <= bad->burst) {
        return NGX_OK;
    }

    if (ngx_http_scim_bad_was_right(ctx, &place)) {
        return NGX_OK;
    }

    look = guessable ? 0 : ngx_http_scim_bad_look(bad, entry);

    if (look) {
        return NGX_OK;
    }

    ngx_http_scim_metrics_count(ctx->main_conf->metrics,
                                NGX_HTTP_SCIM_METRIC_BAD_TOKEN_UNREAD);

    return ngx_http_scim_bad_refuse(ctx, excess);
}


void
ngx_http_scim_bad_tokens_right(ngx_http_scim_ctx_t *ctx)
{
    ngx_atomic_t  *place;

    if (ctx->main_conf->bad_tokens
        && !ngx_http_scim_bad_was_right(ctx, &place))
    {
        *place = ngx_http_scim_bad_fingerprint(ctx);
    }
}


ngx_int_t
ngx_http_scim_bad_tokens_wrong(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                   excess, warn;
    ngx_atomic_uint_t            key;
    ngx_http_scim_bad_entry_t   *entry;
    ngx_http_scim_bad_tokens_t  *bad;

    bad = ctx->main_conf->bad_tokens;

    if (ctx->request->headers_in.authorization == NULL) {
        return NGX_OK;
    }

    ngx_http_scim_metrics_count(ctx->main_conf->metrics,
                                NGX_HTTP_SCIM_METRIC_BAD_TOKEN);

    if (bad == NULL) {
        return NGX_OK;
    }

    key = ngx_http_scim_bad_key(bad, ctx->request);

    if (key == 0) {
        return NGX_OK;
    }

    ngx_shmtx_lock(&bad->shpool->mutex);

    entry = ngx_http_scim_bad_take(bad, key);

    excess = ngx_http_scim_bad_excess(bad, entry);
    warn = 0;

    if (excess + 1000 <= bad->burst) {
        entry->excess = excess + 1000;
        entry->last = ngx_current_msec;
        excess = 0;

    } else if (entry->warned == 0
               || ngx_current_msec - entry->warned > NGX_HTTP_SCIM_BAD_WARNINGS)
    {
        entry->warned = ngx_current_msec;
        warn = 1;
    }

    ngx_shmtx_unlock(&bad->shpool->mutex);

    if (warn) {
        ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                      "scim: more than %ui bad tokens, further ones from this "
                      "address are answered with 429", bad->burst / 1000);
    }

    return excess ? ngx_http_scim_bad_refuse(ctx, excess) : NGX_OK;
}


/*
 * 0: it has no address, as over a unix socket. Where there are 64 bits, no other
 * address has the same; which ones share a set nobody knows.
 */

static ngx_atomic_uint_t
ngx_http_scim_bad_key(ngx_http_scim_bad_tokens_t *bad, ngx_http_request_t *r)
{
    u_char               *p;
    uint64_t              key;
    ngx_uint_t            i, len;
    struct sockaddr_in   *sin;

#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    switch (r->connection->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;
        p = (u_char *) &sin->sin_addr;
        len = 4;
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;
        p = sin6->sin6_addr.s6_addr;
        len = 8;                       /* a customer has a /64 at least */

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            p += 12;
            len = 4;
        }

        break;
#endif

    default:
        return 0;
    }

    key = 0;

    for (i = 0; i < len; i++) {
        key = key << 8 | p[i];
    }

    key ^= bad->shared->seed;
    key = (key ^ key >> 33) * 0xff51afd7ed558ccd;
    key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53;
    key ^= key >> 33;

    return (ngx_atomic_uint_t) key ? (ngx_atomic_uint_t) key : 1;
}


/* NULL: it has sent no bad token, or long ago */

static ngx_http_scim_bad_entry_t *
ngx_http_scim_bad_find(ngx_http_scim_bad_tokens_t *bad, ngx_atomic_uint_t key)
{
    ngx_uint_t                  i;
    ngx_http_scim_bad_entry_t  *ways;

    if (key == 0) {
        return NULL;
    }

    ways = bad->shared->sets[key % bad->shared->nsets].ways;

    for (i = 0; i < NGX_HTTP_SCIM_BAD_WAYS; i++) {
        if (ways[i].key == key) {
            return &ways[i];
        }
    }

    return NULL;
}


/* the same, or one that is free, or else that was not heard of for longest */

static ngx_http_scim_bad_entry_t *
ngx_http_scim_bad_take(ngx_http_scim_bad_tokens_t *bad, ngx_atomic_uint_t key)
{
    ngx_uint_t                  i;
    ngx_http_scim_bad_entry_t  *ways, *entry;

    entry = ngx_http_scim_bad_find(bad, key);

    if (entry) {
        return entry;
    }

    ways = bad->shared->sets[key % bad->shared->nsets].ways;
    entry = &ways[0];

    for (i = 0; i < NGX_HTTP_SCIM_BAD_WAYS && entry->key; i++) {
        if (ways[i].key == 0
            || (ngx_msec_int_t) (ways[i].last - entry->last) < 0)
        {
            entry = &ways[i];
        }
    }

    ngx_memzero(entry, sizeof(ngx_http_scim_bad_entry_t));

    entry->last = ngx_current_msec;
    entry->key = key;

    return entry;
}


/* what has not leaked away; another worker's clock may be a little ahead */

static ngx_uint_t
ngx_http_scim_bad_excess(ngx_http_scim_bad_tokens_t *bad,
    ngx_http_scim_bad_entry_t *entry)
{
    uint64_t        leaked;
    ngx_uint_t      excess;
    ngx_msec_int_t  ms;

    excess = entry->excess;
    ms = (ngx_msec_int_t) (ngx_current_msec - entry->last);
    leaked = (ms > 0) ? (uint64_t) ms * bad->rate / 1000 : 0;

    return (leaked < excess) ? excess - (ngx_uint_t) leaked : 0;
}


static ngx_uint_t
ngx_http_scim_bad_look(ngx_http_scim_bad_tokens_t *bad,
    ngx_http_scim_bad_entry_t *entry)
{
    ngx_uint_t  look;

    ngx_shmtx_lock(&bad->shpool->mutex);

    if (ngx_current_msec - entry->second >= 1000) {
        entry->second = ngx_current_msec;
        entry->looks = 0;
    }

    look = (entry->looks < NGX_HTTP_SCIM_BAD_LOOKS);
    entry->looks += look;

    ngx_shmtx_unlock(&bad->shpool->mutex);

    return look;
}


/* when the next bad token would be answered with 401 again */

static ngx_int_t
ngx_http_scim_bad_refuse(ngx_http_scim_ctx_t *ctx, ngx_uint_t excess)
{
    uint64_t                     thousandths;
    ngx_http_scim_bad_tokens_t  *bad;

    bad = ctx->main_conf->bad_tokens;
    ctx->reason = NGX_HTTP_SCIM_REASON_BAD_TOKENS;

    thousandths = excess + 1000 - bad->burst;

    if (ngx_http_scim_retry_after(ctx, (ngx_uint_t)
                                  ((thousandths + bad->rate - 1) / bad->rate))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_scim_refuse(ctx, NGX_HTTP_TOO_MANY_REQUESTS, NULL,
                                "too many requests with a wrong token came "
                                "from this address");
}


/* if it was not: place is where it can be remembered, as a rule a free one */

static ngx_uint_t
ngx_http_scim_bad_was_right(ngx_http_scim_ctx_t *ctx, ngx_atomic_t **place)
{
    ngx_uint_t          i;
    ngx_atomic_t       *right;
    ngx_atomic_uint_t   fingerprint;

    fingerprint = ngx_http_scim_bad_fingerprint(ctx);

    right = ctx->main_conf->bad_tokens->shared->right[
                                   fingerprint % NGX_HTTP_SCIM_BAD_RIGHT_SETS];

    *place = &right[ngx_current_msec % NGX_HTTP_SCIM_BAD_RIGHT_WAYS];

    for (i = 0; i < NGX_HTTP_SCIM_BAD_RIGHT_WAYS; i++) {

        if (right[i] == fingerprint) {
            return 1;
        }

        if (right[i] == 0) {
            *place = &right[i];
        }
    }

    return 0;
}


static ngx_atomic_uint_t
ngx_http_scim_bad_fingerprint(ngx_http_scim_ctx_t *ctx)
{
    ngx_atomic_uint_t  fingerprint;

    ngx_memcpy(&fingerprint, ctx->token_hash, sizeof(ngx_atomic_uint_t));

    return fingerprint;
}
