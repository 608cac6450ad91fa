/*
 * A group whose members do not come at once is sent as they come, so that one
 * of a million takes no more memory than one of a thousand, and no step long.
 */

#include "groups.h"


static ngx_int_t ngx_http_scim_group_stream_begin(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_stream_ask(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_stream_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_stream_members(ngx_http_scim_ctx_t *ctx,
    redisReply *members);
static ngx_int_t ngx_http_scim_group_stream_projected(ngx_http_scim_ctx_t *ctx,
    redisReply *members);
static ngx_int_t ngx_http_scim_group_stream_end(ngx_http_scim_ctx_t *ctx);


ngx_int_t
ngx_http_scim_group_stream(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                     rc;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    state->kept = ctx->batches.nelts;
    state->last = state->record.related;

    rc = ngx_http_scim_resource_headers(ctx, state->status, &state->record);

    if (rc != NGX_OK) {
        return (rc == NGX_DECLINED) ? ngx_http_scim_version_moved(ctx)
                                    : ngx_http_scim_fail_memory(ctx);
    }

    rc = ngx_http_scim_stream_begin(ctx, state->status);

    if (rc != NGX_OK) {
        return (rc == NGX_DONE) ? NGX_OK : rc;
    }

    if (ngx_http_scim_group_stream_begin(ctx) != NGX_OK
        || ngx_http_scim_group_stream_members(ctx, state->last) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_stream_send(ctx, ngx_http_scim_group_stream_ask);
}


/* all that comes before the members */

static ngx_int_t
ngx_http_scim_group_stream_begin(ngx_http_scim_ctx_t *ctx)
{
    json_t                       *resource;
    ngx_int_t                     rc;
    ngx_str_t                     flat;
    ngx_scim_record_t             record;
    ngx_http_scim_text_t         *text, projected;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    text = &ctx->stream->text;

    if (ctx->projection == NULL) {
        return ngx_http_scim_represent_begin(ctx, &state->record, text);
    }

    record = state->record;
    record.related = NULL;
    ngx_http_scim_text_init(&projected, text->pool);

    resource = ngx_http_scim_represent_json(ctx, NGX_SCIM_GROUPS, &record,
                                            NULL);
    rc = resource ? ngx_http_scim_add_projected(ctx->projection, resource,
                                                &projected)
                  : NGX_ERROR;
    json_decref(resource);

    /* without its closing brace; it has an id at least */

    if (rc != NGX_OK
        || ngx_http_scim_text_flat(&projected, &flat) != NGX_OK
        || ngx_http_scim_text_add(text, flat.data, flat.len - 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_scim_text_add(text, ",\"members\":[",
                                  sizeof(",\"members\":[") - 1);
}


static ngx_int_t
ngx_http_scim_group_stream_ask(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                     place;
    ngx_scim_scope_t              scope;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    place = ngx_scim_group_members_place(state->last);

    scope = ctx->scope;
    scope.pool = ctx->stream->pool;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_members(ctx->batch, &scope, &ctx->id, &place,
                                  NGX_HTTP_SCIM_MEMBERS_BATCH)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_answered(ctx, state->kept);

    return ngx_http_scim_await(ctx, ngx_http_scim_group_stream_read);
}


static ngx_int_t
ngx_http_scim_group_stream_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    state->last = ngx_scim_group_members_reply(ctx->batch);

    if (ngx_http_scim_group_stream_members(ctx, state->last) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (ngx_scim_group_members_place(state->last).len) {
        return ngx_http_scim_stream_send(ctx, ngx_http_scim_group_stream_ask);
    }

    if (ngx_http_scim_group_stream_end(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_stream_send(ctx, NULL);
}


static ngx_int_t
ngx_http_scim_group_stream_members(ngx_http_scim_ctx_t *ctx,
    redisReply *members)
{
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    return ctx->projection
           ? ngx_http_scim_group_stream_projected(ctx, members)
           : ngx_http_scim_represent_members(ctx, members, &state->shown,
                                             &ctx->stream->text);
}


/* as much of each of them as of those of a group that has no others */

static ngx_int_t
ngx_http_scim_group_stream_projected(ngx_http_scim_ctx_t *ctx,
    redisReply *members)
{
    size_t                        i;
    json_t                       *resource, *projected, *member;
    ngx_int_t                     rc;
    ngx_scim_record_t             record;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    record = state->record;
    record.related = members;
    ngx_str_set(&record.document, "{\"id\":\"\"}");

    resource = ngx_http_scim_represent_json(ctx, NGX_SCIM_GROUPS, &record,
                                            NULL);
    projected = resource ? scim_projection_apply(ctx->projection, resource)
                         : NULL;
    rc = projected ? NGX_OK : NGX_ERROR;

    json_array_foreach(json_object_get(projected, "members"), i, member) {

        if (rc == NGX_OK && state->shown++) {
            rc = ngx_http_scim_text_add(&ctx->stream->text, ",", 1);
        }

        if (rc == NGX_OK) {
            rc = ngx_http_scim_text_add_json(&ctx->stream->text, member);
        }
    }

    json_decref(projected);
    json_decref(resource);

    return rc;
}


static ngx_int_t
ngx_http_scim_group_stream_end(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    return ctx->projection
           ? ngx_http_scim_text_add(&ctx->stream->text, "]}", 2)
           : ngx_http_scim_represent_end(ctx, &state->record,
                                         &ctx->stream->text);
}
