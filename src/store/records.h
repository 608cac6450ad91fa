/*
 * What users and groups have in common, for the files of this folder.
 */

#ifndef NGX_SCIM_RECORDS_H
#define NGX_SCIM_RECORDS_H

#include "call.h"

#pragma GCC visibility push(hidden)

/* The document and its metadata, one command. */
ngx_int_t ngx_scim_record_read(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_key_e kind, ngx_str_t *id);

/* Fills all but id from two elements; NGX_DECLINED: there is no record. */
ngx_int_t ngx_scim_record_reply(const redisReply *fields, size_t first,
    ngx_scim_record_t *record);

ngx_int_t ngx_scim_record_delete(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, const char *function, ngx_str_t *id,
    ngx_str_t *expected);

/* The arguments of a write that say what the record is found under. */
void ngx_scim_record_index(ngx_scim_call_t *call, ngx_array_t *index);

#pragma GCC visibility pop

#endif
