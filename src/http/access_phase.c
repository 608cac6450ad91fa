/*
 * The gate in front of a location: "scim_access" in nginx's access phase.
 */

#include "access.h"


static void ngx_http_scim_access_resume(ngx_http_scim_gate_t *gate);


ngx_int_t
ngx_http_scim_access_handler(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_http_scim_gate_t      *gate;
    ngx_http_scim_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scim_module);

    if (slcf->access == NULL) {
        return NGX_DECLINED;
    }

    gate = ngx_http_scim_gate(r);
    if (gate == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (gate->waiting) {
        return NGX_AGAIN;
    }

    rc = ngx_http_scim_gate_check(gate, slcf->access);

    if (rc != NGX_AGAIN) {
        return rc;
    }

    gate->resume = ngx_http_scim_access_resume;

    /* a client that goes away is not waited for */

    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_AGAIN;
}


static void
ngx_http_scim_access_resume(ngx_http_scim_gate_t *gate)
{
    ngx_http_request_t  *r;

    r = gate->request;

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


/*
 * Last of the handlers of its phase, which run from the array's end to its
 * beginning: who asks for a password, or asks another server, has done so then,
 * and nobody learns here whether a name that he does not prove may pass.
 */

ngx_int_t
ngx_http_scim_access_init(ngx_conf_t *cf)
{
    ngx_array_t                *handlers;
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    handlers = &cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers;

    if (ngx_array_push(handlers) == NULL) {
        return NGX_ERROR;
    }

    h = handlers->elts;

    ngx_memmove(&h[1], &h[0],
                (handlers->nelts - 1) * sizeof(ngx_http_handler_pt));
    h[0] = ngx_http_scim_access_handler;

    return NGX_OK;
}
