/*
 * A call to a function of the library in Redis, and its answer.
 */

#include "call.h"


typedef struct {
    const char          *word;
    ngx_scim_outcome_e   outcome;
} ngx_scim_outcome_word_t;


static const ngx_scim_outcome_word_t  ngx_scim_outcome_words[] = {
    { "OK", NGX_SCIM_OK },
    { "MISSING", NGX_SCIM_MISSING },
    { "EXISTS", NGX_SCIM_EXISTS },
    { "CONFLICT", NGX_SCIM_CONFLICT },
    { "TAKEN", NGX_SCIM_TAKEN },
    { "HELD", NGX_SCIM_HELD },
    { "STALE", NGX_SCIM_STALE },
    { "MOVED", NGX_SCIM_MOVED },
    { "MEMBER", NGX_SCIM_MEMBER },
    { "DENIED", NGX_SCIM_DENIED },
    { "REFUSED", NGX_SCIM_REFUSED },
    { "SEVERAL", NGX_SCIM_SEVERAL },
    { NULL, NGX_SCIM_INVALID }
};


void
ngx_scim_call_read(ngx_scim_call_t *call, ngx_scim_scope_t *scope,
    ngx_uint_t n)
{
    call->pool = scope->pool;
    call->failed = 0;

    if (ngx_array_init(&call->argv, scope->pool, n, sizeof(ngx_str_t))
        != NGX_OK)
    {
        call->failed = 1;
    }
}


void
ngx_scim_call_write(ngx_scim_call_t *call, ngx_scim_scope_t *scope,
    ngx_uint_t n)
{
    ngx_scim_call_read(call, scope, n + 8);

    ngx_scim_call_arg(call, &scope->actor);
    ngx_scim_call_arg(call, &scope->token);
    ngx_scim_call_arg(call, &scope->request_id);
    ngx_scim_call_arg(call, &scope->address);
    ngx_scim_call_number(call, scope->audit_length);
    ngx_scim_call_number(call, scope->audit_age);
    ngx_scim_call_arg(call, &scope->changed);
    ngx_scim_call_arg(call, &scope->values);
}


void
ngx_scim_call_arg(ngx_scim_call_t *call, const ngx_str_t *value)
{
    ngx_str_t  *arg;

    if (call->failed) {
        return;
    }

    arg = ngx_array_push(&call->argv);
    if (arg == NULL) {
        call->failed = 1;
        return;
    }

    *arg = *value;
}


void
ngx_scim_call_text(ngx_scim_call_t *call, const char *value)
{
    ngx_str_t  arg;

    arg.data = (u_char *) value;
    arg.len = ngx_strlen(value);

    ngx_scim_call_arg(call, &arg);
}


void
ngx_scim_call_number(ngx_scim_call_t *call, ngx_uint_t value)
{
    ngx_str_t  arg;

    arg.data = ngx_pnalloc(call->pool, NGX_INT_T_LEN);
    if (arg.data == NULL) {
        call->failed = 1;
        return;
    }

    arg.len = ngx_sprintf(arg.data, "%ui", value) - arg.data;

    ngx_scim_call_arg(call, &arg);
}


ngx_int_t
ngx_scim_call_end(ngx_scim_call_t *call, ngx_scim_redis_batch_t *batch,
    ngx_scim_redis_access_e access, const char *name, const ngx_str_t *key)
{
    if (call->failed) {
        return NGX_ERROR;
    }

    return ngx_scim_redis_call(batch, access, name, key, call->argv.nelts,
                               call->argv.elts);
}


ngx_int_t
ngx_scim_call_end_tenant(ngx_scim_call_t *call, ngx_scim_redis_batch_t *batch,
    ngx_scim_redis_access_e access, const char *name, ngx_scim_scope_t *scope)
{
    ngx_str_t  key;

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_TENANT, &scope->tenant, NULL,
                     &key)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_scim_call_end(call, batch, access, name, &key);
}


ngx_str_t
ngx_scim_reply_text(const redisReply *reply, size_t i)
{
    ngx_str_t    text;
    redisReply  *element;

    ngx_str_null(&text);

    if (reply->type != REDIS_REPLY_ARRAY || i >= reply->elements) {
        return text;
    }

    element = reply->element[i];

    if (element->type == REDIS_REPLY_STRING
        || element->type == REDIS_REPLY_STATUS)
    {
        text.data = (u_char *) element->str;
        text.len = (size_t) element->len;
    }

    return text;
}


uint64_t
ngx_scim_reply_number(const redisReply *reply, size_t i)
{
    ngx_str_t  text;

    if (reply->type == REDIS_REPLY_ARRAY && i < reply->elements
        && reply->element[i]->type == REDIS_REPLY_INTEGER)
    {
        return (uint64_t) reply->element[i]->integer;
    }

    text = ngx_scim_reply_text(reply, i);

    return ngx_scim_text_number(&text);
}


uint64_t
ngx_scim_text_number(ngx_str_t *text)
{
    off_t  n;

    n = ngx_atoof(text->data, text->len);

    return (n == NGX_ERROR) ? 0 : (uint64_t) n;
}


ngx_str_t
ngx_scim_text_word(ngx_str_t *text)
{
    u_char     *space;
    ngx_str_t   word;

    word = *text;
    space = ngx_strlchr(text->data, text->data + text->len, ' ');

    if (space == NULL) {
        ngx_str_null(text);
        return word;
    }

    word.len = space - word.data;
    text->data = space + 1;
    text->len -= word.len + 1;

    return word;
}


redisReply *
ngx_scim_reply_array(const redisReply *reply, size_t i)
{
    if (reply->type == REDIS_REPLY_ARRAY && i < reply->elements
        && reply->element[i]->type == REDIS_REPLY_ARRAY)
    {
        return reply->element[i];
    }

    return NULL;
}


ngx_scim_outcome_e
ngx_scim_reply_outcome(const redisReply *reply)
{
    ngx_str_t                       word;
    const ngx_scim_outcome_word_t  *w;

    word = ngx_scim_reply_text(reply, 0);

    for (w = ngx_scim_outcome_words; w->word; w++) {
        if (word.len == ngx_strlen(w->word)
            && ngx_strncmp(word.data, w->word, word.len) == 0)
        {
            return w->outcome;
        }
    }

    return NGX_SCIM_INVALID;
}
