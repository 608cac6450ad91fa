/*
 * Who was let through, for the application behind: variables, and the same as
 * headers. Their values are visible ASCII whatever an identity provider sent:
 * all else, and what has a meaning here, is percent-encoded.
 */

#include "access.h"


/* longer lists lose entries: applications take headers of 8k or so */
#define NGX_HTTP_SCIM_LIST_MAX  8000


typedef struct {
    ngx_str_t                    text;
    ngx_str_t                    namespace;    /* "": everywhere              */
} ngx_http_scim_entry_t;


static ngx_int_t ngx_http_scim_variable_user(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_user_list(ngx_pool_t *pool,
    ngx_http_scim_access_record_t *record, ngx_uint_t kind, ngx_str_t *value);
static ngx_int_t ngx_http_scim_list_groups(
    ngx_http_scim_access_record_t *record, ngx_array_t *entries);
static ngx_int_t ngx_http_scim_list_grants(
    ngx_http_scim_access_record_t *record, ngx_uint_t kind,
    ngx_array_t *entries);
static ngx_int_t ngx_http_scim_list_words(ngx_str_t *words,
    ngx_str_t *namespace, ngx_array_t *entries);
static ngx_int_t ngx_http_scim_list_add(ngx_array_t *entries,
    ngx_str_t *text, ngx_str_t *namespace);
static int ngx_libc_cdecl ngx_http_scim_entry_order(const void *one,
    const void *two);
static int ngx_http_scim_text_order(const ngx_str_t *one,
    const ngx_str_t *two);
static ngx_int_t ngx_http_scim_list_join(ngx_pool_t *pool,
    ngx_array_t *entries, ngx_str_t *value);
static ngx_int_t ngx_http_scim_encoded(ngx_pool_t *pool, ngx_str_t *text,
    ngx_str_t *value);
static size_t ngx_http_scim_encoded_length(ngx_str_t *text);
static u_char *ngx_http_scim_encode(u_char *p, ngx_str_t *text);
static ngx_uint_t ngx_http_scim_is_plain(u_char c);


static ngx_http_variable_t  ngx_http_scim_user_variables[] = {

    { ngx_string("scim_user_id"), NULL, ngx_http_scim_variable_user,
      NGX_HTTP_SCIM_USER_ID, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_user_name"), NULL, ngx_http_scim_variable_user,
      NGX_HTTP_SCIM_USER_NAME, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_user_email"), NULL, ngx_http_scim_variable_user,
      NGX_HTTP_SCIM_USER_EMAIL, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_user_groups"), NULL, ngx_http_scim_variable_user,
      NGX_HTTP_SCIM_USER_GROUPS, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_user_roles"), NULL, ngx_http_scim_variable_user,
      NGX_HTTP_SCIM_USER_ROLES, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_user_permissions"), NULL, ngx_http_scim_variable_user,
      NGX_HTTP_SCIM_USER_PERMISSIONS, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_scim_add_user_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_scim_user_variables; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_variable_user(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t              value;
    ngx_http_scim_gate_t  *gate;

    gate = ngx_http_scim_gate_find(r);

    if (gate == NULL || gate->passed.data == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    if (ngx_http_scim_user_value(r->pool, &gate->passed, data, &value)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    v->data = value.data;
    v->len = (unsigned) value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_user_value(ngx_pool_t *pool, ngx_str_t *bytes, ngx_uint_t kind,
    ngx_str_t *value)
{
    ngx_http_scim_access_record_t  record;

    ngx_http_scim_access_unpack(bytes, &record);

    switch (kind) {

    case NGX_HTTP_SCIM_USER_ID:
        return ngx_http_scim_encoded(pool, &record.id, value);

    case NGX_HTTP_SCIM_USER_NAME:
        return ngx_http_scim_encoded(pool, &record.name, value);

    case NGX_HTTP_SCIM_USER_EMAIL:
        return ngx_http_scim_encoded(pool, &record.email, value);

    default:
        return ngx_http_scim_user_list(pool, &record, kind, value);
    }
}


static ngx_int_t
ngx_http_scim_user_list(ngx_pool_t *pool,
    ngx_http_scim_access_record_t *record, ngx_uint_t kind, ngx_str_t *value)
{
    ngx_int_t    rc;
    ngx_array_t  entries;

    if (ngx_array_init(&entries, pool, 16, sizeof(ngx_http_scim_entry_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = (kind == NGX_HTTP_SCIM_USER_GROUPS)
         ? ngx_http_scim_list_groups(record, &entries)
         : ngx_http_scim_list_grants(record, kind, &entries);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_qsort(entries.elts, entries.nelts, sizeof(ngx_http_scim_entry_t),
              ngx_http_scim_entry_order);

    return ngx_http_scim_list_join(pool, &entries, value);
}


static ngx_int_t
ngx_http_scim_list_groups(ngx_http_scim_access_record_t *record,
    ngx_array_t *entries)
{
    u_char            *p;
    ngx_str_t          id, display, folded;
    ngx_uint_t         i;
    static ngx_str_t   none = ngx_null_string;

    p = record->groups;

    for (i = 0; i < record->ngroups; i++) {
        p = ngx_http_scim_access_group(p, &id, &display, &folded);

        if (ngx_http_scim_list_add(entries, &display, &none) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_list_grants(ngx_http_scim_access_record_t *record,
    ngx_uint_t kind, ngx_array_t *entries)
{
    u_char      *p;
    ngx_int_t    rc;
    ngx_str_t    role, permissions, namespace;
    ngx_uint_t   i;

    p = record->grants;

    for (i = 0; i < record->ngrants; i++) {
        p = ngx_http_scim_access_grant(record, p, &role, &permissions,
                                       &namespace);

        rc = (kind == NGX_HTTP_SCIM_USER_ROLES)
             ? ngx_http_scim_list_add(entries, &role, &namespace)
             : ngx_http_scim_list_words(&permissions, &namespace, entries);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_list_words(ngx_str_t *words, ngx_str_t *namespace,
    ngx_array_t *entries)
{
    u_char     *p, *last, *end;
    ngx_str_t   word;

    p = words->data;
    last = p + words->len;

    while (p < last) {
        end = ngx_strlchr(p, last, ' ');

        if (end == NULL) {
            end = last;
        }

        word.data = p;
        word.len = end - p;

        if (ngx_http_scim_list_add(entries, &word, namespace) != NGX_OK) {
            return NGX_ERROR;
        }

        p = end + 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_list_add(ngx_array_t *entries, ngx_str_t *text,
    ngx_str_t *namespace)
{
    ngx_http_scim_entry_t  *entry;

    entry = ngx_array_push(entries);
    if (entry == NULL) {
        return NGX_ERROR;
    }

    entry->text = *text;
    entry->namespace = *namespace;

    return NGX_OK;
}


static int ngx_libc_cdecl
ngx_http_scim_entry_order(const void *one, const void *two)
{
    int                           order;
    const ngx_http_scim_entry_t  *first, *second;

    first = one;
    second = two;

    order = ngx_http_scim_text_order(&first->text, &second->text);

    return order ? order : ngx_http_scim_text_order(&first->namespace,
                                                    &second->namespace);
}


static int
ngx_http_scim_text_order(const ngx_str_t *one, const ngx_str_t *two)
{
    int  order;

    order = ngx_memcmp(one->data, two->data, ngx_min(one->len, two->len));

    return order ? order : (one->len > two->len) - (one->len < two->len);
}


/* each once, "text" or "text@namespace", with commas between them */

static ngx_int_t
ngx_http_scim_list_join(ngx_pool_t *pool, ngx_array_t *entries,
    ngx_str_t *value)
{
    u_char                 *p, *last;
    size_t                  len;
    ngx_uint_t              i;
    ngx_http_scim_entry_t  *entry;

    entry = entries->elts;
    len = 0;

    for (i = 0; i < entries->nelts && len < NGX_HTTP_SCIM_LIST_MAX; i++) {
        len += 2 + ngx_http_scim_encoded_length(&entry[i].text)
               + ngx_http_scim_encoded_length(&entry[i].namespace);
    }

    len = ngx_min(len, NGX_HTTP_SCIM_LIST_MAX);

    p = ngx_pnalloc(pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;
    last = p + len;

    for (i = 0; i < entries->nelts; i++) {

        if (i && ngx_http_scim_entry_order(&entry[i], &entry[i - 1]) == 0) {
            continue;
        }

        len = 2 + ngx_http_scim_encoded_length(&entry[i].text)
              + ngx_http_scim_encoded_length(&entry[i].namespace);

        if ((size_t) (last - p) < len) {
            continue;
        }

        if (p > value->data) {
            *p++ = ',';
        }

        p = ngx_http_scim_encode(p, &entry[i].text);

        if (entry[i].namespace.len) {
            *p++ = '@';
            p = ngx_http_scim_encode(p, &entry[i].namespace);
        }
    }

    value->len = p - value->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_encoded(ngx_pool_t *pool, ngx_str_t *text, ngx_str_t *value)
{
    value->len = ngx_http_scim_encoded_length(text);

    value->data = ngx_pnalloc(pool, value->len + 1);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_http_scim_encode(value->data, text);

    return NGX_OK;
}


static size_t
ngx_http_scim_encoded_length(ngx_str_t *text)
{
    size_t  i, len;

    len = text->len;

    for (i = 0; i < text->len; i++) {
        if (!ngx_http_scim_is_plain(text->data[i])) {
            len += 2;
        }
    }

    return len;
}


static u_char *
ngx_http_scim_encode(u_char *p, ngx_str_t *text)
{
    size_t               i;
    static const u_char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < text->len; i++) {

        if (ngx_http_scim_is_plain(text->data[i])) {
            *p++ = text->data[i];
            continue;
        }

        *p++ = '%';
        *p++ = hex[text->data[i] >> 4];
        *p++ = hex[text->data[i] & 0xf];
    }

    return p;
}


static ngx_uint_t
ngx_http_scim_is_plain(u_char c)
{
    return c > ' ' && c < 0x7f && c != '%' && c != ',';
}
