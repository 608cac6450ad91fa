/*
 * The requests: what the files of this folder share. A request is a chain of
 * steps, each of which ends by waiting for Redis or for the body, or by
 * answering.
 */

#ifndef NGX_HTTP_SCIM_H
#define NGX_HTTP_SCIM_H

#include "conf.h"

#pragma GCC visibility push(hidden)

#define NGX_HTTP_SCIM_NOT_ACCEPTABLE   406  /* nginx has no name for it  */

#define NGX_HTTP_SCIM_RETRY_REDIS      5    /* Retry-After, in seconds */
#define NGX_HTTP_SCIM_RETRY_DISABLED   60
#define NGX_HTTP_SCIM_RETRY_LIMITED    1


/* several times ngx_sprintf()'s speed */
#define ngx_http_scim_put(p, literal)                                         \
    ngx_cpymem(p, literal, sizeof(literal) - 1)
#define ngx_http_scim_put_str(p, str)                                         \
    ngx_cpymem(p, (str)->data, (str)->len)


typedef struct ngx_http_scim_ctx_s  ngx_http_scim_ctx_t;
typedef struct ngx_http_scim_admin_s  ngx_http_scim_admin_t;    /* admin.h */

/*
 * A step answers NGX_AGAIN: Redis was asked, ctx->next goes on with the
 * replies; NGX_DONE: the body is being read; anything else: the request has
 * been answered, and this is for ngx_http_finalize_request().
 */
typedef ngx_int_t (*ngx_http_scim_step_pt)(ngx_http_scim_ctx_t *ctx);


typedef struct {
    ngx_str_t                  endpoint;       /* "Users"                     */
    ngx_uint_t                 method;         /* NGX_HTTP_GET, ...           */
    ngx_str_t                  name;           /* "users.read", for logs      */
    ngx_str_t                  permission;     /* "USERS:READ", several, or ""*/
    ngx_scim_kind_e            kind;           /* or both: NGX_SCIM_ANY       */

    /* puts what it needs to read beside the authentication, or NULL */
    ngx_http_scim_step_pt      query;

    /* once authenticated and, if it has one, the body is there */
    ngx_http_scim_step_pt      perform;

    /*
     * Or NULL. When the whole body came with the header, this is called before
     * the credentials have been read: Redis looks at them itself, where it
     * commits, and one round trip does for all. If that does not come off, it
     * goes on with ngx_http_scim_ask().
     */
    ngx_http_scim_step_pt      early;

    unsigned                   id:1;           /* the path has one            */
    unsigned                   body:1;
    unsigned                   search:1;       /* the path ends in .search    */
} ngx_http_scim_operation_t;


/* Text that grows: a chain of buffers in the request's pool. */
typedef struct {
    ngx_pool_t                *pool;
    ngx_chain_t               *first;
    ngx_chain_t              **last;
    ngx_buf_t                 *buf;            /* the last one                */
} ngx_http_scim_text_t;


/* An answer that is sent piece by piece: see stream.c. */
typedef struct {
    ngx_pool_t                *pool;           /* the piece's                 */
    ngx_http_scim_text_t       text;           /* that is being made          */
    ngx_chain_t               *busy;           /* on its way to the client    */
    ngx_chain_t               *free;
    ngx_http_scim_step_pt      next;           /* makes more; NULL: no more   */
    void                      *data;           /* next's own                  */
} ngx_http_scim_stream_t;


/* What an operation of a bulk request answered. */
typedef struct {
    ngx_uint_t                 status;
    ngx_str_t                  version;
} ngx_http_scim_answer_t;


struct ngx_http_scim_ctx_s {
    ngx_http_request_t               *request;
    ngx_pool_t                       *pool;    /* the request's, or its own   */
    ngx_http_scim_main_conf_t        *main_conf;
    ngx_http_scim_loc_conf_t         *loc_conf;
    const ngx_http_scim_operation_t  *operation;

    ngx_str_t                         integration;
    ngx_str_t                         id;      /* of the resource in the path */
    ngx_scim_scope_t                  scope;
    ngx_scim_credentials_t            credentials;
    u_char                            token_hash[NGX_HTTP_SCIM_SHA256_LEN];

    ngx_str_t                         base;    /* of the management API       */
    ngx_str_t                         endpoint;       /* .../scim/v2          */
    ngx_str_t                         endpoint_json;  /* the same, escaped    */

    scim_policy_t                     policy;
    scim_query_t                      query;
    scim_projection_t                *projection; /* NULL: everything         */
    scim_error_t                      error;   /* status 0: none (yet)        */
    const char                       *field;   /* of the body or the query, at
                                                  fault; NULL: none of them   */
    json_t                           *more;    /* members of a problem, NULL  */
    ngx_http_scim_reason_e            reason;  /* what the status alone can't
                                                  tell of it                  */
    json_t                           *message; /* the body                    */
    void                             *state;   /* the operation's own         */
    ngx_http_scim_admin_t            *management; /* NULL: a SCIM request     */
    ngx_str_t                         plan;    /* of a list, for logs         */
    ngx_str_t                         type;    /* of a success; empty: JSON   */

    ngx_scim_redis_batch_t           *batch;   /* being made or waited for    */
    ngx_array_t                       batches; /* all, freed with the request */
    ngx_http_scim_step_pt             next;
    ngx_http_scim_step_pt             deferred;
    ngx_event_t                       event;   /* calls it                    */
    ngx_msec_t                        redis_time;
    ngx_http_scim_stream_t           *stream;  /* NULL: sent as a whole       */

    /*
     * An operation of a bulk request answers to the bulk's context, not to the
     * client; NULL: it is a request of its own.
     */
    ngx_http_scim_ctx_t              *parent;
    ngx_queue_t                       queue;   /* of the parent's running     */
    ngx_uint_t                        number;  /* in the bulk                 */
    ngx_str_t                         if_match;
    ngx_http_scim_answer_t            answer;

    unsigned                          admin:1; /* the management API          */
    unsigned                          known:1; /* the integration is there    */
    unsigned                          accepted:1; /* and the token is right   */
    unsigned                          read_all:1; /* to the end of a list     */
    unsigned                          foreign:1; /* an error page of a path that
                                                  is none of ours             */
    unsigned                          bodiless:1; /* no body is as good as {} */
    unsigned                          early:1; /* not yet authorized          */
    unsigned                          waited:1; /* for the body, after that   */
    unsigned                          tolerant:1; /* go on without Redis      */
    unsigned                          partly:1; /* some of it has been done   */
};


/* request.c */

ngx_int_t ngx_http_scim_handler(ngx_http_request_t *r);

/* Reads the credentials, with the operation's query, and performs it. */
ngx_int_t ngx_http_scim_ask(ngx_http_scim_ctx_t *ctx);


/* flow.c: from step to step. */

ngx_http_scim_ctx_t *ngx_http_scim_create_ctx(ngx_http_request_t *r);
ngx_int_t ngx_http_scim_begin(ngx_http_scim_ctx_t *ctx, ngx_int_t routed,
    ngx_http_scim_step_pt start);

/* A context for an operation of a bulk request, with a pool of its own. */
ngx_http_scim_ctx_t *ngx_http_scim_create_child(ngx_http_scim_ctx_t *parent);
void ngx_http_scim_destroy_child(ngx_http_scim_ctx_t *ctx);

/* A new batch, ctx->batch; the replies of the ones before it stay. */
ngx_int_t ngx_http_scim_batch(ngx_http_scim_ctx_t *ctx);

/* Drops the batches from the first-th on, and their replies with them; or all
   of these but ctx->batch, which is the last one. */
void ngx_http_scim_drop_batches(ngx_http_scim_ctx_t *ctx, ngx_uint_t first);
void ngx_http_scim_drop_answered(ngx_http_scim_ctx_t *ctx, ngx_uint_t first);

/* Sends ctx->batch and goes on with next. */
ngx_int_t ngx_http_scim_await(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next);

/* The same after a commit: what is left to do must not fail the request. */
ngx_int_t ngx_http_scim_await_anyway(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next);

/*
 * Goes on with step at the end of this turn of the event loop, when the batch
 * that waits meanwhile is on its way. NGX_AGAIN.
 */
ngx_int_t ngx_http_scim_defer(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt step);

/*
 * This worker's connection; NULL: no memory. Made when it is first needed,
 * since a single process reads a new configuration without a new start.
 */
ngx_scim_redis_t *ngx_http_scim_redis(ngx_http_scim_main_conf_t *mcf);

/* Frees with the request; NULL stays NULL. */
json_t *ngx_http_scim_own(ngx_http_scim_ctx_t *ctx, json_t *json);
void ngx_http_scim_free_json(void *data);
ngx_int_t ngx_http_scim_own_with(ngx_http_scim_ctx_t *ctx, void *data,
    ngx_pool_cleanup_pt handler);


/* urls.c */

/* scim_base_url, or what the client asked for: "https://host:8443" */
ngx_int_t ngx_http_scim_base_url(ngx_http_scim_ctx_t *ctx, ngx_str_t *base);

/* Sets ctx->endpoint, which other URLs begin with, and ctx->endpoint_json. */
ngx_int_t ngx_http_scim_set_endpoint(ngx_http_scim_ctx_t *ctx);

/* ".../Users/ID" */
ngx_int_t ngx_http_scim_resource_url(ngx_http_scim_ctx_t *ctx,
    ngx_scim_kind_e kind, ngx_str_t *id, ngx_str_t *url);


/* route.c */

/* Finds ctx->operation, or refuses; NGX_DONE: OPTIONS, with Allow set. */
ngx_int_t ngx_http_scim_route(ngx_http_scim_ctx_t *ctx);

/* NULL: there is none, but with the methods, or (0) none at all. */
const ngx_http_scim_operation_t *ngx_http_scim_operation(
    const ngx_str_t *endpoint, ngx_uint_t id, ngx_uint_t search,
    ngx_uint_t method, ngx_uint_t *methods);

/* The end of a search that found only other methods, or (0) none at all. */
ngx_int_t ngx_http_scim_refuse_method(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t methods);

extern const ngx_http_scim_operation_t  ngx_http_scim_no_operation;

/* The path's segments, empty ones left out; n: how many there is room for. */
ngx_uint_t ngx_http_scim_segments(ngx_str_t *path, ngx_str_t *segments,
    ngx_uint_t n);
ngx_uint_t ngx_http_scim_is(const ngx_str_t *text, const char *word);

/* The tenant and the integration that a path of the SCIM API names; empty: it
   is none, or they cannot be. */
void ngx_http_scim_path_names(ngx_str_t *path, ngx_str_t *tenant,
    ngx_str_t *integration);


/* body.c */

/* 1: the whole body came with the header, and says that it is JSON. */
ngx_uint_t ngx_http_scim_body_is_here(ngx_http_request_t *r);

/*
 * Reads the body and goes on with next; ctx->message is its JSON object. Not
 * yet authorized: it may be NULL, and ctx->error says why. ctx->waited: it came
 * later, and who sends it may have lost the right to meanwhile.
 */
ngx_int_t ngx_http_scim_read_body(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next);


/* content.c */

/* By the Content-Type, and (1 is no good) by the Content-Encoding. */
ngx_uint_t ngx_http_scim_sends_json(ngx_http_request_t *r);
ngx_uint_t ngx_http_scim_sends_coded(ngx_http_request_t *r);

/* 0: the Accept header excludes JSON, by both of its names. */
ngx_uint_t ngx_http_scim_accepts_json(ngx_http_request_t *r);


/* token.c */

#define NGX_HTTP_SCIM_TOKEN_LEN         205
#define NGX_HTTP_SCIM_TOKEN_PREFIX_LEN  12

ngx_int_t ngx_http_scim_bearer(ngx_http_request_t *r, ngx_str_t *token);
ngx_int_t ngx_http_scim_token_create(ngx_pool_t *pool, ngx_str_t *token);
ngx_uint_t ngx_http_scim_token_valid(ngx_str_t *token);
ngx_int_t ngx_http_scim_sha256(ngx_str_t *text, u_char *hash);

/* The hash in hexadecimal, from the pool. */
ngx_int_t ngx_http_scim_hash_text(ngx_pool_t *pool, u_char *hash,
    ngx_str_t *text);
ngx_int_t ngx_http_scim_uuid(ngx_pool_t *pool, ngx_str_t *id);


/* names.c */

#define NGX_HTTP_SCIM_WORD_MAX          64

ngx_uint_t ngx_http_scim_is_name(const ngx_str_t *name);
ngx_uint_t ngx_http_scim_is_id(const ngx_str_t *id);
ngx_uint_t ngx_http_scim_is_role(const ngx_str_t *name);
ngx_uint_t ngx_http_scim_is_namespace(const ngx_str_t *namespace);

/* "RESOURCE:ACTION", and one of its two words. */
ngx_uint_t ngx_http_scim_is_permission(const ngx_str_t *permission);
ngx_uint_t ngx_http_scim_is_word(const u_char *word, size_t len);


/* auth.c */

/* Refuses what cannot be a token of ours; the credentials are not read yet. */
ngx_int_t ngx_http_scim_authenticate(ngx_http_scim_ctx_t *ctx);

/* Takes the credentials' reply, and refuses a request that may not. */
ngx_int_t ngx_http_scim_authorize(ngx_http_scim_ctx_t *ctx);

/* The token is right, whatever may be said to the request. */
void ngx_http_scim_accept_token(ngx_http_scim_ctx_t *ctx);

/*
 * Remembers, once a minute at most, that a token was used: the integration's,
 * or in the management API the service account's.
 */
void ngx_http_scim_touch(ngx_http_scim_ctx_t *ctx, uint64_t last_used);

/* The end of a request whose integration has been deleted meanwhile. */
ngx_int_t ngx_http_scim_deleted(ngx_http_scim_ctx_t *ctx);

/* Refuses an operation that the service account may not do. */
ngx_int_t ngx_http_scim_permit(ngx_http_scim_ctx_t *ctx);

/*
 * NGX_OK: by the admin token file; NGX_AGAIN: by ctx->token_hash perhaps, if
 * this is a token of one of the tenant's service accounts. The latter takes
 * the reply that tells.
 */
ngx_int_t ngx_http_scim_authenticate_admin(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_authenticate_account(ngx_http_scim_ctx_t *ctx,
    ngx_scim_account_t *account);

/* 1: each word of needed is one of permissions, "GROUPS:READ USERS:READ". */
ngx_uint_t ngx_http_scim_permitted(ngx_str_t *permissions,
    const ngx_str_t *needed);


/*
 * bad_tokens.c: what was hashed, before it is looked at. Refuses what comes
 * from an address with too many bad tokens, unless it was right before, or may
 * be looked at all the same as nobody can guess what is like it.
 */
ngx_int_t ngx_http_scim_bad_tokens_check(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t guessable);

/* It was right; it was wrong, or refuses it if there were too many. */
void ngx_http_scim_bad_tokens_right(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_bad_tokens_wrong(ngx_http_scim_ctx_t *ctx);


/* response.c */

/* Sends and answers what to finalize with; body may be NULL. */
ngx_int_t ngx_http_scim_send(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    ngx_chain_t *body);

/* The header alone, with a body of length bytes; -1: nobody knows yet. */
ngx_int_t ngx_http_scim_send_header(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status, off_t length);
ngx_int_t ngx_http_scim_send_json(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    json_t *json);
ngx_int_t ngx_http_scim_header(ngx_http_scim_ctx_t *ctx, const char *name,
    ngx_str_t *value);

/* The same of any request; NULL: no memory. */
ngx_table_elt_t *ngx_http_scim_push_header(ngx_http_request_t *r,
    const char *name, ngx_str_t *value);

ngx_int_t ngx_http_scim_etag(ngx_http_scim_ctx_t *ctx, ngx_str_t *version);
ngx_int_t ngx_http_scim_location(ngx_http_scim_ctx_t *ctx, ngx_str_t *url);
ngx_int_t ngx_http_scim_retry_after(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t seconds);

/*
 * An error is first found, then answered. A check that finds one refuses, and
 * returns NGX_DECLINED (or NGX_ERROR: no memory) up to where the request is
 * answered. type: scimType or NULL.
 */
ngx_int_t ngx_http_scim_refuse(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    const char *type, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
ngx_int_t ngx_http_scim_refused(ngx_http_scim_ctx_t *ctx, ngx_int_t rc);

/* Both at once, for steps: logs it, and sends it in the API's own form. */
ngx_int_t ngx_http_scim_fail(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    const char *type, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
ngx_int_t ngx_http_scim_fail_error(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_fail_memory(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_unavailable(ngx_http_scim_ctx_t *ctx);


/*
 * stream.c: an answer that is too large to be kept. When it has begun, an error
 * can only end it in the middle, and the connection with it.
 */

/* Sends the header. NGX_DONE: there is no body (HEAD, 304), finalize with
   NGX_OK; anything but NGX_OK: finalize with it. */
ngx_int_t ngx_http_scim_stream_begin(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status);

/*
 * Sends ctx->stream->text, and goes on with next when the client has taken it
 * and the text is empty; what is little waits for more. NULL: that was all.
 * Answers as a step does.
 */
ngx_int_t ngx_http_scim_stream_send(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next);


/* text.c */

void ngx_http_scim_text_init(ngx_http_scim_text_t *text, ngx_pool_t *pool);

/* Room for size bytes at text->buf->last; NULL: no memory. */
u_char *ngx_http_scim_text_reserve(ngx_http_scim_text_t *text, size_t size);
ngx_int_t ngx_http_scim_text_add(ngx_http_scim_text_t *text, const void *data,
    size_t length);
ngx_int_t ngx_http_scim_text_add_json(ngx_http_scim_text_t *text,
    json_t *json);
size_t ngx_http_scim_text_length(ngx_http_scim_text_t *text);

/* All of it in one piece. */
ngx_int_t ngx_http_scim_text_flat(ngx_http_scim_text_t *text,
    ngx_str_t *flat);

#define NGX_HTTP_SCIM_TIME_LEN  (sizeof("1970-09-28T12:00:00.000Z") - 1)

u_char *ngx_http_scim_time(u_char *p, uint64_t milliseconds);

/* Milliseconds since the epoch, by nginx' clock. */
uint64_t ngx_http_scim_now(void);


/*
 * index_build.c: begins to build an index that an operator named and that is
 * not complete in the tenant, unless that goes on already.
 */

void ngx_http_scim_index_build(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_str_t *path);

/* Those that go on, in a worker that ends. */
void ngx_http_scim_index_builds_end(ngx_http_scim_main_conf_t *mcf);


/* access_listener.c: a write's answer, whose changes hold here at once. */

void ngx_http_scim_access_written(void *data, const redisReply *reply);

/* In a worker that ends. */
void ngx_http_scim_access_end(ngx_http_scim_main_conf_t *mcf);


/*
 * audit.c: what the next write changes, for the audit trail. Of two documents;
 * of a new one the values alone; the members of a message of the management
 * API.
 */

ngx_int_t ngx_http_scim_audit_changes(ngx_http_scim_ctx_t *ctx,
    json_t *before, json_t *after);
ngx_int_t ngx_http_scim_audit_created(ngx_http_scim_ctx_t *ctx,
    json_t *document);
ngx_int_t ngx_http_scim_audit_members(ngx_http_scim_ctx_t *ctx,
    json_t *message);


/* audit_refusals.c: what was refused, on its way to the audit trail. */

/* NULL: no memory. */
ngx_http_scim_backlog_t *ngx_http_scim_refusals_create(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf);

/* The request is refused as ctx->error says. */
void ngx_http_scim_audit_refusal(ngx_http_scim_ctx_t *ctx);


/* log.c */

ngx_int_t ngx_http_scim_rewrite_handler(ngx_http_request_t *r);
u_char *ngx_http_scim_log_handler(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len);

/* The log phase: a request of ours has ended, and is counted. */
ngx_int_t ngx_http_scim_ended(ngx_http_request_t *r);

/* Why it was answered with status, which is 400 or more. */
ngx_http_scim_reason_e ngx_http_scim_reason(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status);


/* metrics.c */

void ngx_http_scim_metrics_request(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status);

/* One of a bulk request, which is counted as a request besides. */
void ngx_http_scim_metrics_operation(ngx_http_scim_metrics_t *metrics,
    const ngx_http_scim_operation_t *operation, ngx_uint_t status);

/* The worker's connection, which has been made or is to be closed. */
void ngx_http_scim_metrics_attach(ngx_http_scim_main_conf_t *mcf);
void ngx_http_scim_metrics_detach(ngx_http_scim_main_conf_t *mcf);


/* activity.c: the same of each integration, on its way to Redis. */

/* NULL: no memory. */
ngx_http_scim_backlog_t *ngx_http_scim_activity_create(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf);

/* An integration that is there was answered with status. */
void ngx_http_scim_activity_request(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status);

/*
 * backlog.c: a worker that ends hands over what either of them has, and does
 * not wait. Before its connection is closed for good.
 */
void ngx_http_scim_backlog_end(ngx_http_scim_backlog_t *backlog);


/* status.c */

ngx_int_t ngx_http_scim_status_handler(ngx_http_request_t *r);


/* access_phase.c, authz.c, access_variables.c */

ngx_int_t ngx_http_scim_access_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_scim_authz_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_scim_add_user_variables(ngx_conf_t *cf);
ngx_int_t ngx_http_scim_access_init(ngx_conf_t *cf);


/* error_page.c, admin.c, variables.c */

ngx_int_t ngx_http_scim_admin_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_scim_error_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_scim_add_variables(ngx_conf_t *cf);

#pragma GCC visibility pop

#endif
