/*
 * A connection that listens to one channel of Redis, and knows at any time
 * whether it still hears: silence is found out by asking.
 *
 * It must not know what the messages say.
 */

#ifndef NGX_SCIM_REDIS_SUBSCRIPTION_H
#define NGX_SCIM_REDIS_SUBSCRIPTION_H

#include "redis.h"

#pragma GCC visibility push(hidden)

/* For how long what was last heard shows that all is well; milliseconds. */
#define NGX_SCIM_SUBSCRIPTION_PATIENCE  2000

typedef struct ngx_scim_subscription_s  ngx_scim_subscription_t;

/*
 *   closed --open()--> opening --up()--> up --message(), alive()...
 *     ^                   |               |
 *     '-------down()------'----down()-----'
 *
 * The subscription must not be destroyed in any of them.
 */
typedef struct {
    /* messages that are published from now on will come */
    void  (*up)(void *data, ngx_msec_t asked);

    /* every message that was published up to asked has come */
    void  (*alive)(void *data, ngx_msec_t asked);

    void  (*message)(void *data, ngx_str_t *message);

    /* closed, for whatever reason; a later open() may succeed */
    void  (*down)(void *data);
} ngx_scim_subscription_handlers_t;


/*
 * Closed. conf, log and handlers must live as long as it does; channel is a
 * NUL-terminated name that does. NULL: no memory.
 */
ngx_scim_subscription_t *ngx_scim_subscription_create(
    ngx_scim_redis_conf_t *conf, ngx_log_t *log, const char *channel,
    const ngx_scim_subscription_handlers_t *handlers, void *data);

/* NGX_ERROR: not now (in back-off, the worker ends); down() is not called. */
ngx_int_t ngx_scim_subscription_open(ngx_scim_subscription_t *subscription);

/* Without down(). */
void ngx_scim_subscription_close(ngx_scim_subscription_t *subscription);
void ngx_scim_subscription_destroy(ngx_scim_subscription_t *subscription);

#pragma GCC visibility pop

#endif
