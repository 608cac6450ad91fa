/*
 * What the files of the list operations share.
 */

#ifndef NGX_HTTP_SCIM_LIST_H
#define NGX_HTTP_SCIM_LIST_H

#include "resource.h"

#pragma GCC visibility push(hidden)

#define NGX_HTTP_SCIM_LIST_PARTS    2        /* users and groups              */
#define NGX_HTTP_SCIM_LIST_MEMBERS  250      /* with each group, at first     */
#define NGX_HTTP_SCIM_LIST_GIVEN    2000     /* with all of a batch           */
#define NGX_HTTP_SCIM_LIST_BATCH    100      /* records that are read at once */
#define NGX_HTTP_SCIM_LIST_PLACE    64       /* bytes of a record's place     */


/* One kind's share in a list: a root query has two. */
typedef struct {
    ngx_scim_selection_t    selection;       /* what is read                  */
    ngx_uint_t              evaluate;        /* which is more than matches    */
    scim_filter_t          *filter;          /* NULL: all                     */
    scim_projection_t      *projection;      /* NULL: everything is shown     */
    scim_sort_t            *sort;            /* NULL: in order of creation    */

    scim_excerpt_t         *excerpt;         /* what these two read           */
    ngx_uint_t              documents;       /* which is in the documents     */
} ngx_http_scim_list_part_t;


typedef struct {
    ngx_scim_record_t       record;
    ngx_array_t            *more;            /* of redisReply *, or NULL      */
    ngx_str_t               place;           /* of members to be read, or ""  */
    ngx_uint_t              part;
} ngx_http_scim_list_entry_t;


/* What is to be shown, and has not been read in full yet. */
typedef struct {
    ngx_uint_t              part;
    ngx_str_t               id;
} ngx_http_scim_list_found_t;


typedef struct {
    ngx_http_scim_list_part_t  parts[NGX_HTTP_SCIM_LIST_PARTS];
    ngx_uint_t                 nparts;
    ngx_uint_t                 part;         /* the one that is being read    */
    ngx_str_t                  place;        /* where to go on in it, or ""   */
    ngx_uint_t                 counted;      /* matched has the part's total  */

    ngx_uint_t                 start;        /* the first to show, from 1     */
    ngx_uint_t                 count;        /* how many to show              */
    ngx_uint_t                 matched;
    ngx_uint_t                 shown;
    ngx_uint_t                 scanned;

    ngx_uint_t                 cursor;       /* pages are by cursor           */
    ngx_uint_t                 more;         /* matches follow the page       */
    ngx_uint_t                 last_part;    /* of the last one shown         */
    ngx_str_t                  last_place;
    u_char                     last_place_buffer[NGX_HTTP_SCIM_LIST_PLACE];

    void                      *heap;         /* list_sort.c's; NULL: no sort  */
    ngx_pool_t                *scratch;      /* for what is looked at         */
    ngx_uint_t                 later;        /* what is found goes into found */
    ngx_http_scim_step_pt      show;         /* what was found, in a form of
                                                its own; NULL: as SCIM has it */
    ngx_array_t                found;        /* ngx_http_scim_list_found_t    */
    ngx_uint_t                 found_first;  /* of those that are being read  */
    ngx_uint_t                 found_count;
    ngx_uint_t                 paged;        /* entries are some of found     */

    ngx_array_t                entries;      /* of this batch                 */
    ngx_uint_t                 next;         /* of them, to be added          */
    ngx_array_t                asked;        /* those whose members come      */

    ngx_http_scim_text_t      *text;         /* whole, or the stream's        */
    ngx_http_scim_text_t       whole;
    void                      *group;        /* list_answer.c's               */
} ngx_http_scim_list_t;


/*
 * list_plan.c: from ctx->query to a new list, ctx->state. Refuses a query that
 * is wrong; NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_scim_list_plan(ngx_http_scim_ctx_t *ctx);

/* Reads from the beginning, or from a cursor's place on; await it with
   ngx_http_scim_list(). */
ngx_int_t ngx_http_scim_list_ask(ngx_http_scim_ctx_t *ctx);

/* The index of the part can't tell: it is read without, or refused. */
ngx_int_t ngx_http_scim_list_unserved(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part);

/* Sets ctx->plan. */
ngx_int_t ngx_http_scim_list_describe(ngx_http_scim_ctx_t *ctx);

/* Once it is known who asks: refuses what a strict integration may not. */
ngx_int_t ngx_http_scim_list_check(ngx_http_scim_ctx_t *ctx);


/*
 * list.c: from list->entries, once they are there, to the answer or to the
 * next batch; reads their members first.
 */
ngx_int_t ngx_http_scim_list_members(ngx_http_scim_ctx_t *ctx);

/* To the next batch or part, or to the end: what is found has to be read. */
ngx_int_t ngx_http_scim_list_continue(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_list_end(ngx_http_scim_ctx_t *ctx);

/* The records of a page into list->entries; NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_list_take(ngx_http_scim_ctx_t *ctx,
    ngx_scim_page_t *page);

/* Room for the records of a batch; NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_list_clear(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_list_push(ngx_http_scim_list_t *list, ngx_uint_t part,
    ngx_scim_record_t *record);


/*
 * list_answer.c: what is shown, in its order.
 */

/* Adds one that is complete; NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_list_add(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry);

/*
 * Adds a group with the members that have not been read, then goes on with
 * next. The answer begins with the first of these, so that list->matched must
 * be final by then.
 */
ngx_int_t ngx_http_scim_list_stream(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry, ngx_http_scim_step_pt next);

ngx_int_t ngx_http_scim_list_send(ngx_http_scim_ctx_t *ctx);


/*
 * list_scan.c: filters and orders that no index serves.
 */

/* What a part that is to be evaluated needs; NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_list_scan_part(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_part_t *part);

/*
 * From the plan on: only ids are found, and shown by show, which is called in
 * the end. A page ends where as many as it may hold are found, or when enough
 * has been looked at.
 */
ngx_int_t ngx_http_scim_list_show_with(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt show);

/* Goes on behind the first batch of a part. */
ngx_int_t ngx_http_scim_list_scan(ngx_http_scim_ctx_t *ctx);

/*
 * NGX_OK: it is to be shown; NGX_DECLINED: it is not, or later; NGX_DONE: it
 * lies behind the page, and nobody wants to know how many do.
 */
ngx_int_t ngx_http_scim_list_look(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_entry_t *entry);

/* A page by cursor ends there; the place is copied. */
ngx_int_t ngx_http_scim_list_ends(ngx_http_scim_list_t *list, ngx_uint_t part,
    ngx_str_t *place);

/* Reads what was found and shows it, some at a time; id is copied. */
ngx_int_t ngx_http_scim_list_found(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_list_found_add(ngx_http_scim_list_t *list,
    ngx_uint_t part, ngx_str_t *id);


/*
 * list_sort.c: of all matches, those that come first, as many as the page
 * reaches to.
 */

/* Refuses a page too far behind to be sorted. */
ngx_int_t ngx_http_scim_list_sort(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_list_sort_add(ngx_http_scim_list_t *list,
    ngx_http_scim_list_entry_t *entry, json_t *resource);

/* When all have been added: reads those of the page, and shows them. */
ngx_int_t ngx_http_scim_list_sort_end(ngx_http_scim_ctx_t *ctx);


/*
 * cursor.c: a cursor (RFC 9865) tells where a page ended, so that nothing need
 * be kept for it. It is good for one integration's token, one query and a
 * while, and cannot be forged.
 */

/* The cursor behind the last record shown; NGX_ERROR: no memory. */
ngx_int_t ngx_http_scim_cursor_create(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list, ngx_str_t *text);

/* Takes ctx->query.cursor into list, or refuses it. */
ngx_int_t ngx_http_scim_cursor_read(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list);

#pragma GCC visibility pop

#endif
