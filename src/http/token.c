/*
 * Secret tokens and ids: made, recognised, hashed. It must not know who they
 * belong to.
 *
 * A token is "scim_", 144 random bytes in base64url, and the CRC-32 of all that
 * in hexadecimal: 205 characters. The prefix lets secret scanners find it, the
 * checksum tells a mistyped one without asking Redis. Only its SHA-256 is
 * stored: it has far more randomness than a slow hash could protect.
 */

#include "ngx_http_scim.h"
#include <openssl/evp.h>
#include <openssl/rand.h>


#define NGX_HTTP_SCIM_TOKEN_MARK    "scim_"
#define NGX_HTTP_SCIM_TOKEN_BYTES   144
#define NGX_HTTP_SCIM_TOKEN_CRC     8
#define NGX_HTTP_SCIM_UUID_BYTES    16


ngx_int_t
ngx_http_scim_bearer(ngx_http_request_t *r, ngx_str_t *token)
{
    u_char     *p, *last;
    ngx_str_t  *value;

    if (r->headers_in.authorization == NULL) {
        return NGX_DECLINED;
    }

    value = &r->headers_in.authorization->value;

    if (value->len < sizeof("Bearer ") - 1
        || ngx_strncasecmp(value->data, (u_char *) "Bearer ",
                           sizeof("Bearer ") - 1)
           != 0)
    {
        return NGX_DECLINED;
    }

    p = value->data + sizeof("Bearer ") - 1;
    last = value->data + value->len;

    while (p < last && *p == ' ') {
        p++;
    }

    while (p < last && last[-1] == ' ') {
        last--;
    }

    token->data = p;
    token->len = last - p;

    return token->len ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_scim_token_create(ngx_pool_t *pool, ngx_str_t *token)
{
    u_char     *p;
    ngx_str_t   random, encoded;
    u_char      bytes[NGX_HTTP_SCIM_TOKEN_BYTES];

    p = ngx_pnalloc(pool, NGX_HTTP_SCIM_TOKEN_LEN);
    if (p == NULL || RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return NGX_ERROR;
    }

    token->data = p;
    token->len = NGX_HTTP_SCIM_TOKEN_LEN;

    p = ngx_cpymem(p, NGX_HTTP_SCIM_TOKEN_MARK,
                   sizeof(NGX_HTTP_SCIM_TOKEN_MARK) - 1);

    random.data = bytes;
    random.len = sizeof(bytes);
    encoded.data = p;

    ngx_encode_base64url(&encoded, &random);
    p += encoded.len;

    (void) ngx_sprintf(p, "%08xD",
                       ngx_crc32_long(token->data, p - token->data));

    return NGX_OK;
}


ngx_uint_t
ngx_http_scim_token_valid(ngx_str_t *token)
{
    u_char  crc[NGX_HTTP_SCIM_TOKEN_CRC];

    if (token->len != NGX_HTTP_SCIM_TOKEN_LEN
        || ngx_strncmp(token->data, NGX_HTTP_SCIM_TOKEN_MARK,
                       sizeof(NGX_HTTP_SCIM_TOKEN_MARK) - 1)
           != 0)
    {
        return 0;
    }

    (void) ngx_sprintf(crc, "%08xD",
                       ngx_crc32_long(token->data, token->len - sizeof(crc)));

    return ngx_memcmp(token->data + token->len - sizeof(crc), crc,
                      sizeof(crc))
           == 0;
}


ngx_int_t
ngx_http_scim_sha256(ngx_str_t *text, u_char *hash)
{
    static EVP_MD_CTX    *context;
    static const EVP_MD  *sha256;

    /*
     * Kept for the worker's life: looking the algorithm up costs more than
     * hashing a token does.
     */

    if (context == NULL) {
        context = EVP_MD_CTX_new();
        if (context == NULL) {
            return NGX_ERROR;
        }

#if (OPENSSL_VERSION_NUMBER >= 0x30000000L)
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
#else
        sha256 = EVP_sha256();
#endif
    }

    if (sha256 == NULL
        || EVP_DigestInit_ex(context, sha256, NULL) != 1
        || EVP_DigestUpdate(context, text->data, text->len) != 1
        || EVP_DigestFinal_ex(context, hash, NULL) != 1)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* a random UUID (RFC 9562, version 4): not guessable, and as it is in a URL */

ngx_int_t
ngx_http_scim_uuid(ngx_pool_t *pool, ngx_str_t *id)
{
    u_char      *p;
    ngx_uint_t   i;
    u_char       bytes[NGX_HTTP_SCIM_UUID_BYTES];

    p = ngx_pnalloc(pool, NGX_SCIM_ID_LEN);
    if (p == NULL || RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return NGX_ERROR;
    }

    bytes[6] = (u_char) ((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (u_char) ((bytes[8] & 0x3f) | 0x80);

    id->data = p;
    id->len = NGX_SCIM_ID_LEN;

    for (i = 0; i < sizeof(bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *p++ = '-';
        }

        p = ngx_hex_dump(p, &bytes[i], 1);
    }

    return NGX_OK;
}


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

    if (id->len != NGX_SCIM_ID_LEN) {
        return 0;
    }

    for (i = 0; i < id->len; i++) {
        c = id->data[i];

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') {
                return 0;
            }

        } else if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
            return 0;
        }
    }

    return 1;
}
