/*
 * Cursors (RFC 9865): where a page ended, for how many at a time, until when,
 * and for which query, with a MAC, in base64url (whose characters need no
 * escape). The key comes from the token's hash, so a cursor of another
 * integration, or of a token that was changed, is as good as a forged one.
 */

#include "list.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>


#define NGX_HTTP_SCIM_CURSOR_MAC    16
#define NGX_HTTP_SCIM_CURSOR_QUERY  8
#define NGX_HTTP_SCIM_CURSOR_PLACE  64


/* fields in the machine's order: a cursor is read where it was made */

typedef struct {
    uint64_t   expires;                      /* milliseconds since the epoch  */
    uint32_t   count;
    uint16_t   part;
    uint16_t   length;                       /* of the place behind this      */
    u_char     query[NGX_HTTP_SCIM_CURSOR_QUERY];
} ngx_http_scim_cursor_t;


static ngx_int_t ngx_http_scim_cursor_query(ngx_http_scim_ctx_t *ctx,
    u_char *hash);
static ngx_int_t ngx_http_scim_cursor_mac(ngx_http_scim_ctx_t *ctx,
    u_char *data, size_t length, u_char *mac);
static uint64_t ngx_http_scim_now(void);


ngx_int_t
ngx_http_scim_cursor_create(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list, ngx_str_t *cursor)
{
    u_char                  *p, *mac;
    ngx_str_t                plain;
    ngx_http_scim_cursor_t   head;

    plain.len = sizeof(ngx_http_scim_cursor_t) + list->last_place.len
                + NGX_HTTP_SCIM_CURSOR_MAC;

    plain.data = ngx_pnalloc(ctx->pool, plain.len);
    cursor->data = ngx_pnalloc(ctx->pool, ngx_base64_encoded_length(plain.len));

    if (plain.data == NULL || cursor->data == NULL) {
        return NGX_ERROR;
    }

    head.expires = ngx_http_scim_now() + ctx->loc_conf->cursor_timeout;
    head.count = (uint32_t) list->count;
    head.part = (uint16_t) list->last_part;
    head.length = (uint16_t) list->last_place.len;

    if (ngx_http_scim_cursor_query(ctx, head.query) != NGX_OK) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(plain.data, &head, sizeof(ngx_http_scim_cursor_t));
    mac = ngx_cpymem(p, list->last_place.data, list->last_place.len);

    if (ngx_http_scim_cursor_mac(ctx, plain.data, mac - plain.data, mac)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_encode_base64url(cursor, &plain);

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_cursor_read(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list)
{
    size_t                   length;
    ngx_str_t                cursor, plain;
    ngx_http_scim_cursor_t   head;
    u_char                   query[NGX_HTTP_SCIM_CURSOR_QUERY];
    u_char                   mac[NGX_HTTP_SCIM_CURSOR_MAC];

    list->cursor = 1;

    cursor.data = (u_char *) ctx->query.cursor;
    cursor.len = ngx_strlen(ctx->query.cursor);

    if (cursor.len == 0) {
        return NGX_OK;
    }

    plain.data = ngx_pnalloc(ctx->pool, ngx_base64_decoded_length(cursor.len));
    if (plain.data == NULL) {
        return NGX_ERROR;
    }

    if (ngx_decode_base64url(&plain, &cursor) != NGX_OK
        || plain.len < sizeof(ngx_http_scim_cursor_t) + sizeof(mac)
        || plain.len > sizeof(ngx_http_scim_cursor_t) + sizeof(mac)
                       + NGX_HTTP_SCIM_CURSOR_PLACE)
    {
        goto invalid;
    }

    length = plain.len - sizeof(mac);

    if (ngx_http_scim_cursor_mac(ctx, plain.data, length, mac) != NGX_OK
        || ngx_http_scim_cursor_query(ctx, query) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(&head, plain.data, sizeof(ngx_http_scim_cursor_t));

    if (CRYPTO_memcmp(mac, plain.data + length, sizeof(mac)) != 0
        || head.length != length - sizeof(ngx_http_scim_cursor_t)
        || head.part >= list->nparts
        || ngx_memcmp(head.query, query, sizeof(query)) != 0)
    {
        goto invalid;
    }

    if (head.expires < ngx_http_scim_now()) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    SCIM_EXPIRED_CURSOR,
                                    "the cursor has expired; begin anew");
    }

    if (head.count != list->count) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    SCIM_INVALID_COUNT,
                                    "count differs from that of the page "
                                    "before");
    }

    list->part = head.part;
    list->place.data = plain.data + sizeof(ngx_http_scim_cursor_t);
    list->place.len = head.length;

    return NGX_OK;

invalid:

    /* the same for one that is broken, forged or another's */

    return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                SCIM_INVALID_CURSOR,
                                "the cursor is none of this query");
}


/* all that selects, orders or shows; but for count, which has its own error */

static ngx_int_t
ngx_http_scim_cursor_query(ngx_http_scim_ctx_t *ctx, u_char *hash)
{
    u_char                full[NGX_HTTP_SCIM_SHA256_LEN];
    ngx_str_t             text;
    ngx_uint_t            i;
    const char           *fields[5];
    ngx_http_scim_text_t  all;

    fields[0] = (char *) ctx->operation->endpoint.data;
    fields[1] = ctx->query.filter;
    fields[2] = ctx->query.sort_by;
    fields[3] = ctx->query.attributes;
    fields[4] = ctx->query.excluded_attributes;

    ngx_http_scim_text_init(&all, ctx->pool);

    /* with their terminating NULs, which keep them apart */

    for (i = 0; i < 5; i++) {
        if (ngx_http_scim_text_add(&all, fields[i] ? fields[i] : "",
                                   fields[i] ? ngx_strlen(fields[i]) + 1 : 1)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_http_scim_text_flat(&all, &text) != NGX_OK
        || ngx_http_scim_sha256(&text, full) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(hash, full, NGX_HTTP_SCIM_CURSOR_QUERY);

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_cursor_mac(ngx_http_scim_ctx_t *ctx, u_char *data,
    size_t length, u_char *mac)
{
    unsigned  n;
    u_char    full[EVP_MAX_MD_SIZE];

    if (HMAC(EVP_sha256(), ctx->token_hash, NGX_HTTP_SCIM_SHA256_LEN, data,
             length, full, &n)
        == NULL)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(mac, full, NGX_HTTP_SCIM_CURSOR_MAC);

    return NGX_OK;
}


static uint64_t
ngx_http_scim_now(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}
