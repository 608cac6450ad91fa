/*
 * The memory of "scim_bad_tokens", as the directive makes it and requests use
 * it.
 */

#ifndef NGX_HTTP_SCIM_BAD_TOKENS_H
#define NGX_HTTP_SCIM_BAD_TOKENS_H

#include "ngx_http_scim.h"

#define NGX_HTTP_SCIM_BAD_WAYS       4       /* places for an address         */
#define NGX_HTTP_SCIM_BAD_RIGHT_SETS 128     /* right tokens to remember      */
#define NGX_HTTP_SCIM_BAD_RIGHT_WAYS 8       /* in each                       */


typedef struct {
    ngx_atomic_t               key;          /* the address' hash; 0: free    */
    ngx_msec_t                 last;         /* when excess was reckoned      */
    ngx_uint_t                 excess;       /* bad tokens, in thousandths    */
    ngx_msec_t                 second;       /* when it began                 */
    ngx_uint_t                 looks;        /* in it                         */
    ngx_msec_t                 warned;
} ngx_http_scim_bad_entry_t;


typedef struct {
    ngx_http_scim_bad_entry_t  ways[NGX_HTTP_SCIM_BAD_WAYS];
} ngx_http_scim_bad_set_t;


typedef struct {
    uint64_t                   seed;         /* nobody can choose a set       */
    ngx_uint_t                 nsets;
    ngx_atomic_t               right[NGX_HTTP_SCIM_BAD_RIGHT_SETS]
                                    [NGX_HTTP_SCIM_BAD_RIGHT_WAYS];
    ngx_http_scim_bad_set_t    sets[1];
} ngx_http_scim_bad_shared_t;


struct ngx_http_scim_bad_tokens_s {
    ngx_http_scim_bad_shared_t  *shared;
    ngx_slab_pool_t             *shpool;     /* its mutex is for writing      */
    ngx_uint_t                   rate;       /* a second, in thousandths      */
    ngx_uint_t                   burst;      /* in thousandths                */
};

#endif
