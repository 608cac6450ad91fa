/*
 * Short forms for the attribute tables; internal to the schema_*.c files.
 * What a row leaves out is RFC 7643's default (section 2.2): a single,
 * optional, readWrite string, returned by default, caseExact false.
 */

#ifndef SCIM_SCHEMA_TABLE_H
#define SCIM_SCHEMA_TABLE_H

#include "schema.h"

#define SCIM_COUNT(table)  (sizeof(table) / sizeof((table)[0]))

#define SCIM_SUB(table)                                                       \
    .sub_attributes = (table), .sub_attribute_count = SCIM_COUNT(table)

#define SCIM_TEXT(n, d)                                                       \
    { .name = (n), .description = (d) }

/* value, display, type and primary of a multi-valued attribute (2.4) */
#define SCIM_VALUE(d)                                                         \
    SCIM_TEXT("value", d)

#define SCIM_DISPLAY                                                          \
    SCIM_TEXT("display", "A human-readable name, for display only.")

#define SCIM_KIND(types)                                                      \
    { .name = "type",                                                         \
      .description = "A label that says what the value is for.",              \
      .canonical_values = (types) }

#define SCIM_PRIMARY                                                          \
    { .name = "primary",                                                      \
      .description = "Whether this is the preferred value; true for one "     \
                     "value at most.",                                        \
      .type = SCIM_BOOLEAN }

#define SCIM_MULTI(n, d, table)                                               \
    { .name = (n), .description = (d), .type = SCIM_COMPLEX,                  \
      .multi_valued = 1, SCIM_SUB(table) }

#endif
