/*
 * SCIM's own endpoints: users, groups and discovery, and what reading, writing
 * and showing them have in common.
 */

#ifndef NGX_HTTP_SCIM_RESOURCE_H
#define NGX_HTTP_SCIM_RESOURCE_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

/* representation.c: a stored record as clients see it. */

/* A group in parts: all before its members, some of them (n: how many there
   have been), all behind them. */
ngx_int_t ngx_http_scim_represent_begin(ngx_http_scim_ctx_t *ctx,
    ngx_scim_record_t *record, ngx_http_scim_text_t *text);
ngx_int_t ngx_http_scim_represent_members(ngx_http_scim_ctx_t *ctx,
    redisReply *members, ngx_uint_t *n, ngx_http_scim_text_t *text);
ngx_int_t ngx_http_scim_represent_end(ngx_http_scim_ctx_t *ctx,
    ngx_scim_record_t *record, ngx_http_scim_text_t *text);

/*
 * Appends what the projection (NULL: everything) shows of the resource. A
 * group's members: those in record->related and in more (an array of
 * redisReply *, or NULL), or none if related is NULL.
 */
ngx_int_t ngx_http_scim_represent_as(ngx_http_scim_ctx_t *ctx,
    ngx_scim_kind_e kind, ngx_scim_record_t *record, ngx_array_t *more,
    scim_projection_t *projection, ngx_http_scim_text_t *text);

/* All of it as a new JSON value, NULL: no memory; and what is shown of that. */
json_t *ngx_http_scim_represent_json(ngx_http_scim_ctx_t *ctx,
    ngx_scim_kind_e kind, ngx_scim_record_t *record, ngx_array_t *more);
ngx_int_t ngx_http_scim_add_projected(scim_projection_t *projection,
    json_t *resource, ngx_http_scim_text_t *text);

/*
 * The headers that an answer with one resource has. NGX_DECLINED: If-Match
 * names another version; NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_scim_resource_headers(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status, ngx_scim_record_t *record);

/* Sends one resource, projected as the query asks. */
ngx_int_t ngx_http_scim_send_resource(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status, ngx_scim_record_t *record, ngx_array_t *more);


/* resource.c: what reading and writing users and groups have in common. */

const scim_resource_type_t *ngx_http_scim_type(ngx_http_scim_ctx_t *ctx,
    ngx_scim_kind_e kind);

/* Reads the query string into ctx->query and ctx->projection, or sets
   ctx->error. */
void ngx_http_scim_read_query(ngx_http_scim_ctx_t *ctx);

/* What ctx->query shows of a kind; NULL and ctx->error.status 0: everything. */
scim_projection_t *ngx_http_scim_projection(ngx_http_scim_ctx_t *ctx,
    ngx_scim_kind_e kind);

/* If-Match and If-None-Match as the store takes them. */
ngx_int_t ngx_http_scim_expected(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *expected);

/* 1: If-Match and, of a write, If-None-Match allow the version. */
ngx_uint_t ngx_http_scim_version_expected(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *version);

/*
 * ctx->message as the document to be stored, its PATCH, and what this makes of
 * a document; owned by the request. NULL: ctx->error says why.
 */
json_t *ngx_http_scim_accept(ngx_http_scim_ctx_t *ctx, json_t *current,
    scim_members_t *members);
scim_patch_t *ngx_http_scim_patch(ngx_http_scim_ctx_t *ctx);
json_t *ngx_http_scim_apply(ngx_http_scim_ctx_t *ctx, scim_patch_t *patch,
    json_t *current);

/* The document of a record as JSON, owned by the request. */
json_t *ngx_http_scim_document(ngx_http_scim_ctx_t *ctx,
    ngx_scim_record_t *record);

ngx_int_t ngx_http_scim_document_text(ngx_http_scim_ctx_t *ctx,
    json_t *document, ngx_str_t *text);

/* What the document is found under, of ngx_scim_index_t; NULL: no memory. */
ngx_array_t *ngx_http_scim_index(ngx_http_scim_ctx_t *ctx, json_t *document);

/* Those of one path, an array of ngx_str_t; NULL: no memory. */
ngx_array_t *ngx_http_scim_index_values(ngx_pool_t *pool,
    const scim_resource_type_t *type, json_t *document, const char *path);

/* The first value of one path; NULL data: there is none. */
ngx_int_t ngx_http_scim_index_one(ngx_http_scim_ctx_t *ctx, json_t *document,
    const char *path, ngx_str_t *value);

ngx_str_t ngx_http_scim_string(json_t *object, const char *name);

/* What the store refused. */
ngx_int_t ngx_http_scim_not_found(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_version_moved(ngx_http_scim_ctx_t *ctx);


/* users.c, groups.c, list.c, me.c, bulk.c, discovery.c: the operations. */

ngx_int_t ngx_http_scim_user_create(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_user_create_early(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_user_read_query(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_user_read(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_user_replace(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_user_patch(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_user_delete(ngx_http_scim_ctx_t *ctx);

ngx_int_t ngx_http_scim_group_create(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_group_read_query(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_group_read(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_group_replace(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_group_patch(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_group_delete(ngx_http_scim_ctx_t *ctx);

ngx_int_t ngx_http_scim_list_query(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_list(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_search(ngx_http_scim_ctx_t *ctx);

ngx_int_t ngx_http_scim_me(ngx_http_scim_ctx_t *ctx);

ngx_int_t ngx_http_scim_bulk(ngx_http_scim_ctx_t *ctx);

/* One of its operations has been answered. */
void ngx_http_scim_bulk_answered(ngx_http_scim_ctx_t *child);

ngx_int_t ngx_http_scim_discovery_config(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_discovery_types(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_discovery_type(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_discovery_schemas(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_discovery_schema(ngx_http_scim_ctx_t *ctx);

#pragma GCC visibility pop

#endif
