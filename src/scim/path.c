/*
 * PATCH paths (RFC 7644, section 3.5.2, figure 7).
 * Must not know operations, nor documents.
 */

#include <stdlib.h>
#include <string.h>

#include "filter_tree.h"
#include "notation.h"
#include "path.h"
#include "text.h"


void
scim_path_free(scim_path_t *path)
{
    if (path == NULL) {
        return;
    }

    free(path->urn);
    free(path->name);
    free(path->sub);
    scim_filter_free(path->filter);
    free(path);
}


static int
scim_path_invalid(scim_error_t *err, size_t position, const char *expected)
{
    return scim_fail(err, 400, SCIM_INVALID_PATH, "path, position %zu: %s",
                     position + 1, expected);
}


static int
scim_path_known(const scim_policy_t *policy, const scim_notation_t *notation,
    scim_error_t *err)
{
    if (policy->profile == SCIM_LENIENT) {
        return 0;
    }

    if (notation->name == NULL
        ? notation->schema == NULL
        : notation->attribute == NULL
          || (notation->sub != NULL && notation->sub_attribute == NULL))
    {
        return scim_path_invalid(err, 0, "no such attribute");
    }

    return 0;
}


static int
scim_path_copy(scim_path_t *path, const scim_notation_t *notation,
    scim_error_t *err)
{
    path->attribute = notation->attribute;
    path->sub_attribute = notation->sub_attribute;

    if (notation->urn != NULL) {
        path->urn = scim_text_copy(notation->urn, notation->urn_length);
        if (path->urn == NULL) {
            return scim_fail_memory(err);
        }
    }

    if (notation->name != NULL) {
        path->name = scim_text_copy(notation->name, notation->name_length);
        if (path->name == NULL) {
            return scim_fail_memory(err);
        }
    }

    if (notation->sub != NULL) {
        path->sub = scim_text_copy(notation->sub, notation->sub_length);
        if (path->sub == NULL) {
            return scim_fail_memory(err);
        }
    }

    return 0;
}


/* ".sub" behind a closing bracket: what is left of text from position on. */
static int
scim_path_rest(const scim_resource_type_t *type, const scim_policy_t *policy,
    scim_path_t *path, const char *text, size_t length, size_t position,
    scim_error_t *err)
{
    scim_notation_t          notation;
    const scim_attribute_t  *sub;

    if (position == length) {
        return 0;
    }

    if (text[position++] != '.') {
        return scim_path_invalid(err, position - 1,
                                 "expected \".\" or the end");
    }

    if (scim_notation_parse(type, text + position, length - position,
                            &notation) != 0
        || notation.urn != NULL || notation.name == NULL
        || notation.sub != NULL
        || (path->attribute != NULL
            && path->attribute->type != SCIM_COMPLEX))
    {
        return scim_path_invalid(err, position, "expected a sub-attribute");
    }

    sub = NULL;

    if (path->attribute != NULL) {
        sub = scim_sub_attribute(path->attribute, text + position,
                                 length - position);
    }

    if (sub == NULL && policy->profile == SCIM_STRICT) {
        return scim_path_invalid(err, position, "no such attribute");
    }

    path->sub_attribute = sub;
    path->sub = sub ? scim_text_copy(sub->name, strlen(sub->name))
                    : scim_text_copy(text + position, length - position);

    return (path->sub == NULL) ? scim_fail_memory(err) : 0;
}


static int
scim_path_brackets(const scim_resource_type_t *type,
    const scim_policy_t *policy, scim_path_t *path, const char *text,
    size_t length, size_t position, scim_error_t *err)
{
    const scim_attribute_t  *attribute;

    attribute = path->attribute;

    if (path->name == NULL || path->sub != NULL
        || (attribute != NULL && attribute->type != SCIM_COMPLEX
            && !attribute->multi_valued))
    {
        return scim_path_invalid(err, position,
                                 "expected no value filter here");
    }

    position++;

    path->filter = scim_filter_parse_element(type, policy, attribute, text,
                                             length, &position, err);
    if (path->filter == NULL) {
        return -1;
    }

    return scim_path_rest(type, policy, path, text, length, position + 1,
                          err);
}


static int
scim_path_read(const scim_resource_type_t *type, const scim_policy_t *policy,
    scim_path_t *path, const char *text, size_t length, scim_error_t *err)
{
    size_t            n;
    const char       *bracket;
    scim_notation_t   notation;

    bracket = memchr(text, '[', length);
    n = (bracket != NULL) ? (size_t) (bracket - text) : length;

    if (n == 0 || scim_notation_parse(type, text, n, &notation) != 0
        || !scim_text_utf8(text, length))
    {
        return scim_path_invalid(err, 0, "expected an attribute");
    }

    if (scim_path_known(policy, &notation, err) != 0
        || scim_path_copy(path, &notation, err) != 0)
    {
        return -1;
    }

    if (bracket == NULL) {
        return 0;
    }

    return scim_path_brackets(type, policy, path, text, length, n, err);
}


scim_path_t *
scim_path_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *text, size_t length,
    scim_error_t *err)
{
    scim_path_t  *path;

    /* white space around a path means nothing, and some clients send it */

    while (length > 0 && text[0] == ' ') {
        text++;
        length--;
    }

    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }

    path = calloc(1, sizeof(scim_path_t));
    if (path == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    if (scim_path_read(type, policy, path, text, length, err) != 0) {
        scim_path_free(path);
        return NULL;
    }

    return path;
}
