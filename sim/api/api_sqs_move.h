// SPDX-License-Identifier: GPL-3.0-or-later
/* The account's message move tasks. */
#ifndef QUEUELAB_API_API_SQS_MOVE_H
#define QUEUELAB_API_API_SQS_MOVE_H

#include "api/account.h"

/* A queue is about to be deleted: its own tasks are forgotten, those that move to it fail.  NULL:
 * all are forgotten. */
void api_sqs_move_forget(struct account *account, struct queue *queue);

#endif
