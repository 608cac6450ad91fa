/*
 * Who of the workers listens for changes of access, and what is heard.
 *
 * One does, for all: each connection that listens takes time of Redis at every
 * write. The first request that finds nobody there makes its worker the
 * listener. It is told from those before it by its claim; it holds the zone for
 * as long as it is known to hear, and no longer if its process is gone. It
 * gives the zone back when the connection is lost and when the worker begins to
 * quit, and the next request finds another one.
 *
 * It must not know what is kept.
 */

#include "access_cache.h"


static ngx_uint_t ngx_http_scim_access_is_mine(
    ngx_http_scim_access_cache_t *cache);
static ngx_uint_t ngx_http_scim_access_is_held(
    ngx_http_scim_access_cache_t *cache);
static ngx_uint_t ngx_http_scim_access_claim(
    ngx_http_scim_access_cache_t *cache);
static void ngx_http_scim_access_up(void *data, ngx_msec_t asked);
static void ngx_http_scim_access_alive(void *data, ngx_msec_t asked);
static void ngx_http_scim_access_message(void *data, ngx_str_t *message);
static void ngx_http_scim_access_down(void *data);


static const ngx_scim_subscription_handlers_t  ngx_http_scim_access_handlers = {
    ngx_http_scim_access_up,
    ngx_http_scim_access_alive,
    ngx_http_scim_access_message,
    ngx_http_scim_access_down
};


ngx_uint_t
ngx_http_scim_access_heard(ngx_http_scim_access_cache_t *cache)
{
    return cache->sh->up && ngx_http_scim_access_is_held(cache);
}


void
ngx_http_scim_access_listen(ngx_http_scim_access_cache_t *cache)
{
    if (ngx_exiting || ngx_terminate) {
        return;
    }

    if (cache->subscription == NULL) {
        cache->subscription = ngx_scim_subscription_create(
                                  &cache->main_conf->redis_conf,
                                  ngx_cycle->log, NGX_SCIM_CHANGES_CHANNEL,
                                  &ngx_http_scim_access_handlers, cache);

        if (cache->subscription == NULL) {
            return;
        }
    }

    if (!ngx_http_scim_access_claim(cache)) {
        return;
    }

    /* that of an earlier claim, which has not noticed yet that it lost it */
    ngx_scim_subscription_close(cache->subscription);

    if (ngx_scim_subscription_open(cache->subscription) != NGX_OK) {
        ngx_http_scim_access_down(cache);
    }
}


void
ngx_http_scim_access_written(void *data, const redisReply *reply)
{
    ngx_http_scim_main_conf_t  *mcf = data;

    ngx_str_t                       message;
    ngx_uint_t                      i;
    ngx_http_scim_access_cache_t  **cache;

    message = ngx_scim_changes_message(reply);

    if (message.len == 0) {
        return;
    }

    cache = mcf->access_caches.elts;

    for (i = 0; i < mcf->access_caches.nelts; i++) {
        ngx_http_scim_access_message(cache[i], &message);
    }
}


void
ngx_http_scim_access_end(ngx_http_scim_main_conf_t *mcf)
{
    ngx_uint_t                      i;
    ngx_http_scim_access_cache_t  **cache;

    cache = mcf->access_caches.elts;

    for (i = 0; i < mcf->access_caches.nelts; i++) {

        if (cache[i]->subscription == NULL) {
            continue;
        }

        ngx_http_scim_access_down(cache[i]);
        ngx_scim_subscription_destroy(cache[i]->subscription);
        cache[i]->subscription = NULL;
    }
}


/* with the mutex held, as the next two */

static ngx_uint_t
ngx_http_scim_access_is_mine(ngx_http_scim_access_cache_t *cache)
{
    return cache->sh->listener == ngx_pid
           && cache->sh->claim == cache->claim;
}


/*
 * A process that was killed gives nothing back: once a millisecond, each other
 * one looks whether it is still there.
 */

static ngx_uint_t
ngx_http_scim_access_is_held(ngx_http_scim_access_cache_t *cache)
{
    ngx_http_scim_access_zone_t  *sh = cache->sh;

    if (sh->listener == 0
        || (ngx_msec_int_t) (sh->lease - ngx_current_msec) <= 0)
    {
        return 0;
    }

    if (cache->looked == ngx_current_msec || sh->listener == ngx_pid) {
        return 1;
    }

    cache->looked = ngx_current_msec;

    if (kill(sh->listener, 0) == -1 && ngx_errno == NGX_ESRCH) {
        sh->listener = 0;
        sh->up = 0;
        return 0;
    }

    return 1;
}


/* 1: this worker is the listener now */

static ngx_uint_t
ngx_http_scim_access_claim(ngx_http_scim_access_cache_t *cache)
{
    ngx_uint_t                    claimed;
    ngx_http_scim_access_zone_t  *sh = cache->sh;

    ngx_shmtx_lock(&cache->shpool->mutex);

    claimed = !ngx_http_scim_access_is_mine(cache)
              && !ngx_http_scim_access_is_held(cache);

    if (claimed) {
        sh->listener = ngx_pid;
        sh->claim++;
        sh->up = 0;
        sh->lease = ngx_current_msec
                    + cache->main_conf->redis_conf.connect_timeout
                    + NGX_SCIM_SUBSCRIPTION_PATIENCE;

        cache->claim = sh->claim;
    }

    ngx_shmtx_unlock(&cache->shpool->mutex);

    return claimed;
}


/* whatever changed before, or while nobody heard, is behind what comes */

static void
ngx_http_scim_access_up(void *data, ngx_msec_t asked)
{
    ngx_http_scim_access_cache_t  *cache = data;
    ngx_http_scim_access_zone_t   *sh = cache->sh;

    ngx_shmtx_lock(&cache->shpool->mutex);

    if (ngx_http_scim_access_is_mine(cache)) {
        sh->floor = ++sh->sequence;
        sh->up = 1;
    }

    ngx_shmtx_unlock(&cache->shpool->mutex);

    ngx_http_scim_access_alive(data, asked);
}


/* who was so slow that another one took over listens no longer */

static void
ngx_http_scim_access_alive(void *data, ngx_msec_t asked)
{
    ngx_uint_t                     mine;
    ngx_http_scim_access_cache_t  *cache = data;

    ngx_shmtx_lock(&cache->shpool->mutex);

    mine = ngx_http_scim_access_is_mine(cache);

    if (mine) {
        cache->sh->lease = asked + NGX_SCIM_SUBSCRIPTION_PATIENCE;
    }

    ngx_shmtx_unlock(&cache->shpool->mutex);

    if (!mine) {
        ngx_scim_subscription_close(cache->subscription);
    }
}


static void
ngx_http_scim_access_message(void *data, ngx_str_t *message)
{
    ngx_http_scim_access_cache_t  *cache = data;

    ngx_shmtx_lock(&cache->shpool->mutex);

    ngx_http_scim_access_cache_drop(cache, message);

    ngx_shmtx_unlock(&cache->shpool->mutex);

    ngx_http_scim_metrics_count(cache->main_conf->metrics,
                                NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_DROP);
}


static void
ngx_http_scim_access_down(void *data)
{
    ngx_http_scim_access_cache_t  *cache = data;

    ngx_shmtx_lock(&cache->shpool->mutex);

    if (ngx_http_scim_access_is_mine(cache)) {
        cache->sh->listener = 0;
        cache->sh->up = 0;
    }

    ngx_shmtx_unlock(&cache->shpool->mutex);
}
