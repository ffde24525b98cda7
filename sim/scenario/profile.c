// SPDX-License-Identifier: GPL-3.0-or-later
/* The profiles: one table each, never changed once a slide relies on it.  Limits that AWS raised
 * are kept at their old values under an old date. */
#include "scenario/profile.h"

#include <math.h>
#include <string.h>
#include "base/units.h"

/* COST-1: us-east-1, USD for a million requests.  Sources differ on the tiers of FIFO queues.
 * COST-5: the first tier of GB-seconds. */
// clang-format off
/* COST-4, for a million; email is 2 USD for 100,000.  FIFO topics' are of low confidence. */
#define SNS_PRICES {                      \
    .usd_per_million = 0.50,              \
    .http_usd_per_million = 0.60,         \
    .email_usd_per_million = 20.0,        \
    .fifo_usd_per_million = 0.30,         \
    .fifo_usd_per_gib = 0.017,            \
    .fifo_delivery_usd_per_million = 0.01, \
    .free_requests = 1e6,                 \
}
#define PRICES {                                                     \
    .standard = {{100e9, 0.40}, {200e9, 0.30}, {(double)INFINITY, 0.24}}, \
    .fifo = {{100e9, 0.50}, {200e9, 0.40}, {(double)INFINITY, 0.35}},     \
    .group_usd_per_million = 0.10,                                       \
    .free_requests = 1e6,                                                \
    .invocation_usd_per_million = 0.20,                                  \
    .gb_s_usd = {0.0000166667, 0.0000133334},                            \
    .free_invocations = 1e6,                                             \
    .free_gb_s = 400e3,                                                  \
    .topics = SNS_PRICES,                                                \
}
// clang-format on

static const struct profile aws_2026_11 = {
    .name = "aws-2026-11",
    .doc = "Limits as of November 2026, region us-east-1.",
    .topic_limits =
        {
            .max_bytes = 256 * KIB,           /* SNS-1 */
            .standard_messages_per_s = 30000, /* LIM-6 */
            .fifo_messages_per_s = 3000,
            .fifo_bytes_per_s = 20.0 * MIB,
            .fifo_group_messages_per_s = 300,
            .fifo_subscriptions = 100, /* LIM-7 */
            .filters = 200,
        },
    .limits =
        {
            .max_bytes = MIB,             /* ATT-1, LIM-5 */
            .batch_bytes = MIB,           /* SND-2 */
            .in_flight_standard = 120000, /* RCV-9 */
            .in_flight_fifo = 120000,
            .fifo_look_back = 120000,          /* FIFO-27 */
            .fifo_calls_per_s = 300,           /* LIM-2 */
            .fifo_high_calls_per_s = 70000,    /* LIM-3 */
            .fifo_partition_calls_per_s = 300, /* LIM-4 */
        },
    .functions =
        {
            .growth_per_minute = 300, /* LAM-3 */
            .mapping_concurrency = 1250,
            .provisioned_growth_per_minute = 1000, /* LAM-6 */
            .provisioned_concurrency = 20000,
            .account_concurrency = 1000, /* LAM-4 */
            .unreserved_concurrency = 100,
        },
    .prices = PRICES,
};

static const struct profile aws_2023 = {
    .name = "aws-2023",
    .doc =
        "Limits as of October 2023, region us-east-1: 256 KiB, 20,000 in flight in a FIFO queue.",
    .topic_limits =
        {
            .max_bytes = 256 * KIB,           /* SNS-1 */
            .standard_messages_per_s = 30000, /* LIM-6 */
            .fifo_messages_per_s = 300,
            .fifo_bytes_per_s = 10.0 * MIB,
            .fifo_group_messages_per_s = 300,
            .fifo_subscriptions = 100, /* LIM-7 */
            .filters = 200,
        },
    .limits =
        {
            .max_bytes = 256 * KIB,
            .batch_bytes = 256 * KIB,
            .in_flight_standard = 120000,
            .in_flight_fifo = 20000,
            .fifo_look_back = 20000,
            .fifo_calls_per_s = 300,
            .fifo_high_calls_per_s = 18000,
            .fifo_partition_calls_per_s = 300,
        },
    .functions =
        {
            .growth_per_minute = 60,
            .mapping_concurrency = 1000,
            .provisioned_growth_per_minute = 1000, /* later than this profile */
            .provisioned_concurrency = 20000,
            .account_concurrency = 1000,
            .unreserved_concurrency = 100,
        },
    .prices = PRICES, /* no other are known */
};

const struct profile *const profiles[] = {&aws_2026_11, &aws_2023, NULL};

enum { PROFILE_COUNT = sizeof profiles / sizeof *profiles - 1 };

const struct profile *profile_find(const char *name)
{
    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        if (strcmp(profiles[i]->name, name) == 0)
            return profiles[i];
    }
    return NULL;
}

static void read_failed(struct param_reader *reader, const struct json *node)
{
    const char *names[PROFILE_COUNT];
    struct text list = {0};
    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        names[i] = profiles[i]->name;
        text_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *near = text_nearest(json_text(node), names, PROFILE_COUNT);
    if (near != NULL)
        param_error(reader, node, "unknown profile \"%s\", did you mean \"%s\"?", json_text(node),
                    near);
    else
        param_error(reader, node, "unknown profile \"%s\" (one of %s)", json_text(node),
                    text_of(&list));
    text_free(&list);
}

static bool profile_read(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node)
{
    (void)row;
    if (!param_expect(reader, node, JSON_TEXT))
        return false;
    const struct profile *profile = profile_find(json_text(node));
    if (profile == NULL) {
        read_failed(reader, node);
        return false;
    }
    *(const struct profile **)field = profile;
    return true;
}

static void profile_write(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_text(w, (*(const struct profile *const *)field)->name);
}

static void profile_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    json_write_key(w, "enum");
    json_write_open(w, '[');
    for (size_t i = 0; i < PROFILE_COUNT; i++)
        json_write_text(w, profiles[i]->name);
    json_write_close(w, ']');
}

const struct param_type profile_param = {
    .word = "profile",
    .read = profile_read,
    .write = profile_write,
    .schema = profile_schema,
};
