/*
 * Cursors (RFC 9865): where a page ended, for how many at a time, until when,
 * and for which query, with a MAC. The key comes from the token's hash, so a
 * cursor of another integration, or of a token that was changed, is as good as
 * a forged one. Those of the management API are of one tenant besides, and do
 * not end. What a cursor looks like is the protocol library's to say.
 */

#include "admin.h"
#include "list.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>


static ngx_int_t ngx_http_scim_cursor_query(ngx_http_scim_ctx_t *ctx,
    u_char *hash);
static ngx_int_t ngx_http_scim_cursor_identify(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_text_t *text);
static ngx_int_t ngx_http_scim_cursor_mac(ngx_http_scim_ctx_t *ctx,
    scim_sealed_t *sealed, u_char *mac);


ngx_int_t
ngx_http_scim_cursor_create(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list, ngx_str_t *text)
{
    scim_cursor_t  cursor;
    scim_sealed_t  sealed;

    if (list->last_place.len > SCIM_CURSOR_PLACE) {
        return NGX_ERROR;
    }

    cursor.expires = ngx_http_scim_now() + ctx->loc_conf->cursor_timeout;
    cursor.count = (uint32_t) list->count;
    cursor.part = (unsigned) list->last_part;
    cursor.length = list->last_place.len;
    ngx_memcpy(cursor.place, list->last_place.data, cursor.length);

    if (ngx_http_scim_cursor_query(ctx, cursor.query) != NGX_OK
        || scim_cursor_pack(&cursor, &sealed) != 0
        || ngx_http_scim_cursor_mac(ctx, &sealed, sealed.mac) != NGX_OK)
    {
        return NGX_ERROR;
    }

    text->data = ngx_pnalloc(ctx->pool, SCIM_CURSOR_TEXT);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = scim_cursor_print(&sealed, (char *) text->data);

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_cursor_read(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_list_t *list)
{
    size_t         length;
    scim_cursor_t  cursor;
    scim_sealed_t  sealed;
    u_char         query[SCIM_CURSOR_QUERY];
    u_char         mac[SCIM_CURSOR_MAC];

    list->cursor = 1;
    length = ngx_strlen(ctx->query.cursor);

    if (length == 0) {
        return NGX_OK;
    }

    if (scim_cursor_scan(ctx->query.cursor, length, &sealed) != 0) {
        goto invalid;
    }

    if (ngx_http_scim_cursor_mac(ctx, &sealed, mac) != NGX_OK
        || ngx_http_scim_cursor_query(ctx, query) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (CRYPTO_memcmp(mac, sealed.mac, SCIM_CURSOR_MAC) != 0
        || scim_cursor_unpack(&sealed, &cursor) != 0
        || cursor.part >= list->nparts
        || ngx_memcmp(cursor.query, query, SCIM_CURSOR_QUERY) != 0)
    {
        goto invalid;
    }

    /* an administrator's page may lie open for long, and the next one grow */

    if (!ctx->management && cursor.expires < ngx_http_scim_now()) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    SCIM_EXPIRED_CURSOR,
                                    "the cursor has expired; begin anew");
    }

    if (!ctx->management && cursor.count != list->count) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    SCIM_INVALID_COUNT,
                                    "count differs from that of the page "
                                    "before");
    }

    list->part = cursor.part;
    list->place.len = cursor.length;
    list->place.data = ngx_pnalloc(ctx->pool, cursor.length);

    if (list->place.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(list->place.data, cursor.place, cursor.length);

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
    ngx_int_t             rc;
    ngx_str_t             text;
    u_char                full[NGX_HTTP_SCIM_SHA256_LEN];
    ngx_http_scim_text_t  all;

    ngx_http_scim_text_init(&all, ctx->pool);

    rc = ctx->management ? ngx_http_scim_admin_identify(ctx, &all)
                         : ngx_http_scim_cursor_identify(ctx, &all);

    if (rc != NGX_OK
        || ngx_http_scim_text_flat(&all, &text) != NGX_OK
        || ngx_http_scim_sha256(&text, full) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(hash, full, SCIM_CURSOR_QUERY);

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_cursor_identify(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_text_t *text)
{
    ngx_uint_t   i;
    const char  *fields[5];

    fields[0] = (char *) ctx->operation->endpoint.data;
    fields[1] = ctx->query.filter;
    fields[2] = ctx->query.sort_by;
    fields[3] = ctx->query.attributes;
    fields[4] = ctx->query.excluded_attributes;

    /* with their terminating NULs, which keep them apart */

    for (i = 0; i < 5; i++) {
        if (ngx_http_scim_text_add(text, fields[i] ? fields[i] : "",
                                   fields[i] ? ngx_strlen(fields[i]) + 1 : 1)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_cursor_mac(ngx_http_scim_ctx_t *ctx, scim_sealed_t *sealed,
    u_char *mac)
{
    unsigned  n;
    u_char    full[EVP_MAX_MD_SIZE];

    if (HMAC(EVP_sha256(), ctx->token_hash, NGX_HTTP_SCIM_SHA256_LEN,
             sealed->bytes, sealed->length, full, &n)
        == NULL)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(mac, full, SCIM_CURSOR_MAC);

    return NGX_OK;
}
