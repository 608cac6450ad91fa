/*
 * What Redis answered as JSON, by tables of fields. It must not know what the
 * fields mean.
 */

#include "admin.h"


static json_t *ngx_http_scim_admin_json_value(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, redisReply *value);
static json_t *ngx_http_scim_admin_json_text(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, ngx_str_t *text);
static json_t *ngx_http_scim_admin_json_constant(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *text);
static json_t *ngx_http_scim_admin_json_time(ngx_str_t *text);
static json_t *ngx_http_scim_admin_json_texts(redisReply *texts);
static json_t *ngx_http_scim_admin_json_endpoint(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *id);
static redisReply *ngx_http_scim_admin_element(redisReply *record,
    const char *name);
static ngx_int_t ngx_http_scim_admin_place_of(ngx_http_scim_ctx_t *ctx,
    json_t *json);


json_t *
ngx_http_scim_admin_json(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, redisReply *record)
{
    json_t                             *json, *value;
    redisReply                         *element;
    const ngx_http_scim_admin_field_t  *field;

    json = record ? json_object() : NULL;

    for (field = fields; json && field->member; field++) {

        element = ngx_http_scim_admin_element(record, field->name);

        if (element == NULL) {
            continue;
        }

        value = ngx_http_scim_admin_json_value(ctx, field, element);

        if (json_object_set_new(json, field->member, value) != 0) {
            json_decref(json);
            return NULL;
        }
    }

    return json;
}


json_t *
ngx_http_scim_admin_json_array(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, redisReply *records)
{
    size_t   i;
    json_t  *array;

    array = json_array();

    if (records == NULL || records->type != REDIS_REPLY_ARRAY) {
        return array;
    }

    for (i = 0; array && i < records->elements; i++) {

        if (json_array_append_new(array,
                                  ngx_http_scim_admin_json(ctx, fields,
                                                      records->element[i]))
            != 0)
        {
            json_decref(array);
            return NULL;
        }
    }

    return array;
}


static json_t *
ngx_http_scim_admin_json_value(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, redisReply *value)
{
    ngx_str_t  text;

    switch (field->kind) {

    case NGX_HTTP_SCIM_ADMIN_RECORDS:
        return ngx_http_scim_admin_json_array(ctx, field->fields, value);

    case NGX_HTTP_SCIM_ADMIN_TEXTS:
        return ngx_http_scim_admin_json_texts(value);

    case NGX_HTTP_SCIM_ADMIN_RECORD:

        if (value->type != REDIS_REPLY_ARRAY || value->elements == 0) {
            return json_null();
        }

        return ngx_http_scim_admin_json(ctx, field->fields, value);

    default:
        break;
    }

    if (value->type == REDIS_REPLY_INTEGER) {
        return json_integer(value->integer);
    }

    if (value->type != REDIS_REPLY_STRING) {
        return json_null();
    }

    text.data = (u_char *) value->str;
    text.len = (size_t) value->len;

    if (text.len == 0 && (field->flags & NGX_HTTP_SCIM_ADMIN_NULLABLE)) {
        return json_null();
    }

    return ngx_http_scim_admin_json_text(ctx, field, &text);
}


static json_t *
ngx_http_scim_admin_json_text(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, ngx_str_t *text)
{
    switch (field->kind) {

    case NGX_HTTP_SCIM_ADMIN_BOOLEAN:
        return json_boolean(ngx_http_scim_is(text, "1"));

    case NGX_HTTP_SCIM_ADMIN_NUMBER:
        return json_integer((json_int_t) ngx_atoof(text->data, text->len));

    case NGX_HTTP_SCIM_ADMIN_TIME:
        return ngx_http_scim_admin_json_time(text);

    case NGX_HTTP_SCIM_ADMIN_PERMISSIONS:
        return ngx_http_scim_admin_permissions_json(text);

    case NGX_HTTP_SCIM_ADMIN_CONSTANT:
        return ngx_http_scim_admin_json_constant(ctx, text);

    case NGX_HTTP_SCIM_ADMIN_ENDPOINT:
        return ngx_http_scim_admin_json_endpoint(ctx, text);

    case NGX_HTTP_SCIM_ADMIN_JSON:
        return json_loadb((char *) text->data, text->len, JSON_DECODE_ANY,
                          NULL);

    default:
        return json_stringn((char *) text->data, text->len);
    }
}


/* "service-account" as SERVICE_ACCOUNT */

static json_t *
ngx_http_scim_admin_json_constant(ngx_http_scim_ctx_t *ctx, ngx_str_t *text)
{
    size_t   i;
    u_char  *p;

    p = ngx_pnalloc(ctx->pool, text->len + 1);
    if (p == NULL) {
        return NULL;
    }

    for (i = 0; i < text->len; i++) {
        p[i] = (text->data[i] == '-') ? '_' : ngx_toupper(text->data[i]);
    }

    return json_stringn((char *) p, text->len);
}


/* null: never */

static json_t *
ngx_http_scim_admin_json_time(ngx_str_t *text)
{
    off_t   milliseconds;
    u_char  time[NGX_HTTP_SCIM_TIME_LEN];

    milliseconds = ngx_atoof(text->data, text->len);

    if (milliseconds <= 0) {
        return json_null();
    }

    (void) ngx_http_scim_time(time, (uint64_t) milliseconds);

    return json_stringn((char *) time, sizeof(time));
}


static json_t *
ngx_http_scim_admin_json_texts(redisReply *texts)
{
    size_t   i;
    json_t  *array;

    array = json_array();

    if (texts->type != REDIS_REPLY_ARRAY) {
        return array;
    }

    for (i = 0; array && i < texts->elements; i++) {

        if (texts->element[i]->type == REDIS_REPLY_STRING
            && json_array_append_new(array,
                                     json_stringn(texts->element[i]->str,
                                         (size_t) texts->element[i]->len))
               != 0)
        {
            json_decref(array);
            return NULL;
        }
    }

    return array;
}


static json_t *
ngx_http_scim_admin_json_endpoint(ngx_http_scim_ctx_t *ctx, ngx_str_t *id)
{
    u_char  *p, *start;

    start = ngx_pnalloc(ctx->pool,
                        ctx->base.len + ctx->scope.tenant.len + id->len
                        + sizeof("/api/v1//integrations//scim/v2"));
    if (start == NULL) {
        return NULL;
    }

    p = ngx_sprintf(start, "%V/api/v1/%V/integrations/%V/scim/v2",
                    &ctx->base, &ctx->scope.tenant, id);

    return json_stringn((char *) start, p - start);
}


static redisReply *
ngx_http_scim_admin_element(redisReply *record, const char *name)
{
    size_t     i;
    ngx_str_t  text;

    if (record->type != REDIS_REPLY_ARRAY) {
        return NULL;
    }

    for (i = 0; i + 1 < record->elements; i += 2) {

        text.data = (u_char *) record->element[i]->str;
        text.len = (size_t) record->element[i]->len;

        if (record->element[i]->type == REDIS_REPLY_STRING
            && ngx_http_scim_is(&text, name))
        {
            return record->element[i + 1];
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_scim_admin_send(ngx_http_scim_ctx_t *ctx, json_t *json)
{
    json_t      *version;
    ngx_str_t    text;
    ngx_uint_t   status;

    json = ngx_http_scim_own(ctx, json);
    if (json == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    status = ctx->management->route->status;
    version = json_object_get(json, "version");

    if (json_is_string(version)) {
        text.data = (u_char *) json_string_value(version);
        text.len = json_string_length(version);

        if (ngx_http_scim_etag(ctx, &text) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    if (status == NGX_HTTP_CREATED
        && ngx_http_scim_admin_place_of(ctx, json) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_send_json(ctx, status, json);
}


/* what was created is to be found at its id, behind the path of its kind */

static ngx_int_t
ngx_http_scim_admin_place_of(ngx_http_scim_ctx_t *ctx, json_t *json)
{
    u_char      *p;
    ngx_str_t   *uri, url;
    const char  *id;

    uri = ctx->management->place.len ? &ctx->management->place
                                     : &ctx->request->uri;
    id = json_string_value(json_object_get(json,
                               ctx->management->route->answer->member));

    if (id == NULL) {
        return NGX_OK;
    }

    url.len = ctx->base.len + uri->len + 1 + ngx_strlen(id);

    p = ngx_pnalloc(ctx->pool, url.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    url.data = p;
    p = ngx_http_scim_put_str(p, &ctx->base);
    p = ngx_http_scim_put_str(p, uri);

    if (p[-1] != '/') {
        *p++ = '/';
    }

    p = ngx_cpymem(p, id, ngx_strlen(id));
    url.len = p - url.data;

    return ngx_http_scim_location(ctx, &url);
}
