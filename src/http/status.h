/*
 * How metrics are shown. For status.c, and for who has some of its own.
 */

#ifndef NGX_HTTP_SCIM_STATUS_H
#define NGX_HTTP_SCIM_STATUS_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

typedef struct {
    ngx_http_scim_text_t       text;
    json_t                    *families;     /* NULL: it is for Prometheus    */
    json_t                    *samples;      /* of the last family            */
    const char                *family;
    ngx_http_scim_metrics_t   *metrics;
    ngx_uint_t                 failed;       /* no memory; told by the end    */
} ngx_http_scim_status_t;


/* status.c: of the counter at this offset of a shard, over all shards. */

ngx_atomic_uint_t ngx_http_scim_status_sum(ngx_http_scim_status_t *status,
    size_t offset);


/* status_format.c */

/* type: "counter", "gauge" or "histogram"; its samples follow. */
void ngx_http_scim_status_family(ngx_http_scim_status_t *status,
    const char *name, const char *type, const char *help);

/* labels: name, value, name, value, NULL; they need no escapes. */
void ngx_http_scim_status_sample(ngx_http_scim_status_t *status,
    const char **labels, ngx_atomic_uint_t value);

/* labels: one at most; offset: of the histogram in a shard. */
void ngx_http_scim_status_histogram(ngx_http_scim_status_t *status,
    const char **labels, size_t offset);


/* access_status.c: the zones of "scim_access_cache". */

void ngx_http_scim_access_status(ngx_http_scim_status_t *status,
    ngx_http_scim_main_conf_t *mcf);

#pragma GCC visibility pop

#endif
