/*
 * What a user may do, as bytes: redis/functions/access.lua tells how they are
 * laid out. Where there is no user, the state alone is in them.
 */

#include "access_record.h"


#define NGX_HTTP_SCIM_RECORD_HEADER  (8 * 4)


static ngx_int_t ngx_http_scim_access_check(ngx_str_t *bytes);
static u_char *ngx_http_scim_access_check_texts(u_char *p, u_char *last,
    ngx_uint_t n);
static ngx_int_t ngx_http_scim_access_check_grants(u_char *grants,
    u_char *bytes, u_char *last, ngx_uint_t n);
static u_char *ngx_http_scim_access_text(u_char *p, ngx_str_t *text);
static uint32_t ngx_http_scim_access_number(u_char *p);


/* a record has a header, so that it can't be one of these */

static ngx_str_t  ngx_http_scim_access_nobody[] = {
    { 1, (u_char *) "0" },
    { 1, (u_char *) "1" }
};


ngx_int_t
ngx_http_scim_access_take(ngx_pool_t *pool, ngx_scim_access_t *access,
    ngx_str_t *bytes)
{
    switch (access->outcome) {

    case NGX_SCIM_OK:
        break;

    case NGX_SCIM_MISSING:
        *bytes = ngx_http_scim_access_nobody[NGX_HTTP_SCIM_ACCESS_MISSING];
        return NGX_OK;

    case NGX_SCIM_SEVERAL:
        *bytes = ngx_http_scim_access_nobody[NGX_HTTP_SCIM_ACCESS_SEVERAL];
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }

    if (ngx_http_scim_access_check(&access->record) != NGX_OK) {
        return NGX_DECLINED;
    }

    bytes->len = access->record.len;
    bytes->data = ngx_pstrdup(pool, &access->record);

    return bytes->data ? NGX_OK : NGX_ERROR;
}


/* once, so that they can be read as they are ever after */

static ngx_int_t
ngx_http_scim_access_check(ngx_str_t *bytes)
{
    u_char    *p, *last;
    uint32_t   groups, roles, grants;

    p = bytes->data;
    last = p + bytes->len;

    if (bytes->len < NGX_HTTP_SCIM_RECORD_HEADER) {
        return NGX_ERROR;
    }

    groups = ngx_http_scim_access_number(p + 2 * 4);
    roles = ngx_http_scim_access_number(p + 3 * 4);
    grants = ngx_http_scim_access_number(p + 4 * 4);

    if (groups > roles || roles > grants || grants > bytes->len
        || ngx_http_scim_access_check_texts(p + NGX_HTTP_SCIM_RECORD_HEADER,
                                            p + groups, 3)
           != p + groups
        || ngx_http_scim_access_check_texts(p + groups, p + roles, (ngx_uint_t)
               ngx_http_scim_access_number(p + 5 * 4) * 3)
           != p + roles
        || ngx_http_scim_access_check_texts(p + roles, p + grants, (ngx_uint_t)
               ngx_http_scim_access_number(p + 6 * 4) * 2)
           != p + grants)
    {
        return NGX_ERROR;
    }

    return ngx_http_scim_access_check_grants(p + grants, p, last,
               ngx_http_scim_access_number(p + 7 * 4));
}


/* where n texts end that begin at p; NULL: behind last */

static u_char *
ngx_http_scim_access_check_texts(u_char *p, u_char *last, ngx_uint_t n)
{
    uint32_t  length;

    for ( /* void */ ; n; n--) {

        if (last - p < 4) {
            return NULL;
        }

        length = ngx_http_scim_access_number(p);
        p += 4;

        if ((size_t) (last - p) < length) {
            return NULL;
        }

        p += length;
    }

    return p;
}


static ngx_int_t
ngx_http_scim_access_check_grants(u_char *grants, u_char *bytes, u_char *last,
    ngx_uint_t n)
{
    u_char    *p;
    uint32_t   place;

    for (p = grants; n; n--) {

        if (last - p < 4) {
            return NGX_ERROR;
        }

        place = ngx_http_scim_access_number(p);

        if (place > (size_t) (grants - bytes)
            || ngx_http_scim_access_check_texts(bytes + place, grants, 2)
               == NULL)
        {
            return NGX_ERROR;
        }

        p = ngx_http_scim_access_check_texts(p + 4, last, 1);

        if (p == NULL) {
            return NGX_ERROR;
        }
    }

    return p == last ? NGX_OK : NGX_ERROR;
}


void
ngx_http_scim_access_unpack(ngx_str_t *bytes,
    ngx_http_scim_access_record_t *record)
{
    u_char  *p;

    ngx_memzero(record, sizeof(ngx_http_scim_access_record_t));

    p = bytes->data;
    record->bytes = p;

    if (bytes->len < NGX_HTTP_SCIM_RECORD_HEADER) {
        record->state = (ngx_http_scim_access_state_e) (*p - '0');
        return;
    }

    record->state = ngx_http_scim_access_number(p)
                    ? NGX_HTTP_SCIM_ACCESS_ACTIVE
                    : NGX_HTTP_SCIM_ACCESS_INACTIVE;
    record->groups = p + ngx_http_scim_access_number(p + 2 * 4);
    record->grants = p + ngx_http_scim_access_number(p + 4 * 4);
    record->ngroups = ngx_http_scim_access_number(p + 5 * 4);
    record->ngrants = ngx_http_scim_access_number(p + 7 * 4);

    p = ngx_http_scim_access_text(p + NGX_HTTP_SCIM_RECORD_HEADER,
                                  &record->id);
    p = ngx_http_scim_access_text(p, &record->name);
    (void) ngx_http_scim_access_text(p, &record->email);
}


u_char *
ngx_http_scim_access_group(u_char *p, ngx_str_t *id, ngx_str_t *display,
    ngx_str_t *folded)
{
    p = ngx_http_scim_access_text(p, id);
    p = ngx_http_scim_access_text(p, display);

    return ngx_http_scim_access_text(p, folded);
}


u_char *
ngx_http_scim_access_grant(ngx_http_scim_access_record_t *record, u_char *p,
    ngx_str_t *role, ngx_str_t *permissions, ngx_str_t *namespace)
{
    u_char  *found;

    found = record->bytes + ngx_http_scim_access_number(p);
    found = ngx_http_scim_access_text(found, role);
    (void) ngx_http_scim_access_text(found, permissions);

    return ngx_http_scim_access_text(p + 4, namespace);
}


static u_char *
ngx_http_scim_access_text(u_char *p, ngx_str_t *text)
{
    text->len = ngx_http_scim_access_number(p);
    text->data = p + 4;

    return text->data + text->len;
}


static uint32_t
ngx_http_scim_access_number(u_char *p)
{
    return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16
           | (uint32_t) p[3] << 24;
}
