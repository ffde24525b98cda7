// SPDX-License-Identifier: GPL-3.0-or-later
/* The account's topics and subscriptions, and what the SNS actions share.
 *
 * A subscription outlives its topic and its queue (SNS-4): it is the account's, and stands in the
 * model's topic only while that exists. */
#ifndef QUEUELAB_API_API_SNS_H
#define QUEUELAB_API_API_SNS_H

#include "base/arena.h"
#include "model/filter.h"
#include "model/topic.h"
#include "api/account.h"
#include "api/registry.h"
#include "api/request.h"
#include "api/texts.h"

#define API_SNS_ARN "arn:aws:sns:" ACCOUNT_REGION ":" ACCOUNT_ID ":"

enum { API_SNS_PAGE = 100 };

struct api_sns_subscription;

struct api_sns_topic {
    struct topic topic; /* first */
    char *arn;
    struct texts attributes; /* as they were given, and kept */
    struct texts tags;
    struct texts data_protection;      /* its policy under "", if it has one */
    uint32_t deleted;                  /* subscriptions that ended */
    uint32_t filter_count;             /* of its subscriptions (LIM-7) */
    struct api_sns_topic *prev, *next; /* in order of making */
};

/* A place in the ring of the subscriptions that name a queue. */
struct api_sns_link {
    struct api_sns_subscription *subscription;
    struct api_sns_link *prev, *next; /* NULL: in no ring */
};

struct api_sns_subscription {
    struct api_sns_topic *topic;     /* NULL: deleted */
    struct subscription *subscribed; /* the topic's; NULL likewise */
    char *arn, *topic_arn, *protocol, *endpoint;
    struct texts attributes; /* as they were given */
    struct arena arena;      /* of the compiled filter */
    const struct filter *filter;
    bool is_confirmed;
    char *queue;       /* SQS, in this account: name of the queue; else NULL */
    char *dead_letter; /* name of the dead-letter queue, or NULL */
    struct api_sns_link by_queue, by_dead_letter;
    struct api_sns_subscription *prev, *next; /* in order of subscribing */
};

struct api_sns {
    struct delivery_pool pool;
    struct topic_setting setting;
    struct api_sns_topic *topics, *last_topic;
    struct api_sns_subscription *subscriptions, *last_subscription;
    struct registry topic_arns, subscription_arns;
    struct registry endpoints; /* subscriptions by what must not come twice; while the topic is */
    struct registry rings;     /* struct api_sns_link, by name of the queue */
    struct texts sms;          /* attributes of text messages */
    uint64_t subscription_number;                  /* the latest one's */
    const struct api_sns_publication *publication; /* the one being fanned out */
};

/* Each ends in a row of NULL. */
extern const struct request_action api_sns_topic_actions[], api_sns_subscription_actions[],
    api_sns_publish_actions[], api_sns_tag_actions[], api_sns_sms_actions[];

/* The account's topics, made at the first use. */
struct api_sns *api_sns_of(struct account *account);
void api_sns_free(struct account *account);
void api_sns_free_topic(struct api_sns_topic *topic); /* which stands in no list any more */

/* The topic that a parameter names by its ARN; NULL after noting the error. */
struct api_sns_topic *api_sns_topic_of(struct request *request, const char *key);
struct api_sns_topic *api_sns_find(const struct account *account, const char *arn);
/* Is it an ARN at all?  False after noting the error. */
bool api_sns_judge_arn(const char *key, const char *arn, struct request_error *error);
/* A text that must be there, which may be empty: its reader judges that. */
bool api_sns_need(struct request *request, const char *key, const char **value);
/* A telephone number as E.164 has it? */
bool api_sns_is_number(const char *number);

/* --- finding again (api_sns_index.c) --- */

void api_sns_add_topic(struct api_sns *sns, struct api_sns_topic *topic);
void api_sns_remove_topic(struct api_sns *sns, struct api_sns_topic *topic);
void api_sns_add_subscription(struct api_sns *sns, struct api_sns_subscription *subscription);
void api_sns_remove_subscription(struct api_sns *sns, struct api_sns_subscription *subscription);
/* The subscription of the same topic to the same endpoint, or NULL. */
struct api_sns_subscription *api_sns_find_same(const struct api_sns *sns,
                                               const struct api_sns_subscription *given);

/* A queue was made or is about to be deleted: subscriptions to it find it or lose it. */
void api_sns_meet_queue(struct account *account, const struct account_queue *entry);
void api_sns_lose_queue(struct account *account, const struct account_queue *entry);

/* Gives the model what a subscription's attributes say. */
void api_sns_connect(struct account *account, struct api_sns_subscription *subscription);

/* --- attributes of a subscription (api_sns_terms.c) --- */

/* Reads those that it is made with. */
bool api_sns_terms_read(struct api_sns_subscription *subscription, const struct json *attributes,
                        struct request_error *error);
/* Changes one; a failure leaves it as it was, but for the address of the filter. */
bool api_sns_terms_set(struct api_sns_subscription *subscription, const char *name,
                       const char *value, struct request_error *error);
void api_sns_terms_write(struct json_writer *w, const struct api_sns_subscription *subscription);
/* SNS-4: is what is given what it has? */
bool api_sns_terms_agree(const struct api_sns_subscription *subscription,
                         const struct texts *given);

/* Frees one that stands in no list. */
void api_sns_free_subscription(struct api_sns_subscription *subscription);

/* Hooks of topics (api_sns_publish.c). */
const struct filter_subject *api_sns_subject(void *context, const struct send *send,
                                             enum filter_scope scope);
bool api_sns_translate(void *context, const struct subscription *subscription, uint64_t number,
                       struct send *send);
void api_sns_forget(void *context, const struct send *send);

/* Notes InvalidParameter; always returns false. */
bool api_sns_bad_value(const char *name, const char *reason, struct request_error *error);
#endif
