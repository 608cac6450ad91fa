/*
 * Users and groups alike: one record, a page of them, a write's answer.
 */

#include "records.h"


static void ngx_scim_record_state(ngx_str_t *state,
    ngx_scim_record_t *record);
static void ngx_scim_record_covered(ngx_scim_call_t *call,
    ngx_array_t *index);
static void ngx_scim_record_entry(ngx_scim_call_t *call, ngx_str_t *name,
    ngx_str_t *value);
static ngx_int_t ngx_scim_document_next(ngx_scim_page_t *page,
    ngx_scim_record_t *record);


static const char *const  ngx_scim_list_functions[] = {
    "user_list", "group_list"
};

static const char *const  ngx_scim_kinds[] = {
    "users", "groups"
};


ngx_int_t
ngx_scim_record_read(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_key_e kind, ngx_str_t *id)
{
    ngx_str_t  argv[4];

    if (ngx_scim_key(scope->pool, kind, &scope->tenant, id, &argv[1])
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "HMGET");
    ngx_str_set(&argv[2], "doc");
    ngx_str_set(&argv[3], "state");

    return ngx_scim_redis_command(batch, 4, argv);
}


ngx_int_t
ngx_scim_record_reply(const redisReply *fields, size_t first,
    ngx_scim_record_t *record)
{
    ngx_str_t  state;

    record->document = ngx_scim_reply_text(fields, first);
    record->related = NULL;

    state = ngx_scim_reply_text(fields, first + 1);
    ngx_scim_record_state(&state, record);

    return record->document.data ? NGX_OK : NGX_DECLINED;
}


/* as state_text() in redis/functions writes it */

static void
ngx_scim_record_state(ngx_str_t *state, ngx_scim_record_t *record)
{
    ngx_str_t  text, created, modified;

    text = *state;

    record->version = ngx_scim_text_word(&text);
    created = ngx_scim_text_word(&text);
    modified = ngx_scim_text_word(&text);
    record->doc_version = text;

    record->created = ngx_scim_text_number(&created);
    record->modified = ngx_scim_text_number(&modified);
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

    fields = ngx_scim_reply_array(page->reply, page->next);
    if (fields == NULL) {
        return ngx_scim_document_next(page, record);
    }

    page->next++;

    record->id = ngx_scim_reply_text(fields, 0);
    (void) ngx_scim_record_reply(fields, 1, record);
    record->related = ngx_scim_reply_array(fields, 3);
    record->place = ngx_scim_reply_text(fields, 4);

    return NGX_OK;
}


/* of a page of documents, whose elements are no arrays */

static ngx_int_t
ngx_scim_document_next(ngx_scim_page_t *page, ngx_scim_record_t *record)
{
    ngx_memzero(record, sizeof(ngx_scim_record_t));

    record->id = ngx_scim_reply_text(page->reply, page->next++);
    record->document = ngx_scim_reply_text(page->reply, page->next++);
    record->place = ngx_scim_reply_text(page->reply, page->next++);

    return record->document.data ? NGX_OK : NGX_DONE;
}


ngx_int_t
ngx_scim_documents(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_selection_t *selection, ngx_str_t *from, ngx_uint_t count)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 6);
    ngx_scim_call_text(&call, ngx_scim_kinds[selection->kind]);
    ngx_scim_call_arg(&call, &selection->index);
    ngx_scim_call_arg(&call, &selection->value);
    ngx_scim_call_arg(&call, from);
    ngx_scim_call_number(&call, count);

    if (selection->integration.len) {
        ngx_scim_call_arg(&call, &selection->integration);
    }

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_READ,
                                    "documents", scope);
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
    ngx_uint_t         i, k, n;
    ngx_scim_index_t  *entry;

    entry = index ? index->elts : NULL;
    n = 0;

    for (i = 0; index && i < index->nelts; i++) {
        n += entry[i].values->nelts;
    }

    ngx_scim_call_number(call, n);

    for (i = 0; index && i < index->nelts; i++) {
        value = entry[i].values->elts;

        for (k = 0; k < entry[i].values->nelts; k++) {
            ngx_scim_record_entry(call, &entry[i].name, &value[k]);
        }
    }

    ngx_scim_record_covered(call, index);
}


/* the names of those that not every nginx keeps, with spaces between them */

static void
ngx_scim_record_covered(ngx_scim_call_t *call, ngx_array_t *index)
{
    u_char            *p;
    ngx_str_t          names;
    ngx_uint_t         i;
    ngx_scim_index_t  *entry;

    ngx_str_null(&names);
    entry = index ? index->elts : NULL;

    for (i = 0; index && i < index->nelts; i++) {
        names.len += entry[i].named ? entry[i].name.len + 1 : 0;
    }

    if (names.len) {
        names.data = ngx_pnalloc(call->pool, names.len);

        if (names.data == NULL) {
            call->failed = 1;
            return;
        }

        p = names.data;

        for (i = 0; i < index->nelts; i++) {
            if (entry[i].named) {
                p = ngx_cpymem(p, entry[i].name.data, entry[i].name.len);
                *p++ = ' ';
            }
        }

        names.len--;
    }

    ngx_scim_call_arg(call, &names);
}


/* "name NUL value" */

static void
ngx_scim_record_entry(ngx_scim_call_t *call, ngx_str_t *name,
    ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t   entry;

    entry.len = name->len + 1 + value->len;
    entry.data = ngx_pnalloc(call->pool, entry.len);

    if (entry.data == NULL) {
        call->failed = 1;
        return;
    }

    p = ngx_cpymem(entry.data, name->data, name->len);
    *p++ = '\0';
    ngx_memcpy(p, value->data, value->len);

    ngx_scim_call_arg(call, &entry);
}
