/*
 * What SCIM manages, in the management API: shown with all that is known of
 * it, and changed only by who insists, the way that SCIM changes it.
 */

#include "admin.h"
#include "users.h"
#include "resource.h"


#define NGX_HTTP_SCIM_PATCH_SCHEMA                                            \
    "urn:ietf:params:scim:api:messages:2.0:PatchOp"


static ngx_int_t ngx_http_scim_admin_forced(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt step);
static ngx_int_t ngx_http_scim_admin_managed(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_user_activate(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_user_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_user_changed(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_user_reread(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_shown(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_project(ngx_http_scim_ctx_t *ctx,
    json_t *json);


const ngx_http_scim_admin_field_t  ngx_http_scim_admin_force[] = {
    ngx_http_scim_admin_field("force", "force", BOOLEAN),
    ngx_http_scim_admin_field_end
};


ngx_int_t
ngx_http_scim_admin_user_update(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_admin_forced(ctx, ngx_http_scim_admin_user_activate);
}


ngx_int_t
ngx_http_scim_admin_user_remove(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_admin_forced(ctx, ngx_http_scim_user_delete);
}


ngx_int_t
ngx_http_scim_admin_group_remove(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_admin_forced(ctx, ngx_http_scim_group_delete);
}


/* without force it is only looked whether it is there */

static ngx_int_t
ngx_http_scim_admin_forced(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt step)
{
    ngx_int_t  rc;
    ngx_str_t  force;

    rc = ngx_http_scim_admin_gather(ctx);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    force = ngx_http_scim_admin_get(ctx, "force");

    if (ngx_http_scim_is(&force, "1")) {
        return step(ctx);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    rc = (ctx->operation->kind == NGX_SCIM_USERS)
         ? ngx_scim_user_read(ctx->batch, &ctx->scope, &ctx->id)
         : ngx_scim_group_read(ctx->batch, &ctx->scope, &ctx->id, 0);

    return (rc == NGX_OK)
           ? ngx_http_scim_await(ctx, ngx_http_scim_admin_managed)
           : ngx_http_scim_fail_memory(ctx);
}


static ngx_int_t
ngx_http_scim_admin_managed(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_uint_t         user;
    ngx_scim_record_t  record;

    user = (ctx->operation->kind == NGX_SCIM_USERS);

    rc = user ? ngx_scim_user_read_reply(ctx->batch, &ctx->id, &record)
              : ngx_scim_group_read_reply(ctx->batch, &ctx->id, 0, &record);

    if (rc != NGX_OK) {
        return ngx_http_scim_not_found(ctx);
    }

    (void) ngx_http_scim_admin_refuse(ctx, NGX_HTTP_CONFLICT, "force",
                                      "SCIM manages this %s: change it in the "
                                      "identity provider, or here, with "
                                      "\"force=true\", as long as that does "
                                      "not change it back",
                                      user ? "user" : "group");

    return ngx_http_scim_fail_error(ctx);
}


static ngx_int_t
ngx_http_scim_admin_user_activate(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  active;

    active = ngx_http_scim_admin_get(ctx, "active");

    ctx->message = ngx_http_scim_own(ctx,
                       json_pack("{s:[s], s:[{s:s, s:s, s:b}]}", "schemas",
                                 NGX_HTTP_SCIM_PATCH_SCHEMA, "Operations",
                                 "op", "replace", "path", "active", "value",
                                 (int) ngx_http_scim_is(&active, "1")));

    if (ctx->message == NULL
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_user_read(ctx->batch, &ctx->scope, &ctx->id) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_user_read);
}


static ngx_int_t
ngx_http_scim_admin_user_read(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_user_patch_then(ctx,
                                         ngx_http_scim_admin_user_changed);
}


/* the change is made, whatever becomes of its answer */

static ngx_int_t
ngx_http_scim_admin_user_changed(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_manage(ctx->batch, &ctx->scope, NGX_SCIM_REDIS_READ,
                           ctx->management->route->function,
                           &ctx->management->args)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await_anyway(ctx, ngx_http_scim_admin_user_reread);
}


static ngx_int_t
ngx_http_scim_admin_user_reread(ngx_http_scim_ctx_t *ctx)
{
    return ctx->batch->failure
           ? ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL)
           : ngx_http_scim_admin_shown(ctx);
}


ngx_int_t
ngx_http_scim_admin_show(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    return (rc == NGX_OK)
           ? ngx_http_scim_admin_ask_for(ctx, ctx->management->route->function,
                                         ngx_http_scim_admin_shown)
           : ngx_http_scim_refused(ctx, rc);
}


static ngx_int_t
ngx_http_scim_admin_shown(ngx_http_scim_ctx_t *ctx)
{
    json_t      *json;
    ngx_int_t    rc;
    redisReply  *reply;

    reply = ngx_http_scim_admin_reply(ctx, &rc);
    if (reply == NULL) {
        return rc;
    }

    json = ngx_http_scim_own(ctx,
               ngx_http_scim_admin_json(ctx, ctx->management->route->answer,
                                        ngx_scim_manage_record(reply)));

    if (json == NULL || ngx_http_scim_admin_project(ctx, json) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_admin_send(ctx, json_incref(json));
}


/* what a schema of the operator's says is never returned is not shown here */

static ngx_int_t
ngx_http_scim_admin_project(ngx_http_scim_ctx_t *ctx, json_t *json)
{
    json_t             *projected;
    scim_projection_t  *projection;

    projection = ngx_http_scim_projection(ctx, ctx->operation->kind);

    if (projection == NULL) {
        return ctx->error.status ? NGX_ERROR : NGX_OK;
    }

    projected = scim_projection_apply(projection,
                                      json_object_get(json, "attributes"));

    return json_object_set_new(json, "attributes", projected) == 0
           ? NGX_OK : NGX_ERROR;
}
