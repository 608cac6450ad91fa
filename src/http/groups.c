/*
 * Groups: create, read, delete, and how a group is answered. Changes of a
 * group are in group_changes.c.
 */

#include "groups.h"
#include "resource.h"


static ngx_uint_t ngx_http_scim_group_shows_members(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_show(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_send(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_sent(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_created(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_reread(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_more_members(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_deleted(ngx_http_scim_ctx_t *ctx);
static void ngx_http_scim_free_members(void *data);


/* the members of a group that has none */

static redisReply  ngx_http_scim_no_members = { .type = REDIS_REPLY_ARRAY };


ngx_http_scim_group_state_t *
ngx_http_scim_group_state(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ngx_pcalloc(ctx->pool,
                        sizeof(ngx_http_scim_group_state_t));
    if (state == NULL) {
        return NULL;
    }

    /* set by ngx_pcalloc(): all but */

    state->status = NGX_HTTP_OK;

    if (ngx_http_scim_own_with(ctx, &state->members,
                               ngx_http_scim_free_members)
        != NGX_OK)
    {
        return NULL;
    }

    ctx->state = state;

    return state;
}


static void
ngx_http_scim_free_members(void *data)
{
    scim_members_t  *members = data;

    json_decref(members->ids);
}


ngx_int_t
ngx_http_scim_group_read_query(ngx_http_scim_ctx_t *ctx)
{
    if (!ngx_http_scim_is_id(&ctx->id)) {
        return NGX_OK;
    }

    return ngx_scim_group_read(ctx->batch, &ctx->scope, &ctx->id,
                               ngx_http_scim_group_shows_members(ctx));
}


/* how many to read at a time; 0: the answer is without them */

static ngx_uint_t
ngx_http_scim_group_shows_members(ngx_http_scim_ctx_t *ctx)
{
    return scim_projection_wants(ctx->projection, "members")
           ? NGX_HTTP_SCIM_MEMBERS_BATCH : 0;
}


ngx_int_t
ngx_http_scim_group_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ngx_http_scim_group_state(ctx);
    if (state == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (!ngx_http_scim_is_id(&ctx->id)
        || ngx_scim_group_read_reply(ctx->batch, &ctx->id,
                                     ngx_http_scim_group_shows_members(ctx),
                                     &state->record)
           != NGX_OK)
    {
        return ngx_http_scim_not_found(ctx);
    }

    return ngx_http_scim_group_members(ctx, ngx_http_scim_group_show);
}


static ngx_int_t
ngx_http_scim_group_show(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    if (state->record.document.len == 0) {
        return ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL);
    }

    return ngx_http_scim_send_resource(ctx, state->status, &state->record,
                                       state->more);
}


/* the same of one that has not been read to its end */

static ngx_int_t
ngx_http_scim_group_send(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                     rc;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    rc = ngx_http_scim_resource_headers(ctx, state->status, &state->record);

    if (rc != NGX_OK) {
        return (rc == NGX_DECLINED) ? ngx_http_scim_version_moved(ctx)
                                    : ngx_http_scim_fail_memory(ctx);
    }

    rc = ngx_http_scim_stream_begin(ctx, state->status);

    if (rc != NGX_OK) {
        return (rc == NGX_DONE) ? NGX_OK : rc;
    }

    state->stream.record = &state->record;
    state->stream.projection = ctx->projection;
    state->stream.next = ngx_http_scim_group_sent;

    return ngx_http_scim_group_stream(ctx, &state->stream);
}


static ngx_int_t
ngx_http_scim_group_sent(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_stream_send(ctx, NULL);
}


ngx_int_t
ngx_http_scim_group_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_group_t             *group;
    ngx_http_scim_group_state_t  *state;

    state = ngx_http_scim_group_state(ctx);
    if (state == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    group = &state->group;
    state->status = NGX_HTTP_CREATED;

    state->document = ngx_http_scim_accept(ctx, NULL, &state->members);
    if (state->document == NULL) {
        return ngx_http_scim_fail_error(ctx);
    }

    if (ngx_http_scim_uuid(ctx->pool, &group->id) != NGX_OK
        || json_object_set_new(state->document, "id",
                               json_stringn((char *) group->id.data,
                                            group->id.len))
           != 0
        || ngx_http_scim_group_describe(ctx) != NGX_OK
        || ngx_http_scim_audit_created(ctx, state->document) != NGX_OK
        || ngx_http_scim_group_add_change(ctx, NGX_SCIM_MEMBERS_ADD,
                                          state->members.ids)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->id = group->id;
    group->integration = ctx->integration;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_create(ctx->batch, &ctx->scope, group) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_group_created);
}


static ngx_int_t
ngx_http_scim_group_created(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_written_t            written;
    ngx_scim_record_t            *record;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    ngx_scim_written_reply(ctx->batch, &written);

    if (written.outcome != NGX_SCIM_OK) {
        return ngx_http_scim_group_refused(ctx, &written);
    }

    record = &state->record;
    record->id = state->group.id;
    record->document = state->group.document;
    record->version = written.version;
    record->created = written.created;
    record->modified = written.created;
    record->related = NULL;

    if (json_array_size(state->members.ids) == 0) {
        record->related = &ngx_http_scim_no_members;
        return ngx_http_scim_group_show(ctx);
    }

    return ngx_http_scim_group_answer(ctx);
}


/*
 * The write is done, whatever becomes of this: when Redis goes away now, the
 * answer has no "members".
 */

ngx_int_t
ngx_http_scim_group_answer(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                    members;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    state->committed = 1;
    members = ctx->parent ? 0 : ngx_http_scim_group_shows_members(ctx);

    if (members == 0
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_read(ctx->batch, &ctx->scope, &ctx->id, members)
           != NGX_OK)
    {
        return ngx_http_scim_group_show(ctx);
    }

    return ngx_http_scim_await_anyway(ctx, ngx_http_scim_group_reread);
}


static ngx_int_t
ngx_http_scim_group_reread(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_record_t             record;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    if (ctx->batch->failure
        || ngx_scim_group_read_reply(ctx->batch, &ctx->id, 1, &record)
           != NGX_OK)
    {
        return ngx_http_scim_group_show(ctx);
    }

    state->record = record;

    return ngx_http_scim_group_members(ctx, ngx_http_scim_group_show);
}


ngx_int_t
ngx_http_scim_group_members(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next)
{
    ngx_str_t                     place;
    redisReply                  **last;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    state->next = next;

    if (state->record.related == NULL) {
        return next(ctx);
    }

    if (state->more) {
        last = state->more->elts;
        last += state->more->nelts - 1;

    } else {
        last = &state->record.related;
    }

    place = ngx_scim_group_members_place(*last);

    if (place.len == 0) {
        return next(ctx);
    }

    if (next == ngx_http_scim_group_show && ctx->request == ctx->request->main)
    {
        return ngx_http_scim_group_send(ctx);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_members(ctx->batch, &ctx->scope, &ctx->id, &place,
                                  NGX_HTTP_SCIM_MEMBERS_BATCH)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return state->committed
           ? ngx_http_scim_await_anyway(ctx, ngx_http_scim_group_more_members)
           : ngx_http_scim_await(ctx, ngx_http_scim_group_more_members);
}


static ngx_int_t
ngx_http_scim_group_more_members(ngx_http_scim_ctx_t *ctx)
{
    redisReply                  **reply;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    if (ctx->batch->failure) {
        state->record.related = NULL;
        return state->next(ctx);
    }

    if (state->more == NULL) {
        state->more = ngx_array_create(ctx->pool, 16,
                                       sizeof(redisReply *));
        if (state->more == NULL) {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    reply = ngx_array_push(state->more);
    if (reply == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    *reply = ngx_scim_group_members_reply(ctx->batch);

    return ngx_http_scim_group_members(ctx, state->next);
}


ngx_int_t
ngx_http_scim_group_delete(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  expected;

    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_not_found(ctx);
    }

    if (ngx_http_scim_expected(ctx, &expected) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_delete(ctx->batch, &ctx->scope, &ctx->id,
                                 &expected)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_group_deleted);
}


static ngx_int_t
ngx_http_scim_group_deleted(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_written_t  written;

    ngx_scim_written_reply(ctx->batch, &written);

    if (written.outcome == NGX_SCIM_STALE) {
        return ngx_http_scim_version_moved(ctx);
    }

    if (written.outcome != NGX_SCIM_OK) {
        return ngx_http_scim_group_refused(ctx, &written);
    }

    return ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL);
}


ngx_int_t
ngx_http_scim_group_describe(ngx_http_scim_ctx_t *ctx)
{
    json_t                       *document;
    ngx_scim_group_t             *group;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    group = &state->group;
    document = state->document;

    group->display = ngx_http_scim_string(document, "displayName");

    group->index = ngx_http_scim_index(ctx, document);
    if (group->index == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_scim_document_text(ctx, document, &group->document);
}


ngx_int_t
ngx_http_scim_group_add_change(ngx_http_scim_ctx_t *ctx,
    ngx_scim_member_action_e action, json_t *ids)
{
    size_t                        i;
    json_t                       *id;
    ngx_str_t                    *text;
    ngx_pool_t                   *pool;
    ngx_scim_member_change_t     *change;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    pool = ctx->pool;

    if (state->group.changes == NULL) {
        state->group.changes = ngx_array_create(
                                   pool, 4, sizeof(ngx_scim_member_change_t));
        if (state->group.changes == NULL) {
            return NGX_ERROR;
        }
    }

    change = ngx_array_push(state->group.changes);
    text = ngx_palloc(pool, (json_array_size(ids) + 1) * sizeof(ngx_str_t));

    if (change == NULL || text == NULL) {
        return NGX_ERROR;
    }

    change->action = action;
    change->nelts = json_array_size(ids);
    change->ids = text;

    json_array_foreach(ids, i, id) {
        text[i].data = (u_char *) json_string_value(id);
        text[i].len = json_string_length(id);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_group_refused(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written)
{
    switch (written->outcome) {

    case NGX_SCIM_MISSING:
        return ngx_http_scim_not_found(ctx);

    case NGX_SCIM_DENIED:
        return ngx_http_scim_deleted(ctx);

    case NGX_SCIM_CONFLICT:
        return ngx_http_scim_fail(ctx, NGX_HTTP_CONFLICT, SCIM_UNIQUENESS,
                                  "displayName is taken by another group");

    case NGX_SCIM_MEMBER:
        return ngx_http_scim_fail(ctx, NGX_HTTP_BAD_REQUEST,
                                  SCIM_INVALID_VALUE,
                                  "members: value %u of change %u names no "
                                  "other user or group of this tenant",
                                  (unsigned) written->member + 1,
                                  (unsigned) written->change + 1);

    default:
        return ngx_http_scim_fail(ctx, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL,
                                  "unexpected answer of the store");
    }
}
