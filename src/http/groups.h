/*
 * What the files of the group operations share.
 */

#ifndef NGX_HTTP_SCIM_GROUPS_H
#define NGX_HTTP_SCIM_GROUPS_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

/* read at a time: less than a millisecond of Redis' time */
#define NGX_HTTP_SCIM_MEMBERS_BATCH  250


/* A group that is sent in pieces. */
typedef struct {
    ngx_scim_record_t      *record;      /* with some members                 */
    scim_projection_t      *projection;  /* NULL: everything is shown         */
    ngx_http_scim_step_pt   next;        /* when it is complete               */

    redisReply             *last;        /* the members added last            */
    ngx_uint_t              shown;       /* how many so far                   */
    ngx_uint_t              kept;        /* the batches that record is in     */
} ngx_http_scim_group_stream_t;


typedef struct {
    ngx_scim_group_t        group;       /* what is to be written             */
    ngx_scim_record_t       record;      /* what was read, or will be shown   */
    ngx_array_t            *more;        /* of redisReply *: members behind
                                            record.related, or NULL           */
    json_t                 *document;
    scim_members_t          members;     /* of a POST or PUT                  */
    scim_patch_t           *patch;       /* NULL: it is no PATCH              */
    ngx_uint_t              status;      /* of the answer                     */
    ngx_uint_t              tries;
    ngx_uint_t              committed;   /* only the answer is left to make   */
    ngx_http_scim_step_pt   next;        /* when all members have been read   */
    ngx_http_scim_group_stream_t  stream;
} ngx_http_scim_group_state_t;


/* A new state of ctx, or NULL: no memory. */
ngx_http_scim_group_state_t *ngx_http_scim_group_state(
    ngx_http_scim_ctx_t *ctx);

/* Reads the members behind record.related and more, then goes on. */
ngx_int_t ngx_http_scim_group_members(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next);

/*
 * Adds a group to ctx->stream, which has begun, with the members that have not
 * been read, then goes on with group->next. It may send in between, group must
 * live as long.
 */
ngx_int_t ngx_http_scim_group_stream(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group);

/* state->document's text and index, into state->group. */
ngx_int_t ngx_http_scim_group_describe(ngx_http_scim_ctx_t *ctx);

/* Adds a change of members; ids: strings that outlive the request's steps. */
ngx_int_t ngx_http_scim_group_add_change(ngx_http_scim_ctx_t *ctx,
    ngx_scim_member_action_e action, json_t *ids);

/*
 * After a commit that left record without its members: reads them if the
 * answer shows them, and answers with state->status.
 */
ngx_int_t ngx_http_scim_group_answer(ngx_http_scim_ctx_t *ctx);

/* Why a write was refused; not for STALE and MOVED. */
ngx_int_t ngx_http_scim_group_refused(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written);

#pragma GCC visibility pop

#endif
