/*
 * xsd:dateTime read by hand: the C library's readers ask the locale.
 * Must not know what time it is.
 */

#include "datetime.h"


typedef struct {
    const char  *p;
    const char  *end;
} scim_time_text_t;


static int
scim_time_digits(scim_time_text_t *text, int count, int *number)
{
    *number = 0;

    if (text->end - text->p < count) {
        return -1;
    }

    while (count-- > 0) {
        if (*text->p < '0' || *text->p > '9') {
            return -1;
        }

        *number = *number * 10 + (*text->p++ - '0');
    }

    return 0;
}


static int
scim_time_char(scim_time_text_t *text, char c)
{
    if (text->p == text->end || *text->p != c) {
        return -1;
    }

    text->p++;

    return 0;
}


/* Days since 1970-01-01 of a proleptic Gregorian date. */
static int64_t
scim_time_days(int year, int month, int day)
{
    int64_t  y, era, of_era, of_year;

    y = (month <= 2) ? year - 1 : year;
    era = (y >= 0 ? y : y - 399) / 400;
    of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    of_era = (y - era * 400) * 365 + (y - era * 400) / 4
             - (y - era * 400) / 100 + of_year;

    return era * 146097 + of_era - 719468;
}


static int
scim_time_date(scim_time_text_t *text, scim_time_t *time)
{
    int  year, month, day, last;

    static const int  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (scim_time_digits(text, 4, &year) != 0
        || scim_time_char(text, '-') != 0
        || scim_time_digits(text, 2, &month) != 0
        || scim_time_char(text, '-') != 0
        || scim_time_digits(text, 2, &day) != 0
        || month < 1 || month > 12 || day < 1)
    {
        return -1;
    }

    last = days[month - 1];

    if (month == 2
        && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    {
        last = 29;
    }

    if (day > last) {
        return -1;
    }

    time->seconds = scim_time_days(year, month, day) * 86400;

    return 0;
}


static int
scim_time_fraction(scim_time_text_t *text, scim_time_t *time)
{
    int  scale;

    if (scim_time_char(text, '.') != 0) {
        return 0;
    }

    if (text->p == text->end || *text->p < '0' || *text->p > '9') {
        return -1;
    }

    scale = 100000000;

    while (text->p != text->end && *text->p >= '0' && *text->p <= '9') {
        time->nanoseconds += (*text->p++ - '0') * scale;
        scale /= 10;
    }

    return 0;
}


static int
scim_time_clock(scim_time_text_t *text, scim_time_t *time)
{
    int  hour, minute, second;

    if (scim_time_digits(text, 2, &hour) != 0
        || scim_time_char(text, ':') != 0
        || scim_time_digits(text, 2, &minute) != 0
        || scim_time_char(text, ':') != 0
        || scim_time_digits(text, 2, &second) != 0
        || hour > 24 || minute > 59 || second > 59
        || (hour == 24 && (minute != 0 || second != 0)))
    {
        return -1;
    }

    time->seconds += hour * 3600 + minute * 60 + second;

    return scim_time_fraction(text, time);
}


static int
scim_time_offset(scim_time_text_t *text, scim_time_t *time)
{
    int  sign, hour, minute;

    if (text->p == text->end || scim_time_char(text, 'Z') == 0) {
        return 0;
    }

    sign = (*text->p == '-') ? -1 : 1;

    if (*text->p != '-' && *text->p != '+') {
        return -1;
    }

    text->p++;

    if (scim_time_digits(text, 2, &hour) != 0
        || scim_time_char(text, ':') != 0
        || scim_time_digits(text, 2, &minute) != 0
        || hour > 14 || minute > 59)
    {
        return -1;
    }

    time->seconds -= sign * (hour * 3600 + minute * 60);

    return 0;
}


int
scim_time_parse(scim_time_t *time, const char *string, size_t length,
    int date_only)
{
    scim_time_text_t  text;

    text.p = string;
    text.end = string + length;

    time->seconds = 0;
    time->nanoseconds = 0;

    if (scim_time_date(&text, time) != 0) {
        return -1;
    }

    if (text.p == text.end && date_only) {
        return 0;
    }

    if (scim_time_char(&text, 'T') != 0
        || scim_time_clock(&text, time) != 0
        || scim_time_offset(&text, time) != 0
        || text.p != text.end)
    {
        return -1;
    }

    return 0;
}


int
scim_time_compare(const scim_time_t *a, const scim_time_t *b)
{
    if (a->seconds != b->seconds) {
        return (a->seconds > b->seconds) ? 1 : -1;
    }

    return (a->nanoseconds > b->nanoseconds)
           - (a->nanoseconds < b->nanoseconds);
}
