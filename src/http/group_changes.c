/*
 * PUT and PATCH of groups. Members are never rewritten: what is added and what
 * is removed goes to Redis as it is, so that two changes at once both survive,
 * and a message about members alone reads nothing before it writes.
 */

#include "groups.h"
#include "resource.h"


#define NGX_HTTP_SCIM_GROUP_TRIES  10


static ngx_int_t ngx_http_scim_group_load(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_loaded(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_apply(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_put_members(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_patch_members(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_remove_matching(ngx_http_scim_ctx_t *ctx,
    const scim_filter_t *filter);
static ngx_uint_t ngx_http_scim_group_reads_members(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_commit(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_committed(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_group_again(ngx_http_scim_ctx_t *ctx);


static const ngx_scim_member_action_e  ngx_http_scim_member_actions[] = {
    [SCIM_MEMBERS_ADD] = NGX_SCIM_MEMBERS_ADD,
    [SCIM_MEMBERS_REMOVE] = NGX_SCIM_MEMBERS_REMOVE,
    [SCIM_MEMBERS_REPLACE] = NGX_SCIM_MEMBERS_REPLACE,
    [SCIM_MEMBERS_REMOVE_MATCHING] = NGX_SCIM_MEMBERS_REMOVE
};


ngx_int_t
ngx_http_scim_group_replace(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_group_state(ctx) == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_group_load(ctx);
}


ngx_int_t
ngx_http_scim_group_patch(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ngx_http_scim_group_state(ctx);
    if (state == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    state->patch = ngx_http_scim_patch(ctx);
    if (state->patch == NULL) {
        return ngx_http_scim_fail_error(ctx);
    }

    /*
     * RFC 7644, section 3.5.2: 204 will do unless the client names what it
     * wants to see. A group of 100,000 members is no answer to adding one.
     */

    if (ctx->projection == NULL
        || (ctx->query.attributes == NULL
            && ctx->query.excluded_attributes == NULL))
    {
        state->status = NGX_HTTP_NO_CONTENT;
    }

    if (scim_patch_changes_document(state->patch)
        || ngx_http_scim_group_reads_members(ctx))
    {
        return ngx_http_scim_group_load(ctx);
    }

    return ngx_http_scim_group_patch_members(ctx);
}


/* a filter on members' types or displays, which only their reading can tell */

static ngx_uint_t
ngx_http_scim_group_reads_members(ngx_http_scim_ctx_t *ctx)
{
    size_t                        i, n;
    const scim_member_change_t   *change;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    if (state->patch == NULL) {
        return 0;
    }

    change = scim_patch_member_changes(state->patch, &n);

    for (i = 0; i < n; i++) {
        if (change[i].action == SCIM_MEMBERS_REMOVE_MATCHING) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_scim_group_load(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t  members;

    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_not_found(ctx);
    }

    members = ngx_http_scim_group_reads_members(ctx)
              ? NGX_HTTP_SCIM_MEMBERS_BATCH : 0;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_read(ctx->batch, &ctx->scope, &ctx->id, members)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_group_loaded);
}


static ngx_int_t
ngx_http_scim_group_loaded(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t                    members;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    members = ngx_http_scim_group_reads_members(ctx);

    if (ngx_scim_group_read_reply(ctx->batch, &ctx->id, members,
                                  &state->record)
        != NGX_OK)
    {
        return ngx_http_scim_not_found(ctx);
    }

    if (!ngx_http_scim_version_expected(ctx, &state->record.version)) {
        return ngx_http_scim_version_moved(ctx);
    }

    state->more = NULL;

    return ngx_http_scim_group_members(ctx, ngx_http_scim_group_apply);
}


/* makes the document, from the one that was read */

static ngx_int_t
ngx_http_scim_group_apply(ngx_http_scim_ctx_t *ctx)
{
    json_t                       *current;
    ngx_scim_group_t             *group;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    group = &state->group;

    current = ngx_http_scim_document(ctx, &state->record);
    if (current == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    json_decref(state->members.ids);
    state->members.ids = NULL;

    state->document = state->patch
                      ? ngx_http_scim_apply(ctx, state->patch, current)
                      : ngx_http_scim_accept(ctx, current, &state->members);
    if (state->document == NULL) {
        return ngx_http_scim_fail_error(ctx);
    }

    if (json_object_set(state->document, "id", json_object_get(current, "id"))
        != 0)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    group->doc_version = state->record.doc_version;
    ngx_str_null(&group->document);

    if (ngx_http_scim_audit_changes(ctx, current, state->document) != NGX_OK
        || (!json_equal(current, state->document)
            && ngx_http_scim_group_describe(ctx) != NGX_OK))
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return state->patch ? ngx_http_scim_group_patch_members(ctx)
                        : ngx_http_scim_group_put_members(ctx);
}


/* authentik: no "members" in a PUT leaves them alone, [] clears them */

static ngx_int_t
ngx_http_scim_group_put_members(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    state->group.changes = NULL;

    if (state->members.present
        && ngx_http_scim_group_add_change(ctx, NGX_SCIM_MEMBERS_REPLACE,
                                          state->members.ids)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_group_commit(ctx);
}


static ngx_int_t
ngx_http_scim_group_patch_members(ngx_http_scim_ctx_t *ctx)
{
    size_t                        i, n;
    ngx_int_t                     rc;
    const scim_member_change_t   *change;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    state->group.changes = NULL;
    change = scim_patch_member_changes(state->patch, &n);

    for (i = 0; i < n; i++) {

        rc = (change[i].action == SCIM_MEMBERS_REMOVE_MATCHING)
             ? ngx_http_scim_group_remove_matching(ctx, change[i].filter)
             : ngx_http_scim_group_add_change(ctx,
                   ngx_http_scim_member_actions[change[i].action],
                   change[i].ids);

        if (rc != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    return ngx_http_scim_group_commit(ctx);
}


static ngx_int_t
ngx_http_scim_group_remove_matching(ngx_http_scim_ctx_t *ctx,
    const scim_filter_t *filter)
{
    size_t                        i;
    json_t                       *group, *ids, *member;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    group = ngx_http_scim_own(ctx, ngx_http_scim_represent_json(
                                 ctx, NGX_SCIM_GROUPS, &state->record,
                                 state->more));
    ids = ngx_http_scim_own(ctx, json_array());

    if (group == NULL || ids == NULL) {
        return NGX_ERROR;
    }

    json_array_foreach(json_object_get(group, "members"), i, member) {
        if (scim_filter_match(filter, member)
            && json_array_append(ids, json_object_get(member, "value")) != 0)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_scim_group_add_change(ctx, NGX_SCIM_MEMBERS_REMOVE, ids);
}


static ngx_int_t
ngx_http_scim_group_commit(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_group_t             *group;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    group = &state->group;

    if (!ngx_http_scim_is_id(&ctx->id)) {
        return ngx_http_scim_not_found(ctx);
    }

    group->id = ctx->id;
    ctx->scope.operation = ctx->operation->name;

    if (ngx_http_scim_expected(ctx, &group->expected) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_group_update(ctx->batch, &ctx->scope, group) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_group_committed);
}


static ngx_int_t
ngx_http_scim_group_committed(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_written_t            written;
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;
    ngx_scim_written_reply(ctx->batch, &written);

    switch (written.outcome) {

    case NGX_SCIM_OK:
        break;

    case NGX_SCIM_STALE:
        return ngx_http_scim_version_moved(ctx);

    case NGX_SCIM_MOVED:
        return ngx_http_scim_group_again(ctx);

    default:
        return ngx_http_scim_group_refused(ctx, &written);
    }

    if (state->status == NGX_HTTP_NO_CONTENT) {
        if (ngx_http_scim_etag(ctx, &written.version) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }

        return ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL);
    }

    state->more = NULL;
    state->record.id = ctx->id;
    state->record.version = written.version;
    state->record.created = written.created;
    state->record.modified = written.modified;
    state->record.related = NULL;

    if (state->group.document.len) {
        state->record.document = state->group.document;
    }

    return ngx_http_scim_group_answer(ctx);
}


/* somebody else has changed the document meanwhile */

static ngx_int_t
ngx_http_scim_group_again(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_group_state_t  *state;

    state = ctx->state;

    ngx_http_scim_metrics_count(ctx->main_conf->metrics,
                                NGX_HTTP_SCIM_METRIC_WRITE_RETRY);

    if (++state->tries < NGX_HTTP_SCIM_GROUP_TRIES) {
        return ngx_http_scim_group_load(ctx);
    }

    if (ngx_http_scim_retry_after(ctx, 1) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_fail(ctx, NGX_HTTP_SERVICE_UNAVAILABLE, NULL,
                              "the group is being changed by too many "
                              "requests at once; nothing was changed");
}
