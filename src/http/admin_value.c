/*
 * One value of the management API: checked, and as Redis has it. It must not
 * know where the value stood.
 */

#include "admin.h"
#include "scim/datetime.h"


#define NGX_HTTP_SCIM_WORDS_LEN       128    /* all that a field may be */
#define NGX_HTTP_SCIM_ENTRY_DIGITS    19
#define NGX_HTTP_SCIM_RESOURCES_MAX   100
#define NGX_HTTP_SCIM_ACTIONS_MAX     50


static ngx_int_t ngx_http_scim_admin_bad(ngx_http_scim_ctx_t *ctx,
    const char *path, const char *expected);
static ngx_int_t ngx_http_scim_admin_plain(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text);
static ngx_int_t ngx_http_scim_admin_word(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text);
static ngx_int_t ngx_http_scim_admin_no_word(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path);
static ngx_int_t ngx_http_scim_admin_number(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text);
static ngx_int_t ngx_http_scim_admin_time(ngx_http_scim_ctx_t *ctx,
    const char *path, ngx_str_t *text);
static ngx_uint_t ngx_http_scim_admin_is_entry(ngx_str_t *text);
static ngx_uint_t ngx_http_scim_admin_has_offset(ngx_str_t *text);
static ngx_uint_t ngx_http_scim_admin_digits(const ngx_str_t *text,
    size_t max);
static ngx_int_t ngx_http_scim_admin_actions(ngx_http_scim_ctx_t *ctx,
    const char *path, const char *resource, json_t *actions,
    ngx_array_t *words);
static int ngx_libc_cdecl ngx_http_scim_admin_compare(const void *one,
    const void *two);


ngx_int_t
ngx_http_scim_admin_value(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text)
{
    switch (field->kind) {

    case NGX_HTTP_SCIM_ADMIN_NAME:
        return ngx_http_scim_is_name(text) ? NGX_OK
               : ngx_http_scim_admin_bad(ctx, path, "1 to 63 lower-case "
                                         "letters, digits and hyphens, no "
                                         "hyphen at either end");

    case NGX_HTTP_SCIM_ADMIN_ROLE:
        return ngx_http_scim_is_role(text) ? NGX_OK
               : ngx_http_scim_admin_bad(ctx, path, "1 to 63 letters, digits, "
                                         "\".\", \"_\" and \"-\", the first "
                                         "one a letter");

    case NGX_HTTP_SCIM_ADMIN_ID:
        return ngx_http_scim_is_id(text) ? NGX_OK
               : ngx_http_scim_admin_bad(ctx, path, "a UUID in lower case");

    case NGX_HTTP_SCIM_ADMIN_UPPER:
        return ngx_http_scim_is_word(text->data, text->len) ? NGX_OK
               : ngx_http_scim_admin_bad(ctx, path, "1 to 64 upper-case "
                                         "letters, digits and \"_\", the "
                                         "first one a letter");

    case NGX_HTTP_SCIM_ADMIN_NAMESPACE:
        return ngx_http_scim_is_namespace(text) ? NGX_OK
               : ngx_http_scim_admin_bad(ctx, path, "words of letters, "
                                         "digits, \"_\" and \"-\", with "
                                         "single dots between them, at most "
                                         "255 characters");

    case NGX_HTTP_SCIM_ADMIN_PLACE:
        return ngx_http_scim_admin_digits(text, NGX_INT64_LEN) ? NGX_OK
               : ngx_http_scim_admin_bad(ctx, path, "the nextCursor of the "
                                         "page before it");

    case NGX_HTTP_SCIM_ADMIN_ENTRY:
        return ngx_http_scim_admin_is_entry(text) ? NGX_OK
               : ngx_http_scim_admin_bad(ctx, path, "the id of an entry");

    case NGX_HTTP_SCIM_ADMIN_BOOLEAN:

        if (ngx_http_scim_is(text, "true") || ngx_http_scim_is(text, "false"))
        {
            text->data = (u_char *) (text->data[0] == 't' ? "1" : "0");
            text->len = 1;
            return NGX_OK;
        }

        return ngx_http_scim_admin_bad(ctx, path, "true or false");

    case NGX_HTTP_SCIM_ADMIN_WORD:
    case NGX_HTTP_SCIM_ADMIN_CONSTANT:
        return ngx_http_scim_admin_word(ctx, field, path, text);

    case NGX_HTTP_SCIM_ADMIN_NUMBER:
        return ngx_http_scim_admin_number(ctx, field, path, text);

    case NGX_HTTP_SCIM_ADMIN_TIME:
        return ngx_http_scim_admin_time(ctx, path, text);

    default:
        return ngx_http_scim_admin_plain(ctx, field, path, text);
    }
}


static ngx_int_t
ngx_http_scim_admin_bad(ngx_http_scim_ctx_t *ctx, const char *path,
    const char *expected)
{
    return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                      "\"%s\" must be %s", path, expected);
}


/* what a person reads: no controls, as they can hide what stands there */

static ngx_int_t
ngx_http_scim_admin_plain(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text)
{
    size_t  i;

    if (text->len > field->max) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                          "\"%s\" must not be longer than %u "
                                          "bytes", path,
                                          (unsigned) field->max);
    }

    if (text->len < field->min) {
        return ngx_http_scim_admin_bad(ctx, path, "not empty");
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < ' ' || text->data[i] == 0x7f) {
            return ngx_http_scim_admin_bad(ctx, path, "without control "
                                           "characters");
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_word(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text)
{
    u_char       c;
    size_t       i, len;
    const char  *word;

    for (word = field->words; *word; word += len + (word[len] == ' ')) {

        len = strcspn(word, " ");

        if (len != text->len) {
            continue;
        }

        for (i = 0; i < len; i++) {
            c = text->data[i];

            if (field->kind == NGX_HTTP_SCIM_ADMIN_CONSTANT) {
                c = (c == '_') ? '-'
                    : (c >= 'A' && c <= 'Z') ? (u_char) (c | 0x20) : ' ';
            }

            if (c != (u_char) word[i]) {
                break;
            }
        }

        if (i == len) {
            text->data = (u_char *) word;
            return NGX_OK;
        }
    }

    return ngx_http_scim_admin_no_word(ctx, field, path);
}


/* what it must be is told as clients write it */

static ngx_int_t
ngx_http_scim_admin_no_word(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path)
{
    char  *p, words[NGX_HTTP_SCIM_WORDS_LEN];

    (void) ngx_cpystrn((u_char *) words, (u_char *) field->words,
                       sizeof(words));

    for (p = words; *p && field->kind == NGX_HTTP_SCIM_ADMIN_CONSTANT; p++) {
        *p = (*p == '-') ? '_' : (char) ngx_toupper(*p);
    }

    return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                      "\"%s\" must be one of these: %s", path,
                                      words);
}


static ngx_int_t
ngx_http_scim_admin_number(ngx_http_scim_ctx_t *ctx,
    const ngx_http_scim_admin_field_t *field, const char *path,
    ngx_str_t *text)
{
    off_t  n;

    n = ngx_atoof(text->data, text->len);

    if (n == NGX_ERROR || (uint64_t) n > field->max
        || (uint64_t) n < field->min)
    {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                          "\"%s\" must be an integer from %u "
                                          "to %u", path,
                                          (unsigned) field->min,
                                          (unsigned) field->max);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_time(ngx_http_scim_ctx_t *ctx, const char *path,
    ngx_str_t *text)
{
    u_char       *p;
    scim_time_t   time;

    if (scim_time_parse(&time, (char *) text->data, text->len, 0) != 0
        || time.seconds < 0 || !ngx_http_scim_admin_has_offset(text))
    {
        return ngx_http_scim_admin_bad(ctx, path, "a time as "
                                       "\"2026-01-31T12:00:00Z\"");
    }

    p = ngx_pnalloc(ctx->pool, NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;
    text->len = ngx_sprintf(p, "%L", time.seconds * 1000
                                     + time.nanoseconds / 1000000)
                - p;

    return NGX_OK;
}


/* of a time: RFC 3339 wants one, xsd:dateTime does not */

static ngx_uint_t
ngx_http_scim_admin_has_offset(ngx_str_t *text)
{
    u_char  *p;

    p = text->data + text->len;

    return p[-1] == 'Z' || p[-6] == '+' || p[-6] == '-';
}


/* two numbers that Redis can count to */

static ngx_uint_t
ngx_http_scim_admin_is_entry(ngx_str_t *text)
{
    u_char     *dash;
    ngx_str_t   time, number;

    dash = ngx_strlchr(text->data, text->data + text->len, '-');

    if (dash == NULL) {
        return 0;
    }

    time.data = text->data;
    time.len = dash - text->data;
    number.data = dash + 1;
    number.len = text->data + text->len - number.data;

    return ngx_http_scim_admin_digits(&time, NGX_HTTP_SCIM_ENTRY_DIGITS)
           && ngx_http_scim_admin_digits(&number, NGX_HTTP_SCIM_ENTRY_DIGITS);
}


static ngx_uint_t
ngx_http_scim_admin_digits(const ngx_str_t *text, size_t max)
{
    size_t  i;

    if (text->len == 0 || text->len > max) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
ngx_http_scim_admin_permissions(ngx_http_scim_ctx_t *ctx, const char *path,
    json_t *json, ngx_str_t *text)
{
    u_char       *p;
    json_t       *actions;
    ngx_int_t     rc;
    ngx_str_t    *word;
    ngx_uint_t    i;
    ngx_array_t   words;
    const char   *resource;

    if (!json_is_object(json)
        || json_object_size(json) > NGX_HTTP_SCIM_RESOURCES_MAX)
    {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                          "\"%s\" must be an object of at "
                                          "most %d resources, each with its "
                                          "actions", path,
                                          NGX_HTTP_SCIM_RESOURCES_MAX);
    }

    if (ngx_array_init(&words, ctx->pool, 16, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    text->len = 0;

    json_object_foreach(json, resource, actions) {
        rc = ngx_http_scim_admin_actions(ctx, path, resource, actions,
                                         &words);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    word = words.elts;
    ngx_qsort(word, words.nelts, sizeof(ngx_str_t),
              ngx_http_scim_admin_compare);

    for (i = 0; i < words.nelts; i++) {
        text->len += word[i].len + 1;
    }

    p = ngx_pnalloc(ctx->pool, text->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < words.nelts; i++) {

        if (i && ngx_http_scim_admin_compare(&word[i - 1], &word[i]) == 0) {
            continue;
        }

        p = ngx_http_scim_put_str(p, &word[i]);
        *p++ = ' ';
    }

    text->len = p - text->data;

    if (text->len) {
        text->len--;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_actions(ngx_http_scim_ctx_t *ctx, const char *path,
    const char *resource, json_t *actions, ngx_array_t *words)
{
    char        member[NGX_HTTP_SCIM_ADMIN_FIELD_LEN];
    size_t      i, len;
    json_t     *action;
    ngx_str_t  *word;

    len = ngx_strlen(resource);

    if (!ngx_http_scim_is_word((u_char *) resource, len)) {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, path,
                                          "in \"%s\" a resource must be an "
                                          "upper-case word of letters, "
                                          "digits and \"_\"", path);
    }

    *ngx_snprintf((u_char *) member, sizeof(member) - 1, "%s.%s", path,
                  resource) = '\0';

    if (!json_is_array(actions) || json_array_size(actions) == 0
        || json_array_size(actions) > NGX_HTTP_SCIM_ACTIONS_MAX)
    {
        return ngx_http_scim_admin_bad(ctx, member,
                                       "an array of 1 to 50 actions");
    }

    json_array_foreach(actions, i, action) {

        if (!json_is_string(action)
            || !ngx_http_scim_is_word((u_char *) json_string_value(action),
                                      json_string_length(action)))
        {
            return ngx_http_scim_admin_bad(ctx, member, "an array of "
                                           "upper-case words of letters, "
                                           "digits and \"_\"");
        }

        word = ngx_array_push(words);
        if (word == NULL) {
            return NGX_ERROR;
        }

        word->len = len + 1 + json_string_length(action);
        word->data = ngx_pnalloc(ctx->pool, word->len);

        if (word->data == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_snprintf(word->data, word->len, "%s:%s", resource,
                            json_string_value(action));
    }

    return NGX_OK;
}


static int ngx_libc_cdecl
ngx_http_scim_admin_compare(const void *one, const void *two)
{
    const ngx_str_t  *a, *b;

    a = one;
    b = two;

    return (int) ngx_memn2cmp(a->data, b->data, a->len, b->len);
}


json_t *
ngx_http_scim_admin_permissions_json(ngx_str_t *text)
{
    u_char      *p, *end, *last, *colon;
    json_t      *json, *actions;
    char         resource[NGX_HTTP_SCIM_WORD_MAX + 1];

    json = json_object();
    p = text->data;
    last = p + text->len;

    for ( /* void */ ; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, ' ');

        if (end == NULL) {
            end = last;
        }

        colon = ngx_strlchr(p, end, ':');

        if (colon == NULL || colon - p > NGX_HTTP_SCIM_WORD_MAX) {
            continue;
        }

        (void) ngx_cpystrn((u_char *) resource, p, colon - p + 1);
        actions = json_object_get(json, resource);

        if (actions == NULL) {
            actions = json_array();

            if (json_object_set_new(json, resource, actions) != 0) {
                goto failed;
            }
        }

        if (json_array_append_new(actions, json_stringn((char *) colon + 1,
                                                        end - colon - 1))
            != 0)
        {
            goto failed;
        }
    }

    return json;

failed:

    json_decref(json);

    return NULL;
}
