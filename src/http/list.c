/*
 * Lists of users and groups: a page of all, those that an index finds, or
 * those that a filter matches among all, in batches that hold neither Redis
 * nor this worker for long.
 */

#include "ngx_http_scim.h"


#define NGX_HTTP_SCIM_LIST_MEMBERS  100      /* with each group, at first     */
#define NGX_HTTP_SCIM_LIST_CALLS    16       /* for further members, at once  */
#define NGX_HTTP_SCIM_LIST_BATCH    100      /* records to a filter's batch   */


typedef struct {
    ngx_scim_record_t       record;
    ngx_array_t            *more;            /* of redisReply *, or NULL      */
    ngx_str_t               place;           /* of members to be read, or ""  */
} ngx_http_scim_list_entry_t;


typedef struct {
    scim_filter_t          *filter;          /* NULL: all                     */
    ngx_scim_selection_t    selection;       /* what is read                  */
    ngx_uint_t              evaluate;        /* which is more than matches    */

    ngx_uint_t              start;           /* the first to show, from 1     */
    ngx_uint_t              count;           /* how many to show              */
    ngx_uint_t              matched;
    ngx_uint_t              shown;

    ngx_array_t             entries;         /* of this batch                 */
    ngx_array_t             asked;           /* entries whose members come    */
    ngx_str_t               place;           /* where the next batch begins   */
    ngx_http_scim_text_t    text;
} ngx_http_scim_list_t;


static ngx_int_t ngx_http_scim_list_plan(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list);
static ngx_int_t ngx_http_scim_list_find(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list, const char *index, const char *value);
static ngx_int_t ngx_http_scim_list_first(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list);
static ngx_int_t ngx_http_scim_list_members(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_members_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_collect(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_add(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry);
static ngx_int_t ngx_http_scim_list_match(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list, json_t *resource);
static ngx_int_t ngx_http_scim_list_next(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_send(ngx_http_scim_ctx_t *ctx);
static void ngx_http_scim_free_filter(void *data);


ngx_int_t
ngx_http_scim_list_query(ngx_http_scim_ctx_t *ctx)
{
    ngx_pool_t            *pool;
    ngx_http_scim_list_t  *list;

    pool = ctx->pool;

    list = ngx_pcalloc(pool, sizeof(ngx_http_scim_list_t));

    if (list == NULL
        || ngx_array_init(&list->asked, pool, NGX_HTTP_SCIM_LIST_CALLS,
                          sizeof(ngx_http_scim_list_entry_t *))
           != NGX_OK
        || ngx_array_init(&list->entries, pool, NGX_HTTP_SCIM_LIST_BATCH,
                          sizeof(ngx_http_scim_list_entry_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->state = list;
    ngx_http_scim_text_init(&list->text, pool);

    list->start = (ngx_uint_t) ctx->query.start_index;
    list->count = (ctx->query.count < 0) ? ctx->loc_conf->default_results
                                         : (ngx_uint_t) ctx->query.count;
    list->count = ngx_min(list->count, ctx->loc_conf->max_results);

    list->selection.kind = ctx->operation->kind;

    if (ctx->operation->kind == NGX_SCIM_GROUPS
        && scim_projection_wants(ctx->projection, "members"))
    {
        list->selection.members = NGX_HTTP_SCIM_LIST_MEMBERS;
    }

    if (ctx->query.filter && ngx_http_scim_list_plan(ctx, list) != NGX_OK) {
        return ctx->error.status ? NGX_OK : NGX_ERROR;
    }

    return ngx_http_scim_list_first(ctx, list);
}


/* the filter, and the index that serves it, if one does */

static ngx_int_t
ngx_http_scim_list_plan(ngx_http_scim_ctx_t *ctx, ngx_http_scim_list_t *list)
{
    int                          alone;
    const char                  *value;
    const char *const           *index;
    ngx_scim_selection_t        *selection;
    const scim_resource_type_t  *type;

    selection = &list->selection;
    type = ngx_http_scim_type(selection->kind);

    list->filter = scim_filter_parse(type, &ctx->policy, ctx->query.filter,
                                     ngx_strlen(ctx->query.filter),
                                     &ctx->error);
    if (list->filter == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_scim_own_with(ctx, list->filter, ngx_http_scim_free_filter)
        != NGX_OK)
    {
        scim_filter_free(list->filter);
        return NGX_ERROR;
    }

    if (selection->kind == NGX_SCIM_GROUPS
        && scim_filter_reads(list->filter, "members"))
    {
        selection->members = NGX_HTTP_SCIM_LIST_MEMBERS;
    }

    if (scim_filter_equality(list->filter, "id", &value, &alone)) {
        list->evaluate = !alone;
        return ngx_http_scim_list_find(ctx, list, "id", value);
    }

    index = ngx_http_scim_indexes(selection->kind);

    for ( /* void */ ; *index; index++) {
        if (scim_filter_equality(list->filter, *index, &value, &alone)) {
            list->evaluate = !alone;
            return ngx_http_scim_list_find(ctx, list, *index, value);
        }
    }

    list->evaluate = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_list_find(ngx_http_scim_ctx_t *ctx, ngx_http_scim_list_t *list,
    const char *index, const char *value)
{
    char                  *prepared;
    ngx_str_t              text;
    ngx_scim_selection_t  *selection;

    selection = &list->selection;

    prepared = scim_resource_index_value(ngx_http_scim_type(selection->kind),
                                         index, value);
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
 * What the store selects is all that is asked for, so that the page is read
 * and no more; or it is read batch by batch, from its beginning.
 */

static ngx_int_t
ngx_http_scim_list_first(ngx_http_scim_ctx_t *ctx, ngx_http_scim_list_t *list)
{
    ngx_str_t   from;
    ngx_uint_t  count, first;
    u_char      rank[NGX_INT_T_LEN];

    /* behind the end is behind the end, and Lua has no integers of 64 bits */

    first = ngx_min(list->start - 1, NGX_MAX_INT32_VALUE);

    from.data = rank;
    from.len = ngx_sprintf(rank, "%ui", list->evaluate ? 0 : first) - rank;
    count = list->evaluate ? NGX_HTTP_SCIM_LIST_BATCH : list->count;

    return ngx_scim_list(ctx->batch, &ctx->scope, &list->selection, &from,
                         count);
}


/* the records of a batch have come */

ngx_int_t
ngx_http_scim_list(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_page_t              page;
    ngx_scim_record_t            record;
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_entry_t  *entry;

    list = ctx->state;
    ngx_scim_page_reply(ctx->batch, &page);

    list->entries.nelts = 0;

    while (ngx_scim_page_next(&page, &record) == NGX_OK) {
        entry = ngx_array_push(&list->entries);
        if (entry == NULL) {
            return ngx_http_scim_fail_memory(ctx);
        }

        ngx_memzero(entry, sizeof(ngx_http_scim_list_entry_t));
        entry->record = record;

        if (list->selection.members && record.related) {
            entry->place = ngx_scim_group_members_place(record.related);
        }
    }

    if (!list->evaluate) {
        list->matched = page.total;
    }

    list->place = page.place;

    return ngx_http_scim_list_members(ctx);
}


/* the members that did not come with their groups, some groups at a time */

static ngx_int_t
ngx_http_scim_list_members(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                    i;
    ngx_http_scim_list_t         *list;
    ngx_http_scim_list_entry_t   *entry, **asked;

    list = ctx->state;
    list->asked.nelts = 0;
    entry = list->entries.elts;

    for (i = 0; i < list->entries.nelts; i++) {

        if (entry[i].place.len == 0) {
            continue;
        }

        if (list->asked.nelts == NGX_HTTP_SCIM_LIST_CALLS) {
            break;
        }

        if (list->asked.nelts == 0 && ngx_http_scim_batch(ctx) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }

        asked = ngx_array_push(&list->asked);

        if (asked == NULL
            || ngx_scim_group_members(ctx->batch, &ctx->scope,
                                      &entry[i].record.id, &entry[i].place,
                                      NGX_HTTP_SCIM_LIST_MEMBERS)
               != NGX_OK)
        {
            return ngx_http_scim_fail_memory(ctx);
        }

        *asked = &entry[i];
    }

    if (list->asked.nelts == 0) {
        return ngx_http_scim_list_collect(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_list_members_read);
}


static ngx_int_t
ngx_http_scim_list_members_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                    i;
    redisReply                  **reply;
    ngx_http_scim_list_t         *list;
    ngx_http_scim_list_entry_t  **asked;

    list = ctx->state;
    asked = list->asked.elts;

    for (i = 0; i < list->asked.nelts; i++) {

        if (asked[i]->more == NULL) {
            asked[i]->more = ngx_array_create(ctx->pool, 4,
                                              sizeof(redisReply *));
            if (asked[i]->more == NULL) {
                return ngx_http_scim_fail_memory(ctx);
            }
        }

        reply = ngx_array_push(asked[i]->more);
        if (reply == NULL) {
            return ngx_http_scim_fail_memory(ctx);
        }

        *reply = ngx_scim_group_members_reply(ctx->batch);
        asked[i]->place = ngx_scim_group_members_place(*reply);
    }

    return ngx_http_scim_list_members(ctx);
}


static ngx_int_t
ngx_http_scim_list_collect(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                   i;
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_entry_t  *entry;

    list = ctx->state;
    entry = list->entries.elts;

    for (i = 0; i < list->entries.nelts; i++) {
        if (ngx_http_scim_list_add(ctx, &entry[i]) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    if (list->evaluate && list->place.len) {
        return ngx_http_scim_list_next(ctx);
    }

    return ngx_http_scim_list_send(ctx);
}


/* if it matches and lies within the page */

static ngx_int_t
ngx_http_scim_list_add(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry)
{
    json_t                *resource;
    ngx_int_t              rc;
    ngx_scim_kind_e        kind;
    ngx_http_scim_list_t  *list;

    list = ctx->state;
    kind = list->selection.kind;
    resource = NULL;

    if (list->evaluate || ctx->projection) {
        resource = ngx_http_scim_represent_json(ctx, kind, &entry->record,
                                                entry->more);
        if (resource == NULL) {
            return NGX_ERROR;
        }
    }

    rc = ngx_http_scim_list_match(ctx, list, resource);

    if (rc == NGX_OK && list->shown++) {
        rc = ngx_http_scim_text_add(&list->text, ",", 1);
    }

    if (rc == NGX_OK) {
        if (ctx->projection) {
            rc = ngx_http_scim_add_projected(ctx, resource, &list->text);

        } else {
            rc = ngx_http_scim_represent(ctx, kind, &entry->record,
                                         entry->more, &list->text);
        }
    }

    json_decref(resource);

    return (rc == NGX_DECLINED) ? NGX_OK : rc;
}


/* NGX_OK: it is to be shown; NGX_DECLINED: it is not */

static ngx_int_t
ngx_http_scim_list_match(ngx_http_scim_ctx_t *ctx, ngx_http_scim_list_t *list,
    json_t *resource)
{
    if (list->evaluate
        && (!scim_filter_match(list->filter, resource)
            || ++list->matched < list->start))
    {
        return NGX_DECLINED;
    }

    return (list->shown < list->count) ? NGX_OK : NGX_DECLINED;
}


/* what was read is no longer needed: its matches have been copied */

static ngx_int_t
ngx_http_scim_list_next(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t              place;
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    place.len = list->place.len;
    place.data = ngx_pstrdup(ctx->pool, &list->place);

    if (place.data == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_batches(ctx);

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_list(ctx->batch, &ctx->scope, &list->selection, &place,
                         NGX_HTTP_SCIM_LIST_BATCH)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_list);
}


static ngx_int_t
ngx_http_scim_list_send(ngx_http_scim_ctx_t *ctx)
{
    u_char                *p;
    ngx_http_scim_list_t  *list;
    ngx_http_scim_text_t   text;

    list = ctx->state;
    ngx_http_scim_text_init(&text, ctx->pool);

    p = ngx_http_scim_text_reserve(&text, 256);

    if (p == NULL
        || ngx_http_scim_text_add(&list->text, "]}", 2) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    text.buf->last = ngx_sprintf(p, "{\"schemas\":[\"urn:ietf:params:scim:api:"
                                 "messages:2.0:ListResponse\"],"
                                 "\"totalResults\":%ui,\"startIndex\":%ui,"
                                 "\"itemsPerPage\":%ui,\"Resources\":[",
                                 list->matched, list->start, list->shown);

    *text.last = list->text.first;

    return ngx_http_scim_send(ctx, NGX_HTTP_OK, text.first);
}


static void
ngx_http_scim_free_filter(void *data)
{
    scim_filter_free(data);
}
