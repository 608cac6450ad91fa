/*
 * What a query asks for, and how it is to be read: all of a kind, what an
 * index finds, or what a filter matches.
 */

#include "list.h"
#include "resource.h"


static ngx_int_t ngx_http_scim_list_plan_part(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, ngx_scim_kind_e kind);
static ngx_int_t ngx_http_scim_list_plan_filter(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part);
static ngx_int_t ngx_http_scim_list_plan_index(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, ngx_http_scim_index_t *index);
static ngx_int_t ngx_http_scim_list_plan_value(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, const char *path, const char *value);
static void ngx_http_scim_list_plan_scan(ngx_http_scim_list_part_t *part);
static void ngx_http_scim_list_plan_cursor(ngx_http_scim_list_t *list);
static ngx_int_t ngx_http_scim_list_plan_sort(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part);
static void ngx_http_scim_free_sort(void *data);
static void ngx_http_scim_free_filter(void *data);


ngx_int_t
ngx_http_scim_list_plan(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    ngx_scim_kind_e        kind;
    ngx_http_scim_list_t  *list;

    list = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_list_t));
    if (list == NULL) {
        return NGX_ERROR;
    }

    ctx->state = list;
    kind = ctx->operation->kind;

    /* RFC 7644, section 3.4.2.1: what one type lacks is no error */

    ctx->policy.all_types = (kind == NGX_SCIM_ANY);

    list->start = (ngx_uint_t) ctx->query.start_index;
    list->count = (ctx->query.count < 0) ? ctx->loc_conf->default_results
                                         : (ngx_uint_t) ctx->query.count;
    list->count = ngx_min(list->count, ctx->loc_conf->max_results);

    list->nparts = (kind == NGX_SCIM_ANY) ? NGX_HTTP_SCIM_LIST_PARTS : 1;

    for (i = 0; i < list->nparts; i++) {
        rc = ngx_http_scim_list_plan_part(ctx, &list->parts[i],
                 (kind == NGX_SCIM_ANY) ? (ngx_scim_kind_e) i : kind);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = ctx->query.sort_by ? ngx_http_scim_list_sort(ctx)
         : ctx->query.cursor ? ngx_http_scim_cursor_read(ctx, list) : NGX_OK;

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_scim_list_plan_cursor(list);

    return ngx_http_scim_list_describe(ctx);
}


static ngx_int_t
ngx_http_scim_list_plan_part(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, ngx_scim_kind_e kind)
{
    ngx_int_t              rc;
    ngx_scim_selection_t  *selection;

    selection = &part->selection;
    selection->kind = kind;

    part->projection = ngx_http_scim_projection(ctx, kind);

    if (ctx->error.status) {
        return NGX_DECLINED;
    }

    if (ctx->query.filter) {
        rc = ngx_http_scim_list_plan_filter(ctx, part);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (ctx->query.sort_by) {
        rc = ngx_http_scim_list_plan_sort(ctx, part);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (kind == NGX_SCIM_GROUPS
        && ((part->sort == NULL
             && scim_projection_wants(part->projection, "members"))
            || (part->sort && scim_sort_reads(part->sort, "members"))
            || (part->filter && scim_filter_reads(part->filter, "members"))))
    {
        selection->members = NGX_HTTP_SCIM_LIST_MEMBERS;
    }

    return NGX_OK;
}


/* all that match are looked at, and those of the page read again in the end */

static ngx_int_t
ngx_http_scim_list_plan_sort(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part)
{
    part->sort = scim_sort_parse(ngx_http_scim_type(ctx, part->selection.kind),
                                 &ctx->policy, ctx->query.sort_by,
                                 ngx_strlen(ctx->query.sort_by),
                                 ctx->query.descending, &ctx->error);
    if (part->sort == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_http_scim_own_with(ctx, part->sort, ngx_http_scim_free_sort)
        != NGX_OK)
    {
        scim_sort_free(part->sort);
        return NGX_ERROR;
    }

    part->evaluate = 1;

    return NGX_OK;
}


static void
ngx_http_scim_free_sort(void *data)
{
    scim_sort_free(data);
}


/* the index that serves the filter, if one does */

static ngx_int_t
ngx_http_scim_list_plan_filter(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    ngx_array_t            *indexes;
    ngx_scim_kind_e         kind;
    ngx_http_scim_index_t  *index;

    kind = part->selection.kind;

    part->filter = scim_filter_parse(ngx_http_scim_type(ctx, kind),
                                     &ctx->policy, ctx->query.filter,
                                     ngx_strlen(ctx->query.filter),
                                     &ctx->error);
    if (part->filter == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_http_scim_own_with(ctx, part->filter, ngx_http_scim_free_filter)
        != NGX_OK)
    {
        scim_filter_free(part->filter);
        return NGX_ERROR;
    }

    part->evaluate = 1;

    indexes = &ctx->main_conf->indexes[kind];
    index = indexes->elts;

    for (i = 0; i < indexes->nelts; i++) {
        rc = ngx_http_scim_list_plan_index(ctx, part, &index[i]);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_OK;
}


/* NGX_DECLINED: the filter does not demand what the index has */

static ngx_int_t
ngx_http_scim_list_plan_index(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, ngx_http_scim_index_t *index)
{
    int                    alone;
    const char            *path, *value;
    int64_t                from, to;
    ngx_str_t             *text;
    ngx_scim_selection_t  *selection;

    selection = &part->selection;
    path = (char *) index->path.data;
    text = &selection->value;

    if (index->source == NGX_HTTP_SCIM_INDEX_TIME) {

        if (!scim_filter_range(part->filter, path, &from, &to, &alone)) {
            return NGX_DECLINED;
        }

        text->data = ngx_pnalloc(ctx->pool, 2 * NGX_INT64_LEN + 1);
        if (text->data == NULL) {
            return NGX_ERROR;
        }

        text->len = ngx_sprintf(text->data, "%L %L", from, to) - text->data;

    } else {

        if (!scim_filter_equality(part->filter, path, &value, &alone)) {
            return NGX_DECLINED;
        }

        if (ngx_http_scim_list_plan_value(ctx, part, path, value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    selection->index = index->path;
    selection->named = index->named;
    part->evaluate = !alone;

    return NGX_OK;
}


/* as it is indexed */

static ngx_int_t
ngx_http_scim_list_plan_value(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, const char *path, const char *value)
{
    char       *prepared;
    ngx_str_t   text;

    prepared = scim_resource_index_value(
                   ngx_http_scim_type(ctx, part->selection.kind), path, value);
    if (prepared == NULL) {
        return NGX_ERROR;
    }

    text.data = (u_char *) prepared;
    text.len = ngx_strlen(prepared);

    part->selection.value.len = text.len;
    part->selection.value.data = ngx_pstrdup(ctx->pool, &text);

    free(prepared);

    return part->selection.value.data ? NGX_OK : NGX_ERROR;
}


/*
 * The index can't tell, so all are looked at. The places of a walk by cursor
 * would be others, so one that has begun with the index ends.
 */

ngx_int_t
ngx_http_scim_list_unserved(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part)
{
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    if (list->cursor && list->place.len) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    SCIM_EXPIRED_CURSOR,
                                    "the index that the pages came from is "
                                    "being built again; begin anew");
    }

    ngx_http_scim_list_plan_scan(part);

    return NGX_OK;
}


static void
ngx_http_scim_list_plan_scan(ngx_http_scim_list_part_t *part)
{
    ngx_str_null(&part->selection.index);
    ngx_str_null(&part->selection.value);
    part->selection.named = 0;
    part->evaluate = 1;
}


/*
 * A walk by cursor stays with what it began with. Of an index that was not
 * there then, its places are numbers.
 */

static void
ngx_http_scim_list_plan_cursor(ngx_http_scim_list_t *list)
{
    ngx_http_scim_list_part_t  *part;

    part = &list->parts[list->part];

    if (list->place.len && part->selection.named
        && list->place.len != sizeof("(") - 1 + NGX_SCIM_ID_LEN)
    {
        ngx_http_scim_list_plan_scan(part);
    }
}


/* "index(userName)+filter", for the log; nothing of what the client sent */

ngx_int_t
ngx_http_scim_list_describe(ngx_http_scim_ctx_t *ctx)
{
    u_char                     *p;
    size_t                      len;
    ngx_uint_t                  i;
    ngx_str_t                  *index;
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    len = 0;

    for (i = 0; i < list->nparts; i++) {
        len += sizeof("index()+filter+sort,")
               + list->parts[i].selection.index.len;
    }

    p = ngx_pnalloc(ctx->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ctx->plan.data = p;

    for (i = 0; i < list->nparts; i++) {
        part = &list->parts[i];
        index = &part->selection.index;

        if (i) {
            *p++ = ',';
        }

        if (index->len) {
            p = ngx_sprintf(p, "index(%V)%s", index,
                            part->filter && part->evaluate ? "+filter" : "");

        } else {
            p = ngx_sprintf(p, part->filter ? "scan" : "all");
        }

        if (part->sort) {
            p = ngx_sprintf(p, "+sort");
        }
    }

    ctx->plan.len = p - ctx->plan.data;

    return NGX_OK;
}


/*
 * The filter of a GET has been read before it was known whose it is. What the
 * lenient profile reads in it the strict one may refuse, and nothing else.
 */

ngx_int_t
ngx_http_scim_list_check(ngx_http_scim_ctx_t *ctx)
{
    scim_filter_t    *filter;
    ngx_scim_kind_e   kind;

    kind = ctx->operation->kind;

    if (ctx->policy.profile == SCIM_LENIENT || ctx->query.filter == NULL) {
        return NGX_OK;
    }

    filter = scim_filter_parse(ngx_http_scim_type(ctx, kind), &ctx->policy,
                               ctx->query.filter,
                               ngx_strlen(ctx->query.filter), &ctx->error);
    if (filter == NULL) {
        return NGX_DECLINED;
    }

    scim_filter_free(filter);

    return NGX_OK;
}


static void
ngx_http_scim_free_filter(void *data)
{
    scim_filter_free(data);
}
