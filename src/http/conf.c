/*
 * The configurations: as they begin, what a location has from those around it,
 * and what becomes of all of it in the end. Which directive sets what is the
 * module's table to say.
 */

#include "directives.h"


void *
ngx_http_scim_create_main_conf(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_scim_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_main_conf_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (mcf == NULL || cln == NULL
        || ngx_array_init(&mcf->access_caches, cf->pool, 1,
                          sizeof(ngx_http_scim_access_cache_t *))
           != NGX_OK)
    {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     mcf->redis = NULL;
     *     mcf->metrics = NULL;
     *     mcf->activity = NULL;
     *     mcf->refusals = NULL;
     *     mcf->audit_values = NULL;
     *     mcf->admin_tokens = NULL;
     *     mcf->bad_tokens = NULL;
     *     mcf->registry = NULL;
     *     mcf->named_indexes = NULL;
     *     mcf->nbuilds = 0;
     *     mcf->access_reader = NULL;
     *     mcf->used = { { 0, NULL }, { 0, NULL }, 0 };
     *     mcf->status = 0;
     *     mcf->redis_conf.addr = NULL;
     *     mcf->redis_conf.user, .password, .ssl_name = { 0, NULL };
     *     mcf->redis_conf.ssl = NULL;
     *     mcf->ssl_... = { 0, NULL };
     */

    cln->handler = ngx_http_scim_close_redis;
    cln->data = mcf;

    ngx_queue_init(&mcf->builds);

    mcf->audit_length = NGX_CONF_UNSET_UINT;
    mcf->audit_age = NGX_CONF_UNSET;
    mcf->audit_refusals = NGX_CONF_UNSET_MSEC;
    mcf->redis_conf.database = NGX_CONF_UNSET;
    mcf->redis_conf.connect_timeout = NGX_CONF_UNSET_MSEC;
    mcf->redis_conf.timeout = NGX_CONF_UNSET_MSEC;
    mcf->redis_conf.max_commands = NGX_CONF_UNSET_UINT;

#if (NGX_SSL)
    mcf->ssl_enable = NGX_CONF_UNSET;
    mcf->redis_conf.ssl_verify = NGX_CONF_UNSET;
#endif

    return mcf;
}


char *
ngx_http_scim_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    ngx_conf_init_uint_value(mcf->audit_length, 100000);
    ngx_conf_init_value(mcf->audit_age, 0);
    ngx_conf_init_msec_value(mcf->audit_refusals, 60000);

    if (mcf->used.directive.data && mcf->redis_conf.addr == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%V\" needs a \"scim_redis\" in the http block, in "
                      "%V:%ui", &mcf->used.directive, &mcf->used.file,
                      mcf->used.line);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_scim_init_redis(cf, mcf) != NGX_OK
        || ngx_http_scim_init_types(cf, mcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (mcf->redis_conf.addr && mcf->audit_refusals) {
        mcf->refusals = ngx_http_scim_refusals_create(cf, mcf);

        if (mcf->refusals == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    if (mcf->redis_conf.addr || mcf->status) {
        mcf->metrics = ngx_http_scim_metrics_create(cf);
        mcf->activity = ngx_http_scim_activity_create(cf, mcf);

        if (mcf->metrics == NULL || mcf->activity == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


void *
ngx_http_scim_create_srv_conf(ngx_conf_t *cf)
{
    ngx_http_scim_srv_conf_t  *sscf;

    sscf = ngx_palloc(cf->pool, sizeof(ngx_http_scim_srv_conf_t));

    if (sscf == NULL
        || ngx_array_init(&sscf->locations, cf->pool, 4,
                          sizeof(ngx_http_core_loc_conf_t *))
           != NGX_OK)
    {
        return NULL;
    }

    return sscf;
}


void *
ngx_http_scim_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_scim_loc_conf_t  *slcf;

    slcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_loc_conf_t));
    if (slcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     slcf->content.handler = NULL;
     *     slcf->content.place = { { 0, NULL }, { 0, NULL }, 0 };
     *     slcf->base_url = NULL;
     *     slcf->me = NULL;
     */

    slcf->disabled_status = NGX_CONF_UNSET_UINT;
    slcf->max_results = NGX_CONF_UNSET_UINT;
    slcf->default_results = NGX_CONF_UNSET_UINT;
    slcf->max_operations = NGX_CONF_UNSET_UINT;
    slcf->max_depth = NGX_CONF_UNSET_UINT;
    slcf->max_filter_terms = NGX_CONF_UNSET_UINT;
    slcf->max_attributes = NGX_CONF_UNSET_UINT;
    slcf->max_scan = NGX_CONF_UNSET_UINT;
    slcf->max_sorted = NGX_CONF_UNSET_UINT;
    slcf->cursor_timeout = NGX_CONF_UNSET_MSEC;
    slcf->public_config = NGX_CONF_UNSET;
    slcf->access = NGX_CONF_UNSET_PTR;
    slcf->access_cache = NGX_CONF_UNSET_PTR;
    slcf->access_valid = NGX_CONF_UNSET_MSEC;
    slcf->authz = NGX_CONF_UNSET_PTR;

    return slcf;
}


char *
ngx_http_scim_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_scim_loc_conf_t  *prev = parent;
    ngx_http_scim_loc_conf_t  *conf = child;

    if (conf->base_url == NULL) {
        conf->base_url = prev->base_url;
    }

    if (conf->me == NULL) {
        conf->me = prev->me;
    }

    ngx_conf_merge_uint_value(conf->disabled_status, prev->disabled_status,
                              NGX_HTTP_FORBIDDEN);
    ngx_conf_merge_uint_value(conf->max_results, prev->max_results, 1000);
    ngx_conf_merge_uint_value(conf->default_results, prev->default_results,
                              100);
    ngx_conf_merge_uint_value(conf->max_operations, prev->max_operations,
                              1000);
    ngx_conf_merge_uint_value(conf->max_depth, prev->max_depth, 32);
    ngx_conf_merge_uint_value(conf->max_filter_terms, prev->max_filter_terms,
                              100);
    ngx_conf_merge_uint_value(conf->max_attributes, prev->max_attributes, 100);
    ngx_conf_merge_uint_value(conf->max_scan, prev->max_scan, 1000000);
    ngx_conf_merge_uint_value(conf->max_sorted, prev->max_sorted, 10000);
    ngx_conf_merge_msec_value(conf->cursor_timeout, prev->cursor_timeout,
                              3600000);
    ngx_conf_merge_value(conf->public_config, prev->public_config, 0);
    ngx_conf_merge_ptr_value(conf->access_cache, prev->access_cache, NULL);
    ngx_conf_merge_msec_value(conf->access_valid, prev->access_valid, 60000);
    ngx_conf_merge_ptr_value(conf->authz, prev->authz, NULL);

    if (ngx_http_scim_content_merge(cf, &conf->content, &prev->content)
        != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_scim_access_merge(cf, &conf->access, prev->access);
}


void
ngx_http_scim_close_redis(void *data)
{
    ngx_http_scim_main_conf_t  *mcf = data;

    ngx_http_scim_access_end(mcf);

    if (mcf->redis) {
        ngx_http_scim_index_builds_end(mcf);
        ngx_http_scim_backlog_end(mcf->activity);
        ngx_http_scim_backlog_end(mcf->refusals);
        ngx_scim_access_reader_destroy(mcf->access_reader);
        mcf->access_reader = NULL;
        ngx_scim_redis_destroy(mcf->redis);
        ngx_http_scim_metrics_detach(mcf);
        mcf->redis = NULL;
    }
}
