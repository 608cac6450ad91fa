/*
 * The directives "scim_redis...": where Redis is and how it is spoken to. What
 * they say is for src/store; they are nothing but their checks.
 */

#include "directives.h"


#if (NGX_SSL)
static ngx_int_t ngx_http_scim_init_ssl(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf);
static ngx_int_t ngx_http_scim_init_ssl_name(ngx_conf_t *cf,
    ngx_scim_redis_conf_t *rcf);
#endif


/* the directive "scim_redis" */

char *
ngx_http_scim_redis_address(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    ngx_str_t  *value;
    ngx_url_t  *url;

    if (mcf->redis_conf.addr) {
        return "is duplicate";
    }

    value = cf->args->elts;
    url = &mcf->redis_conf.url;

    url->url = value[1];
    url->default_port = NGX_HTTP_SCIM_REDIS_PORT;

    if (ngx_parse_url(cf->pool, url) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s in \"%V\", expected \"host[:port]\" or "
                           "\"unix:path\"",
                           url->err ? url->err : "invalid address",
                           &url->url);
        return NGX_CONF_ERROR;
    }

    mcf->redis_conf.addr = &url->addrs[0];

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_scim_init_redis(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    ngx_scim_redis_conf_t  *rcf;

    rcf = &mcf->redis_conf;

    ngx_conf_init_value(rcf->database, 0);
    ngx_conf_init_msec_value(rcf->connect_timeout, 1000);
    ngx_conf_init_msec_value(rcf->timeout, 2000);
    ngx_conf_init_uint_value(rcf->max_commands, 16384);

    if (rcf->timeout == 0 || rcf->connect_timeout == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"scim_redis_timeout\" and "
                      "\"scim_redis_connect_timeout\" must be greater than 0");
        return NGX_ERROR;
    }

    if (rcf->user.len && rcf->password.len == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"scim_redis_user\" needs a "
                      "\"scim_redis_password_file\"");
        return NGX_ERROR;
    }

#if (NGX_SSL)
    ngx_conf_init_value(mcf->ssl_enable, 0);
    ngx_conf_init_value(rcf->ssl_verify, 1);

    if (!mcf->ssl_enable
        && (mcf->ssl_trusted_certificate.len || mcf->ssl_certificate.len
            || mcf->ssl_certificate_key.len || rcf->ssl_name.len))
    {
        /* a password would go out in the clear */

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"scim_redis_ssl_...\" directives need "
                      "\"scim_redis_ssl on\"");
        return NGX_ERROR;
    }

    if (mcf->ssl_enable && ngx_http_scim_init_ssl(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }
#endif

    return NGX_OK;
}


#if (NGX_SSL)

static ngx_int_t
ngx_http_scim_init_ssl(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    ngx_ssl_t              *ssl;
    ngx_pool_cleanup_t     *cln;
    ngx_scim_redis_conf_t  *rcf;

    rcf = &mcf->redis_conf;

    if (rcf->ssl_verify && mcf->ssl_trusted_certificate.len == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"scim_redis_ssl\" needs a "
                      "\"scim_redis_ssl_trusted_certificate\", or "
                      "\"scim_redis_ssl_verify off\"");
        return NGX_ERROR;
    }

    if ((mcf->ssl_certificate.len == 0) != (mcf->ssl_certificate_key.len == 0))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"scim_redis_ssl_certificate\" needs a "
                      "\"scim_redis_ssl_certificate_key\", and that the other");
        return NGX_ERROR;
    }

    if (rcf->ssl_name.len == 0
        && ngx_http_scim_init_ssl_name(cf, rcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (ssl == NULL || cln == NULL) {
        return NGX_ERROR;
    }

    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    if (mcf->ssl_certificate.len
        && ngx_ssl_certificate(cf, ssl, &mcf->ssl_certificate,
                               &mcf->ssl_certificate_key, NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (rcf->ssl_verify
        && ngx_ssl_trusted_certificate(cf, ssl, &mcf->ssl_trusted_certificate,
                                       NGX_HTTP_SCIM_SSL_DEPTH)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    rcf->ssl = ssl;

    return NGX_OK;
}


/* the host that scim_redis names: without port or brackets, with a NUL */

static ngx_int_t
ngx_http_scim_init_ssl_name(ngx_conf_t *cf, ngx_scim_redis_conf_t *rcf)
{
    ngx_str_t  host;

    if (rcf->addr == NULL) {
        return NGX_OK;
    }

    if (rcf->addr->sockaddr->sa_family == AF_UNIX) {
        if (!rcf->ssl_verify) {
            return NGX_OK;
        }

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"scim_redis_ssl\" over a unix socket needs a "
                      "\"scim_redis_ssl_name\", or "
                      "\"scim_redis_ssl_verify off\"");
        return NGX_ERROR;
    }

    host = rcf->url.host;

    if (host.len > 2 && host.data[0] == '[') {
        host.data++;
        host.len -= 2;
    }

    rcf->ssl_name.data = ngx_pnalloc(cf->pool, host.len + 1);
    if (rcf->ssl_name.data == NULL) {
        return NGX_ERROR;
    }

    rcf->ssl_name.len = host.len;
    (void) ngx_cpystrn(rcf->ssl_name.data, host.data, host.len + 1);

    return NGX_OK;
}

#endif
