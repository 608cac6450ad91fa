/*
 * Creating a user. A person is global, what a tenant knows of it is the
 * tenant's: see redis/functions/names.lua.
 */

#include "users.h"
#include "resource.h"


static ngx_http_scim_user_state_t *ngx_http_scim_user_new(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_created_early(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_created_new(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_claim(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written);
static ngx_int_t ngx_http_scim_user_claimed(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_joined(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_create_again(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_created(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written);
static ngx_int_t ngx_http_scim_user_new_id(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_user_identify(ngx_http_scim_ctx_t *ctx);


/*
 * A new person in one call; or, if somebody holds the name, claim it for that
 * one, and commit in the tenant.
 */

ngx_int_t
ngx_http_scim_user_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_user_state_t  *state;

    state = ngx_http_scim_user_new(ctx);
    if (state == NULL) {
        return ngx_http_scim_fail_error(ctx);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_user_create_new(ctx->batch, &ctx->scope, &state->user,
                                    &state->user_name, NULL)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_created_new);
}


/*
 * The same before the credentials have been read, for an integration of the
 * lenient profile. Nobody is told anything that needs them.
 */

ngx_int_t
ngx_http_scim_user_create_early(ngx_http_scim_ctx_t *ctx)
{
    u_char                       token[NGX_SCIM_SHA256_LEN];
    ngx_scim_guard_t             guard;
    ngx_http_scim_user_state_t  *state;

    if (ctx->message == NULL) {
        return ngx_http_scim_ask(ctx);
    }

    state = ngx_http_scim_user_new(ctx);

    if (state == NULL) {

        /* it is refused, but perhaps not by this integration's profile */

        ngx_memzero(&ctx->error, sizeof(scim_error_t));
        return ngx_http_scim_ask(ctx);
    }

    (void) ngx_hex_dump(token, ctx->token_hash, NGX_HTTP_SCIM_SHA256_LEN);

    guard.token.data = token;
    guard.token.len = NGX_SCIM_SHA256_LEN;
    guard.permission = ctx->operation->permission;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_user_create_new(ctx->batch, &ctx->scope, &state->user,
                                    &state->user_name, &guard)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_created_early);
}


static ngx_int_t
ngx_http_scim_user_created_early(ngx_http_scim_ctx_t *ctx)
{
    uint64_t            last_used;
    ngx_scim_written_t  written;

    ngx_scim_user_create_new_reply(ctx->batch, &written, &last_used);

    if (written.outcome == NGX_SCIM_DENIED) {
        return ngx_http_scim_ask(ctx);
    }

    ngx_http_scim_accept_token(ctx);
    ngx_http_scim_touch(ctx, last_used);

    return ngx_http_scim_user_claim(ctx, &written);
}


/* NULL: ctx->error says why */

static ngx_http_scim_user_state_t *
ngx_http_scim_user_new(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_user_state_t  *state;

    state = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_user_state_t));
    if (state == NULL) {
        (void) scim_fail_memory(&ctx->error);
        return NULL;
    }

    ctx->state = state;

    state->document = ngx_http_scim_accept(ctx, NULL, NULL);
    if (state->document == NULL) {
        return NULL;
    }

    state->user.integration = ctx->integration;

    if (ngx_http_scim_user_new_id(ctx) != NGX_OK
        || ngx_http_scim_audit_created(ctx, state->document) != NGX_OK)
    {
        (void) scim_fail_memory(&ctx->error);
        return NULL;
    }

    return state;
}


static ngx_int_t
ngx_http_scim_user_created_new(ngx_http_scim_ctx_t *ctx)
{
    uint64_t            last_used;
    ngx_scim_written_t  written;

    ngx_scim_user_create_new_reply(ctx->batch, &written, &last_used);

    return ngx_http_scim_user_claim(ctx, &written);
}


/* if somebody holds the name: for that one */

static ngx_int_t
ngx_http_scim_user_claim(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written)
{
    ngx_scim_user_t             *user;
    ngx_http_scim_user_state_t  *state;

    if (written->outcome != NGX_SCIM_HELD) {
        return ngx_http_scim_user_created(ctx, written);
    }

    state = ctx->state;
    user = &state->user;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_name_claim(ctx->batch, &ctx->scope, &state->user_name,
                               &user->id, &user->claim, NGX_SCIM_CLAIM_JOIN)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_claimed);
}


static ngx_int_t
ngx_http_scim_user_claimed(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                    holder;
    ngx_scim_user_t             *user;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    user = &state->user;

    (void) ngx_scim_name_claim_reply(ctx->batch, &holder);

    /* the log shows it, when the replies have been freed */

    user->id.len = holder.len;
    user->id.data = ngx_pstrdup(ctx->pool, &holder);

    if (user->id.data == NULL
        || ngx_http_scim_user_identify(ctx) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_access_grant(ctx->batch, &ctx->scope, &user->id,
                                 &user->claim)
           != NGX_OK
        || ngx_scim_user_create(ctx->batch, &ctx->scope, user) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_joined);
}


static ngx_int_t
ngx_http_scim_user_joined(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_written_t           written;
    ngx_http_scim_user_state_t  *state;

    (void) ngx_scim_redis_reply(ctx->batch);      /* of the access */
    ngx_scim_written_reply(ctx->batch, &written);

    if (written.outcome == NGX_SCIM_OK) {
        return ngx_http_scim_user_created(ctx, &written);
    }

    /*
     * The person may be in the tenant under another name: then a crash left it
     * the claim of this one, and for somebody else it is free.
     */

    state = ctx->state;

    if (written.outcome == NGX_SCIM_DENIED) {
        return ngx_http_scim_user_unclaim(ctx, &written,
                                          ngx_http_scim_deleted);
    }

    return ngx_http_scim_user_unclaim(ctx, &written,
               written.outcome == NGX_SCIM_TAKEN && state->tries++ == 0
               ? ngx_http_scim_user_create_again
               : ngx_http_scim_user_conflict);
}


static ngx_int_t
ngx_http_scim_user_create_again(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_user_t             *user;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    user = &state->user;

    if (ngx_http_scim_user_new_id(ctx) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_user_create_new(ctx->batch, &ctx->scope, user,
                                    &state->user_name, NULL)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_user_created_new);
}


static ngx_int_t
ngx_http_scim_user_created(ngx_http_scim_ctx_t *ctx,
    ngx_scim_written_t *written)
{
    ngx_scim_record_t            record;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;

    if (written->outcome == NGX_SCIM_DENIED) {
        return ngx_http_scim_deleted(ctx);
    }

    if (written->outcome != NGX_SCIM_OK) {
        return ngx_http_scim_user_conflict(ctx);
    }

    record.id = state->user.id;
    record.document = state->user.document;
    record.version = written->version;
    record.created = written->created;
    record.modified = written->created;
    record.related = NULL;

    ctx->id = record.id;

    return ngx_http_scim_send_resource(ctx, NGX_HTTP_CREATED, &record, NULL);
}


/* an id that was never used will do as the nonce of a first claim, too */

static ngx_int_t
ngx_http_scim_user_new_id(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_user_t             *user;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    user = &state->user;

    if (ngx_http_scim_uuid(ctx->pool, &user->id) != NGX_OK) {
        return NGX_ERROR;
    }

    user->claim = user->id;

    return ngx_http_scim_user_identify(ctx);
}


static ngx_int_t
ngx_http_scim_user_identify(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_user_t             *user;
    ngx_http_scim_user_state_t  *state;

    state = ctx->state;
    user = &state->user;

    if (json_object_set_new(state->document, "id",
                            json_stringn((char *) user->id.data,
                                         user->id.len))
        != 0)
    {
        return NGX_ERROR;
    }

    return ngx_http_scim_user_describe(ctx);
}
