/*
 * The management API of tenants. The list of them lies in a key of its own, and
 * each tenant where only its own functions reach it: so a list asks for names
 * first, then for each tenant, some at a time.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_TENANT_NAME_MAX   256
#define NGX_HTTP_SCIM_TENANTS_COUNT     50     /* of a page                  */
#define NGX_HTTP_SCIM_TENANTS_AT_ONCE   50
#define NGX_HTTP_SCIM_TENANTS_WALK      1000   /* looked at for a page       */
#define NGX_HTTP_SCIM_TENANTS_CURSOR    '~'    /* then an id; no id has it   */


typedef struct {
    json_t           *results;
    ngx_scim_page_t   names;
    ngx_uint_t        asked;               /* names at once                  */
    ngx_uint_t        count;               /* results that are asked for     */
    ngx_uint_t        walked;
    ngx_str_t         place;               /* the last id that was looked at */
    u_char            text[NGX_SCIM_NAME_MAX + 1];   /* it, as a cursor      */
} ngx_http_scim_tenants_t;


static ngx_int_t ngx_http_scim_admin_tenant_list(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenants_begin(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenants_ask(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenants_named(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenants_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenants_send(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t more);
static ngx_int_t ngx_http_scim_admin_tenant_create(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_check(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *id);
static ngx_int_t ngx_http_scim_admin_tenant_known(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_enter(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_created(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_admin_reserved(ngx_str_t *id);
static ngx_int_t ngx_http_scim_admin_tenant_delete(ngx_http_scim_ctx_t *ctx);


/* what is, or may become, a path of its own under /api/v1 */

static const char *const  ngx_http_scim_reserved_names[] = {
    "tenants", "users", "openapi", "console", "metrics", "status", "health",
    "admin", NULL
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_tenant_query[] = {
    ngx_http_scim_admin_text_field,
    { "count", "count", NGX_HTTP_SCIM_ADMIN_NUMBER, 0, 200, 1, NULL, NULL },
    { "cursor", "cursor", NGX_HTTP_SCIM_ADMIN_TEXT, 0, NGX_SCIM_NAME_MAX + 1,
      0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_tenant_deletion[] = {
    ngx_http_scim_admin_field("cascade", "cascade", BOOLEAN),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_tenant_creation[] = {
    ngx_http_scim_admin_field("id", "id", NAME),
    { "name", "name", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_TENANT_NAME_MAX, 1, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_tenant_update[] = {
    { "name", "name", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_TENANT_NAME_MAX, 1, NULL, NULL },
    { "defaultRole", "default_role", NGX_HTTP_SCIM_ADMIN_ROLE,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_tenant_counts[] = {
    ngx_http_scim_admin_field("users", "users", NUMBER),
    ngx_http_scim_admin_field("groups", "groups", NUMBER),
    ngx_http_scim_admin_field("integrations", "integrations", NUMBER),
    ngx_http_scim_admin_field("roles", "roles", NUMBER),
    ngx_http_scim_admin_field("bindings", "bindings", NUMBER),
    ngx_http_scim_admin_field("serviceAccounts", "serviceAccounts", NUMBER),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_tenant_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("name", "name", TEXT),
    { "defaultRole", "default_role", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("created", "created", TIME),
    ngx_http_scim_admin_field("modified", "modified", TIME),
    ngx_http_scim_admin_field("version", "version", TEXT),
    { "counts", "counts", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_tenant_counts },
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_tenant_routes[] = {

    { "tenants",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tenants.list",
                             NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_tenant_list, 0),
      "tenant_read", NGX_HTTP_OK,
      ngx_http_scim_tenant_query, NULL, ngx_http_scim_tenant_answer, 1 },

    { "tenants",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "tenants.create",
                             NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_tenant_create, 1),
      "tenant_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_tenant_creation, ngx_http_scim_tenant_answer, 0 },

    { "tenants/{tenant}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tenants.read", "",
                             ngx_http_scim_admin_call, 0),
      "tenant_read", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_tenant_answer, 0 },

    { "tenants/{tenant}",
      ngx_http_scim_admin_op(NGX_HTTP_PATCH, "tenants.update",
                             NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_call, 1),
      "tenant_update", NGX_HTTP_OK,
      NULL, ngx_http_scim_tenant_update, ngx_http_scim_tenant_answer, 0 },

    { "tenants/{tenant}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "tenants.delete",
                             NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_tenant_delete, 0),
      "tenant_delete", NGX_HTTP_NO_CONTENT,
      ngx_http_scim_tenant_deletion, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_tenant_list(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_tenants_begin(ctx);
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_tenants_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


static ngx_int_t
ngx_http_scim_admin_tenants_begin(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                 count, cursor;
    ngx_http_scim_tenants_t  *list;

    list = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_tenants_t));
    if (list == NULL) {
        return NGX_ERROR;
    }

    ctx->state = list;

    list->results = ngx_http_scim_own(ctx, json_array());
    if (list->results == NULL) {
        return NGX_ERROR;
    }

    count = ngx_http_scim_admin_get(ctx, "count");
    cursor = ngx_http_scim_admin_get(ctx, "cursor");

    list->count = count.data ? (ngx_uint_t) ngx_atoi(count.data, count.len)
                             : NGX_HTTP_SCIM_TENANTS_COUNT;
    list->text[0] = NGX_HTTP_SCIM_TENANTS_CURSOR;
    list->place.data = list->text + 1;

    if (cursor.data == NULL) {
        return NGX_OK;
    }

    if (cursor.len > 1) {
        list->place.len = cursor.len - 1;
        ngx_memcpy(list->place.data, cursor.data + 1, list->place.len);
    }

    if (!ngx_http_scim_is_name(&list->place)
        || cursor.data[0] != NGX_HTTP_SCIM_TENANTS_CURSOR)
    {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, "cursor",
                                          "\"cursor\" must be the nextCursor "
                                          "of the page before it");
    }

    return NGX_OK;
}


/* no more at once than may be in flight, and one to tell whether more follow */

static ngx_int_t
ngx_http_scim_admin_tenants_ask(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                n, most;
    ngx_http_scim_tenants_t  *list;

    list = ctx->state;

    n = list->count - json_array_size(list->results) + 1;
    n = ngx_max(n, NGX_HTTP_SCIM_TENANTS_AT_ONCE);
    most = ctx->main_conf->redis_conf.max_commands / 2;
    list->asked = ngx_max(1, ngx_min(n, most));

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_tenant_names(ctx->batch, &ctx->scope, &list->place,
                                 list->asked)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_answered(ctx, 0);

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenants_named);
}


static ngx_int_t
ngx_http_scim_admin_tenants_named(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                 name;
    ngx_uint_t                n;
    ngx_scim_scope_t          scope;
    ngx_http_scim_tenants_t  *list;

    list = ctx->state;
    ngx_scim_tenant_names_reply(ctx->batch, &list->names);

    if (ngx_http_scim_batch(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    /* a copy: the log shows ctx's tenant, when the replies have been freed */

    scope = ctx->scope;

    for (n = 0; ngx_scim_tenant_names_next(&list->names, &name) == NGX_OK; n++)
    {
        scope.tenant = name;

        if (ngx_scim_manage(ctx->batch, &scope, NGX_SCIM_REDIS_READ,
                            "tenant_read", &ctx->management->args)
            != NGX_OK)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    if (n == 0 || json_array_size(list->results) == list->count) {
        return ngx_http_scim_admin_tenants_send(ctx, n > 0);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenants_read);
}


/* a name that has no tenant: it is being made, or on its way out */

static ngx_int_t
ngx_http_scim_admin_tenants_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                 name;
    ngx_uint_t                n;
    redisReply               *reply;
    ngx_http_scim_tenants_t  *list;

    list = ctx->state;
    list->names.next = 0;

    for (n = 0; ngx_scim_tenant_names_next(&list->names, &name) == NGX_OK; n++)
    {
        if (json_array_size(list->results) == list->count) {
            return ngx_http_scim_admin_tenants_send(ctx, 1);
        }

        list->place.len = ngx_min(name.len, NGX_SCIM_NAME_MAX);
        ngx_memcpy(list->place.data, name.data, list->place.len);

        if (ngx_scim_manage_reply(ctx->batch, &reply) == NGX_SCIM_OK
            && json_array_append_new(list->results,
                   ngx_http_scim_admin_json(ctx, ngx_http_scim_tenant_answer,
                                            ngx_scim_manage_record(reply)))
               != 0)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    list->walked += n;

    if (n < list->asked || list->walked >= NGX_HTTP_SCIM_TENANTS_WALK) {
        return ngx_http_scim_admin_tenants_send(ctx, n == list->asked);
    }

    return ngx_http_scim_admin_tenants_ask(ctx);
}


static ngx_int_t
ngx_http_scim_admin_tenants_send(ngx_http_scim_ctx_t *ctx, ngx_uint_t more)
{
    json_t                   *json;
    ngx_http_scim_tenants_t  *list;

    list = ctx->state;

    json = ngx_http_scim_own(ctx, json_pack("{s:O}", "results",
                                            list->results));

    if (json == NULL
        || (ngx_http_scim_admin_get(ctx, "q").data == NULL
            && json_object_set_new(json, "total", json_integer(
                                       (json_int_t) list->names.total))
               != 0)
        || (more
            && json_object_set_new(json, "nextCursor",
                                   json_stringn((char *) list->text,
                                                list->place.len + 1))
               != 0))
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_send_json(ctx, NGX_HTTP_OK, json);
}


static ngx_int_t
ngx_http_scim_admin_tenant_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  id, key, request;

    ngx_str_null(&id);
    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_tenant_check(ctx, &id);
    }

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    ctx->scope.tenant = id;
    key = ngx_http_scim_admin_get(ctx, "idempotency");
    request = ngx_http_scim_admin_get(ctx, "request");

    if (key.data == NULL) {
        return ngx_http_scim_admin_tenant_enter(ctx);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_tenant_request_claim(ctx->batch, &ctx->scope, &key,
                                         &request)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenant_known);
}


/*
 * Another request with the same key may have been about another tenant, whose
 * function alone knows it. Of two at once the first one has the key.
 */

static ngx_int_t
ngx_http_scim_admin_tenant_known(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  request, known;

    known = ngx_scim_tenant_request_reply(ctx->batch);
    request = ngx_http_scim_admin_get(ctx, "request");

    if (known.data
        && (known.len != request.len
            || ngx_memcmp(known.data, request.data, known.len) != 0))
    {
        (void) ngx_http_scim_admin_refuse(ctx, NGX_HTTP_CONFLICT,
                                          "Idempotency-Key",
                                          "this key came with another request "
                                          "before");
        return ngx_http_scim_fail_error(ctx);
    }

    ctx->management->claimed = (known.data == NULL);

    return ngx_http_scim_admin_tenant_enter(ctx);
}


static ngx_int_t
ngx_http_scim_admin_tenant_enter(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_tenant_enter(ctx->batch, &ctx->scope) != NGX_OK
        || ngx_scim_manage(ctx->batch, &ctx->scope, NGX_SCIM_REDIS_WRITE,
                           "tenant_create", &ctx->management->args)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenant_created);
}


/* either of id and name does for both */

static ngx_int_t
ngx_http_scim_admin_tenant_check(ngx_http_scim_ctx_t *ctx, ngx_str_t *id)
{
    ngx_str_t  name;

    *id = ngx_http_scim_admin_get(ctx, "id");
    name = ngx_http_scim_admin_get(ctx, "name");

    if (id->data == NULL) {
        *id = name;

        if (!ngx_http_scim_is_name(id)) {
            return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, "id",
                                              "\"id\" is required, as the "
                                              "name is none: 1 to %d "
                                              "lower-case letters, digits and "
                                              "hyphens, no hyphen at either "
                                              "end", NGX_SCIM_NAME_MAX);
        }

        if (ngx_http_scim_admin_set(ctx, "id", id) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_scim_admin_reserved(id)) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, "id",
                                          "\"id\" is a reserved word");
    }

    return name.data ? NGX_OK : ngx_http_scim_admin_set(ctx, "name", id);
}


static ngx_uint_t
ngx_http_scim_admin_reserved(ngx_str_t *id)
{
    const char *const  *name;

    for (name = ngx_http_scim_reserved_names; *name; name++) {
        if (ngx_http_scim_is(id, *name)) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_scim_admin_tenant_created(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t   rc;
    ngx_str_t   key;

    ngx_scim_tenants_reply(ctx->batch);

    rc = ngx_http_scim_admin_answer(ctx);
    key = ngx_http_scim_admin_get(ctx, "idempotency");

    if (ctx->management->claimed && ctx->error.status) {
        ngx_scim_tenant_request_release(ctx->main_conf->redis, &ctx->scope,
                                        &key);
    }

    return rc;
}


static ngx_int_t
ngx_http_scim_admin_tenant_delete(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    return (rc == NGX_OK) ? ngx_http_scim_admin_delete_all(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}
