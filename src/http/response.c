/*
 * Answers: status, headers and JSON, and errors in the form of the API that
 * was asked. nginx's own error pages are not used, so that what leaves here is
 * what the client sees. It must not know what the JSON says.
 */

#include "ngx_http_scim.h"


typedef struct {
    int          status;
    const char  *title;
} ngx_http_scim_title_t;


static void ngx_http_scim_set_error(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status, const char *type, const char *format, va_list args)
    __attribute__((format(printf, 4, 0)));
static ngx_int_t ngx_http_scim_send_error(ngx_http_scim_ctx_t *ctx);
static json_t *ngx_http_scim_problem(ngx_http_scim_ctx_t *ctx);


/* as RFC 9110 calls them, of all that may be sent to scim_error */

static const ngx_http_scim_title_t  ngx_http_scim_titles[] = {
    { NGX_HTTP_BAD_REQUEST, "Bad Request" },
    { NGX_HTTP_UNAUTHORIZED, "Unauthorized" },
    { NGX_HTTP_FORBIDDEN, "Forbidden" },
    { NGX_HTTP_NOT_FOUND, "Not Found" },
    { NGX_HTTP_NOT_ALLOWED, "Method Not Allowed" },
    { NGX_HTTP_REQUEST_TIME_OUT, "Request Timeout" },
    { NGX_HTTP_CONFLICT, "Conflict" },
    { 410, "Gone" },
    { NGX_HTTP_LENGTH_REQUIRED, "Length Required" },
    { NGX_HTTP_PRECONDITION_FAILED, "Precondition Failed" },
    { NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, "Content Too Large" },
    { NGX_HTTP_REQUEST_URI_TOO_LARGE, "URI Too Long" },
    { NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type" },
    { NGX_HTTP_RANGE_NOT_SATISFIABLE, "Range Not Satisfiable" },
    { NGX_HTTP_MISDIRECTED_REQUEST, "Misdirected Request" },
    { NGX_HTTP_TOO_MANY_REQUESTS, "Too Many Requests" },
    { NGX_HTTP_INTERNAL_SERVER_ERROR, "Internal Server Error" },
    { NGX_HTTP_NOT_IMPLEMENTED, "Not Implemented" },
    { NGX_HTTP_BAD_GATEWAY, "Bad Gateway" },
    { NGX_HTTP_SERVICE_UNAVAILABLE, "Service Unavailable" },
    { NGX_HTTP_GATEWAY_TIME_OUT, "Gateway Timeout" },
    { NGX_HTTP_VERSION_NOT_SUPPORTED, "HTTP Version Not Supported" },
    { NGX_HTTP_INSUFFICIENT_STORAGE, "Insufficient Storage" },
    { 0, "Error" }
};


static ngx_str_t  ngx_http_scim_type_scim =
    ngx_string("application/scim+json");
static ngx_str_t  ngx_http_scim_type_json =
    ngx_string("application/json");
static ngx_str_t  ngx_http_scim_type_problem =
    ngx_string("application/problem+json");


ngx_int_t
ngx_http_scim_send(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    ngx_chain_t *body)
{
    off_t                length;
    ngx_int_t            rc;
    ngx_buf_t           *last;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    if (ctx->parent) {
        ctx->answer.status = status;
        return NGX_OK;
    }

    r = ctx->request;
    length = 0;
    last = NULL;

    for (cl = body; cl; cl = cl->next) {
        length += ngx_buf_size(cl->buf);
        last = cl->buf;
    }

    if (last) {
        last->last_buf = (r == r->main) ? 1 : 0;
        last->last_in_chain = 1;
    }

    rc = ngx_http_scim_send_header(ctx, status, length);

    if (rc != NGX_ERROR && rc <= NGX_OK && !r->header_only) {
        rc = ngx_http_output_filter(r, body);
    }

    /* what the client's connection did not take yet is nginx's to send */

    return (rc == NGX_AGAIN) ? NGX_OK : rc;
}


ngx_int_t
ngx_http_scim_send_header(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    off_t length)
{
    ngx_str_t            type;
    ngx_http_request_t  *r;

    r = ctx->request;

    /* a body that nobody read would be taken for the next request */

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        r->keepalive = 0;
    }

    if (length) {
        type = !ctx->admin ? ngx_http_scim_type_scim
               : status >= NGX_HTTP_BAD_REQUEST ? ngx_http_scim_type_problem
               : ctx->type.len ? ctx->type : ngx_http_scim_type_json;

        r->headers_out.content_type = type;
        r->headers_out.content_type_len = type.len;
        r->headers_out.content_type_lowcase = NULL;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = length;

    if (length == 0) {
        r->header_only = 1;
    }

    return ngx_http_send_header(r);
}


ngx_int_t
ngx_http_scim_send_json(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    json_t *json)
{
    ngx_http_scim_text_t  text;

    ngx_http_scim_text_init(&text, ctx->pool);

    if (json == NULL || ngx_http_scim_text_add_json(&text, json) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_send(ctx, status, text.first);
}


ngx_int_t
ngx_http_scim_header(ngx_http_scim_ctx_t *ctx, const char *name,
    ngx_str_t *value)
{
    if (ctx->parent) {
        return NGX_OK;
    }

    return ngx_http_scim_push_header(ctx->request, name, value)
           ? NGX_OK : NGX_ERROR;
}


ngx_table_elt_t *
ngx_http_scim_push_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return h;
}


/* RFC 7644, section 3.14: weak, since the representation may be projected */

ngx_int_t
ngx_http_scim_etag(ngx_http_scim_ctx_t *ctx, ngx_str_t *version)
{
    u_char           *p;
    ngx_str_t         value;
    ngx_table_elt_t  *h;

    value.len = version->len + sizeof("W/\"\"") - 1;

    p = ngx_pnalloc(ctx->pool, value.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;

    p = ngx_http_scim_put(p, "W/\"");
    p = ngx_http_scim_put_str(p, version);
    *p = '"';

    if (ctx->parent) {
        ctx->answer.version = value;
        return NGX_OK;
    }

    h = ngx_http_scim_push_header(ctx->request, "ETag", &value);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ctx->request->headers_out.etag = h;

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_location(ngx_http_scim_ctx_t *ctx, ngx_str_t *url)
{
    ngx_table_elt_t  *h;

    if (ctx->parent) {
        return NGX_OK;
    }

    h = ngx_http_scim_push_header(ctx->request, "Location", url);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ctx->request->headers_out.location = h;

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_retry_after(ngx_http_scim_ctx_t *ctx, ngx_uint_t seconds)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(ctx->pool, NGX_INT_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%ui", seconds) - value.data;

    return ngx_http_scim_header(ctx, "Retry-After", &value);
}


ngx_int_t
ngx_http_scim_refuse(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    const char *type, const char *format, ...)
{
    va_list  args;

    va_start(args, format);
    ngx_http_scim_set_error(ctx, status, type, format, args);
    va_end(args);

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_scim_fail(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    const char *type, const char *format, ...)
{
    va_list  args;

    va_start(args, format);
    ngx_http_scim_set_error(ctx, status, type, format, args);
    va_end(args);

    return ngx_http_scim_fail_error(ctx);
}


static void
ngx_http_scim_set_error(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    const char *type, const char *format, va_list args)
{
    ctx->error.status = (int) status;
    ctx->error.type = type;

    (void) vsnprintf(ctx->error.detail, sizeof(ctx->error.detail), format,
                     args);
}


ngx_int_t
ngx_http_scim_refused(ngx_http_scim_ctx_t *ctx, ngx_int_t rc)
{
    return (rc == NGX_DECLINED) ? ngx_http_scim_fail_error(ctx)
                                : ngx_http_scim_fail_memory(ctx);
}


ngx_int_t
ngx_http_scim_fail_memory(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_fail(ctx, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL,
                              "out of memory");
}


ngx_int_t
ngx_http_scim_fail_error(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t           level;
    ngx_http_request_t  *r;

    r = ctx->request;

    /* half an answer must not look like a whole one */

    if (ctx->stream) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "scim: an answer was cut off, and its connection "
                      "closed: %s", ctx->error.detail);
        return NGX_ERROR;
    }

    /* that of Redis has been logged, and any other is the client's to mend */

    level = (ctx->error.status == NGX_HTTP_INTERNAL_SERVER_ERROR)
            ? NGX_LOG_ERR : NGX_LOG_INFO;

    ngx_log_error(level, r->connection->log, 0, "scim: %d %s%s%s",
                  ctx->error.status,
                  ctx->error.type ? ctx->error.type : "",
                  ctx->error.type ? ": " : "", ctx->error.detail);

    r->disable_not_modified = 1;

    ngx_http_scim_audit_refusal(ctx);

    /* nobody is told to continue with what is refused */

    r->expect_tested = 1;

    return ngx_http_scim_send_error(ctx);
}


static ngx_int_t
ngx_http_scim_send_error(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t              rc;
    json_t                *json;
    ngx_http_scim_text_t   text;

    json = ctx->admin ? ngx_http_scim_problem(ctx)
                      : scim_error_message(&ctx->error);

    ngx_http_scim_text_init(&text, ctx->pool);

    rc = json ? ngx_http_scim_text_add_json(&text, json) : NGX_ERROR;
    json_decref(json);

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_scim_send(ctx, (ngx_uint_t) ctx->error.status,
                              text.first);
}


/* RFC 9457; the type is "about:blank", since the status says it all */

static json_t *
ngx_http_scim_problem(ngx_http_scim_ctx_t *ctx)
{
    json_t                       *json;
    const ngx_http_scim_title_t  *t;

    for (t = ngx_http_scim_titles; t->status; t++) {
        if (t->status == ctx->error.status) {
            break;
        }
    }

    json = json_pack("{s:s, s:s, s:i, s:s, s:s*}", "type", "about:blank",
                     "title", t->title, "status", ctx->error.status,
                     "detail", ctx->error.detail, "field", ctx->field);

    if (ctx->more && json_object_update(json, ctx->more) != 0) {
        json_decref(json);
        return NULL;
    }

    return json;
}


/*
 * 503, never 404 or 401: an identity provider would create everybody again,
 * or give up for an hour.
 */

ngx_int_t
ngx_http_scim_unavailable(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                   uncertain;
    const char                  *failure;
    const ngx_http_scim_operation_t  *operation;

    operation = ctx->operation;
    failure = ctx->batch->failure;
    uncertain = ctx->batch->uncertain && operation->method != NGX_HTTP_GET;
    ctx->reason = NGX_HTTP_SCIM_REASON_REDIS;

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "scim: redis cannot serve %V: %s%s", &operation->name,
                  failure ? failure : "no memory",
                  uncertain ? ", the outcome of the write is unknown" : "");

    if (ngx_http_scim_retry_after(ctx, NGX_HTTP_SCIM_RETRY_REDIS) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (ctx->partly) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_SERVICE_UNAVAILABLE, NULL,
                                  "the directory is not available now; a part "
                                  "was done: repeat the request to finish it");
    }

    return ngx_http_scim_fail(ctx, NGX_HTTP_SERVICE_UNAVAILABLE, NULL,
                              uncertain
                              ? "the directory is not available now; whether "
                                "the change was made is not known"
                              : "the directory is not available now; nothing "
                                "was changed");
}
