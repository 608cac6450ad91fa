/*
 * The User schema (RFC 7643, sections 4.1 and 8.7.1), a row an attribute.
 * Must not know what is done with it.
 */

#include "schema_table.h"


static const char *const  scim_place_types[] = {
    "work", "home", "other", NULL
};

static const char *const  scim_phone_types[] = {
    "work", "home", "mobile", "fax", "pager", "other", NULL
};

static const char *const  scim_im_types[] = {
    "aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo", NULL
};

static const char *const  scim_photo_types[] = {
    "photo", "thumbnail", NULL
};

static const char *const  scim_membership_types[] = {
    "direct", "indirect", NULL
};

static const char *const  scim_external_reference[] = { "external", NULL };

static const char *const  scim_group_reference[] = { "Group", NULL };


static const scim_attribute_t  scim_name_attributes[] = {
    SCIM_TEXT("formatted", "The full name, formatted for display."),
    SCIM_TEXT("familyName", "The family name, or last name."),
    SCIM_TEXT("givenName", "The given name, or first name."),
    SCIM_TEXT("middleName", "The middle name or names."),
    SCIM_TEXT("honorificPrefix", "The honorific prefixes, or title."),
    SCIM_TEXT("honorificSuffix", "The honorific suffixes.")
};

static const scim_attribute_t  scim_email_attributes[] = {
    SCIM_VALUE("The e-mail address."),
    SCIM_DISPLAY,
    SCIM_KIND(scim_place_types),
    SCIM_PRIMARY
};

static const scim_attribute_t  scim_phone_attributes[] = {
    SCIM_VALUE("The phone number."),
    SCIM_DISPLAY,
    SCIM_KIND(scim_phone_types),
    SCIM_PRIMARY
};

static const scim_attribute_t  scim_im_attributes[] = {
    SCIM_VALUE("The instant messaging address."),
    SCIM_DISPLAY,
    SCIM_KIND(scim_im_types),
    SCIM_PRIMARY
};

static const scim_attribute_t  scim_photo_attributes[] = {
    { .name = "value", .type = SCIM_REFERENCE, .case_exact = 1,
      .description = "The URL of a photo of the user.",
      .reference_types = scim_external_reference },
    SCIM_DISPLAY,
    SCIM_KIND(scim_photo_types),
    SCIM_PRIMARY
};

/* primary is in the RFC's examples (RFC 7644, 3.5.2.3), if not in 8.7.1 */
static const scim_attribute_t  scim_address_attributes[] = {
    SCIM_TEXT("formatted", "The full address, formatted for display."),
    SCIM_TEXT("streetAddress", "The street, house number and so on."),
    SCIM_TEXT("locality", "The city or locality."),
    SCIM_TEXT("region", "The state or region."),
    SCIM_TEXT("postalCode", "The postal code."),
    SCIM_TEXT("country", "The country, as an ISO 3166-1 alpha-2 code."),
    SCIM_KIND(scim_place_types),
    SCIM_PRIMARY
};

static const scim_attribute_t  scim_user_group_attributes[] = {
    { .name = "value", .case_exact = 1, .mutability = SCIM_READ_ONLY,
      .description = "The id of the group." },
    { .name = "$ref", .type = SCIM_REFERENCE, .case_exact = 1,
      .description = "The URI of the group.",
      .mutability = SCIM_READ_ONLY,
      .reference_types = scim_group_reference },
    { .name = "display", .mutability = SCIM_READ_ONLY,
      .description = "The name of the group." },
    { .name = "type", .mutability = SCIM_READ_ONLY,
      .description = "Whether the user is a member itself, or through "
                     "another group.",
      .canonical_values = scim_membership_types }
};

static const scim_attribute_t  scim_entitlement_attributes[] = {
    SCIM_VALUE("The entitlement."),
    SCIM_DISPLAY,
    SCIM_KIND(NULL),
    SCIM_PRIMARY
};

static const scim_attribute_t  scim_role_attributes[] = {
    SCIM_VALUE("The role."),
    SCIM_DISPLAY,
    SCIM_KIND(NULL),
    SCIM_PRIMARY
};

static const scim_attribute_t  scim_certificate_attributes[] = {
    { .name = "value", .type = SCIM_BINARY, .case_exact = 1,
      .description = "The DER certificate, in base64." },
    SCIM_DISPLAY,
    SCIM_KIND(NULL),
    SCIM_PRIMARY
};


static const scim_attribute_t  scim_user_attributes[] = {
    { .name = "userName", .required = 1, .uniqueness = SCIM_UNIQUE_SERVER,
      .description = "The name by which the user is known to the service "
                     "provider, typically to log in." },
    { .name = "name", .type = SCIM_COMPLEX,
      .description = "The components of the user's name.",
      SCIM_SUB(scim_name_attributes) },
    SCIM_TEXT("displayName", "The name to display to people."),
    SCIM_TEXT("nickName", "The casual way to address the user."),
    { .name = "profileUrl", .type = SCIM_REFERENCE, .case_exact = 1,
      .description = "The URL of the user's online profile.",
      .reference_types = scim_external_reference },
    SCIM_TEXT("title", "The user's title, such as \"Vice President\"."),
    SCIM_TEXT("userType", "How the user relates to the organization."),
    SCIM_TEXT("preferredLanguage",
              "The preferred languages, as in Accept-Language."),
    SCIM_TEXT("locale", "The locale for dates, numbers and currency."),
    SCIM_TEXT("timezone", "The time zone, such as \"Europe/Berlin\"."),
    { .name = "active", .type = SCIM_BOOLEAN,
      .description = "Whether the user may log in." },
    { .name = "password", .mutability = SCIM_WRITE_ONLY, .case_exact = 1,
      .description = "Accepted, and dropped: it is not stored.",
      .returned = SCIM_RETURNED_NEVER },
    SCIM_MULTI("emails", "E-mail addresses.", scim_email_attributes),
    SCIM_MULTI("phoneNumbers", "Phone numbers.", scim_phone_attributes),
    SCIM_MULTI("ims", "Instant messaging addresses.", scim_im_attributes),
    SCIM_MULTI("photos", "URLs of photos.", scim_photo_attributes),
    SCIM_MULTI("addresses", "Physical addresses.", scim_address_attributes),
    { .name = "groups", .type = SCIM_COMPLEX, .multi_valued = 1,
      .description = "The groups to which the user belongs; changed through "
                     "the groups.",
      .mutability = SCIM_READ_ONLY, SCIM_SUB(scim_user_group_attributes) },
    SCIM_MULTI("entitlements", "Things that the user has.",
               scim_entitlement_attributes),
    SCIM_MULTI("roles", "Who the user is, such as \"Student\".",
               scim_role_attributes),
    SCIM_MULTI("x509Certificates", "Certificates issued to the user.",
               scim_certificate_attributes)
};


const scim_schema_t  scim_user_schema = {
    .urn = SCIM_URN_USER,
    .name = "User",
    .description = "User Account",
    .attributes = scim_user_attributes,
    .attribute_count = SCIM_COUNT(scim_user_attributes)
};
