// SPDX-License-Identifier: GPL-3.0-or-later
/* The parameter rows that every queue kind shares, as a macro for the head of a kind's table, and
 * the types that only queues need. */
#ifndef QUEUELAB_MODEL_QUEUE_ROWS_H
#define QUEUELAB_MODEL_QUEUE_ROWS_H

#include "model/queue.h"

/* int64_t: a number, null for none; absent is QUEUE_LIMIT_OF_PROFILE. */
extern const struct param_type queue_limit_param;
/* int64_t: a number, null for none. */
extern const struct param_type queue_count_or_none_param;
/* int64_t ns: a duration, or null for never (FOREVER). */
extern const struct param_type queue_delay_param;
extern const struct param queue_redrive_rows[], queue_redrive_allow_rows[], queue_preload_rows[];
extern const struct param_list_of queue_move_list;

#define QUEUE_CFG(member) offsetof(struct queue_cfg, member)

// clang-format off
#define QUEUE_COMMON_ROWS                                                                          \
    { "VisibilityTimeout", &param_seconds, QUEUE_CFG(visibility_ns), "30", 0, 43200,               \
      "12 hours", NULL, 0,                                                                         \
      "ATT-1", "How long a received message stays hidden." },                                      \
    { "MessageRetentionPeriod", &param_seconds, QUEUE_CFG(retention_ns), "345600", 60,             \
      1209600, "14 days", NULL, 0,                                                                 \
      "ATT-1", "How long a message is kept, counted from its sending." },                          \
    { "DelaySeconds", &param_seconds, QUEUE_CFG(delay_ns), "0", 0, 900, "15 minutes",              \
      NULL, 0,                                                                                     \
      "ATT-1", "How long a sent message waits before it can be received." },                       \
    { "ReceiveMessageWaitTimeSeconds", &param_seconds, QUEUE_CFG(wait_ns), "0", 0, 20,             \
      "long polling", NULL, 0,                                                                     \
      "ATT-1", "How long a receive without a wait of its own waits for a message." },              \
    { "MaximumMessageSize", &param_size, QUEUE_CFG(max_bytes), NULL, 1024, 1048576,                \
      "1 MiB", NULL, 0,                                                                            \
      "ATT-1", "The largest body with attributes; by default the profile's limit." },              \
    { "RedrivePolicy", &param_object, QUEUE_CFG(redrive), NULL, 1, 0, NULL,                        \
      queue_redrive_rows, 0,                                                                       \
      "DLQ-6", "Where a message goes that was received too often." },                              \
    { "RedriveAllowPolicy", &param_object, QUEUE_CFG(redrive_allow), NULL, 1, 0, NULL,             \
      queue_redrive_allow_rows, 0,                                                                 \
      "DLQ-8", "Which queues may have this one as their dead-letter queue." },                     \
    { "redrive", &param_list, QUEUE_CFG(moves), NULL, 1, 0, NULL, &queue_move_list, 0,             \
      "MOVE-1",                                                                                    \
      "When somebody starts to move what this dead-letter queue holds (StartMessageMoveTask)." },  \
    { "inFlightLimit", &queue_limit_param, QUEUE_CFG(in_flight_limit), "\"profile\"", 1,           \
      1e9, NULL, NULL, 0,                                                                          \
      "RCV-9", "Most messages in flight; null for no limit, by default the profile's." },          \
    { "attributeDelay", &param_duration, QUEUE_CFG(attribute_delay_ns), "\"0s\"", 0, 86400,        \
      NULL, NULL, 0,                                                                               \
      "ATT-7", "How long changed attributes take to act; AWS: up to 60 s, retention 15 min." },    \
    { "preload", &param_object, QUEUE_CFG(preload), NULL, 1, 0, NULL,                              \
      queue_preload_rows, 0,                                                                       \
      NULL, "Messages that wait at time 0." }
// clang-format on

#endif
