/*
 * What the files of the user operations share.
 */

#ifndef NGX_HTTP_SCIM_USERS_H
#define NGX_HTTP_SCIM_USERS_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

typedef struct {
    ngx_scim_user_t      user;
    ngx_str_t            user_name;      /* prepared                          */
    ngx_scim_record_t    record;         /* as it is answered in the end      */
    json_t              *document;       /* to be stored                      */
    scim_patch_t        *patch;          /* NULL: it is a PUT                 */
    ngx_http_scim_step_pt  answer;       /* when record is as it shall be     */
    ngx_uint_t           tries;
} ngx_http_scim_user_state_t;


/*
 * ctx->message is a PATCH of the user that has been read into ctx->batch; goes
 * on with answer, when the user is as it says.
 */
ngx_int_t ngx_http_scim_user_patch_then(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt answer);

/* state->document's text, index and name, for the store. */
ngx_int_t ngx_http_scim_user_describe(ngx_http_scim_ctx_t *ctx);

/*
 * What was claimed and not committed is put back to what is, or given up: or
 * the next release of the name would miss its claim. Goes on with next.
 */
ngx_int_t ngx_http_scim_user_unclaim(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written, ngx_http_scim_step_pt next);

/* 409: the name is taken. */
ngx_int_t ngx_http_scim_user_conflict(ngx_http_scim_ctx_t *ctx);

#pragma GCC visibility pop

#endif
