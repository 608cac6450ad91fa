/*
 * What comes from Redis: bytes into replies, by hiredis, within bounds.
 *
 * It must not know what the replies say, nor who waits for them.
 */

#include "redis_internal.h"


#define NGX_SCIM_REDIS_READ_BUFFER   65536
#define NGX_SCIM_REDIS_READ_ROUNDS   16

/* hiredis moves all that it was fed and has not parsed, behind each reply */
#define NGX_SCIM_REDIS_READ_SLICE    4096

/* of one reply, in bytes */
#define NGX_SCIM_REDIS_MAX_REPLY     (256 * 1024 * 1024)


static ngx_int_t ngx_scim_redis_feed(ngx_scim_redis_t *redis, u_char *p,
    size_t size);
static ngx_int_t ngx_scim_redis_read_replies(ngx_scim_redis_t *redis);


ngx_int_t
ngx_scim_redis_create_reader(ngx_scim_redis_t *redis)
{
    redisReader  *reader;

    reader = redisReaderCreate();
    if (reader == NULL) {
        return NGX_ERROR;
    }

    reader->fn = &redis->functions;
    reader->privdata = redis;
    reader->maxbuf = REDIS_READER_MAX_BUF;

    redis->reader = reader;
    redis->unfinished = 0;
    redis->elements = 0;

    return NGX_OK;
}


void
ngx_scim_redis_read_handler(ngx_event_t *rev)
{
    ssize_t            n;
    ngx_uint_t         round;
    ngx_connection_t  *c = rev->data;
    ngx_scim_redis_t  *redis = c->data;

    static u_char      buffer[NGX_SCIM_REDIS_READ_BUFFER];

    if (c->close) {
        if (redis->commands == 0) {
            ngx_scim_redis_close(redis);
            redis->use->lost(redis);
            return;
        }

        ngx_scim_redis_fail(redis, 0, "worker_shutdown_timeout is over", "");
        return;
    }

    if (redis->state == NGX_SCIM_REDIS_CONNECTING) {
        return;                    /* the write event comes with it and tells */
    }

    round = 0;

    do {
        if (round++ == NGX_SCIM_REDIS_READ_ROUNDS) {
            ngx_post_event(rev, &ngx_posted_next_events);
            return;
        }

        n = c->recv(c, buffer, NGX_SCIM_REDIS_READ_BUFFER);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == 0 || n == NGX_ERROR) {
            ngx_scim_redis_eof(redis, n ? ngx_socket_errno : 0);
            return;
        }

        if (ngx_scim_redis_feed(redis, buffer, n) != NGX_OK) {
            return;
        }

    } while (rev->ready);

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_scim_redis_fail(redis, 0, "cannot watch the socket", "");
    }
}


/* NGX_ERROR: the connection is not what it was */
static ngx_int_t
ngx_scim_redis_feed(ngx_scim_redis_t *redis, u_char *p, size_t size)
{
    size_t   n;
    u_char  *last;

    last = p + size;

    for ( /* void */ ; p < last; p += n) {
        n = ngx_min((size_t) (last - p), NGX_SCIM_REDIS_READ_SLICE);

        redis->unfinished += n;

        if (redisReaderFeed(redis->reader, (char *) p, n) != REDIS_OK) {
            ngx_scim_redis_fail(redis, 0, "no memory", "");
            return NGX_ERROR;
        }

        if (ngx_scim_redis_read_replies(redis) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* NGX_ERROR: the same */
static ngx_int_t
ngx_scim_redis_read_replies(ngx_scim_redis_t *redis)
{
    void        *reply;
    ngx_uint_t   generation;

    generation = redis->generation;

    for ( ;; ) {
        if (redisReaderGetReply(redis->reader, &reply) != REDIS_OK) {
            ngx_scim_redis_fail(redis, 0,
                                "what came is not a reply of redis: ",
                                redis->reader->errstr);
            return NGX_ERROR;
        }

        if (reply == NULL) {
            break;
        }

        redis->unfinished = 0;
        redis->elements = 0;

        if (ngx_scim_redis_answer(redis, reply) != NGX_OK) {
            ngx_scim_redis_fail(redis, 0, "redis sent an unexpected reply",
                                "");
            return NGX_ERROR;
        }

        if (redis->generation != generation) {
            return NGX_ERROR;
        }
    }

    if (redis->unfinished > NGX_SCIM_REDIS_MAX_REPLY) {
        ngx_scim_redis_fail(redis, 0, "redis sent too large a reply", "");
        return NGX_ERROR;
    }

    if (redis->stale && redis->commands == 0) {
        ngx_scim_redis_close(redis);
        return NGX_ERROR;
    }

    return NGX_OK;
}
