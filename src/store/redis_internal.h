/*
 * What the files of the Redis connection share among themselves.
 *
 * Nobody else includes it.
 */

#ifndef NGX_SCIM_REDIS_INTERNAL_H
#define NGX_SCIM_REDIS_INTERNAL_H

#include "redis.h"

#pragma GCC visibility push(hidden)

/*
 * The connection:
 *
 *   state       socket  batches      leaves it by
 *   ----------  ------  -----------  ----------------------------------------
 *   CLOSED      none    none         send() after the back-off: CONNECTING
 *   CONNECTING  opened  wait         write event: SECURING or GREETING
 *   SECURING    open    wait         end of the TLS handshake: GREETING
 *   GREETING    open    wait         last reply to AUTH, SELECT, CLIENT
 *                                    SETNAME: READY, and the waiting are sent
 *   READY       open    go out       closed by Redis while idle: CLOSED
 *
 * Any failure in any state: CLOSED, batches fail, back-off. The commands wait
 * for the greeting's replies: behind a refused AUTH or SELECT they would run
 * as somebody else or in another database.
 */

typedef enum {
    NGX_SCIM_REDIS_BATCH_CREATED = 0,
    NGX_SCIM_REDIS_BATCH_WAITING,         /* in redis->waiting, no slots      */
    NGX_SCIM_REDIS_BATCH_SENT,            /* slots, or redis->missing         */
    NGX_SCIM_REDIS_BATCH_FAILED,          /* in redis->failed, no slots       */
    NGX_SCIM_REDIS_BATCH_DONE             /* told, or about to be             */
} ngx_scim_redis_batch_state_e;

typedef struct ngx_scim_redis_command_s {
    size_t                    start;      /* offsets in the batch's bytes     */
    size_t                    end;
    size_t                    name;       /* a function's, else len is 0      */
    size_t                    name_len;
    redisReply               *reply;
    unsigned                  write:1;    /* FCALL                            */
    unsigned                  missing:1;  /* waits for the library            */
    unsigned                  resent:1;
} ngx_scim_redis_command_t;

/* our own commands: slots without a batch, told apart by their index */
#define NGX_SCIM_REDIS_AUTH      0
#define NGX_SCIM_REDIS_SELECT    1
#define NGX_SCIM_REDIS_SETNAME   2
#define NGX_SCIM_REDIS_SORT      4
#define NGX_SCIM_REDIS_LIBRARY   3

/* a reply to come; the oldest first */
typedef struct {
    ngx_scim_redis_batch_t   *batch;
    ngx_uint_t                index;      /* of its commands                  */
    ngx_msec_t                deadline;
} ngx_scim_redis_slot_t;

/* what a connection is for: batches of commands, or a subscription */
typedef struct {
    const char               *name;       /* of the connection, in Redis      */

    /* it has been greeted; it may fail in here */
    void                    (*ready)(ngx_scim_redis_t *redis);

    /* a reply that no slot waits for; NGX_ERROR: nobody expects it */
    ngx_int_t               (*pushed)(ngx_scim_redis_t *redis,
                                      redisReply *reply);

    /* it is gone, and everything in order for another one */
    void                    (*lost)(ngx_scim_redis_t *redis);

    unsigned                  sorts:1;    /* ask whether SORT_RO is allowed   */
    unsigned                  rests:1;    /* Redis may close it when idle     */
} ngx_scim_redis_use_t;

struct ngx_scim_redis_s {
    /* the event's ident must be after 3 pointers as in ngx_connection_t */
    ngx_connection_t         *connection;
    ngx_scim_redis_conf_t    *conf;
    ngx_log_t                *log;
    ngx_int_t                 ident;

    const ngx_scim_redis_use_t  *use;
    void                     *user;       /* the use's own                    */

    ngx_scim_redis_written_pt  written;
    void                     *written_data;

    ngx_scim_redis_state_e    state;
    ngx_uint_t                generation; /* changes when the socket does     */
    ngx_uint_t                address;    /* of conf->url's, the one to use   */
    ngx_uint_t                tries;      /* addresses not tried yet          */

    redisReader              *reader;
    redisReplyObjectFunctions  functions; /* that make its replies          */
    ngx_scim_redis_block_t   *blocks;     /* memory of those to no batch      */
    ngx_scim_redis_block_t   *free_blocks;
    ngx_uint_t                free_blocks_count;
    size_t                    unfinished; /* bytes of the reply being read    */
    size_t                    elements;   /* of its arrays                    */

    u_char                   *out, *out_pos, *out_last, *out_end;
    off_t                     appended;   /* bytes, since it was opened       */
    off_t                     handed;     /* of them: the socket may have it  */

    ngx_scim_redis_slot_t    *slots;      /* a ring                           */
    ngx_uint_t                slots_head;
    ngx_uint_t                slots_count;
    ngx_uint_t                slots_size; /* a power of two                   */

    ngx_uint_t                commands;   /* of batches, waiting or in flight */
    ngx_uint_t                batches;    /* that exist, but for free ones    */
    ngx_uint_t                free_count;

    ngx_queue_t               waiting;    /* for the connection               */
    ngx_queue_t               missing;    /* for the library                  */
    ngx_queue_t               resent;     /* after it: older than their slots */
    ngx_queue_t               failed;     /* to be told                       */
    ngx_queue_t               free;

    ngx_event_t               timer;      /* not cancelable: a quitting worker
                                             stays while commands are pending */
    ngx_msec_t                connect_deadline;
    ngx_msec_t                backoff;
    ngx_msec_t                retry;      /* fail at once until then          */
    ngx_msec_t                since;      /* when it was lost                 */
    const char               *failure;    /* the last one                     */

    ngx_scim_redis_stats_t   *stats;      /* own_stats, or the owner's        */
    ngx_scim_redis_stats_t    own_stats;

    const char               *last_error; /* the last reply logged, and when  */
    ngx_msec_t                error_time;

    unsigned                  late:2;     /* times that it looked again       */
    unsigned                  down:1;     /* lost, and it was logged          */
    unsigned                  answered:1; /* a command, on this connection    */
    unsigned                  loading:1;  /* FUNCTION LOAD is in flight       */
    unsigned                  stale:1;    /* better closed when it is idle    */
    unsigned                  sorts:1;    /* SORT_RO ... GET is allowed       */
    unsigned                  closed:1;   /* by destroy()                     */
};


#define ngx_scim_redis_before(t)                                              \
    ((ngx_msec_int_t) ((t) - ngx_current_msec) > 0)


/* who looks on sees both */
#define ngx_scim_redis_set_state(redis, s)                                    \
    (redis)->state = (s);                                                     \
    (redis)->stats->state = (s)

#define ngx_scim_redis_set_commands(redis, n)                                 \
    (redis)->commands = (n);                                                  \
    (redis)->stats->commands = (redis)->commands


/* redis.c */
ngx_scim_redis_t *ngx_scim_redis_create_for(const ngx_scim_redis_use_t *use,
    void *user, ngx_scim_redis_conf_t *conf, ngx_log_t *log);
u_char *ngx_scim_redis_reserve_out(ngx_scim_redis_t *redis, size_t size);
ngx_int_t ngx_scim_redis_reserve_slots(ngx_scim_redis_t *redis,
    ngx_uint_t n);
void ngx_scim_redis_push(ngx_scim_redis_t *redis,
    ngx_scim_redis_batch_t *batch, ngx_uint_t index, ngx_msec_t deadline);
ngx_int_t ngx_scim_redis_queue_batch(ngx_scim_redis_t *redis,
    ngx_scim_redis_batch_t *batch);
ngx_int_t ngx_scim_redis_answer(ngx_scim_redis_t *redis, redisReply *reply);
void ngx_scim_redis_finish(ngx_scim_redis_batch_t *batch);
ngx_uint_t ngx_scim_redis_fail_all(ngx_scim_redis_t *redis,
    const char *failure);

/* redis_timer.c */
void ngx_scim_redis_init_timer(ngx_scim_redis_t *redis);
void ngx_scim_redis_arm_timer(ngx_scim_redis_t *redis);
void ngx_scim_redis_disarm_timer(ngx_scim_redis_t *redis);
ngx_uint_t ngx_scim_redis_is_readable(ngx_scim_redis_t *redis);

/* redis_batch.c */
u_char *ngx_scim_redis_put_head(u_char *p, u_char type, size_t n);
u_char *ngx_scim_redis_put(u_char *p, const void *data, size_t len);
void ngx_scim_redis_enqueue(ngx_queue_t *queue, ngx_scim_redis_batch_t *batch);
void ngx_scim_redis_dequeue(ngx_scim_redis_batch_t *batch);
void ngx_scim_redis_release(ngx_scim_redis_batch_t *batch);
void ngx_scim_redis_free_batches(ngx_scim_redis_t *redis);

#define NGX_SCIM_REDIS_HEAD_LEN  (sizeof("*\r\n") - 1 + NGX_SIZE_T_LEN)
#define ngx_scim_redis_bulk_len(len)                                          \
    (NGX_SCIM_REDIS_HEAD_LEN + (len) + sizeof("\r\n") - 1)

/* redis_connection.c */
ngx_int_t ngx_scim_redis_connect(ngx_scim_redis_t *redis);
ngx_str_t *ngx_scim_redis_name(ngx_scim_redis_t *redis);
void ngx_scim_redis_post_write(ngx_scim_redis_t *redis);
void ngx_scim_redis_write_handler(ngx_event_t *wev);
void ngx_scim_redis_eof(ngx_scim_redis_t *redis, ngx_err_t err);
void ngx_scim_redis_close(ngx_scim_redis_t *redis);
void ngx_scim_redis_fail(ngx_scim_redis_t *redis, ngx_err_t err,
    const char *failure, const char *detail);

/* redis_reader.c */
ngx_int_t ngx_scim_redis_create_reader(ngx_scim_redis_t *redis);
void ngx_scim_redis_read_handler(ngx_event_t *rev);

/* redis_reply.c */
void ngx_scim_redis_init_replies(ngx_scim_redis_t *redis);
void ngx_scim_redis_free_replies(ngx_scim_redis_t *redis,
    ngx_scim_redis_block_t **blocks);

/* redis_greeting.c */
void ngx_scim_redis_greet(ngx_scim_redis_t *redis);
void ngx_scim_redis_greeted(ngx_scim_redis_t *redis, ngx_uint_t command,
    redisReply *reply);

/* redis_tls.c */
#if (NGX_SSL)
void ngx_scim_redis_secure(ngx_scim_redis_t *redis);
#endif

/* redis_library.c */
ngx_str_t *ngx_scim_redis_library_version(void);
ngx_int_t ngx_scim_redis_library_missing(ngx_scim_redis_t *redis,
    ngx_scim_redis_batch_t *batch, ngx_uint_t index, redisReply *reply);
void ngx_scim_redis_library_loaded(ngx_scim_redis_t *redis,
    redisReply *reply);

/* redis_error.c */
ngx_uint_t ngx_scim_redis_error_is(redisReply *reply, const char *text);
const char *ngx_scim_redis_greeting_failure(ngx_uint_t command,
    redisReply *reply);
void ngx_scim_redis_error(ngx_scim_redis_batch_t *batch, ngx_uint_t index,
    redisReply *reply);
void ngx_scim_redis_library_error(ngx_scim_redis_t *redis,
    redisReply *reply);

#pragma GCC visibility pop

#endif
