/*
 * Lists whose filter or order only the documents can tell. A first batch is
 * read like any page; behind it come documents alone, each batch while the one
 * before is looked at. What is found there is read in full in the end, as much
 * as the page shows: most of what is looked at is not.
 */

#include "list.h"
#include "resource.h"


static ngx_int_t ngx_http_scim_list_scan_init(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_found_init(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_list_reads(ngx_http_scim_list_part_t *part,
    const char *attribute);
static ngx_int_t ngx_http_scim_list_scan_ask(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_scan_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_scan_look(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_evaluate(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry);
static json_t *ngx_http_scim_list_resource(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry);
static ngx_int_t ngx_http_scim_list_show(ngx_http_scim_list_t *list,
    ngx_http_scim_list_entry_t *entry);
static ngx_int_t ngx_http_scim_list_found_ask(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_found_t *found);
static ngx_int_t ngx_http_scim_list_found_read(ngx_http_scim_ctx_t *ctx);
static void ngx_http_scim_free_excerpt(void *data);
static void ngx_http_scim_free_pool(void *data);


/* before anything of the part is read */

ngx_int_t
ngx_http_scim_list_scan_part(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part)
{
    const char            *related;
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    if (list->scratch == NULL && ngx_http_scim_list_scan_init(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    part->excerpt = scim_excerpt_create(part->filter, part->sort);
    if (part->excerpt == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_scim_own_with(ctx, part->excerpt, ngx_http_scim_free_excerpt)
        != NGX_OK)
    {
        scim_excerpt_free(part->excerpt);
        return NGX_ERROR;
    }

    related = (part->selection.kind == NGX_SCIM_USERS) ? "groups" : "members";

    part->documents = !ngx_http_scim_list_reads(part, "meta")
                      && !ngx_http_scim_list_reads(part, related);

    /* the members of groups that match not are read for the match alone */

    if (part->selection.members
        && !ngx_http_scim_list_reads(part, "members"))
    {
        part->selection.members = 0;
        list->later = 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_list_scan_init(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    if (list->show == NULL && ngx_http_scim_list_found_init(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    list->scratch = ngx_create_pool(NGX_DEFAULT_POOL_SIZE,
                                    ctx->request->connection->log);
    if (list->scratch == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_scim_own_with(ctx, list->scratch, ngx_http_scim_free_pool)
        != NGX_OK)
    {
        ngx_destroy_pool(list->scratch);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_list_found_init(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    return ngx_array_init(&list->found, ctx->pool, 16,
                          sizeof(ngx_http_scim_list_found_t));
}


ngx_int_t
ngx_http_scim_list_show_with(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt show)
{
    ngx_http_scim_list_t  *list;

    list = ctx->state;
    list->show = show;
    list->later = 1;

    return ngx_http_scim_list_found_init(ctx);
}


static ngx_uint_t
ngx_http_scim_list_reads(ngx_http_scim_list_part_t *part,
    const char *attribute)
{
    return (part->filter && scim_filter_reads(part->filter, attribute))
           || (part->sort && scim_sort_reads(part->sort, attribute));
}


/* goes on at list->place */

ngx_int_t
ngx_http_scim_list_scan(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_list_t  *list;

    list = ctx->state;
    list->later = 1;

    if (ngx_http_scim_list_scan_ask(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_list_scan_read);
}


static ngx_int_t
ngx_http_scim_list_scan_ask(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_uint_t                  count;
    ngx_scim_scope_t            scope;
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    part = &list->parts[list->part];

    if (ngx_http_scim_batch(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    count = ngx_min(NGX_HTTP_SCIM_LIST_BATCH,
                    ctx->loc_conf->max_scan - list->scanned);

    scope = ctx->scope;
    scope.pool = list->scratch;

    rc = part->documents
         ? ngx_scim_documents(ctx->batch, &scope, &part->selection,
                              &list->place, count)
         : ngx_scim_list(ctx->batch, &scope, &part->selection, &list->place,
                         count);

    ngx_reset_pool(list->scratch);

    return rc;
}


/*
 * The next batch leaves before this one is looked at. It cannot have come
 * before that is done, so there are two at most.
 */

static ngx_int_t
ngx_http_scim_list_scan_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_scim_page_t        page;
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    ngx_http_scim_drop_answered(ctx, 0);
    ngx_scim_page_reply(ctx->batch, &page);

    if (ngx_http_scim_list_take(ctx, &page) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    list->scanned += list->entries.nelts;

    if (list->place.len == 0 || list->scanned >= ctx->loc_conf->max_scan) {
        return ngx_http_scim_list_scan_look(ctx);
    }

    if (ngx_http_scim_list_scan_ask(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    rc = ngx_http_scim_await(ctx, ngx_http_scim_list_scan_read);

    return (rc == NGX_AGAIN)
           ? ngx_http_scim_defer(ctx, ngx_http_scim_list_scan_look) : rc;
}


static ngx_int_t
ngx_http_scim_list_scan_look(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_entry_t  *entry;

    list = ctx->state;
    entry = list->entries.elts;

    for (i = 0; i < list->entries.nelts; i++) {
        rc = ngx_http_scim_list_look(ctx, &entry[i]);

        if (rc == NGX_DONE) {
            return ngx_http_scim_list_end(ctx);
        }

        if (rc == NGX_ERROR) {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    ngx_reset_pool(list->scratch);

    if (list->place.len && list->scanned < ctx->loc_conf->max_scan) {
        return NGX_AGAIN;
    }

    return ngx_http_scim_list_continue(ctx);
}


ngx_int_t
ngx_http_scim_list_look(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry)
{
    ngx_int_t              rc;
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    if (list->paged) {
        return NGX_OK;
    }

    /* whether it matches is not worth the walk to the next one that does */

    if (list->show && list->found.nelts == list->count) {
        list->more = 1;
        return NGX_DONE;
    }

    if (list->parts[entry->part].evaluate) {
        rc = ngx_http_scim_list_evaluate(ctx, entry);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (list->shown + list->found.nelts < list->count) {
        return ngx_http_scim_list_show(list, entry);
    }

    if (list->cursor) {
        list->more = 1;
        return NGX_DONE;
    }

    return NGX_DECLINED;
}


/* NGX_OK: it matches, and comes no sooner than the page begins */

static ngx_int_t
ngx_http_scim_list_evaluate(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry)
{
    json_t                     *resource;
    ngx_int_t                   rc;
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    part = &list->parts[entry->part];

    /* not of the integration that is asked for: see ngx_scim_documents() */

    if (entry->record.document.len == 0) {
        return NGX_DECLINED;
    }

    resource = ngx_http_scim_list_resource(ctx, entry);
    if (resource == NULL) {
        return NGX_ERROR;
    }

    if (part->filter && !scim_filter_match(part->filter, resource)) {
        rc = NGX_DECLINED;

    } else {
        list->matched++;
        rc = NGX_OK;

        if (list->heap) {
            rc = ngx_http_scim_list_sort_add(list, entry, resource) == NGX_OK
                 ? NGX_DECLINED : NGX_ERROR;

        } else if (!list->cursor && list->matched < list->start) {
            rc = NGX_DECLINED;
        }
    }

    json_decref(resource);

    return rc;
}


/* as much of it as filter and order read; NULL: no memory */

static json_t *
ngx_http_scim_list_resource(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry)
{
    u_char                     *p;
    size_t                      length;
    ngx_scim_record_t           record;
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    part = &list->parts[entry->part];
    record = entry->record;

    p = ngx_pnalloc(list->scratch, record.document.len);
    if (p == NULL) {
        return NULL;
    }

    length = scim_excerpt(part->excerpt, (char *) record.document.data,
                          record.document.len, (char *) p);

    if (length) {
        record.document.data = p;
        record.document.len = length;
    }

    if (part->documents) {
        return json_loadb((char *) record.document.data, record.document.len,
                          0, NULL);
    }

    return ngx_http_scim_represent_json(ctx, part->selection.kind, &record,
                                        entry->more);
}


/* now, or when everything has been looked at */

static ngx_int_t
ngx_http_scim_list_show(ngx_http_scim_list_t *list,
    ngx_http_scim_list_entry_t *entry)
{
    if (list->cursor
        && ngx_http_scim_list_ends(list, entry->part, &entry->record.place)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!list->later) {
        return NGX_OK;
    }

    return ngx_http_scim_list_found_add(list, entry->part, &entry->record.id)
           == NGX_OK ? NGX_DECLINED : NGX_ERROR;
}


ngx_int_t
ngx_http_scim_list_ends(ngx_http_scim_list_t *list, ngx_uint_t part,
    ngx_str_t *place)
{
    if (place->len > NGX_HTTP_SCIM_LIST_PLACE) {
        return NGX_ERROR;
    }

    list->last_part = part;
    list->last_place.data = list->last_place_buffer;
    list->last_place.len = place->len;
    ngx_memcpy(list->last_place.data, place->data, place->len);

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_list_found_add(ngx_http_scim_list_t *list, ngx_uint_t part,
    ngx_str_t *id)
{
    ngx_http_scim_list_found_t  *found;

    if (id->len != NGX_SCIM_ID_LEN) {
        return NGX_ERROR;
    }

    found = ngx_array_push(&list->found);
    if (found == NULL) {
        return NGX_ERROR;
    }

    found->part = part;
    found->id.len = id->len;
    found->id.data = ngx_pstrdup(list->found.pool, id);

    return found->id.data ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_scim_list_found(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                   i;
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_found_t  *found;

    list = ctx->state;
    list->paged = 1;
    list->found_first += list->found_count;
    list->found_count = ngx_min(list->found.nelts - list->found_first,
                                NGX_HTTP_SCIM_LIST_BATCH);

    if (list->found_count == 0) {
        return ngx_http_scim_list_send(ctx);
    }

    ngx_http_scim_drop_batches(ctx, 0);

    if (ngx_http_scim_batch(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    found = list->found.elts;
    found += list->found_first;

    for (i = 0; i < list->found_count; i++) {
        if (ngx_http_scim_list_found_ask(ctx, &found[i]) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_list_found_read);
}


static ngx_int_t
ngx_http_scim_list_found_ask(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_found_t *found)
{
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    part = &list->parts[found->part];

    if (part->selection.kind == NGX_SCIM_USERS) {
        return ngx_scim_user_read(ctx->batch, &ctx->scope, &found->id);
    }

    part->selection.members = scim_projection_wants(part->projection,
                                                    "members")
                              ? ngx_min(NGX_HTTP_SCIM_LIST_MEMBERS,
                                        NGX_HTTP_SCIM_LIST_GIVEN
                                        / list->found_count) : 0;

    return ngx_scim_group_read(ctx->batch, &ctx->scope, &found->id,
                               part->selection.members);
}


/* one that has been removed meanwhile is left out */

static ngx_int_t
ngx_http_scim_list_found_read(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_scim_record_t            record;
    ngx_http_scim_list_t        *list;
    ngx_http_scim_list_part_t   *part;
    ngx_http_scim_list_found_t  *found;

    list = ctx->state;
    found = list->found.elts;
    found += list->found_first;

    if (ngx_http_scim_list_clear(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    for (i = 0; i < list->found_count; i++) {
        part = &list->parts[found[i].part];
        ngx_memzero(&record, sizeof(ngx_scim_record_t));

        rc = (part->selection.kind == NGX_SCIM_USERS)
             ? ngx_scim_user_read_reply(ctx->batch, &found[i].id, &record)
             : ngx_scim_group_read_reply(ctx->batch, &found[i].id,
                                         part->selection.members, &record);

        if (rc == NGX_OK
            && ngx_http_scim_list_push(list, found[i].part, &record) != NGX_OK)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    return ngx_http_scim_list_members(ctx);
}


static void
ngx_http_scim_free_excerpt(void *data)
{
    scim_excerpt_free(data);
}


static void
ngx_http_scim_free_pool(void *data)
{
    ngx_destroy_pool(data);
}
