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


static void ngx_http_scim_token_checksum(u_char *p, size_t len, u_char *text);
static uint32_t ngx_http_scim_crc32(u_char *p, size_t len);


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

    ngx_http_scim_token_checksum(token->data, p - token->data, p);

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

    ngx_http_scim_token_checksum(token->data, token->len - sizeof(crc), crc);

    return ngx_memcmp(token->data + token->len - sizeof(crc), crc,
                      sizeof(crc))
           == 0;
}


static void
ngx_http_scim_token_checksum(u_char *p, size_t len, u_char *text)
{
    uint32_t  crc;
    u_char    bytes[NGX_HTTP_SCIM_TOKEN_CRC / 2];

    crc = ngx_http_scim_crc32(p, len);

    bytes[0] = (u_char) (crc >> 24);
    bytes[1] = (u_char) (crc >> 16);
    bytes[2] = (u_char) (crc >> 8);
    bytes[3] = (u_char) crc;

    (void) ngx_hex_dump(text, bytes, sizeof(bytes));
}


/*
 * ngx_crc32_long(), four bytes at a time: table n is that of a byte with n
 * others behind it.
 */

static uint32_t
ngx_http_scim_crc32(u_char *p, size_t len)
{
    uint32_t         crc;
    ngx_uint_t       i, n;
    static uint32_t  tables[4][256];

    if (tables[0][1] == 0) {
        for (i = 0; i < 256; i++) {
            crc = ngx_crc32_table256[i];

            for (n = 0; n < 4; n++) {
                tables[n][i] = crc;
                crc = ngx_crc32_table256[crc & 0xff] ^ (crc >> 8);
            }
        }
    }

    crc = 0xffffffff;

    for ( /* void */ ; len >= 4; len -= 4, p += 4) {
        crc ^= (uint32_t) p[0] | (uint32_t) p[1] << 8
               | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;

        crc = tables[3][crc & 0xff] ^ tables[2][(crc >> 8) & 0xff]
              ^ tables[1][(crc >> 16) & 0xff] ^ tables[0][crc >> 24];
    }

    while (len--) {
        crc = tables[0][(crc ^ *p++) & 0xff] ^ (crc >> 8);
    }

    return crc ^ 0xffffffff;
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


ngx_int_t
ngx_http_scim_hash_text(ngx_pool_t *pool, u_char *hash, ngx_str_t *text)
{
    text->len = NGX_SCIM_SHA256_LEN;
    text->data = ngx_pnalloc(pool, text->len);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_hex_dump(text->data, hash, NGX_HTTP_SCIM_SHA256_LEN);

    return NGX_OK;
}


/*
 * A random UUID (RFC 9562, version 4): not guessable, and as it is in a URL.
 * Random bytes are had many at a time, which costs as much as a few. They are
 * this worker's: no master process makes any.
 */

ngx_int_t
ngx_http_scim_uuid(ngx_pool_t *pool, ngx_str_t *id)
{
    u_char         *p, *bytes;
    ngx_uint_t      i;
    static size_t   left;
    static u_char   random[NGX_HTTP_SCIM_UUID_BYTES * 32];

    p = ngx_pnalloc(pool, NGX_SCIM_ID_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (left == 0) {
        if (RAND_bytes(random, sizeof(random)) != 1) {
            return NGX_ERROR;
        }

        left = sizeof(random);
    }

    left -= NGX_HTTP_SCIM_UUID_BYTES;
    bytes = random + left;

    bytes[6] = (u_char) ((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (u_char) ((bytes[8] & 0x3f) | 0x80);

    id->data = p;
    id->len = NGX_SCIM_ID_LEN;

    for (i = 0; i < NGX_HTTP_SCIM_UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *p++ = '-';
        }

        p = ngx_hex_dump(p, &bytes[i], 1);
    }

    return NGX_OK;
}
