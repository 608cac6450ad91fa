/*
 * Questions of what users may do. To call a function takes Redis longer than
 * this one's work for a user, so that all who are asked for in one turn of the
 * event loop, in one tenant, go as one call, when the turn ends. Who is asked
 * for several times in it, as when a page has many parts, goes once.
 *
 * Behind them Redis is told to keep what it had to put together, so that it is
 * read in a fraction of the time when these users come again. Nobody waits for
 * it, and nothing depends on it.
 *
 * It must not know who asks, nor what an answer says.
 */

#include "call.h"


/* of one call, which Redis executes in one piece */
#define NGX_SCIM_ACCESS_USERS      16

/* a tenant's call is looked for among the latest of this turn */
#define NGX_SCIM_ACCESS_LATEST     8

#define NGX_SCIM_ACCESS_POOL_SIZE  2048

/* ms, when Redis cannot write */
#define NGX_SCIM_ACCESS_KEEP_PAUSE  10000


struct ngx_scim_access_reader_s {
    ngx_scim_redis_t          *redis;
    ngx_log_t                 *log;
    ngx_queue_t                open;           /* of this turn, the latest
                                                  first                       */
    ngx_queue_t                sent;
    ngx_scim_redis_batch_t    *keeping;        /* on its way, or NULL         */
    ngx_msec_t                 pause;          /* nothing is kept until then  */
};

typedef struct {
    ngx_queue_t                queue;          /* of the reader's             */
    ngx_scim_access_reader_t  *reader;
    ngx_pool_t                *pool;           /* it lies in it, too          */
    ngx_event_t                turn_ends;
    ngx_str_t                  tenant;
    ngx_str_t                  key;
    ngx_scim_redis_batch_t    *batch;          /* NULL: not sent yet          */

    /* users: how they are found, and the questions about each */
    ngx_uint_t                 n;
    ngx_str_t                  entries[NGX_SCIM_ACCESS_USERS];
    ngx_queue_t                questions[NGX_SCIM_ACCESS_USERS];
} ngx_scim_access_call_t;


static ngx_scim_access_call_t *ngx_scim_access_latest_call(
    ngx_scim_access_reader_t *reader, ngx_str_t *tenant);
static ngx_scim_access_call_t *ngx_scim_access_create_call(
    ngx_scim_access_reader_t *reader, ngx_str_t *tenant);
static ngx_uint_t ngx_scim_access_find(ngx_scim_access_call_t *call,
    const ngx_str_t *attribute, ngx_str_t *value);
static ngx_int_t ngx_scim_access_add(ngx_scim_access_call_t *call,
    const ngx_str_t *attribute, ngx_str_t *value);
static void ngx_scim_access_turn_ends(ngx_event_t *ev);
static ngx_uint_t ngx_scim_access_is_asked(ngx_scim_access_call_t *call);
static const char *ngx_scim_access_send(ngx_scim_access_call_t *call);
static void ngx_scim_access_replied(ngx_scim_redis_batch_t *batch);
static void ngx_scim_access_answer(ngx_scim_access_call_t *call,
    redisReply *reply, const char *failure);
static void ngx_scim_access_unpack(redisReply *reply,
    ngx_scim_access_t *access);
static void ngx_scim_access_keep(ngx_scim_access_call_t *call, ngx_uint_t n,
    ngx_str_t *entries);
static void ngx_scim_access_kept(ngx_scim_redis_batch_t *batch);
static void ngx_scim_access_destroy_call(ngx_scim_access_call_t *call);


ngx_scim_access_reader_t *
ngx_scim_access_reader_create(ngx_scim_redis_t *redis, ngx_log_t *log)
{
    ngx_scim_access_reader_t  *reader;

    reader = ngx_calloc(sizeof(ngx_scim_access_reader_t), log);
    if (reader == NULL) {
        return NULL;
    }

    reader->redis = redis;
    reader->log = log;

    ngx_queue_init(&reader->open);
    ngx_queue_init(&reader->sent);

    return reader;
}


void
ngx_scim_access_reader_destroy(ngx_scim_access_reader_t *reader)
{
    ngx_uint_t               i;
    ngx_queue_t             *q;
    ngx_scim_access_call_t  *call;

    if (reader == NULL) {
        return;
    }

    ngx_queue_add(&reader->open, &reader->sent);

    while (!ngx_queue_empty(&reader->open)) {
        call = ngx_queue_data(ngx_queue_head(&reader->open),
                              ngx_scim_access_call_t, queue);

        for (i = 0; i < call->n; i++) {
            while (!ngx_queue_empty(&call->questions[i])) {
                q = ngx_queue_head(&call->questions[i]);
                ngx_scim_access_forget(
                    ngx_queue_data(q, ngx_scim_access_question_t, queue));
            }
        }

        ngx_scim_access_destroy_call(call);
    }

    if (reader->keeping) {
        ngx_scim_redis_batch_free(reader->keeping);
    }

    ngx_free(reader);
}


ngx_int_t
ngx_scim_access_read(ngx_scim_access_reader_t *reader,
    ngx_scim_access_question_t *question, ngx_str_t *tenant,
    const ngx_str_t *attribute, ngx_str_t *value)
{
    ngx_uint_t               place;
    ngx_scim_access_call_t  *call;

    place = NGX_SCIM_ACCESS_USERS;
    call = ngx_scim_access_latest_call(reader, tenant);

    if (call) {
        place = ngx_scim_access_find(call, attribute, value);
    }

    if (place == NGX_SCIM_ACCESS_USERS) {
        place = 0;
        call = ngx_scim_access_create_call(reader, tenant);
    }

    if (call == NULL
        || (place == call->n
            && ngx_scim_access_add(call, attribute, value) != NGX_OK))
    {
        return NGX_ERROR;
    }

    ngx_queue_insert_tail(&call->questions[place], &question->queue);
    question->asked = 1;

    return NGX_OK;
}


static ngx_scim_access_call_t *
ngx_scim_access_latest_call(ngx_scim_access_reader_t *reader,
    ngx_str_t *tenant)
{
    ngx_uint_t               i;
    ngx_queue_t             *q;
    ngx_scim_access_call_t  *call;

    q = ngx_queue_head(&reader->open);

    for (i = 0; i < NGX_SCIM_ACCESS_LATEST; i++) {

        if (q == ngx_queue_sentinel(&reader->open)) {
            break;
        }

        call = ngx_queue_data(q, ngx_scim_access_call_t, queue);

        if (call->tenant.len == tenant->len
            && ngx_memcmp(call->tenant.data, tenant->data, tenant->len) == 0)
        {
            return call;
        }

        q = ngx_queue_next(q);
    }

    return NULL;
}


static ngx_scim_access_call_t *
ngx_scim_access_create_call(ngx_scim_access_reader_t *reader,
    ngx_str_t *tenant)
{
    ngx_pool_t              *pool;
    ngx_scim_access_call_t  *call;

    pool = ngx_create_pool(NGX_SCIM_ACCESS_POOL_SIZE, reader->log);
    if (pool == NULL) {
        return NULL;
    }

    call = ngx_pcalloc(pool, sizeof(ngx_scim_access_call_t));

    if (call == NULL
        || (call->tenant.data = ngx_pstrdup(pool, tenant)) == NULL)
    {
        ngx_destroy_pool(pool);
        return NULL;
    }

    call->tenant.len = tenant->len;
    call->reader = reader;
    call->pool = pool;
    call->turn_ends.handler = ngx_scim_access_turn_ends;
    call->turn_ends.data = call;
    call->turn_ends.log = reader->log;

    ngx_queue_insert_head(&reader->open, &call->queue);
    ngx_post_event(&call->turn_ends, &ngx_posted_events);

    return call;
}


/* a user's place in the call; n if it has none yet */

static ngx_uint_t
ngx_scim_access_find(ngx_scim_access_call_t *call, const ngx_str_t *attribute,
    ngx_str_t *value)
{
    size_t       len;
    ngx_str_t   *entry;
    ngx_uint_t   i;

    len = attribute->len + 1 + value->len;

    for (i = 0; i < call->n; i++) {
        entry = &call->entries[i];

        if (entry->len == len
            && ngx_memcmp(entry->data + len - value->len, value->data,
                          value->len) == 0
            && ngx_memcmp(entry->data, attribute->data, attribute->len) == 0
            && entry->data[attribute->len] == '\0')
        {
            break;
        }
    }

    return i;
}


/* the entry of an index: attribute and value, with NUL between them */

static ngx_int_t
ngx_scim_access_add(ngx_scim_access_call_t *call, const ngx_str_t *attribute,
    ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t  *entry;

    entry = &call->entries[call->n];
    entry->len = attribute->len + 1 + value->len;

    p = ngx_pnalloc(call->pool, entry->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    entry->data = p;
    p = ngx_cpymem(p, attribute->data, attribute->len);
    *p++ = '\0';
    ngx_memcpy(p, value->data, value->len);

    ngx_queue_init(&call->questions[call->n]);
    call->n++;

    return NGX_OK;
}


void
ngx_scim_access_forget(ngx_scim_access_question_t *question)
{
    if (question->asked) {
        question->asked = 0;
        ngx_queue_remove(&question->queue);
    }
}


static void
ngx_scim_access_turn_ends(ngx_event_t *ev)
{
    const char              *failure;
    ngx_scim_access_call_t  *call = ev->data;

    if (!ngx_scim_access_is_asked(call)) {
        ngx_scim_access_destroy_call(call);
        return;
    }

    ngx_log_debug2(NGX_LOG_DEBUG_EVENT, ev->log, 0,
                   "scim access: %ui of tenant \"%V\" are asked for",
                   call->n, &call->tenant);

    ngx_queue_remove(&call->queue);
    ngx_queue_insert_tail(&call->reader->sent, &call->queue);

    failure = ngx_scim_access_send(call);

    if (failure) {
        ngx_scim_access_answer(call, NULL, failure);
    }
}


/* somebody still waits for its answer */

static ngx_uint_t
ngx_scim_access_is_asked(ngx_scim_access_call_t *call)
{
    ngx_uint_t  i;

    for (i = 0; i < call->n; i++) {
        if (!ngx_queue_empty(&call->questions[i])) {
            return 1;
        }
    }

    return 0;
}


/* NULL, or why not */

static const char *
ngx_scim_access_send(ngx_scim_access_call_t *call)
{
    call->batch = ngx_scim_redis_batch_create(call->reader->redis,
                                              ngx_scim_access_replied, call);

    if (call->batch == NULL
        || ngx_scim_key(call->pool, NGX_SCIM_KEY_TENANT, &call->tenant, NULL,
                        &call->key)
           != NGX_OK
        || ngx_scim_redis_call(call->batch, NGX_SCIM_REDIS_READ,
                               "access_read", &call->key, call->n,
                               call->entries)
           != NGX_OK)
    {
        return "no memory";
    }

    return ngx_scim_redis_send(call->batch) == NGX_OK ? NULL
                                                      : call->batch->failure;
}


static void
ngx_scim_access_replied(ngx_scim_redis_batch_t *batch)
{
    redisReply              *reply;
    const char              *failure;
    ngx_scim_access_call_t  *call = batch->data;

    reply = NULL;
    failure = batch->failure;

    if (failure == NULL) {
        reply = ngx_scim_redis_reply(batch);

        if (reply->type != REDIS_REPLY_ARRAY || reply->elements != call->n) {
            failure = "redis gave an answer that makes no sense";
        }
    }

    ngx_scim_access_answer(call, reply, failure);
}


/* handlers run in here: they may forget other questions, and ask new ones */

static void
ngx_scim_access_answer(ngx_scim_access_call_t *call, redisReply *reply,
    const char *failure)
{
    ngx_str_t                    entries[NGX_SCIM_ACCESS_USERS];
    ngx_uint_t                   i, n;
    ngx_queue_t                 *q;
    ngx_scim_access_t            access;
    ngx_scim_access_question_t  *question;

    n = 0;
    access.keep = 0;

    for (i = 0; i < call->n; i++) {

        if (failure == NULL) {
            ngx_scim_access_unpack(reply->element[i], &access);
        }

        while (!ngx_queue_empty(&call->questions[i])) {
            q = ngx_queue_head(&call->questions[i]);
            question = ngx_queue_data(q, ngx_scim_access_question_t, queue);

            ngx_scim_access_forget(question);
            question->failure = failure;
            question->handler(question, failure ? NULL : &access);
        }

        if (access.keep) {
            entries[n++] = call->entries[i];
        }
    }

    if (n) {
        ngx_scim_access_keep(call, n, entries);
    }

    ngx_scim_access_destroy_call(call);
}


static void
ngx_scim_access_unpack(redisReply *reply, ngx_scim_access_t *access)
{
    access->keep = 0;

    /* one that is kept comes by itself */

    access->kept = (reply->type == REDIS_REPLY_STRING);

    if (access->kept) {
        access->outcome = NGX_SCIM_OK;
        access->record.data = (u_char *) reply->str;
        access->record.len = (size_t) reply->len;
        return;
    }

    access->outcome = ngx_scim_reply_outcome(reply);
    access->record = ngx_scim_reply_text(reply, 1);
}


static void
ngx_scim_access_keep(ngx_scim_access_call_t *call, ngx_uint_t n,
    ngx_str_t *entries)
{
    ngx_scim_redis_batch_t    *batch;
    ngx_scim_access_reader_t  *reader = call->reader;

    /* one at a time: each is a write, and others want to write, too */

    if (reader->keeping
        || (ngx_msec_int_t) (reader->pause - ngx_current_msec) > 0)
    {
        return;
    }

    batch = ngx_scim_redis_batch_create(reader->redis, ngx_scim_access_kept,
                                        reader);
    if (batch == NULL) {
        return;
    }

    if (ngx_scim_redis_call(batch, NGX_SCIM_REDIS_WRITE, "access_keep",
                            &call->key, n, entries)
        != NGX_OK
        || ngx_scim_redis_send(batch) != NGX_OK)
    {
        ngx_scim_redis_batch_free(batch);
        return;
    }

    reader->keeping = batch;
}


static void
ngx_scim_access_kept(ngx_scim_redis_batch_t *batch)
{
    ngx_scim_access_reader_t  *reader = batch->data;

    if (batch->failure) {
        reader->pause = ngx_current_msec + NGX_SCIM_ACCESS_KEEP_PAUSE;
    }

    reader->keeping = NULL;
    ngx_scim_redis_batch_free(batch);
}


static void
ngx_scim_access_destroy_call(ngx_scim_access_call_t *call)
{
    ngx_queue_remove(&call->queue);

    if (call->turn_ends.posted) {
        ngx_delete_posted_event(&call->turn_ends);
    }

    if (call->batch) {
        ngx_scim_redis_batch_free(call->batch);
    }

    ngx_destroy_pool(call->pool);
}
