/*
 * Answers that are too large to be kept: sent piece by piece, and a piece is
 * made when the client has taken the one before. It must not know what is in
 * them.
 */

#include "ngx_http_scim.h"


#define NGX_HTTP_SCIM_STREAM_PIECE  16384    /* what is less is not worth it  */


static ngx_chain_t *ngx_http_scim_stream_chain(ngx_http_scim_ctx_t *ctx);
static ngx_chain_t *ngx_http_scim_stream_last(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_stream_output(ngx_http_scim_ctx_t *ctx,
    ngx_chain_t *out);
static ngx_int_t ngx_http_scim_stream_wait(ngx_http_request_t *r);
static void ngx_http_scim_stream_writable(ngx_http_request_t *r);
static void ngx_http_scim_stream_cleanup(void *data);


ngx_int_t
ngx_http_scim_stream_begin(ngx_http_scim_ctx_t *ctx, ngx_uint_t status)
{
    ngx_int_t                rc;
    ngx_http_scim_stream_t  *stream;

    stream = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_stream_t));
    if (stream == NULL) {
        return NGX_ERROR;
    }

    stream->pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE,
                                   ctx->request->connection->log);
    if (stream->pool == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_scim_own_with(ctx, stream->pool,
                               ngx_http_scim_stream_cleanup)
        != NGX_OK)
    {
        ngx_destroy_pool(stream->pool);
        return NGX_ERROR;
    }

    ngx_http_scim_text_init(&stream->text, stream->pool);
    ctx->stream = stream;

    rc = ngx_http_scim_send_header(ctx, status, -1);

    return (rc == NGX_OK && ctx->request->header_only) ? NGX_DONE : rc;
}


ngx_int_t
ngx_http_scim_stream_send(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next)
{
    ngx_chain_t  *out;

    ctx->stream->next = next;

    if (next && ngx_http_scim_text_length(&ctx->stream->text)
                < NGX_HTTP_SCIM_STREAM_PIECE)
    {
        return next(ctx);
    }

    out = ngx_http_scim_stream_chain(ctx);

    return out ? ngx_http_scim_stream_output(ctx, out) : NGX_ERROR;
}


/*
 * The text, in buffers of the request's: filters may look at a buffer once
 * more when its memory is gone.
 */

static ngx_chain_t *
ngx_http_scim_stream_chain(ngx_http_scim_ctx_t *ctx)
{
    ngx_buf_t               *b;
    ngx_chain_t             *cl, *ln, *out, **last;
    ngx_http_scim_stream_t  *stream;

    stream = ctx->stream;
    last = &out;
    out = NULL;
    b = NULL;

    for (cl = stream->text.first; cl; cl = cl->next) {

        ln = ngx_chain_get_free_buf(ctx->request->pool, &stream->free);
        if (ln == NULL) {
            return NULL;
        }

        b = ln->buf;
        ngx_memzero(b, sizeof(ngx_buf_t));

        b->pos = b->start = cl->buf->pos;
        b->last = b->end = cl->buf->last;
        b->tag = (ngx_buf_tag_t) &ngx_http_scim_module;
        b->memory = 1;

        *last = ln;
        last = &ln->next;
    }

    if (b == NULL) {
        return ngx_http_scim_stream_last(ctx);
    }

    b->flush = 1;

    if (stream->next == NULL) {
        b->last_buf = 1;
        b->last_in_chain = 1;
    }

    return out;
}


/* an end with no text */

static ngx_chain_t *
ngx_http_scim_stream_last(ngx_http_scim_ctx_t *ctx)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    cl = ngx_alloc_chain_link(ctx->request->pool);
    b = ngx_calloc_buf(ctx->request->pool);

    if (cl == NULL || b == NULL) {
        return NULL;
    }

    b->last_buf = 1;
    b->last_in_chain = 1;
    b->sync = 1;

    cl->buf = b;
    cl->next = NULL;

    return cl;
}


/*
 * Goes on when the client has taken everything. The last piece is nginx's to
 * send.
 */

static ngx_int_t
ngx_http_scim_stream_output(ngx_http_scim_ctx_t *ctx, ngx_chain_t *out)
{
    ngx_int_t                rc;
    ngx_http_request_t      *r;
    ngx_http_scim_stream_t  *stream;

    r = ctx->request;
    stream = ctx->stream;

    rc = ngx_http_output_filter(r, out);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (stream->next == NULL) {
        return NGX_OK;
    }

    ngx_chain_update_chains(r->pool, &stream->free, &stream->busy, &out,
                            (ngx_buf_tag_t) &ngx_http_scim_module);

    if (stream->busy) {
        return ngx_http_scim_stream_wait(r);
    }

    if (r->connection->write->timer_set && !r->connection->write->delayed) {
        ngx_del_timer(r->connection->write);
    }

    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_reset_pool(stream->pool);
    ngx_http_scim_text_init(&stream->text, stream->pool);

    return stream->next(ctx);
}


static ngx_int_t
ngx_http_scim_stream_wait(ngx_http_request_t *r)
{
    ngx_event_t               *wev;
    ngx_http_core_loc_conf_t  *clcf;

    wev = r->connection->write;
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    r->write_event_handler = ngx_http_scim_stream_writable;

    if (!wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return (ngx_handle_write_event(wev, clcf->send_lowat) == NGX_OK)
           ? NGX_AGAIN : NGX_ERROR;
}


static void
ngx_http_scim_stream_writable(ngx_http_request_t *r)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = r->connection;

    if (c->write->timedout) {
        ngx_log_error(NGX_LOG_INFO, c->log, NGX_ETIMEDOUT, "client timed out");
        c->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    /* limit_rate: its timer will come */

    rc = c->write->delayed
         ? ngx_http_scim_stream_wait(r)
         : ngx_http_scim_stream_output(
               ngx_http_get_module_ctx(r, ngx_http_scim_module), NULL);

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(r, rc);
    }
}


static void
ngx_http_scim_stream_cleanup(void *data)
{
    ngx_destroy_pool(data);
}
