/*
 * xsd:dateTime as an instant (RFC 7643, section 2.3.5); internal to src/scim.
 */

#ifndef SCIM_DATETIME_H
#define SCIM_DATETIME_H

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

typedef struct {
    int64_t  seconds;           /* since the epoch; without an offset: UTC */
    int32_t  nanoseconds;
} scim_time_t;


/* A date and a time, or, with date_only, a date alone; -1: neither. */
int scim_time_parse(scim_time_t *time, const char *text, size_t length,
    int date_only);

int scim_time_compare(const scim_time_t *a, const scim_time_t *b);

#pragma GCC visibility pop

#endif
