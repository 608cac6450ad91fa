/*
 * Secrets that the configuration names by file: Redis' password, and the
 * hashes of the administrators' tokens. Read when nginx starts or reloads.
 * No line of the log shows what a file holds.
 */

#include "directives.h"
#include "scim/text.h"


#define NGX_HTTP_SCIM_ADMIN_NAME_MAX  250    /* "admin:" before it: 256 */


static ngx_int_t ngx_http_scim_admin_token(ngx_conf_t *cf, ngx_str_t *file,
    ngx_uint_t line, u_char *p, u_char *last, ngx_array_t *tokens);
static ngx_uint_t ngx_http_scim_is_admin_name(ngx_str_t *name);
static ngx_int_t ngx_http_scim_hex(u_char *p, u_char *hash);


/* the directive "scim_redis_password_file" */

char *
ngx_http_scim_password_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    ngx_str_t  *value, *password;

    password = &mcf->redis_conf.password;

    if (password->data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_scim_read_file(cf, &value[1], password) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    while (password->len
           && (password->data[password->len - 1] == '\n'
               || password->data[password->len - 1] == '\r'))
    {
        password->len--;
    }

    if (password->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the password file \"%V\" is empty", &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* the directive "scim_admin_tokens": lines "name:SHA-256", "#" comments */

char *
ngx_http_scim_admin_tokens(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    u_char      *p, *end, *last;
    ngx_str_t   *value, content;
    ngx_uint_t   line;

    if (mcf->admin_tokens) {
        return "is duplicate";
    }

    value = cf->args->elts;

    mcf->admin_tokens = ngx_array_create(cf->pool, 4,
                                         sizeof(ngx_http_scim_admin_token_t));
    if (mcf->admin_tokens == NULL
        || ngx_http_scim_read_file(cf, &value[1], &content) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    last = content.data + content.len;
    line = 0;

    for (p = content.data; p < last; p = end + 1) {
        line++;

        for (end = p; end < last && *end != '\n'; end++) { /* void */ }

        if (ngx_http_scim_admin_token(cf, &value[1], line, p, end,
                                      mcf->admin_tokens)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_scim_admin_token(ngx_conf_t *cf, ngx_str_t *file, ngx_uint_t line,
    u_char *p, u_char *last, ngx_array_t *tokens)
{
    u_char                       *colon;
    ngx_http_scim_admin_token_t  *token;

    while (last > p && (last[-1] == ' ' || last[-1] == '\r')) {
        last--;
    }

    if (p == last || *p == '#') {
        return NGX_OK;
    }

    colon = ngx_strlchr(p, last, ':');

    token = ngx_array_push(tokens);
    if (token == NULL) {
        return NGX_ERROR;
    }

    if (colon == NULL || colon == p
        || last - colon - 1 != NGX_SCIM_SHA256_LEN
        || ngx_http_scim_hex(colon + 1, token->hash) != NGX_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid line %ui in \"%V\", expected "
                           "\"name:\" and the token's SHA-256 in 64 "
                           "hexadecimal digits", line, file);
        return NGX_ERROR;
    }

    token->name.data = p;
    token->name.len = colon - p;

    if (!ngx_http_scim_is_admin_name(&token->name)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid name in line %ui in \"%V\", expected at "
                           "most %d bytes of UTF-8 without control "
                           "characters", line, file,
                           NGX_HTTP_SCIM_ADMIN_NAME_MAX);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* it is to be read in the audit trail, which is JSON */

static ngx_uint_t
ngx_http_scim_is_admin_name(ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (name->data[i] < ' ' || name->data[i] == 0x7f) {
            return 0;
        }
    }

    return name->len <= NGX_HTTP_SCIM_ADMIN_NAME_MAX
           && scim_text_utf8((char *) name->data, name->len);
}


static ngx_int_t
ngx_http_scim_hex(u_char *p, u_char *hash)
{
    ngx_int_t   n;
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_SCIM_SHA256_LEN; i++) {
        n = ngx_hextoi(p + i * 2, 2);

        if (n == NGX_ERROR) {
            return NGX_ERROR;
        }

        hash[i] = (u_char) n;
    }

    return NGX_OK;
}
