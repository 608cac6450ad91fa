/*
 * What a PATCH does to a group's members, as a list of additions and
 * removals: memberships are stored one by one, not in the group's document.
 * Must not know who is a member.
 */

#include <string.h>

#include "filter_tree.h"
#include "json.h"
#include "members.h"
#include "patch_tree.h"


/*
 * The change to which ids of this action are added: the last one, where the
 * order of operations allows, so that authentik's thousand operations of one
 * member each are one change, and "remove members, add members" replaces.
 */
static scim_member_change_t *
scim_patch_member_change(scim_patch_t *patch, scim_member_action_t action,
    scim_error_t *err)
{
    json_t                *ids, *seen;
    scim_member_change_t  *change;

    if (patch->member_count > 0) {
        change = &patch->members[patch->member_count - 1];

        if ((change->action == action && action != SCIM_MEMBERS_REPLACE
             && action != SCIM_MEMBERS_REMOVE_MATCHING)
            || (change->action == SCIM_MEMBERS_REPLACE
                && action == SCIM_MEMBERS_ADD))
        {
            return change;
        }
    }

    if (scim_patch_grow((void **) &patch->members, patch->member_count,
                        &patch->member_size, sizeof(scim_member_change_t),
                        err)
        != 0)
    {
        return NULL;
    }

    ids = json_array();
    seen = json_object();

    if (ids == NULL || seen == NULL) {
        json_decref(ids);
        json_decref(seen);
        scim_fail_memory(err);
        return NULL;
    }

    json_decref(patch->seen);
    patch->seen = seen;

    change = &patch->members[patch->member_count++];

    change->action = action;
    change->ids = ids;
    change->filter = NULL;

    return change;
}


static int
scim_patch_member_values(scim_patch_t *patch, scim_member_action_t action,
    const json_t *value, scim_error_t *err)
{
    scim_place_t           here = { NULL, "members", 0 };
    scim_accept_t          accept;
    scim_member_change_t  *change;

    /* nothing added or removed is no change */

    if (action != SCIM_MEMBERS_REPLACE && scim_json_unassigned(value)) {
        return 0;
    }

    memset(&accept, 0, sizeof(scim_accept_t));

    accept.policy = &patch->policy;
    accept.single = (action != SCIM_MEMBERS_REPLACE);

    change = scim_patch_member_change(patch, action, err);
    if (change == NULL) {
        return -1;
    }

    return scim_members_read(&accept, &here, value, change->ids, patch->seen,
                             err);
}


static int
scim_patch_member_ids(scim_patch_t *patch, const json_t *ids,
    scim_error_t *err)
{
    size_t                 i;
    json_t                *id;
    scim_member_change_t  *change;

    change = scim_patch_member_change(patch, SCIM_MEMBERS_REMOVE, err);
    if (change == NULL) {
        return -1;
    }

    json_array_foreach(ids, i, id) {
        if (scim_members_add(id, change->ids, patch->seen, err) != 0) {
            return -1;
        }
    }

    return 0;
}


/* members[filter]: ids, if that is all it says; else the filter itself. */
static int
scim_patch_member_filter(scim_patch_t *patch, scim_path_t *path,
    scim_error_t *err)
{
    int                    rc;
    json_t                *ids;
    scim_member_change_t  *change;

    ids = json_array();
    if (ids == NULL) {
        return scim_fail_memory(err);
    }

    rc = scim_filter_strings(path->filter, "value", ids);

    if (rc == 1) {
        rc = scim_patch_member_ids(patch, ids, err);
        json_decref(ids);
        return rc;
    }

    json_decref(ids);

    if (rc != 0) {
        return scim_fail_memory(err);
    }

    change = scim_patch_member_change(patch, SCIM_MEMBERS_REMOVE_MATCHING,
                                      err);
    if (change == NULL) {
        return -1;
    }

    change->filter = path->filter;
    path->filter = NULL;

    return 0;
}


/*
 * A member's sub-attributes are immutable (RFC 7643, section 4.2); its
 * display is the member's own, so that a lenient client's is ignored.
 */
static int
scim_patch_member_sub(const scim_patch_t *patch, const scim_path_t *path,
    scim_error_t *err)
{
    if (patch->policy.profile == SCIM_LENIENT
        && strcmp(path->sub, "display") == 0)
    {
        return 0;
    }

    return scim_fail(err, 400, SCIM_MUTABILITY,
                     "members: a member can be added and removed, not changed");
}


int
scim_patch_members(scim_patch_t *patch, scim_patch_op_t op,
    scim_path_t *path, const json_t *value, scim_error_t *err)
{
    if (path->sub != NULL) {
        return scim_patch_member_sub(patch, path, err);
    }

    if (op != SCIM_PATCH_REMOVE && value == NULL) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE, "value: is required");
    }

    if (path->filter != NULL) {

        if (op == SCIM_PATCH_ADD) {
            return scim_fail(err, 400, SCIM_INVALID_PATH,
                             "path: members are added without a filter");
        }

        if (scim_patch_member_filter(patch, path, err) != 0) {
            return -1;
        }

        return (op == SCIM_PATCH_REMOVE)
               ? 0 : scim_patch_member_values(patch, SCIM_MEMBERS_ADD, value,
                                              err);
    }

    if (op == SCIM_PATCH_ADD) {
        return scim_patch_member_values(patch, SCIM_MEMBERS_ADD, value, err);
    }

    /*
     * "remove" of members with a value takes away those (Entra, authentik).
     * The RFC gives a value no meaning here; to empty the group instead,
     * as its letter could be read, is what no client ever meant.
     */

    if (op == SCIM_PATCH_REMOVE && value != NULL && !json_is_null(value)) {
        return scim_patch_member_values(patch, SCIM_MEMBERS_REMOVE, value,
                                        err);
    }

    return scim_patch_member_values(patch, SCIM_MEMBERS_REPLACE,
                                    op == SCIM_PATCH_REMOVE ? NULL : value,
                                    err);
}
