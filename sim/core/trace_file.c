// SPDX-License-Identifier: GPL-3.0-or-later
/* Arrivals from a file.  Times are read with integers to the nanosecond, dates by the proleptic
 * Gregorian calendar without leap seconds; doubles enter only where a scale or a speed-up is
 * applied.  The first mistake in a file ends its reading: a thousand lines of the same would help
 * nobody. */
#include "core/trace_file.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "base/must.h"
#include "base/text.h"
#include "base/units.h"
#include "core/csv.h"
#include "core/dist.h"
#include "core/dist_quantity.h"

enum { MAX_COLUMNS = 256 };

/* What is taken from a row. */
enum { TIME, SIZE, GROUP, SERVICE, ROLES };

struct reading {
    struct csv csv;
    const struct trace_columns *columns;
    const char *name[ROLES]; /* of its column; NULL: not taken */
    size_t column[ROLES], column_count;
    char *cells[MAX_COLUMNS];
    struct map *groups;
    int64_t start_ns, above_ns; /* times of the first row and of the row above */
    const char *above;          /* the latter as it is written */
    struct trace_file *trace;
};

/* ---- time ---- */

/* Takes exactly count digits; -1 if they are not there. */
static int64_t take_digits(const char **text, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++) {
        if (!isdigit((unsigned char)**text))
            return -1;
        value = 10 * value + (*(*text)++ - '0');
    }
    return value;
}

static bool take(const char **text, char letter)
{
    if (**text != letter)
        return false;
    (*text)++;
    return true;
}

/* Takes ".123" as nanoseconds, or nothing as 0; -1 if there are no digits or more than nine. */
static int64_t take_fraction(const char **text)
{
    if (!take(text, '.'))
        return 0;
    const int digits = (int)strspn(*text, "0123456789");
    int64_t ns = digits >= 1 && digits <= 9 ? take_digits(text, digits) : -1;
    for (int i = digits; i < 9; i++)
        ns *= 10;
    return ns;
}

/* Days since 1970-01-01: years begin in March, so that a leap day is the last of its year. */
static int64_t days_of_date(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t m = month <= 2 ? month + 9 : month - 3;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    if (month == 2)
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* "2023-11-16 18:15:46.6805900"; years from 1970 to 2261 fit. */
static bool read_iso(const char *text, int64_t *ns)
{
    const int64_t year = take_digits(&text, 4);
    const bool has_month = take(&text, '-');
    const int64_t month = take_digits(&text, 2);
    const bool has_day = take(&text, '-');
    const int64_t day = take_digits(&text, 2);
    const bool has_time = take(&text, 'T') || take(&text, ' ');
    const int64_t hour = take_digits(&text, 2);
    const bool has_minute = take(&text, ':');
    const int64_t minute = take_digits(&text, 2);
    const bool has_second = take(&text, ':');
    const int64_t second = take_digits(&text, 2);
    const int64_t fraction_ns = take_fraction(&text);
    take(&text, 'Z');
    if (!has_month || !has_day || !has_time || !has_minute || !has_second || *text != '\0')
        return false;
    if (year < 1970 || year > 2261 || month < 1 || month > 12 || day < 1 ||
        day > days_of_month(year, month))
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
        fraction_ns < 0)
        return false;
    *ns = days_of_date(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SEC +
          fraction_ns;
    return true;
}

/* "12.5": exact with up to nine digits of fraction, else ("1e-05", more digits) to the nearest
 * double. */
static bool read_seconds(const char *text, int64_t *ns)
{
    const char *at = text;
    const size_t digits = strspn(at, "0123456789");
    if (digits < 1 || strspn(at, "0123456789.eE+-") < strlen(at))
        return false;
    if (digits <= 10) {
        const int64_t whole = take_digits(&at, (int)digits);
        const int64_t fraction_ns = take_fraction(&at);
        if (whole < FOREVER / SEC && fraction_ns >= 0 && *at == '\0') {
            *ns = whole * SEC + fraction_ns;
            return true;
        }
    }
    char *end;
    const double seconds = strtod(text, &end);
    *ns = units_ns(seconds);
    return *end == '\0' && *ns < FOREVER;
}

static bool take_time(struct reading *r, const char *cell)
{
    struct trace_file *trace = r->trace;
    int64_t ns;
    if (!read_iso(cell, &ns) && !read_seconds(cell, &ns)) {
        csv_error(&r->csv, "\"%s\" is no time; expected seconds or 2023-11-16 18:15:46.68", cell);
        return false;
    }
    if (trace->count == 0) {
        r->start_ns = ns;
    } else if (ns < r->above_ns) {
        csv_error(&r->csv, "the time %s is before the one above (%s)", cell, r->above);
        return false;
    }
    r->above_ns = ns;
    r->above = cell;
    const int64_t after_ns = ns - r->start_ns;
    const double speedup = r->columns->speedup;
    const double faster_ns = round((double)after_ns / speedup);
    if (faster_ns >= (double)FOREVER) {
        csv_error(&r->csv, "the time %s is too far from the first", cell);
        return false;
    }
    /* Only an unchanged speed keeps nanoseconds that a double cannot. */
    trace->at_ns[trace->count] = speedup < 1.0 || speedup > 1.0 ? (int64_t)faster_ns : after_ns;
    return true;
}

/* ---- the other cells ---- */

static bool take_size(struct reading *r, const char *cell)
{
    double bytes;
    if (!dist_quantity_of_cell(&dist_unit_size, cell, &bytes) || bytes > 0x1p53) {
        csv_error(&r->csv, "\"%s\" is no size; expected %s", cell, dist_unit_size.wanted);
        return false;
    }
    r->trace->size_bytes[r->trace->count] = (int64_t)round(bytes);
    return true;
}

static bool take_group(struct reading *r, const char *cell)
{
    uint32_t group;
    if (!map_get_text(r->groups, cell, &group)) {
        group = (uint32_t)map_count(r->groups);
        map_put_text(r->groups, cell, group);
    }
    r->trace->group[r->trace->count] = group;
    return true;
}

static bool take_service(struct reading *r, const char *cell)
{
    double units;
    if (!dist_quantity_of_cell(&dist_unit_number, cell, &units)) {
        csv_error(&r->csv, "\"%s\" is no service time; expected a number not below 0", cell);
        return false;
    }
    r->trace->service_ns[r->trace->count] = dist_ns(units * r->columns->service_scale_s);
    return true;
}

/* ---- rows ---- */

static bool find_column(struct reading *r, int role)
{
    const char *wanted = r->name[role];
    for (size_t i = 0; i < r->column_count; i++) {
        if (strcmp(r->cells[i], wanted) == 0) {
            r->column[role] = i;
            return true;
        }
    }
    const char *const *names = (const char *const *)r->cells;
    const char *nearest = text_nearest(wanted, names, r->column_count);
    if (nearest != NULL) {
        csv_error(&r->csv, "no column is called \"%s\"; did you mean \"%s\"?", wanted, nearest);
        return false;
    }
    struct text all = {0};
    for (size_t i = 0; i < r->column_count; i++)
        text_printf(&all, "%s%s", i > 0 ? ", " : "", r->cells[i]);
    csv_error(&r->csv, "no column is called \"%s\"; there are %s", wanted, text_of(&all));
    text_free(&all);
    return false;
}

static bool read_heading(struct reading *r)
{
    r->column_count = csv_row(&r->csv, r->cells, MAX_COLUMNS);
    if (r->column_count == 0 && !r->csv.is_bad)
        csv_error(&r->csv, "the file is empty");
    else if (r->column_count > MAX_COLUMNS)
        csv_error(&r->csv, "there are more than %d columns", MAX_COLUMNS);
    for (int role = 0; role < ROLES && !r->csv.is_bad; role++) {
        if (r->name[role] != NULL)
            find_column(r, role);
    }
    return !r->csv.is_bad;
}

/* The number of lines left bounds the number of rows. */
static void make_room(struct reading *r, struct arena *arena)
{
    struct trace_file *trace = r->trace;
    const size_t rows = csv_lines_left(&r->csv);
    trace->at_ns = arena_alloc(arena, rows * sizeof *trace->at_ns);
    if (r->name[SIZE] != NULL)
        trace->size_bytes = arena_alloc(arena, rows * sizeof *trace->size_bytes);
    if (r->name[GROUP] != NULL)
        trace->group = arena_alloc(arena, rows * sizeof *trace->group);
    if (r->name[SERVICE] != NULL)
        trace->service_ns = arena_alloc(arena, rows * sizeof *trace->service_ns);
}

static bool take_row(struct reading *r, size_t cell_count)
{
    static bool (*const takers[ROLES])(struct reading *, const char *) = {
        [TIME] = take_time,
        [SIZE] = take_size,
        [GROUP] = take_group,
        [SERVICE] = take_service,
    };
    if (cell_count != r->column_count) {
        csv_error(&r->csv, "there are %zu cells, but %zu columns in the heading", cell_count,
                  r->column_count);
        return false;
    }
    for (int role = 0; role < ROLES; role++) {
        if (r->name[role] != NULL && !takers[role](r, r->cells[r->column[role]]))
            return false;
    }
    r->trace->count++;
    return true;
}

static bool read_rows(struct reading *r)
{
    for (;;) {
        const size_t cell_count = csv_row(&r->csv, r->cells, MAX_COLUMNS);
        if (cell_count == 0)
            break;
        if (!take_row(r, cell_count))
            return false;
    }
    if (r->trace->count == 0 && !r->csv.is_bad)
        csv_error(&r->csv, "there is a heading, but no row");
    return !r->csv.is_bad;
}

const struct trace_file *trace_file_read(struct param_reader *reader, const struct json *node,
                                         const char *path, const struct trace_columns *columns)
{
    MUST(columns->time != NULL && columns->speedup > 0.0);
    struct reading r = {
        .columns = columns,
        .name = {columns->time, columns->size, columns->group, columns->service},
        .groups = map_new(),
        .trace = arena_alloc(reader->arena, sizeof *r.trace),
    };
    bool is_good = csv_open(&r.csv, reader, node, path) && read_heading(&r);
    if (is_good) {
        make_room(&r, reader->arena);
        is_good = read_rows(&r);
    }
    map_free(r.groups);
    csv_close(&r.csv);
    return is_good ? r.trace : NULL;
}
