/*
 * The gate in front of a location: "scim_access" in nginx's access phase.
 */

#include "access.h"


static void ngx_http_scim_access_resume(ngx_http_scim_gate_t *gate);
static ngx_int_t ngx_http_scim_identity_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_scim_take_identities(ngx_http_request_t *sr,
    ngx_array_t *lines);
static ngx_uint_t ngx_http_scim_is_yes(ngx_uint_t status);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


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
 * $upstream_http_... is of the request that asked the other server, which in
 * this phase is auth_request's subrequest; of the main request it would be what
 * the application answers, if nginx redirects it afterwards. So it is taken
 * where the subrequest is answered, if auth_request takes the answer for a yes:
 * of whom it refuses, an answer may say anything.
 */

static ngx_int_t
ngx_http_scim_identity_filter(ngx_http_request_t *r)
{
    ngx_http_scim_loc_conf_t  *slcf;

    if (r->parent == NULL || r->parent != r->main || r->background
        || r->upstream == NULL || r->main->header_sent)
    {
        return ngx_http_next_header_filter(r);
    }

    slcf = ngx_http_get_module_loc_conf(r->main, ngx_http_scim_module);

    if (slcf->access
        && ngx_http_scim_take_identities(r, slcf->access) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_scim_take_identities(ngx_http_request_t *sr, ngx_array_t *lines)
{
    ngx_uint_t                    i;
    ngx_http_scim_gate_t         *gate;
    ngx_http_scim_access_line_t  *line;

    gate = ngx_http_scim_gate(sr->main);
    if (gate == NULL) {
        return NGX_ERROR;
    }

    gate->identities = NULL;

    /* with error_page, what nginx answers is not what the other server did */

    if (!ngx_http_scim_is_yes(sr->headers_out.status)
        || !ngx_http_scim_is_yes(sr->upstream->headers_in.status_n))
    {
        return NGX_OK;
    }

    gate->identified = lines;
    gate->identities = ngx_pcalloc(sr->pool, lines->nelts * sizeof(ngx_str_t));
    if (gate->identities == NULL) {
        return NGX_ERROR;
    }

    line = lines->elts;

    for (i = 0; i < lines->nelts; i++) {
        if (line[i].upstream
            && ngx_http_complex_value(sr, line[i].user, &gate->identities[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_scim_is_yes(ngx_uint_t status)
{
    return status >= NGX_HTTP_OK && status < NGX_HTTP_SPECIAL_RESPONSE;
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

    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_scim_identity_filter;

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
