/*
 * Who may pass: what "scim_access" and "scim_authz" say, and how a request is
 * held against it. For the files of this folder that are named access*.c, and
 * authz.c.
 */

#ifndef NGX_HTTP_SCIM_ACCESS_H
#define NGX_HTTP_SCIM_ACCESS_H

#include "ngx_http_scim.h"
#include "access_cache.h"
#include "access_record.h"

#pragma GCC visibility push(hidden)

/* What a user can be known by. */
typedef struct {
    ngx_str_t                  name;           /* as the directive has it     */
    ngx_str_t                  attribute;      /* as Redis has it             */
    ngx_uint_t                 folded;         /* compared without case       */
    ngx_uint_t                 id;
    ngx_uint_t                 number;         /* its own, in the cache       */
} ngx_http_scim_by_t;


typedef enum {
    NGX_HTTP_SCIM_CONDITION_GROUP = 0,
    NGX_HTTP_SCIM_CONDITION_ROLE,
    NGX_HTTP_SCIM_CONDITION_PERMISSION
} ngx_http_scim_condition_e;

typedef struct {
    ngx_http_scim_condition_e  kind;
    ngx_http_complex_value_t   value;
    ngx_str_t                  constant;       /* ready to be compared; NULL
                                                  data: it has variables      */
} ngx_http_scim_condition_t;


/* A directive: all of its conditions must hold. */
typedef struct {
    ngx_http_complex_value_t  *tenant;
    ngx_http_complex_value_t  *user;
    ngx_http_complex_value_t  *namespace;      /* NULL: everywhere            */
    const ngx_http_scim_by_t  *by;
    ngx_array_t                conditions;     /* ngx_http_scim_condition_t   */
    ngx_str_t                  file;           /* where it stands             */
    ngx_uint_t                 number;
    unsigned                   upstream:1;     /* user is in the answer to a
                                                  subrequest                  */
    unsigned                   remote_user:1;
} ngx_http_scim_access_line_t;


/* What keeps a request from passing; the higher, the nearer it was. */
typedef enum {
    NGX_HTTP_SCIM_REFUSED_ANONYMOUS = 0,
    NGX_HTTP_SCIM_REFUSED_TENANT,
    NGX_HTTP_SCIM_REFUSED_IDENTITY,
    NGX_HTTP_SCIM_REFUSED_MISSING,
    NGX_HTTP_SCIM_REFUSED_SEVERAL,
    NGX_HTTP_SCIM_REFUSED_INACTIVE,
    NGX_HTTP_SCIM_REFUSED_NAMESPACE,
    NGX_HTTP_SCIM_REFUSED_GROUP,
    NGX_HTTP_SCIM_REFUSED_ROLE,
    NGX_HTTP_SCIM_REFUSED_PERMISSION,
    NGX_HTTP_SCIM_PASSED
} ngx_http_scim_refusal_e;


typedef struct ngx_http_scim_gate_s  ngx_http_scim_gate_t;

/* Whose access is looked at. */
typedef struct {
    ngx_scim_access_question_t  question;
    ngx_http_scim_gate_t      *gate;
    const ngx_http_scim_by_t  *by;
    ngx_str_t                  tenant;
    ngx_str_t                  value;          /* as it is indexed            */
    ngx_str_t                  record;         /* NULL data: not known (yet)  */

    /* where it was looked for, and shall be kept */
    ngx_http_scim_access_cache_t  *cache;
    ngx_msec_t                 valid;
    uint64_t                   ticket;
} ngx_http_scim_subject_t;


typedef void (*ngx_http_scim_gate_pt)(ngx_http_scim_gate_t *gate);

/*
 * A request before the gate. It is not the module's context, which is that of
 * the SCIM handlers, and it stays when nginx redirects the request internally:
 * what was read for it once is not read again.
 */
struct ngx_http_scim_gate_s {
    ngx_http_request_t        *request;
    ngx_array_t                subjects;       /* ngx_http_scim_subject_t     */
    ngx_uint_t                *asked;          /* of each line the subject, or
                                                  none; NULL: not looked yet  */
    ngx_http_scim_refusal_e    refusal;
    ngx_str_t                  passed;         /* the record of whom it let
                                                  through; NULL data: nobody  */
    ngx_array_t               *identified;     /* the lines that have these   */
    ngx_str_t                 *identities;     /* of each line, out of the
                                                  answer to a subrequest      */
    ngx_uint_t                 waiting;        /* for so many answers         */
    ngx_http_scim_gate_pt      resume;         /* when Redis has answered     */
    ngx_http_scim_cached_e     cached;         /* the least of its subjects   */
    const char                *failure;        /* why it has not, or NULL     */
};


/* access.c */

/* The request's, made if need be; NULL: no memory. */
ngx_http_scim_gate_t *ngx_http_scim_gate(ngx_http_request_t *r);

/* The same if there is one, or NULL; of a subrequest that has none, its main
   request's. */
ngx_http_scim_gate_t *ngx_http_scim_gate_find(ngx_http_request_t *r);

/*
 * NGX_OK: the request may pass; NGX_AGAIN: resume is called later, and calls
 * this again; or the status to answer with.
 */
ngx_int_t ngx_http_scim_gate_check(ngx_http_scim_gate_t *gate,
    ngx_array_t *lines);

/* What "scim_access_cache" has of it. */
void ngx_http_scim_gate_recall(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject);

/* Remembers why, if it was not nearer yet. */
void ngx_http_scim_gate_refuse(ngx_http_scim_gate_t *gate,
    ngx_http_scim_refusal_e refusal);


/* access_identity.c */

#define NGX_HTTP_SCIM_NOBODY  ((ngx_uint_t) -1)

/* Sets gate->asked and gate->subjects; NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_gate_identify(ngx_http_scim_gate_t *gate,
    ngx_array_t *lines);


/* access_variables.c: what is told of the user; always visible ASCII. */

typedef enum {
    NGX_HTTP_SCIM_USER_ID = 0,
    NGX_HTTP_SCIM_USER_NAME,
    NGX_HTTP_SCIM_USER_EMAIL,
    NGX_HTTP_SCIM_USER_GROUPS,
    NGX_HTTP_SCIM_USER_ROLES,
    NGX_HTTP_SCIM_USER_PERMISSIONS
} ngx_http_scim_user_value_e;

/* kind: ngx_http_scim_user_value_e; bytes: a user's record */
ngx_int_t ngx_http_scim_user_value(ngx_pool_t *pool, ngx_str_t *bytes,
    ngx_uint_t kind, ngx_str_t *value);


/* access_decide.c */

/* NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_access_decide(ngx_http_request_t *r,
    ngx_http_scim_access_line_t *line, ngx_str_t *bytes,
    ngx_http_scim_refusal_e *refusal);

/* A value in the form in which groups, roles or permissions are compared, or
   NULL data: none has it. NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_condition_prepare(ngx_pool_t *pool,
    ngx_http_scim_condition_e kind, ngx_str_t *value, ngx_str_t *prepared);

/* Text without case; NGX_DECLINED: it is not UTF-8. */
ngx_int_t ngx_http_scim_fold(ngx_pool_t *pool, ngx_str_t *text,
    ngx_str_t *folded);

#pragma GCC visibility pop

#endif
