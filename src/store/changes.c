/*
 * Whose access a write may have changed, as changed() in redis/functions says
 * it: "T u ID ID ..." or "T *".
 */

#include "call.h"


ngx_str_t
ngx_scim_changes_message(const redisReply *reply)
{
    return ngx_scim_reply_text(reply, reply->elements - 1);
}


ngx_int_t
ngx_scim_changes_read(ngx_str_t *message, ngx_scim_changes_t *changes)
{
    ngx_str_t  text, word;

    if (message->len == 0) {
        return NGX_DECLINED;
    }

    text = *message;

    changes->tenant = ngx_scim_text_word(&text);
    word = ngx_scim_text_word(&text);
    changes->users = text;

    if (changes->tenant.len == 0 || word.len != 1) {
        return NGX_ERROR;
    }

    changes->all = (word.data[0] == '*');

    return (changes->all || word.data[0] == 'u') ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_scim_changes_next(ngx_scim_changes_t *changes, ngx_str_t *id)
{
    *id = ngx_scim_text_word(&changes->users);

    return id->len ? NGX_OK : NGX_DONE;
}
