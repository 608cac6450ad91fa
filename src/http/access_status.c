/*
 * What scim_status shows of the zones of scim_access_cache.
 */

#include "access_cache.h"
#include "status.h"


typedef struct {
    ngx_uint_t  listening;
    ngx_uint_t  records;
    ngx_uint_t  evictions;
} ngx_http_scim_access_figures_t;


static void ngx_http_scim_access_figures(ngx_http_scim_access_cache_t *cache,
    ngx_http_scim_access_figures_t *figures);


static const struct {
    const char  *name;
    const char  *type;
    const char  *help;
    size_t       offset;
} ngx_http_scim_access_families[] = {

    { "scim_access_cache_listening", "gauge",
      "Whether a worker hears what changes, so that the zone can be used.",
      offsetof(ngx_http_scim_access_figures_t, listening) },

    { "scim_access_cache_records", "gauge",
      "Users whose access is in the zone.",
      offsetof(ngx_http_scim_access_figures_t, records) },

    { "scim_access_cache_evictions_total", "counter",
      "Users who made room for others, as the zone was full.",
      offsetof(ngx_http_scim_access_figures_t, evictions) }
};


void
ngx_http_scim_access_status(ngx_http_scim_status_t *status,
    ngx_http_scim_main_conf_t *mcf)
{
    char                             name[NGX_HTTP_SCIM_ZONE_NAME_MAX + 1];
    ngx_uint_t                       i, n;
    ngx_http_scim_access_cache_t   **cache;
    ngx_http_scim_access_figures_t   figures;

    const char  *labels[] = { "zone", name, NULL };

    cache = mcf->access_caches.elts;

    for (i = 0;
         i < sizeof(ngx_http_scim_access_families)
             / sizeof(ngx_http_scim_access_families[0]);
         i++)
    {
        if (mcf->access_caches.nelts == 0) {
            return;
        }

        ngx_http_scim_status_family(status,
                                    ngx_http_scim_access_families[i].name,
                                    ngx_http_scim_access_families[i].type,
                                    ngx_http_scim_access_families[i].help);

        for (n = 0; n < mcf->access_caches.nelts; n++) {
            ngx_http_scim_access_figures(cache[n], &figures);
            *ngx_http_scim_put_str((u_char *) name,
                                   &cache[n]->shm_zone->shm.name) = '\0';

            ngx_http_scim_status_sample(status, labels,
                *(ngx_uint_t *) ((u_char *) &figures
                                 + ngx_http_scim_access_families[i].offset));
        }
    }
}


static void
ngx_http_scim_access_figures(ngx_http_scim_access_cache_t *cache,
    ngx_http_scim_access_figures_t *figures)
{
    ngx_shmtx_lock(&cache->shpool->mutex);

    figures->listening = ngx_http_scim_access_heard(cache);
    figures->records = cache->sh->records;
    figures->evictions = cache->sh->evictions;

    ngx_shmtx_unlock(&cache->shpool->mutex);
}
