/*
 * The members of a group, read out of a message. 20,000 of them in one list
 * are usual (authentik's first synchronisation), so duplicates meet a hash.
 * Must not know who the members are, nor whether they exist.
 */

#include <string.h>

#include "json.h"
#include "members.h"


int
scim_members_add(json_t *id, json_t *ids, json_t *seen, scim_error_t *err)
{
    const char  *text;

    text = json_string_value(id);

    if (json_object_get(seen, text) != NULL) {
        return 0;
    }

    if (json_object_set_new(seen, text, json_true()) != 0
        || json_array_append(ids, id) != 0)
    {
        return scim_fail_memory(err);
    }

    return 0;
}


static int
scim_members_member(const scim_accept_t *accept, const scim_place_t *place,
    const json_t *value, json_t *ids, json_t *seen, scim_error_t *err)
{
    json_t  *id;

    /* a lenient client's member may be its id alone */

    id = (json_is_string(value) && accept->policy->profile == SCIM_LENIENT)
         ? (json_t *) value : scim_json_member(value, "value");

    if (!json_is_string(id) || json_string_length(id) == 0) {
        return scim_fail_at(err, place, SCIM_INVALID_VALUE,
                            "expected a member: {\"value\": its id}");
    }

    return scim_members_add(id, ids, seen, err);
}


int
scim_members_read(const scim_accept_t *accept, const scim_place_t *place,
    const json_t *value, json_t *ids, json_t *seen, scim_error_t *err)
{
    size_t         i;
    json_t        *element;
    scim_place_t   here;

    if (value == NULL || json_is_null(value)) {
        return 0;
    }

    if (!json_is_array(value)) {
        if (accept->policy->profile == SCIM_STRICT && !accept->single) {
            return scim_fail_at(err, place, SCIM_INVALID_VALUE,
                                "expected an array");
        }

        return scim_members_member(accept, place, value, ids, seen, err);
    }

    here.parent = place;
    here.name = NULL;

    json_array_foreach(value, i, element) {
        here.index = i;

        if (json_is_null(element)) {
            continue;
        }

        if (scim_members_member(accept, &here, element, ids, seen, err) != 0)
        {
            return -1;
        }
    }

    return 0;
}
