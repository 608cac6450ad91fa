/*
 * xsd:dateTime (CONFORMANCE 4, 81).
 */

#include <stdio.h>

#include "unit.h"
#include "../../src/scim/datetime.h"


void
unit_datetime(void)
{
    int          rc;
    size_t       i;
    scim_time_t  time, other;

    static const struct {
        const char  *text;
        int          rc;
        long long    seconds;
        int          nanoseconds;
    } cases[] = {
        { "1970-01-01T00:00:00Z", 0, 0, 0 },
        { "2008-01-23T04:56:22Z", 0, 1201064182, 0 },
        { "2008-01-23T04:56:22", 0, 1201064182, 0 },
        { "2008-01-23T06:56:22+02:00", 0, 1201064182, 0 },
        { "2008-01-22T23:26:22-05:30", 0, 1201064182, 0 },
        { "2008-01-23T04:56:22.5Z", 0, 1201064182, 500000000 },
        { "2008-01-23T04:56:22.1234567891Z", 0, 1201064182, 123456789 },
        { "2000-02-29T00:00:00Z", 0, 951782400, 0 },
        { "1969-12-31T23:59:59Z", 0, -1, 0 },
        { "0000-03-01T00:00:00Z", 0, -62162035200, 0 },
        { "1999-12-31T24:00:00Z", 0, 946684800, 0 },
        { "1900-02-29T00:00:00Z", -1, 0, 0 },
        { "2001-02-29T00:00:00Z", -1, 0, 0 },
        { "2008-13-01T00:00:00Z", -1, 0, 0 },
        { "2008-00-01T00:00:00Z", -1, 0, 0 },
        { "2008-01-00T00:00:00Z", -1, 0, 0 },
        { "2008-01-32T00:00:00Z", -1, 0, 0 },
        { "2008-01-23T25:00:00Z", -1, 0, 0 },
        { "2008-01-23T24:00:01Z", -1, 0, 0 },
        { "2008-01-23T00:60:00Z", -1, 0, 0 },
        { "2008-01-23T00:00:60Z", -1, 0, 0 },
        { "2008-01-23T00:00:00.Z", -1, 0, 0 },
        { "2008-01-23T00:00:00.", -1, 0, 0 },
        { "2008-01-23T00:00:00z", -1, 0, 0 },
        { "2008-01-23T00:00:00+15:00", -1, 0, 0 },
        { "2008-01-23T00:00:00+01:60", -1, 0, 0 },
        { "2008-01-23T00:00:00+0100", -1, 0, 0 },
        { "2008-01-23T00:00:00+1", -1, 0, 0 },
        { "2008-01-23T00:00:00Zx", -1, 0, 0 },
        { "2008-01-23 00:00:00Z", -1, 0, 0 },
        { "2008-01-23T00-00:00Z", -1, 0, 0 },
        { "2008-01-23T00:00-00Z", -1, 0, 0 },
        { "2008-01-23T0a:00:00Z", -1, 0, 0 },
        { "2008-01-23T00:0a:00Z", -1, 0, 0 },
        { "2008-01-23T00:00:0a", -1, 0, 0 },
        { "2008-01-2", -1, 0, 0 },
        { "2008/01/23", -1, 0, 0 },
        { "2008-01/23", -1, 0, 0 },
        { "2008-1-23", -1, 0, 0 },
        { "08", -1, 0, 0 },
        { "2008-01-23", -1, 0, 0 },
        { "", -1, 0, 0 }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        rc = scim_time_parse(&time, cases[i].text, strlen(cases[i].text), 0);

        unit_check(rc == cases[i].rc
                   && (rc != 0
                       || (time.seconds == cases[i].seconds
                           && time.nanoseconds == cases[i].nanoseconds)),
                   "#4 dateTime", cases[i].text);
    }

    unit_ok(scim_time_parse(&time, "2008-01-23", 10, 1) == 0
            && time.seconds == 1201046400, "a date alone, where it may be");

    other = time;
    unit_ok(scim_time_compare(&time, &other) == 0, "equal instants");
    other.nanoseconds = 1;
    unit_ok(scim_time_compare(&time, &other) < 0, "a nanosecond before");
    unit_ok(scim_time_compare(&other, &time) > 0, "a nanosecond after");
    other.seconds++;
    unit_ok(scim_time_compare(&time, &other) < 0, "a second before");
    unit_ok(scim_time_compare(&other, &time) > 0, "a second after");
}
