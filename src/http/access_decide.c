/*
 * A record held against a line. It must not know where the record comes from,
 * nor what becomes of the answer.
 */

#include "access.h"


static ngx_int_t ngx_http_scim_line_namespace(ngx_http_request_t *r,
    ngx_http_scim_access_line_t *line, ngx_str_t *namespace);
static ngx_int_t ngx_http_scim_condition_value(ngx_http_request_t *r,
    ngx_http_scim_condition_t *condition, ngx_str_t *value);
static ngx_uint_t ngx_http_scim_has_group(
    ngx_http_scim_access_record_t *record, ngx_str_t *value);
static ngx_uint_t ngx_http_scim_has_grant(
    ngx_http_scim_access_record_t *record, ngx_http_scim_condition_e kind,
    ngx_str_t *value, ngx_str_t *namespace);
static ngx_uint_t ngx_http_scim_covers(ngx_str_t *granted, ngx_str_t *asked);
static ngx_uint_t ngx_http_scim_has_word(ngx_str_t *words, ngx_str_t *word);


static const ngx_http_scim_refusal_e  ngx_http_scim_state_refusals[] = {
    NGX_HTTP_SCIM_REFUSED_MISSING,
    NGX_HTTP_SCIM_REFUSED_SEVERAL,
    NGX_HTTP_SCIM_REFUSED_INACTIVE,
    NGX_HTTP_SCIM_PASSED
};

static const ngx_http_scim_refusal_e  ngx_http_scim_condition_refusals[] = {
    NGX_HTTP_SCIM_REFUSED_GROUP,
    NGX_HTTP_SCIM_REFUSED_ROLE,
    NGX_HTTP_SCIM_REFUSED_PERMISSION
};


ngx_int_t
ngx_http_scim_access_decide(ngx_http_request_t *r,
    ngx_http_scim_access_line_t *line, ngx_str_t *bytes,
    ngx_http_scim_refusal_e *refusal)
{
    ngx_int_t                       rc;
    ngx_str_t                       namespace, value;
    ngx_uint_t                      i, has;
    ngx_http_scim_condition_t      *condition;
    ngx_http_scim_access_record_t   record;

    ngx_http_scim_access_unpack(bytes, &record);

    *refusal = ngx_http_scim_state_refusals[record.state];

    if (*refusal != NGX_HTTP_SCIM_PASSED) {
        return NGX_OK;
    }

    rc = ngx_http_scim_line_namespace(r, line, &namespace);

    if (rc != NGX_OK) {
        *refusal = NGX_HTTP_SCIM_REFUSED_NAMESPACE;
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    condition = line->conditions.elts;

    for (i = 0; i < line->conditions.nelts; i++) {

        if (ngx_http_scim_condition_value(r, &condition[i], &value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (value.data == NULL) {
            has = 0;

        } else if (condition[i].kind == NGX_HTTP_SCIM_CONDITION_GROUP) {
            has = ngx_http_scim_has_group(&record, &value);

        } else {
            has = ngx_http_scim_has_grant(&record, condition[i].kind, &value,
                                          &namespace);
        }

        if (!has) {
            *refusal = ngx_http_scim_condition_refusals[condition[i].kind];
            return NGX_OK;
        }
    }

    return NGX_OK;
}


/* NGX_DECLINED: it is none */

static ngx_int_t
ngx_http_scim_line_namespace(ngx_http_request_t *r,
    ngx_http_scim_access_line_t *line, ngx_str_t *namespace)
{
    ngx_str_null(namespace);

    if (line->namespace == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, line->namespace, namespace) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_is_namespace(namespace) ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_scim_condition_value(ngx_http_request_t *r,
    ngx_http_scim_condition_t *condition, ngx_str_t *value)
{
    ngx_str_t  text;

    if (condition->constant.data) {
        *value = condition->constant;
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, &condition->value, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_scim_condition_prepare(r->pool, condition->kind, &text,
                                           value);
}


ngx_int_t
ngx_http_scim_condition_prepare(ngx_pool_t *pool,
    ngx_http_scim_condition_e kind, ngx_str_t *value, ngx_str_t *prepared)
{
    ngx_uint_t  fits;

    ngx_str_null(prepared);

    if (kind == NGX_HTTP_SCIM_CONDITION_GROUP) {

        if (value->len == 0) {
            return NGX_OK;
        }

        return ngx_http_scim_fold(pool, value, prepared) == NGX_ERROR
               ? NGX_ERROR : NGX_OK;
    }

    fits = (kind == NGX_HTTP_SCIM_CONDITION_ROLE)
           ? ngx_http_scim_is_role(value) : ngx_http_scim_is_permission(value);

    if (fits) {
        *prepared = *value;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_fold(ngx_pool_t *pool, ngx_str_t *text, ngx_str_t *folded)
{
    char    *prepared;
    size_t   i, len;
    u_char  *p, all;

    ngx_str_null(folded);

    p = ngx_pnalloc(pool, text->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    all = 0;

    for (i = 0; i < text->len; i++) {
        all |= text->data[i];
        p[i] = ngx_tolower(text->data[i]);
    }

    if (all < 0x80) {
        folded->len = text->len;
        folded->data = p;
        return NGX_OK;
    }

    prepared = scim_names_prepare((char *) text->data, text->len, &len);
    if (prepared == NULL) {
        return NGX_DECLINED;
    }

    folded->data = ngx_pnalloc(pool, len + 1);

    if (folded->data) {
        folded->len = len;
        ngx_memcpy(folded->data, prepared, len);
    }

    free(prepared);

    return folded->data ? NGX_OK : NGX_ERROR;
}


/* what looks like an id is one: a group can't take another's for its name */

static ngx_uint_t
ngx_http_scim_has_group(ngx_http_scim_access_record_t *record,
    ngx_str_t *value)
{
    u_char      *p;
    ngx_str_t    id, display, folded, *text;
    ngx_uint_t   i;

    p = record->groups;
    text = ngx_http_scim_is_id(value) ? &id : &folded;

    for (i = 0; i < record->ngroups; i++) {
        p = ngx_http_scim_access_group(p, &id, &display, &folded);

        if (text->len == value->len
            && ngx_memcmp(text->data, value->data, value->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_scim_has_grant(ngx_http_scim_access_record_t *record,
    ngx_http_scim_condition_e kind, ngx_str_t *value, ngx_str_t *namespace)
{
    u_char      *p;
    ngx_str_t    role, permissions, granted;
    ngx_uint_t   i, has;

    p = record->grants;

    for (i = 0; i < record->ngrants; i++) {
        p = ngx_http_scim_access_grant(record, p, &role, &permissions,
                                       &granted);

        if (!ngx_http_scim_covers(&granted, namespace)) {
            continue;
        }

        if (kind == NGX_HTTP_SCIM_CONDITION_PERMISSION) {
            has = ngx_http_scim_has_word(&permissions, value);

        } else {
            has = role.len == value->len
                  && ngx_memcmp(role.data, value->data, value->len) == 0;
        }

        if (has) {
            return 1;
        }
    }

    return 0;
}


/* "prod" covers "prod" and "prod.engineering", not "production" */

static ngx_uint_t
ngx_http_scim_covers(ngx_str_t *granted, ngx_str_t *asked)
{
    if (granted->len == 0) {
        return 1;
    }

    return asked->len >= granted->len
           && ngx_memcmp(asked->data, granted->data, granted->len) == 0
           && (asked->len == granted->len
               || asked->data[granted->len] == '.');
}


static ngx_uint_t
ngx_http_scim_has_word(ngx_str_t *words, ngx_str_t *word)
{
    u_char  *p, *last, *end;

    p = words->data;
    last = p + words->len;

    while (p < last) {
        end = ngx_strlchr(p, last, ' ');

        if (end == NULL) {
            end = last;
        }

        if ((size_t) (end - p) == word->len
            && ngx_memcmp(p, word->data, word->len) == 0)
        {
            return 1;
        }

        p = end + 1;
    }

    return 0;
}
