/*
 * The socket to Redis: connected, written, closed, lost.
 *
 * It must not know what travels on it.
 */

#include "redis_internal.h"


#define NGX_SCIM_REDIS_BACKOFF_MIN  50
#define NGX_SCIM_REDIS_BACKOFF_MAX  2000

/* an output buffer that grew beyond this in a burst is freed after it */
#define NGX_SCIM_REDIS_KEEP_OUT     (1024 * 1024)


static ngx_addr_t *ngx_scim_redis_address(ngx_scim_redis_t *redis);
static ngx_int_t ngx_scim_redis_connect_next(ngx_scim_redis_t *redis);
static ngx_int_t ngx_scim_redis_open(ngx_scim_redis_t *redis);
static ngx_int_t ngx_scim_redis_opened(ngx_scim_redis_t *redis,
    ngx_addr_t *addr);
static void ngx_scim_redis_connected(ngx_scim_redis_t *redis);
static ngx_uint_t ngx_scim_redis_is_idle(ngx_scim_redis_t *redis);
static void ngx_scim_redis_reopen(ngx_scim_redis_t *redis);
static void ngx_scim_redis_down(ngx_scim_redis_t *redis, ngx_err_t err,
    const char *failure, const char *detail, ngx_uint_t lost);


/* NGX_ERROR: redis->failure says why */
ngx_int_t
ngx_scim_redis_connect(ngx_scim_redis_t *redis)
{
    if (redis->backoff && ngx_scim_redis_before(redis->retry)) {
        return NGX_ERROR;
    }

    if (ngx_terminate) {
        redis->failure = "nginx is terminating";
        return NGX_ERROR;
    }

    redis->tries = ngx_max(redis->conf->url.naddrs, 1);
    redis->connect_deadline = ngx_current_msec + redis->conf->connect_timeout;

    if (ngx_scim_redis_connect_next(redis) != NGX_OK) {
        ngx_scim_redis_down(redis, ngx_socket_errno,
                            "redis cannot be connected", "", 0);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_addr_t *
ngx_scim_redis_address(ngx_scim_redis_t *redis)
{
    ngx_scim_redis_conf_t  *conf = redis->conf;

    if (conf->url.naddrs == 0) {
        return conf->addr;
    }

    return &conf->url.addrs[redis->address % conf->url.naddrs];
}


/* for the log: as configured */
ngx_str_t *
ngx_scim_redis_name(ngx_scim_redis_t *redis)
{
    ngx_scim_redis_conf_t  *conf = redis->conf;

    return conf->url.url.len ? &conf->url.url : &conf->addr->name;
}


/* a name may have several addresses: "localhost" is ::1 and 127.0.0.1 */
static ngx_int_t
ngx_scim_redis_connect_next(ngx_scim_redis_t *redis)
{
    while (redis->tries) {
        redis->tries--;

        if (ngx_scim_redis_open(redis) == NGX_OK) {
            return NGX_OK;
        }

        redis->address++;
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_scim_redis_open(ngx_scim_redis_t *redis)
{
    ngx_int_t               rc;
    ngx_log_t               log;
    ngx_addr_t             *addr;
    ngx_err_t               err;
    ngx_connection_t       *c;
    ngx_peer_connection_t   peer;

    addr = ngx_scim_redis_address(redis);

    /* nginx logs each failed attempt as [crit]; we do it once, as [error] */

    log = *redis->log;
    log.log_level = (log.log_level > NGX_LOG_DEBUG) ? log.log_level
                    : ngx_min(log.log_level, NGX_LOG_ALERT);

    ngx_memzero(&peer, sizeof(ngx_peer_connection_t));

    peer.sockaddr = addr->sockaddr;
    peer.socklen = addr->socklen;
    peer.name = &addr->name;
    peer.get = ngx_event_get_peer;
    peer.log = &log;
    peer.log_error = NGX_ERROR_INFO;
    peer.so_keepalive = (addr->sockaddr->sa_family != AF_UNIX);

    rc = ngx_event_connect_peer(&peer);

    c = peer.connection;

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        err = ngx_socket_errno;

        if (c) {
            ngx_close_connection(c);
        }

        ngx_set_socket_errno(err);
        return NGX_ERROR;
    }

    redis->connection = c;

    if (ngx_scim_redis_opened(redis, addr) != NGX_OK) {
        ngx_scim_redis_close(redis);
        ngx_set_socket_errno(NGX_ENOMEM);
        return NGX_ERROR;
    }

    if (rc == NGX_OK) {
        ngx_post_event(c->write, &ngx_posted_events);
    }

    ngx_scim_redis_arm_timer(redis);

    return NGX_OK;
}


static ngx_int_t
ngx_scim_redis_opened(ngx_scim_redis_t *redis, ngx_addr_t *addr)
{
    int                nodelay;
    ngx_connection_t  *c = redis->connection;

    redis->generation++;
    ngx_scim_redis_set_state(redis, NGX_SCIM_REDIS_CONNECTING);

    c->data = redis;
    c->idle = !redis->use->rests;
    c->log = redis->log;
    c->read->log = redis->log;
    c->write->log = redis->log;
    c->read->handler = ngx_scim_redis_read_handler;
    c->write->handler = ngx_scim_redis_write_handler;

    ngx_log_debug2(NGX_LOG_DEBUG_EVENT, redis->log, 0,
                   "scim redis: connecting to %V, fd:%d", &addr->name, c->fd);

    if (addr->sockaddr->sa_family != AF_UNIX) {
        nodelay = 1;
        (void) setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY,
                          (const void *) &nodelay, sizeof(int));
    }

    c->pool = ngx_create_pool(256, redis->log);      /* ngx_ssl's */

    if (c->pool == NULL) {
        return NGX_ERROR;
    }

    return ngx_scim_redis_create_reader(redis);
}


void
ngx_scim_redis_write_handler(ngx_event_t *wev)
{
    size_t             size;
    ssize_t            n;
    ngx_connection_t  *c = wev->data;
    ngx_scim_redis_t  *redis = c->data;

    if (redis->state == NGX_SCIM_REDIS_CONNECTING) {
        ngx_scim_redis_connected(redis);
        return;
    }

    while (redis->out_pos < redis->out_last) {
        size = redis->out_last - redis->out_pos;

        n = c->send(c, redis->out_pos, size);

        if (n > 0) {
            redis->out_pos += n;
            redis->handed = redis->appended
                            - (redis->out_last - redis->out_pos);
            continue;
        }

#if (NGX_SSL)
        if (c->ssl) {
            /* a record of it may be out */
            redis->handed = redis->appended;
        }
#endif

        if (n == NGX_ERROR) {
            ngx_scim_redis_eof(redis, ngx_socket_errno);
            return;
        }

        break;
    }

    if (redis->out_pos == redis->out_last) {
        redis->out_pos = redis->out_last = redis->out;

        if (redis->out_end - redis->out > NGX_SCIM_REDIS_KEEP_OUT) {
            ngx_free(redis->out);
            redis->out = redis->out_pos = redis->out_last = NULL;
            redis->out_end = NULL;
        }
    }

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_scim_redis_fail(redis, 0, "cannot watch the socket", "");
    }
}


void
ngx_scim_redis_flush(ngx_scim_redis_t *redis)
{
    if (redis->state == NGX_SCIM_REDIS_READY) {
        ngx_scim_redis_write_handler(redis->connection->write);
    }
}


static void
ngx_scim_redis_connected(ngx_scim_redis_t *redis)
{
    int                err;
    socklen_t          len;
    ngx_connection_t  *c = redis->connection;

    err = 0;
    len = sizeof(int);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    if (err) {
        ngx_scim_redis_close(redis);
        redis->address++;

        if (ngx_scim_redis_connect_next(redis) != NGX_OK) {
            ngx_scim_redis_fail(redis, err, "redis cannot be connected", "");
        }

        return;
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
        ngx_scim_redis_fail(redis, 0, "cannot watch the socket", "");
        return;
    }

    if (c->read->ready) {
        /* it came before the write event and was left for now */
        ngx_post_event(c->read, &ngx_posted_events);
    }

#if (NGX_SSL)
    if (redis->conf->ssl) {
        ngx_scim_redis_set_state(redis, NGX_SCIM_REDIS_SECURING);
        ngx_scim_redis_secure(redis);
        return;
    }
#endif

    ngx_scim_redis_greet(redis);
}


/* at the end of the turn: what all of its requests send goes out at once */
void
ngx_scim_redis_post_write(ngx_scim_redis_t *redis)
{
    ngx_event_t  *wev = redis->connection->write;

    if (wev->ready) {
        ngx_post_event(wev, &ngx_posted_events);
    }
}


/*
 * Redis closes idle connections, or was restarted: no failure, and commands
 * that were just about to be sent go over a new connection. Only over one:
 * it has to answer before this may happen again.
 */
void
ngx_scim_redis_eof(ngx_scim_redis_t *redis, ngx_err_t err)
{
    const char  *hint;

    if (redis->state == NGX_SCIM_REDIS_READY
        && redis->use->rests
        && ngx_scim_redis_is_idle(redis)
        && (redis->answered || redis->commands == 0))
    {
        ngx_log_error(NGX_LOG_INFO, redis->log, err,
                      "scim redis: idle connection to %V closed by redis",
                      ngx_scim_redis_name(redis));

        ngx_scim_redis_reopen(redis);
        return;
    }

    if (redis->state == NGX_SCIM_REDIS_READY) {
        ngx_scim_redis_fail(redis, err, "redis closed the connection", "");
        return;
    }

    hint = "; does it expect TLS?";

#if (NGX_SSL)
    if (redis->conf->ssl) {
        hint = "; does it want a client certificate?";
    }
#endif

    ngx_scim_redis_fail(redis, err, "redis closed the connection at once",
                        hint);
}


/* nothing was handed over that is not answered */
static ngx_uint_t
ngx_scim_redis_is_idle(ngx_scim_redis_t *redis)
{
    ngx_scim_redis_slot_t  *slot;

    if (redis->loading || !ngx_queue_empty(&redis->resent)) {
        return 0;
    }

    if (redis->slots_count == 0) {
        return 1;
    }

    slot = &redis->slots[redis->slots_head];

    return slot->batch->position >= redis->handed;
}


static void
ngx_scim_redis_reopen(ngx_scim_redis_t *redis)
{
    ngx_uint_t               i;
    ngx_scim_redis_slot_t   *slot;
    ngx_scim_redis_batch_t  *batch;

    for (i = 0; i < redis->slots_count; i++) {
        slot = &redis->slots[(redis->slots_head + i)
                             & (redis->slots_size - 1)];
        batch = slot->batch;

        if (slot->index != 0) {
            continue;              /* its batch is cared for */
        }

        if (batch->cancelled) {
            ngx_scim_redis_set_commands(redis, redis->commands - batch->count);
            ngx_scim_redis_release(batch);
            continue;
        }

        batch->pending = 0;
        batch->state = NGX_SCIM_REDIS_BATCH_WAITING;
        ngx_scim_redis_enqueue(&redis->waiting, batch);
        redis->stats->resends++;
    }

    redis->slots_count = 0;
    ngx_scim_redis_close(redis);

    if (ngx_queue_empty(&redis->waiting)) {
        return;
    }

    if (ngx_scim_redis_connect(redis) != NGX_OK) {
        (void) ngx_scim_redis_fail_all(redis, redis->failure);
        redis->use->lost(redis);
        return;
    }

    ngx_scim_redis_arm_timer(redis);
}


void
ngx_scim_redis_close(ngx_scim_redis_t *redis)
{
    ngx_pool_t        *pool;
    ngx_connection_t  *c = redis->connection;

    ngx_scim_redis_set_state(redis, NGX_SCIM_REDIS_CLOSED);
    redis->connection = NULL;
    redis->generation++;
    redis->loading = 0;
    redis->stale = 0;
    redis->appended = 0;
    redis->handed = 0;
    redis->out_pos = redis->out_last = redis->out;

    ngx_scim_redis_disarm_timer(redis);

    if (redis->reader) {
        redisReaderFree(redis->reader);
        redis->reader = NULL;
    }

    ngx_scim_redis_free_replies(redis, &redis->blocks);

    if (c == NULL) {
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, redis->log, 0,
                   "scim redis: close fd:%d", c->fd);

#if (NGX_SSL)
    if (c->ssl) {
        c->ssl->no_wait_shutdown = 1;
        c->ssl->no_send_shutdown = 1;
        (void) ngx_ssl_shutdown(c);
    }
#endif

    pool = c->pool;
    ngx_close_connection(c);

    if (pool) {
        ngx_destroy_pool(pool);
    }
}


/*
 * The one end of a connection that was wanted. Handlers run in here: nothing
 * of the connection may be used afterwards. Detail continues failure in the
 * log line; it may point into the reader.
 */
void
ngx_scim_redis_fail(ngx_scim_redis_t *redis, ngx_err_t err,
    const char *failure, const char *detail)
{
    ngx_uint_t  lost;

    lost = ngx_scim_redis_fail_all(redis, failure);
    ngx_scim_redis_down(redis, err, failure, detail, lost);
    ngx_scim_redis_close(redis);
    redis->use->lost(redis);
}


static void
ngx_scim_redis_down(ngx_scim_redis_t *redis, ngx_err_t err,
    const char *failure, const char *detail, ngx_uint_t lost)
{
    ngx_uint_t  level;
    ngx_msec_t  pause;

    redis->backoff = redis->backoff ? ngx_min(redis->backoff * 2,
                                              NGX_SCIM_REDIS_BACKOFF_MAX)
                                    : NGX_SCIM_REDIS_BACKOFF_MIN;

    pause = redis->backoff + ngx_random() % (redis->backoff / 4 + 1);
    redis->retry = ngx_current_msec + pause;

    level = (redis->down && redis->failure == failure) ? NGX_LOG_INFO
                                                       : NGX_LOG_ERR;

    if (!redis->down) {
        redis->since = ngx_current_msec;
    }

    redis->down = 1;
    redis->failure = failure;
    redis->stats->failures++;

    ngx_log_error(level, redis->log, err,
                  "scim redis: connection to %V failed: %s%s; "
                  "%ui commands failed, no attempt for %M ms",
                  ngx_scim_redis_name(redis), failure, detail, lost,
                  pause);
}
