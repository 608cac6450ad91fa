/*
 * The data: tenants, integrations, users and groups, as commands put into a
 * batch and as what Redis answered to them. A function named after what is
 * done appends the commands; the one that ends in _reply takes the replies,
 * in the same order. It must not know HTTP, nor what a document says.
 */

#ifndef NGX_SCIM_STORE_H
#define NGX_SCIM_STORE_H

#include "redis.h"

#pragma GCC visibility push(hidden)

#define NGX_SCIM_ID_LEN       36         /* a UUID                            */
#define NGX_SCIM_SHA256_LEN   64         /* in hexadecimal                    */
#define NGX_SCIM_NAME_MAX     63         /* of a tenant or an integration     */

/* A tenant as one request sees it; strings live as long as the pool. */
typedef struct {
    ngx_pool_t         *pool;            /* for keys and arguments            */
    ngx_str_t           tenant;

    /* who writes, for the audit trail */
    ngx_str_t           actor;           /* "integration:ID", "admin:NAME",
                                            "service-account:ID"              */
    ngx_str_t           token;           /* the token's prefix                */
    ngx_str_t           request_id;
    ngx_str_t           address;         /* the client's                      */
    ngx_uint_t          audit_length;
    ngx_uint_t          audit_age;       /* ms; 0: for ever                   */

    /* what the next write is, for the same */
    ngx_str_t           operation;       /* of changes; of others Redis knows */
    ngx_str_t           changed;         /* attributes, with single spaces    */
    ngx_str_t           values;          /* some of theirs as JSON, or empty  */
} ngx_scim_scope_t;


typedef enum {
    NGX_SCIM_OK = 0,
    NGX_SCIM_MISSING,                    /* there is no such thing            */
    NGX_SCIM_EXISTS,                     /* there is one of that name already */
    NGX_SCIM_CONFLICT,                   /* a unique value is taken           */
    NGX_SCIM_TAKEN,                      /* another person holds the userName */
    NGX_SCIM_HELD,                       /* somebody does, perhaps this one   */
    NGX_SCIM_STALE,                      /* another version stands            */
    NGX_SCIM_MOVED,                      /* another document stands           */
    NGX_SCIM_MEMBER,                     /* a member that does not exist      */
    NGX_SCIM_DENIED,                     /* the guard's word                  */
    NGX_SCIM_REFUSED,                    /* what was asked cannot be done     */
    NGX_SCIM_SEVERAL,                    /* more than one can be meant        */
    NGX_SCIM_INVALID                     /* not an answer we know: a bug      */
} ngx_scim_outcome_e;


typedef enum {
    NGX_SCIM_USERS = 0,
    NGX_SCIM_GROUPS,
    NGX_SCIM_ANY                         /* not to be stored                  */
} ngx_scim_kind_e;


typedef struct {
    ngx_str_t           id;
    ngx_str_t           document;        /* JSON, no meta, groups, members    */
    ngx_str_t           version;
    ngx_str_t           doc_version;     /* of a group                        */
    uint64_t            created;         /* milliseconds since the epoch      */
    uint64_t            modified;

    /*
     * NULL, or strings: of a user's groups id, display, ...; of a group's
     * members the place behind them ("": no more follow), then id, type
     * ("user" or "group"), display, ...
     */
    redisReply         *related;

    ngx_str_t           place;           /* in the page that it came with     */
} ngx_scim_record_t;


/* A page, taken record by record with ngx_scim_page_next(). */
typedef struct {
    redisReply         *reply;
    size_t              next;
    ngx_uint_t          total;
    ngx_uint_t          more;            /* others follow                     */
    ngx_uint_t          unserved;        /* the index can't tell: look at all */
} ngx_scim_page_t;


/* What a write answered; only what the outcome has is set. */
typedef struct {
    ngx_scim_outcome_e  outcome;
    ngx_str_t           version;
    uint64_t            created;
    uint64_t            modified;
    ngx_str_t           claim;           /* given up with the name, or, if it
                                            was refused, to be put back       */
    ngx_str_t           name;
    ngx_str_t           access;          /* the same of the access            */
    ngx_uint_t          change;          /* NGX_SCIM_MEMBER: which, from 0    */
    ngx_uint_t          member;
} ngx_scim_written_t;


/* A user that was taken out of a tenant, and what it still has elsewhere. */
typedef struct {
    ngx_str_t           id;
    ngx_str_t           claim;           /* the nonces of name and access     */
    ngx_str_t           access;
    ngx_str_t           name;            /* prepared                          */
    ngx_str_t           user_name;       /* the same as it was sent           */
} ngx_scim_removed_t;


/* The values that a resource is found under; one that is unique has one. */
typedef struct {
    ngx_str_t           name;            /* "userName", "emails.value", ...   */
    ngx_array_t        *values;          /* of ngx_str_t                      */
    ngx_uint_t          named;           /* not every nginx keeps the index   */
} ngx_scim_index_t;


typedef struct {
    ngx_str_t           id;
    ngx_str_t           integration;     /* on a create: who owns it          */
    ngx_str_t           expected;        /* on a replace: the version         */
    ngx_str_t           claim;           /* nonce of the name's claim         */
    ngx_str_t           document;
    ngx_uint_t          active;
    ngx_str_t           display;
    ngx_array_t        *index;           /* of ngx_scim_index_t               */
} ngx_scim_user_t;


typedef enum {
    NGX_SCIM_MEMBERS_ADD = 0,
    NGX_SCIM_MEMBERS_REMOVE,
    NGX_SCIM_MEMBERS_REPLACE
} ngx_scim_member_action_e;

typedef struct {
    ngx_scim_member_action_e  action;
    ngx_uint_t                nelts;
    ngx_str_t                *ids;
} ngx_scim_member_change_t;


/* expected: "", "*" or "v1,v2" of If-Match; behind a "!" If-None-Match's. */
typedef struct {
    ngx_str_t           id;
    ngx_str_t           integration;
    ngx_str_t           expected;
    ngx_str_t           doc_version;     /* of what the document was made of  */
    ngx_str_t           document;        /* empty: only members change        */
    ngx_str_t           display;
    ngx_array_t        *index;           /* of ngx_scim_index_t; NULL: none   */
    ngx_array_t        *changes;         /* of ngx_scim_member_change_t       */
} ngx_scim_group_t;


/* What authentication needs of an integration. */
typedef struct {
    ngx_str_t           tokens;          /* "SHA-256 EXPIRES SHA-256 ...", in
                                            hexadecimal and milliseconds (0:
                                            never); empty: there is no such
                                            integration                       */
    ngx_str_t           used;            /* when each was last, milliseconds  */
    ngx_str_t           permissions;     /* "GROUPS:CREATE GROUPS:READ ..."   */
    unsigned            enabled:1;
    unsigned            strict:1;
} ngx_scim_credentials_t;


/* A service account, as its token tells. */
typedef struct {
    ngx_str_t           id;
    ngx_str_t           name;
    ngx_str_t           permissions;     /* "ROLE:READ USER:READ", everywhere */
    ngx_str_t           token;           /* the token's id                    */
    uint64_t            last_used;       /* of the token                      */
} ngx_scim_account_t;


/*
 * What was refused, so many times, for the audit trail; of the last of them the
 * scope tells the origin.
 */

typedef struct {
    ngx_str_t           operation;
    ngx_str_t           resource;        /* or empty                          */
    const char         *outcome;
    ngx_uint_t          count;
} ngx_scim_refusal_t;

ngx_int_t ngx_scim_audit_refused(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_refusal_t *refusal);


/* Tenants. */

/* NGX_SCIM_OK, NGX_SCIM_MISSING; NGX_SCIM_HELD: it is being deleted. */
ngx_int_t ngx_scim_tenant_find(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope);
ngx_scim_outcome_e ngx_scim_tenant_find_reply(ngx_scim_redis_batch_t *batch);

/*
 * A tenant is put into the list before it is made, and taken out before it is
 * gone: a name there that has no tenant is passed over, and nobody else can
 * make one of that name meanwhile. _reply takes what either of them answers.
 */
ngx_int_t ngx_scim_tenant_enter(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope);
ngx_int_t ngx_scim_tenant_leave(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope);
void ngx_scim_tenants_reply(ngx_scim_redis_batch_t *batch);

/*
 * Takes an Idempotency-Key for a request, unless another one has it already,
 * which is answered; NULL data: nobody had it. It is given back when nothing
 * was created.
 */
ngx_int_t ngx_scim_tenant_request_claim(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *key, ngx_str_t *request);
ngx_str_t ngx_scim_tenant_request_reply(ngx_scim_redis_batch_t *batch);
void ngx_scim_tenant_request_release(ngx_scim_redis_t *redis,
    ngx_scim_scope_t *scope, ngx_str_t *key);

/* Those behind place (empty: the first ones) in the order of their ids. */
ngx_int_t ngx_scim_tenant_names(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *place, ngx_uint_t count);
void ngx_scim_tenant_names_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_page_t *page);
ngx_int_t ngx_scim_tenant_names_next(ngx_scim_page_t *page,
    ngx_str_t *name);                 /* NGX_DONE: that was the last */


/*
 * Removing what an integration provisioned, or all of a tenant (integration
 * empty): as much as one call may. Of the users that were taken out of the
 * tenant the claims of their names, and their access, are to be given up next;
 * then they are done. place: where it goes on; at first, and in the end, empty.
 * count: how many users at most.
 */

ngx_int_t ngx_scim_removal_next(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *integration, ngx_str_t *place,
    ngx_uint_t count, ngx_scim_page_t *done);
ngx_scim_outcome_e ngx_scim_removal_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_page_t *users, ngx_str_t *place);
ngx_int_t ngx_scim_removal_user(ngx_scim_page_t *users,
    ngx_scim_removed_t *removed);     /* NGX_DONE: that was the last */


/* Integrations. */

ngx_int_t ngx_scim_credentials_read(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *integration);
void ngx_scim_credentials_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_credentials_t *credentials);

/* token: the SHA-256, in hexadecimal, of the one that was used. */
ngx_int_t ngx_scim_integration_touch(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_str_t *token);


/* Activity: what an integration did since it was last written. */

typedef struct {
    ngx_str_t           integration;
    ngx_uint_t          requests;
    ngx_uint_t          errors;          /* of them                           */
    ngx_msec_t          last_request;    /* by ngx_current_msec; 0: none      */
    ngx_msec_t          last_error;
    ngx_msec_t          last_full_sync;
    ngx_uint_t          status;          /* of the last error, as the rest    */
    ngx_str_t           operation;
    ngx_str_t           detail;
} ngx_scim_activity_t;

/* Its reply says nothing that matters. */
ngx_int_t ngx_scim_activity_write(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_activity_t *activity);


/* Global names and access (see redis/functions/names.lua). */

typedef enum {
    NGX_SCIM_CLAIM_JOIN = 0,             /* whoever holds the name            */
    NGX_SCIM_CLAIM_OWN                   /* only this id may hold it          */
} ngx_scim_claim_e;

typedef enum {
    NGX_SCIM_RELEASE_KEEP = 0,           /* the person stays the holder       */
    NGX_SCIM_RELEASE_DROP                /* free if no tenant uses it         */
} ngx_scim_release_e;

ngx_int_t ngx_scim_name_claim(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *name, ngx_str_t *id,
    ngx_str_t *nonce, ngx_scim_claim_e mode);
ngx_scim_outcome_e ngx_scim_name_claim_reply(ngx_scim_redis_batch_t *batch,
    ngx_str_t *holder);
/*
 * committed: the nonce to put back, where one is committed in the tenant; empty
 * gives the claim, or the access, up.
 */
ngx_int_t ngx_scim_name_release(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *name, ngx_str_t *nonce,
    ngx_scim_release_e mode, ngx_str_t *committed);
ngx_int_t ngx_scim_access_grant(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_str_t *nonce);
ngx_int_t ngx_scim_access_revoke(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_str_t *nonce,
    ngx_str_t *committed);

/* Both, when a user was taken out of the tenant: the person keeps the name. */
ngx_int_t ngx_scim_removed_release(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_removed_t *removed);


/*
 * The management API: any function of redis/functions with arguments that have
 * names (of ngx_str_t: name, value, ...). Its answer is a record, or a page of
 * them, each a name, a value, a name, ...; a value may be a record itself.
 */

ngx_int_t ngx_scim_manage(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_redis_access_e access,
    const char *function, ngx_array_t *args);
ngx_scim_outcome_e ngx_scim_manage_reply(ngx_scim_redis_batch_t *batch,
    redisReply **reply);

/* Of a refusal: the field at fault, or nothing, what is wrong, and the bindings
   that stand in the way, or NULL. */
void ngx_scim_manage_refusal(redisReply *reply, ngx_str_t *field,
    ngx_str_t *detail, redisReply **holders);

/* NULL: the answer has none. */
redisReply *ngx_scim_manage_record(redisReply *reply);

/* 1: it was created before, by a request with the same Idempotency-Key. */
ngx_uint_t ngx_scim_manage_replayed(redisReply *reply);

/* cursor: behind the page; total: how many in all; either may be empty. */
void ngx_scim_manage_page(redisReply *reply, redisReply **records,
    ngx_str_t *cursor, ngx_str_t *total);


/* The service account whose token has this SHA-256, in hexadecimal. */
ngx_int_t ngx_scim_account_read(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *hash);
ngx_int_t ngx_scim_account_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_account_t *account);        /* NGX_DECLINED: there is none       */
ngx_int_t ngx_scim_account_touch(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_account_t *account);


/* Users. */

ngx_int_t ngx_scim_user_read(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id);
ngx_int_t ngx_scim_user_read_reply(ngx_scim_redis_batch_t *batch,
    ngx_str_t *id, ngx_scim_record_t *record);   /* NGX_DECLINED: none */
ngx_int_t ngx_scim_user_create(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_user_t *user);

/*
 * What a write relies on that is sent before the credentials have been read:
 * Redis itself looks at those of the user's integration before it writes, and
 * answers NGX_SCIM_DENIED.
 */
typedef struct {
    ngx_str_t           token;           /* SHA-256 in hexadecimal            */
    ngx_str_t           permission;
} ngx_scim_guard_t;

/*
 * With the claim of the name and the access, if nobody holds the name yet; the
 * nonce of both is the id, which must never have been used before.
 * guard may be NULL: authorized already. With one, the profile is lenient.
 */
ngx_int_t ngx_scim_user_create_new(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_user_t *user, ngx_str_t *name,
    ngx_scim_guard_t *guard);

/* last_used: of the token, if there was a guard. */
void ngx_scim_user_create_new_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_written_t *written, uint64_t *last_used);
ngx_int_t ngx_scim_user_replace(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_user_t *user);
ngx_int_t ngx_scim_user_delete(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_str_t *expected);

/* removed is set, but for the id, with NGX_SCIM_OK only. */
ngx_scim_outcome_e ngx_scim_user_delete_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_removed_t *removed);


/* Groups. */

ngx_int_t ngx_scim_group_read(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_uint_t members);
ngx_int_t ngx_scim_group_read_reply(ngx_scim_redis_batch_t *batch,
    ngx_str_t *id, ngx_uint_t members, ngx_scim_record_t *record);
ngx_int_t ngx_scim_group_members(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_str_t *place,
    ngx_uint_t count);
redisReply *ngx_scim_group_members_reply(ngx_scim_redis_batch_t *batch);

/* The place behind them; empty: they are the last. */
ngx_str_t ngx_scim_group_members_place(redisReply *members);
ngx_int_t ngx_scim_group_create(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_group_t *group);
ngx_int_t ngx_scim_group_update(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_group_t *group);
ngx_int_t ngx_scim_group_delete(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_str_t *expected);


/*
 * What a user may do (see redis/functions/access.lua): questions of requests,
 * which are gathered on their way (see access.c).
 */

typedef struct {
    ngx_scim_outcome_e  outcome;         /* NGX_SCIM_OK, _MISSING, _SEVERAL   */
    ngx_str_t           record;          /* lives as long as the handler runs */
    ngx_uint_t          kept;            /* Redis need not have made it       */
    ngx_uint_t          keep;            /* for the handler to set: Redis
                                            shall keep it                     */
} ngx_scim_access_t;

typedef struct ngx_scim_access_reader_s  ngx_scim_access_reader_t;
typedef struct ngx_scim_access_question_s  ngx_scim_access_question_t;

/* access: NULL, if question->failure says why there is none */
typedef void (*ngx_scim_access_handler_pt)(
    ngx_scim_access_question_t *question, ngx_scim_access_t *access);

struct ngx_scim_access_question_s {
    ngx_scim_access_handler_pt  handler;
    const char         *failure;         /* for logs                          */

    /* the rest is access.c's */
    ngx_queue_t         queue;           /* of those about the same user      */
    ngx_uint_t          asked;           /* and not answered yet              */
};

/* A worker's; redis must live as long as it does. NULL: no memory. */
ngx_scim_access_reader_t *ngx_scim_access_reader_create(
    ngx_scim_redis_t *redis, ngx_log_t *log);

/* Forgets all questions; NULL is none. Not to be called from a handler. */
void ngx_scim_access_reader_destroy(ngx_scim_access_reader_t *reader);

/*
 * NGX_OK: the question's handler will be called, once, and not from here; until
 * then the question stays where it is, unless it is forgotten. NGX_ERROR: no
 * memory. attribute: "id", "userName", "externalId" or "emails.value"; value as
 * it is indexed.
 */
ngx_int_t ngx_scim_access_read(ngx_scim_access_reader_t *reader,
    ngx_scim_access_question_t *question, ngx_str_t *tenant,
    const ngx_str_t *attribute, ngx_str_t *value);

/* Its handler will not be called; one that is not on its way stays so. */
void ngx_scim_access_forget(ngx_scim_access_question_t *question);


/*
 * Whose access a write may have changed: told on the channel by Redis, and the
 * last element of the answer of each function that writes.
 */

#define NGX_SCIM_CHANGES_CHANNEL  "scim:changed"

typedef struct {
    ngx_str_t           tenant;
    ngx_uint_t          all;             /* of the tenant's users             */
    ngx_str_t           users;           /* else: ids, one space between them */
} ngx_scim_changes_t;

ngx_str_t ngx_scim_changes_message(const redisReply *reply);

/* NGX_DECLINED: nobody's; NGX_ERROR: not a message of ours. */
ngx_int_t ngx_scim_changes_read(ngx_str_t *message,
    ngx_scim_changes_t *changes);

/* Takes the next user's id; NGX_DONE: that was the last. */
ngx_int_t ngx_scim_changes_next(ngx_scim_changes_t *changes, ngx_str_t *id);


/*
 * Building an index that an operator named: begin, fill some records at a time,
 * end. The nonce is the builder's own.
 */

typedef struct {
    ngx_scim_kind_e     kind;
    ngx_str_t           name;
    ngx_str_t           nonce;
} ngx_scim_index_build_t;

ngx_int_t ngx_scim_index_begin(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_index_build_t *build);

/* values: of each record an array of ngx_str_t. */
ngx_int_t ngx_scim_index_fill(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_index_build_t *build, ngx_uint_t n,
    ngx_scim_record_t *records, ngx_array_t **values);
ngx_int_t ngx_scim_index_end(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_index_build_t *build);

/* To each of them; what is not NGX_SCIM_OK ends the building. */
ngx_scim_outcome_e ngx_scim_index_reply(ngx_scim_redis_batch_t *batch);


/* Of both kinds. */

/*
 * Which records: all, or those that an index has under a value. Of
 * "meta.lastModified" the value is a range, "FROM TO" in milliseconds.
 */
typedef struct {
    ngx_scim_kind_e     kind;
    ngx_str_t           index;           /* "": all; "id", "userName", ...    */
    ngx_str_t           value;           /* as it is indexed                  */
    ngx_uint_t          named;           /* not every nginx keeps the index   */
    ngx_uint_t          members;         /* to give with each group; 0: none  */
    ngx_str_t           integration;     /* of documents: "": anybody's       */
} ngx_scim_selection_t;

/* A page. from: a rank from 0 ("0"), or the place of the record before it. */
ngx_int_t ngx_scim_list(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_selection_t *selection,
    ngx_str_t *from, ngx_uint_t count);

/*
 * The same of documents alone, with id and place, in half of Redis' time. Where
 * the selection names an integration, what another one created has none.
 */
ngx_int_t ngx_scim_documents(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_selection_t *selection,
    ngx_str_t *from, ngx_uint_t count);

/* To both. */
void ngx_scim_page_reply(ngx_scim_redis_batch_t *batch, ngx_scim_page_t *page);
ngx_int_t ngx_scim_page_next(ngx_scim_page_t *page,
    ngx_scim_record_t *record);              /* NGX_DONE: that was the last */

/* To any write of users and groups. */
void ngx_scim_written_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_written_t *written);

#pragma GCC visibility pop

#endif
