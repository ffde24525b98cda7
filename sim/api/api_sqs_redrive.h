// SPDX-License-Identifier: GPL-3.0-or-later
/* RedrivePolicy and RedriveAllowPolicy: JSON in a text (DLQ-6 .. DLQ-8). */
#ifndef QUEUELAB_API_API_SQS_REDRIVE_H
#define QUEUELAB_API_API_SQS_REDRIVE_H

#include "api/api_sqs_attributes.h"

/* Reads a RedrivePolicy into the draft; "" clears it. */
bool api_sqs_redrive_read(struct api_sqs_draft *draft, const char *text,
                          struct request_error *error);
/* Appends it as AWS shows it; nothing if there is none. */
void api_sqs_redrive_show(const struct api_sqs_draft *draft, struct text *out);
/* Reads a RedriveAllowPolicy into the draft's settings; "" clears it. */
bool api_sqs_redrive_read_allow(struct api_sqs_draft *draft, const char *text,
                                struct request_error *error);
/* Gives the model the policy that an entry's cfg names. */
void api_sqs_redrive_connect(struct account *account, struct account_queue *entry);

#endif
