/*
 * The management API: what its files share. An operation is a row of a table:
 * a path, a permission, the function in Redis that does it, and what may stand
 * in the query, in the body and in the answer. admin.c finds the row and who
 * asks, admin_input.c takes what was sent, admin_call.c asks Redis,
 * admin_json.c answers. Only what needs more has steps of its own.
 */

#ifndef NGX_HTTP_SCIM_ADMIN_H
#define NGX_HTTP_SCIM_ADMIN_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

#define NGX_HTTP_SCIM_ADMIN_FIELD_LEN  128    /* of a path as "subject.id"    */
#define NGX_HTTP_SCIM_ADMIN_PATH_IDS   2

#define NGX_HTTP_SCIM_DESCRIPTION_MAX  1024   /* bytes                        */


typedef enum {
    NGX_HTTP_SCIM_ADMIN_TEXT = 0,      /* UTF-8, of at most max bytes         */
    NGX_HTTP_SCIM_ADMIN_NAME,          /* 1 to 63 lower-case letters, ...     */
    NGX_HTTP_SCIM_ADMIN_ROLE,          /* a role's name                       */
    NGX_HTTP_SCIM_ADMIN_ID,            /* a UUID                              */
    NGX_HTTP_SCIM_ADMIN_WORD,          /* one of words                        */
    NGX_HTTP_SCIM_ADMIN_CONSTANT,      /* the same; Redis' "a-b" is "A_B"     */
    NGX_HTTP_SCIM_ADMIN_UPPER,         /* a word as in permissions: "FLOW"    */
    NGX_HTTP_SCIM_ADMIN_BOOLEAN,       /* "1" or "0" in Redis                 */
    NGX_HTTP_SCIM_ADMIN_NUMBER,        /* an integer, min to max              */
    NGX_HTTP_SCIM_ADMIN_TIME,          /* milliseconds in Redis; 0: null      */
    NGX_HTTP_SCIM_ADMIN_NAMESPACE,     /* "prod.engineering"                  */
    NGX_HTTP_SCIM_ADMIN_PERMISSIONS,   /* "FLOW:EXECUTE FLOW:READ" in Redis   */
    NGX_HTTP_SCIM_ADMIN_PLACE,         /* where a page begins                 */
    NGX_HTTP_SCIM_ADMIN_ENTRY,         /* the same in the audit trail: "1-0"  */
    NGX_HTTP_SCIM_ADMIN_JSON,          /* a document; in answers only         */
    NGX_HTTP_SCIM_ADMIN_ENDPOINT,      /* of an integration's id; the same    */
    NGX_HTTP_SCIM_ADMIN_TEXTS,         /* an array of texts; in answers only  */
    NGX_HTTP_SCIM_ADMIN_RECORD,        /* with fields of its own              */
    NGX_HTTP_SCIM_ADMIN_RECORDS        /* an array of 1 to max of them        */
} ngx_http_scim_admin_kind_e;

/* what may or must be sent */
#define NGX_HTTP_SCIM_ADMIN_REQUIRED  1
#define NGX_HTTP_SCIM_ADMIN_NULLABLE  2      /* null is "" in Redis, and back */


typedef struct ngx_http_scim_admin_field_s  ngx_http_scim_admin_field_t;

/* Tables of them end with one that has no member. */
struct ngx_http_scim_admin_field_s {
    const char                         *member;   /* in JSON, or in the query */
    const char                         *name;     /* in Redis                 */
    ngx_http_scim_admin_kind_e          kind;
    ngx_uint_t                          flags;
    ngx_uint_t                          max;
    ngx_uint_t                          min;
    const char                         *words;    /* "lenient strict"         */
    const ngx_http_scim_admin_field_t  *fields;
};


/*
 * "{tenant}" in a pattern stands for a tenant's id, any other name in braces
 * for an id of the kind that the name says ("{role}" is a role's name), which
 * the function in Redis gets by this name.
 */
typedef struct {
    const char                         *pattern;
    ngx_http_scim_operation_t           operation;
    const char                         *function; /* in Redis                 */
    ngx_uint_t                          status;   /* of a success             */
    const ngx_http_scim_admin_field_t  *query;
    const ngx_http_scim_admin_field_t  *body;
    const ngx_http_scim_admin_field_t  *answer;
    unsigned                            list:1;   /* the answer is a page     */
} ngx_http_scim_admin_route_t;


/*
 * permission: "ROLE:READ"; "": whoever has a token of the tenant;
 * NGX_HTTP_SCIM_ADMIN_SUPER: the admin token file's alone;
 * NGX_HTTP_SCIM_ADMIN_PUBLIC: everybody, without a token.
 */
#define NGX_HTTP_SCIM_ADMIN_SUPER      "*"
#define NGX_HTTP_SCIM_ADMIN_PUBLIC     "-"

#define ngx_http_scim_admin_op(method, name, permission, step, body)          \
    ngx_http_scim_admin_kind_op(method, name, permission, NGX_SCIM_ANY, step, \
                                body)

/* on users or groups, with the steps of SCIM's own operations */
#define ngx_http_scim_admin_kind_op(method, name, permission, kind, step,     \
    body)                                                                     \
    { ngx_null_string, method, ngx_string(name), ngx_string(permission),      \
      kind, NULL, step, NULL, 0, body, 0 }

#define ngx_http_scim_admin_route_end                                         \
    { NULL, ngx_http_scim_admin_op(0, "", "", NULL, 0), NULL, 0, NULL, NULL,  \
      NULL, 0 }

/* a field that may be, and is of a kind that says all */
#define ngx_http_scim_admin_field(member, name, kind)                         \
    { member, name, NGX_HTTP_SCIM_ADMIN_##kind, 0, 0, 0, NULL, NULL }

#define ngx_http_scim_admin_field_end                                         \
    { NULL, NULL, NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL }

/* the query of a list: these, and what else it has */
#define ngx_http_scim_admin_page_fields                                       \
    { "count", "count", NGX_HTTP_SCIM_ADMIN_NUMBER, 0, 200, 1, NULL, NULL },  \
    { "cursor", "cursor", NGX_HTTP_SCIM_ADMIN_PLACE, 0, 0, 0, NULL, NULL }

#define ngx_http_scim_admin_text_field                                        \
    { "q", "q", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 256, 0, NULL, NULL }

/* the query of a list of users or groups, and what both have in an answer */
#define ngx_http_scim_admin_search_fields                                     \
    ngx_http_scim_admin_text_field,                                           \
    ngx_http_scim_admin_field("integration", "integration", ID),              \
    { "count", "count", NGX_HTTP_SCIM_ADMIN_NUMBER, 0, 200, 1, NULL, NULL },  \
    { "cursor", "cursor", NGX_HTTP_SCIM_ADMIN_TEXT, 0, SCIM_CURSOR_TEXT, 1,   \
      NULL, NULL }

#define ngx_http_scim_admin_owned_fields                                      \
    { "integration", "integration", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0,      \
      NULL, ngx_http_scim_admin_owner_fields },                               \
    ngx_http_scim_admin_field("created", "created", TIME),                    \
    ngx_http_scim_admin_field("modified", "modified", TIME),                  \
    ngx_http_scim_admin_field("version", "version", TEXT)


/* whom a role can be bound to, in Redis' words */
#define NGX_HTTP_SCIM_ADMIN_SUBJECT_TYPES  "user group service-account"


/* A request to the management API: ctx->management. */
struct ngx_http_scim_admin_s {
    const ngx_http_scim_admin_route_t  *route;
    ngx_str_t            ids[NGX_HTTP_SCIM_ADMIN_PATH_IDS];   /* in the path  */
    ngx_array_t          args;         /* of ngx_str_t: name, value, ...      */
    ngx_scim_account_t   account;      /* that asks, unless super             */
    ngx_str_t            secret;       /* that is shown in the answer, once   */
    ngx_str_t            place;        /* what was created is below this path;
                                          empty: below the request's          */
    char                 field[NGX_HTTP_SCIM_ADMIN_FIELD_LEN];
    unsigned             super:1;      /* by the admin token file             */
    unsigned             claimed:1;    /* the Idempotency-Key is this one's   */
};


/* the tables: admin_tenants.c, ... */

extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_tenant_routes[];
extern const ngx_http_scim_admin_route_t
    ngx_http_scim_admin_integration_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_token_routes[];
extern const ngx_http_scim_admin_route_t
    ngx_http_scim_admin_account_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_role_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_openapi_routes[];
extern const ngx_http_scim_admin_route_t
    ngx_http_scim_admin_binding_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_rule_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_access_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_audit_routes[];

/* a binding and a rule, as other answers show them, too */
extern const ngx_http_scim_admin_field_t
    ngx_http_scim_admin_binding_answer[];
extern const ngx_http_scim_admin_field_t  ngx_http_scim_admin_rule_answer[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_person_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_user_routes[];
extern const ngx_http_scim_admin_route_t  ngx_http_scim_admin_group_routes[];

extern const ngx_http_scim_admin_field_t  ngx_http_scim_admin_owner_fields[];


/*
 * admin_input.c: what was sent, as arguments in admin->args. They refuse,
 * naming the field, as every check does.
 */

ngx_int_t ngx_http_scim_admin_read_query(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields);
ngx_int_t ngx_http_scim_admin_read_body(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields);

/* The value of an argument that is there; NULL data: it is not. */
ngx_str_t ngx_http_scim_admin_get(ngx_http_scim_ctx_t *ctx, const char *name);

ngx_int_t ngx_http_scim_admin_set(ngx_http_scim_ctx_t *ctx, const char *name,
    const ngx_str_t *value);

/* Refuses with the field at fault, in the body or the query; NULL: none. */
ngx_int_t ngx_http_scim_admin_refuse(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));


/* admin_value.c: one value, as text and as it is in Redis. */

/*
 * text, of the field's kind, becomes what Redis gets; or a refusal that names
 * the field as path.
 */
ngx_int_t ngx_http_scim_admin_value(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text);

/* {"FLOW": ["READ"]} becomes "FLOW:READ", sorted. */
ngx_int_t ngx_http_scim_admin_permissions(ngx_http_scim_ctx_t *ctx,
    const char *path, json_t *json, ngx_str_t *text);

/* "FLOW:READ" becomes a new {"FLOW": ["READ"]}; NULL: no memory. */
json_t *ngx_http_scim_admin_permissions_json(ngx_str_t *text);


/* admin_call.c */

/*
 * The step of most operations: the path's ids, the query, the body, If-Match
 * and Idempotency-Key go to the row's function, its answer to the client.
 */
ngx_int_t ngx_http_scim_admin_call(ngx_http_scim_ctx_t *ctx);

/* The same of what is created under a new id. */
ngx_int_t ngx_http_scim_admin_create(ngx_http_scim_ctx_t *ctx);

/* The first half of it: fills admin->args. */
ngx_int_t ngx_http_scim_admin_gather(ngx_http_scim_ctx_t *ctx);

/* The second half: calls the row's function with admin->args, answers. */
ngx_int_t ngx_http_scim_admin_ask(ngx_http_scim_ctx_t *ctx);

/* Calls any function with admin->args, and goes on with next. */
ngx_int_t ngx_http_scim_admin_ask_for(ngx_http_scim_ctx_t *ctx,
    const char *function, ngx_http_scim_step_pt next);

/* With the reply: answers by the row, or as the function refused. */
ngx_int_t ngx_http_scim_admin_answer(ngx_http_scim_ctx_t *ctx);

/* The reply, where Redis did what was asked; NULL: the request has been
   answered, with *rc. */
redisReply *ngx_http_scim_admin_reply(ngx_http_scim_ctx_t *ctx,
    ngx_int_t *rc);

/* A new record's own, and its secret token's if it has one: arguments "id", and
   "hash" and "prefix". */
ngx_int_t ngx_http_scim_admin_set_id(ngx_http_scim_ctx_t *ctx,
    const char *name);
ngx_int_t ngx_http_scim_admin_set_secret(ngx_http_scim_ctx_t *ctx);


/*
 * admin_removal.c: the deletion of an integration with what it provisioned, or
 * of a tenant; some records at a time. A step.
 */
ngx_int_t ngx_http_scim_admin_delete_all(ngx_http_scim_ctx_t *ctx);


/*
 * admin_search.c: users and groups, found as SCIM's lists find them. The row's
 * function gets the ids of a page, as the records "found", and shows them.
 */
ngx_int_t ngx_http_scim_admin_search(ngx_http_scim_ctx_t *ctx);

/* Appends what a cursor is good for: this operation, tenant and query. */
ngx_int_t ngx_http_scim_admin_identify(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_text_t *text);


/*
 * admin_forced.c: changes of what SCIM manages. Each is a step; without
 * "force", which their queries may have, it is refused.
 */
extern const ngx_http_scim_admin_field_t  ngx_http_scim_admin_force[];

ngx_int_t ngx_http_scim_admin_user_update(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_user_remove(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_group_remove(ngx_http_scim_ctx_t *ctx);

/* Answers with a user or group, whose document is in "attributes". */
ngx_int_t ngx_http_scim_admin_show(ngx_http_scim_ctx_t *ctx);


/* admin_json.c: a reply, name, value, name, value, ..., as JSON; NULL: no
   memory. */

json_t *ngx_http_scim_admin_json(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, redisReply *record);
json_t *ngx_http_scim_admin_json_array(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, redisReply *records);

/* Answers with a record, its ETag if it has a version, and (201) its place. */
ngx_int_t ngx_http_scim_admin_send(ngx_http_scim_ctx_t *ctx, json_t *json);

#pragma GCC visibility pop

#endif
