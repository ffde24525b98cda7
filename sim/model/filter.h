// SPDX-License-Identifier: GPL-3.0-or-later
/* Filter policies of subscriptions: which messages of a topic a subscription wants.
 *
 * A policy is compiled once into a flat program, what is judged of a message is read once into a
 * subject; then each program judges each subject without allocation, as often as need be and from
 * any thread.  What becomes of a message that is filtered out is not decided here. */
#ifndef QUEUELAB_MODEL_FILTER_H
#define QUEUELAB_MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/json.h"

/* FilterPolicyScope: MessageAttributes or MessageBody. */
enum filter_scope { FILTER_ATTRIBUTES, FILTER_BODY };

struct filter_cfg {
    enum filter_scope scope;
    bool newer_forms;  /* FLT-2: anything-but of suffix, wildcard, equals-ignore-case, and lists */
    bool same_element; /* FLT-3: one object of a list must satisfy all keys together */
    size_t bytes;      /* of the policy's text; 0: of its compact form */
};

/* Both live in the arena.  The API says "Invalid parameter: Attributes Reason: FilterPolicy: " and
 * the sentence, a scenario's loader shows the place too: a JSON pointer within the policy. */
struct filter_error {
    const char *sentence, *pointer;
};

struct filter;         /* a compiled policy */
struct filter_subject; /* what is judged of a message */

/* Returns NULL after filling error.  The policy need not outlive the call. */
const struct filter *filter_compile(struct arena *arena, const struct json *policy,
                                    const struct filter_cfg *cfg, struct filter_error *error);

struct filter_attribute {
    const char *name, *type; /* type: String, String.Array, Number or Binary */
    const char *text;        /* NULL: binary */
};

/* Both copy what they keep to the arena. */
const struct filter_subject *
filter_subject_of_attributes(struct arena *arena, const struct filter_attribute *all, size_t count);
const struct filter_subject *filter_subject_of_body(struct arena *arena, const char *text,
                                                    size_t bytes);

/* FLT-7: delivered, or the reason why not. */
enum filter_verdict {
    FILTER_MATCHED,
    FILTER_OUT_ATTRIBUTES,         /* attributes that the policy does not want */
    FILTER_OUT_NO_ATTRIBUTES,      /* a message without any */
    FILTER_OUT_INVALID_ATTRIBUTES, /* one of them cannot be read as its type says */
    FILTER_OUT_BODY,               /* a body that the policy does not want */
    FILTER_OUT_INVALID_BODY        /* one that is no JSON object */
};

/* The subject's scope MUST be the filter's. */
enum filter_verdict filter_judge(const struct filter *filter, const struct filter_subject *subject);

/* The metric that counts a reason besides NumberOfNotificationsFilteredOut, which counts all; NULL
 * if there is none. */
const char *filter_metric(enum filter_verdict verdict);

#endif
