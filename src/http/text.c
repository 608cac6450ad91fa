/*
 * Text that grows in the request's pool, and times as JSON shows them.
 * It must not know what the text says.
 */

#include "ngx_http_scim.h"


#define NGX_HTTP_SCIM_TEXT_BUFFER  4096
#define NGX_HTTP_SCIM_TEXT_JSON    2048


static u_char *ngx_http_scim_digits(u_char *p, ngx_uint_t n,
    ngx_uint_t width);


void
ngx_http_scim_text_init(ngx_http_scim_text_t *text, ngx_pool_t *pool)
{
    text->pool = pool;
    text->first = NULL;
    text->last = &text->first;
    text->buf = NULL;
}


u_char *
ngx_http_scim_text_reserve(ngx_http_scim_text_t *text, size_t size)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    b = text->buf;

    if (b && (size_t) (b->end - b->last) >= size) {
        return b->last;
    }

    /* what follows the first piece is likely to be followed by more */

    if (b && size < NGX_HTTP_SCIM_TEXT_BUFFER) {
        size = NGX_HTTP_SCIM_TEXT_BUFFER;
    }

    /* an empty one would be an alert in nginx's output */

    if (b && b->last == b->pos) {
        b->start = ngx_pnalloc(text->pool, size);
        if (b->start == NULL) {
            return NULL;
        }

        b->pos = b->last = b->start;
        b->end = b->start + size;

        return b->last;
    }

    b = ngx_create_temp_buf(text->pool, size);
    cl = ngx_alloc_chain_link(text->pool);

    if (b == NULL || cl == NULL) {
        return NULL;
    }

    cl->buf = b;
    cl->next = NULL;
    *text->last = cl;
    text->last = &cl->next;
    text->buf = b;

    return b->last;
}


ngx_int_t
ngx_http_scim_text_add(ngx_http_scim_text_t *text, const void *data,
    size_t length)
{
    u_char  *p;

    p = ngx_http_scim_text_reserve(text, length);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->buf->last = ngx_cpymem(p, data, length);

    return NGX_OK;
}


/*
 * Into the buffer itself, since jansson hands out its tokens one by one: first
 * as much as an ordinary resource needs, and again if that was too little.
 */

ngx_int_t
ngx_http_scim_text_add_json(ngx_http_scim_text_t *text, json_t *json)
{
    u_char  *p;
    size_t   size, needed;

    for (size = NGX_HTTP_SCIM_TEXT_JSON; /* void */ ; size = needed) {

        p = ngx_http_scim_text_reserve(text, size);
        if (p == NULL) {
            return NGX_ERROR;
        }

        size = text->buf->end - p;
        needed = json_dumpb(json, (char *) p, size, JSON_COMPACT);

        if (needed == 0) {
            return NGX_ERROR;
        }

        if (needed <= size) {
            text->buf->last = p + needed;
            return NGX_OK;
        }
    }
}


size_t
ngx_http_scim_text_length(ngx_http_scim_text_t *text)
{
    size_t        length;
    ngx_chain_t  *cl;

    length = 0;

    for (cl = text->first; cl; cl = cl->next) {
        length += cl->buf->last - cl->buf->pos;
    }

    return length;
}


ngx_int_t
ngx_http_scim_text_flat(ngx_http_scim_text_t *text, ngx_str_t *flat)
{
    u_char       *p;
    ngx_chain_t  *cl;

    flat->len = ngx_http_scim_text_length(text);

    if (text->first && text->first->next == NULL) {
        flat->data = text->first->buf->pos;
        return NGX_OK;
    }

    p = ngx_pnalloc(text->pool, flat->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    flat->data = p;

    for (cl = text->first; cl; cl = cl->next) {
        p = ngx_cpymem(p, cl->buf->pos, cl->buf->last - cl->buf->pos);
    }

    return NGX_OK;
}


uint64_t
ngx_http_scim_now(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}


/* RFC 7643, section 2.3.5: an xsd:dateTime, here always in UTC */

u_char *
ngx_http_scim_time(u_char *p, uint64_t milliseconds)
{
    ngx_tm_t  tm;

    ngx_gmtime((time_t) (milliseconds / 1000), &tm);

    p = ngx_http_scim_digits(p, tm.ngx_tm_year, 4);
    *p++ = '-';
    p = ngx_http_scim_digits(p, tm.ngx_tm_mon, 2);
    *p++ = '-';
    p = ngx_http_scim_digits(p, tm.ngx_tm_mday, 2);
    *p++ = 'T';
    p = ngx_http_scim_digits(p, tm.ngx_tm_hour, 2);
    *p++ = ':';
    p = ngx_http_scim_digits(p, tm.ngx_tm_min, 2);
    *p++ = ':';
    p = ngx_http_scim_digits(p, tm.ngx_tm_sec, 2);
    *p++ = '.';
    p = ngx_http_scim_digits(p, milliseconds % 1000, 3);
    *p++ = 'Z';

    return p;
}


static u_char *
ngx_http_scim_digits(u_char *p, ngx_uint_t n, ngx_uint_t width)
{
    ngx_uint_t  i;

    for (i = width; i > 0; i--) {
        p[i - 1] = (u_char) ('0' + n % 10);
        n /= 10;
    }

    return p + width;
}
