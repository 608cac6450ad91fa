/*
 * The first words on a connection: AUTH, SELECT, SORT_RO (to learn whether it
 * may be used), CLIENT SETNAME. Nothing else is sent until they are answered.
 */

#include "redis_internal.h"


static void ngx_scim_redis_ready(ngx_scim_redis_t *redis);


/* CLIENT SETNAME is always sent: its reply shows that this is Redis */
void
ngx_scim_redis_greet(ngx_scim_redis_t *redis)
{
    size_t                  size;
    u_char                 *p, *start, number[NGX_INT_T_LEN];
    ngx_scim_redis_conf_t  *conf = redis->conf;

    ngx_log_debug0(NGX_LOG_DEBUG_EVENT, redis->log, 0, "scim redis: greeting");

    size = 512 + conf->user.len + conf->password.len;
    start = ngx_scim_redis_reserve_out(redis, size);

    if (start == NULL || ngx_scim_redis_reserve_slots(redis, 4) != NGX_OK) {
        ngx_scim_redis_fail(redis, 0, "no memory", "");
        return;
    }

    p = start;

    if (conf->user.len || conf->password.len) {
        p = ngx_scim_redis_put_head(p, '*', conf->user.len ? 3 : 2);
        p = ngx_scim_redis_put(p, "AUTH", 4);

        if (conf->user.len) {
            p = ngx_scim_redis_put(p, conf->user.data, conf->user.len);
        }

        p = ngx_scim_redis_put(p, conf->password.data, conf->password.len);

        ngx_scim_redis_push(redis, NULL, NGX_SCIM_REDIS_AUTH,
                            redis->connect_deadline);
    }

    if (conf->database > 0) {
        p = ngx_scim_redis_put_head(p, '*', 2);
        p = ngx_scim_redis_put(p, "SELECT", 6);
        p = ngx_scim_redis_put(p, number,
                               ngx_sprintf(number, "%i", conf->database)
                               - number);

        ngx_scim_redis_push(redis, NULL, NGX_SCIM_REDIS_SELECT,
                            redis->connect_deadline);
    }

    if (redis->use->sorts) {

        /* a cluster refuses it, and an ACL that lets it not read all keys */

        p = ngx_scim_redis_put_head(p, '*', 6);
        p = ngx_scim_redis_put(p, "SORT_RO", 7);
        p = ngx_scim_redis_put(p, "scim:sort", 9);
        p = ngx_scim_redis_put(p, "BY", 2);
        p = ngx_scim_redis_put(p, "nosort", 6);
        p = ngx_scim_redis_put(p, "GET", 3);
        p = ngx_scim_redis_put(p, "scim:*->sort", 12);

        ngx_scim_redis_push(redis, NULL, NGX_SCIM_REDIS_SORT,
                            redis->connect_deadline);
    }

    p = ngx_scim_redis_put_head(p, '*', 3);
    p = ngx_scim_redis_put(p, "CLIENT", 6);
    p = ngx_scim_redis_put(p, "SETNAME", 7);
    p = ngx_scim_redis_put(p, redis->use->name,
                           ngx_strlen(redis->use->name));

    ngx_scim_redis_push(redis, NULL, NGX_SCIM_REDIS_SETNAME,
                        redis->connect_deadline);

    redis->appended += p - start;
    redis->out_last = p;
    ngx_scim_redis_set_state(redis, NGX_SCIM_REDIS_GREETING);

    ngx_scim_redis_post_write(redis);
}


void
ngx_scim_redis_greeted(ngx_scim_redis_t *redis, ngx_uint_t command,
    redisReply *reply)
{
    const char  *failure;

    if (reply->type == REDIS_REPLY_ERROR) {
        failure = ngx_scim_redis_greeting_failure(command, reply);

        if (failure) {
            ngx_scim_redis_fail(redis, 0, failure, "");
            return;
        }
    }

    if (command == NGX_SCIM_REDIS_SORT) {
        redis->sorts = (reply->type != REDIS_REPLY_ERROR);
    }

    if (command == NGX_SCIM_REDIS_SETNAME) {
        ngx_scim_redis_ready(redis);
    }
}


ngx_uint_t
ngx_scim_redis_sorts(ngx_scim_redis_batch_t *batch)
{
    return batch->redis->sorts;
}


static void
ngx_scim_redis_ready(ngx_scim_redis_t *redis)
{
    ngx_scim_redis_set_state(redis, NGX_SCIM_REDIS_READY);
    redis->answered = 0;
    redis->stats->connects++;

    if (redis->down) {
        redis->down = 0;
        ngx_log_error(NGX_LOG_NOTICE, redis->log, 0,
                      "scim redis: connected to %V again after %M ms",
                      ngx_scim_redis_name(redis),
                      ngx_current_msec - redis->since);

    } else {
        ngx_log_error(NGX_LOG_INFO, redis->log, 0,
                      "scim redis: connected to %V",
                      ngx_scim_redis_name(redis));
    }

    redis->use->ready(redis);
}
