/*
 * Who may do what: an integration by its secret token, an administrator by
 * the admin token file, a service account by a token of its own. It must not
 * know what is asked for.
 */

#include "admin.h"
#include <openssl/crypto.h>


#define NGX_HTTP_SCIM_TOUCH_INTERVAL  60000   /* of a token, ms        */
#define NGX_HTTP_SCIM_TOUCH_PAUSE     1000    /* of a worker, ms       */


static ngx_int_t ngx_http_scim_unauthorized(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_challenge(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_disabled(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_token_matches(ngx_http_scim_ctx_t *ctx,
    uint64_t *last_used);
static uint64_t ngx_http_scim_next_number(u_char **p, u_char *last);
static ngx_uint_t ngx_http_scim_has_word(ngx_str_t *words, ngx_str_t *word);
static size_t ngx_http_scim_word(u_char *p, u_char *last);
static ngx_int_t ngx_http_scim_actor(ngx_http_scim_ctx_t *ctx,
    const char *kind, ngx_str_t *name);
static ngx_int_t ngx_http_scim_request_id(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_touch_token(ngx_http_scim_ctx_t *ctx,
    ngx_scim_redis_batch_t *batch);


ngx_int_t
ngx_http_scim_authenticate(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  token;

    /*
     * What is no name or no token of ours cannot be in Redis; the answer is
     * that of a wrong token.
     */

    if (ngx_http_scim_bearer(ctx->request, &token) != NGX_OK
        || !ngx_http_scim_token_valid(&token)
        || !ngx_http_scim_is_name(&ctx->scope.tenant)
        || !ngx_http_scim_is_id(&ctx->integration))
    {
        return ngx_http_scim_unauthorized(ctx);
    }

    if (ngx_http_scim_sha256(&token, ctx->token_hash) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_scim_bad_tokens_check(ctx, 0);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_scim_actor(ctx, "integration:", &ctx->integration) != NGX_OK
        || ngx_http_scim_request_id(ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->scope.token.data = token.data;
    ctx->scope.token.len = NGX_HTTP_SCIM_TOKEN_PREFIX_LEN;

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_authorize(ngx_http_scim_ctx_t *ctx)
{
    uint64_t                  last_used;
    ngx_int_t                 rc;
    ngx_scim_credentials_t   *credentials;

    credentials = &ctx->credentials;
    ngx_scim_credentials_reply(ctx->batch, credentials);

    ctx->known = (credentials->tokens.len != 0);

    if (!ngx_http_scim_token_matches(ctx, &last_used)) {
        return ngx_http_scim_unauthorized(ctx);
    }

    ngx_http_scim_accept_token(ctx);

    ctx->policy.profile = credentials->strict ? SCIM_STRICT : SCIM_LENIENT;

    if (!credentials->enabled) {
        return ngx_http_scim_disabled(ctx);
    }

    rc = ngx_http_scim_permit(ctx);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_scim_touch(ctx, last_used);

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_permit(ngx_http_scim_ctx_t *ctx)
{
    const ngx_str_t  *permission;

    permission = &ctx->operation->permission;

    if (ngx_http_scim_permitted(&ctx->credentials.permissions, permission)) {
        return NGX_OK;
    }

    return ngx_http_scim_refuse(ctx, NGX_HTTP_FORBIDDEN, NULL,
                                "the integration's service account lacks the "
                                "permission %s", (char *) permission->data);
}


/*
 * One of the integration's tokens, that has not expired: each is compared, in
 * the same time wherever the difference is.
 */

static ngx_uint_t
ngx_http_scim_token_matches(ngx_http_scim_ctx_t *ctx, uint64_t *last_used)
{
    u_char      *p, *last, *used, *used_last;
    uint64_t     expires, time;
    ngx_uint_t   matches, equal;
    u_char       hash[NGX_SCIM_SHA256_LEN];

    (void) ngx_hex_dump(hash, ctx->token_hash, NGX_HTTP_SCIM_SHA256_LEN);

    p = ctx->credentials.tokens.data;
    last = p + ctx->credentials.tokens.len;
    used = ctx->credentials.used.data;
    used_last = used + ctx->credentials.used.len;
    matches = 0;

    while (last - p > NGX_SCIM_SHA256_LEN) {

        equal = (CRYPTO_memcmp(hash, p, NGX_SCIM_SHA256_LEN) == 0);
        p += NGX_SCIM_SHA256_LEN + 1;

        expires = ngx_http_scim_next_number(&p, last);
        time = ngx_http_scim_next_number(&used, used_last);

        if (equal && (expires == 0 || expires > ngx_http_scim_now())) {
            *last_used = time;
            matches = 1;
        }
    }

    return matches;
}


/* the number at *p, which goes behind the space that follows; 0: none */

static uint64_t
ngx_http_scim_next_number(u_char **p, u_char *last)
{
    uint64_t  n;

    for (n = 0; *p < last && **p != ' '; (*p)++) {
        n = n * 10 + (**p - '0');
    }

    if (*p < last) {
        (*p)++;
    }

    return n;
}


ngx_uint_t
ngx_http_scim_permitted(ngx_str_t *permissions, const ngx_str_t *needed)
{
    u_char     *p, *last;
    ngx_str_t   word;

    last = needed->data + needed->len;

    for (p = needed->data; p < last; p = word.data + word.len + 1) {
        word.data = p;
        word.len = ngx_http_scim_word(p, last);

        if (!ngx_http_scim_has_word(permissions, &word)) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_scim_has_word(ngx_str_t *words, ngx_str_t *word)
{
    u_char  *p, *last;
    size_t   len;

    last = words->data + words->len;

    for (p = words->data; p < last; p += len + 1) {
        len = ngx_http_scim_word(p, last);

        if (len == word->len && ngx_strncmp(p, word->data, len) == 0) {
            return 1;
        }
    }

    return 0;
}


static size_t
ngx_http_scim_word(u_char *p, u_char *last)
{
    u_char  *space;

    space = memchr(p, ' ', last - p);

    return (space ? space : last) - p;
}


void
ngx_http_scim_accept_token(ngx_http_scim_ctx_t *ctx)
{
    ctx->known = 1;
    ctx->accepted = 1;

    ngx_http_scim_bad_tokens_right(ctx);
}


static ngx_int_t
ngx_http_scim_unauthorized(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_bad_tokens_wrong(ctx);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_scim_challenge(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_refuse(ctx, NGX_HTTP_UNAUTHORIZED, NULL,
                              "a valid bearer token is required");
}


ngx_int_t
ngx_http_scim_deleted(ngx_http_scim_ctx_t *ctx)
{
    if (ctx->parent == NULL && ngx_http_scim_challenge(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_fail(ctx, NGX_HTTP_UNAUTHORIZED, NULL,
                              "the integration has been deleted");
}


/* what comes with a 401 (RFC 9110, section 15.5.2) */

static ngx_int_t
ngx_http_scim_challenge(ngx_http_scim_ctx_t *ctx)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&ctx->request->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    ngx_str_set(&h->key, "WWW-Authenticate");
    ngx_str_set(&h->value, "Bearer realm=\"scim\"");
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    ctx->request->headers_out.www_authenticate = h;

    return NGX_OK;
}


/* scim_disabled_status, with the header that belongs to it */

static ngx_int_t
ngx_http_scim_disabled(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t   rc;
    ngx_uint_t  status;

    status = ctx->loc_conf->disabled_status;
    ctx->reason = NGX_HTTP_SCIM_REASON_DISABLED;

    switch (status) {

    case NGX_HTTP_UNAUTHORIZED:
        rc = ngx_http_scim_challenge(ctx);
        break;

    case NGX_HTTP_TOO_MANY_REQUESTS:
    case NGX_HTTP_SERVICE_UNAVAILABLE:
        rc = ngx_http_scim_retry_after(ctx, NGX_HTTP_SCIM_RETRY_DISABLED);
        break;

    default:
        rc = NGX_OK;
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_refuse(ctx, status, NULL,
                              "this integration is disabled");
}


ngx_int_t
ngx_http_scim_authenticate_admin(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                     rc;
    ngx_str_t                     token;
    ngx_uint_t                    i;
    ngx_array_t                  *tokens;
    ngx_http_scim_admin_token_t  *known, *found;

    tokens = ctx->main_conf->admin_tokens;

    if (ngx_http_scim_bearer(ctx->request, &token) != NGX_OK) {
        return ngx_http_scim_unauthorized(ctx);
    }

    if (ngx_http_scim_sha256(&token, ctx->token_hash) != NGX_OK
        || ngx_http_scim_request_id(ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_scim_bad_tokens_check(ctx,
                                        !ngx_http_scim_token_valid(&token));
    if (rc != NGX_OK) {
        return rc;
    }

    found = NULL;
    known = tokens ? tokens->elts : NULL;

    for (i = 0; tokens && i < tokens->nelts; i++) {
        if (CRYPTO_memcmp(known[i].hash, ctx->token_hash,
                          NGX_HTTP_SCIM_SHA256_LEN)
            == 0)
        {
            found = &known[i];
        }
    }

    if (found) {
        ngx_http_scim_accept_token(ctx);
        return ngx_http_scim_actor(ctx, "admin:", &found->name);
    }

    if (!ngx_http_scim_token_valid(&token)
        || !ngx_http_scim_is_name(&ctx->scope.tenant))
    {
        return ngx_http_scim_unauthorized(ctx);
    }

    ctx->scope.token.data = token.data;
    ctx->scope.token.len = NGX_HTTP_SCIM_TOKEN_PREFIX_LEN;

    return NGX_AGAIN;
}


ngx_int_t
ngx_http_scim_authenticate_account(ngx_http_scim_ctx_t *ctx,
    ngx_scim_account_t *account)
{
    if (ngx_scim_account_reply(ctx->batch, account) != NGX_OK) {
        return ngx_http_scim_unauthorized(ctx);
    }

    ngx_http_scim_accept_token(ctx);
    ngx_http_scim_touch(ctx, account->last_used);

    return ngx_http_scim_actor(ctx, "service-account:", &account->id);
}


static ngx_int_t
ngx_http_scim_actor(ngx_http_scim_ctx_t *ctx, const char *kind,
    ngx_str_t *name)
{
    u_char  *p;
    size_t   len;

    len = ngx_strlen(kind);

    p = ngx_pnalloc(ctx->pool, len + name->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ctx->scope.actor.data = p;
    ctx->scope.actor.len = len + name->len;

    p = ngx_cpymem(p, kind, len);
    ngx_memcpy(p, name->data, name->len);

    return NGX_OK;
}


/* nginx's own $request_id, so that the audit trail and its logs meet */

static ngx_int_t
ngx_http_scim_request_id(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                   name;
    ngx_http_variable_value_t  *value;

    if (ctx->operation->method == NGX_HTTP_GET) {
        return NGX_OK;
    }

    ngx_str_set(&name, "request_id");

    value = ngx_http_get_variable(ctx->request, &name,
                                  ngx_hash_key(name.data, name.len));
    if (value == NULL) {
        return NGX_ERROR;
    }

    if (!value->not_found) {
        ctx->scope.request_id.data = value->data;
        ctx->scope.request_id.len = value->len;
    }

    return NGX_OK;
}


void
ngx_http_scim_touch(ngx_http_scim_ctx_t *ctx, uint64_t last_used)
{
    static ngx_msec_t         next;
    ngx_scim_redis_batch_t   *batch;

    if (ngx_http_scim_now() < last_used + NGX_HTTP_SCIM_TOUCH_INTERVAL) {
        return;
    }

    /* a Redis that takes no writes must not be asked with every read */

    if ((ngx_msec_int_t) (next - ngx_current_msec) > 0) {
        return;
    }

    next = ngx_current_msec + NGX_HTTP_SCIM_TOUCH_PAUSE;

    batch = ngx_scim_redis_batch_create(ctx->main_conf->redis, NULL, NULL);
    if (batch == NULL) {
        return;
    }

    if (ngx_http_scim_touch_token(ctx, batch) != NGX_OK) {
        ngx_scim_redis_batch_free(batch);
        return;
    }

    ngx_scim_redis_send_and_forget(batch);
}


static ngx_int_t
ngx_http_scim_touch_token(ngx_http_scim_ctx_t *ctx,
    ngx_scim_redis_batch_t *batch)
{
    ngx_str_t  hash;
    u_char     text[NGX_SCIM_SHA256_LEN];

    if (ctx->management) {
        return ngx_scim_account_touch(batch, &ctx->scope,
                                      &ctx->management->account);
    }

    hash.data = text;
    hash.len = ngx_hex_dump(text, ctx->token_hash, NGX_HTTP_SCIM_SHA256_LEN)
               - text;

    return ngx_scim_integration_touch(batch, &ctx->scope, &ctx->integration,
                                      &hash);
}
