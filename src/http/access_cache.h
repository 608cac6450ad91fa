/*
 * What Redis said of users' access, kept in shared memory for all workers, and
 * dropped when something that it rests on changes.
 *
 * It must not know what a record says.
 */

#ifndef NGX_HTTP_SCIM_ACCESS_CACHE_H
#define NGX_HTTP_SCIM_ACCESS_CACHE_H

#include "ngx_http_scim.h"
#include "store/redis_subscription.h"

#pragma GCC visibility push(hidden)

/*
 * In the zone, all of it under the mutex of its pool.
 *
 * A record is worth what was known when it was asked for. Time is counted in
 * changes: each change that is heard of takes the next number, and leaves it
 * with the user or the tenant whose access it may have changed. A record bears
 * the number at which it was asked for, and is good while that is the greater
 * one of the three. So there is nothing to look for when something changes, and
 * an answer that was under way meanwhile is never taken for what holds.
 *
 * Users share numbers by their hash, as tenants do: who shares one with
 * somebody who changed is asked for again.
 *
 * Of all workers one listens to Redis. While it does, and is known to hear,
 * records are used; when it begins, those from before are no good any more.
 */
typedef struct {
    ngx_rbtree_t                   rbtree;
    ngx_rbtree_node_t              sentinel;
    ngx_queue_t                    queue;      /* the last one used is first  */

    uint64_t                       sequence;   /* of the last change          */
    uint64_t                       floor;      /* records are as new, at least*/
    uint64_t                      *users;
    ngx_uint_t                     nusers;     /* a power of two              */
    uint64_t                      *tenants;

    ngx_uint_t                     records;
    ngx_uint_t                     evictions;

    /* who listens */
    ngx_pid_t                      listener;   /* 0: nobody                   */
    ngx_uint_t                     claim;      /* each one has its own        */
    ngx_uint_t                     up;         /* it hears                    */
    ngx_msec_t                     lease;      /* it is known to, until then  */
} ngx_http_scim_access_zone_t;


#define NGX_HTTP_SCIM_ACCESS_TENANTS  1024
#define NGX_HTTP_SCIM_ZONE_NAME_MAX   63


/* A zone as a process has it. */
struct ngx_http_scim_access_cache_s {
    ngx_http_scim_access_zone_t   *sh;
    ngx_slab_pool_t               *shpool;
    ngx_shm_zone_t                *shm_zone;
    ngx_http_scim_main_conf_t     *main_conf;

    ngx_scim_subscription_t       *subscription;  /* NULL: never listened     */
    ngx_uint_t                     claim;         /* its                      */
    ngx_msec_t                     looked;        /* for the listener         */
};


/* What a record is found by. */
typedef struct {
    ngx_str_t                      tenant;
    ngx_uint_t                     by;         /* which kind of value, < 256  */
    ngx_str_t                      value;
} ngx_http_scim_access_key_t;


/* access_cache.c */

/*
 * HIT: the record, in memory of the pool. MISS: ask Redis, and hand the ticket
 * to ngx_http_scim_access_cache_store() with what it answered. BYPASS: the
 * same, but nothing is kept, since nobody hears what changes.
 */
ngx_http_scim_cached_e ngx_http_scim_access_cache_lookup(
    ngx_http_scim_access_cache_t *cache, ngx_pool_t *pool,
    ngx_http_scim_access_key_t *key, ngx_str_t *record, uint64_t *ticket);

/*
 * Keeps the record of a user for valid milliseconds, unless something that it
 * rests on has changed since the ticket was given.
 */
void ngx_http_scim_access_cache_store(ngx_http_scim_access_cache_t *cache,
    uint64_t ticket, ngx_http_scim_access_key_t *key, ngx_str_t *user,
    ngx_str_t *record, ngx_msec_t valid);

/* Drops what a message says; with the mutex held. */
void ngx_http_scim_access_cache_drop(ngx_http_scim_access_cache_t *cache,
    ngx_str_t *message);

/* Of the tree. */
void ngx_http_scim_access_insert(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel);


/* access_listener.c */

/* 1: what is kept may be used; with the mutex held. */
ngx_uint_t ngx_http_scim_access_heard(ngx_http_scim_access_cache_t *cache);

/* Sees to it that somebody listens. */
void ngx_http_scim_access_listen(ngx_http_scim_access_cache_t *cache);

#pragma GCC visibility pop

#endif
