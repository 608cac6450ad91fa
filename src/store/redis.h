/*
 * One connection to Redis per worker, shared by all of its requests.
 *
 * nginx owns the socket (and TLS), hiredis only parses. Commands of many
 * requests are pipelined; replies come back in order. It must not know what
 * the commands mean, nor anything of HTTP.
 */

#ifndef NGX_SCIM_REDIS_H
#define NGX_SCIM_REDIS_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>
#include <hiredis/read.h>
#include <hiredis/hiredis.h>

#pragma GCC visibility push(hidden)

/* "set by ngx_pcalloc()", then by the directives; owned by the cycle */
typedef struct {
    ngx_url_t             url;            /* NULL addrs: not configured       */
    ngx_addr_t           *addr;
    ngx_str_t             user;
    ngx_str_t             password;       /* read from its file at start      */
    ngx_int_t             database;
    ngx_msec_t            connect_timeout;
    ngx_msec_t            timeout;        /* of a command, from its queueing  */
    ngx_uint_t            max_commands;   /* in flight and waiting, a worker  */
#if (NGX_SSL)
    ngx_ssl_t            *ssl;            /* NULL: in the clear               */
    ngx_flag_t            ssl_verify;
    ngx_str_t             ssl_name;       /* NUL-terminated; SNI and check    */
#endif
} ngx_scim_redis_conf_t;

/* redis_internal.h has what leads from one to another */
typedef enum {
    NGX_SCIM_REDIS_CLOSED = 0,
    NGX_SCIM_REDIS_CONNECTING,
    NGX_SCIM_REDIS_SECURING,
    NGX_SCIM_REDIS_GREETING,
    NGX_SCIM_REDIS_READY
} ngx_scim_redis_state_e;

/*
 * What a connection tells of itself: where it stands, and what it has counted.
 * It only adds to the latter; other processes may read all of it at any time.
 */
typedef struct {
    ngx_atomic_t          state;          /* ngx_scim_redis_state_e           */
    ngx_atomic_t          commands;       /* waiting or in flight             */
    ngx_atomic_t          connects;       /* that were greeted                */
    ngx_atomic_t          failures;       /* attempts and connections lost    */
    ngx_atomic_t          errors;         /* replies                          */
    ngx_atomic_t          resends;        /* of batches, to another connection
                                             or behind the library            */
} ngx_scim_redis_stats_t;

typedef struct ngx_scim_redis_s  ngx_scim_redis_t;
typedef struct ngx_scim_redis_batch_s  ngx_scim_redis_batch_t;
typedef struct ngx_scim_redis_block_s  ngx_scim_redis_block_t;

/*
 * Called once when all replies of a batch are there, or as soon as it is known
 * that they will not be. Never called from within ngx_scim_redis_send().
 */
typedef void (*ngx_scim_redis_handler_pt)(ngx_scim_redis_batch_t *batch);

/*
 * Commands that belong together: sent in one piece, answered together.
 *
 *   created --send()--> sent --last reply--> done     (handler is called)
 *                         |--connection lost, timeout,
 *                         |  error reply----> failed  (handler is called)
 *                         '--cancel()-------> cancelled (never called; the
 *                                             replies are dropped as they come)
 */
struct ngx_scim_redis_batch_s {
    ngx_scim_redis_handler_pt  handler;
    void                      *data;      /* the caller's                     */

    const char                *failure;   /* NULL, or why it failed: for logs */
    unsigned                   uncertain:1; /* failed after it was sent: its
                                             writes may or may not have run   */
    ngx_msec_t                 started;   /* when it was sent                 */

    /* the rest is redis.c's */
    ngx_scim_redis_t          *redis;
    struct ngx_scim_redis_command_s *commands;
    ngx_uint_t                 count;     /* commands, and room for them      */
    ngx_uint_t                 capacity;
    ngx_uint_t                 pending;   /* replies to come                  */
    ngx_uint_t                 missing;   /* of them: wait for the library    */
    ngx_uint_t                 next;      /* reply to give out                */
    u_char                    *start, *last, *end;  /* the encoded commands   */
    ngx_scim_redis_block_t    *blocks;    /* the replies                      */
    off_t                      position;  /* in all that goes to the socket   */
    ngx_queue_t                queue;     /* waiting, missing, failed, free   */
    unsigned                   state:3;
    unsigned                   queued:1;
    unsigned                   cancelled:1;
    unsigned                   forgotten:1;
    unsigned                   writes:1;  /* it calls a function that writes  */
    unsigned                   wrote:1;   /* a write of it was executed       */
};


/*
 * A worker's connection, not yet opened: that happens with the first command.
 * conf and log must live as long as it does. NULL: no memory.
 */
ngx_scim_redis_t *ngx_scim_redis_create(ngx_scim_redis_conf_t *conf,
    ngx_log_t *log);

/*
 * Where it is to report to from now on, instead of to nobody; stats must live
 * as long as it does.
 */
void ngx_scim_redis_report(ngx_scim_redis_t *redis,
    ngx_scim_redis_stats_t *stats);

/*
 * Hands to the socket what it takes, now and not at the end of the turn: for
 * exit_process.
 */
void ngx_scim_redis_flush(ngx_scim_redis_t *redis);

/*
 * Called with the reply to each function that writes, before its batch is
 * answered, even if nobody waits for that any more.
 */
typedef void (*ngx_scim_redis_written_pt)(void *data, const redisReply *reply);

void ngx_scim_redis_on_written(ngx_scim_redis_t *redis,
    ngx_scim_redis_written_pt handler, void *data);

/*
 * Forgets all handlers, closes, frees: for exit_process, not for a handler.
 * Batches that were not freed may still be, and go nowhere.
 */
void ngx_scim_redis_destroy(ngx_scim_redis_t *redis);

/*
 * An empty batch. It lives until ngx_scim_redis_batch_free(), which cancels it
 * first if need be: the one call for a request's cleanup. Not from a pool: it
 * may have to outlive its request until the replies have come.
 */
ngx_scim_redis_batch_t *ngx_scim_redis_batch_create(ngx_scim_redis_t *redis,
    ngx_scim_redis_handler_pt handler, void *data);
void ngx_scim_redis_batch_free(ngx_scim_redis_batch_t *batch);

/*
 * Appends a command; arguments are copied. NGX_ERROR: no memory. It is taken
 * for one that reads, or that does no harm when it is lost: what is uncertain
 * are the functions called with ngx_scim_redis_call(), which also adds the
 * library's version to their names.
 */
ngx_int_t ngx_scim_redis_command(ngx_scim_redis_batch_t *batch,
    ngx_uint_t argc, const ngx_str_t *argv);

typedef enum {
    NGX_SCIM_REDIS_WRITE = 0,
    NGX_SCIM_REDIS_READ                   /* FCALL_RO                         */
} ngx_scim_redis_access_e;

/*
 * FCALL scim_<name>_<version> 1 key args...; the library is loaded if it is
 * missing.
 */
ngx_int_t ngx_scim_redis_call(ngx_scim_redis_batch_t *batch,
    ngx_scim_redis_access_e access, const char *name, const ngx_str_t *key,
    ngx_uint_t argc, const ngx_str_t *argv);

/*
 * 1: this Redis takes SORT_RO with GET of other keys. Not before the first
 * connection has been made, nor in a cluster, nor with a user that may not
 * read all keys: there a function has to do.
 */
ngx_uint_t ngx_scim_redis_sorts(ngx_scim_redis_batch_t *batch);

/*
 * Sends the batch, connecting first if need be. NGX_OK: the handler will be
 * called. NGX_ERROR: it will not; batch->failure says why (in back-off, too
 * many commands, no memory), and nothing was sent.
 */
ngx_int_t ngx_scim_redis_send(ngx_scim_redis_batch_t *batch);

/*
 * Sends a batch that nobody waits for; takes it over, whatever happens.
 */
void ngx_scim_redis_send_and_forget(ngx_scim_redis_batch_t *batch);

/*
 * In the handler of a batch that has not failed: the replies, in the order of
 * the commands, one at each call. They belong to the batch. No reply is ever a
 * REDIS_REPLY_ERROR: an error reply makes the whole batch fail, is logged once
 * with what the operator can do, and batch->failure holds a static text.
 */
redisReply *ngx_scim_redis_reply(ngx_scim_redis_batch_t *batch);

#pragma GCC visibility pop

#endif
