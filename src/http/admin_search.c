/*
 * Users and groups of a tenant in the management API, as an administrator
 * looks for them: by text, while it is typed. The parameters become a query of
 * SCIM's lists, which find the ids; a function in Redis shows these.
 */

#include "admin.h"
#include "list.h"
#include "resource.h"


#define NGX_HTTP_SCIM_SEARCH_PAGE   50
#define NGX_HTTP_SCIM_SEARCH_TERMS  16


static ngx_int_t ngx_http_scim_admin_search_plan(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_search_filter(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_search_text(ngx_http_scim_text_t *text,
    const char *const *path, ngx_str_t *q);
static char *ngx_http_scim_admin_search_copy(ngx_str_t *text);
static ngx_int_t ngx_http_scim_admin_search_show(ngx_http_scim_ctx_t *ctx);


/* what a person may be known by, and a group */

static const char *const  ngx_http_scim_user_texts[] = {
    "userName", "displayName", "emails.value", "name.formatted",
    "name.givenName", "name.familyName", "externalId", NULL
};

static const char *const  ngx_http_scim_group_texts[] = {
    "displayName", "externalId", NULL
};

static const char *const *const  ngx_http_scim_search_texts[] = {
    ngx_http_scim_user_texts, ngx_http_scim_group_texts
};


ngx_int_t
ngx_http_scim_admin_search(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_search_plan(ctx);
    }

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_http_scim_list_ask(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_list);
}


static ngx_int_t
ngx_http_scim_admin_search_plan(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_str_t                   group, cursor, count;
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    if (ngx_http_scim_admin_search_filter(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    cursor = ngx_http_scim_admin_get(ctx, "cursor");
    ctx->query.cursor = ngx_http_scim_admin_search_copy(&cursor);

    if (ctx->query.cursor == NULL) {
        return NGX_ERROR;
    }

    ctx->policy.max_filter_terms = NGX_HTTP_SCIM_SEARCH_TERMS;
    ctx->policy.any_case = 1;

    rc = ngx_http_scim_list_plan(ctx);

    if (rc != NGX_OK) {
        ctx->field = "cursor";
        return rc;
    }

    list = ctx->state;
    part = &list->parts[0];

    count = ngx_http_scim_admin_get(ctx, "count");
    list->count = count.data ? (ngx_uint_t) ngx_atoi(count.data, count.len)
                             : NGX_HTTP_SCIM_SEARCH_PAGE;

    /* what an index serves by itself is no matter of the filter */

    group = ngx_http_scim_admin_get(ctx, "group");

    if (group.len) {
        ngx_str_set(&part->selection.index, "groups.value");
        part->selection.value = group;
        part->selection.named = 0;
        part->evaluate = (part->filter != NULL);
    }

    part->selection.integration = ngx_http_scim_admin_get(ctx, "integration");

    if (part->selection.integration.len) {
        part->evaluate = 1;
    }

    if (ngx_http_scim_list_describe(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_list_show_with(ctx, ngx_http_scim_admin_search_show);
}


/*
 * q and active as a filter. A user without "active" is active, and only who is
 * not can be few.
 */

static ngx_int_t
ngx_http_scim_admin_search_filter(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t              q, active, flat;
    const char            *term;
    ngx_http_scim_text_t   text;

    ngx_http_scim_text_init(&text, ctx->pool);

    q = ngx_http_scim_admin_get(ctx, "q");

    if (q.len
        && ngx_http_scim_admin_search_text(&text,
               ngx_http_scim_search_texts[ctx->operation->kind], &q)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    active = ngx_http_scim_admin_get(ctx, "active");

    if (active.len) {
        term = ngx_http_scim_is(&active, "0") ? " and active eq false"
                                              : " and active ne false";

        if (q.len == 0) {
            term += sizeof(" and ") - 1;
        }

        if (ngx_http_scim_text_add(&text, term, ngx_strlen(term)) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (text.first == NULL) {
        return NGX_OK;
    }

    if (ngx_http_scim_text_flat(&text, &flat) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->query.filter = ngx_http_scim_admin_search_copy(&flat);

    return ctx->query.filter ? NGX_OK : NGX_ERROR;
}


/* (userName co "q" or displayName co "q" or ...) */

static ngx_int_t
ngx_http_scim_admin_search_text(ngx_http_scim_text_t *text,
    const char *const *path, ngx_str_t *q)
{
    char        *value;
    json_t      *json;
    ngx_int_t    rc;
    const char  *before;

    json = json_stringn((char *) q->data, q->len);
    value = json_dumps(json, JSON_ENCODE_ANY);
    json_decref(json);

    if (value == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;
    before = "(";

    for ( /* void */ ; *path && rc == NGX_OK; path++) {

        if (ngx_http_scim_text_add(text, before, ngx_strlen(before)) != NGX_OK
            || ngx_http_scim_text_add(text, *path, ngx_strlen(*path))
               != NGX_OK
            || ngx_http_scim_text_add(text, " co ", sizeof(" co ") - 1)
               != NGX_OK
            || ngx_http_scim_text_add(text, value, ngx_strlen(value))
               != NGX_OK)
        {
            rc = NGX_ERROR;
        }

        before = " or ";
    }

    free(value);

    return (rc == NGX_OK) ? ngx_http_scim_text_add(text, ")", 1) : rc;
}


/* as ctx->query has its strings, which are freed with it */

static char *
ngx_http_scim_admin_search_copy(ngx_str_t *text)
{
    char  *copy;

    copy = malloc(text->len + 1);

    if (copy) {
        *ngx_cpymem(copy, text->data, text->len) = '\0';
    }

    return copy;
}


static ngx_int_t
ngx_http_scim_admin_search_show(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                    records, cursor, total;
    ngx_uint_t                   i;
    u_char                       text[NGX_INT_T_LEN];
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_found_t  *found;

    list = ctx->state;
    found = list->found.elts;

    ngx_str_null(&cursor);

    if (list->more && list->last_place.len
        && ngx_http_scim_cursor_create(ctx, list, &cursor) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_batches(ctx, 0);

    ctx->management->args.nelts = 0;
    ngx_str_set(&records, "found");

    for (i = 0; i < list->found.nelts; i++) {
        if (ngx_http_scim_admin_set(ctx, "+", &records) != NGX_OK
            || ngx_http_scim_admin_set(ctx, "id", &found[i].id) != NGX_OK)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    total.data = text;
    total.len = ngx_sprintf(text, "%ui", list->matched) - text;

    if (ngx_http_scim_admin_set(ctx, "-", &records) != NGX_OK
        || ngx_http_scim_admin_set(ctx, "cursor", &cursor) != NGX_OK
        || (!list->parts[0].evaluate
            && ngx_http_scim_admin_set(ctx, "total", &total) != NGX_OK))
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_admin_ask(ctx);
}


/* the query's values by the row, however the client put them in order */

ngx_int_t
ngx_http_scim_admin_identify(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_text_t *text)
{
    ngx_str_t                           value;
    const ngx_http_scim_admin_field_t  *field;

    if (ngx_http_scim_text_add(text, ctx->operation->name.data,
                               ctx->operation->name.len + 1)
        != NGX_OK
        || ngx_http_scim_text_add(text, ctx->scope.tenant.data,
                                  ctx->scope.tenant.len)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (field = ctx->management->route->query; field->member; field++) {

        if (ngx_strcmp(field->name, "cursor") == 0
            || ngx_strcmp(field->name, "count") == 0)
        {
            continue;
        }

        value = ngx_http_scim_admin_get(ctx, field->name);

        if (ngx_http_scim_text_add(text, "", 1) != NGX_OK
            || (value.len
                && ngx_http_scim_text_add(text, value.data, value.len)
                   != NGX_OK))
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
