/*
 * What the directives set: for all of nginx, for a server, for a location.
 */

#ifndef NGX_HTTP_SCIM_CONF_H
#define NGX_HTTP_SCIM_CONF_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <jansson.h>

#include "scim/scim.h"
#include "store/store.h"
#include "metrics.h"

#pragma GCC visibility push(hidden)

#define NGX_HTTP_SCIM_SHA256_LEN   32
#define NGX_HTTP_SCIM_REDIS_PORT   6379
#define NGX_HTTP_SCIM_SSL_DEPTH    4


typedef struct {
    ngx_str_t                  name;           /* for the audit trail         */
    u_char                     hash[NGX_HTTP_SCIM_SHA256_LEN];
} ngx_http_scim_admin_token_t;


/* Where the values lie that resources are found by. */
typedef enum {
    NGX_HTTP_SCIM_INDEX_ID = 0,                /* the listing itself          */
    NGX_HTTP_SCIM_INDEX_DOCUMENT,              /* in what is stored           */
    NGX_HTTP_SCIM_INDEX_MEMBERS,               /* in the memberships          */
    NGX_HTTP_SCIM_INDEX_TIME                   /* of the last change          */
} ngx_http_scim_index_source_e;


typedef struct {
    ngx_str_t                  path;           /* "emails.value", with a NUL  */
    ngx_http_scim_index_source_e  source;
    ngx_uint_t                 named;          /* by scim_index: what has been
                                                  written before may lack it  */
} ngx_http_scim_index_t;


/* A scim_index directive's, not looked up yet. */
typedef struct {
    ngx_scim_kind_e            kind;
    ngx_str_t                  path;
    ngx_str_t                  file;
    ngx_uint_t                 line;
} ngx_http_scim_named_index_t;


/* Where a directive stands, for who hears later that it can't be meant. */
typedef struct {
    ngx_str_t                  directive;      /* NULL data: nowhere          */
    ngx_str_t                  file;
    ngx_uint_t                 line;
} ngx_http_scim_place_t;


typedef struct ngx_http_scim_bad_tokens_s  ngx_http_scim_bad_tokens_t;
typedef struct ngx_http_scim_backlog_s  ngx_http_scim_backlog_t;
typedef struct ngx_http_scim_access_cache_s  ngx_http_scim_access_cache_t;

/* What became of looking for a user's access in scim_access_cache. */
typedef enum {
    NGX_HTTP_SCIM_UNCACHED = 0,                /* there is none here          */
    NGX_HTTP_SCIM_HIT,
    NGX_HTTP_SCIM_MISS,
    NGX_HTTP_SCIM_BYPASS
} ngx_http_scim_cached_e;


typedef struct {
    ngx_scim_redis_conf_t      redis_conf;
    ngx_scim_redis_t          *redis;          /* this worker's, or NULL      */
    ngx_http_scim_metrics_t   *metrics;        /* NULL: no Redis, no status   */
    ngx_http_scim_backlog_t   *activity;       /* NULL: no metrics            */
    ngx_http_scim_backlog_t   *refusals;       /* NULL: not for the trail     */
    ngx_array_t               *admin_tokens;   /* ngx_http_scim_admin_token_t */
    ngx_http_scim_bad_tokens_t  *bad_tokens;   /* NULL: nobody counts them    */
    scim_registry_t           *registry;       /* NULL: no scim_schema        */
    const scim_resource_type_t  *types[NGX_SCIM_ANY + 1];
    ngx_array_t               *named_indexes;  /* ngx_http_scim_named_index_t */
    ngx_array_t                indexes[NGX_SCIM_ANY];
                                               /* ngx_http_scim_index_t       */
    ngx_queue_t                builds;         /* index_build.c's             */
    ngx_uint_t                 nbuilds;
    ngx_array_t                access_caches;  /* ngx_http_scim_access_cache_t *
                                                  */
    ngx_uint_t                 audit_length;
    time_t                     audit_age;      /* 0: for ever                 */
    ngx_msec_t                 audit_refusals; /* between those of a kind;
                                                  0: none are written         */
    const char               **audit_values;   /* attributes, then NULL; or
                                                  NULL: none                  */
    ngx_http_scim_place_t      used;           /* the first that needs Redis  */
    ngx_uint_t                 status;         /* some location shows the
                                                  metrics                     */
    ngx_scim_access_reader_t  *access_reader;  /* this worker's, or NULL      */

#if (NGX_SSL)
    ngx_flag_t                 ssl_enable;
    ngx_str_t                  ssl_trusted_certificate;
    ngx_str_t                  ssl_certificate;
    ngx_str_t                  ssl_certificate_key;
#endif
} ngx_http_scim_main_conf_t;


typedef struct {
    ngx_array_t                locations;      /* ngx_http_core_loc_conf_t *
                                                  with one of our handlers    */
} ngx_http_scim_srv_conf_t;


/* Who answers in a location. */
typedef struct {
    ngx_http_handler_pt        handler;        /* NULL: none of ours          */
    ngx_http_scim_place_t      place;
} ngx_http_scim_content_t;


typedef struct {
    ngx_http_scim_content_t    content;
    ngx_http_complex_value_t  *base_url;       /* NULL: $scheme://$http_host  */
    ngx_http_complex_value_t  *me;             /* NULL: there is no /Me       */
    ngx_uint_t                 disabled_status;
    ngx_uint_t                 max_results;
    ngx_uint_t                 default_results;
    ngx_uint_t                 max_operations;
    ngx_uint_t                 max_depth;
    ngx_uint_t                 max_filter_terms;
    ngx_uint_t                 max_attributes;
    ngx_uint_t                 max_scan;
    ngx_uint_t                 max_sorted;
    ngx_msec_t                 cursor_timeout;
    ngx_flag_t                 public_config;
    ngx_array_t               *access;         /* ngx_http_scim_access_line_t,
                                                  NULL: whoever may pass      */
    ngx_http_scim_access_cache_t  *access_cache;    /* NULL: off              */
    ngx_msec_t                 access_valid;
    ngx_array_t               *authz;          /* the same of scim_authz      */
} ngx_http_scim_loc_conf_t;

#pragma GCC visibility pop

extern ngx_module_t  ngx_http_scim_module;

#endif
