/*
 * Metrics as Prometheus reads them, or as JSON with the same names. It must not
 * know what they are about.
 */

#include "status.h"


#define NGX_HTTP_SCIM_STATUS_LINE  256


static void ngx_http_scim_status_line(ngx_http_scim_status_t *status,
    const char *suffix, const char **labels, const char *le,
    const char *value);
static void ngx_http_scim_status_seconds(char *text, ngx_atomic_uint_t ms);


void
ngx_http_scim_status_family(ngx_http_scim_status_t *status, const char *name,
    const char *type, const char *help)
{
    u_char  *p;
    json_t  *family;

    status->family = name;

    if (status->failed) {
        return;
    }

    if (status->families) {
        status->samples = json_array();
        family = json_pack("{s:s, s:s, s:o}", "type", type, "help", help,
                           "samples", status->samples);

        status->failed |= (json_object_set_new(status->families, name, family)
                           != 0);
        return;
    }

    p = ngx_http_scim_text_reserve(&status->text,
                                   2 * NGX_HTTP_SCIM_STATUS_LINE);
    if (p == NULL) {
        status->failed = 1;
        return;
    }

    status->text.buf->last = ngx_sprintf(p, "# HELP %s %s\n# TYPE %s %s\n",
                                         name, help, name, type);
}


void
ngx_http_scim_status_sample(ngx_http_scim_status_t *status,
    const char **labels, ngx_atomic_uint_t value)
{
    char     text[NGX_INT64_LEN + 1];
    json_t  *sample;

    if (status->failed) {
        return;
    }

    if (status->families == NULL) {
        *ngx_sprintf((u_char *) text, "%uA", value) = '\0';
        ngx_http_scim_status_line(status, "", labels, NULL, text);
        return;
    }

    sample = json_pack("{s:I}", "value", (json_int_t) value);

    for ( /* void */ ; labels[0]; labels += 2) {
        (void) json_object_set_new(sample, labels[0], json_string(labels[1]));
    }

    status->failed |= (json_array_append_new(status->samples, sample) != 0);
}


void
ngx_http_scim_status_histogram(ngx_http_scim_status_t *status,
    const char **labels, size_t offset)
{
    char               le[NGX_INT64_LEN + 5], value[NGX_INT64_LEN + 5];
    json_t            *buckets, *sample;
    ngx_uint_t         i;
    ngx_atomic_uint_t  count, sum;

    if (status->failed) {
        return;
    }

    count = 0;
    buckets = status->families ? json_object() : NULL;

    for (i = 0; i < NGX_HTTP_SCIM_BUCKETS; i++) {

        count += ngx_http_scim_status_sum(status, offset
                     + offsetof(ngx_http_scim_histogram_t, buckets[i]));

        if (i < NGX_HTTP_SCIM_BUCKETS - 1) {
            ngx_http_scim_status_seconds(le, ngx_http_scim_buckets[i]);

        } else {
            ngx_memcpy(le, "+Inf", sizeof("+Inf"));
        }

        if (buckets) {
            (void) json_object_set_new(buckets, le,
                                       json_integer((json_int_t) count));
            continue;
        }

        *ngx_sprintf((u_char *) value, "%uA", count) = '\0';
        ngx_http_scim_status_line(status, "_bucket", labels, le, value);
    }

    sum = ngx_http_scim_status_sum(status, offset
              + offsetof(ngx_http_scim_histogram_t, sum));

    if (status->families) {
        sample = json_pack("{s:o, s:I, s:f}", "buckets", buckets,
                           "count", (json_int_t) count,
                           "sum", (double) sum / 1000);

        if (labels[0]) {
            (void) json_object_set_new(sample, labels[0],
                                       json_string(labels[1]));
        }

        status->failed |= (json_array_append_new(status->samples, sample) != 0);
        return;
    }

    ngx_http_scim_status_seconds(value, sum);
    ngx_http_scim_status_line(status, "_sum", labels, NULL, value);

    *ngx_sprintf((u_char *) value, "%uA", count) = '\0';
    ngx_http_scim_status_line(status, "_count", labels, NULL, value);
}


/* names and values are ours, and need no escapes */

static void
ngx_http_scim_status_line(ngx_http_scim_status_t *status, const char *suffix,
    const char **labels, const char *le, const char *value)
{
    u_char      *p;
    const char  *separator;

    if (status->failed) {
        return;
    }

    p = ngx_http_scim_text_reserve(&status->text, NGX_HTTP_SCIM_STATUS_LINE);
    if (p == NULL) {
        status->failed = 1;
        return;
    }

    p = ngx_sprintf(p, "%s%s", status->family, suffix);
    separator = "{";

    for ( /* void */ ; labels[0]; labels += 2) {
        p = ngx_sprintf(p, "%s%s=\"%s\"", separator, labels[0], labels[1]);
        separator = ",";
    }

    if (le) {
        p = ngx_sprintf(p, "%sle=\"%s\"", separator, le);
        separator = ",";
    }

    status->text.buf->last = ngx_sprintf(p, "%s %s\n",
                                         separator[0] == ',' ? "}" : "",
                                         value);
}


static void
ngx_http_scim_status_seconds(char *text, ngx_atomic_uint_t ms)
{
    *ngx_sprintf((u_char *) text, "%uA.%03uA", ms / 1000, ms % 1000) = '\0';
}
