// SPDX-License-Identifier: GPL-3.0-or-later
/* Cells as text and back, and a cell put together from pieces: to the last bit what one run gives.
 */
#include "experiment/piece.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/must.h"
#include "base/text.h"
#include "tools/results.h"

static const char scenario[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"2m\", \"drain\": true, \"replications\": 5},"
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"messages\": 40, \"arrivals\": {\"process\": "
    "\"poisson\", \"rate\": 3}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": {\"dist\": \"exponential\", \"mean\": "
    "\"200ms\"}}},"
    " \"expect\": [{\"entity\": \"q\", \"metric\": \"lost\", \"stat\": \"count\", \"is\": \"==\","
    " \"value\": 0}]}";

/* What a piece says is all that a cell has, so that two cells of the same text are the same. */
static char *text_of_cell(const struct cell *cell)
{
    struct text out = {.length = 0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    json_write_open(&w, '{');
    piece_write(&w, cell);
    json_write_close(&w, '}');
    return out.bytes;
}

static bool read_text(struct cell *cell, const char *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("piece", text, strlen(text), false, diag);
    assert_non_null(doc);
    const bool is_read = piece_read(cell, json_root(doc));
    json_free(doc);
    diag_free(diag);
    return is_read;
}

/* Through text and back. */
static void carry(struct cell *to, const struct cell *from)
{
    char *text = text_of_cell(from);
    cell_init(to, from->scenario, from->variant, from->point);
    assert_true(read_text(to, text));
    char *again = text_of_cell(to);
    assert_string_equal(text, again);
    free(text);
    free(again);
}

/* --- joining --- */

struct collector {
    struct cell *sum;
    size_t folded; /* so many replications travel as one piece */
};

static bool give(void *receiver, struct cell *cell, size_t index, const struct sample *sample)
{
    struct collector *collector = receiver;
    struct cell one, carried;
    if (index < collector->folded) {
        cell_add(cell, sample);
        return true;
    }
    if (index == collector->folded && index > 0) {
        cell_free(collector->sum);
        carry(collector->sum, cell);
    }
    cell_init(&one, cell->scenario, "", "");
    cell_add(&one, sample);
    carry(&carried, &one);
    piece_join(collector->sum, &carried);
    cell_free(&carried);
    cell_free(&one);
    return true;
}

static void check_joined(size_t folded)
{
    struct results whole = results_load(scenario), parts = results_load(scenario);
    const struct run_options options = {.threads = 2};
    struct cell sum;
    struct collector collector = {.sum = &sum, .folded = folded};
    struct run_progress at = {.total = 5};
    const struct run_range first = {
        .to = folded, .give = give, .receiver = &collector, .progress = &at};
    const struct run_range rest = {
        .from = folded, .to = 5, .give = give, .receiver = &collector, .progress = &at};
    cell_init(&sum, parts.result->scenarios[0], "", "");
    assert_true(run_range(parts.result, &first, &options));
    assert_true(run_range(parts.result, &rest, &options));
    run_close_cell(parts.result, &sum);
    assert_true(run_result(whole.result, &options, whole.diag));
    char *wanted = text_of_cell(&whole.result->cells[0]), *seen = text_of_cell(&sum);
    assert_string_equal(seen, wanted);
    assert_true(sum.fingerprint == whole.result->cells[0].fingerprint);
    assert_int_equal(sum.replication_count, 5);
    free(wanted);
    free(seen);
    cell_free(&sum);
    results_free(&whole);
    results_free(&parts);
}

static void test_pieces_join_to_the_cell_of_one_machine(void **state)
{
    (void)state;
    check_joined(1);
    check_joined(3);
}

/* --- what is hard to write --- */

/* Not available, infinite, above 2^53, smaller than any normal number. */
static void test_every_number_survives(void **state)
{
    (void)state;
    static const struct scenario none;
    struct sample sample;
    struct cell cell, read;
    results_sample(&sample, UINT64_C(0xfedcba9876543210));
    sample.event_count = (UINT64_C(1) << 53) + 1;
    sample.end_ns = INT64_MAX;
    results_row(&sample, "q", "a", "mean", "s", (double)NAN);
    results_row(&sample, "q", "b", "mean", "s", -HUGE_VAL);
    results_row(&sample, "q", "c", "mean", "s", 0x1p-1074);
    results_row(&sample, "q \"\n", "d", "mean", "", 0.1 + 0.2);
    sample.hists = must_alloc(sizeof *sample.hists);
    sample.hist_count = 1;
    sample.hists[0] = (struct sample_hist){.entity = "q", .metric = "a"};
    hist_init(&sample.hists[0].hist);
    for (int i = 0; i < 3; i++)
        hist_add(&sample.hists[0].hist, INT64_MAX);
    cell_init(&cell, &none, "", "");
    cell_add(&cell, &sample);
    carry(&read, &cell);
    assert_true(read.replications[0].fingerprint == UINT64_C(0xfedcba9876543210));
    assert_true(read.replications[0].event_count == (UINT64_C(1) << 53) + 1);
    assert_true(read.replications[0].end_ns == INT64_MAX);
    assert_true(isnan(cell_value(&read, 0, 0)) && cell_value(&read, 1, 0) == -HUGE_VAL);
    assert_true(cell_value(&read, 2, 0) == 0x1p-1074 && cell_value(&read, 3, 0) == 0.1 + 0.2);
    /* 3 (2^63 - 1) = 2^64 + (2^63 - 3). */
    assert_true(read.hists[0].hist.carries == 1);
    assert_true(read.hists[0].hist.sum == (UINT64_C(1) << 63) - 3);
    assert_non_null(cell_find(&read, "q \"\n", "d", NULL));
    cell_free(&cell);
    cell_free(&read);
    sample_free(&sample);
}

/* One value. */
#define HISTOGRAM(carries, count)                                                                  \
    "{\"rows\": [], \"replications\": [], \"histograms\": [{\"entity\": \"q\", \"metric\": "       \
    "\"a\", \"top\": \"2\", \"sum\": \"1\", \"carries\": \"" carries "\", \"count\": \"" count     \
    "\", \"bins\": [1, \"1\"]}], \"series\": []}"
/* Three buckets. */
#define SERIES(points)                                                                             \
    "{\"rows\": [], \"replications\": [], \"histograms\": [], \"series\": [{\"entity\": \"q\", "   \
    "\"metric\": \"a\", \"replications\": \"1\", \"after\": [0, 0, 0], \"mean\": {\"width_ns\": "  \
    "\"a\", \"end_ns\": \"1e\", \"points\": \"" points "\"}, \"first\": null}]}"

static void test_what_was_not_written_is_not_read(void **state)
{
    (void)state;
    static const struct scenario none;
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"rows\": [\"q\", \"a\", \"mean\"], \"replications\": [], \"histograms\": [], "
        "\"series\": []}",
        "{\"rows\": [], \"replications\": [{\"fingerprint\": \"x\", \"events\": \"0\", \"end\": "
        "\"0\", \"end_ns\": \"0\", \"values\": []}], \"histograms\": [], \"series\": []}",
        "{\"rows\": [], \"replications\": [{\"fingerprint\": \"0\", \"events\": \"0\", \"end\": "
        "\"0\", \"end_ns\": \"0\", \"values\": [1]}], \"histograms\": [], \"series\": []}",
        "{\"rows\": [], \"replications\": [], \"histograms\": [{\"entity\": \"q\", \"metric\": "
        "\"a\", \"top\": \"ffffffffffffffff\", \"sum\": \"0\", \"carries\": \"0\", \"count\": "
        "\"0\", \"bins\": []}], \"series\": []}",
        "{\"rows\": [], \"replications\": [], \"histograms\": [{\"entity\": \"q\", \"metric\": "
        "\"a\", \"top\": \"2\", \"sum\": \"0\", \"carries\": \"0\", \"count\": \"0\", \"bins\": "
        "[9, \"1\"]}], \"series\": []}",
        HISTOGRAM("0", "2"),
        HISTOGRAM("100000000", "1"),
        "{\"rows\": [], \"replications\": [], \"histograms\": [], \"series\": [{\"entity\": \"q\", "
        "\"metric\": \"a\", \"replications\": \"1\", \"after\": [0, 0, 0], \"mean\": {\"width_ns\":"
        " \"1\", \"end_ns\": \"7fffffffffffffff\", \"points\": \"\"}, \"first\": null}]}",
        SERIES("0 0"),
        SERIES("0*4"),
        SERIES("0*99999999999999999999"),
        SERIES("0,1*3"),
        SERIES("0 0 0,1,x"),
        SERIES("0 0 0 0"),
        SERIES("0*0 0*3"),
    };
    struct cell good, whole;
    cell_init(&whole, &none, "", "");
    assert_true(read_text(&whole, HISTOGRAM("ffffffff", "1")));
    assert_true(whole.hists[0].hist.carries == UINT32_MAX);
    cell_free(&whole);
    cell_init(&good, &none, "", "");
    assert_true(read_text(&good, SERIES("1*2 1,2.5,3")));
    assert_true(good.series[0].mean.points[2].mean == 2.5);
    cell_free(&good);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cell cell;
        cell_init(&cell, &none, "", "");
        assert_false(read_text(&cell, texts[i]));
        cell_free(&cell);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_join_to_the_cell_of_one_machine),
        cmocka_unit_test(test_every_number_survives),
        cmocka_unit_test(test_what_was_not_written_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
