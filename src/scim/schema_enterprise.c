/*
 * The Enterprise User extension (RFC 7643, sections 4.3 and 8.7.1).
 * Must not know what is done with it.
 */

#include "schema_table.h"


static const char *const  scim_manager_reference[] = { "User", NULL };


static const scim_attribute_t  scim_manager_attributes[] = {
    { .name = "value", .case_exact = 1,
      .description = "The id of the user's manager." },
    { .name = "$ref", .type = SCIM_REFERENCE, .case_exact = 1,
      .description = "The URI of the user's manager.",
      .reference_types = scim_manager_reference },
    { .name = "displayName", .mutability = SCIM_READ_ONLY,
      .description = "The name of the user's manager." }
};


static const scim_attribute_t  scim_enterprise_attributes[] = {
    SCIM_TEXT("employeeNumber", "The number or code of the person."),
    SCIM_TEXT("costCenter", "The name of a cost center."),
    SCIM_TEXT("organization", "The name of an organization."),
    SCIM_TEXT("division", "The name of a division."),
    SCIM_TEXT("department", "The name of a department."),
    { .name = "manager", .type = SCIM_COMPLEX,
      .description = "The user's manager.",
      SCIM_SUB(scim_manager_attributes) }
};


const scim_schema_t  scim_enterprise_schema = {
    .urn = SCIM_URN_ENTERPRISE,
    .name = "EnterpriseUser",
    .description = "Enterprise User",
    .attributes = scim_enterprise_attributes,
    .attribute_count = SCIM_COUNT(scim_enterprise_attributes)
};
