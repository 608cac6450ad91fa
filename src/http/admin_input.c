/*
 * What a request to the management API says, by tables of fields: names and
 * values become arguments of the function in Redis. The first thing wrong is
 * refused, and named. It must not know what the fields mean.
 */

#include "admin.h"
#include "scim/text.h"


static ngx_int_t ngx_http_scim_admin_parameter(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, u_char *p, u_char *last);
static ngx_int_t ngx_http_scim_admin_decode(ngx_http_scim_ctx_t *ctx,
    u_char *p, u_char *last, ngx_str_t *text);
static ngx_int_t ngx_http_scim_admin_record(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, const char *path,
    json_t *record);
static ngx_int_t ngx_http_scim_admin_member(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    json_t *value);
static ngx_int_t ngx_http_scim_admin_records(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    json_t *records);
static ngx_int_t ngx_http_scim_admin_text(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    json_t *value, ngx_str_t *text);
static const ngx_http_scim_admin_field_t *ngx_http_scim_admin_find(
    const ngx_http_scim_admin_field_t *fields, const char *member);
static void ngx_http_scim_admin_path(char *path, const char *before,
    const char *member);


ngx_int_t
ngx_http_scim_admin_read_query(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields)
{
    u_char                             *p, *end, *last;
    ngx_int_t                           rc;
    const ngx_http_scim_admin_field_t  *field;

    p = ctx->request->args.data;
    last = p + ctx->request->args.len;

    for ( /* void */ ; p < last; p = end + 1) {
        end = ngx_strlchr(p, last, '&');

        if (end == NULL) {
            end = last;
        }

        rc = (end == p) ? NGX_OK
                        : ngx_http_scim_admin_parameter(ctx, fields, p, end);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    for (field = fields; field && field->member; field++) {

        if ((field->flags & NGX_HTTP_SCIM_ADMIN_REQUIRED)
            && ngx_http_scim_admin_get(ctx, field->name).data == NULL)
        {
            return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                              field->member,
                                              "the query must have \"%s\"",
                                              field->member);
        }
    }

    return NGX_OK;
}


/* "name=value", from p to last */

static ngx_int_t
ngx_http_scim_admin_parameter(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, u_char *p, u_char *last)
{
    u_char                             *equals;
    ngx_int_t                           rc;
    ngx_str_t                           name, value;
    const ngx_http_scim_admin_field_t  *field;

    equals = ngx_strlchr(p, last, '=');

    rc = ngx_http_scim_admin_decode(ctx, p, equals ? equals : last, &name);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_decode(ctx, equals ? equals + 1 : last, last,
                                        &value);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                          "the query is no UTF-8 with percent "
                                          "escapes");
    }

    field = ngx_http_scim_admin_find(fields, (char *) name.data);

    if (field == NULL) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                          (char *) name.data,
                                          "the query has a parameter that is "
                                          "not known here");
    }

    if (ngx_http_scim_admin_get(ctx, field->name).data) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                          field->member,
                                          "the query has \"%s\" twice",
                                          field->member);
    }

    rc = (value.len == 0 && (field->flags & NGX_HTTP_SCIM_ADMIN_NULLABLE))
         ? NGX_OK
         : ngx_http_scim_admin_value(ctx, field, field->member, &value);

    return (rc == NGX_OK) ? ngx_http_scim_admin_set(ctx, field->name, &value)
                          : rc;
}


static ngx_int_t
ngx_http_scim_admin_decode(ngx_http_scim_ctx_t *ctx, u_char *p, u_char *last,
    ngx_str_t *text)
{
    text->len = last - p;
    text->data = ngx_pnalloc(ctx->pool, text->len + 1);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text->data, p, text->len);

    if (scim_query_decode((char *) text->data, &text->len) != 0
        || !scim_text_utf8((char *) text->data, text->len))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_admin_read_body(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields)
{
    return ngx_http_scim_admin_record(ctx, fields, "", ctx->message);
}


static ngx_int_t
ngx_http_scim_admin_record(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *fields, const char *path,
    json_t *record)
{
    json_t                             *value;
    ngx_int_t                           rc;
    const char                         *key;
    char                                member[NGX_HTTP_SCIM_ADMIN_FIELD_LEN];
    const ngx_http_scim_admin_field_t  *field;

    if (!json_is_object(record)) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                          "\"%s\" must be an object", path);
    }

    json_object_foreach(record, key, value) {

        if (ngx_http_scim_admin_find(fields, key) == NULL) {
            ngx_http_scim_admin_path(member, path, key);
            return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                              member,
                                              "the body has a member that is "
                                              "not known here");
        }
    }

    for (field = fields; field->member; field++) {

        value = json_object_get(record, field->member);
        ngx_http_scim_admin_path(member, path, field->member);

        if (value) {
            rc = ngx_http_scim_admin_member(ctx, field, member, value);

            if (rc != NGX_OK) {
                return rc;
            }

        } else if (field->flags & NGX_HTTP_SCIM_ADMIN_REQUIRED) {
            return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                              member, "\"%s\" is required",
                                              member);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_member(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    json_t *value)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    if (json_is_null(value) && (field->flags & NGX_HTTP_SCIM_ADMIN_NULLABLE)) {
        ngx_str_set(&text, "");
        return ngx_http_scim_admin_set(ctx, field->name, &text);
    }

    switch (field->kind) {

    case NGX_HTTP_SCIM_ADMIN_RECORD:
        return ngx_http_scim_admin_record(ctx, field->fields, path, value);

    case NGX_HTTP_SCIM_ADMIN_RECORDS:
        return ngx_http_scim_admin_records(ctx, field, path, value);

    case NGX_HTTP_SCIM_ADMIN_PERMISSIONS:
        rc = ngx_http_scim_admin_permissions(ctx, path, value, &text);
        break;

    default:
        rc = ngx_http_scim_admin_text(ctx, field, path, value, &text);

        if (rc == NGX_OK) {
            rc = ngx_http_scim_admin_value(ctx, field, path, &text);
        }
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_set(ctx, field->name, &text)
                          : rc;
}


/* "+" begins each of them, and "-" ends the last */

static ngx_int_t
ngx_http_scim_admin_records(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    json_t *records)
{
    char        member[NGX_HTTP_SCIM_ADMIN_FIELD_LEN];
    size_t      i;
    json_t     *record;
    ngx_int_t   rc;
    ngx_str_t   name;

    if (!json_is_array(records) || json_array_size(records) == 0
        || json_array_size(records) > field->max)
    {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                          "\"%s\" must be an array of 1 to "
                                          "%u objects", path,
                                          (unsigned) field->max);
    }

    name.data = (u_char *) field->name;
    name.len = ngx_strlen(field->name);

    json_array_foreach(records, i, record) {
        *ngx_snprintf((u_char *) member, sizeof(member) - 1, "%s[%uz]", path,
                      i) = '\0';

        rc = ngx_http_scim_admin_set(ctx, "+", &name);

        if (rc == NGX_OK) {
            rc = ngx_http_scim_admin_record(ctx, field->fields, member,
                                            record);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return ngx_http_scim_admin_set(ctx, "-", &name);
}


/* a value of the body as it would stand in a query */

static ngx_int_t
ngx_http_scim_admin_text(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    json_t *value, ngx_str_t *text)
{
    const char  *expected;

    switch (field->kind) {

    case NGX_HTTP_SCIM_ADMIN_BOOLEAN:

        if (json_is_boolean(value)) {
            text->data = (u_char *) (json_is_true(value) ? "true" : "false");
            text->len = ngx_strlen(text->data);
            return NGX_OK;
        }

        expected = "true or false";
        break;

    case NGX_HTTP_SCIM_ADMIN_NUMBER:

        if (json_is_integer(value)) {
            text->data = ngx_pnalloc(ctx->pool, NGX_INT64_LEN + 1);
            if (text->data == NULL) {
                return NGX_ERROR;
            }

            text->len = ngx_sprintf(text->data, "%L",
                                    (int64_t) json_integer_value(value))
                        - text->data;
            return NGX_OK;
        }

        expected = "an integer";
        break;

    default:

        if (json_is_string(value)) {
            text->data = (u_char *) json_string_value(value);
            text->len = json_string_length(value);
            return NGX_OK;
        }

        expected = "a string";
    }

    return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                      "\"%s\" must be %s", path, expected);
}


static const ngx_http_scim_admin_field_t *
ngx_http_scim_admin_find(const ngx_http_scim_admin_field_t *fields,
    const char *member)
{
    for ( /* void */ ; fields && fields->member; fields++) {
        if (ngx_strcmp(fields->member, member) == 0) {
            return fields;
        }
    }

    return NULL;
}


static void
ngx_http_scim_admin_path(char *path, const char *before, const char *member)
{
    *ngx_snprintf((u_char *) path, NGX_HTTP_SCIM_ADMIN_FIELD_LEN - 1,
                  "%s%s%s", before, *before ? "." : "", member) = '\0';
}


ngx_str_t
ngx_http_scim_admin_get(ngx_http_scim_ctx_t *ctx, const char *name)
{
    ngx_str_t   *arg, none;
    ngx_uint_t   i;

    arg = ctx->management->args.elts;

    for (i = 0; i < ctx->management->args.nelts; i += 2) {
        if (ngx_http_scim_is(&arg[i], name)) {
            return arg[i + 1];
        }
    }

    ngx_str_null(&none);

    return none;
}


ngx_int_t
ngx_http_scim_admin_set(ngx_http_scim_ctx_t *ctx, const char *name,
    const ngx_str_t *value)
{
    ngx_str_t  *arg;

    arg = ngx_array_push_n(&ctx->management->args, 2);
    if (arg == NULL) {
        return NGX_ERROR;
    }

    arg[0].data = (u_char *) name;
    arg[0].len = ngx_strlen(name);
    arg[1] = *value;

    return NGX_OK;
}


/* a stranger's name for a member is repeated only if it is a decent one */

ngx_int_t
ngx_http_scim_admin_refuse(ngx_http_scim_ctx_t *ctx, ngx_uint_t status,
    const char *field, const char *format, ...)
{
    size_t    len;
    va_list   args;
    char     *own;

    own = ctx->management->field;

    if (field) {
        len = strspn(field, "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-[]");

        if (len && field[len] == '\0' && len < NGX_HTTP_SCIM_ADMIN_FIELD_LEN) {
            (void) strcpy(own, field);
            ctx->field = own;
        }
    }

    ctx->error.status = (int) status;
    ctx->error.type = NULL;

    va_start(args, format);
    (void) vsnprintf(ctx->error.detail, sizeof(ctx->error.detail), format,
                     args);
    va_end(args);

    return NGX_DECLINED;
}
