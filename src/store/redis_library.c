/*
 * The function library: its version in each function's name, and its way into
 * a Redis that does not have it.
 *
 * It must not know what the functions do.
 */

#include "redis_internal.h"
#include "scim_library.h"


static ngx_int_t ngx_scim_redis_load(ngx_scim_redis_t *redis);
static ngx_int_t ngx_scim_redis_resend(ngx_scim_redis_batch_t *batch);
static void ngx_scim_redis_give_up(ngx_scim_redis_batch_t *batch);


ngx_str_t *
ngx_scim_redis_library_version(void)
{
    static ngx_str_t  version = ngx_string(ngx_scim_library_version);

    return &version;
}


/*
 * NGX_OK: the reply says that a function is missing, and the command is going
 * to be sent again, once, behind the library. One FUNCTION LOAD serves all.
 */
ngx_int_t
ngx_scim_redis_library_missing(ngx_scim_redis_t *redis,
    ngx_scim_redis_batch_t *batch, ngx_uint_t index, redisReply *reply)
{
    ngx_scim_redis_command_t  *command;

    command = &batch->commands[index];

    if (command->name_len == 0
        || command->resent
        || batch->failure
        || !ngx_scim_redis_error_is(reply, "ERR Function not found"))
    {
        return NGX_DECLINED;
    }

    if (!redis->loading && ngx_scim_redis_load(redis) != NGX_OK) {
        return NGX_DECLINED;
    }

    command->missing = 1;
    batch->missing++;

    ngx_scim_redis_enqueue(&redis->missing, batch);

    return NGX_OK;
}


static ngx_int_t
ngx_scim_redis_load(ngx_scim_redis_t *redis)
{
    size_t   size;
    u_char  *p, *start;

    size = 128 + sizeof(ngx_scim_library);

    start = ngx_scim_redis_reserve_out(redis, size);

    if (start == NULL || ngx_scim_redis_reserve_slots(redis, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    p = ngx_scim_redis_put_head(start, '*', 4);
    p = ngx_scim_redis_put(p, "FUNCTION", 8);
    p = ngx_scim_redis_put(p, "LOAD", 4);
    p = ngx_scim_redis_put(p, "REPLACE", 7);
    p = ngx_scim_redis_put(p, ngx_scim_library, sizeof(ngx_scim_library) - 1);

    redis->appended += p - start;
    redis->out_last = p;
    redis->loading = 1;

    ngx_scim_redis_push(redis, NULL, NGX_SCIM_REDIS_LIBRARY,
                        ngx_current_msec + redis->conf->timeout);
    ngx_scim_redis_post_write(redis);

    ngx_log_error(NGX_LOG_INFO, redis->log, 0,
                  "scim redis: loading the function library %s",
                  ngx_scim_library_version);

    return NGX_OK;
}


/* handlers may run in here */
void
ngx_scim_redis_library_loaded(ngx_scim_redis_t *redis, redisReply *reply)
{
    ngx_uint_t               failed;
    ngx_queue_t             *q;
    ngx_scim_redis_batch_t  *batch;

    redis->loading = 0;

    failed = (reply->type == REDIS_REPLY_ERROR);

    if (failed) {
        ngx_scim_redis_library_error(redis, reply);
    }

    /* each is sent again or given up: none comes back to this queue now */

    while (!ngx_queue_empty(&redis->missing)) {
        q = ngx_queue_head(&redis->missing);
        batch = ngx_queue_data(q, ngx_scim_redis_batch_t, queue);

        if (failed || batch->cancelled || batch->failure
            || ngx_scim_redis_resend(batch) != NGX_OK)
        {
            ngx_scim_redis_give_up(batch);
        }
    }
}


static ngx_int_t
ngx_scim_redis_resend(ngx_scim_redis_batch_t *batch)
{
    size_t                     size;
    u_char                    *p;
    ngx_uint_t                 i;
    ngx_scim_redis_t          *redis = batch->redis;
    ngx_scim_redis_command_t  *command;

    p = ngx_scim_redis_reserve_out(redis, batch->last - batch->start);

    if (p == NULL
        || ngx_scim_redis_reserve_slots(redis, batch->missing) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (batch->pending == batch->missing) {
        batch->position = redis->appended;
    }

    for (i = 0; i < batch->count; i++) {
        command = &batch->commands[i];

        if (!command->missing) {
            continue;
        }

        size = command->end - command->start;
        p = ngx_cpymem(p, batch->start + command->start, size);
        redis->appended += size;

        command->missing = 0;
        command->resent = 1;
        ngx_scim_redis_push(redis, batch, i,
                            batch->started + redis->conf->timeout);
    }

    redis->out_last = p;
    redis->stats->resends++;
    batch->missing = 0;

    ngx_scim_redis_enqueue(&redis->resent, batch);
    ngx_scim_redis_post_write(redis);

    return NGX_OK;
}


/* as if the replies to what is missing had come, and told so */
static void
ngx_scim_redis_give_up(ngx_scim_redis_batch_t *batch)
{
    ngx_uint_t         i;
    ngx_scim_redis_t  *redis = batch->redis;

    ngx_scim_redis_dequeue(batch);

    for (i = 0; i < batch->count; i++) {
        batch->commands[i].missing = 0;
    }

    if (batch->failure == NULL) {
        batch->failure = "the function library cannot be loaded into redis";
    }

    ngx_scim_redis_set_commands(redis, redis->commands - batch->missing);
    batch->pending -= batch->missing;
    batch->missing = 0;

    if (batch->pending == 0) {
        ngx_scim_redis_finish(batch);
    }
}
