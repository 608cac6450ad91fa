/*
 * What a query asks for, and how it is to be read: all of a kind, what an
 * index finds, or what a filter matches.
 */

#include "list.h"


static ngx_int_t ngx_http_scim_list_plan_part(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, ngx_scim_kind_e kind);
static ngx_int_t ngx_http_scim_list_plan_filter(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part);
static ngx_int_t ngx_http_scim_list_plan_index(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, const char *index, const char *value);
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

    if (ctx->query.sort_by) {
        return ngx_http_scim_list_sort(ctx);
    }

    return ctx->query.cursor ? ngx_http_scim_cursor_read(ctx, list) : NGX_OK;
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
    int                          alone;
    const char                  *value;
    const char *const           *index;
    const scim_resource_type_t  *type;

    type = ngx_http_scim_type(ctx, part->selection.kind);
    part->filter = scim_filter_parse(type, &ctx->policy, ctx->query.filter,
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

    if (scim_filter_equality(part->filter, "id", &value, &alone)) {
        part->evaluate = !alone;
        return ngx_http_scim_list_plan_index(ctx, part, "id", value);
    }

    index = ngx_http_scim_indexes(part->selection.kind);

    for ( /* void */ ; *index; index++) {
        if (scim_filter_equality(part->filter, *index, &value, &alone)) {
            part->evaluate = !alone;
            return ngx_http_scim_list_plan_index(ctx, part, *index, value);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_list_plan_index(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part, const char *index, const char *value)
{
    char                  *prepared;
    ngx_str_t              text;
    ngx_scim_selection_t  *selection;

    selection = &part->selection;

    prepared = scim_resource_index_value(
                   ngx_http_scim_type(ctx, selection->kind), index, value);
    if (prepared == NULL) {
        return NGX_ERROR;
    }

    text.data = (u_char *) prepared;
    text.len = ngx_strlen(prepared);

    selection->index.data = (u_char *) index;
    selection->index.len = ngx_strlen(index);
    selection->value.len = text.len;
    selection->value.data = ngx_pstrdup(ctx->pool, &text);

    free(prepared);

    return selection->value.data ? NGX_OK : NGX_ERROR;
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
