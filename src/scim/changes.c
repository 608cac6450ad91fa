/*
 * The attributes in which two documents differ: those of the one and of the
 * other, and of their extensions.
 */

#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "text.h"


typedef struct {
    const char         *urn;            /* of the extension; NULL: none       */
    const char *const  *allowed;
    json_t             *names;
    json_t             *values;
} scim_changes_t;


static int scim_changes_of(scim_changes_t *changes, json_t *before,
    json_t *after);
static int scim_changes_member(scim_changes_t *changes, const char *key,
    json_t *before, json_t *after);
static int scim_changes_add(scim_changes_t *changes, const char *key,
    json_t *before, json_t *after);


int
scim_changes(json_t *before, json_t *after, const char *const *allowed,
    json_t *names, json_t *values)
{
    scim_changes_t  changes;

    changes.urn = NULL;
    changes.allowed = allowed;
    changes.names = names;
    changes.values = values;

    return scim_changes_of(&changes, before, after);
}


/* either may be NULL, or no object: it has no members */

static int
scim_changes_of(scim_changes_t *changes, json_t *before, json_t *after)
{
    json_t      *value;
    const char  *key;

    json_object_foreach(after, key, value) {
        if (scim_changes_member(changes, key, json_object_get(before, key),
                                value)
            != 0)
        {
            return -1;
        }
    }

    json_object_foreach(before, key, value) {
        if (json_object_get(after, key) == NULL
            && scim_changes_member(changes, key, value, NULL) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
scim_changes_member(scim_changes_t *changes, const char *key, json_t *before,
    json_t *after)
{
    int     rc;
    size_t  length;

    if (before && after && json_equal(before, after)) {
        return 0;
    }

    length = strlen(key);

    if (changes->urn == NULL) {

        if (scim_text_is(key, length, "schemas")
            || scim_text_is(key, length, "id")
            || scim_text_is(key, length, "meta"))
        {
            return 0;
        }

        if (scim_text_starts(key, length, "urn:")
            && (json_is_object(before) || json_is_object(after)))
        {
            changes->urn = key;
            rc = scim_changes_of(changes, before, after);
            changes->urn = NULL;

            return rc;
        }
    }

    return scim_changes_add(changes, key, before, after);
}


static int
scim_changes_add(scim_changes_t *changes, const char *key, json_t *before,
    json_t *after)
{
    int                 rc;
    char               *name;
    size_t              length;
    json_t             *change;
    const char *const  *word;

    length = strlen(key) + 1;

    if (changes->urn) {
        length += strlen(changes->urn) + 1;
    }

    name = malloc(length);
    if (name == NULL) {
        return -1;
    }

    name[0] = '\0';

    if (changes->urn) {
        (void) strcat(strcpy(name, changes->urn), ":");
    }

    (void) strcat(name, key);

    rc = json_array_append_new(changes->names, json_string(name));

    for (word = changes->allowed; rc == 0 && word && *word; word++) {

        if (scim_text_is(name, length - 1, *word)) {
            change = json_pack("{s:O*, s:O*}", "before", before, "after",
                               after);
            rc = json_object_set_new(changes->values, name, change);
            break;
        }
    }

    free(name);

    return rc;
}
