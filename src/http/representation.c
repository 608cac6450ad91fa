/*
 * A stored record as clients see it: the document as it is stored, with what
 * is not stored in it spliced in behind (groups or members, meta). Nothing is
 * parsed unless the client asks for a part of it.
 */

#include "resource.h"


/*
 * ,"members":[{"value":"","$ref":"","type":"Group","display":""}, and
 * ,"meta":{"resourceType":"Group","created":"","lastModified":"",
 * "location":"","version":"W/\"\""}}
 */
#define NGX_HTTP_SCIM_REFERENCE_SIZE  96
#define NGX_HTTP_SCIM_META_SIZE       160


static ngx_int_t ngx_http_scim_represent(ngx_http_scim_ctx_t *ctx,
    ngx_scim_kind_e kind, ngx_scim_record_t *record, ngx_array_t *more,
    ngx_http_scim_text_t *text);
static ngx_int_t ngx_http_scim_add_document(ngx_http_scim_ctx_t *ctx,
    ngx_scim_record_t *record, ngx_http_scim_text_t *text);
static ngx_int_t ngx_http_scim_add_groups(ngx_http_scim_ctx_t *ctx,
    redisReply *groups, ngx_http_scim_text_t *text);
static ngx_int_t ngx_http_scim_add_reference(ngx_http_scim_ctx_t *ctx,
    redisReply *id, redisReply *display, ngx_scim_kind_e kind,
    const char *type, ngx_uint_t first, ngx_http_scim_text_t *text);
static ngx_int_t ngx_http_scim_add_meta(ngx_http_scim_ctx_t *ctx,
    ngx_scim_kind_e kind, ngx_scim_record_t *record,
    ngx_http_scim_text_t *text);


static ngx_int_t
ngx_http_scim_represent(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_scim_record_t *record, ngx_array_t *more, ngx_http_scim_text_t *text)
{
    ngx_uint_t    i, n;
    redisReply  **reply;

    if (kind == NGX_SCIM_GROUPS && record->related) {

        n = 0;

        if (ngx_http_scim_represent_begin(ctx, record, text) != NGX_OK
            || ngx_http_scim_represent_members(ctx, record->related, &n, text)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        reply = more ? more->elts : NULL;

        for (i = 0; more && i < more->nelts; i++) {
            if (ngx_http_scim_represent_members(ctx, reply[i], &n, text)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        return ngx_http_scim_represent_end(ctx, record, text);
    }

    if (ngx_http_scim_add_document(ctx, record, text) != NGX_OK) {
        return NGX_ERROR;
    }

    if (record->related && record->related->elements
        && ngx_http_scim_add_groups(ctx, record->related, text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_scim_add_meta(ctx, kind, record, text);
}


ngx_int_t
ngx_http_scim_represent_begin(ngx_http_scim_ctx_t *ctx,
    ngx_scim_record_t *record, ngx_http_scim_text_t *text)
{
    if (ngx_http_scim_add_document(ctx, record, text) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_text_add(text, ",\"members\":[",
                                  sizeof(",\"members\":[") - 1);
}


ngx_int_t
ngx_http_scim_represent_end(ngx_http_scim_ctx_t *ctx,
    ngx_scim_record_t *record, ngx_http_scim_text_t *text)
{
    if (ngx_http_scim_text_add(text, "]", 1) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_add_meta(ctx, NGX_SCIM_GROUPS, record, text);
}


/* without its closing brace, and with room for all of an ordinary resource */

static ngx_int_t
ngx_http_scim_add_document(ngx_http_scim_ctx_t *ctx,
    ngx_scim_record_t *record, ngx_http_scim_text_t *text)
{
    if (ngx_http_scim_text_reserve(text, record->document.len
                                         + NGX_HTTP_SCIM_META_SIZE
                                         + ctx->endpoint_json.len + 128)
        == NULL)
    {
        return NGX_ERROR;
    }

    return record->document.len
           ? ngx_http_scim_text_add(text, record->document.data,
                                    record->document.len - 1)
           : NGX_ERROR;
}


static ngx_int_t
ngx_http_scim_add_groups(ngx_http_scim_ctx_t *ctx, redisReply *groups,
    ngx_http_scim_text_t *text)
{
    size_t      i;
    ngx_uint_t  n;

    if (ngx_http_scim_text_add(text, ",\"groups\":[",
                               sizeof(",\"groups\":[") - 1)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    n = 0;

    for (i = 0; i + 1 < groups->elements; i += 2) {

        /* a group that is gone: see redis/README.md */

        if (groups->element[i + 1]->type != REDIS_REPLY_STRING) {
            continue;
        }

        if (ngx_http_scim_add_reference(ctx, groups->element[i],
                                        groups->element[i + 1],
                                        NGX_SCIM_GROUPS, "direct", n++ == 0,
                                        text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_scim_text_add(text, "]", 1);
}


ngx_int_t
ngx_http_scim_represent_members(ngx_http_scim_ctx_t *ctx, redisReply *members,
    ngx_uint_t *n, ngx_http_scim_text_t *text)
{
    size_t            i;
    ngx_uint_t        is_group;
    ngx_scim_kind_e   kind;

    for (i = 1; i + 2 < members->elements; i += 3) {
        is_group = (members->element[i + 1]->len
                    && members->element[i + 1]->str[0] == 'g');
        kind = is_group ? NGX_SCIM_GROUPS : NGX_SCIM_USERS;

        if (ngx_http_scim_add_reference(ctx, members->element[i],
                                        members->element[i + 2], kind,
                                        is_group ? "Group" : "User",
                                        (*n)++ == 0, text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_add_reference(ngx_http_scim_ctx_t *ctx, redisReply *id,
    redisReply *display, ngx_scim_kind_e kind, const char *type,
    ngx_uint_t first, ngx_http_scim_text_t *text)
{
    u_char     *p;
    size_t      size, escape;
    ngx_str_t   name, value;

    value.data = (u_char *) id->str;
    value.len = (size_t) id->len;
    name.data = (u_char *) display->str;
    name.len = (size_t) display->len;

    escape = ngx_escape_json(NULL, name.data, name.len);

    size = NGX_HTTP_SCIM_REFERENCE_SIZE + 2 * value.len + name.len + escape
           + ctx->endpoint_json.len;

    p = ngx_http_scim_text_reserve(text, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (!first) {
        *p++ = ',';
    }

    p = ngx_http_scim_put(p, "{\"value\":\"");
    p = ngx_http_scim_put_str(p, &value);
    p = ngx_http_scim_put(p, "\",\"$ref\":\"");
    p = ngx_http_scim_put_str(p, &ctx->endpoint_json);

    if (kind == NGX_SCIM_USERS) {
        p = ngx_http_scim_put(p, "/Users/");

    } else {
        p = ngx_http_scim_put(p, "/Groups/");
    }

    p = ngx_http_scim_put_str(p, &value);
    p = ngx_http_scim_put(p, "\",\"type\":\"");
    p = ngx_cpymem(p, type, ngx_strlen(type));
    *p++ = '"';

    /* a user's displayName, which not every user has */

    if (name.len) {
        p = ngx_http_scim_put(p, ",\"display\":\"");

        if (escape) {
            p = (u_char *) ngx_escape_json(p, name.data, name.len);

        } else {
            p = ngx_http_scim_put_str(p, &name);
        }

        *p++ = '"';
    }

    *p++ = '}';

    text->buf->last = p;

    return NGX_OK;
}


/* and the resource's closing brace */

static ngx_int_t
ngx_http_scim_add_meta(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_scim_record_t *record, ngx_http_scim_text_t *text)
{
    u_char                      *p;
    size_t                       size;
    const scim_resource_type_t  *type;

    type = ngx_http_scim_type(ctx, kind);

    size = NGX_HTTP_SCIM_META_SIZE + 2 * NGX_HTTP_SCIM_TIME_LEN
           + ctx->endpoint_json.len + record->id.len + record->version.len;

    p = ngx_http_scim_text_reserve(text, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_http_scim_put(p, ",\"meta\":{\"resourceType\":\"");
    p = ngx_cpymem(p, type->name, ngx_strlen(type->name));
    p = ngx_http_scim_put(p, "\",\"created\":\"");
    p = ngx_http_scim_time(p, record->created);
    p = ngx_http_scim_put(p, "\",\"lastModified\":\"");
    p = ngx_http_scim_time(p, record->modified);
    p = ngx_http_scim_put(p, "\",\"location\":\"");
    p = ngx_http_scim_put_str(p, &ctx->endpoint_json);
    p = ngx_cpymem(p, type->endpoint, ngx_strlen(type->endpoint));
    *p++ = '/';
    p = ngx_http_scim_put_str(p, &record->id);
    p = ngx_http_scim_put(p, "\",\"version\":\"W/\\\"");
    p = ngx_http_scim_put_str(p, &record->version);
    p = ngx_http_scim_put(p, "\\\"\"}}");

    text->buf->last = p;

    return NGX_OK;
}


json_t *
ngx_http_scim_represent_json(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_scim_record_t *record, ngx_array_t *more)
{
    json_t                *resource;
    ngx_str_t              flat;
    ngx_pool_t            *pool;
    ngx_http_scim_text_t   text;

    /* of its own, since a filter may look at many records that match not */

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE,
                           ctx->request->connection->log);
    if (pool == NULL) {
        return NULL;
    }

    ngx_http_scim_text_init(&text, pool);
    resource = NULL;

    if (ngx_http_scim_represent(ctx, kind, record, more, &text) == NGX_OK
        && ngx_http_scim_text_flat(&text, &flat) == NGX_OK)
    {
        resource = json_loadb((char *) flat.data, flat.len, 0, NULL);
    }

    ngx_destroy_pool(pool);

    return resource;
}


/*
 * Clients leave out the members of groups more than anything else: these are
 * not in the document.
 */

ngx_int_t
ngx_http_scim_represent_as(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_scim_record_t *record, ngx_array_t *more,
    scim_projection_t *projection, ngx_http_scim_text_t *text)
{
    json_t             *resource;
    ngx_int_t           rc;
    const char         *related;
    ngx_scim_record_t   shown;

    related = (kind == NGX_SCIM_GROUPS) ? "members" : "groups";
    shown = *record;

    if (!scim_projection_wants(projection, related)) {
        shown.related = NULL;
    }

    if (projection == NULL
        || scim_projection_only_excludes(projection, related))
    {
        return ngx_http_scim_represent(ctx, kind, &shown, more, text);
    }

    resource = ngx_http_scim_represent_json(ctx, kind, &shown, more);
    if (resource == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_scim_add_projected(projection, resource, text);
    json_decref(resource);

    return rc;
}


ngx_int_t
ngx_http_scim_add_projected(scim_projection_t *projection, json_t *resource,
    ngx_http_scim_text_t *text)
{
    json_t     *projected;
    ngx_int_t   rc;

    projected = scim_projection_apply(projection, resource);
    if (projected == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_scim_text_add_json(text, projected);
    json_decref(projected);

    return rc;
}


ngx_int_t
ngx_http_scim_resource_headers(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    ngx_scim_record_t *record)
{
    ngx_str_t  url;

    if (ctx->operation->method == NGX_HTTP_GET) {

        if (!ngx_http_scim_version_expected(ctx, &record->version)) {
            return NGX_DECLINED;
        }

        /*
         * If-None-Match is for nginx's filter; the 412 that it has for others
         * would end the connection.
         */

        ctx->request->headers_in.if_match = NULL;
        ctx->request->headers_in.if_unmodified_since = NULL;
        ctx->request->disable_not_modified = 0;
    }

    if (ngx_http_scim_resource_url(ctx, ctx->operation->kind, &record->id,
                                   &url)
        != NGX_OK
        || ngx_http_scim_header(ctx, "Content-Location", &url) != NGX_OK
        || ngx_http_scim_etag(ctx, &record->version) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return (status == NGX_HTTP_CREATED) ? ngx_http_scim_location(ctx, &url)
                                        : NGX_OK;
}


ngx_int_t
ngx_http_scim_send_resource(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    ngx_scim_record_t *record, ngx_array_t *more)
{
    ngx_int_t              rc;
    ngx_scim_kind_e        kind;
    ngx_http_scim_text_t   text;

    rc = ngx_http_scim_resource_headers(ctx, status, record);

    if (rc != NGX_OK) {
        return (rc == NGX_DECLINED) ? ngx_http_scim_version_moved(ctx)
                                    : ngx_http_scim_fail_memory(ctx);
    }

    kind = ctx->operation->kind;

    /* RFC 7643, section 7: a client sees what it has just written */

    if (ctx->message
        && scim_projection_reveal(ctx->projection,
                                  ngx_http_scim_type(ctx, kind), ctx->message,
                                  &ctx->error)
           != 0)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_text_init(&text, ctx->pool);

    if (ngx_http_scim_represent_as(ctx, kind, record, more, ctx->projection,
                                   &text)
        != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_send(ctx, status, text.first);
}
