/*
 * Groups of a tenant and their members.
 */

#include "records.h"


static void ngx_scim_group_changes(ngx_scim_call_t *call,
    ngx_scim_group_t *group);


static const char *const  ngx_scim_member_actions[] = {
    "add", "remove", "replace"
};


ngx_int_t
ngx_scim_group_read(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id, ngx_uint_t members)
{
    ngx_str_t  first;

    if (ngx_scim_record_read(batch, scope, NGX_SCIM_KEY_GROUP, id) != NGX_OK) {
        return NGX_ERROR;
    }

    if (members == 0) {
        return NGX_OK;
    }

    ngx_str_set(&first, "-inf");

    return ngx_scim_group_members(batch, scope, id, &first, members);
}


ngx_int_t
ngx_scim_group_read_reply(ngx_scim_redis_batch_t *batch, ngx_str_t *id,
    ngx_uint_t members, ngx_scim_record_t *record)
{
    ngx_int_t    rc;
    redisReply  *related;

    record->id = *id;
    rc = ngx_scim_record_reply(ngx_scim_redis_reply(batch), 0, record);

    if (members) {
        related = ngx_scim_redis_reply(batch);

        if (related->type == REDIS_REPLY_ARRAY) {
            record->related = related;
        }
    }

    return rc;
}


ngx_int_t
ngx_scim_group_members(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id, ngx_str_t *place, ngx_uint_t count)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 3);
    ngx_scim_call_arg(&call, id);
    ngx_scim_call_arg(&call, place);
    ngx_scim_call_number(&call, count);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_READ,
                                    "group_members", scope);
}


redisReply *
ngx_scim_group_members_reply(ngx_scim_redis_batch_t *batch)
{
    return ngx_scim_redis_reply(batch);
}


ngx_str_t
ngx_scim_group_members_place(redisReply *members)
{
    return ngx_scim_reply_text(members, 0);
}


ngx_int_t
ngx_scim_group_create(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_group_t *group)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 12);
    ngx_scim_call_arg(&call, &group->id);
    ngx_scim_call_arg(&call, &group->integration);
    ngx_scim_call_arg(&call, &group->document);
    ngx_scim_call_arg(&call, &group->display);
    ngx_scim_record_index(&call, group->index);
    ngx_scim_group_changes(&call, group);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "group_create", scope);
}


ngx_int_t
ngx_scim_group_update(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_group_t *group)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 12);
    ngx_scim_call_arg(&call, &scope->operation);
    ngx_scim_call_arg(&call, &group->id);
    ngx_scim_call_arg(&call, &group->expected);
    ngx_scim_call_arg(&call, &group->doc_version);
    ngx_scim_call_arg(&call, &group->document);
    ngx_scim_call_arg(&call, &group->display);
    ngx_scim_record_index(&call, group->index);
    ngx_scim_group_changes(&call, group);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "group_update", scope);
}


/* what member_changes_of() in redis/functions reads */

static void
ngx_scim_group_changes(ngx_scim_call_t *call, ngx_scim_group_t *group)
{
    ngx_uint_t                 i, k;
    ngx_scim_member_change_t  *change;

    if (group->changes == NULL) {
        return;
    }

    change = group->changes->elts;

    for (i = 0; i < group->changes->nelts; i++) {
        ngx_scim_call_text(call, ngx_scim_member_actions[change[i].action]);
        ngx_scim_call_number(call, change[i].nelts);

        for (k = 0; k < change[i].nelts; k++) {
            ngx_scim_call_arg(call, &change[i].ids[k]);
        }
    }
}


ngx_int_t
ngx_scim_group_delete(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id, ngx_str_t *expected)
{
    return ngx_scim_record_delete(batch, scope, "group_delete", id, expected);
}
