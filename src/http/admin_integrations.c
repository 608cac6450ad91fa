/*
 * The management API of integrations.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_DESCRIPTION_MAX  1024
#define NGX_HTTP_SCIM_TYPE_NAME        "SCIM 2.0"


typedef struct {
    ngx_scim_integration_t   integration;
    ngx_str_t                secret;     /* shown once, in the creation only  */
    u_char                   hash[NGX_SCIM_SHA256_LEN];
} ngx_http_scim_admin_integration_t;


static ngx_int_t ngx_http_scim_admin_integration_list(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_create(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_read(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_update(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_delete(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_enable(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_disable(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_check(
    ngx_http_scim_ctx_t *ctx, ngx_scim_integration_t *integration);
static ngx_int_t ngx_http_scim_admin_integration_secret(
    ngx_http_scim_ctx_t *ctx, ngx_http_scim_admin_integration_t *admin);
static ngx_int_t ngx_http_scim_admin_integration_created(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_switch(
    ngx_http_scim_ctx_t *ctx, ngx_uint_t enabled);
static ngx_int_t ngx_http_scim_admin_integration_shown(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integrations_shown(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_deleted(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_refused(
    ngx_http_scim_ctx_t *ctx, ngx_scim_outcome_e outcome);
static json_t *ngx_http_scim_admin_integration_json(ngx_http_scim_ctx_t *ctx,
    ngx_scim_integration_t *integration);
static int ngx_http_scim_admin_set_time(json_t *json, const char *name,
    uint64_t milliseconds);


static const char *const  ngx_http_scim_integration_members[] = {
    "name", "description", "type", "profile", NULL
};


const ngx_http_scim_admin_route_t
    ngx_http_scim_admin_integration_routes[] =
{

    { "{tenant}/integrations",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "integrations.list", "INTEGRATION:READ",
                             ngx_http_scim_admin_integration_list, 0),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "{tenant}/integrations",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.create", "INTEGRATION:CREATE",
                             ngx_http_scim_admin_integration_create, 1),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "{tenant}/integrations/{id}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "integrations.read", "INTEGRATION:READ",
                             ngx_http_scim_admin_integration_read, 0),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "{tenant}/integrations/{id}",
      ngx_http_scim_admin_op(NGX_HTTP_PATCH, "integrations.update", "INTEGRATION:UPDATE",
                             ngx_http_scim_admin_integration_update, 1),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "{tenant}/integrations/{id}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "integrations.delete", "INTEGRATION:DELETE",
                             ngx_http_scim_admin_integration_delete, 0),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "{tenant}/integrations/{id}/enable",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.enable", "INTEGRATION:UPDATE",
                             ngx_http_scim_admin_integration_enable, 0),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "{tenant}/integrations/{id}/disable",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.disable", "INTEGRATION:UPDATE",
                             ngx_http_scim_admin_integration_disable, 0),
      NULL, 0, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_integration_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                           rc;
    ngx_scim_integration_t             *integration;
    ngx_http_scim_admin_integration_t  *admin;

    admin = ngx_pcalloc(ctx->pool,
                        sizeof(ngx_http_scim_admin_integration_t));
    if (admin == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->state = admin;
    integration = &admin->integration;

    rc = ngx_http_scim_admin_integration_check(ctx, integration);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    if (integration->name.data == NULL) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                  "\"name\" is required");
    }

    ngx_str_set(&integration->type, NGX_HTTP_SCIM_TYPE_NAME);

    if (integration->profile.data == NULL) {
        ngx_str_set(&integration->profile, "lenient");
    }

    if (ngx_http_scim_admin_integration_secret(ctx, admin) != NGX_OK
        || ngx_http_scim_uuid(ctx->pool, &integration->id) != NGX_OK
        || ngx_http_scim_uuid(ctx->pool,
                              &integration->service_account)
           != NGX_OK
        || ngx_http_scim_uuid(ctx->pool, &integration->binding)
           != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_integration_create(ctx->batch, &ctx->scope, integration)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_integration_created);
}


static ngx_int_t
ngx_http_scim_admin_integration_check(ngx_http_scim_ctx_t *ctx,
    ngx_scim_integration_t *integration)
{
    ngx_str_t  *type, *profile;

    type = &integration->type;
    profile = &integration->profile;

    if (ngx_http_scim_admin_members(ctx, ngx_http_scim_integration_members)
        != NGX_OK
        || ngx_http_scim_admin_string(ctx, "name", NGX_SCIM_NAME_MAX,
                                      &integration->name)
           != NGX_OK
        || ngx_http_scim_admin_string(ctx, "description",
                                      NGX_HTTP_SCIM_DESCRIPTION_MAX,
                                      &integration->description)
           != NGX_OK
        || ngx_http_scim_admin_string(ctx, "type", NGX_SCIM_NAME_MAX, type)
           != NGX_OK
        || ngx_http_scim_admin_string(ctx, "profile", NGX_SCIM_NAME_MAX,
                                      profile)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (integration->name.data && !ngx_http_scim_is_name(&integration->name)) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                    "\"name\" must be 1 to %d lower-case "
                                    "letters, digits and hyphens, no hyphen "
                                    "at either end", NGX_SCIM_NAME_MAX);
    }

    if (type->data && !ngx_http_scim_is(type, NGX_HTTP_SCIM_TYPE_NAME)
        && !ngx_http_scim_is(type, "SCIM"))
    {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                    "\"type\" must be \""
                                    NGX_HTTP_SCIM_TYPE_NAME "\"");
    }

    if (profile->data && !ngx_http_scim_is(profile, "lenient")
        && !ngx_http_scim_is(profile, "strict"))
    {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                    "\"profile\" must be \"lenient\" or "
                                    "\"strict\"");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_integration_secret(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_admin_integration_t *admin)
{
    u_char                   hash[NGX_HTTP_SCIM_SHA256_LEN];
    ngx_scim_integration_t  *integration;

    integration = &admin->integration;

    if (ngx_http_scim_token_create(ctx->pool, &admin->secret)
        != NGX_OK
        || ngx_http_scim_sha256(&admin->secret, hash) != NGX_OK)
    {
        return NGX_ERROR;
    }

    (void) ngx_hex_dump(admin->hash, hash, sizeof(hash));

    integration->token.data = admin->hash;
    integration->token.len = sizeof(admin->hash);

    integration->token_prefix.data = admin->secret.data;
    integration->token_prefix.len = NGX_HTTP_SCIM_TOKEN_PREFIX_LEN;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_integration_created(ngx_http_scim_ctx_t *ctx)
{
    json_t                             *json;
    ngx_scim_outcome_e                  outcome;
    ngx_scim_integration_t              integration;
    ngx_http_scim_admin_integration_t  *admin;

    admin = ctx->state;

    outcome = ngx_scim_integration_reply(ctx->batch, &integration);
    if (outcome != NGX_SCIM_OK) {
        return ngx_http_scim_admin_integration_refused(ctx, outcome);
    }

    json = ngx_http_scim_own(ctx,
               ngx_http_scim_admin_integration_json(ctx, &integration));

    if (json == NULL
        || json_object_set_new(json, "secretToken",
                               json_stringn((char *) admin->secret.data,
                                            admin->secret.len))
           != 0)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_send_json(ctx, NGX_HTTP_CREATED, json);
}


static ngx_int_t
ngx_http_scim_admin_integration_read(ngx_http_scim_ctx_t *ctx)
{
    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_admin_integration_refused(ctx, NGX_SCIM_MISSING);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_integration_read(ctx->batch, &ctx->scope, &ctx->id)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_integration_shown);
}


static ngx_int_t
ngx_http_scim_admin_integration_update(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_scim_integration_t  integration;

    ngx_memzero(&integration, sizeof(ngx_scim_integration_t));

    rc = ngx_http_scim_admin_integration_check(ctx, &integration);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_admin_integration_refused(ctx, NGX_SCIM_MISSING);
    }

    integration.id = ctx->id;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_integration_update(ctx->batch, &ctx->scope, &integration)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_integration_shown);
}


static ngx_int_t
ngx_http_scim_admin_integration_enable(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_admin_integration_switch(ctx, 1);
}


static ngx_int_t
ngx_http_scim_admin_integration_disable(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_admin_integration_switch(ctx, 0);
}


static ngx_int_t
ngx_http_scim_admin_integration_switch(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t enabled)
{
    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_admin_integration_refused(ctx, NGX_SCIM_MISSING);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_integration_enable(ctx->batch, &ctx->scope, &ctx->id,
                                       enabled)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_integration_shown);
}


static ngx_int_t
ngx_http_scim_admin_integration_shown(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_outcome_e      outcome;
    ngx_scim_integration_t  integration;

    outcome = ngx_scim_integration_reply(ctx->batch, &integration);
    if (outcome != NGX_SCIM_OK) {
        return ngx_http_scim_admin_integration_refused(ctx, outcome);
    }

    return ngx_http_scim_send_json(ctx, NGX_HTTP_OK,
               ngx_http_scim_own(ctx,
                   ngx_http_scim_admin_integration_json(ctx, &integration)));
}


static ngx_int_t
ngx_http_scim_admin_integration_list(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_integration_list(ctx->batch, &ctx->scope) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_integrations_shown);
}


static ngx_int_t
ngx_http_scim_admin_integrations_shown(ngx_http_scim_ctx_t *ctx)
{
    json_t                  *results;
    ngx_scim_page_t          page;
    ngx_scim_integration_t   integration;

    if (ngx_scim_integration_list_reply(ctx->batch, &page) != NGX_SCIM_OK) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such tenant");
    }

    results = ngx_http_scim_own(ctx, json_array());

    while (ngx_scim_integration_next(&page, &integration) == NGX_OK) {
        if (json_array_append_new(results,
                ngx_http_scim_admin_integration_json(ctx, &integration))
            != 0)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    return ngx_http_scim_admin_send_results(ctx, results);
}


static ngx_int_t
ngx_http_scim_admin_integration_delete(ngx_http_scim_ctx_t *ctx)
{
    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_admin_integration_refused(ctx, NGX_SCIM_MISSING);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_integration_delete(ctx->batch, &ctx->scope, &ctx->id)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_integration_deleted);
}


static ngx_int_t
ngx_http_scim_admin_integration_deleted(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_outcome_e      outcome;
    ngx_scim_integration_t  integration;

    outcome = ngx_scim_integration_reply(ctx->batch, &integration);
    if (outcome != NGX_SCIM_OK) {
        return ngx_http_scim_admin_integration_refused(ctx, outcome);
    }

    return ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL);
}


static ngx_int_t
ngx_http_scim_admin_integration_refused(ngx_http_scim_ctx_t *ctx,
    ngx_scim_outcome_e outcome)
{
    if (outcome == NGX_SCIM_EXISTS) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_CONFLICT, NULL,
                                  "the tenant has an integration of this "
                                  "name already");
    }

    return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                              ctx->id.len
                              ? "there is no such integration in the tenant"
                              : "there is no such tenant");
}


static json_t *
ngx_http_scim_admin_integration_json(ngx_http_scim_ctx_t *ctx,
    ngx_scim_integration_t *integration)
{
    u_char     *p;
    json_t     *json;
    ngx_str_t   endpoint;

    p = ngx_pnalloc(ctx->pool,
                    ctx->base.len + ctx->scope.tenant.len
                    + integration->id.len
                    + sizeof("/api/v1//integrations//scim/v2"));
    if (p == NULL) {
        return NULL;
    }

    endpoint.data = p;
    endpoint.len = ngx_sprintf(p, "%V/api/v1/%V/integrations/%V/scim/v2",
                               &ctx->base, &ctx->scope.tenant,
                               &integration->id)
                   - p;

    json = json_pack("{s:s%, s:s%, s:s%, s:s%, s:b, s:s%, s:s%, s:s%,"
                     " s:{s:s%, s:o}}",
        "id", integration->id.data, integration->id.len,
        "name", integration->name.data, integration->name.len,
        "description", integration->description.data
                       ? (char *) integration->description.data : "",
                       integration->description.len,
        "type", integration->type.data, integration->type.len,
        "enabled", (int) integration->enabled,
        "profile", integration->profile.data, integration->profile.len,
        "endpoint", endpoint.data, endpoint.len,
        "tokenPrefix", integration->token_prefix.data,
                       integration->token_prefix.len,
        "serviceAccount",
            "id", integration->service_account.data,
                  integration->service_account.len,
            "name", json_sprintf("integration-%.*s",
                                 (int) integration->name.len,
                                 integration->name.data));

    if (json == NULL
        || ngx_http_scim_admin_set_time(json, "created",
                                        integration->created) != 0
        || ngx_http_scim_admin_set_time(json, "modified",
                                        integration->modified) != 0
        || ngx_http_scim_admin_set_time(json, "lastUsed",
                                        integration->last_used) != 0)
    {
        json_decref(json);
        return NULL;
    }

    return json;
}


/* null: never */

static int
ngx_http_scim_admin_set_time(json_t *json, const char *name,
    uint64_t milliseconds)
{
    u_char  time[NGX_HTTP_SCIM_TIME_LEN];

    if (milliseconds == 0) {
        return json_object_set_new(json, name, json_null());
    }

    (void) ngx_http_scim_time(time, milliseconds);

    return json_object_set_new(json, name,
                               json_stringn((char *) time, sizeof(time)));
}
