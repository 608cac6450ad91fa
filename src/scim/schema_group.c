/*
 * The Group schema (RFC 7643, sections 4.2 and 8.7.1), a row an attribute.
 * Must not know what is done with it.
 */

#include "schema_table.h"


static const char *const  scim_member_types[] = { "User", "Group", NULL };


static const scim_attribute_t  scim_member_attributes[] = {
    { .name = "value", .case_exact = 1, .mutability = SCIM_IMMUTABLE,
      .description = "The id of the member." },
    { .name = "$ref", .type = SCIM_REFERENCE, .case_exact = 1,
      .description = "The URI of the member.",
      .mutability = SCIM_IMMUTABLE, .reference_types = scim_member_types },
    { .name = "type", .mutability = SCIM_IMMUTABLE,
      .description = "The type of the member.",
      .canonical_values = scim_member_types },
    { .name = "display", .mutability = SCIM_READ_ONLY,
      .description = "The name of the member." }
};


/* displayName is required by the text of 4.2, if not in 8.7.1 */
static const scim_attribute_t  scim_group_attributes[] = {
    { .name = "displayName", .required = 1,
      .uniqueness = SCIM_UNIQUE_SERVER,
      .description = "The name of the group." },
    SCIM_MULTI("members", "The members of the group.",
               scim_member_attributes)
};


const scim_schema_t  scim_group_schema = {
    .urn = SCIM_URN_GROUP,
    .name = "Group",
    .description = "Group",
    .attributes = scim_group_attributes,
    .attribute_count = SCIM_COUNT(scim_group_attributes)
};
