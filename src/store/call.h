/*
 * A call to a function of the library in Redis, argument by argument, and the
 * reading of what it answers. For the other files of this folder.
 */

#ifndef NGX_SCIM_CALL_H
#define NGX_SCIM_CALL_H

#include "keys.h"

#pragma GCC visibility push(hidden)

typedef struct {
    ngx_pool_t         *pool;
    ngx_array_t         argv;            /* of ngx_str_t                      */
    ngx_uint_t          failed;          /* no memory; told by the end        */
} ngx_scim_call_t;

/* A call with n arguments or so; a write begins with who it is that writes. */
void ngx_scim_call_read(ngx_scim_call_t *call, ngx_scim_scope_t *scope,
    ngx_uint_t n);
void ngx_scim_call_write(ngx_scim_call_t *call, ngx_scim_scope_t *scope,
    ngx_uint_t n);

/* Strings are not copied before ngx_scim_call_end(). */
void ngx_scim_call_arg(ngx_scim_call_t *call, const ngx_str_t *value);
void ngx_scim_call_text(ngx_scim_call_t *call, const char *value);
void ngx_scim_call_number(ngx_scim_call_t *call, ngx_uint_t value);

/* Puts the call into the batch; NGX_ERROR: no memory, here or before. */
ngx_int_t ngx_scim_call_end(ngx_scim_call_t *call,
    ngx_scim_redis_batch_t *batch, ngx_scim_redis_access_e access,
    const char *name, const ngx_str_t *key);

/* The same on the tenant's own key. */
ngx_int_t ngx_scim_call_end_tenant(ngx_scim_call_t *call,
    ngx_scim_redis_batch_t *batch, ngx_scim_redis_access_e access,
    const char *name, ngx_scim_scope_t *scope);


/* An element as text: empty, with NULL data, if it is nil or not there. */
ngx_str_t ngx_scim_reply_text(const redisReply *reply, size_t i);
uint64_t ngx_scim_text_number(ngx_str_t *text);          /* 0: it is none */

/* The first word, taken off the text with the space behind it. */
ngx_str_t ngx_scim_text_word(ngx_str_t *text);
uint64_t ngx_scim_reply_number(const redisReply *reply, size_t i);
redisReply *ngx_scim_reply_array(const redisReply *reply, size_t i);

/* The word that an answer begins with. */
ngx_scim_outcome_e ngx_scim_reply_outcome(const redisReply *reply);

#pragma GCC visibility pop

#endif
