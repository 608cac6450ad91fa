/*
 * Bulk requests (RFC 7644, section 3.7): which operation may start when is the
 * protocol library's to say; each runs as it would as a request of its own,
 * many of them side by side, so that their commands share Redis' round trips.
 */

#include "resource.h"


#define NGX_HTTP_SCIM_BULK_RUNNING  64


typedef struct {
    scim_bulk_t              *bulk;
    ngx_http_scim_metrics_t  *metrics;
    ngx_queue_t               running;       /* contexts of operations        */
    ngx_uint_t                n;
} ngx_http_scim_bulk_state_t;


static ngx_int_t ngx_http_scim_bulk_continue(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_bulk_start(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t number, scim_bulk_operation_t *operation);
static ngx_int_t ngx_http_scim_bulk_run(ngx_http_scim_ctx_t *child,
    scim_bulk_operation_t *operation);
static const ngx_http_scim_operation_t *ngx_http_scim_bulk_operation(
    scim_bulk_operation_t *operation);
static void ngx_http_scim_bulk_result(ngx_http_scim_ctx_t *child);
static const char *ngx_http_scim_bulk_text(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *text);
static void ngx_http_scim_bulk_cleanup(void *data);
static void ngx_http_scim_bulk_count(ngx_http_scim_bulk_state_t *state);


static const ngx_uint_t  ngx_http_scim_bulk_methods[] = {
    [SCIM_BULK_POST] = NGX_HTTP_POST,
    [SCIM_BULK_PUT] = NGX_HTTP_PUT,
    [SCIM_BULK_PATCH] = NGX_HTTP_PATCH,
    [SCIM_BULK_DELETE] = NGX_HTTP_DELETE
};


ngx_int_t
ngx_http_scim_bulk(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_cleanup_t          *cln;
    ngx_http_scim_bulk_state_t  *state;

    state = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_bulk_state_t));
    cln = ngx_http_cleanup_add(ctx->request, 0);

    if (state == NULL || cln == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->state = state;
    state->metrics = ctx->main_conf->metrics;
    ngx_queue_init(&state->running);

    cln->handler = ngx_http_scim_bulk_cleanup;
    cln->data = state;

    state->bulk = scim_bulk_parse(&ctx->policy, ctx->message,
                                  ctx->loc_conf->max_operations, &ctx->error);
    if (state->bulk == NULL) {
        return ngx_http_scim_fail_error(ctx);
    }

    return ngx_http_scim_bulk_continue(ctx);
}


/* starts what may start; NGX_AGAIN: there is something to wait for */

static ngx_int_t
ngx_http_scim_bulk_continue(ngx_http_scim_ctx_t *ctx)
{
    ssize_t                      number;
    scim_bulk_operation_t        operation;
    ngx_http_scim_bulk_state_t  *state;

    state = ctx->state;

    while (state->n < NGX_HTTP_SCIM_BULK_RUNNING) {

        number = scim_bulk_next(state->bulk, &operation);

        if (number < 0) {
            break;
        }

        if (ngx_http_scim_bulk_start(ctx, (ngx_uint_t) number, &operation)
            != NGX_OK)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    if (state->n) {
        return NGX_AGAIN;
    }

    return ngx_http_scim_send_json(ctx, NGX_HTTP_OK,
               ngx_http_scim_own(ctx, scim_bulk_response(state->bulk, NULL)));
}


static ngx_int_t
ngx_http_scim_bulk_start(ngx_http_scim_ctx_t *ctx, ngx_uint_t number,
    scim_bulk_operation_t *operation)
{
    ngx_int_t                    rc;
    ngx_http_scim_ctx_t         *child;
    ngx_http_scim_bulk_state_t  *state;

    state = ctx->state;

    child = ngx_http_scim_create_child(ctx);
    if (child == NULL) {
        return NGX_ERROR;
    }

    child->number = number;
    ngx_queue_insert_tail(&state->running, &child->queue);
    state->n++;

    rc = ngx_http_scim_bulk_run(child, operation);

    if (rc != NGX_AGAIN) {
        ngx_http_scim_bulk_result(child);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_bulk_run(ngx_http_scim_ctx_t *child,
    scim_bulk_operation_t *operation)
{
    const ngx_http_scim_operation_t  *op;

    op = ngx_http_scim_bulk_operation(operation);

    if (op == NULL) {
        return ngx_http_scim_fail(child, NGX_HTTP_NOT_ALLOWED, NULL,
                                  "the method is not allowed there");
    }

    child->operation = op;
    child->message = operation->data;

    if (operation->id) {
        child->id.len = ngx_strlen(operation->id);
        child->id.data = ngx_pnalloc(child->pool, child->id.len + 1);
        if (child->id.data == NULL) {
            return ngx_http_scim_fail_memory(child);
        }

        ngx_memcpy(child->id.data, operation->id, child->id.len);
    }

    if (operation->version) {
        child->if_match.data = (u_char *) operation->version;
        child->if_match.len = ngx_strlen(operation->version);
    }

    if (ngx_http_scim_permit(child) != NGX_OK) {
        return ngx_http_scim_fail_error(child);
    }

    /* what is no id of ours there is nothing to read for */

    if (op->query == NULL || !ngx_http_scim_is_id(&child->id)) {
        return op->perform(child);
    }

    if (ngx_http_scim_batch(child) != NGX_OK || op->query(child) != NGX_OK) {
        return ngx_http_scim_fail_memory(child);
    }

    return ngx_http_scim_await(child, op->perform);
}


static const ngx_http_scim_operation_t *
ngx_http_scim_bulk_operation(scim_bulk_operation_t *operation)
{
    ngx_str_t   endpoint;
    ngx_uint_t  methods;

    endpoint.data = (u_char *) (operation->type_name[0] == 'U' ? "Users"
                                                               : "Groups");
    endpoint.len = ngx_strlen(endpoint.data);

    return ngx_http_scim_operation(&endpoint,
                                   operation->method != SCIM_BULK_POST, 0,
                                   ngx_http_scim_bulk_methods[
                                       operation->method],
                                   &methods);
}


void
ngx_http_scim_bulk_answered(ngx_http_scim_ctx_t *child)
{
    ngx_int_t             rc;
    ngx_http_scim_ctx_t  *ctx;

    ctx = child->parent;

    ngx_http_scim_bulk_result(child);

    rc = ngx_http_scim_bulk_continue(ctx);

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(ctx->request, rc);
    }
}


/* the operation's own context goes */

static void
ngx_http_scim_bulk_result(ngx_http_scim_ctx_t *child)
{
    int                          status;
    json_t                      *response;
    ngx_str_t                    url;
    const char                  *id, *location, *version;
    ngx_http_scim_bulk_state_t  *state;

    state = child->parent->state;
    status = (int) child->answer.status;

    response = (status >= NGX_HTTP_BAD_REQUEST)
               ? scim_error_message(&child->error) : NULL;

    id = child->id.len ? ngx_http_scim_bulk_text(child, &child->id) : NULL;
    version = child->answer.version.len
              ? ngx_http_scim_bulk_text(child, &child->answer.version) : NULL;
    location = NULL;

    if (id
        && ngx_http_scim_resource_url(child, child->operation->kind,
                                      &child->id, &url)
           == NGX_OK)
    {
        location = ngx_http_scim_bulk_text(child, &url);
    }

    scim_bulk_done(state->bulk, child->number, status, id, location, version,
                   response);

    ngx_queue_remove(&child->queue);
    state->n--;

    ngx_http_scim_destroy_child(child);
}


static const char *
ngx_http_scim_bulk_text(ngx_http_scim_ctx_t *ctx, ngx_str_t *text)
{
    u_char  *p;

    p = ngx_pnalloc(ctx->pool, text->len + 1);
    if (p == NULL) {
        return NULL;
    }

    (void) ngx_cpystrn(p, text->data, text->len + 1);

    return (char *) p;
}


/*
 * The end of the request. If it is the client that has gone, what runs is
 * carried through, and nobody told.
 */

static void
ngx_http_scim_bulk_cleanup(void *data)
{
    ngx_queue_t                 *q;
    ngx_http_scim_bulk_state_t  *state = data;

    while (!ngx_queue_empty(&state->running)) {
        q = ngx_queue_head(&state->running);
        ngx_queue_remove(q);

        ngx_http_scim_destroy_child(ngx_queue_data(q, ngx_http_scim_ctx_t,
                                                   queue));
    }

    if (state->bulk) {
        ngx_http_scim_bulk_count(state);
        scim_bulk_free(state->bulk);
    }
}


static void
ngx_http_scim_bulk_count(ngx_http_scim_bulk_state_t *state)
{
    int                               status;
    ngx_uint_t                        i;
    scim_bulk_operation_t             operation;
    const ngx_http_scim_operation_t  *op;

    for (i = 0; ; i++) {
        status = scim_bulk_status(state->bulk, i, &operation);

        if (status < 0) {
            return;
        }

        if (status == 0) {
            continue;
        }

        op = operation.type_name ? ngx_http_scim_bulk_operation(&operation)
                                 : NULL;

        ngx_http_scim_metrics_operation(state->metrics,
                                  op ? op : &ngx_http_scim_no_operation,
                                  (ngx_uint_t) status);
    }
}
