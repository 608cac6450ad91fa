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

#include "bad_tokens.h"


#define NGX_HTTP_SCIM_BAD_LOOKS     10       /* at others, a second           */
#define NGX_HTTP_SCIM_BAD_WARNINGS  60000    /* ms between them               */


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
 * 0: it has no address, as over a unix socket. Where there are 64 bits, no
 * other address has the same; which ones share a set nobody knows.
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
