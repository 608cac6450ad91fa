/*
 * A group whose members do not come at once is sent as they come, so that one
 * of a million takes no more memory than one of a thousand, and no step long.
 */

#include "groups.h"
#include "resource.h"


static ngx_int_t ngx_http_scim_group_stream_begin(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group);
static ngx_int_t ngx_http_scim_group_stream_ask(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_stream_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_stream_add(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group);
static ngx_int_t ngx_http_scim_group_stream_projected(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group);
static ngx_int_t ngx_http_scim_group_stream_end(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group);


ngx_int_t
ngx_http_scim_group_stream(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group)
{
    ctx->stream->data = group;

    group->last = group->record->related;
    group->shown = 0;
    group->kept = ctx->batches.nelts;

    if (ngx_http_scim_group_stream_begin(ctx, group) != NGX_OK
        || ngx_http_scim_group_stream_add(ctx, group) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_stream_send(ctx, ngx_http_scim_group_stream_ask);
}


/* all that comes before the members */

static ngx_int_t
ngx_http_scim_group_stream_begin(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group)
{
    json_t                *resource;
    ngx_int_t              rc;
    ngx_str_t              flat;
    ngx_scim_record_t      record;
    ngx_http_scim_text_t  *text, projected;

    text = &ctx->stream->text;

    if (group->projection == NULL) {
        return ngx_http_scim_represent_begin(ctx, group->record, text);
    }

    record = *group->record;
    record.related = NULL;
    ngx_http_scim_text_init(&projected, text->pool);

    resource = ngx_http_scim_represent_json(ctx, NGX_SCIM_GROUPS, &record,
                                            NULL);
    rc = resource ? ngx_http_scim_add_projected(group->projection, resource,
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
    ngx_str_t                      place;
    ngx_scim_scope_t               scope;
    ngx_http_scim_group_stream_t  *group;

    group = ctx->stream->data;
    place = ngx_scim_group_members_place(group->last);

    scope = ctx->scope;
    scope.pool = ctx->stream->pool;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_members(ctx->batch, &scope, &group->record->id,
                                  &place, NGX_HTTP_SCIM_MEMBERS_BATCH)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_answered(ctx, group->kept);

    return ngx_http_scim_await(ctx, ngx_http_scim_group_stream_read);
}


static ngx_int_t
ngx_http_scim_group_stream_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_stream_t  *group;

    group = ctx->stream->data;
    group->last = ngx_scim_group_members_reply(ctx->batch);

    if (ngx_http_scim_group_stream_add(ctx, group) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (ngx_scim_group_members_place(group->last).len) {
        return ngx_http_scim_stream_send(ctx, ngx_http_scim_group_stream_ask);
    }

    if (ngx_http_scim_group_stream_end(ctx, group) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_batches(ctx, group->kept);

    return group->next(ctx);
}


static ngx_int_t
ngx_http_scim_group_stream_add(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group)
{
    return group->projection
           ? ngx_http_scim_group_stream_projected(ctx, group)
           : ngx_http_scim_represent_members(ctx, group->last, &group->shown,
                                             &ctx->stream->text);
}


/* as much of each of them as of those of a group that has no others */

static ngx_int_t
ngx_http_scim_group_stream_projected(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group)
{
    size_t              i;
    json_t             *resource, *projected, *member;
    ngx_int_t           rc;
    ngx_scim_record_t   record;

    record = *group->record;
    record.related = group->last;
    ngx_str_set(&record.document, "{\"id\":\"\"}");

    resource = ngx_http_scim_represent_json(ctx, NGX_SCIM_GROUPS, &record,
                                            NULL);
    projected = resource ? scim_projection_apply(group->projection, resource)
                         : NULL;
    rc = projected ? NGX_OK : NGX_ERROR;

    json_array_foreach(json_object_get(projected, "members"), i, member) {

        if (rc == NGX_OK && group->shown++) {
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
ngx_http_scim_group_stream_end(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_group_stream_t *group)
{
    return group->projection
           ? ngx_http_scim_text_add(&ctx->stream->text, "]}", 2)
           : ngx_http_scim_represent_end(ctx, group->record,
                                         &ctx->stream->text);
}
