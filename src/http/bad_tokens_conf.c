/*
 * The directive "scim_bad_tokens", and the memory that all workers share.
 */

#include "bad_tokens.h"
#include "directives.h"
#include <openssl/rand.h>


#define NGX_HTTP_SCIM_BAD_MIN_PAGES  8


static ngx_int_t ngx_http_scim_bad_zone(ngx_conf_t *cf,
    ngx_http_scim_bad_tokens_t *bad, ngx_str_t *value);
static ngx_int_t ngx_http_scim_bad_rate(ngx_http_scim_bad_tokens_t *bad,
    ngx_str_t *value);
static ngx_int_t ngx_http_scim_bad_burst(ngx_http_scim_bad_tokens_t *bad,
    ngx_str_t *value);
static ngx_int_t ngx_http_scim_bad_init(ngx_shm_zone_t *zone, void *data);


char *
ngx_http_scim_bad_tokens(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    ngx_int_t                    rc;
    ngx_str_t                   *value;
    ngx_uint_t                   i, zone;
    ngx_http_scim_bad_tokens_t  *bad;

    if (mcf->bad_tokens) {
        return "is duplicate";
    }

    bad = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_bad_tokens_t));
    if (bad == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;
    zone = 0;

    for (i = 1; i < cf->args->nelts; i++) {
        rc = NGX_DECLINED;

        if (ngx_strncmp(value[i].data, "zone=", 5) == 0 && !zone) {
            zone = 1;
            rc = ngx_http_scim_bad_zone(cf, bad, &value[i]);

        } else if (ngx_strncmp(value[i].data, "rate=", 5) == 0
                   && bad->rate == 0)
        {
            rc = ngx_http_scim_bad_rate(bad, &value[i]);

        } else if (ngx_strncmp(value[i].data, "burst=", 6) == 0
                   && bad->burst == 0)
        {
            rc = ngx_http_scim_bad_burst(bad, &value[i]);
        }

        if (rc == NGX_ERROR) {
            return NGX_CONF_ERROR;
        }

        if (rc != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\", expected "
                               "\"zone=name:size\" of at least %uzk, "
                               "\"rate=numberr/s\", \"rate=numberr/m\" or "
                               "\"burst=number\", each once", &value[i],
                               NGX_HTTP_SCIM_BAD_MIN_PAGES * ngx_pagesize
                               / 1024);
            return NGX_CONF_ERROR;
        }
    }

    if (!zone) {
        return "needs a \"zone=name:size\"";
    }

    if (bad->rate == 0) {
        bad->rate = 30 * 1000 / 60;
    }

    if (bad->burst == 0) {
        bad->burst = 30 * 1000;
    }

    mcf->bad_tokens = bad;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_scim_bad_zone(ngx_conf_t *cf, ngx_http_scim_bad_tokens_t *bad,
    ngx_str_t *value)
{
    u_char          *colon, *last;
    ssize_t          size;
    ngx_str_t        name, text;
    ngx_shm_zone_t  *zone;

    name.data = value->data + 5;
    last = value->data + value->len;
    colon = ngx_strlchr(name.data, last, ':');

    if (colon == NULL || colon == name.data) {
        return NGX_DECLINED;
    }

    name.len = colon - name.data;
    text.data = colon + 1;
    text.len = last - text.data;

    size = ngx_parse_size(&text);

    if (size == NGX_ERROR
        || size < (ssize_t) (NGX_HTTP_SCIM_BAD_MIN_PAGES * ngx_pagesize))
    {
        return NGX_DECLINED;
    }

    zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_scim_module);
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->init = ngx_http_scim_bad_init;
    zone->data = bad;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_bad_rate(ngx_http_scim_bad_tokens_t *bad, ngx_str_t *value)
{
    u_char      *unit;
    ngx_int_t    n;
    ngx_uint_t   scale;

    if (value->len < sizeof("rate=1r/s") - 1) {
        return NGX_DECLINED;
    }

    unit = value->data + value->len - 3;

    if (ngx_strncmp(unit, "r/s", 3) == 0) {
        scale = 1;

    } else if (ngx_strncmp(unit, "r/m", 3) == 0) {
        scale = 60;

    } else {
        return NGX_DECLINED;
    }

    n = ngx_atoi(value->data + 5, unit - value->data - 5);

    if (n <= 0 || n > 1000000) {
        return NGX_DECLINED;
    }

    bad->rate = (ngx_uint_t) n * 1000 / scale;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_bad_burst(ngx_http_scim_bad_tokens_t *bad, ngx_str_t *value)
{
    ngx_int_t  n;

    n = ngx_atoi(value->data + 6, value->len - 6);

    if (n <= 0 || n > 1000000) {
        return NGX_DECLINED;
    }

    bad->burst = (ngx_uint_t) n * 1000;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_bad_init(ngx_shm_zone_t *zone, void *data)
{
    size_t                       size;
    ngx_http_scim_bad_shared_t  *shared;
    ngx_http_scim_bad_tokens_t  *bad, *before = data;

    bad = zone->data;

    if (before) {
        bad->shared = before->shared;
        bad->shpool = before->shpool;
        return NGX_OK;
    }

    bad->shpool = (ngx_slab_pool_t *) zone->shm.addr;

    if (zone->shm.exists) {
        bad->shared = bad->shpool->data;
        return NGX_OK;
    }

    /* all that there is, in one piece */

    size = bad->shpool->pfree * ngx_pagesize;

    shared = ngx_slab_calloc(bad->shpool, size);

    if (shared == NULL
        || RAND_bytes((u_char *) &shared->seed, sizeof(shared->seed)) != 1)
    {
        return NGX_ERROR;
    }

    shared->nsets = (size - offsetof(ngx_http_scim_bad_shared_t, sets))
                    / sizeof(ngx_http_scim_bad_set_t);

    bad->shared = shared;
    bad->shpool->data = shared;

    return NGX_OK;
}
