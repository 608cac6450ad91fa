/*
 * Filters (RFC 7644, section 3.4.2.2): the whole grammar, parsed against a
 * resource type and evaluated on one resource at a time.
 */

#ifndef SCIM_FILTER_H
#define SCIM_FILTER_H

#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include "error.h"
#include "path.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

/* The last millisecond of the year 9999, behind which no time can lie. */
#define SCIM_FILTER_LAST_TIME  INT64_C(253402300799999)


/*
 * NULL: 400 invalidFilter whose detail gives the position (1-based, in bytes)
 * and what was expected. The lenient profile also takes an unquoted value
 * (userName eq jane; up to " and ", " or " or the bracket that closes) and
 * "True"/"False" for booleans.
 *
 * A name that no schema knows is read from the resource as it is in the
 * lenient profile, so that an attribute that is not there matches nothing;
 * the strict one refuses it, unless policy->all_types. More comparisons than
 * policy->max_filter_terms, or more than 64 nested brackets: invalidFilter.
 * An attribute that is never returned (password): invalidFilter.
 *
 * What the RFC leaves open: an attribute without a value satisfies "ne";
 * "eq null" is "not pr"; of many values one has to satisfy (also "ne"); a
 * complex attribute alone means its "value".
 */
scim_filter_t *scim_filter_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *text, size_t length,
    scim_error_t *err);

void scim_filter_free(scim_filter_t *filter);

/*
 * 1: resource matches; 0: it does not. Never fails. The filter of a
 * scim_member_change_t meets one member ({"value", "type", "display"}).
 */
int scim_filter_match(const scim_filter_t *filter, const json_t *resource);

/*
 * What an index could serve. If every match must have path equal to one string,
 * or to a boolean, which is "true" or "false" then (an eq that is the whole
 * filter or a term of its outermost and-chain), returns 1 and sets *value
 * (owned by the filter), and *alone if that comparison is the whole filter.
 * path is the schema's spelling: "userName", "emails.value", "id",
 * "urn:...:User:employeeNumber". "emails eq x" and emails[value eq "x"] count
 * as emails.value.
 */
int scim_filter_equality(const scim_filter_t *filter, const char *path,
    const char **value, int *alone);

/*
 * The same of a time, as the resources have it in whole milliseconds: if every
 * match must have path within a range ("meta.lastModified gt ..." and its
 * like), returns 1 and sets the range, in milliseconds since the epoch, both
 * ends in it. It is empty if *from > *to.
 */
int scim_filter_range(const scim_filter_t *filter, const char *path,
    int64_t *from, int64_t *to, int *alone);

/*
 * 1: some term reads this top-level attribute ("members", "groups", "meta"),
 * so the caller must put it into the resource before it asks for a match.
 */
int scim_filter_reads(const scim_filter_t *filter, const char *attribute);

#pragma GCC visibility pop

#endif
