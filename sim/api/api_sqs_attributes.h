// SPDX-License-Identifier: GPL-3.0-or-later
/* The attributes of a queue as the API names them (ATT-1), read into and shown from a draft: what
 * the model knows in a struct queue_cfg, by its kind's own parameter rows, the rest in settings. */
#ifndef QUEUELAB_API_API_SQS_ATTRIBUTES_H
#define QUEUELAB_API_API_SQS_ATTRIBUTES_H

#include "api/account.h"
#include "api/api_sqs_settings.h"

struct api_sqs_draft {
    struct account *account;
    const char *name; /* of the queue */
    bool is_fifo;
    struct queue_cfg cfg;
    struct api_sqs_settings *settings; /* its own until api_sqs_attributes_take */
};

/* A draft of defaults, or of an existing queue's attributes. */
void api_sqs_attributes_fresh(struct api_sqs_draft *draft, struct account *account,
                              const char *name, bool is_fifo);
void api_sqs_attributes_of(struct api_sqs_draft *draft, struct account *account,
                           const struct account_queue *entry);
void api_sqs_attributes_drop(struct api_sqs_draft *draft);

/* Puts a map of texts into the draft; false after noting the error.  What depends on several
 * attributes is judged at the end. */
bool api_sqs_attributes_read(struct api_sqs_draft *draft, const struct json *attributes,
                             struct request_error *error);
/* The first given attribute that is not the same in both (ATT-5), or NULL. */
const char *api_sqs_attributes_differ(const struct json *attributes,
                                      const struct api_sqs_draft *one,
                                      const struct api_sqs_draft *other);
/* ATT-9: writes a member Attributes with those that are asked for, if there are any. */
bool api_sqs_attributes_show(struct account *account, const struct account_queue *entry,
                             const struct json *names, struct json_writer *w,
                             struct request_error *error);
/* Makes the draft an open queue's own: it takes the settings. */
void api_sqs_attributes_take(struct account_queue *entry, struct api_sqs_draft *draft);

#endif
