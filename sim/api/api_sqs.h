// SPDX-License-Identifier: GPL-3.0-or-later
/* The SQS actions, a table each file, and what they share. */
#ifndef QUEUELAB_API_API_SQS_H
#define QUEUELAB_API_API_SQS_H

#include "api/account.h"
#include "api/request.h"

/* Each ends in a row of NULL. */
extern const struct request_action api_sqs_send_actions[], api_sqs_receive_actions[],
    api_sqs_delete_actions[], api_sqs_queue_actions[], api_sqs_attributes_actions[],
    api_sqs_tag_actions[], api_sqs_move_actions[];

/* Writes a sequence number as AWS does: 20 digits. */
void api_sqs_write_number(struct json_writer *w, uint64_t number);
/* What stands for the text of an id in the model: equal for equal texts, never 0. */
uint64_t api_sqs_id_number(const char *id);

#endif
