/*
 * The body of a request: from the client's connection or nginx's temporary
 * file to a JSON object. It must not know what the object means.
 */

#include "ngx_http_scim.h"


static void ngx_http_scim_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_scim_body(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_body_text(ngx_http_request_t *r,
    ngx_str_t *text);


ngx_int_t
ngx_http_scim_read_body(ngx_http_scim_ctx_t *ctx, ngx_http_scim_step_pt next)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (!ngx_http_scim_sends_json(r)) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, NULL,
                                  "the body's Content-Type must be "
                                  "application/scim+json or application/json");
    }

    if (ngx_http_scim_sends_coded(r)) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, NULL,
                                  "the body must come without a "
                                  "Content-Encoding");
    }

    ctx->next = next;
    r->connection->log->action = "reading client request body";

    rc = ngx_http_read_client_request_body(r, ngx_http_scim_body_handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    /* seen by the body's handler if that is still to come */

    ctx->waited = 1;

    /* the body's handler has a reference of its own, and answers */

    return NGX_DONE;
}


static void
ngx_http_scim_body_handler(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    ngx_connection_t     *c;
    ngx_http_scim_ctx_t  *ctx;

    c = r->connection;
    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    rc = ngx_http_scim_body(ctx);

    if (rc == NGX_AGAIN) {
        return;
    }

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_scim_body(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  text;

    if (ngx_http_scim_body_text(ctx->request, &text) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->message = ngx_http_scim_own(ctx,
                       (text.len == 0 && ctx->bodiless)
                       ? json_object()
                       : scim_json_load((char *) text.data, text.len,
                                        ctx->loc_conf->max_depth,
                                        &ctx->error));

    if (ctx->message == NULL && !ctx->early) {
        return ctx->error.status ? ngx_http_scim_fail_error(ctx)
                                 : ngx_http_scim_fail_memory(ctx);
    }

    return ctx->next(ctx);
}


ngx_uint_t
ngx_http_scim_body_is_here(ngx_http_request_t *r)
{
    off_t  length;

    length = r->headers_in.content_length_n;

#if (NGX_HTTP_V2)
    if (r->stream) {
        return 0;
    }
#endif

    return r->http_version >= NGX_HTTP_VERSION_10
           && r->http_version <= NGX_HTTP_VERSION_11
           && length > 0
           && length <= r->header_in->last - r->header_in->pos
           && ngx_http_scim_sends_json(r)
           && !ngx_http_scim_sends_coded(r);
}


static ngx_int_t
ngx_http_scim_body_text(ngx_http_request_t *r, ngx_str_t *text)
{
    off_t         size;
    ssize_t       n;
    u_char       *p;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    ngx_str_null(text);

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    cl = r->request_body->bufs;

    if (cl->next == NULL && ngx_buf_in_memory(cl->buf)) {
        text->data = cl->buf->pos;
        text->len = cl->buf->last - cl->buf->pos;
        return NGX_OK;
    }

    size = 0;

    for ( /* void */ ; cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    p = ngx_pnalloc(r->pool, (size_t) size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);
            continue;
        }

        n = ngx_read_file(b->file, p, (size_t) (b->file_last - b->file_pos),
                          b->file_pos);

        if (n != b->file_last - b->file_pos) {
            return NGX_ERROR;
        }

        p += n;
    }

    text->len = p - text->data;

    return NGX_OK;
}
