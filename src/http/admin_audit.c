/*
 * The management API of the audit trail: a page of it, newest first; or all of
 * it, a JSON text a line, oldest first, as it comes from Redis.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_ACTOR_MAX      256
#define NGX_HTTP_SCIM_OPERATION_MAX  64

#define NGX_HTTP_SCIM_ENTRY_LEN      (2 * NGX_INT64_LEN + 1)
#define NGX_HTTP_SCIM_AUDIT_LINES    "200"       /* asked for at a time */


typedef struct {
    ngx_uint_t           kept;                   /* batches before the first  */
    u_char               place[NGX_HTTP_SCIM_ENTRY_LEN];
} ngx_http_scim_audit_state_t;


static ngx_int_t ngx_http_scim_admin_audit(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_audit_lines(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_audit_begin(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_audit_ask(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_audit_more(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_audit_send(ngx_http_scim_ctx_t *ctx,
    redisReply *reply);
static ngx_int_t ngx_http_scim_admin_audit_line(ngx_http_scim_ctx_t *ctx,
    redisReply *record);
static ngx_int_t ngx_http_scim_admin_audit_place(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *cursor);


static const ngx_http_scim_admin_field_t  ngx_http_scim_audit_query[] = {
    ngx_http_scim_admin_field("user", "user", ID),
    ngx_http_scim_admin_field("group", "group", ID),
    ngx_http_scim_admin_field("integration", "integration", ID),
    { "actor", "actor", NGX_HTTP_SCIM_ADMIN_TEXT, 0, NGX_HTTP_SCIM_ACTOR_MAX,
      1, NULL, NULL },
    { "operation", "operation", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_OPERATION_MAX, 1, NULL, NULL },
    ngx_http_scim_admin_field("since", "since", TIME),
    ngx_http_scim_admin_field("until", "until", TIME),
    { "format", "format", NGX_HTTP_SCIM_ADMIN_WORD, 0, 0, 0, "json jsonl",
      NULL },
    { "count", "count", NGX_HTTP_SCIM_ADMIN_NUMBER, 0, 200, 1, NULL, NULL },
    ngx_http_scim_admin_field("cursor", "cursor", ENTRY),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_audit_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("time", "time", TIME),
    ngx_http_scim_admin_field("actor", "actor", TEXT),
    { "token", "token", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "request", "request", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "address", "address", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("operation", "operation", TEXT),
    { "resource", "resource", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("changed", "changed", TEXTS),
    { "values", "values", NGX_HTTP_SCIM_ADMIN_JSON,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "before", "before", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "after", "after", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("outcome", "outcome", TEXT),
    ngx_http_scim_admin_field("count", "count", NUMBER),
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_audit_routes[] = {

    { "{tenant}/audit",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "audit.list", "AUDIT:READ",
                             ngx_http_scim_admin_audit, 0),
      "audit_list", NGX_HTTP_OK,
      ngx_http_scim_audit_query, NULL, ngx_http_scim_audit_answer, 1 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_audit(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  format;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    format = ngx_http_scim_admin_get(ctx, "format");

    if (!ngx_http_scim_is(&format, "jsonl")) {
        return ngx_http_scim_admin_ask(ctx);
    }

    rc = ngx_http_scim_admin_audit_lines(ctx);

    return (rc == NGX_OK)
           ? ngx_http_scim_admin_ask_for(ctx, "audit_list",
                                         ngx_http_scim_admin_audit_begin)
           : ngx_http_scim_refused(ctx, rc);
}


/* oldest first, so that who comes again goes on behind the last line */

static ngx_int_t
ngx_http_scim_admin_audit_lines(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                     yes, count;
    ngx_http_scim_audit_state_t  *state;

    if (ngx_http_scim_admin_get(ctx, "count").data) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, "count",
                                          "with \"format=jsonl\" all entries "
                                          "are sent: leave \"count\" out");
    }

    state = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_audit_state_t));
    if (state == NULL) {
        return NGX_ERROR;
    }

    ctx->state = state;
    state->kept = ctx->batches.nelts;

    ngx_str_set(&yes, "1");
    ngx_str_set(&count, NGX_HTTP_SCIM_AUDIT_LINES);

    if (ngx_http_scim_admin_set(ctx, "oldest", &yes) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_admin_set(ctx, "count", &count);
}


static ngx_int_t
ngx_http_scim_admin_audit_begin(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t    rc;
    redisReply  *reply;

    reply = ngx_http_scim_admin_reply(ctx, &rc);
    if (reply == NULL) {
        return rc;
    }

    ngx_str_set(&ctx->type, "application/x-ndjson");

    rc = ngx_http_scim_stream_begin(ctx, NGX_HTTP_OK);

    if (rc != NGX_OK) {
        return (rc == NGX_DONE) ? NGX_OK : rc;
    }

    return ngx_http_scim_admin_audit_send(ctx, reply);
}


static ngx_int_t
ngx_http_scim_admin_audit_ask(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_scope_t              scope;
    ngx_http_scim_audit_state_t  *state;

    state = ctx->state;
    scope = ctx->scope;
    scope.pool = ctx->stream->pool;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_manage(ctx->batch, &scope, NGX_SCIM_REDIS_READ,
                           "audit_list", &ctx->management->args)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_answered(ctx, state->kept);

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_audit_more);
}


static ngx_int_t
ngx_http_scim_admin_audit_more(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t    rc;
    redisReply  *reply;

    reply = ngx_http_scim_admin_reply(ctx, &rc);

    return reply ? ngx_http_scim_admin_audit_send(ctx, reply) : rc;
}


static ngx_int_t
ngx_http_scim_admin_audit_send(ngx_http_scim_ctx_t *ctx, redisReply *reply)
{
    size_t       i;
    ngx_str_t    cursor, total;
    redisReply  *records;

    ngx_scim_manage_page(reply, &records, &cursor, &total);

    for (i = 0; records && i < records->elements; i++) {

        if (ngx_http_scim_admin_audit_line(ctx, records->element[i])
            != NGX_OK)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    if (cursor.len == 0) {
        return ngx_http_scim_stream_send(ctx, NULL);
    }

    if (ngx_http_scim_admin_audit_place(ctx, &cursor) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_stream_send(ctx, ngx_http_scim_admin_audit_ask);
}


static ngx_int_t
ngx_http_scim_admin_audit_line(ngx_http_scim_ctx_t *ctx, redisReply *record)
{
    json_t     *json;
    ngx_int_t   rc;

    json = ngx_http_scim_admin_json(ctx, ngx_http_scim_audit_answer, record);
    if (json == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_scim_text_add_json(&ctx->stream->text, json);
    json_decref(json);

    return (rc == NGX_OK)
           ? ngx_http_scim_text_add(&ctx->stream->text, "\n", 1) : NGX_ERROR;
}


/* where the next question begins; the reply that says so goes */

static ngx_int_t
ngx_http_scim_admin_audit_place(ngx_http_scim_ctx_t *ctx, ngx_str_t *cursor)
{
    ngx_str_t                    *arg, place;
    ngx_uint_t                    i;
    ngx_http_scim_audit_state_t  *state;

    state = ctx->state;

    place.data = state->place;
    place.len = ngx_min(cursor->len, NGX_HTTP_SCIM_ENTRY_LEN);
    ngx_memcpy(place.data, cursor->data, place.len);

    arg = ctx->management->args.elts;

    for (i = 0; i < ctx->management->args.nelts; i += 2) {
        if (ngx_http_scim_is(&arg[i], "cursor")) {
            arg[i + 1] = place;
            return NGX_OK;
        }
    }

    return ngx_http_scim_admin_set(ctx, "cursor", &place);
}
