/*
 * Users: read, replace, patch, delete. Their creation is in user_create.c.
 */

#include "users.h"
#include "resource.h"


#define NGX_HTTP_SCIM_USER_TRIES  10


static ngx_int_t ngx_http_scim_user_change(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_rename(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_renamed(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_commit(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_committed(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_again(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_answer(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_deleted(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_gone(ngx_http_scim_ctx_t *ctx);


ngx_int_t
ngx_http_scim_user_read_query(ngx_http_scim_ctx_t *ctx)
{
    /* what is no id of ours is in no key */

    if (!ngx_http_scim_is_id(&ctx->id)) {
        return NGX_OK;
    }

    return ngx_scim_user_read(ctx->batch, &ctx->scope, &ctx->id);
}


ngx_int_t
ngx_http_scim_user_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_record_t  record;

    if (!ngx_http_scim_is_id(&ctx->id)
        || ngx_scim_user_read_reply(ctx->batch, &ctx->id, &record) != NGX_OK)
    {
        return ngx_http_scim_not_found(ctx);
    }

    return ngx_http_scim_send_resource(ctx, NGX_HTTP_OK, &record, NULL);
}


ngx_int_t
ngx_http_scim_user_replace(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_user_state_t  *state;

    state = ngx_pcalloc(ctx->pool,
                        sizeof(ngx_http_scim_user_state_t));
    if (state == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->state = state;
    state->answer = ngx_http_scim_user_answer;

    return ngx_http_scim_user_change(ctx);
}


ngx_int_t
ngx_http_scim_user_patch(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_user_patch_then(ctx, ngx_http_scim_user_answer);
}


ngx_int_t
ngx_http_scim_user_patch_then(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt answer)
{
    ngx_http_scim_user_state_t  *state;

    state = ngx_pcalloc(ctx->pool,
                        sizeof(ngx_http_scim_user_state_t));
    if (state == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->state = state;
    state->answer = answer;

    state->patch = ngx_http_scim_patch(ctx);
    if (state->patch == NULL) {
        return ngx_http_scim_fail_error(ctx);
    }

    return ngx_http_scim_user_change(ctx);
}


/*
 * PUT and PATCH: from the version that was read to the next one. If another
 * request was quicker, from the start again.
 */

static ngx_int_t
ngx_http_scim_user_change(ngx_http_scim_ctx_t *ctx)
{
    json_t                      *current;
    ngx_str_t                    name, before;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;

    if (!ngx_http_scim_is_id(&ctx->id)
        || ngx_scim_user_read_reply(ctx->batch, &ctx->id, &state->record)
           != NGX_OK)
    {
        return ngx_http_scim_not_found(ctx);
    }

    if (!ngx_http_scim_version_expected(ctx, &state->record.version)) {
        return ngx_http_scim_version_moved(ctx);
    }

    current = ngx_http_scim_document(ctx, &state->record);
    if (current == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    state->document = state->patch
                      ? ngx_http_scim_apply(ctx, state->patch, current)
                      : ngx_http_scim_accept(ctx, current, NULL);
    if (state->document == NULL) {
        return ngx_http_scim_fail_error(ctx);
    }

    if (json_object_set(state->document, "id", json_object_get(current, "id"))
        != 0)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    /* RFC 7644, section 3.5.2: nothing changed, so the version stays */

    if (json_equal(current, state->document)) {
        return state->answer(ctx);
    }

    state->user.id = ctx->id;
    state->user.expected = state->record.version;
    ngx_str_null(&state->user.claim);

    if (ngx_http_scim_user_describe(ctx) != NGX_OK
        || ngx_http_scim_audit_changes(ctx, current, state->document) != NGX_OK
        || ngx_http_scim_index_one(ctx, current, "userName", &before)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    name = state->user_name;

    if (name.len == before.len
        && ngx_memcmp(name.data, before.data, name.len) == 0)
    {
        return ngx_http_scim_user_commit(ctx);
    }

    return ngx_http_scim_user_rename(ctx);
}


static ngx_int_t
ngx_http_scim_user_rename(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_user_t             *user;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    user = &state->user;

    if (ngx_http_scim_uuid(ctx->pool, &user->claim) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_name_claim(ctx->batch, &ctx->scope, &state->user_name,
                               &user->id, &user->claim, NGX_SCIM_CLAIM_OWN)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_renamed);
}


static ngx_int_t
ngx_http_scim_user_renamed(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  holder;

    if (ngx_scim_name_claim_reply(ctx->batch, &holder) != NGX_SCIM_OK) {
        return ngx_http_scim_user_conflict(ctx);
    }

    return ngx_http_scim_user_commit(ctx);
}


static ngx_int_t
ngx_http_scim_user_commit(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    ctx->scope.operation = ctx->operation->name;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_user_replace(ctx->batch, &ctx->scope, &state->user)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_committed);
}


static ngx_int_t
ngx_http_scim_user_committed(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                    none;
    ngx_scim_written_t           written;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    ngx_str_null(&none);
    ngx_scim_written_reply(ctx->batch, &written);

    switch (written.outcome) {

    case NGX_SCIM_OK:
        break;

    case NGX_SCIM_MISSING:
        return ngx_http_scim_user_unclaim(ctx, &written,
                                          ngx_http_scim_not_found);

    case NGX_SCIM_STALE:
        return ngx_http_scim_user_unclaim(ctx, &written,
                                          ngx_http_scim_user_again);

    default:
        return ngx_http_scim_user_unclaim(ctx, &written,
                                          ngx_http_scim_user_conflict);
    }

    state->record.document = state->user.document;
    state->record.version = written.version;
    state->record.modified = written.modified;

    if (written.name.len == 0) {
        return state->answer(ctx);
    }

    /* the name that was given up is free before the client is told */

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_name_release(ctx->batch, &ctx->scope, &written.name,
                                 &written.claim, NGX_SCIM_RELEASE_DROP,
                                 &none)
           != NGX_OK)
    {
        return state->answer(ctx);
    }

    return ngx_http_scim_await_anyway(ctx, state->answer);
}


ngx_int_t
ngx_http_scim_user_unclaim(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written, ngx_http_scim_step_pt next)
{
    ngx_scim_user_t             *user;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    user = &state->user;

    if (user->claim.len == 0) {
        return next(ctx);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_name_release(ctx->batch, &ctx->scope, &state->user_name,
                                 &user->claim, NGX_SCIM_RELEASE_DROP,
                                 &written->claim)
           != NGX_OK)
    {
        return next(ctx);
    }

    if (user->integration.len                /* it is a create */
        && ngx_scim_access_revoke(ctx->batch, &ctx->scope, &user->id,
                                  &user->claim, &written->access)
           != NGX_OK)
    {
        return next(ctx);
    }

    return ngx_http_scim_await_anyway(ctx, next);
}


static ngx_int_t
ngx_http_scim_user_again(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;

    ngx_http_scim_metrics_count(ctx->main_conf->metrics,
                                NGX_HTTP_SCIM_METRIC_WRITE_RETRY);

    if (++state->tries == NGX_HTTP_SCIM_USER_TRIES) {
        if (ngx_http_scim_retry_after(ctx, 1) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }

        return ngx_http_scim_fail(ctx, NGX_HTTP_SERVICE_UNAVAILABLE, NULL,
                                  "the user is being changed by too many "
                                  "requests at once; nothing was changed");
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_user_read(ctx->batch, &ctx->scope, &ctx->id) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_change);
}


static ngx_int_t
ngx_http_scim_user_answer(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;

    return ngx_http_scim_send_resource(ctx, NGX_HTTP_OK, &state->record,
                                       NULL);
}


ngx_int_t
ngx_http_scim_user_delete(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  expected;

    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_not_found(ctx);
    }

    if (ngx_http_scim_expected(ctx, &expected) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_user_delete(ctx->batch, &ctx->scope, &ctx->id, &expected)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_deleted);
}


static ngx_int_t
ngx_http_scim_user_deleted(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_outcome_e  outcome;
    ngx_scim_removed_t  removed;

    removed.id = ctx->id;
    outcome = ngx_scim_user_delete_reply(ctx->batch, &removed);

    if (outcome == NGX_SCIM_MISSING) {
        return ngx_http_scim_not_found(ctx);
    }

    if (outcome != NGX_SCIM_OK) {
        return ngx_http_scim_version_moved(ctx);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_removed_release(ctx->batch, &ctx->scope, &removed)
           != NGX_OK)
    {
        return ngx_http_scim_user_gone(ctx);
    }

    return ngx_http_scim_await_anyway(ctx, ngx_http_scim_user_gone);
}


static ngx_int_t
ngx_http_scim_user_gone(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL);
}


/* what the store must know of the document */

ngx_int_t
ngx_http_scim_user_describe(ngx_http_scim_ctx_t *ctx)
{
    json_t                      *document;
    ngx_scim_user_t             *user;
    ngx_scim_index_t            *name;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    user = &state->user;
    document = state->document;

    /* RFC 7643 gives "active" no default; a user without it may work */

    user->active = !json_is_false(json_object_get(document, "active"));
    user->display = ngx_http_scim_string(document, "displayName");
    user->index = ngx_http_scim_index(ctx, document);

    if (user->index == NULL
        || ngx_http_scim_document_text(ctx, document, &user->document)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* every user has one, and what is unique is the index's first */

    name = user->index->elts;
    state->user_name = *(ngx_str_t *) name->values->elts;

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_user_conflict(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_fail(ctx, NGX_HTTP_CONFLICT, SCIM_UNIQUENESS,
                              "userName is taken");
}
