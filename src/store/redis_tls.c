/*
 * TLS to Redis: nginx's handshake, and who is at the other end.
 */

#include "redis_internal.h"


#if (NGX_SSL)

static void ngx_scim_redis_handshake_handler(ngx_connection_t *c);
static ngx_int_t ngx_scim_redis_check_name(ngx_connection_t *c,
    ngx_str_t *name);
static ngx_uint_t ngx_scim_redis_is_address(ngx_str_t *name);


void
ngx_scim_redis_secure(ngx_scim_redis_t *redis)
{
    ngx_int_t               rc;
    ngx_connection_t       *c = redis->connection;
    ngx_scim_redis_conf_t  *conf = redis->conf;

    if (ngx_ssl_create_connection(conf->ssl, c, NGX_SSL_CLIENT) != NGX_OK) {
        ngx_scim_redis_fail(redis, 0, "no memory for TLS", "");
        return;
    }

    /* our output buffer grows and moves while OpenSSL waits for the socket */
    (void) SSL_set_mode(c->ssl->connection,
                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                        |SSL_MODE_ENABLE_PARTIAL_WRITE);

    /* RFC 6066, section 3: no literal addresses in server_name */

    if (conf->ssl_name.len && !ngx_scim_redis_is_address(&conf->ssl_name)
        && SSL_set_tlsext_host_name(c->ssl->connection,
                                    (char *) conf->ssl_name.data)
           == 0)
    {
        ngx_scim_redis_fail(redis, 0, "TLS refuses scim_redis_ssl_name", "");
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, redis->log, 0,
                   "scim redis: TLS handshake as \"%V\"", &conf->ssl_name);

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {
        c->ssl->handler = ngx_scim_redis_handshake_handler;
        return;
    }

    ngx_scim_redis_handshake_handler(c);
}


static void
ngx_scim_redis_handshake_handler(ngx_connection_t *c)
{
    long               rc;
    ngx_scim_redis_t  *redis = c->data;

    if (!c->ssl->handshaked) {
        ngx_scim_redis_fail(redis, 0, "no TLS handshake with redis",
                            "; does it listen with TLS there?");
        return;
    }

    if (redis->conf->ssl_verify) {
        rc = SSL_get_verify_result(c->ssl->connection);

        if (rc != X509_V_OK) {
            ngx_scim_redis_fail(redis, 0, "the certificate of redis is not to "
                                "be trusted: ",
                                X509_verify_cert_error_string(rc));
            return;
        }

        if (ngx_scim_redis_check_name(c, &redis->conf->ssl_name) != NGX_OK) {
            ngx_scim_redis_fail(redis, 0, "the certificate of redis is for "
                                "another name than scim_redis_ssl_name", "");
            return;
        }
    }

    c->read->handler = ngx_scim_redis_read_handler;
    c->write->handler = ngx_scim_redis_write_handler;

    ngx_scim_redis_greet(redis);
}


static ngx_int_t
ngx_scim_redis_check_name(ngx_connection_t *c, ngx_str_t *name)
{
    X509  *cert;
    int    matches;

    if (!ngx_scim_redis_is_address(name)) {
        return ngx_ssl_check_host(c, name);
    }

    cert = SSL_get_peer_certificate(c->ssl->connection);
    if (cert == NULL) {
        return NGX_ERROR;
    }

    matches = X509_check_ip_asc(cert, (char *) name->data, 0);
    X509_free(cert);

    return (matches == 1) ? NGX_OK : NGX_ERROR;
}


static ngx_uint_t
ngx_scim_redis_is_address(ngx_str_t *name)
{
    u_char  address[16];

    if (ngx_inet_addr(name->data, name->len) != INADDR_NONE) {
        return 1;
    }

#if (NGX_HAVE_INET6)
    if (ngx_inet6_addr(name->data, name->len, address) == NGX_OK) {
        return 1;
    }
#endif

    return 0;
}

#endif
