/*
 * What things may be called. The management API takes no other names, and the
 * gate holds nothing that is said of others for true.
 */

#include "ngx_http_scim.h"


#define NGX_HTTP_SCIM_ROLE_MAX       63
#define NGX_HTTP_SCIM_NAMESPACE_MAX  255


/* of a tenant or an integration: [a-z0-9-], no hyphen at either end */

ngx_uint_t
ngx_http_scim_is_name(const ngx_str_t *name)
{
    u_char  c;
    size_t  i;

    if (name->len == 0 || name->len > NGX_SCIM_NAME_MAX
        || name->data[0] == '-' || name->data[name->len - 1] == '-')
    {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_scim_is_id(const ngx_str_t *id)
{
    u_char  c;
    size_t  i;

    if (id->len != NGX_SCIM_ID_LEN
        || id->data[8] != '-' || id->data[13] != '-' || id->data[18] != '-'
        || id->data[23] != '-')
    {
        return 0;
    }

    for (i = 0; i < id->len; i++) {
        c = id->data[i];

        if ((u_char) (c - '0') > 9 && (u_char) (c - 'a') > 5
            && (c != '-' || (i != 8 && i != 13 && i != 18 && i != 23)))
        {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_scim_is_role(const ngx_str_t *name)
{
    u_char  c;
    size_t  i;

    if (name->len == 0 || name->len > NGX_HTTP_SCIM_ROLE_MAX) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
            && (i == 0 || ((c < '0' || c > '9') && c != '.' && c != '_'
                           && c != '-')))
        {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_scim_is_word(const u_char *word, size_t len)
{
    u_char  c;
    size_t  i;

    if (len == 0 || len > NGX_HTTP_SCIM_WORD_MAX) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        c = word[i];

        if ((c < 'A' || c > 'Z')
            && (i == 0 || ((c < '0' || c > '9') && c != '_')))
        {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_scim_is_permission(const ngx_str_t *permission)
{
    u_char  *p, *last, *colon;

    p = permission->data;
    last = p + permission->len;
    colon = ngx_strlchr(p, last, ':');

    return colon && ngx_http_scim_is_word(p, colon - p)
           && ngx_http_scim_is_word(colon + 1, last - colon - 1);
}


/* words of letters, digits, "_" and "-", with dots between them */

ngx_uint_t
ngx_http_scim_is_namespace(const ngx_str_t *namespace)
{
    u_char      c;
    size_t      i;
    ngx_uint_t  first;

    first = 1;

    if (namespace->len > NGX_HTTP_SCIM_NAMESPACE_MAX) {
        return 0;
    }

    for (i = 0; i < namespace->len; i++) {
        c = namespace->data[i];

        if (c == '.') {
            if (first) {
                return 0;
            }

            first = 1;
            continue;
        }

        if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
            && (c < '0' || c > '9') && c != '_' && c != '-')
        {
            return 0;
        }

        first = 0;
    }

    return !first;
}
