/*
 * The one timer of a connection: until the first of all deadlines.
 */

#include "redis_internal.h"


static void ngx_scim_redis_timer_handler(ngx_event_t *ev);
static void ngx_scim_redis_timed_out(ngx_scim_redis_t *redis);
static ngx_msec_int_t ngx_scim_redis_time_left(ngx_scim_redis_t *redis);


/* not cancelable: a quitting worker waits for it, and so for its commands */
void
ngx_scim_redis_init_timer(ngx_scim_redis_t *redis)
{
    redis->timer.handler = ngx_scim_redis_timer_handler;
    redis->timer.data = redis;
    redis->timer.log = redis->log;
}


/* earlier than any deadline is good enough: the handler looks and sets it */
void
ngx_scim_redis_arm_timer(ngx_scim_redis_t *redis)
{
    ngx_msec_int_t  left;

    if (!redis->timer.timer_set) {
        left = ngx_scim_redis_time_left(redis);
        ngx_add_timer(&redis->timer, (ngx_msec_t) ngx_max(left, 1));
    }
}


void
ngx_scim_redis_disarm_timer(ngx_scim_redis_t *redis)
{
    if (redis->timer.timer_set) {
        ngx_del_timer(&redis->timer);
    }
}


static void
ngx_scim_redis_timer_handler(ngx_event_t *ev)
{
    ngx_scim_redis_t  *redis = ev->data;

    if (redis->state == NGX_SCIM_REDIS_CLOSED
        || (redis->state == NGX_SCIM_REDIS_READY && redis->commands == 0))
    {
        return;
    }

    if (ngx_scim_redis_time_left(redis) > 0) {
        redis->late = 0;
        ngx_scim_redis_arm_timer(redis);
        return;
    }

    if (redis->late < 2 && ngx_scim_redis_is_readable(redis)) {
        /* it was nginx that stood still: timers may come before events */
        redis->late++;
        ngx_add_timer(ev, 1);
        return;
    }

    redis->late = 0;
    ngx_scim_redis_timed_out(redis);
}


static void
ngx_scim_redis_timed_out(ngx_scim_redis_t *redis)
{
    switch (redis->state) {

    case NGX_SCIM_REDIS_CONNECTING:
        ngx_scim_redis_fail(redis, NGX_ETIMEDOUT, "redis cannot be connected",
                            "");
        break;

    case NGX_SCIM_REDIS_SECURING:
        ngx_scim_redis_fail(redis, NGX_ETIMEDOUT,
                            "no TLS handshake with redis",
                            "; does it listen with TLS there?");
        break;

    case NGX_SCIM_REDIS_GREETING:
        ngx_scim_redis_fail(redis, NGX_ETIMEDOUT,
                            "redis accepts connections but does not answer",
                            "; does it hang, or expect TLS?");
        break;

    default:
        ngx_scim_redis_fail(redis, NGX_ETIMEDOUT, "no reply from redis in time",
                            "");
    }
}


ngx_uint_t
ngx_scim_redis_is_readable(ngx_scim_redis_t *redis)
{
#if (NGX_HAVE_FIONREAD)
    int                n;
#endif
    ngx_connection_t  *c = redis->connection;

    if (c->read->posted) {
        return 1;
    }

#if (NGX_HAVE_FIONREAD)
    if (ngx_socket_nread(c->fd, &n) == 0) {
        return n > 0;
    }
#endif

    return 0;
}


/* until the first of all deadlines */
static ngx_msec_int_t
ngx_scim_redis_time_left(ngx_scim_redis_t *redis)
{
    ngx_uint_t               i;
    ngx_queue_t             *q;
    ngx_msec_int_t           left, n;
    ngx_scim_redis_batch_t  *batch;

    ngx_queue_t  *queues[] = { &redis->waiting, &redis->missing,
                               &redis->resent };

    left = (ngx_msec_int_t) redis->conf->timeout;

    if (redis->state != NGX_SCIM_REDIS_READY) {
        n = (ngx_msec_int_t) (redis->connect_deadline - ngx_current_msec);
        left = ngx_min(left, n);
    }

    if (redis->slots_count) {
        n = (ngx_msec_int_t) (redis->slots[redis->slots_head].deadline
                              - ngx_current_msec);
        left = ngx_min(left, n);
    }

    for (i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {

        if (ngx_queue_empty(queues[i])) {
            continue;
        }

        q = ngx_queue_head(queues[i]);
        batch = ngx_queue_data(q, ngx_scim_redis_batch_t, queue);

        n = (ngx_msec_int_t) (batch->started + redis->conf->timeout
                              - ngx_current_msec);
        left = ngx_min(left, n);
    }

    return left;
}
