// SPDX-License-Identifier: GPL-3.0-or-later
/* Access policies of queues and topics: statements added and removed by label, and whether a
 * queue's policy admits a topic (SNS-16). */
#ifndef QUEUELAB_API_POLICY_H
#define QUEUELAB_API_POLICY_H

#include <stdbool.h>
#include "api/request.h"

enum { POLICY_MOST_BYTES = 8192 }; /* ATT-13 */

/* Whose policy it is, and how AddPermission is asked about it. */
struct policy {
    char **place;                           /* the text; NULL in it: none yet */
    const char *arn;                        /* of the queue or topic */
    const char *fresh;                      /* what stands for none */
    const char *prefix;                     /* of actions in a statement */
    const char *const *actions;             /* known ones, ending in NULL */
    const char *accounts_key, *actions_key; /* of the request's parameters */
};

/* AddPermission and RemovePermission. */
bool policy_add(struct request *request, const struct policy *policy);
bool policy_remove(struct request *request, const struct policy *policy);

/* Is a text a JSON object, and short enough? */
bool policy_is_sound(const char *text);
/* SNS-16: may the topic send to the queue?  A Deny wins over an Allow. */
bool policy_admits(const char *text, const char *topic_arn, const char *queue_arn);

#endif
