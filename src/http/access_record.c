/*
 * What a user may do, as bytes: a header, then texts, each behind its length;
 * of a grant first the place of its role in the bytes. Numbers are as this
 * machine has them, and not aligned.
 */

#include "access_record.h"


typedef struct {
    uint32_t             state;
    uint32_t             cut;
    uint32_t             groups;               /* where they are in the bytes */
    uint32_t             roles;
    uint32_t             grants;
    uint32_t             ngroups;
    uint32_t             nroles;
    uint32_t             ngrants;
} ngx_http_scim_access_header_t;


static size_t ngx_http_scim_access_list_size(const redisReply *list);
static u_char *ngx_http_scim_access_put(u_char *p, const ngx_str_t *text);
static u_char *ngx_http_scim_access_put_list(u_char *p,
    const redisReply *list);
static u_char *ngx_http_scim_access_put_grants(u_char *bytes, u_char *p,
    ngx_http_scim_access_header_t *header, const redisReply *grants);
static u_char *ngx_http_scim_access_get(u_char *p, ngx_str_t *text);


ngx_int_t
ngx_http_scim_access_pack(ngx_pool_t *pool, ngx_scim_access_t *access,
    ngx_str_t *bytes)
{
    u_char                         *p;
    size_t                          size;
    ngx_http_scim_access_header_t   header;

    ngx_memzero(&header, sizeof(ngx_http_scim_access_header_t));
    size = sizeof(ngx_http_scim_access_header_t);

    switch (access->outcome) {

    case NGX_SCIM_OK:
        header.state = access->active ? NGX_HTTP_SCIM_ACCESS_ACTIVE
                                      : NGX_HTTP_SCIM_ACCESS_INACTIVE;
        size += 3 * sizeof(uint32_t) + access->id.len + access->name.len
                + access->email.len
                + ngx_http_scim_access_list_size(access->groups)
                + ngx_http_scim_access_list_size(access->roles)
                + ngx_http_scim_access_list_size(access->grants);
        break;

    case NGX_SCIM_MISSING:
        header.state = NGX_HTTP_SCIM_ACCESS_MISSING;
        break;

    case NGX_SCIM_SEVERAL:
        header.state = NGX_HTTP_SCIM_ACCESS_SEVERAL;
        break;

    default:
        return NGX_ERROR;
    }

    bytes->data = ngx_pnalloc(pool, size);
    if (bytes->data == NULL) {
        return NGX_ERROR;
    }

    p = bytes->data + sizeof(ngx_http_scim_access_header_t);

    if (access->outcome == NGX_SCIM_OK) {
        header.cut = access->cut;
        header.ngroups = ngx_scim_access_count(access->groups) / 3;
        header.nroles = ngx_scim_access_count(access->roles) / 2;
        header.ngrants = ngx_scim_access_count(access->grants) / 2;

        p = ngx_http_scim_access_put(p, &access->id);
        p = ngx_http_scim_access_put(p, &access->name);
        p = ngx_http_scim_access_put(p, &access->email);
        header.groups = p - bytes->data;
        p = ngx_http_scim_access_put_list(p, access->groups);
        header.roles = p - bytes->data;
        p = ngx_http_scim_access_put_list(p, access->roles);
        header.grants = p - bytes->data;
        p = ngx_http_scim_access_put_grants(bytes->data, p, &header,
                                            access->grants);
    }

    ngx_memcpy(bytes->data, &header, sizeof(ngx_http_scim_access_header_t));
    bytes->len = p - bytes->data;

    return NGX_OK;
}


/* as many as a list takes, or more: grants have a number for a text */

static size_t
ngx_http_scim_access_list_size(const redisReply *list)
{
    size_t     i, size;
    ngx_str_t  text;

    size = 0;

    for (i = 0; i < ngx_scim_access_count(list); i++) {
        text = ngx_scim_access_text(list, i);
        size += sizeof(uint32_t) + text.len;
    }

    return size;
}


static u_char *
ngx_http_scim_access_put(u_char *p, const ngx_str_t *text)
{
    uint32_t  length;

    length = (uint32_t) text->len;
    p = ngx_cpymem(p, &length, sizeof(uint32_t));

    return ngx_cpymem(p, text->data, length);
}


static u_char *
ngx_http_scim_access_put_list(u_char *p, const redisReply *list)
{
    size_t     i;
    ngx_str_t  text;

    for (i = 0; i < ngx_scim_access_count(list); i++) {
        text = ngx_scim_access_text(list, i);
        p = ngx_http_scim_access_put(p, &text);
    }

    return p;
}


static u_char *
ngx_http_scim_access_put_grants(u_char *bytes, u_char *p,
    ngx_http_scim_access_header_t *header, const redisReply *grants)
{
    u_char      *role;
    size_t       i;
    uint32_t     place;
    ngx_str_t    name, permissions, namespace;
    ngx_uint_t   n, number;

    number = 0;
    role = bytes + header->roles;

    for (i = 0; i + 1 < ngx_scim_access_count(grants); i += 2) {
        n = ngx_scim_access_number(grants, i);
        namespace = ngx_scim_access_text(grants, i + 1);

        if (n >= header->nroles) {
            header->ngrants--;
            continue;
        }

        if (n < number) {
            number = 0;
            role = bytes + header->roles;
        }

        for ( /* void */ ; number < n; number++) {
            role = ngx_http_scim_access_role(role, &name, &permissions);
        }

        place = (uint32_t) (role - bytes);
        p = ngx_cpymem(p, &place, sizeof(uint32_t));
        p = ngx_http_scim_access_put(p, &namespace);
    }

    return p;
}


void
ngx_http_scim_access_unpack(ngx_str_t *bytes,
    ngx_http_scim_access_record_t *record)
{
    u_char                         *p;
    ngx_http_scim_access_header_t   header;

    ngx_memzero(record, sizeof(ngx_http_scim_access_record_t));
    ngx_memcpy(&header, bytes->data, sizeof(ngx_http_scim_access_header_t));

    record->state = (ngx_http_scim_access_state_e) header.state;
    record->bytes = bytes->data;

    if (record->state < NGX_HTTP_SCIM_ACCESS_INACTIVE) {
        return;
    }

    p = bytes->data + sizeof(ngx_http_scim_access_header_t);
    p = ngx_http_scim_access_get(p, &record->id);
    p = ngx_http_scim_access_get(p, &record->name);
    (void) ngx_http_scim_access_get(p, &record->email);

    record->cut = header.cut;
    record->groups = bytes->data + header.groups;
    record->roles = bytes->data + header.roles;
    record->grants = bytes->data + header.grants;
    record->ngroups = header.ngroups;
    record->nroles = header.nroles;
    record->ngrants = header.ngrants;
}


static u_char *
ngx_http_scim_access_get(u_char *p, ngx_str_t *text)
{
    uint32_t  length;

    ngx_memcpy(&length, p, sizeof(uint32_t));

    text->len = length;
    text->data = p + sizeof(uint32_t);

    return text->data + length;
}


u_char *
ngx_http_scim_access_group(u_char *p, ngx_str_t *id, ngx_str_t *display,
    ngx_str_t *folded)
{
    p = ngx_http_scim_access_get(p, id);
    p = ngx_http_scim_access_get(p, display);

    return ngx_http_scim_access_get(p, folded);
}


u_char *
ngx_http_scim_access_role(u_char *p, ngx_str_t *name, ngx_str_t *permissions)
{
    p = ngx_http_scim_access_get(p, name);

    return ngx_http_scim_access_get(p, permissions);
}


u_char *
ngx_http_scim_access_grant(ngx_http_scim_access_record_t *record, u_char *p,
    ngx_str_t *role, ngx_str_t *permissions, ngx_str_t *namespace)
{
    uint32_t  place;

    ngx_memcpy(&place, p, sizeof(uint32_t));
    (void) ngx_http_scim_access_role(record->bytes + place, role, permissions);

    return ngx_http_scim_access_get(p + sizeof(uint32_t), namespace);
}
