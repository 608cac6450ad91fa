/*
 * What the client sends and what it takes, as its headers have it. It must not
 * know what the content means.
 */

#include "ngx_http_scim.h"


/* how closely a media range names a type; a closer one overrides others */

enum {
    NGX_HTTP_SCIM_RANGE_NONE = 0,
    NGX_HTTP_SCIM_RANGE_ANY,                 /* any type                      */
    NGX_HTTP_SCIM_RANGE_TYPE,                /* any of application            */
    NGX_HTTP_SCIM_RANGE_EXACT
};


typedef struct {
    ngx_str_t   type;
    ngx_uint_t  range;
    ngx_uint_t  accepted;
} ngx_http_scim_accept_t;


static ngx_str_t *ngx_http_scim_header_in(ngx_http_request_t *r,
    const char *name, ngx_uint_t n);
static ngx_uint_t ngx_http_scim_accept_ranges(ngx_str_t *header,
    ngx_http_scim_accept_t *types, ngx_uint_t n);
static ngx_uint_t ngx_http_scim_accept_range(ngx_str_t *range,
    const ngx_str_t *type);
static ngx_uint_t ngx_http_scim_accept_quality(u_char *p, u_char *last);
static u_char *ngx_http_scim_accept_skip(u_char *p, u_char *last);


/* absent, or application/json, application/scim+json, with any parameters */

ngx_uint_t
ngx_http_scim_sends_json(ngx_http_request_t *r)
{
    size_t      len;
    ngx_str_t  *type;

    if (r->headers_in.content_type == NULL) {
        return 1;
    }

    type = &r->headers_in.content_type->value;

    for (len = 0; len < type->len; len++) {
        if (type->data[len] == ';' || type->data[len] == ' '
            || type->data[len] == '\t')
        {
            break;
        }
    }

    return len == 0
           || (len == sizeof("application/json") - 1
               && ngx_strncasecmp(type->data, (u_char *) "application/json",
                                  len)
                  == 0)
           || (len == sizeof("application/scim+json") - 1
               && ngx_strncasecmp(type->data,
                                  (u_char *) "application/scim+json", len)
                  == 0);
}


/* compressed, say, which nginx undoes for nobody */

ngx_uint_t
ngx_http_scim_sends_coded(ngx_http_request_t *r)
{
    ngx_str_t   *coding;
    ngx_uint_t   n;

    for (n = 0; /* void */ ; n++) {
        coding = ngx_http_scim_header_in(r, "Content-Encoding", n);

        if (coding == NULL) {
            return 0;
        }

        if (coding->len
            && (coding->len != sizeof("identity") - 1
                || ngx_strncasecmp(coding->data, (u_char *) "identity",
                                   coding->len)
                   != 0))
        {
            return 1;
        }
    }
}


/* RFC 9110, section 12.5.1 */

ngx_uint_t
ngx_http_scim_accepts_json(ngx_http_request_t *r)
{
    ngx_str_t               *header;
    ngx_uint_t               n, found;
    ngx_http_scim_accept_t   types[] = {
        { ngx_string("application/scim+json"), NGX_HTTP_SCIM_RANGE_NONE, 0 },
        { ngx_string("application/json"), NGX_HTTP_SCIM_RANGE_NONE, 0 }
    };

    found = 0;

    for (n = 0; /* void */ ; n++) {
        header = ngx_http_scim_header_in(r, "Accept", n);

        if (header == NULL) {
            break;
        }

        found += ngx_http_scim_accept_ranges(header, types, 2);
    }

    return !found || types[0].accepted || types[1].accepted;
}


/* the n-th of this name; nginx keeps apart what a client sends in two lines */

static ngx_str_t *
ngx_http_scim_header_in(ngx_http_request_t *r, const char *name, ngx_uint_t n)
{
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    len = ngx_strlen(name);
    part = &r->headers_in.headers.part;

    for ( /* void */ ; part; part = part->next) {
        header = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (header[i].key.len == len
                && ngx_strncasecmp(header[i].key.data, (u_char *) name, len)
                   == 0
                && n-- == 0)
            {
                return &header[i].value;
            }
        }
    }

    return NULL;
}


/* the media ranges of one header, each with its parameters; how many */

static ngx_uint_t
ngx_http_scim_accept_ranges(ngx_str_t *header, ngx_http_scim_accept_t *types,
    ngx_uint_t n)
{
    u_char      *p, *last, *end;
    ngx_str_t    range;
    ngx_uint_t   i, how, accepted, found;

    found = 0;
    last = header->data + header->len;

    for (p = header->data; p < last; p = end + 1) {

        end = ngx_http_scim_accept_skip(p, last);

        while (p < end && (*p == ' ' || *p == '\t')) {
            p++;
        }

        range.data = p;

        while (p < end && *p != ';' && *p != ' ' && *p != '\t') {
            p++;
        }

        range.len = p - range.data;
        found += (range.len != 0);
        accepted = ngx_http_scim_accept_quality(p, end);

        for (i = 0; i < n; i++) {
            how = ngx_http_scim_accept_range(&range, &types[i].type);

            if (how > types[i].range) {
                types[i].range = how;
                types[i].accepted = accepted;

            } else if (how && how == types[i].range) {
                types[i].accepted |= accepted;
            }
        }
    }

    return found;
}


static ngx_uint_t
ngx_http_scim_accept_range(ngx_str_t *range, const ngx_str_t *type)
{
    if (range->len == 3 && ngx_strncmp(range->data, "*/*", 3) == 0) {
        return NGX_HTTP_SCIM_RANGE_ANY;
    }

    if (range->len == sizeof("application/*") - 1
        && ngx_strncasecmp(range->data, (u_char *) "application/*",
                           range->len)
           == 0)
    {
        return NGX_HTTP_SCIM_RANGE_TYPE;
    }

    if (range->len == type->len
        && ngx_strncasecmp(range->data, type->data, type->len) == 0)
    {
        return NGX_HTTP_SCIM_RANGE_EXACT;
    }

    return NGX_HTTP_SCIM_RANGE_NONE;
}


/* 0: the parameters have a weight of zero, "q=0.000", which says "not" */

static ngx_uint_t
ngx_http_scim_accept_quality(u_char *p, u_char *last)
{
    while (p < last) {

        while (p < last && (*p == ';' || *p == ' ' || *p == '\t')) {
            p++;
        }

        if (last - p > 2 && (p[0] == 'q' || p[0] == 'Q') && p[1] == '=') {

            for (p += 2; p < last && (*p == '0' || *p == '.'); p++) {
                /* void */
            }

            return p < last && *p != ';' && *p != ' ' && *p != '\t';
        }

        while (p < last && *p != ';') {
            p++;
        }
    }

    return 1;
}


/* to the comma that ends a media range, which is none within quotes */

static u_char *
ngx_http_scim_accept_skip(u_char *p, u_char *last)
{
    ngx_uint_t  quoted;

    for (quoted = 0; p < last; p++) {

        if (*p == '"') {
            quoted = !quoted;

        } else if (*p == '\\' && quoted && p + 1 < last) {
            p++;

        } else if (*p == ',' && !quoted) {
            break;
        }
    }

    return p;
}
