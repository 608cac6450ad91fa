/*
 * Builds an index that an operator named, of what was written before: walks
 * through the tenant's users or groups behind the requests, some records at a
 * time. A build that breaks off is begun again by the next query that wants
 * the index. It must not know who asked.
 */

#include "resource.h"


#define NGX_HTTP_SCIM_BUILD_RECORDS  100     /* at a time                     */
#define NGX_HTTP_SCIM_BUILDS         4       /* of a worker, side by side     */


typedef struct ngx_http_scim_build_s  ngx_http_scim_build_t;

typedef void (*ngx_http_scim_build_step_pt)(ngx_http_scim_build_t *build);

struct ngx_http_scim_build_s {
    ngx_queue_t                     queue;
    ngx_http_scim_main_conf_t      *main_conf;
    ngx_pool_t                     *pool;
    ngx_scim_index_build_t          index;
    ngx_scim_scope_t                scope;   /* its pool is the step's        */
    ngx_scim_redis_batch_t         *batch;
    ngx_http_scim_build_step_pt     next;
    ngx_str_t                       place;   /* of the next records; empty:
                                                these were the last           */
};


static ngx_http_scim_build_t *ngx_http_scim_build_create(
    ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind, ngx_str_t *path);
static ngx_int_t ngx_http_scim_build_copy(ngx_pool_t *pool, ngx_str_t *to,
    ngx_str_t *from);
static ngx_int_t ngx_http_scim_build_step(ngx_http_scim_build_t *build);
static void ngx_http_scim_build_send(ngx_http_scim_build_t *build,
    ngx_int_t rc, ngx_http_scim_build_step_pt next);
static void ngx_http_scim_build_replied(ngx_scim_redis_batch_t *batch);
static void ngx_http_scim_build_read(ngx_http_scim_build_t *build);
static void ngx_http_scim_build_fill(ngx_http_scim_build_t *build);
static ngx_int_t ngx_http_scim_build_values(ngx_http_scim_build_t *build,
    ngx_scim_page_t *page);
static void ngx_http_scim_build_done(ngx_http_scim_build_t *build);
static void ngx_http_scim_build_fail(ngx_http_scim_build_t *build,
    const char *reason);
static void ngx_http_scim_build_free(ngx_http_scim_build_t *build);


void
ngx_http_scim_index_build(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_str_t *path)
{
    ngx_int_t               rc;
    ngx_http_scim_build_t  *build;

    if (ctx->main_conf->nbuilds == NGX_HTTP_SCIM_BUILDS) {
        return;
    }

    build = ngx_http_scim_build_create(ctx, kind, path);
    if (build == NULL) {
        return;
    }

    rc = ngx_http_scim_build_step(build);

    if (rc == NGX_OK) {
        rc = ngx_scim_index_begin(build->batch, &build->scope, &build->index);
    }

    ngx_http_scim_build_send(build, rc, ngx_http_scim_build_read);
}


static ngx_http_scim_build_t *
ngx_http_scim_build_create(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_str_t *path)
{
    ngx_pool_t             *pool;
    ngx_http_scim_build_t  *build;

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    build = ngx_pcalloc(pool, sizeof(ngx_http_scim_build_t));

    if (build == NULL
        || ngx_http_scim_build_copy(pool, &build->scope.tenant,
                                    &ctx->scope.tenant)
           != NGX_OK
        || ngx_http_scim_uuid(pool, &build->index.nonce) != NGX_OK)
    {
        ngx_destroy_pool(pool);
        return NULL;
    }

    build->pool = pool;
    build->main_conf = ctx->main_conf;
    build->index.kind = kind;
    build->index.name = *path;
    ngx_str_set(&build->place, "0");

    ngx_queue_insert_tail(&build->main_conf->builds, &build->queue);
    build->main_conf->nbuilds++;

    return build;
}


static ngx_int_t
ngx_http_scim_build_copy(ngx_pool_t *pool, ngx_str_t *to, ngx_str_t *from)
{
    to->len = from->len;
    to->data = ngx_pstrdup(pool, from);

    return to->data ? NGX_OK : NGX_ERROR;
}


/* a pool and a batch; those of the step before go */

static ngx_int_t
ngx_http_scim_build_step(ngx_http_scim_build_t *build)
{
    ngx_pool_t              *pool;
    ngx_scim_redis_batch_t  *batch;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, ngx_cycle->log);
    batch = ngx_scim_redis_batch_create(build->main_conf->redis,
                                        ngx_http_scim_build_replied, build);

    if (pool == NULL || batch == NULL
        || ngx_http_scim_build_copy(pool, &build->place, &build->place)
           != NGX_OK)
    {
        if (pool) {
            ngx_destroy_pool(pool);
        }

        if (batch) {
            ngx_scim_redis_batch_free(batch);
        }

        return NGX_ERROR;
    }

    if (build->batch) {
        ngx_scim_redis_batch_free(build->batch);
        ngx_destroy_pool(build->scope.pool);
    }

    build->batch = batch;
    build->scope.pool = pool;

    return NGX_OK;
}


/* rc: of putting the commands */

static void
ngx_http_scim_build_send(ngx_http_scim_build_t *build, ngx_int_t rc,
    ngx_http_scim_build_step_pt next)
{
    build->next = next;

    if (rc != NGX_OK) {
        ngx_http_scim_build_fail(build, "no memory");

    } else if (ngx_scim_redis_send(build->batch) != NGX_OK) {
        ngx_http_scim_build_fail(build, build->batch->failure);
    }
}


static void
ngx_http_scim_build_replied(ngx_scim_redis_batch_t *batch)
{
    ngx_http_scim_build_t  *build;

    build = batch->data;

    if (batch->failure) {
        ngx_http_scim_build_fail(build, batch->failure);
        return;
    }

    build->next(build);
}


static void
ngx_http_scim_build_read(ngx_http_scim_build_t *build)
{
    ngx_int_t             rc;
    ngx_scim_selection_t  selection;

    /* complete, taken over, ended by a write that did without the index, or
       left to the worker that follows */

    if (ngx_scim_index_reply(build->batch) != NGX_SCIM_OK || ngx_exiting) {
        ngx_http_scim_build_free(build);
        return;
    }

    rc = ngx_http_scim_build_step(build);

    if (build->place.len == 0) {
        if (rc == NGX_OK) {
            rc = ngx_scim_index_end(build->batch, &build->scope,
                                    &build->index);
        }

        ngx_http_scim_build_send(build, rc, ngx_http_scim_build_done);
        return;
    }

    ngx_memzero(&selection, sizeof(ngx_scim_selection_t));
    selection.kind = build->index.kind;

    if (rc == NGX_OK) {
        rc = ngx_scim_list(build->batch, &build->scope, &selection,
                           &build->place, NGX_HTTP_SCIM_BUILD_RECORDS);
    }

    ngx_http_scim_build_send(build, rc, ngx_http_scim_build_fill);
}


static void
ngx_http_scim_build_fill(ngx_http_scim_build_t *build)
{
    ngx_int_t                rc;
    ngx_pool_t              *pool;
    ngx_scim_page_t          page;
    ngx_scim_redis_batch_t  *batch;

    /* the page's records are needed until the values have been put */

    pool = build->scope.pool;
    batch = build->batch;
    build->batch = NULL;

    ngx_scim_page_reply(batch, &page);

    rc = ngx_http_scim_build_step(build);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_build_values(build, &page);
    }

    ngx_scim_redis_batch_free(batch);
    ngx_destroy_pool(pool);

    ngx_http_scim_build_send(build, rc, ngx_http_scim_build_read);
}


static ngx_int_t
ngx_http_scim_build_values(ngx_http_scim_build_t *build,
    ngx_scim_page_t *page)
{
    json_t                      *document;
    ngx_str_t                    place;
    ngx_uint_t                   n;
    ngx_array_t                 *values[NGX_HTTP_SCIM_BUILD_RECORDS];
    ngx_scim_record_t            records[NGX_HTTP_SCIM_BUILD_RECORDS];
    const scim_resource_type_t  *type;

    type = build->main_conf->types[build->index.kind];
    ngx_str_null(&place);
    n = 0;

    while (n < NGX_HTTP_SCIM_BUILD_RECORDS
           && ngx_scim_page_next(page, &records[n]) == NGX_OK)
    {
        document = json_loadb((char *) records[n].document.data,
                              records[n].document.len, 0, NULL);

        values[n] = document
                    ? ngx_http_scim_index_values(
                          build->scope.pool, type, document,
                          (char *) build->index.name.data)
                    : NULL;

        json_decref(document);

        if (values[n] == NULL) {
            return NGX_ERROR;
        }

        if (page->more) {
            place = records[n].place;
        }

        n++;
    }

    if (ngx_http_scim_build_copy(build->scope.pool, &build->place, &place)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_scim_index_fill(build->batch, &build->scope, &build->index, n,
                               records, values);
}


static void
ngx_http_scim_build_done(ngx_http_scim_build_t *build)
{
    if (ngx_scim_index_reply(build->batch) == NGX_SCIM_OK) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "scim: the index \"%V\" of tenant \"%V\" has been "
                      "built", &build->index.name, &build->scope.tenant);
    }

    ngx_http_scim_build_free(build);
}


static void
ngx_http_scim_build_fail(ngx_http_scim_build_t *build, const char *reason)
{
    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "scim: the index \"%V\" of tenant \"%V\" could not be "
                  "built: %s; the next query that needs it tries again",
                  &build->index.name, &build->scope.tenant, reason);

    ngx_http_scim_build_free(build);
}


static void
ngx_http_scim_build_free(ngx_http_scim_build_t *build)
{
    ngx_queue_remove(&build->queue);
    build->main_conf->nbuilds--;

    if (build->batch) {
        ngx_scim_redis_batch_free(build->batch);
        ngx_destroy_pool(build->scope.pool);
    }

    ngx_destroy_pool(build->pool);
}


void
ngx_http_scim_index_builds_end(ngx_http_scim_main_conf_t *mcf)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&mcf->builds)) {
        q = ngx_queue_head(&mcf->builds);
        ngx_http_scim_build_free(ngx_queue_data(q, ngx_http_scim_build_t,
                                                queue));
    }
}
