/*
 * The directives that put a handler of ours into a location, and that it is
 * the one that answers there.
 */

#include "access.h"
#include "directives.h"


/* "scim" and its like */

char *
ngx_http_scim_content(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_loc_conf_t  *slcf = conf;

    ngx_http_core_loc_conf_t   *clcf, **location;
    ngx_http_scim_srv_conf_t   *sscf;
    ngx_http_scim_main_conf_t  *mcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    sscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_scim_module);
    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scim_module);

    if (clcf->handler) {
        return "is duplicate, or the location has another handler already";
    }

    location = ngx_array_push(&sscf->locations);
    if (location == NULL) {
        return NGX_CONF_ERROR;
    }

    *location = clcf;
    clcf->handler = cmd->post;
    mcf->status |= (cmd->post == ngx_http_scim_status_handler);

    slcf->content.handler = cmd->post;
    ngx_http_scim_place(cf, cmd, &slcf->content.place);

    if (cmd->post == ngx_http_scim_handler
        || cmd->post == ngx_http_scim_admin_handler)
    {
        ngx_http_scim_place(cf, cmd, &mcf->used);
    }

    return NGX_CONF_OK;
}


void
ngx_http_scim_place(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_scim_place_t *place)
{
    if (place->directive.data == NULL) {
        place->directive = cmd->name;
        place->file = cf->conf_file->file.name;
        place->line = cf->conf_file->line;
    }
}


/* "scim_authz": the handler with the first of its lines */

char *
ngx_http_scim_authz_slot(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                      *rv;
    ngx_http_scim_loc_conf_t  *slcf = conf;

    if (slcf->authz == NGX_CONF_UNSET_PTR) {
        rv = ngx_http_scim_content(cf, cmd, conf);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return ngx_http_scim_access_directive(cf, cmd, conf);
}


char *
ngx_http_scim_content_merge(ngx_conf_t *cf, ngx_http_scim_content_t *conf,
    ngx_http_scim_content_t *prev)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /* what "limit_except" holds is for other methods of the same location */

    if (clcf->lmt_excpt && clcf->handler == NULL && prev->handler) {
        *conf = *prev;
        clcf->handler = prev->handler;
    }

    if (conf->handler && clcf->handler != conf->handler) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%V\" would do nothing, as the location has another "
                      "handler, too, in %V:%ui", &conf->place.directive,
                      &conf->place.file, conf->place.line);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
