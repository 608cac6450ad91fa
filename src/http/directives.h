/*
 * What the module's tables name: the configurations, and the directives that
 * are more than a value, with what is checked of them in the end.
 */

#ifndef NGX_HTTP_SCIM_DIRECTIVES_H
#define NGX_HTTP_SCIM_DIRECTIVES_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

/* conf.c */

void *ngx_http_scim_create_main_conf(ngx_conf_t *cf);
char *ngx_http_scim_init_main_conf(ngx_conf_t *cf, void *conf);
void *ngx_http_scim_create_srv_conf(ngx_conf_t *cf);
void *ngx_http_scim_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_scim_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child);

/* data: the main configuration, whose connection is closed for good. */
void ngx_http_scim_close_redis(void *data);


/* bad_tokens_conf.c: "scim_bad_tokens". */

char *ngx_http_scim_bad_tokens(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/*
 * access_conf.c: "scim_access" and "scim_authz"; of the former a location
 * without lines of its own has those around it (NULL: none).
 */

char *ngx_http_scim_access_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_scim_access_merge(ngx_conf_t *cf, ngx_array_t **conf,
    ngx_array_t *prev);


/*
 * handler_conf.c: "scim" and its like, which must be the only ones of their
 * location; NGX_CONF_ERROR has been logged with the directive's place.
 */

char *ngx_http_scim_content(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_scim_authz_slot(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_scim_content_merge(ngx_conf_t *cf,
    ngx_http_scim_content_t *conf, ngx_http_scim_content_t *prev);

/* Where this directive stands, unless the place is another's. */
void ngx_http_scim_place(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_scim_place_t *place);


/* audit.c: "scim_audit_values". */

char *ngx_http_scim_audit_values_directive(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);


/*
 * files.c: makes the name a full one, and reads; NGX_ERROR has been logged
 * with the directive's place.
 */

ngx_int_t ngx_http_scim_read_file(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *content);


/* access_zone.c: "scim_access_cache". */

char *ngx_http_scim_access_cache_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* redis_conf.c: "scim_redis", and the defaults and checks of its like. */

char *ngx_http_scim_redis_address(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_scim_init_redis(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf);


/* schemas.c: "scim_schema", "scim_index", and what comes of them. */

char *ngx_http_scim_schema(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_scim_index_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_scim_init_types(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf);


/* secrets.c: "scim_redis_password_file", "scim_admin_tokens". */

char *ngx_http_scim_password_file(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_scim_admin_tokens(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

#pragma GCC visibility pop

#endif
