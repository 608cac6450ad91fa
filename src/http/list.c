/*
 * Lists of users and groups, read in batches that hold neither Redis nor this
 * worker for long.
 */

#include "list.h"
#include "resource.h"


#define NGX_HTTP_SCIM_LIST_CALLS  8          /* for further members, at once  */


static ngx_int_t ngx_http_scim_list_otherwise(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part);
static ngx_int_t ngx_http_scim_list_members_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_collect(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_next(ngx_http_scim_ctx_t *ctx);


ngx_int_t
ngx_http_scim_list_query(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_list_plan(ctx);

    if (rc != NGX_OK) {
        return (rc == NGX_DECLINED) ? NGX_OK : NGX_ERROR;
    }

    return ngx_http_scim_list_ask(ctx);
}


/* RFC 7644, section 3.4.3: the query as a message */

ngx_int_t
ngx_http_scim_search(ngx_http_scim_ctx_t *ctx)
{
    scim_query_free(&ctx->query);

    if (scim_query_from_search(&ctx->query, ctx->message, &ctx->error) != 0) {
        return ngx_http_scim_fail_error(ctx);
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_http_scim_list_query(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (ctx->error.status) {
        return ngx_http_scim_fail_error(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_list);
}


/*
 * What the store selects may be all that is asked for, so that the page is
 * read and no more; or it is read from its beginning.
 */

ngx_int_t
ngx_http_scim_list_ask(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                   from;
    ngx_uint_t                  rank, count;
    u_char                      text[NGX_INT_T_LEN];
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    part = &list->parts[list->part];

    rank = 0;
    count = ngx_min(NGX_HTTP_SCIM_LIST_BATCH,
                    list->count - list->shown - list->found.nelts);

    if (part->evaluate) {
        if (part->excerpt == NULL
            && ngx_http_scim_list_scan_part(ctx, part) != NGX_OK)
        {
            return NGX_ERROR;
        }

        count = NGX_HTTP_SCIM_LIST_BATCH;

        if (list->scanned < ctx->loc_conf->max_scan) {
            count = ngx_min(count, ctx->loc_conf->max_scan - list->scanned);
        }

    } else if (!list->cursor && list->start > list->matched + 1) {
        /* far behind the end is behind it, and Lua has no 64-bit integers */

        rank = ngx_min(list->start - list->matched - 1, NGX_MAX_INT32_VALUE);
    }

    from = list->place;

    if (from.len == 0) {
        from.data = text;
        from.len = ngx_sprintf(text, "%ui", rank) - text;
    }

    return list->show ? ngx_scim_documents(ctx->batch, &ctx->scope,
                                           &part->selection, &from, count)
                      : ngx_scim_list(ctx->batch, &ctx->scope,
                                      &part->selection, &from, count);
}


/* the records of a batch have come */

ngx_int_t
ngx_http_scim_list(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_page_t              page;
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_part_t   *part;

    list = ctx->state;
    part = &list->parts[list->part];

    if (list->entries.elts == NULL
        && ngx_http_scim_list_check(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_error(ctx);
    }

    ngx_scim_page_reply(ctx->batch, &page);

    if (page.unserved) {
        return ngx_http_scim_list_otherwise(ctx, part);
    }

    /* the batches behind it stay with what the first one began with */

    part->selection.named = 0;

    if (ngx_http_scim_list_take(ctx, &page) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (!part->evaluate) {
        if (!list->counted) {
            list->matched += page.total;
            list->counted = 1;
        }

        list->more = page.more;

        if (list->shown + list->found.nelts + list->entries.nelts
            == list->count)
        {
            ngx_str_null(&list->place);
        }
    }

    return ngx_http_scim_list_members(ctx);
}


/* without the index; if it is one that can be built, that begins now */

static ngx_int_t
ngx_http_scim_list_otherwise(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part)
{
    if (part->selection.named) {
        ngx_http_scim_index_build(ctx, part->selection.kind,
                                  &part->selection.index);
    }

    if (ngx_http_scim_list_unserved(ctx, part) != NGX_OK) {
        return ngx_http_scim_fail_error(ctx);
    }

    if (ngx_http_scim_list_describe(ctx) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_http_scim_list_ask(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_list);
}


ngx_int_t
ngx_http_scim_list_take(ngx_http_scim_ctx_t *ctx, ngx_scim_page_t *page)
{
    ngx_scim_record_t      record;
    ngx_http_scim_list_t  *list;

    list = ctx->state;
    ngx_str_null(&list->place);

    if (ngx_http_scim_list_clear(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    while (ngx_scim_page_next(page, &record) == NGX_OK) {
        if (ngx_http_scim_list_push(list, list->part, &record) != NGX_OK) {
            return NGX_ERROR;
        }

        if (page->more) {
            list->place = record.place;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_list_clear(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_list_t  *list;

    list = ctx->state;
    list->entries.nelts = 0;
    list->next = 0;

    if (list->entries.elts) {
        return NGX_OK;
    }

    list->text = &list->whole;
    ngx_http_scim_text_init(list->text, ctx->pool);

    if (ngx_array_init(&list->entries, ctx->pool, NGX_HTTP_SCIM_LIST_BATCH,
                       sizeof(ngx_http_scim_list_entry_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_array_init(&list->asked, ctx->pool, NGX_HTTP_SCIM_LIST_CALLS,
                          sizeof(ngx_http_scim_list_entry_t *));
}


ngx_int_t
ngx_http_scim_list_push(ngx_http_scim_list_t *list, ngx_uint_t part,
    ngx_scim_record_t *record)
{
    ngx_http_scim_list_entry_t  *entry;

    entry = ngx_array_push(&list->entries);
    if (entry == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(entry, sizeof(ngx_http_scim_list_entry_t));
    entry->record = *record;
    entry->part = part;

    if (list->parts[part].selection.members && record->related) {
        entry->place = ngx_scim_group_members_place(record->related);
    }

    return NGX_OK;
}


/*
 * The members that did not come with their groups, some groups at a time: where
 * the groups have to be evaluated, or are not an answer by themselves. Others
 * are streamed.
 */

ngx_int_t
ngx_http_scim_list_members(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                    i;
    ngx_http_scim_list_t         *list;
    ngx_http_scim_list_entry_t   *entry, **asked;

    list = ctx->state;
    list->asked.nelts = 0;
    entry = list->entries.elts;

    if ((list->paged || !list->parts[list->part].evaluate)
        && ctx->request == ctx->request->main)
    {
        return ngx_http_scim_list_collect(ctx);
    }

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
    ngx_int_t                    rc;
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_entry_t  *entry;

    list = ctx->state;

    while (list->next < list->entries.nelts) {
        entry = list->entries.elts;
        entry += list->next++;

        rc = ngx_http_scim_list_look(ctx, entry);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc == NGX_DONE) {
            return ngx_http_scim_list_end(ctx);
        }

        if (rc == NGX_OK && entry->place.len) {
            return ngx_http_scim_list_stream(ctx, entry,
                                             ngx_http_scim_list_collect);
        }

        if (rc != NGX_OK || ngx_http_scim_list_add(ctx, entry) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    if (list->paged) {
        return ngx_http_scim_list_found(ctx);
    }

    if (list->parts[list->part].evaluate) {
        list->scanned += list->entries.nelts;
    }

    return ngx_http_scim_list_continue(ctx);
}


ngx_int_t
ngx_http_scim_list_continue(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    part = &list->parts[list->part];

    if (part->evaluate && list->place.len
        && list->scanned >= ctx->loc_conf->max_scan)
    {
        if (list->show) {
            list->more = 1;

            return ngx_http_scim_list_ends(list, list->part, &list->place)
                   == NGX_OK ? ngx_http_scim_list_end(ctx)
                             : ngx_http_scim_fail_memory(ctx);
        }

        /* the page is full: whether more matches follow need not be known */

        if (list->cursor && list->shown + list->found.nelts == list->count) {
            list->more = 1;
            return ngx_http_scim_list_end(ctx);
        }

        return ngx_http_scim_fail(ctx, NGX_HTTP_BAD_REQUEST, SCIM_TOO_MANY,
                                  "no index serves the filter, and it would "
                                  "look at more than %u resources",
                                  (unsigned) ctx->loc_conf->max_scan);
    }

    if (list->place.len == 0) {
        if (list->part + 1 == list->nparts) {
            return ngx_http_scim_list_end(ctx);
        }

        /* behind the users of a root query are the groups */

        list->part++;
        list->counted = 0;

        if (list->cursor && list->shown + list->found.nelts == list->count) {
            list->more = 1;
            return ngx_http_scim_list_end(ctx);
        }

        return ngx_http_scim_list_next(ctx);
    }

    /* a scan is one batch ahead, unless members are read in between */

    return (part->evaluate && part->selection.members == 0)
           ? ngx_http_scim_list_scan(ctx) : ngx_http_scim_list_next(ctx);
}


ngx_int_t
ngx_http_scim_list_end(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    if (list->show) {
        return list->show(ctx);
    }

    if (list->heap) {
        return ngx_http_scim_list_sort_end(ctx);
    }

    return list->later ? ngx_http_scim_list_found(ctx)
                       : ngx_http_scim_list_send(ctx);
}


/* what was read is no longer needed: its matches have been copied */

static ngx_int_t
ngx_http_scim_list_next(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_http_scim_list_ask(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_http_scim_drop_answered(ctx, 0);

    return ngx_http_scim_await(ctx, ngx_http_scim_list);
}
