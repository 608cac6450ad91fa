/*
 * The step of most operations of the management API: what was sent goes to a
 * function in Redis, what this answers goes to the client. It must not know
 * what the function does.
 */

#include "admin.h"
#include "resource.h"


#define NGX_HTTP_SCIM_IDEMPOTENCY_MAX  255


typedef struct {
    ngx_scim_outcome_e   outcome;
    ngx_uint_t           status;
} ngx_http_scim_admin_status_t;


static ngx_int_t ngx_http_scim_admin_gather_path(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_path_id(ngx_http_scim_ctx_t *ctx,
    const char *name, size_t len, ngx_str_t *id);
static ngx_int_t ngx_http_scim_admin_gather_expected(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_gather_idempotency(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_set_hash(ngx_http_scim_ctx_t *ctx,
    const char *name, ngx_uint_t n, ngx_str_t *texts);
static ngx_str_t *ngx_http_scim_admin_header(ngx_http_request_t *r,
    const char *name);
static ngx_int_t ngx_http_scim_admin_refusal(ngx_http_scim_ctx_t *ctx,
    ngx_scim_outcome_e outcome, redisReply *reply);
static ngx_int_t ngx_http_scim_admin_answer_list(ngx_http_scim_ctx_t *ctx,
    redisReply *reply);
static ngx_int_t ngx_http_scim_admin_replayed(ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_status_t  ngx_http_scim_admin_statuses[] = {
    { NGX_SCIM_MISSING, NGX_HTTP_NOT_FOUND },
    { NGX_SCIM_EXISTS, NGX_HTTP_CONFLICT },
    { NGX_SCIM_HELD, NGX_HTTP_CONFLICT },
    { NGX_SCIM_DENIED, NGX_HTTP_FORBIDDEN },
    { NGX_SCIM_STALE, NGX_HTTP_PRECONDITION_FAILED },
    { NGX_SCIM_REFUSED, NGX_HTTP_BAD_REQUEST },
    { NGX_SCIM_OK, 0 }
};


/* who stands in the way */

static const ngx_http_scim_admin_field_t  ngx_http_scim_admin_holder[] = {
    ngx_http_scim_admin_field("type", "type", CONSTANT),
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field_end
};

static const ngx_http_scim_admin_field_t  ngx_http_scim_admin_holders[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    { "subject", "subject", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_admin_holder },
    ngx_http_scim_admin_field_end
};


ngx_int_t
ngx_http_scim_admin_call(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    return (rc == NGX_OK) ? ngx_http_scim_admin_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


ngx_int_t
ngx_http_scim_admin_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_set_id(ctx, "id");
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


ngx_int_t
ngx_http_scim_admin_gather(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                           rc;
    const ngx_http_scim_admin_route_t  *route;

    route = ctx->management->route;

    rc = ngx_http_scim_admin_gather_path(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_read_query(ctx, route->query);
    }

    if (rc == NGX_OK && route->body) {
        rc = ngx_http_scim_admin_read_body(ctx, route->body);
    }

    if (rc == NGX_OK && route->operation.method == NGX_HTTP_PATCH) {
        rc = ngx_http_scim_audit_members(ctx, ctx->message);
    }

    if (rc == NGX_OK && route->operation.method != NGX_HTTP_GET) {
        rc = ngx_http_scim_admin_gather_expected(ctx);
    }

    if (rc == NGX_OK && route->operation.method == NGX_HTTP_POST) {
        rc = ngx_http_scim_admin_gather_idempotency(ctx);
    }

    return rc;
}


static ngx_int_t
ngx_http_scim_admin_gather_path(ngx_http_scim_ctx_t *ctx)
{
    size_t       len;
    ngx_int_t    rc;
    ngx_str_t   *id;
    const char  *p;

    id = ctx->management->ids;

    for (p = ctx->management->route->pattern; *p; p += len) {

        len = strcspn(p, "{}");

        if (p[len]) {
            len++;
        }

        if (p == ctx->management->route->pattern || p[-1] != '{'
            || ngx_strncmp(p, "tenant}", len) == 0)
        {
            continue;
        }

        rc = ngx_http_scim_admin_path_id(ctx, p, len - 1, id++);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* what has another form than an id is nobody's */

static ngx_int_t
ngx_http_scim_admin_path_id(ngx_http_scim_ctx_t *ctx, const char *name,
    size_t len, ngx_str_t *id)
{
    ngx_str_t  *arg, own;

    own.data = (u_char *) name;
    own.len = len;

    if (ngx_http_scim_is(&own, "role") ? !ngx_http_scim_is_role(id)
                                       : !ngx_http_scim_is_id(id))
    {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                          "there is no such %.*s", (int) len,
                                          name);
    }

    arg = ngx_array_push_n(&ctx->management->args, 2);
    if (arg == NULL) {
        return NGX_ERROR;
    }

    arg[0] = own;
    arg[1] = *id;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_gather_expected(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  expected;

    if (ngx_http_scim_expected(ctx, &expected) != NGX_OK) {
        return NGX_ERROR;
    }

    return expected.data ? ngx_http_scim_admin_set(ctx, "expected", &expected)
                         : NGX_OK;
}


/*
 * The key is one's own: of this actor and operation, so that nobody learns
 * what another one created. With it goes what was asked for.
 */

static ngx_int_t
ngx_http_scim_admin_gather_idempotency(ngx_http_scim_ctx_t *ctx)
{
    char        *body;
    ngx_int_t    rc;
    ngx_str_t   *key, texts[3], request;
    ngx_uint_t   i;

    key = ngx_http_scim_admin_header(ctx->request, "idempotency-key");

    if (key == NULL) {
        return NGX_OK;
    }

    for (i = 0; i < key->len; i++) {
        if (key->data[i] <= ' ' || key->data[i] >= 0x7f) {
            break;
        }
    }

    if (i < key->len || i == 0 || i > NGX_HTTP_SCIM_IDEMPOTENCY_MAX) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                          "Idempotency-Key",
                                          "the Idempotency-Key must be 1 to "
                                          "%d visible characters",
                                          NGX_HTTP_SCIM_IDEMPOTENCY_MAX);
    }

    body = ctx->message ? json_dumps(ctx->message, JSON_SORT_KEYS)
                        : strdup("");
    if (body == NULL) {
        return NGX_ERROR;
    }

    texts[0] = ctx->scope.actor;
    texts[1] = ctx->request->uri;
    texts[2] = *key;

    request.data = (u_char *) body;
    request.len = ngx_strlen(body);

    rc = ngx_http_scim_admin_set_hash(ctx, "idempotency", 3, texts);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_set_hash(ctx, "request", 1, &request);
    }

    free(body);

    return rc;
}


/* the SHA-256 of the texts, each behind a NUL */

static ngx_int_t
ngx_http_scim_admin_set_hash(ngx_http_scim_ctx_t *ctx, const char *name,
    ngx_uint_t n, ngx_str_t *texts)
{
    u_char      *p;
    size_t       len;
    ngx_str_t    text, hash;
    ngx_uint_t   i;
    u_char       digest[NGX_HTTP_SCIM_SHA256_LEN];

    len = 0;

    for (i = 0; i < n; i++) {
        len += texts[i].len + 1;
    }

    p = ngx_pnalloc(ctx->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text.data = p;
    text.len = len;

    for (i = 0; i < n; i++) {
        *p++ = '\0';
        p = ngx_http_scim_put_str(p, &texts[i]);
    }

    if (ngx_http_scim_sha256(&text, digest) != NGX_OK
        || ngx_http_scim_hash_text(ctx->pool, digest, &hash) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_scim_admin_set(ctx, name, &hash);
}


static ngx_str_t *
ngx_http_scim_admin_header(ngx_http_request_t *r, const char *name)
{
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    len = ngx_strlen(name);

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        header = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (header[i].key.len == len
                && ngx_strncmp(header[i].lowcase_key, name, len) == 0)
            {
                return &header[i].value;
            }
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_scim_admin_set_id(ngx_http_scim_ctx_t *ctx, const char *name)
{
    ngx_str_t  id;

    if (ngx_http_scim_uuid(ctx->pool, &id) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_admin_set(ctx, name, &id);
}


ngx_int_t
ngx_http_scim_admin_set_secret(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  *secret, prefix, hash;
    u_char      digest[NGX_HTTP_SCIM_SHA256_LEN];

    secret = &ctx->management->secret;

    if (ngx_http_scim_token_create(ctx->pool, secret) != NGX_OK
        || ngx_http_scim_sha256(secret, digest) != NGX_OK
        || ngx_http_scim_hash_text(ctx->pool, digest, &hash) != NGX_OK)
    {
        return NGX_ERROR;
    }

    prefix.data = secret->data;
    prefix.len = NGX_HTTP_SCIM_TOKEN_PREFIX_LEN;

    if (ngx_http_scim_admin_set(ctx, "hash", &hash) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_admin_set(ctx, "prefix", &prefix);
}


ngx_int_t
ngx_http_scim_admin_ask(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_admin_ask_for(ctx, ctx->management->route->function,
                                       ngx_http_scim_admin_answer);
}


ngx_int_t
ngx_http_scim_admin_ask_for(ngx_http_scim_ctx_t *ctx, const char *function,
    ngx_http_scim_step_pt next)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_manage(ctx->batch, &ctx->scope,
                           ctx->operation->method == NGX_HTTP_GET
                           ? NGX_SCIM_REDIS_READ : NGX_SCIM_REDIS_WRITE,
                           function, &ctx->management->args)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, next);
}


redisReply *
ngx_http_scim_admin_reply(ngx_http_scim_ctx_t *ctx, ngx_int_t *rc)
{
    redisReply          *reply;
    ngx_scim_outcome_e   outcome;

    outcome = ngx_scim_manage_reply(ctx->batch, &reply);

    if (outcome == NGX_SCIM_OK) {
        return reply;
    }

    *rc = ngx_http_scim_admin_refusal(ctx, outcome, reply);

    return NULL;
}


/* WORD, field, detail */

static ngx_int_t
ngx_http_scim_admin_refusal(ngx_http_scim_ctx_t *ctx,
    ngx_scim_outcome_e outcome, redisReply *reply)
{
    ngx_str_t                            field, detail;
    redisReply                          *holders;
    const ngx_http_scim_admin_status_t  *s;

    for (s = ngx_http_scim_admin_statuses; s->status; s++) {
        if (s->outcome == outcome) {
            break;
        }
    }

    ngx_scim_manage_refusal(reply, &field, &detail, &holders);

    if (s->status == 0 || detail.len == 0) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL,
                                  "the function library answered what this "
                                  "module does not know");
    }

    /* strings of Redis' replies end with a NUL */

    (void) ngx_http_scim_admin_refuse(ctx, s->status,
                                      field.len ? (char *) field.data : NULL,
                                      "%s", (char *) detail.data);

    if (holders) {
        ctx->more = ngx_http_scim_own(ctx, json_pack("{s:o}", "bindings",
                        ngx_http_scim_admin_json_array(ctx,
                            ngx_http_scim_admin_holders, holders)));
    }

    return ngx_http_scim_fail_error(ctx);
}


ngx_int_t
ngx_http_scim_admin_answer(ngx_http_scim_ctx_t *ctx)
{
    json_t                             *json;
    ngx_int_t                           rc;
    redisReply                         *reply, *record;
    ngx_http_scim_admin_t              *admin;
    const ngx_http_scim_admin_route_t  *route;

    admin = ctx->management;
    route = admin->route;

    reply = ngx_http_scim_admin_reply(ctx, &rc);
    if (reply == NULL) {
        return rc;
    }

    if (route->answer == NULL) {
        return ngx_http_scim_send(ctx, route->status, NULL);
    }

    if (route->list) {
        return ngx_http_scim_admin_answer_list(ctx, reply);
    }

    record = ngx_scim_manage_record(reply);
    json = ngx_http_scim_admin_json(ctx, route->answer, record);

    if (ngx_scim_manage_replayed(reply)) {

        if (ngx_http_scim_admin_replayed(ctx) != NGX_OK) {
            json_decref(json);
            return ngx_http_scim_fail_memory(ctx);
        }

    } else if (admin->secret.len) {

        if (json_object_set_new(json, "secretToken",
                                json_stringn((char *) admin->secret.data,
                                             admin->secret.len))
            != 0)
        {
            json_decref(json);
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    return ngx_http_scim_admin_send(ctx, json);
}


static ngx_int_t
ngx_http_scim_admin_answer_list(ngx_http_scim_ctx_t *ctx, redisReply *reply)
{
    json_t      *json;
    ngx_str_t    cursor, total;
    redisReply  *records;

    ngx_scim_manage_page(reply, &records, &cursor, &total);

    json = ngx_http_scim_own(ctx, json_pack("{s:o}", "results",
               ngx_http_scim_admin_json_array(ctx,
                                              ctx->management->route->answer,
                                              records)));

    if (json == NULL
        || (total.len
            && json_object_set_new(json, "total",
                                   json_integer((json_int_t)
                                       ngx_atoof(total.data, total.len)))
               != 0)
        || (cursor.len
            && json_object_set_new(json, "nextCursor",
                                   json_stringn((char *) cursor.data,
                                                cursor.len))
               != 0))
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_send_json(ctx, NGX_HTTP_OK, json);
}


static ngx_int_t
ngx_http_scim_admin_replayed(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  value;

    ngx_str_set(&value, "true");

    return ngx_http_scim_header(ctx, "Idempotency-Replayed", &value);
}
