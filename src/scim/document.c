/*
 * What makes a document whole, whoever changed it last.
 * Must not know messages: a document is all it sees.
 */

#include <string.h>

#include "document.h"
#include "json.h"
#include "schemas.h"
#include "text.h"
#include "value.h"


/* authentik takes a User without "emails" for an invalid one. */
static int
scim_document_emails(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err)
{
    if (strcmp(type->schema->urn, SCIM_URN_USER) != 0
        || json_object_get(document, "emails") != NULL)
    {
        return 0;
    }

    return json_object_set_new(document, "emails", json_array())
           ? scim_fail_memory(err) : 0;
}


static int
scim_document_required(const scim_resource_type_t *type,
    const json_t *document, scim_error_t *err)
{
    size_t                   i;
    json_t                  *object;
    scim_place_t             here = { NULL, NULL, 0 };
    const scim_extension_t  *extension;

    if (scim_value_required(NULL, type->schema->attributes,
                            type->schema->attribute_count, document, err)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < type->extension_count; i++) {
        extension = &type->extensions[i];
        object = json_object_get(document, extension->schema->urn);
        here.name = extension->schema->urn;

        if (object == NULL) {
            if (extension->required) {
                return scim_fail_at(err, &here, SCIM_INVALID_VALUE,
                                    "is required");
            }

            continue;
        }

        if (scim_value_required(&here, extension->schema->attributes,
                                extension->schema->attribute_count, object,
                                err)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* "password", "name.password", "urn:...:User:password", in any case */
static int
scim_document_is_password(const char *key)
{
    size_t  length, n;

    length = strlen(key);
    n = sizeof("password") - 1;

    return length >= n
           && scim_text_is(key + length - n, n, "password")
           && (length == n || key[length - n - 1] == '.'
               || key[length - n - 1] == ':');
}


/*
 * RFC 7643, section 9.2: no password is kept in clear. The schema's own has
 * been dropped; what is left are those that a lenient client has in places
 * where no schema knows of one. 1: the value held nothing else.
 */
static int
scim_document_forget_passwords(json_t *value)
{
    int          forgotten;
    void        *iter, *next;
    size_t       i;
    json_t      *element;
    const char  *key;

    forgotten = 0;

    for (i = json_array_size(value); i > 0; i--) {
        if (scim_document_forget_passwords(json_array_get(value, i - 1))) {
            (void) json_array_remove(value, i - 1);
            forgotten = 1;
        }
    }

    for (iter = json_object_iter(value); iter != NULL; iter = next) {
        key = json_object_iter_key(iter);
        element = json_object_iter_value(iter);
        next = json_object_iter_next(value, iter);

        if (scim_document_is_password(key)
            || scim_document_forget_passwords(element))
        {
            (void) json_object_del(value, key);
            forgotten = 1;
        }
    }

    return forgotten && scim_json_unassigned(value);
}


int
scim_document_finish(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err)
{
    (void) scim_document_forget_passwords(document);

    if (scim_schemas_complete(type, document, err) != 0
        || scim_document_emails(type, document, err) != 0)
    {
        return -1;
    }

    return scim_document_required(type, document, err);
}
