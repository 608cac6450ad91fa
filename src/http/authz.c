/*
 * The gate as a server for others: "scim_authz" answers whether a request may
 * pass to nginx' auth_request, and to what other proxies have of the kind.
 */

#include "access.h"


typedef struct {
    const char                  *header;
    ngx_http_scim_user_value_e   kind;
} ngx_http_scim_authz_header_t;


static void ngx_http_scim_authz_resume(ngx_http_scim_gate_t *gate);
static ngx_int_t ngx_http_scim_authz_check(ngx_http_scim_gate_t *gate);
static ngx_int_t ngx_http_scim_authz_passed(ngx_http_scim_gate_t *gate);


static const ngx_http_scim_authz_header_t  ngx_http_scim_authz_headers[] = {
    { "X-Scim-User-Id", NGX_HTTP_SCIM_USER_ID },
    { "X-Scim-User-Name", NGX_HTTP_SCIM_USER_NAME },
    { "X-Scim-User-Email", NGX_HTTP_SCIM_USER_EMAIL },
    { "X-Scim-User-Groups", NGX_HTTP_SCIM_USER_GROUPS },
    { "X-Scim-User-Roles", NGX_HTTP_SCIM_USER_ROLES },
    { "X-Scim-User-Permissions", NGX_HTTP_SCIM_USER_PERMISSIONS },
    { NULL, 0 }
};


/* whatever the method: proxies ask with that of the request they hold */

ngx_int_t
ngx_http_scim_authz_handler(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_http_scim_gate_t  *gate;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    gate = ngx_http_scim_gate(r);
    if (gate == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_scim_authz_check(gate);

    if (rc != NGX_AGAIN) {
        return rc;
    }

    r->main->count++;

    if (r == r->main && !r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    return NGX_DONE;
}


static void
ngx_http_scim_authz_resume(ngx_http_scim_gate_t *gate)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_authz_check(gate);

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(gate->request, rc);
    }
}


static ngx_int_t
ngx_http_scim_authz_check(ngx_http_scim_gate_t *gate)
{
    ngx_int_t                  rc;
    ngx_http_scim_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(gate->request, ngx_http_scim_module);

    gate->resume = ngx_http_scim_authz_resume;

    rc = ngx_http_scim_gate_check(gate, slcf->authz);

    return rc == NGX_OK ? ngx_http_scim_authz_passed(gate) : rc;
}


static ngx_int_t
ngx_http_scim_authz_passed(ngx_http_scim_gate_t *gate)
{
    ngx_str_t                            value;
    ngx_http_request_t                  *r;
    const ngx_http_scim_authz_header_t  *h;

    r = gate->request;

    for (h = ngx_http_scim_authz_headers; h->header; h++) {

        if (ngx_http_scim_user_value(r->pool, &gate->passed, h->kind, &value)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        /* one that is empty, too: it takes the place of the client's */

        if (ngx_http_scim_push_header(r, h->header, &value) == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    r->headers_out.status = NGX_HTTP_NO_CONTENT;
    r->header_only = 1;

    return ngx_http_send_header(r);
}
