/*
 * Batches on their way: sent, answered in order, failed, told.
 *
 * It must not know the socket, nor what the commands and replies mean.
 */

#include "redis_internal.h"


#define NGX_SCIM_REDIS_OUT_BUFFER  16384
#define NGX_SCIM_REDIS_SLOTS       64


static void ngx_scim_redis_send_waiting(ngx_scim_redis_t *redis);
static void ngx_scim_redis_tell_failed(ngx_scim_redis_t *redis);
static void ngx_scim_redis_fail_queue(ngx_scim_redis_t *redis,
    ngx_queue_t *queue, const char *failure);
static void ngx_scim_redis_fail_batch(ngx_scim_redis_batch_t *batch,
    const char *failure);
static ngx_scim_redis_slot_t *ngx_scim_redis_shift(ngx_scim_redis_t *redis);


static const ngx_scim_redis_use_t  ngx_scim_redis_batches = {
    "nginx-scim",
    ngx_scim_redis_send_waiting,
    NULL,
    ngx_scim_redis_tell_failed,
    1,
    1
};


ngx_scim_redis_t *
ngx_scim_redis_create(ngx_scim_redis_conf_t *conf, ngx_log_t *log)
{
    return ngx_scim_redis_create_for(&ngx_scim_redis_batches, NULL, conf, log);
}


ngx_scim_redis_t *
ngx_scim_redis_create_for(const ngx_scim_redis_use_t *use, void *user,
    ngx_scim_redis_conf_t *conf, ngx_log_t *log)
{
    ngx_scim_redis_t  *redis;

    redis = ngx_calloc(sizeof(ngx_scim_redis_t), log);
    if (redis == NULL) {
        return NULL;
    }

    redis->use = use;
    redis->user = user;
    redis->conf = conf;
    redis->log = log;
    redis->ident = -1;
    redis->stats = &redis->own_stats;

    ngx_scim_redis_init_timer(redis);
    ngx_scim_redis_init_replies(redis);

    ngx_queue_init(&redis->waiting);
    ngx_queue_init(&redis->missing);
    ngx_queue_init(&redis->resent);
    ngx_queue_init(&redis->failed);
    ngx_queue_init(&redis->free);

    return redis;
}


void
ngx_scim_redis_report(ngx_scim_redis_t *redis, ngx_scim_redis_stats_t *stats)
{
    redis->stats = stats;

    ngx_scim_redis_set_state(redis, redis->state);
    ngx_scim_redis_set_commands(redis, redis->commands);
}


/*
 * Batches whose owner did not free them stay valid, and the last one takes the
 * rest with it. Not to be called from a handler.
 */
void
ngx_scim_redis_destroy(ngx_scim_redis_t *redis)
{
    ngx_queue_t             *q;
    ngx_scim_redis_batch_t  *batch;

    (void) ngx_scim_redis_fail_all(redis, "closed");
    ngx_scim_redis_close(redis);

    for (q = ngx_queue_head(&redis->failed);
         q != ngx_queue_sentinel(&redis->failed);
         q = ngx_queue_next(q))
    {
        batch = ngx_queue_data(q, ngx_scim_redis_batch_t, queue);
        batch->handler = NULL;
    }

    redis->batches++;              /* ours: redis outlives what follows */

    ngx_scim_redis_tell_failed(redis);
    ngx_scim_redis_free_batches(redis);
    redis->closed = 1;
    redis->stats = &redis->own_stats;
    ngx_scim_redis_free_replies(redis, &redis->free_blocks);

    if (redis->slots) {
        ngx_free(redis->slots);
        redis->slots = NULL;
    }

    if (redis->out) {
        ngx_free(redis->out);
        redis->out = NULL;
    }

    if (--redis->batches == 0) {
        ngx_free(redis);
    }
}


void
ngx_scim_redis_on_written(ngx_scim_redis_t *redis,
    ngx_scim_redis_written_pt handler, void *data)
{
    redis->written = handler;
    redis->written_data = data;
}


ngx_int_t
ngx_scim_redis_send(ngx_scim_redis_batch_t *batch)
{
    ngx_scim_redis_t  *redis = batch->redis;

    if (redis->closed) {
        batch->failure = "the connection to redis is closed for good";
        return NGX_ERROR;
    }

    if (batch->state != NGX_SCIM_REDIS_BATCH_CREATED || batch->count == 0) {
        batch->failure = "nothing to send to redis";
        return NGX_ERROR;
    }

    if (redis->commands + batch->count > redis->conf->max_commands) {
        batch->failure = "too many commands in flight";
        return NGX_ERROR;
    }

    if (redis->state == NGX_SCIM_REDIS_CLOSED
        && ngx_scim_redis_connect(redis) != NGX_OK)
    {
        batch->failure = redis->failure;
        return NGX_ERROR;
    }

    batch->started = ngx_current_msec;

    if (redis->state == NGX_SCIM_REDIS_READY) {
        if (ngx_scim_redis_queue_batch(redis, batch) != NGX_OK) {
            batch->failure = "no memory for a command to redis";
            return NGX_ERROR;
        }

    } else {
        batch->state = NGX_SCIM_REDIS_BATCH_WAITING;
        ngx_scim_redis_enqueue(&redis->waiting, batch);
    }

    ngx_scim_redis_set_commands(redis, redis->commands + batch->count);
    ngx_scim_redis_arm_timer(redis);

    ngx_log_debug3(NGX_LOG_DEBUG_EVENT, redis->log, 0,
                   "scim redis: batch %p: %ui commands, %ui in all",
                   batch, batch->count, redis->commands);

    return NGX_OK;
}


void
ngx_scim_redis_send_and_forget(ngx_scim_redis_batch_t *batch)
{
    batch->handler = NULL;
    batch->forgotten = 1;

    if (ngx_scim_redis_send(batch) != NGX_OK) {
        ngx_log_error(NGX_LOG_INFO, batch->redis->log, 0,
                      "scim redis: %ui commands not sent: %s",
                      batch->count, batch->failure);
        ngx_scim_redis_batch_free(batch);
    }
}


/* those that were sent before the connection was greeted */
static void
ngx_scim_redis_send_waiting(ngx_scim_redis_t *redis)
{
    ngx_queue_t             *q;
    ngx_scim_redis_batch_t  *batch;

    while (!ngx_queue_empty(&redis->waiting)) {
        q = ngx_queue_head(&redis->waiting);
        batch = ngx_queue_data(q, ngx_scim_redis_batch_t, queue);

        if (ngx_scim_redis_queue_batch(redis, batch) != NGX_OK) {
            ngx_scim_redis_fail(redis, 0, "no memory", "");
            return;
        }

        ngx_scim_redis_dequeue(batch);
    }

    if (redis->commands == 0) {
        ngx_scim_redis_disarm_timer(redis);
    }
}


/* a batch's bytes behind those on their way to the socket, a slot for each */
ngx_int_t
ngx_scim_redis_queue_batch(ngx_scim_redis_t *redis,
    ngx_scim_redis_batch_t *batch)
{
    size_t       size;
    u_char      *p;
    ngx_uint_t   i;

    size = batch->last - batch->start;

    p = ngx_scim_redis_reserve_out(redis, size);

    if (p == NULL
        || ngx_scim_redis_reserve_slots(redis, batch->count) != NGX_OK)
    {
        return NGX_ERROR;
    }

    redis->out_last = ngx_cpymem(p, batch->start, size);

    batch->position = redis->appended;
    batch->pending = batch->count;
    batch->state = NGX_SCIM_REDIS_BATCH_SENT;

    redis->appended += size;

    for (i = 0; i < batch->count; i++) {
        ngx_scim_redis_push(redis, batch, i,
                            batch->started + redis->conf->timeout);
    }

    ngx_scim_redis_post_write(redis);

    return NGX_OK;
}


/* where the next size bytes go; NULL: no memory */
u_char *
ngx_scim_redis_reserve_out(ngx_scim_redis_t *redis, size_t size)
{
    size_t   used, room;
    u_char  *p;

    if ((size_t) (redis->out_end - redis->out_last) >= size) {
        return redis->out_last;
    }

    used = redis->out_last - redis->out_pos;
    room = redis->out_end - redis->out;

    if (room >= (used + size) * 2) {
        ngx_memmove(redis->out, redis->out_pos, used);
        p = redis->out;

    } else {
        room = ngx_max(NGX_SCIM_REDIS_OUT_BUFFER, (used + size) * 2);

        p = ngx_alloc(room, redis->log);
        if (p == NULL) {
            return NULL;
        }

        if (redis->out) {
            ngx_memcpy(p, redis->out_pos, used);
            ngx_free(redis->out);
        }

        redis->out = p;
        redis->out_end = p + room;
    }

    redis->out_pos = p;
    redis->out_last = p + used;

    return redis->out_last;
}


ngx_int_t
ngx_scim_redis_reserve_slots(ngx_scim_redis_t *redis, ngx_uint_t n)
{
    ngx_uint_t              i, size;
    ngx_scim_redis_slot_t  *slots;

    size = ngx_max(redis->slots_size, NGX_SCIM_REDIS_SLOTS);

    while (size < redis->slots_count + n) {
        size *= 2;
    }

    if (size == redis->slots_size) {
        return NGX_OK;
    }

    slots = ngx_alloc(size * sizeof(ngx_scim_redis_slot_t), redis->log);
    if (slots == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < redis->slots_count; i++) {
        slots[i] = redis->slots[(redis->slots_head + i)
                                & (redis->slots_size - 1)];
    }

    if (redis->slots) {
        ngx_free(redis->slots);
    }

    redis->slots = slots;
    redis->slots_size = size;
    redis->slots_head = 0;

    return NGX_OK;
}


void
ngx_scim_redis_push(ngx_scim_redis_t *redis, ngx_scim_redis_batch_t *batch,
    ngx_uint_t index, ngx_msec_t deadline)
{
    ngx_scim_redis_slot_t  *slot;

    slot = &redis->slots[(redis->slots_head + redis->slots_count++)
                         & (redis->slots_size - 1)];
    slot->batch = batch;
    slot->index = index;
    slot->deadline = deadline;
}


static ngx_scim_redis_slot_t *
ngx_scim_redis_shift(ngx_scim_redis_t *redis)
{
    ngx_scim_redis_slot_t  *slot;

    slot = &redis->slots[redis->slots_head];

    redis->slots_head = (redis->slots_head + 1) & (redis->slots_size - 1);
    redis->slots_count--;

    return slot;
}


/*
 * Gives the reply to whom it belongs. Handlers run in here, and the connection
 * may be gone afterwards. NGX_ERROR: nobody asked for this reply.
 */
ngx_int_t
ngx_scim_redis_answer(ngx_scim_redis_t *redis, redisReply *reply)
{
    ngx_uint_t                 index;
    ngx_scim_redis_slot_t     *slot;
    ngx_scim_redis_batch_t    *batch;
    ngx_scim_redis_command_t  *command;

    if (redis->slots_count == 0) {
        return redis->use->pushed ? redis->use->pushed(redis, reply)
                                  : NGX_ERROR;
    }

    slot = ngx_scim_redis_shift(redis);
    batch = slot->batch;
    index = slot->index;

    if (batch == NULL) {
        if (index == NGX_SCIM_REDIS_LIBRARY) {
            ngx_scim_redis_library_loaded(redis, reply);

        } else {
            ngx_scim_redis_greeted(redis, index, reply);
        }

        ngx_scim_redis_free_replies(redis, &redis->blocks);
        return NGX_OK;
    }

    redis->answered = 1;
    redis->backoff = 0;

    command = &batch->commands[index];

    if (reply->type != REDIS_REPLY_ERROR) {
        command->reply = reply;
        batch->wrote |= command->write;

        if (command->write && redis->written) {
            redis->written(redis->written_data, reply);
        }

    } else {
        if (!batch->cancelled
            && ngx_scim_redis_library_missing(redis, batch, index, reply)
               == NGX_OK)
        {
            return NGX_OK;
        }

        ngx_scim_redis_error(batch, index, reply);
    }

    ngx_scim_redis_set_commands(redis, redis->commands - 1);

    if (--batch->pending == 0) {
        ngx_scim_redis_finish(batch);
    }

    return NGX_OK;
}


/* all replies are there: the batch is its owner's again */
void
ngx_scim_redis_finish(ngx_scim_redis_batch_t *batch)
{
    ngx_scim_redis_t  *redis = batch->redis;

    ngx_log_debug3(NGX_LOG_DEBUG_EVENT, redis->log, 0,
                   "scim redis: batch %p: answered%s%s", batch,
                   batch->failure ? ", failed: " : "",
                   batch->failure ? batch->failure : "");

    ngx_scim_redis_dequeue(batch);
    batch->state = NGX_SCIM_REDIS_BATCH_DONE;

    if (batch->failure && batch->wrote) {
        batch->uncertain = 1;
    }

    if (redis->commands == 0) {
        ngx_scim_redis_disarm_timer(redis);
    }

    if (batch->cancelled || batch->forgotten) {
        ngx_scim_redis_release(batch);
        return;
    }

    if (batch->handler) {
        batch->handler(batch);
    }
}


/*
 * Moves every batch to redis->failed; redis->use->lost() tells them later,
 * when the connection is in order again. Returns the commands lost.
 */
ngx_uint_t
ngx_scim_redis_fail_all(ngx_scim_redis_t *redis, const char *failure)
{
    ngx_uint_t               n;
    ngx_scim_redis_batch_t  *batch;

    n = redis->commands;

    while (redis->slots_count) {
        batch = ngx_scim_redis_shift(redis)->batch;

        if (batch && batch->state == NGX_SCIM_REDIS_BATCH_SENT) {
            ngx_scim_redis_fail_batch(batch, failure);
        }
    }

    ngx_scim_redis_fail_queue(redis, &redis->missing, failure);
    ngx_scim_redis_fail_queue(redis, &redis->resent, failure);
    ngx_scim_redis_fail_queue(redis, &redis->waiting, failure);

    ngx_scim_redis_set_commands(redis, 0);

    return n;
}


static void
ngx_scim_redis_fail_queue(ngx_scim_redis_t *redis, ngx_queue_t *queue,
    const char *failure)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(queue)) {
        q = ngx_queue_head(queue);
        ngx_scim_redis_fail_batch(ngx_queue_data(q, ngx_scim_redis_batch_t,
                                                 queue),
                                  failure);
    }
}


static void
ngx_scim_redis_fail_batch(ngx_scim_redis_batch_t *batch, const char *failure)
{
    ngx_scim_redis_t  *redis = batch->redis;

    if (batch->failure == NULL) {
        batch->failure = failure;
    }

    /* commands that miss the library surely did not run */

    if (batch->state == NGX_SCIM_REDIS_BATCH_SENT
        && (batch->wrote
            || (batch->writes
                && batch->pending != batch->missing
                && batch->position < redis->handed)))
    {
        batch->uncertain = 1;
    }

    batch->pending = 0;
    batch->state = NGX_SCIM_REDIS_BATCH_FAILED;
    ngx_scim_redis_enqueue(&redis->failed, batch);
}


/* handlers run in here: they may free any batch, and send new ones */
static void
ngx_scim_redis_tell_failed(ngx_scim_redis_t *redis)
{
    ngx_scim_redis_batch_t  *batch;

    while (!ngx_queue_empty(&redis->failed)) {
        batch = ngx_queue_data(ngx_queue_head(&redis->failed),
                               ngx_scim_redis_batch_t, queue);

        ngx_log_debug3(NGX_LOG_DEBUG_EVENT, redis->log, 0,
                       "scim redis: batch %p: failed%s: %s", batch,
                       batch->uncertain ? " in flight" : "", batch->failure);

        ngx_scim_redis_dequeue(batch);
        batch->state = NGX_SCIM_REDIS_BATCH_DONE;

        if (batch->cancelled || batch->forgotten) {
            ngx_scim_redis_release(batch);

        } else if (batch->handler) {
            batch->handler(batch);
        }
    }
}
