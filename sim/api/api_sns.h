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
    uint32_t deleted;           /* subscriptions that ended */
    struct api_sns_topic *next; /* in order of making */
};

struct api_sns_subscription {
    struct api_sns_topic *topic;     /* NULL: deleted */
    struct subscription *subscribed; /* the topic's; NULL likewise */
    char *arn, *topic_arn, *protocol, *endpoint;
    struct texts attributes; /* as they were given */
    struct arena arena;      /* of the compiled filter */
    const struct filter *filter;
    bool is_confirmed;
    char *queue;                       /* SQS: name of the queue; else NULL */
    struct api_sns_subscription *next; /* in order of subscribing */
};

struct api_sns {
    struct delivery_pool pool;
    struct topic_setting setting;
    struct api_sns_topic *topics;
    struct api_sns_subscription *subscriptions;
    uint64_t subscription_number;                  /* the latest one's */
    const struct api_sns_publication *publication; /* the one being fanned out */
};

/* Each ends in a row of NULL. */
extern const struct request_action api_sns_topic_actions[], api_sns_subscription_actions[],
    api_sns_publish_actions[], api_sns_tag_actions[];

/* The account's topics, made at the first use. */
struct api_sns *api_sns_of(struct account *account);
void api_sns_free(struct account *account);
void api_sns_free_topic(struct api_sns_topic *topic); /* which stands in no list any more */

/* The topic that a parameter names by its ARN; NULL after noting the error. */
struct api_sns_topic *api_sns_topic_of(struct request *request, const char *key);
struct api_sns_topic *api_sns_find(const struct account *account, const char *arn);
/* Is it an ARN at all?  False after noting the error. */
bool api_sns_judge_arn(const char *key, const char *arn, struct request_error *error);

/* A queue was made or is about to be deleted: subscriptions to it find it or lose it. */
void api_sns_meet_queue(struct account *account, struct account_queue *entry);
void api_sns_lose_queue(struct account *account, const struct account_queue *entry);

/* Gives the model what a subscription's attributes say. */
void api_sns_connect(struct account *account, struct api_sns_subscription *subscription);
void api_sns_forget_subscription(struct account *account,
                                 struct api_sns_subscription *subscription);

/* Frees one that stands in no list. */
void api_sns_free_subscription(struct api_sns_subscription *subscription);

/* Hooks of topics (api_sns_publish.c). */
const struct filter_subject *api_sns_subject(void *context, const struct send *send,
                                             enum filter_scope scope);
bool api_sns_translate(void *context, const struct subscription *subscription, uint64_t number,
                       struct send *send);
void api_sns_forget(void *context, const struct send *send);

/* Reads where a page of a list starts; writes where the next one does. */
bool api_sns_read_page(struct request *request, size_t *from);
void api_sns_write_next(struct json_writer *w, size_t next);

#endif
