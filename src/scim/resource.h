/*
 * A resource as a client sends it (POST, PUT) made into the document that is
 * stored: checked against its schemas, without what the server owns.
 */

#ifndef SCIM_RESOURCE_H
#define SCIM_RESOURCE_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

/*
 * Members of a group travel beside the document, never in it, because a
 * membership is stored and changed one member at a time.
 */
typedef struct {
    int      present;      /* the message had "members" ([] and null too)  */
    json_t  *ids;          /* array of strings, in order, no duplicates;
                              owned by whoever holds this struct; NULL when
                              not present                                  */
} scim_members_t;


/*
 * The new document to store for body. current is the stored document on a
 * replace (for immutable attributes and nothing else), NULL on a create.
 *
 * The document starts with "schemas" and "id" ("" on a create: the caller sets
 * it), has no meta, groups, members or password and nothing null or empty, but
 * for a User's "emails", which is always there, if need be as [] (authentik
 * needs it). readOnly attributes are dropped (RFC 7643, section 2.2), names
 * take the schema's spelling, "schemas" is completed with the extensions that
 * the body uses. What the client sent is kept as it sent it.
 *
 * Lenient: schemas may be missing, "True"/"False" are booleans, a plain
 * string is a complex attribute's value (manager), a single value does for a
 * multi-valued attribute, unknown attributes and URNs are kept, numbers do as
 * strings. Strict: each of these is a 400. Of two primary values the lenient
 * profile keeps the first as primary, the strict one refuses both. A readOnly
 * sub-attribute (manager.displayName), of which the server knows no better, is
 * echoed to a lenient client and dropped for a strict one.
 *
 * An immutable attribute left out of a replace keeps its value.
 *
 * NULL: 400 invalidValue, invalidSyntax or mutability; detail names the
 * attribute's path ("emails[2].value").
 *
 * members: filled for a Group (the caller drops ids), may be NULL for others.
 */
json_t *scim_resource_accept(const scim_resource_type_t *type,
    const scim_policy_t *policy, const json_t *body, const json_t *current,
    scim_members_t *members, scim_error_t *err);

/*
 * The new array of strings under which a document is found: the values at path
 * ("userName", "emails.value", "externalId", "displayName"), prepared
 * (scim_names_prepare) unless the attribute is caseExact, without duplicates.
 */
json_t *scim_resource_index(const scim_resource_type_t *type,
    const json_t *document, const char *path);

/*
 * The new path of an index that an operator wants, in the schema's spelling;
 * malloc()ed. NULL: *reason says why resources can't be found by it, or is
 * NULL (no memory).
 */
char *scim_resource_index_path(const scim_resource_type_t *type,
    const char *text, const char **reason);

/* Prepares one value the same way, for a look-up; malloc()ed. */
char *scim_resource_index_value(const scim_resource_type_t *type,
    const char *path, const char *value);

#pragma GCC visibility pop

#endif
