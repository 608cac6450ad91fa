/*
 * Replies as hiredis makes them, in memory of the batch that they belong to:
 * nothing is allocated or freed for an element.
 *
 * It must not know what the replies say.
 */

#include "redis_internal.h"


/* memory of an ordinary reply; so many blocks are kept for the next ones */
#define NGX_SCIM_REDIS_BLOCK         4096
#define NGX_SCIM_REDIS_FREE_BLOCKS   128

/* of the arrays of one reply */
#define NGX_SCIM_REDIS_MAX_ELEMENTS  (4 * 1024 * 1024)


struct ngx_scim_redis_block_s {
    ngx_scim_redis_block_t   *next;
    u_char                   *last;
    u_char                   *end;
};


static void *ngx_scim_redis_reply_alloc(ngx_scim_redis_t *redis,
    size_t size);
static ngx_scim_redis_block_t *ngx_scim_redis_block(ngx_scim_redis_t *redis,
    size_t size);
static redisReply *ngx_scim_redis_reply_create(const redisReadTask *task,
    size_t size);


#if (HIREDIS_MAJOR >= 1)
typedef size_t  ngx_scim_redis_count_t;
#else
typedef int  ngx_scim_redis_count_t;
#endif


static void *
ngx_scim_redis_create_string(const redisReadTask *task, char *str, size_t len)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply_create(task, len + 1);
    if (reply == NULL) {
        return NULL;
    }

    reply->str = (char *) (reply + 1);
    reply->len = len;

    ngx_memcpy(reply->str, str, len);
    reply->str[len] = '\0';

    return reply;
}


/*
 * hiredis asks for the elements of an array as soon as it has read how many
 * they are said to be; before 1.0 nothing limits that.
 */

static void *
ngx_scim_redis_create_array(const redisReadTask *task,
    ngx_scim_redis_count_t n)
{
    size_t             size;
    redisReply        *reply;
    ngx_scim_redis_t  *redis = task->privdata;

    redis->elements += n;

    if (redis->elements > NGX_SCIM_REDIS_MAX_ELEMENTS) {
        return NULL;
    }

    size = n * sizeof(redisReply *);

    reply = ngx_scim_redis_reply_create(task, size);
    if (reply == NULL) {
        return NULL;
    }

    reply->elements = n;
    reply->element = (redisReply **) (reply + 1);

    ngx_memzero(reply->element, size);

    return reply;
}


static void *
ngx_scim_redis_create_integer(const redisReadTask *task, long long value)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply_create(task, 0);
    if (reply == NULL) {
        return NULL;
    }

    reply->integer = value;

    return reply;
}


static void *
ngx_scim_redis_create_nil(const redisReadTask *task)
{
    return ngx_scim_redis_reply_create(task, 0);
}


#if (HIREDIS_MAJOR >= 1)

/* of RESP3, which nobody asked for */

static void *
ngx_scim_redis_create_double(const redisReadTask *task, double value,
    char *str, size_t len)
{
    return NULL;
}


static void *
ngx_scim_redis_create_bool(const redisReadTask *task, int value)
{
    return NULL;
}

#endif


static void
ngx_scim_redis_free_object(void *reply)
{
    /* it goes with its batch */
}


void
ngx_scim_redis_init_replies(ngx_scim_redis_t *redis)
{
    redisReplyObjectFunctions  *fn;

    fn = &redis->functions;

    fn->createString = ngx_scim_redis_create_string;
    fn->createArray = ngx_scim_redis_create_array;
    fn->createInteger = ngx_scim_redis_create_integer;
    fn->createNil = ngx_scim_redis_create_nil;
    fn->freeObject = ngx_scim_redis_free_object;
#if (HIREDIS_MAJOR >= 1)
    fn->createDouble = ngx_scim_redis_create_double;
    fn->createBool = ngx_scim_redis_create_bool;
#endif
}


/* with size bytes behind it, and in its place in an array */

static redisReply *
ngx_scim_redis_reply_create(const redisReadTask *task, size_t size)
{
    redisReply  *reply, *parent;

    reply = ngx_scim_redis_reply_alloc(task->privdata,
                                       sizeof(redisReply) + size);
    if (reply == NULL) {
        return NULL;
    }

    ngx_memzero(reply, sizeof(redisReply));
    reply->type = task->type;

    if (task->parent) {
        parent = task->parent->obj;
        parent->element[task->idx] = reply;
    }

    return reply;
}


/* of the batch whose reply comes next; of redis, if it is none's */

static void *
ngx_scim_redis_reply_alloc(ngx_scim_redis_t *redis, size_t size)
{
    u_char                   *p;
    ngx_scim_redis_block_t   *block, **blocks;
    ngx_scim_redis_batch_t   *batch;

    batch = redis->slots_count ? redis->slots[redis->slots_head].batch : NULL;
    blocks = batch ? &batch->blocks : &redis->blocks;

    size = ngx_align(size, NGX_ALIGNMENT);
    block = *blocks;

    if (block == NULL || (size_t) (block->end - block->last) < size) {

        block = ngx_scim_redis_block(redis, size);
        if (block == NULL) {
            return NULL;
        }

        if (*blocks && size > NGX_SCIM_REDIS_BLOCK / 4) {
            /* the first one has room for others */
            block->next = (*blocks)->next;
            (*blocks)->next = block;

        } else {
            block->next = *blocks;
            *blocks = block;
        }
    }

    p = block->last;
    block->last += size;

    return p;
}


static ngx_scim_redis_block_t *
ngx_scim_redis_block(ngx_scim_redis_t *redis, size_t size)
{
    u_char                  *p;
    ngx_scim_redis_block_t  *block;

    size += sizeof(ngx_scim_redis_block_t);

#if !(NGX_DEBUG_PALLOC)

    /* else each is one of its own, for AddressSanitizer to watch */

    if (size <= NGX_SCIM_REDIS_BLOCK) {
        size = NGX_SCIM_REDIS_BLOCK;
        block = redis->free_blocks;

        if (block) {
            redis->free_blocks = block->next;
            redis->free_blocks_count--;
            block->last = (u_char *) (block + 1);
            return block;
        }
    }

#endif

    p = ngx_alloc(size, redis->log);
    if (p == NULL) {
        return NULL;
    }

    block = (ngx_scim_redis_block_t *) p;
    block->last = (u_char *) (block + 1);
    block->end = p + size;

    return block;
}


void
ngx_scim_redis_free_replies(ngx_scim_redis_t *redis,
    ngx_scim_redis_block_t **blocks)
{
    ngx_scim_redis_block_t  *block;

    while (*blocks) {
        block = *blocks;
        *blocks = block->next;

        if (block->end - (u_char *) block == NGX_SCIM_REDIS_BLOCK
            && redis->free_blocks_count < NGX_SCIM_REDIS_FREE_BLOCKS
            && !redis->closed)
        {
            block->next = redis->free_blocks;
            redis->free_blocks = block;
            redis->free_blocks_count++;
            continue;
        }

        ngx_free(block);
    }
}
