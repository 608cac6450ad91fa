/*
 * Whose a request is, by each line of the directives. It must not know what
 * this person may do.
 */

#include "access.h"


#define NGX_HTTP_SCIM_IDENTITY_MAX  1024


static ngx_int_t ngx_http_scim_gate_subject(ngx_http_scim_gate_t *gate,
    ngx_http_scim_access_line_t *line, ngx_str_t *identity,
    ngx_http_scim_subject_t *subject);
static ngx_int_t ngx_http_scim_gate_value(ngx_pool_t *pool,
    const ngx_http_scim_by_t *by, ngx_str_t *identity, ngx_str_t *value);
static ngx_int_t ngx_http_scim_gate_add(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_uint_t *number);


ngx_int_t
ngx_http_scim_gate_identify(ngx_http_scim_gate_t *gate, ngx_array_t *lines)
{
    ngx_int_t                     rc;
    ngx_str_t                     identity;
    ngx_uint_t                    i;
    ngx_http_request_t           *r;
    ngx_http_scim_subject_t       subject;
    ngx_http_scim_access_line_t  *line;

    r = gate->request;
    line = lines->elts;

    gate->failure = NULL;
    gate->refusal = NGX_HTTP_SCIM_REFUSED_ANONYMOUS;
    ngx_str_null(&gate->passed);

    gate->asked = ngx_palloc(r->pool, lines->nelts * sizeof(ngx_uint_t));
    if (gate->asked == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < lines->nelts; i++) {
        gate->asked[i] = NGX_HTTP_SCIM_NOBODY;

        if (line[i].upstream) {
            ngx_str_null(&identity);

            if (gate->identities && gate->identified == lines) {
                identity = gate->identities[i];
            }

        } else if (ngx_http_complex_value(r, line[i].user, &identity)
                   != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (identity.len == 0) {
            continue;
        }

        rc = ngx_http_scim_gate_subject(gate, &line[i], &identity, &subject);

        if (rc == NGX_OK) {
            rc = ngx_http_scim_gate_add(gate, &subject, &gate->asked[i]);
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    gate->identities = NULL;

    return NGX_OK;
}


/* NGX_DECLINED: nobody can be meant */

static ngx_int_t
ngx_http_scim_gate_subject(ngx_http_scim_gate_t *gate,
    ngx_http_scim_access_line_t *line, ngx_str_t *identity,
    ngx_http_scim_subject_t *subject)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = gate->request;

    ngx_memzero(subject, sizeof(ngx_http_scim_subject_t));
    subject->gate = gate;
    subject->by = line->by;

    if (ngx_http_complex_value(r, line->tenant, &subject->tenant) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_scim_is_name(&subject->tenant)) {
        ngx_http_scim_gate_refuse(gate, NGX_HTTP_SCIM_REFUSED_TENANT);
        return NGX_DECLINED;
    }

    rc = ngx_http_scim_gate_value(r->pool, line->by, identity,
                                  &subject->value);

    if (rc == NGX_DECLINED) {
        ngx_http_scim_gate_refuse(gate, NGX_HTTP_SCIM_REFUSED_IDENTITY);
    }

    return rc;
}


/* the identity as the index has it; NGX_DECLINED: it can be nobody's */

static ngx_int_t
ngx_http_scim_gate_value(ngx_pool_t *pool, const ngx_http_scim_by_t *by,
    ngx_str_t *identity, ngx_str_t *value)
{
    size_t  i;

    if (identity->len > NGX_HTTP_SCIM_IDENTITY_MAX
        || (by->id && !ngx_http_scim_is_id(identity)))
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < identity->len; i++) {
        if (identity->data[i] < ' ' || identity->data[i] == 0x7f) {
            return NGX_DECLINED;
        }
    }

    if (by->folded) {
        return ngx_http_scim_fold(pool, identity, value);
    }

    *value = *identity;

    return NGX_OK;
}


/* one and the same for all lines, and for all that comes of the request */

static ngx_int_t
ngx_http_scim_gate_add(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_uint_t *number)
{
    ngx_uint_t                i;
    ngx_http_scim_subject_t  *known;

    known = gate->subjects.elts;

    for (i = 0; i < gate->subjects.nelts; i++) {
        if (known[i].by == subject->by
            && known[i].tenant.len == subject->tenant.len
            && known[i].value.len == subject->value.len
            && ngx_memcmp(known[i].tenant.data, subject->tenant.data,
                          subject->tenant.len) == 0
            && ngx_memcmp(known[i].value.data, subject->value.data,
                          subject->value.len) == 0)
        {
            *number = i;
            return NGX_OK;
        }
    }

    known = ngx_array_push(&gate->subjects);
    if (known == NULL) {
        return NGX_ERROR;
    }

    *known = *subject;
    *number = i;

    ngx_http_scim_gate_recall(gate, known);

    return NGX_OK;
}
