/*
 * What the operations on users and groups have in common: the query, the
 * document, its version, and what the store refuses.
 */

#include "resource.h"


static ngx_uint_t ngx_http_scim_version_named(ngx_str_t *header,
    ngx_str_t *version);
static ngx_str_t *ngx_http_scim_if_match(ngx_http_scim_ctx_t *ctx);
static ngx_str_t *ngx_http_scim_if_none_match(ngx_http_scim_ctx_t *ctx);
static u_char *ngx_http_scim_versions(u_char *to, ngx_str_t *header);
static void ngx_http_scim_free_projection(void *data);
static json_t *ngx_http_scim_made(ngx_http_scim_ctx_t *ctx,
    json_t *document);
static void ngx_http_scim_free_patch(void *data);


const scim_resource_type_t *
ngx_http_scim_type(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind)
{
    return ctx->main_conf->types[kind];
}


void
ngx_http_scim_read_query(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  *args;

    args = &ctx->request->args;

    if (args->len == 0
        || scim_query_parse(&ctx->query, (char *) args->data, args->len,
                            &ctx->error)
           == 0)
    {
        ctx->projection = ngx_http_scim_projection(ctx, ctx->operation->kind);
    }
}


scim_projection_t *
ngx_http_scim_projection(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind)
{
    scim_query_t       *query;
    scim_projection_t  *projection;

    query = &ctx->query;

    /* of the core schemas all is shown that is stored */

    if (query->attributes == NULL && query->excluded_attributes == NULL
        && ctx->main_conf->registry == NULL)
    {
        return NULL;
    }

    projection = scim_projection_parse(
                     ngx_http_scim_type(ctx, kind), &ctx->policy,
                     query->attributes,
                     query->attributes ? ngx_strlen(query->attributes) : 0,
                     query->excluded_attributes,
                     query->excluded_attributes
                         ? ngx_strlen(query->excluded_attributes) : 0,
                     &ctx->error);

    if (projection
        && ngx_http_scim_own_with(ctx, projection,
                                  ngx_http_scim_free_projection)
           != NGX_OK)
    {
        scim_projection_free(projection);
        (void) scim_fail_memory(&ctx->error);
        return NULL;
    }

    return projection;
}


static void
ngx_http_scim_free_projection(void *data)
{
    scim_projection_free(data);
}


ngx_uint_t
ngx_http_scim_version_expected(ngx_http_scim_ctx_t *ctx, ngx_str_t *version)
{
    ngx_str_t  *match, *none_match;

    match = ngx_http_scim_if_match(ctx);
    none_match = ngx_http_scim_if_none_match(ctx);

    return (match == NULL || ngx_http_scim_version_named(match, version))
           && (none_match == NULL
               || !ngx_http_scim_version_named(none_match, version));
}


static ngx_uint_t
ngx_http_scim_version_named(ngx_str_t *header, ngx_str_t *version)
{
    return scim_version_matches((char *) header->data, header->len,
                                (char *) version->data, version->len);
}


/* the header's value, or what a bulk operation has for it; NULL: absent */

static ngx_str_t *
ngx_http_scim_if_match(ngx_http_scim_ctx_t *ctx)
{
    if (ctx->parent) {
        return ctx->if_match.len ? &ctx->if_match : NULL;
    }

    return ctx->request->headers_in.if_match
           ? &ctx->request->headers_in.if_match->value : NULL;
}


/* NULL: absent, or not for us: nginx's filter has it of what is read */

static ngx_str_t *
ngx_http_scim_if_none_match(ngx_http_scim_ctx_t *ctx)
{
    if (ctx->parent || ctx->admin
        || ctx->operation->method == NGX_HTTP_GET)
    {
        return NULL;
    }

    return ctx->request->headers_in.if_none_match
           ? &ctx->request->headers_in.if_none_match->value : NULL;
}


ngx_int_t
ngx_http_scim_expected(ngx_http_scim_ctx_t *ctx, ngx_str_t *expected)
{
    u_char     *to;
    ngx_str_t  *match, *none_match;

    match = ngx_http_scim_if_match(ctx);
    none_match = ngx_http_scim_if_none_match(ctx);
    ngx_str_null(expected);

    if (match == NULL && none_match == NULL) {
        return NGX_OK;
    }

    to = ngx_pnalloc(ctx->pool, (match ? match->len + 1 : 0)
                                + (none_match ? none_match->len + 2 : 0));
    if (to == NULL) {
        return NGX_ERROR;
    }

    expected->data = to;

    if (match) {
        to = ngx_http_scim_versions(to, match);
    }

    if (none_match) {
        *to++ = '!';
        to = ngx_http_scim_versions(to, none_match);
    }

    expected->len = to - expected->data;

    return NGX_OK;
}


/*
 * Versions are numbers, so a tag that is none cannot be meant. A header without
 * any leaves "," which matches no version.
 */

static u_char *
ngx_http_scim_versions(u_char *to, ngx_str_t *header)
{
    u_char  *p, *start, *last;

    if (header->len == 1 && header->data[0] == '*') {
        *to++ = '*';
        return to;
    }

    *to++ = ',';
    p = header->data;
    last = p + header->len;

    while (p < last) {

        if (*p++ != '"') {
            continue;
        }

        for (start = p; p < last && *p >= '0' && *p <= '9'; p++) { /* void */ }

        if (p < last && *p == '"' && p > start) {
            to = ngx_cpymem(to, start, p - start);
            *to++ = ',';
        }

        while (p < last && *p++ != '"') { /* void */ }
    }

    return to;
}


json_t *
ngx_http_scim_accept(ngx_http_scim_ctx_t *ctx, json_t *current,
    scim_members_t *members)
{
    return ngx_http_scim_made(ctx, scim_resource_accept(
                                 ngx_http_scim_type(ctx, ctx->operation->kind),
                                 &ctx->policy, ctx->message, current, members,
                                 &ctx->error));
}


json_t *
ngx_http_scim_apply(ngx_http_scim_ctx_t *ctx, scim_patch_t *patch,
    json_t *current)
{
    return ngx_http_scim_made(ctx, scim_patch_apply(patch, current,
                                                    &ctx->error));
}


static json_t *
ngx_http_scim_made(ngx_http_scim_ctx_t *ctx, json_t *document)
{
    if (document && ngx_http_scim_own(ctx, document) == NULL) {
        (void) scim_fail_memory(&ctx->error);
        return NULL;
    }

    return document;
}


scim_patch_t *
ngx_http_scim_patch(ngx_http_scim_ctx_t *ctx)
{
    scim_patch_t  *patch;

    patch = scim_patch_parse(ngx_http_scim_type(ctx, ctx->operation->kind),
                             &ctx->policy, ctx->message, &ctx->error);

    if (patch
        && ngx_http_scim_own_with(ctx, patch, ngx_http_scim_free_patch)
           != NGX_OK)
    {
        scim_patch_free(patch);
        (void) scim_fail_memory(&ctx->error);
        return NULL;
    }

    return patch;
}


static void
ngx_http_scim_free_patch(void *data)
{
    scim_patch_free(data);
}


json_t *
ngx_http_scim_document(ngx_http_scim_ctx_t *ctx, ngx_scim_record_t *record)
{
    return ngx_http_scim_own(ctx, json_loadb((char *) record->document.data,
                                             record->document.len, 0, NULL));
}


ngx_int_t
ngx_http_scim_document_text(ngx_http_scim_ctx_t *ctx, json_t *document,
    ngx_str_t *text)
{
    ngx_http_scim_text_t  dump;

    ngx_http_scim_text_init(&dump, ctx->pool);

    if (ngx_http_scim_text_add_json(&dump, document) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_text_flat(&dump, text);
}


ngx_array_t *
ngx_http_scim_index(ngx_http_scim_ctx_t *ctx, json_t *document)
{
    ngx_uint_t                   i;
    ngx_array_t                 *found, *indexes;
    ngx_scim_index_t            *entry;
    ngx_http_scim_index_t       *index;
    const scim_resource_type_t  *type;

    type = ngx_http_scim_type(ctx, ctx->operation->kind);
    indexes = &ctx->main_conf->indexes[ctx->operation->kind];
    index = indexes->elts;

    found = ngx_array_create(ctx->pool, indexes->nelts,
                             sizeof(ngx_scim_index_t));

    for (i = 0; found && i < indexes->nelts; i++) {

        if (index[i].source != NGX_HTTP_SCIM_INDEX_DOCUMENT) {
            continue;
        }

        entry = ngx_array_push(found);
        if (entry == NULL) {
            return NULL;
        }

        entry->name = index[i].path;
        entry->named = index[i].named;
        entry->values = ngx_http_scim_index_values(ctx->pool, type, document,
                                              (char *) index[i].path.data);

        if (entry->values == NULL) {
            return NULL;
        }

        /* that it has none is told of those that not every nginx keeps */

        if (entry->values->nelts == 0 && !index[i].named) {
            found->nelts--;
        }
    }

    return found;
}


ngx_array_t *
ngx_http_scim_index_values(ngx_pool_t *pool, const scim_resource_type_t *type,
    json_t *document, const char *path)
{
    size_t               i;
    json_t              *list, *element;
    ngx_str_t           *value;
    ngx_array_t         *values;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    list = scim_resource_index(type, document, path);
    if (list == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_scim_free_json;
    cln->data = list;

    values = ngx_array_create(pool, json_array_size(list) + 1,
                              sizeof(ngx_str_t));

    json_array_foreach(list, i, element) {
        value = values ? ngx_array_push(values) : NULL;
        if (value == NULL) {
            return NULL;
        }

        value->data = (u_char *) json_string_value(element);
        value->len = json_string_length(element);
    }

    return values;
}


ngx_int_t
ngx_http_scim_index_one(ngx_http_scim_ctx_t *ctx, json_t *document,
    const char *path, ngx_str_t *value)
{
    ngx_array_t  *values;

    values = ngx_http_scim_index_values(
                 ctx->pool, ngx_http_scim_type(ctx, ctx->operation->kind),
                 document, path);
    if (values == NULL) {
        return NGX_ERROR;
    }

    ngx_str_null(value);

    if (values->nelts) {
        *value = *(ngx_str_t *) values->elts;
    }

    return NGX_OK;
}


ngx_str_t
ngx_http_scim_string(json_t *object, const char *name)
{
    json_t     *value;
    ngx_str_t   string;

    value = json_object_get(object, name);

    ngx_str_null(&string);

    if (json_is_string(value)) {
        string.data = (u_char *) json_string_value(value);
        string.len = json_string_length(value);
    }

    return string;
}


ngx_int_t
ngx_http_scim_not_found(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                              "there is no %s with this id in the tenant",
                              ngx_http_scim_type(ctx, ctx->operation->kind)
                                  ->name);
}


ngx_int_t
ngx_http_scim_version_moved(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_fail(ctx, NGX_HTTP_PRECONDITION_FAILED, NULL,
                              "the resource has another version than "
                              "If-Match names, or one that If-None-Match "
                              "names");
}
