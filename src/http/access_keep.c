/*
 * Has Redis keep the record of somebody whose access it had to put together, so
 * that it is read in a fraction of the time when this person's next request
 * comes. Nobody waits for it, and nothing depends on it.
 */

#include "access.h"


#define NGX_HTTP_SCIM_KEEP_PAUSE  10000   /* ms, when Redis cannot write */


static void ngx_http_scim_access_kept(ngx_scim_redis_batch_t *batch);


void
ngx_http_scim_access_keep(ngx_http_request_t *r, ngx_str_t *tenant,
    ngx_str_t *id)
{
    ngx_scim_scope_t            scope;
    ngx_scim_redis_t           *redis;
    ngx_scim_redis_batch_t     *batch;
    ngx_http_scim_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_scim_module);

    /* one at a time: each is a write, and others want to write, too */

    if (mcf->access_keeping
        || (ngx_msec_int_t) (mcf->access_pause - ngx_current_msec) > 0)
    {
        return;
    }

    redis = ngx_http_scim_redis(mcf);
    if (redis == NULL) {
        return;
    }

    batch = ngx_scim_redis_batch_create(redis, ngx_http_scim_access_kept,
                                        mcf);
    if (batch == NULL) {
        return;
    }

    ngx_memzero(&scope, sizeof(ngx_scim_scope_t));
    scope.pool = r->pool;
    scope.tenant = *tenant;

    if (ngx_scim_access_keep(batch, &scope, id) != NGX_OK
        || ngx_scim_redis_send(batch) != NGX_OK)
    {
        ngx_scim_redis_batch_free(batch);
        return;
    }

    mcf->access_keeping = batch;
}


static void
ngx_http_scim_access_kept(ngx_scim_redis_batch_t *batch)
{
    ngx_http_scim_main_conf_t  *mcf;

    mcf = batch->data;

    if (batch->failure) {
        mcf->access_pause = ngx_current_msec + NGX_HTTP_SCIM_KEEP_PAUSE;
    }

    mcf->access_keeping = NULL;
    ngx_scim_redis_batch_free(batch);
}


void
ngx_http_scim_access_keep_end(ngx_http_scim_main_conf_t *mcf)
{
    if (mcf->access_keeping) {
        ngx_scim_redis_batch_free(mcf->access_keeping);
        mcf->access_keeping = NULL;
    }
}
