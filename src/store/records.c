/*
 * Users and groups alike: one record, a page of them, a write's answer.
 */

#include "records.h"


static const char *const  ngx_scim_list_functions[] = {
    "user_list", "group_list"
};


ngx_int_t
ngx_scim_record_read(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_key_e kind, ngx_str_t *id)
{
    ngx_str_t  argv[7];

    if (ngx_scim_key(scope->pool, kind, &scope->tenant, id, &argv[1])
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "HMGET");
    ngx_str_set(&argv[2], "doc");
    ngx_str_set(&argv[3], "version");
    ngx_str_set(&argv[4], "created");
    ngx_str_set(&argv[5], "modified");
    ngx_str_set(&argv[6], "doc_version");

    return ngx_scim_redis_command(batch, kind == NGX_SCIM_KEY_GROUP ? 7 : 6,
                                  argv);
}


ngx_int_t
ngx_scim_record_reply(const redisReply *fields, size_t first,
    ngx_scim_record_t *record)
{
    record->document = ngx_scim_reply_text(fields, first);
    record->version = ngx_scim_reply_text(fields, first + 1);
    record->created = ngx_scim_reply_number(fields, first + 2);
    record->modified = ngx_scim_reply_number(fields, first + 3);
    ngx_str_null(&record->doc_version);
    record->related = NULL;

    return record->document.data ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_scim_record_delete(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    const char *function, ngx_str_t *id, ngx_str_t *expected)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 2);
    ngx_scim_call_arg(&call, id);
    ngx_scim_call_arg(&call, expected);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    function, scope);
}


ngx_int_t
ngx_scim_list(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_selection_t *selection, ngx_str_t *from, ngx_uint_t count)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 6);
    ngx_scim_call_arg(&call, &selection->index);
    ngx_scim_call_arg(&call, &selection->value);
    ngx_scim_call_arg(&call, from);
    ngx_scim_call_number(&call, count);
    ngx_scim_call_number(&call, selection->named);
    ngx_scim_call_number(&call, selection->members);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_READ,
                                    ngx_scim_list_functions[selection->kind],
                                    scope);
}


void
ngx_scim_page_reply(ngx_scim_redis_batch_t *batch, ngx_scim_page_t *page)
{
    page->reply = ngx_scim_redis_reply(batch);
    page->next = 2;
    page->unserved = (page->reply->elements == 0);
    page->total = (ngx_uint_t) ngx_scim_reply_number(page->reply, 0);
    page->more = (ngx_scim_reply_number(page->reply, 1) == 1);
}


ngx_int_t
ngx_scim_page_next(ngx_scim_page_t *page, ngx_scim_record_t *record)
{
    redisReply  *fields;

    fields = ngx_scim_reply_array(page->reply, page->next++);
    if (fields == NULL) {
        return NGX_DONE;
    }

    record->id = ngx_scim_reply_text(fields, 0);
    (void) ngx_scim_record_reply(fields, 1, record);
    record->related = ngx_scim_reply_array(fields, 5);
    record->place = ngx_scim_reply_text(fields, 6);

    return NGX_OK;
}


void
ngx_scim_written_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_written_t *written)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    ngx_memzero(written, sizeof(ngx_scim_written_t));
    written->outcome = ngx_scim_reply_outcome(reply);

    if (written->outcome == NGX_SCIM_MEMBER) {
        written->change = (ngx_uint_t) ngx_scim_reply_number(reply, 1);
        written->member = (ngx_uint_t) ngx_scim_reply_number(reply, 2);
        return;
    }

    if (written->outcome != NGX_SCIM_OK) {
        written->claim = ngx_scim_reply_text(reply, 1);
        written->access = ngx_scim_reply_text(reply, 2);
        return;
    }

    written->version = ngx_scim_reply_text(reply, 1);
    written->created = ngx_scim_reply_number(reply, 2);
    written->modified = ngx_scim_reply_number(reply, 3);
    written->claim = ngx_scim_reply_text(reply, 4);
    written->name = ngx_scim_reply_text(reply, 5);
}


/* what index_of() in redis/functions reads */

void
ngx_scim_record_index(ngx_scim_call_t *call, ngx_array_t *index)
{
    ngx_str_t         *value;
    ngx_uint_t         i, k;
    ngx_scim_index_t  *entry;

    if (index == NULL) {
        ngx_scim_call_number(call, 0);
        return;
    }

    ngx_scim_call_number(call, index->nelts);
    entry = index->elts;

    for (i = 0; i < index->nelts; i++) {
        ngx_scim_call_arg(call, &entry[i].name);
        ngx_scim_call_number(call, entry[i].values->nelts);
        value = entry[i].values->elts;

        for (k = 0; k < entry[i].values->nelts; k++) {
            ngx_scim_call_arg(call, &value[k]);
        }
    }
}
