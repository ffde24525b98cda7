// SPDX-License-Identifier: GPL-3.0-or-later
/* The policies that topics and subscriptions carry as JSON texts: access and delivery. */
#ifndef QUEUELAB_API_API_SNS_POLICY_H
#define QUEUELAB_API_API_SNS_POLICY_H

#include "base/text.h"
#include "model/delivery.h"
#include "api/request.h"

/* Reads a DeliveryPolicy, a topic's or a subscription's (SNS-13); "" clears it. */
bool api_sns_policy_read(const char *text, bool of_topic, struct delivery_cfg *cfg,
                         struct request_error *error);
/* Appends the EffectiveDeliveryPolicy of a topic (SNS-12); given: its own as a text, or NULL. */
void api_sns_policy_effective(struct text *out, const struct delivery_cfg *cfg, const char *given);
/* Appends the access policy of a topic that was given none. */
void api_sns_policy_default(struct text *out, const char *topic_arn);

#endif
