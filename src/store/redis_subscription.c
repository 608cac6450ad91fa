/*
 * A connection that listens: SUBSCRIBE once it has been greeted, a PING every
 * second, and messages.
 *
 * It must not know what the messages say, nor what the socket is.
 */

#include "redis_internal.h"
#include "redis_subscription.h"


#define NGX_SCIM_SUBSCRIPTION_HEARTBEAT  1000


struct ngx_scim_subscription_s {
    ngx_scim_redis_t         *redis;
    const char               *channel;
    void                     *data;
    const ngx_scim_subscription_handlers_t  *handlers;

    ngx_event_t               timer;      /* cancelable: a quitting worker has
                                             no need of it                    */
    ngx_msec_t                asked;      /* SUBSCRIBE or the last PING       */
    unsigned                  waiting:1;  /* for the answer                   */
    unsigned                  up:1;
    unsigned                  late:2;     /* times that it looked again       */
};


static void ngx_scim_subscription_ready(ngx_scim_redis_t *redis);
static ngx_int_t ngx_scim_subscription_pushed(ngx_scim_redis_t *redis,
    redisReply *reply);
static ngx_int_t ngx_scim_subscription_word(
    ngx_scim_subscription_t *subscription, redisReply *reply);
static void ngx_scim_subscription_answered(
    ngx_scim_subscription_t *subscription);
static void ngx_scim_subscription_lost(ngx_scim_redis_t *redis);
static void ngx_scim_subscription_timer(ngx_event_t *ev);
static void ngx_scim_subscription_ping(ngx_scim_subscription_t *subscription);
static ngx_int_t ngx_scim_subscription_write(
    ngx_scim_subscription_t *subscription, ngx_uint_t argc,
    const char *const *argv);
static void ngx_scim_subscription_reset(ngx_scim_subscription_t *subscription);


static const ngx_scim_redis_use_t  ngx_scim_subscriptions = {
    "nginx-scim-listener",
    ngx_scim_subscription_ready,
    ngx_scim_subscription_pushed,
    ngx_scim_subscription_lost,
    0,
    0
};


ngx_scim_subscription_t *
ngx_scim_subscription_create(ngx_scim_redis_conf_t *conf, ngx_log_t *log,
    const char *channel, const ngx_scim_subscription_handlers_t *handlers,
    void *data)
{
    ngx_scim_subscription_t  *subscription;

    subscription = ngx_calloc(sizeof(ngx_scim_subscription_t), log);
    if (subscription == NULL) {
        return NULL;
    }

    subscription->redis = ngx_scim_redis_create_for(&ngx_scim_subscriptions,
                                                    subscription, conf, log);
    if (subscription->redis == NULL) {
        ngx_free(subscription);
        return NULL;
    }

    subscription->channel = channel;
    subscription->handlers = handlers;
    subscription->data = data;

    subscription->timer.handler = ngx_scim_subscription_timer;
    subscription->timer.data = subscription->redis;
    subscription->timer.log = log;
    subscription->timer.cancelable = 1;

    return subscription;
}


ngx_int_t
ngx_scim_subscription_open(ngx_scim_subscription_t *subscription)
{
    ngx_scim_redis_t  *redis = subscription->redis;

    if (ngx_exiting) {
        return NGX_ERROR;
    }

    if (redis->state != NGX_SCIM_REDIS_CLOSED) {
        return NGX_OK;
    }

    return ngx_scim_redis_connect(redis);
}


void
ngx_scim_subscription_close(ngx_scim_subscription_t *subscription)
{
    ngx_scim_subscription_reset(subscription);

    (void) ngx_scim_redis_fail_all(subscription->redis, "closed");
    ngx_scim_redis_close(subscription->redis);
}


void
ngx_scim_subscription_destroy(ngx_scim_subscription_t *subscription)
{
    ngx_scim_subscription_reset(subscription);
    ngx_scim_redis_destroy(subscription->redis);
    ngx_free(subscription);
}


/*
 * A user that may not do all of this is found out before anything rests on it:
 * the heartbeat is tried, and, with an empty message, what the functions do as
 * this user without failing for it.
 */
static void
ngx_scim_subscription_ready(ngx_scim_redis_t *redis)
{
    ngx_scim_subscription_t  *subscription = redis->user;

    const char  *ping[] = { "PING" };
    const char  *publish[] = { "PUBLISH", subscription->channel, "" };
    const char  *subscribe[] = { "SUBSCRIBE", subscription->channel };

    ngx_scim_redis_disarm_timer(redis);

    subscription->asked = ngx_current_msec;
    subscription->waiting = 1;

    if (ngx_scim_subscription_write(subscription, 1, ping) != NGX_OK
        || ngx_scim_subscription_write(subscription, 3, publish) != NGX_OK
        || ngx_scim_subscription_write(subscription, 2, subscribe) != NGX_OK)
    {
        ngx_scim_redis_fail(redis, 0, "no memory", "");
        return;
    }

    ngx_add_timer(&subscription->timer, NGX_SCIM_SUBSCRIPTION_HEARTBEAT);
}


static ngx_int_t
ngx_scim_subscription_pushed(ngx_scim_redis_t *redis, redisReply *reply)
{
    ngx_int_t                 rc;
    ngx_scim_subscription_t  *subscription = redis->user;

    switch (reply->type) {

    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_INTEGER:
        /* to PING and PUBLISH, before SUBSCRIBE */
        rc = subscription->up ? NGX_ERROR : NGX_OK;
        break;

    case REDIS_REPLY_ERROR:
        ngx_scim_redis_fail(redis, 0, "redis refuses the channel "
                            "\"scim:changed\"; grant its user \"&scim:changed "
                            "+publish +subscribe +ping\"", "");
        return NGX_OK;

    case REDIS_REPLY_ARRAY:
        rc = ngx_scim_subscription_word(subscription, reply);
        break;

    default:
        rc = NGX_ERROR;
    }

    ngx_scim_redis_free_replies(redis, &redis->blocks);

    return rc;
}


static ngx_int_t
ngx_scim_subscription_word(ngx_scim_subscription_t *subscription,
    redisReply *reply)
{
    ngx_str_t    message;
    redisReply  *word, *text;

    /* nil is a string without bytes */

    word = reply->elements >= 2 ? reply->element[0] : NULL;

    if (word == NULL || word->str == NULL) {
        return NGX_ERROR;
    }

    if (ngx_strcmp(word->str, "message") == 0 && reply->elements == 3) {
        text = reply->element[2];

        if (text->str == NULL) {
            return NGX_ERROR;
        }

        message.data = (u_char *) text->str;
        message.len = (size_t) text->len;

        subscription->handlers->message(subscription->data, &message);
        return NGX_OK;
    }

    if (ngx_strcmp(word->str, "pong") == 0
        || ngx_strcmp(word->str, "subscribe") == 0)
    {
        ngx_scim_subscription_answered(subscription);
        return NGX_OK;
    }

    return NGX_ERROR;
}


static void
ngx_scim_subscription_answered(ngx_scim_subscription_t *subscription)
{
    subscription->waiting = 0;
    subscription->late = 0;

    if (subscription->up) {
        subscription->handlers->alive(subscription->data, subscription->asked);
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, subscription->redis->log, 0,
                   "scim redis: subscribed to %s", subscription->channel);

    subscription->up = 1;
    subscription->redis->backoff = 0;
    subscription->handlers->up(subscription->data, subscription->asked);
}


static void
ngx_scim_subscription_lost(ngx_scim_redis_t *redis)
{
    ngx_scim_subscription_t  *subscription = redis->user;

    ngx_scim_subscription_reset(subscription);
    subscription->handlers->down(subscription->data);
}


static void
ngx_scim_subscription_timer(ngx_event_t *ev)
{
    ngx_scim_redis_t         *redis = ev->data;
    ngx_scim_subscription_t  *subscription = redis->user;

    if (!subscription->waiting) {
        ngx_scim_subscription_ping(subscription);
        return;
    }

    if (ngx_current_msec - subscription->asked
        < NGX_SCIM_SUBSCRIPTION_PATIENCE)
    {
        ngx_add_timer(ev, NGX_SCIM_SUBSCRIPTION_HEARTBEAT);
        return;
    }

    if (subscription->late < 2 && ngx_scim_redis_is_readable(redis)) {
        /* it was nginx that stood still: timers may come before events */
        subscription->late++;
        ngx_add_timer(ev, 1);
        return;
    }

    ngx_scim_redis_fail(redis, NGX_ETIMEDOUT,
                        "redis, which tells what changes, is silent", "");
}


static void
ngx_scim_subscription_ping(ngx_scim_subscription_t *subscription)
{
    static const char *const  ping[] = { "PING" };

    subscription->asked = ngx_current_msec;
    subscription->waiting = 1;

    if (ngx_scim_subscription_write(subscription, 1, ping) != NGX_OK) {
        ngx_scim_redis_fail(subscription->redis, 0, "no memory", "");
        return;
    }

    ngx_add_timer(&subscription->timer, NGX_SCIM_SUBSCRIPTION_HEARTBEAT);
}


static ngx_int_t
ngx_scim_subscription_write(ngx_scim_subscription_t *subscription,
    ngx_uint_t argc, const char *const *argv)
{
    size_t             size;
    u_char            *p, *start;
    ngx_uint_t         i;
    ngx_scim_redis_t  *redis = subscription->redis;

    size = NGX_SCIM_REDIS_HEAD_LEN;

    for (i = 0; i < argc; i++) {
        size += ngx_scim_redis_bulk_len(ngx_strlen(argv[i]));
    }

    start = ngx_scim_redis_reserve_out(redis, size);
    if (start == NULL) {
        return NGX_ERROR;
    }

    p = ngx_scim_redis_put_head(start, '*', argc);

    for (i = 0; i < argc; i++) {
        p = ngx_scim_redis_put(p, argv[i], ngx_strlen(argv[i]));
    }

    redis->appended += p - start;
    redis->out_last = p;

    ngx_scim_redis_post_write(redis);

    return NGX_OK;
}


static void
ngx_scim_subscription_reset(ngx_scim_subscription_t *subscription)
{
    subscription->up = 0;
    subscription->waiting = 0;
    subscription->late = 0;

    if (subscription->timer.timer_set) {
        ngx_del_timer(&subscription->timer);
    }
}
