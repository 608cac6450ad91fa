/*
 * The directive "scim_access_cache", and the zone that it describes.
 */

#include "access_cache.h"
#include "directives.h"


#define NGX_HTTP_SCIM_ACCESS_MIN_USERS  512

/* users' numbers take one eighth of a zone */
#define NGX_HTTP_SCIM_ACCESS_SHARE      (8 * sizeof(uint64_t))


static char *ngx_http_scim_access_cache_valid(ngx_conf_t *cf, ngx_str_t *value,
    ngx_msec_t *valid);
static char *ngx_http_scim_access_cache_zone(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_scim_access_cache_t **cache);
static ngx_uint_t ngx_http_scim_access_is_zone_name(ngx_str_t *name);
static ngx_int_t ngx_http_scim_access_cache_init(ngx_shm_zone_t *shm_zone,
    void *data);


/* not the module: its zones may be of other kinds */
static ngx_str_t  ngx_http_scim_access_tag = ngx_string("scim_access_cache");


/* the directive "scim_access_cache" */

char *
ngx_http_scim_access_cache_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_scim_loc_conf_t  *slcf = conf;

    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (slcf->access_cache != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    slcf->access_cache = NULL;
    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        return NGX_CONF_OK;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "zone=", 5) == 0
            && slcf->access_cache == NULL)
        {
            rv = ngx_http_scim_access_cache_zone(cf, &value[i],
                                                 &slcf->access_cache);

        } else if (ngx_strncmp(value[i].data, "valid=", 6) == 0
                   && slcf->access_valid == NGX_CONF_UNSET_MSEC)
        {
            rv = ngx_http_scim_access_cache_valid(cf, &value[i],
                                                  &slcf->access_valid);

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\", expected \"off\" or "
                               "\"zone=name:size\" and \"valid=time\", each "
                               "once",
                               &value[i]);
            rv = NGX_CONF_ERROR;
        }

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (slcf->access_cache == NULL) {
        return "needs a \"zone=name:size\"";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_scim_access_cache_valid(ngx_conf_t *cf, ngx_str_t *value,
    ngx_msec_t *valid)
{
    ngx_int_t  msec;
    ngx_str_t  text;

    text.data = value->data + 6;
    text.len = value->len - 6;

    msec = ngx_parse_time(&text, 0);

    if (msec == NGX_ERROR || msec == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\", expected a time greater "
                           "than 0", value);
        return NGX_CONF_ERROR;
    }

    *valid = (ngx_msec_t) msec;

    return NGX_CONF_OK;
}


/* "zone=name:size", or "zone=name" of one that is described elsewhere */

static char *
ngx_http_scim_access_cache_zone(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_scim_access_cache_t **cache)
{
    u_char                         *colon;
    ssize_t                         size;
    ngx_str_t                       name, text;
    ngx_shm_zone_t                 *shm_zone;
    ngx_http_scim_main_conf_t      *mcf;
    ngx_http_scim_access_cache_t  **added;

    name.data = value->data + 5;
    name.len = value->len - 5;
    size = 0;

    colon = ngx_strlchr(name.data, name.data + name.len, ':');

    if (colon) {
        text.data = colon + 1;
        text.len = name.data + name.len - text.data;
        name.len = colon - name.data;

        size = ngx_parse_size(&text);

        if (size < (ssize_t) (8 * ngx_pagesize)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\", expected "
                               "\"zone=name:size\" with at least %uz bytes",
                               value, 8 * ngx_pagesize);
            return NGX_CONF_ERROR;
        }
    }

    if (!ngx_http_scim_access_is_zone_name(&name)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\", expected a name of 1 to "
                           "%d visible ASCII characters, none of them a "
                           "quote or a backslash", value,
                           NGX_HTTP_SCIM_ZONE_NAME_MAX);
        return NGX_CONF_ERROR;
    }

    shm_zone = ngx_shared_memory_add(cf, &name, size,
                                     &ngx_http_scim_access_tag);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (shm_zone->data) {
        *cache = shm_zone->data;
        return NGX_CONF_OK;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scim_module);

    *cache = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_access_cache_t));
    added = ngx_array_push(&mcf->access_caches);

    if (*cache == NULL || added == NULL) {
        return NGX_CONF_ERROR;
    }

    *added = *cache;
    (*cache)->main_conf = mcf;
    (*cache)->shm_zone = shm_zone;

    shm_zone->init = ngx_http_scim_access_cache_init;
    shm_zone->data = *cache;

    return NGX_CONF_OK;
}


/* it is a label in scim_status, as it is */

static ngx_uint_t
ngx_http_scim_access_is_zone_name(ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (name->data[i] <= ' ' || name->data[i] > '~'
            || name->data[i] == '"' || name->data[i] == '\\')
        {
            return 0;
        }
    }

    return name->len > 0 && name->len <= NGX_HTTP_SCIM_ZONE_NAME_MAX;
}


/* what is there after a reload stays, as do its listener and its order */

static ngx_int_t
ngx_http_scim_access_cache_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_uint_t                     n;
    ngx_http_scim_access_zone_t   *sh;
    ngx_http_scim_access_cache_t  *before = data;
    ngx_http_scim_access_cache_t  *cache;

    cache = shm_zone->data;

    if (before) {
        cache->sh = before->sh;
        cache->shpool = before->shpool;
        return NGX_OK;
    }

    cache->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    cache->shpool->log_nomem = 0;

    n = NGX_HTTP_SCIM_ACCESS_MIN_USERS;

    while (n * 2 * NGX_HTTP_SCIM_ACCESS_SHARE <= shm_zone->shm.size) {
        n *= 2;
    }

    sh = ngx_slab_calloc(cache->shpool, sizeof(ngx_http_scim_access_zone_t));
    if (sh == NULL) {
        return NGX_ERROR;
    }

    sh->users = ngx_slab_calloc(cache->shpool, n * sizeof(uint64_t));
    sh->tenants = ngx_slab_calloc(cache->shpool, NGX_HTTP_SCIM_ACCESS_TENANTS
                                                 * sizeof(uint64_t));

    if (sh->users == NULL || sh->tenants == NULL) {
        return NGX_ERROR;
    }

    sh->nusers = n;
    sh->sequence = 1;              /* 0 is no ticket */

    ngx_rbtree_init(&sh->rbtree, &sh->sentinel, ngx_http_scim_access_insert);
    ngx_queue_init(&sh->queue);

    cache->sh = sh;
    cache->shpool->data = sh;

    return NGX_OK;
}
