/*
 * Batches: their memory, and the commands in them as RESP.
 *
 * It must not know sockets, nor what becomes of a batch once it is sent.
 */

#include "redis_internal.h"


/* recycled batches keep buffers up to this, and there are so many of them */
#define NGX_SCIM_REDIS_FREE_BUFFER  4096
#define NGX_SCIM_REDIS_FREE_BATCHES  128


static void ngx_scim_redis_destroy_batch(ngx_scim_redis_batch_t *batch);
static u_char *ngx_scim_redis_begin(ngx_scim_redis_batch_t *batch,
    size_t size);
static void ngx_scim_redis_end(ngx_scim_redis_batch_t *batch, u_char *p);


ngx_scim_redis_batch_t *
ngx_scim_redis_batch_create(ngx_scim_redis_t *redis,
    ngx_scim_redis_handler_pt handler, void *data)
{
    ngx_queue_t             *q;
    ngx_scim_redis_batch_t  *batch;

    if (!ngx_queue_empty(&redis->free)) {
        q = ngx_queue_head(&redis->free);
        ngx_queue_remove(q);
        redis->free_count--;
        batch = ngx_queue_data(q, ngx_scim_redis_batch_t, queue);

    } else {
        batch = ngx_calloc(sizeof(ngx_scim_redis_batch_t), redis->log);
        if (batch == NULL) {
            return NULL;
        }

        batch->redis = redis;
    }

    batch->handler = handler;
    batch->data = data;
    redis->batches++;

    return batch;
}


void
ngx_scim_redis_batch_free(ngx_scim_redis_batch_t *batch)
{
    ngx_scim_redis_t  *redis = batch->redis;

    switch (batch->state) {

    case NGX_SCIM_REDIS_BATCH_SENT:
        /* replies are positional: it stays until they have come */
        batch->handler = NULL;
        batch->cancelled = 1;
        return;

    case NGX_SCIM_REDIS_BATCH_WAITING:
        ngx_scim_redis_set_commands(redis, redis->commands - batch->count);
        break;

    default: /* created, failed, done */
        break;
    }

    ngx_scim_redis_dequeue(batch);
    ngx_scim_redis_release(batch);
}


void
ngx_scim_redis_release(ngx_scim_redis_batch_t *batch)
{
    ngx_scim_redis_t  *redis = batch->redis;

    ngx_scim_redis_free_replies(redis, &batch->blocks);

    redis->batches--;

    if (redis->closed) {
        ngx_scim_redis_destroy_batch(batch);

        if (redis->batches == 0) {
            ngx_free(redis);
        }

        return;
    }

    if (redis->free_count >= NGX_SCIM_REDIS_FREE_BATCHES
        || batch->end - batch->start > NGX_SCIM_REDIS_FREE_BUFFER)
    {
        ngx_scim_redis_destroy_batch(batch);
        return;
    }

    batch->handler = NULL;
    batch->data = NULL;
    batch->failure = NULL;
    batch->uncertain = 0;
    batch->count = 0;
    batch->pending = 0;
    batch->missing = 0;
    batch->next = 0;
    batch->last = batch->start;
    batch->state = NGX_SCIM_REDIS_BATCH_CREATED;
    batch->cancelled = 0;
    batch->forgotten = 0;
    batch->writes = 0;
    batch->wrote = 0;

    ngx_queue_insert_head(&redis->free, &batch->queue);
    redis->free_count++;
}


void
ngx_scim_redis_free_batches(ngx_scim_redis_t *redis)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&redis->free)) {
        q = ngx_queue_head(&redis->free);
        ngx_queue_remove(q);
        ngx_scim_redis_destroy_batch(ngx_queue_data(q, ngx_scim_redis_batch_t,
                                                    queue));
    }

    redis->free_count = 0;
}


static void
ngx_scim_redis_destroy_batch(ngx_scim_redis_batch_t *batch)
{
    if (batch->start) {
        ngx_free(batch->start);
    }

    if (batch->commands) {
        ngx_free(batch->commands);
    }

    ngx_free(batch);
}


void
ngx_scim_redis_enqueue(ngx_queue_t *queue, ngx_scim_redis_batch_t *batch)
{
    ngx_scim_redis_dequeue(batch);

    ngx_queue_insert_tail(queue, &batch->queue);
    batch->queued = 1;
}


void
ngx_scim_redis_dequeue(ngx_scim_redis_batch_t *batch)
{
    if (batch->queued) {
        ngx_queue_remove(&batch->queue);
        batch->queued = 0;
    }
}


ngx_int_t
ngx_scim_redis_command(ngx_scim_redis_batch_t *batch, ngx_uint_t argc,
    const ngx_str_t *argv)
{
    size_t       size;
    u_char      *p;
    ngx_uint_t   i;

    size = NGX_SCIM_REDIS_HEAD_LEN;

    for (i = 0; i < argc; i++) {
        size += ngx_scim_redis_bulk_len(argv[i].len);
    }

    p = ngx_scim_redis_begin(batch, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_scim_redis_put_head(p, '*', argc);

    for (i = 0; i < argc; i++) {
        p = ngx_scim_redis_put(p, argv[i].data, argv[i].len);
    }

    ngx_scim_redis_end(batch, p);

    return NGX_OK;
}


ngx_int_t
ngx_scim_redis_call(ngx_scim_redis_batch_t *batch,
    ngx_scim_redis_access_e access, const char *name, const ngx_str_t *key,
    ngx_uint_t argc, const ngx_str_t *argv)
{
    size_t                     size, len;
    u_char                    *p;
    ngx_str_t                 *version;
    ngx_uint_t                 i;
    ngx_scim_redis_command_t  *command;

    version = ngx_scim_redis_library_version();
    len = sizeof("scim_") - 1 + ngx_strlen(name) + 1 + version->len;

    size = NGX_SCIM_REDIS_HEAD_LEN
           + ngx_scim_redis_bulk_len(sizeof("FCALL_RO") - 1)
           + ngx_scim_redis_bulk_len(len)
           + ngx_scim_redis_bulk_len(1)
           + ngx_scim_redis_bulk_len(key->len);

    for (i = 0; i < argc; i++) {
        size += ngx_scim_redis_bulk_len(argv[i].len);
    }

    p = ngx_scim_redis_begin(batch, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    command = &batch->commands[batch->count];
    command->write = (access == NGX_SCIM_REDIS_WRITE);
    batch->writes |= command->write;

    p = ngx_scim_redis_put_head(p, '*', 4 + argc);

    if (command->write) {
        p = ngx_scim_redis_put(p, "FCALL", 5);

    } else {
        p = ngx_scim_redis_put(p, "FCALL_RO", 8);
    }

    p = ngx_scim_redis_put_head(p, '$', len);

    command->name = p - batch->start;
    command->name_len = len;

    p = ngx_sprintf(p, "scim_%s_%V" CRLF, name, version);

    p = ngx_scim_redis_put(p, "1", 1);
    p = ngx_scim_redis_put(p, key->data, key->len);

    for (i = 0; i < argc; i++) {
        p = ngx_scim_redis_put(p, argv[i].data, argv[i].len);
    }

    ngx_scim_redis_end(batch, p);

    return NGX_OK;
}


/* room for one more command of at most size bytes; begins it */
static u_char *
ngx_scim_redis_begin(ngx_scim_redis_batch_t *batch, size_t size)
{
    size_t                     used, room;
    u_char                    *p;
    ngx_uint_t                 n;
    ngx_scim_redis_command_t  *command;

    if (batch->count == batch->capacity) {
        n = ngx_max(batch->capacity * 2, 4);

        command = ngx_alloc(n * sizeof(ngx_scim_redis_command_t),
                            batch->redis->log);
        if (command == NULL) {
            return NULL;
        }

        if (batch->commands) {
            ngx_memcpy(command, batch->commands,
                       batch->count * sizeof(ngx_scim_redis_command_t));
            ngx_free(batch->commands);
        }

        batch->commands = command;
        batch->capacity = n;
    }

    used = batch->last - batch->start;

    if ((size_t) (batch->end - batch->last) < size) {
        room = ngx_max((size_t) (batch->end - batch->start) * 2, 512);
        room = ngx_max(room, used + size);

        p = ngx_alloc(room, batch->redis->log);
        if (p == NULL) {
            return NULL;
        }

        if (batch->start) {
            ngx_memcpy(p, batch->start, used);
            ngx_free(batch->start);
        }

        batch->start = p;
        batch->last = p + used;
        batch->end = p + room;
    }

    command = &batch->commands[batch->count];
    ngx_memzero(command, sizeof(ngx_scim_redis_command_t));
    command->start = used;

    return batch->last;
}


static void
ngx_scim_redis_end(ngx_scim_redis_batch_t *batch, u_char *p)
{
    batch->commands[batch->count++].end = p - batch->start;
    batch->last = p;
}


/* "*3\r\n" or "$3\r\n"; several times ngx_sprintf()'s speed */
u_char *
ngx_scim_redis_put_head(u_char *p, u_char type, size_t n)
{
    u_char  *last, digits[NGX_SIZE_T_LEN];

    *p++ = type;

    if (n < 10) {
        *p++ = (u_char) ('0' + n);
        *p++ = CR;
        *p++ = LF;

        return p;
    }

    last = digits + NGX_SIZE_T_LEN;

    do {
        *--last = (u_char) ('0' + n % 10);
        n /= 10;
    } while (n);

    p = ngx_cpymem(p, last, digits + NGX_SIZE_T_LEN - last);
    *p++ = CR;
    *p++ = LF;

    return p;
}


u_char *
ngx_scim_redis_put(u_char *p, const void *data, size_t len)
{
    p = ngx_scim_redis_put_head(p, '$', len);

    if (len) {
        p = ngx_cpymem(p, data, len);
    }

    *p++ = CR;
    *p++ = LF;

    return p;
}


redisReply *
ngx_scim_redis_reply(ngx_scim_redis_batch_t *batch)
{
    if (batch->failure || batch->next == batch->count) {
        return NULL;
    }

    return batch->commands[batch->next++].reply;
}
