/*
 * Tenants, the list of them that is nobody's, and what is done to a tenant part
 * by part.
 */

#include "call.h"


static ngx_int_t ngx_scim_tenants_command(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_uint_t argc, ngx_str_t *argv);


ngx_int_t
ngx_scim_tenant_find(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope)
{
    ngx_str_t  argv[4];

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_TENANT_RECORD, &scope->tenant,
                     NULL, &argv[1])
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "HMGET");
    ngx_str_set(&argv[2], "name");
    ngx_str_set(&argv[3], "deleting");

    return ngx_scim_redis_command(batch, 4, argv);
}


ngx_scim_outcome_e
ngx_scim_tenant_find_reply(ngx_scim_redis_batch_t *batch)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    if (ngx_scim_reply_text(reply, 0).data == NULL) {
        return NGX_SCIM_MISSING;
    }

    return ngx_scim_reply_text(reply, 1).data ? NGX_SCIM_HELD : NGX_SCIM_OK;
}


ngx_int_t
ngx_scim_tenant_enter(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope)
{
    ngx_str_t  argv[5];

    ngx_str_set(&argv[0], "ZADD");
    ngx_str_set(&argv[2], "NX");
    ngx_str_set(&argv[3], "0");
    argv[4] = scope->tenant;

    return ngx_scim_tenants_command(batch, scope, 5, argv);
}


ngx_int_t
ngx_scim_tenant_leave(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope)
{
    ngx_str_t        key;
    ngx_scim_call_t  call;

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_TENANTS, NULL, NULL, &key)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_scim_call_write(&call, scope, 1);
    ngx_scim_call_arg(&call, &scope->tenant);

    return ngx_scim_call_end(&call, batch, NGX_SCIM_REDIS_WRITE,
                             "tenant_leave", &key);
}


void
ngx_scim_tenants_reply(ngx_scim_redis_batch_t *batch)
{
    (void) ngx_scim_redis_reply(batch);
}


ngx_int_t
ngx_scim_tenant_names(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *place, ngx_uint_t count)
{
    u_char     from[NGX_SCIM_NAME_MAX + 1], number[NGX_INT_T_LEN];
    ngx_str_t  argv[8];

    ngx_str_set(&argv[0], "ZCARD");

    if (ngx_scim_tenants_command(batch, scope, 2, argv) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "ZRANGE");
    ngx_str_set(&argv[2], "-");
    ngx_str_set(&argv[3], "+");
    ngx_str_set(&argv[4], "BYLEX");
    ngx_str_set(&argv[5], "LIMIT");
    ngx_str_set(&argv[6], "0");

    if (place->len) {
        argv[2].data = from;
        argv[2].len = ngx_snprintf(from, sizeof(from), "(%V", place) - from;
    }

    argv[7].data = number;
    argv[7].len = ngx_sprintf(number, "%ui", count) - number;

    return ngx_scim_tenants_command(batch, scope, 8, argv);
}


void
ngx_scim_tenant_names_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_page_t *page)
{
    redisReply  *total;

    ngx_memzero(page, sizeof(ngx_scim_page_t));

    total = ngx_scim_redis_reply(batch);

    if (total->type == REDIS_REPLY_INTEGER) {
        page->total = (ngx_uint_t) total->integer;
    }

    page->reply = ngx_scim_redis_reply(batch);
}


ngx_int_t
ngx_scim_tenant_names_next(ngx_scim_page_t *page, ngx_str_t *name)
{
    *name = ngx_scim_reply_text(page->reply, page->next++);

    return name->data ? NGX_OK : NGX_DONE;
}


ngx_int_t
ngx_scim_tenant_request_claim(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *key, ngx_str_t *request)
{
    ngx_str_t  argv[7];

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_IDEMPOTENCY, NULL, key,
                     &argv[1])
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "SET");
    argv[2] = *request;
    ngx_str_set(&argv[3], "NX");
    ngx_str_set(&argv[4], "GET");
    ngx_str_set(&argv[5], "EX");
    ngx_str_set(&argv[6], "86400");

    return ngx_scim_redis_command(batch, 7, argv);
}


ngx_str_t
ngx_scim_tenant_request_reply(ngx_scim_redis_batch_t *batch)
{
    ngx_str_t    text;
    redisReply  *reply;

    ngx_str_null(&text);
    reply = ngx_scim_redis_reply(batch);

    if (reply->type == REDIS_REPLY_STRING) {
        text.data = (u_char *) reply->str;
        text.len = (size_t) reply->len;
    }

    return text;
}


void
ngx_scim_tenant_request_release(ngx_scim_redis_t *redis,
    ngx_scim_scope_t *scope, ngx_str_t *key)
{
    ngx_str_t                argv[2];
    ngx_scim_redis_batch_t  *batch;

    batch = ngx_scim_redis_batch_create(redis, NULL, NULL);
    if (batch == NULL) {
        return;
    }

    ngx_str_set(&argv[0], "DEL");

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_IDEMPOTENCY, NULL, key,
                     &argv[1])
        != NGX_OK
        || ngx_scim_redis_command(batch, 2, argv) != NGX_OK)
    {
        ngx_scim_redis_batch_free(batch);
        return;
    }

    ngx_scim_redis_send_and_forget(batch);
}


/* argv[1] becomes the list's key */

static ngx_int_t
ngx_scim_tenants_command(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_uint_t argc, ngx_str_t *argv)
{
    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_TENANTS, NULL, NULL, &argv[1])
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_scim_redis_command(batch, argc, argv);
}


ngx_int_t
ngx_scim_removal_next(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *integration, ngx_str_t *place, ngx_uint_t count,
    ngx_scim_page_t *done)
{
    ngx_scim_call_t     call;
    ngx_scim_removed_t  removed;

    ngx_scim_call_write(&call, scope, 16);
    ngx_scim_call_arg(&call, integration);
    ngx_scim_call_arg(&call, place);
    ngx_scim_call_number(&call, count);

    if (done) {
        done->next = 0;

        while (ngx_scim_removal_user(done, &removed) == NGX_OK) {
            ngx_scim_call_arg(&call, &removed.id);
        }
    }

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "removal_next", scope);
}


ngx_scim_outcome_e
ngx_scim_removal_reply(ngx_scim_redis_batch_t *batch, ngx_scim_page_t *users,
    ngx_str_t *place)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    ngx_memzero(users, sizeof(ngx_scim_page_t));
    *place = ngx_scim_reply_text(reply, 1);
    users->reply = ngx_scim_reply_array(reply, 2);

    return ngx_scim_reply_outcome(reply);
}


ngx_int_t
ngx_scim_removal_user(ngx_scim_page_t *users, ngx_scim_removed_t *removed)
{
    if (users->reply == NULL || users->next + 5 > users->reply->elements) {
        return NGX_DONE;
    }

    removed->id = ngx_scim_reply_text(users->reply, users->next);
    removed->claim = ngx_scim_reply_text(users->reply, users->next + 1);
    removed->access = ngx_scim_reply_text(users->reply, users->next + 2);
    removed->name = ngx_scim_reply_text(users->reply, users->next + 3);
    removed->user_name = ngx_scim_reply_text(users->reply, users->next + 4);
    users->next += 5;

    return NGX_OK;
}
