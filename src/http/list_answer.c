/*
 * What a list answers: as a whole, or, from the first group on whose members
 * did not all come with it, in pieces, as they come.
 */

#include "list.h"
#include "groups.h"
#include "resource.h"


/* what a list says of itself, but for the cursor */
#define NGX_HTTP_SCIM_LIST_HEAD  256


static ngx_int_t ngx_http_scim_list_stream_begin(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_list_stream_end(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *cursor);
static u_char *ngx_http_scim_list_head(ngx_http_scim_list_t *list, u_char *p);
static ngx_int_t ngx_http_scim_list_separate(ngx_http_scim_list_t *list);


ngx_int_t
ngx_http_scim_list_add(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry)
{
    ngx_http_scim_list_t       *list;
    ngx_http_scim_list_part_t  *part;

    list = ctx->state;
    part = &list->parts[entry->part];

    if (ngx_http_scim_list_separate(list) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_represent_as(ctx, part->selection.kind,
                                      &entry->record, entry->more,
                                      part->projection, list->text);
}


ngx_int_t
ngx_http_scim_list_stream(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry, ngx_http_scim_step_pt next)
{
    ngx_int_t                      rc;
    ngx_http_scim_list_t          *list;
    ngx_http_scim_group_stream_t  *group;

    list = ctx->state;

    if (ctx->stream == NULL) {
        rc = ngx_http_scim_list_stream_begin(ctx);

        if (rc != NGX_OK) {
            return (rc == NGX_DONE) ? NGX_OK : rc;
        }
    }

    if (ngx_http_scim_list_separate(list) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    group = list->group;
    group->record = &entry->record;
    group->projection = list->parts[entry->part].projection;
    group->next = next;

    return ngx_http_scim_group_stream(ctx, group);
}


/* the header, and what there is so far; all pages are counted by now */

static ngx_int_t
ngx_http_scim_list_stream_begin(ngx_http_scim_ctx_t *ctx)
{
    u_char                *p;
    ngx_int_t              rc;
    ngx_http_scim_list_t  *list;
    ngx_http_scim_text_t  *text;

    list = ctx->state;

    list->group = ngx_palloc(ctx->pool, sizeof(ngx_http_scim_group_stream_t));
    if (list->group == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_scim_stream_begin(ctx, NGX_HTTP_OK);
    if (rc != NGX_OK) {
        return rc;
    }

    text = &ctx->stream->text;

    p = ngx_http_scim_text_reserve(text, NGX_HTTP_SCIM_LIST_HEAD);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_http_scim_list_head(list, p);
    text->buf->last = ngx_sprintf(p, "\"Resources\":[");

    if (list->text->first) {
        *text->last = list->text->first;
        text->last = list->text->last;
        text->buf = list->text->buf;
    }

    list->text = text;

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_list_send(ngx_http_scim_ctx_t *ctx)
{
    u_char                *p;
    ngx_str_t              cursor;
    ngx_http_scim_list_t  *list;
    ngx_http_scim_text_t   text;

    list = ctx->state;
    ngx_str_null(&cursor);

    ctx->read_all = (ctx->query.filter == NULL && list->count
                     && (list->cursor ? !list->more
                         : list->start - 1 + list->shown == list->matched));

    if (list->cursor && list->more && list->last_place.len
        && ngx_http_scim_cursor_create(ctx, list, &cursor) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (ctx->stream) {
        return ngx_http_scim_list_stream_end(ctx, &cursor);
    }

    ngx_http_scim_text_init(&text, ctx->pool);
    p = ngx_http_scim_text_reserve(&text,
                                   NGX_HTTP_SCIM_LIST_HEAD + cursor.len);

    if (p == NULL
        || ngx_http_scim_text_add(list->text, "]}", 2) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    p = ngx_http_scim_list_head(list, p);

    if (cursor.len) {
        p = ngx_sprintf(p, "\"nextCursor\":\"%V\",", &cursor);
    }

    text.buf->last = ngx_sprintf(p, "\"itemsPerPage\":%ui,\"Resources\":[",
                                 list->shown);

    *text.last = list->text->first;

    return ngx_http_scim_send(ctx, NGX_HTTP_OK, text.first);
}


static ngx_int_t
ngx_http_scim_list_stream_end(ngx_http_scim_ctx_t *ctx, ngx_str_t *cursor)
{
    u_char                *p;
    ngx_http_scim_list_t  *list;

    list = ctx->state;

    p = ngx_http_scim_text_reserve(list->text,
                                   NGX_HTTP_SCIM_LIST_HEAD + cursor->len);
    if (p == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    p = ngx_sprintf(p, "],");

    if (cursor->len) {
        p = ngx_sprintf(p, "\"nextCursor\":\"%V\",", cursor);
    }

    list->text->buf->last = ngx_sprintf(p, "\"itemsPerPage\":%ui}",
                                        list->shown);

    return ngx_http_scim_stream_send(ctx, NULL);
}


static u_char *
ngx_http_scim_list_head(ngx_http_scim_list_t *list, u_char *p)
{
    ngx_uint_t  exact;

    /* by cursor, a filter is evaluated as far as the page goes (RFC 9865) */

    exact = !list->cursor
            || (list->nparts == 1 && !list->parts[0].evaluate);

    p = ngx_sprintf(p, "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:"
                    "ListResponse\"],");

    if (exact) {
        p = ngx_sprintf(p, "\"totalResults\":%ui,", list->matched);
    }

    if (!list->cursor) {
        p = ngx_sprintf(p, "\"startIndex\":%ui,", list->start);
    }

    return p;
}


/* from the resource before it, if there is one */

static ngx_int_t
ngx_http_scim_list_separate(ngx_http_scim_list_t *list)
{
    return list->shown++ ? ngx_http_scim_text_add(list->text, ",", 1)
                         : NGX_OK;
}
