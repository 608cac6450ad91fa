/*
 * Users of a tenant.
 */

#include "records.h"


static ngx_int_t ngx_scim_user_sort_groups(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id);
static void ngx_scim_user_describe(ngx_scim_call_t *call,
    ngx_scim_user_t *user);


ngx_int_t
ngx_scim_user_read(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id)
{
    ngx_scim_call_t  call;

    if (ngx_scim_record_read(batch, scope, NGX_SCIM_KEY_USER, id) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_scim_redis_sorts(batch)) {
        return ngx_scim_user_sort_groups(batch, scope, id);
    }

    ngx_scim_call_read(&call, scope, 1);
    ngx_scim_call_arg(&call, id);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_READ,
                                    "user_groups", scope);
}


/* as the function user_groups answers, in half of Redis' time */

static ngx_int_t
ngx_scim_user_sort_groups(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id)
{
    ngx_str_t  argv[8], any;

    ngx_str_set(&any, "*");

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_USER_GROUPS, &scope->tenant,
                     id, &argv[1])
        != NGX_OK
        || ngx_scim_key(scope->pool, NGX_SCIM_KEY_GROUP_DISPLAY,
                        &scope->tenant, &any, &argv[7])
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "SORT_RO");
    ngx_str_set(&argv[2], "BY");
    ngx_str_set(&argv[3], "nosort");
    ngx_str_set(&argv[4], "GET");
    ngx_str_set(&argv[5], "#");
    ngx_str_set(&argv[6], "GET");

    return ngx_scim_redis_command(batch, 8, argv);
}


ngx_int_t
ngx_scim_user_read_reply(ngx_scim_redis_batch_t *batch, ngx_str_t *id,
    ngx_scim_record_t *record)
{
    ngx_int_t    rc;
    redisReply  *groups;

    record->id = *id;
    rc = ngx_scim_record_reply(ngx_scim_redis_reply(batch), 0, record);

    groups = ngx_scim_redis_reply(batch);

    if (groups->type == REDIS_REPLY_ARRAY) {
        record->related = groups;
    }

    return rc;
}


ngx_int_t
ngx_scim_user_create(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_user_t *user)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 16);
    ngx_scim_call_arg(&call, &user->claim);
    ngx_scim_user_describe(&call, user);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "user_create", scope);
}


ngx_int_t
ngx_scim_user_create_new(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_user_t *user, ngx_str_t *name,
    ngx_scim_guard_t *guard)
{
    ngx_str_t                name_key, user_key;
    ngx_scim_call_t          call;
    static ngx_scim_guard_t  none;

    if (guard == NULL) {
        guard = &none;
    }

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_GLOBAL_NAME, NULL, name,
                     &name_key)
        != NGX_OK
        || ngx_scim_key(scope->pool, NGX_SCIM_KEY_GLOBAL_USER, NULL, &user->id,
                        &user_key)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_scim_call_write(&call, scope, 16);
    ngx_scim_call_arg(&call, &guard->token);
    ngx_scim_call_arg(&call, &guard->permission);
    ngx_scim_call_arg(&call, &scope->tenant);
    ngx_scim_call_arg(&call, &name_key);
    ngx_scim_call_arg(&call, &user_key);
    ngx_scim_user_describe(&call, user);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "user_create_new", scope);
}


void
ngx_scim_user_create_new_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_written_t *written, uint64_t *last_used)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    ngx_memzero(written, sizeof(ngx_scim_written_t));
    written->outcome = ngx_scim_reply_outcome(reply);

    *last_used = ngx_scim_reply_number(reply, 1);
    written->version = ngx_scim_reply_text(reply, 2);
    written->created = ngx_scim_reply_number(reply, 3);
}


/* a new user, as create_user() in redis/functions reads it */

static void
ngx_scim_user_describe(ngx_scim_call_t *call, ngx_scim_user_t *user)
{
    ngx_scim_call_arg(call, &user->id);
    ngx_scim_call_arg(call, &user->integration);
    ngx_scim_call_arg(call, &user->document);
    ngx_scim_call_number(call, user->active);
    ngx_scim_call_arg(call, &user->display);
    ngx_scim_record_index(call, user->index);
}


ngx_int_t
ngx_scim_user_replace(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_user_t *user)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 12);
    ngx_scim_call_arg(&call, &scope->operation);
    ngx_scim_call_arg(&call, &user->id);
    ngx_scim_call_arg(&call, &user->expected);
    ngx_scim_call_arg(&call, &user->claim);
    ngx_scim_call_arg(&call, &user->document);
    ngx_scim_call_number(&call, user->active);
    ngx_scim_call_arg(&call, &user->display);
    ngx_scim_record_index(&call, user->index);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "user_replace", scope);
}


ngx_int_t
ngx_scim_user_delete(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id, ngx_str_t *expected)
{
    return ngx_scim_record_delete(batch, scope, "user_delete", id, expected);
}


ngx_scim_outcome_e
ngx_scim_user_delete_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_removed_t *removed)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    removed->claim = ngx_scim_reply_text(reply, 1);
    removed->name = ngx_scim_reply_text(reply, 2);
    removed->access = ngx_scim_reply_text(reply, 3);
    removed->user_name = ngx_scim_reply_text(reply, 4);

    return ngx_scim_reply_outcome(reply);
}
