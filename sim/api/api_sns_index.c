// SPDX-License-Identifier: GPL-3.0-or-later
/* Finding topics and subscriptions again, and holding these to the queues that they name.
 *
 * Nothing here walks a list of all: each name leads to those concerned.  The subscriptions that
 * name a queue, as their endpoint or for their dead letters, are in a ring, whether the queue
 * exists or not (SNS-4). */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "api/api_sns.h"

/* --- topics and subscriptions --- */

void api_sns_add_topic(struct api_sns *sns, struct api_sns_topic *topic)
{
    topic->prev = sns->last_topic;
    topic->next = NULL;
    *(topic->prev == NULL ? &sns->topics : &topic->prev->next) = topic;
    sns->last_topic = topic;
    registry_put(&sns->topic_arns, topic->arn, topic);
}

void api_sns_remove_topic(struct api_sns *sns, struct api_sns_topic *topic)
{
    *(topic->prev == NULL ? &sns->topics : &topic->prev->next) = topic->next;
    *(topic->next == NULL ? &sns->last_topic : &topic->next->prev) = topic->prev;
    registry_remove(&sns->topic_arns, topic->arn);
}

static void write_endpoint(struct text *out, const struct api_sns_subscription *s)
{
    text_printf(out, "%s\n%s\n%s", s->topic_arn, s->protocol, s->endpoint);
}

struct api_sns_subscription *api_sns_find_same(const struct api_sns *sns,
                                               const struct api_sns_subscription *given)
{
    struct text key = {0};
    write_endpoint(&key, given);
    struct api_sns_subscription *s = registry_get(&sns->endpoints, text_of(&key));
    text_free(&key);
    /* One of a topic that was deleted is no hindrance to its namesake's. */
    return s != NULL && s->topic == given->topic ? s : NULL;
}

void api_sns_add_subscription(struct api_sns *sns, struct api_sns_subscription *s)
{
    struct text key = {0};
    s->prev = sns->last_subscription;
    s->next = NULL;
    *(s->prev == NULL ? &sns->subscriptions : &s->prev->next) = s;
    sns->last_subscription = s;
    registry_put(&sns->subscription_arns, s->arn, s);
    write_endpoint(&key, s);
    registry_remove(&sns->endpoints, text_of(&key));
    registry_put(&sns->endpoints, text_of(&key), s);
    text_free(&key);
}

/* --- rings --- */

static void leave(struct api_sns *sns, struct api_sns_link *link, const char *queue)
{
    if (link->next == NULL)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    if (link->prev == link->next && link->prev->subscription == NULL) { /* the ring's head alone */
        registry_remove(&sns->rings, queue);
        free(link->prev);
    }
    link->prev = link->next = NULL;
}

static void join(struct api_sns *sns, struct api_sns_link *link, const char *queue)
{
    struct api_sns_link *head = queue == NULL ? NULL : registry_get(&sns->rings, queue);
    if (queue == NULL)
        return;
    if (head == NULL) {
        head = must_alloc(sizeof *head);
        *head = (struct api_sns_link){NULL, head, head};
        registry_put(&sns->rings, queue, head);
    }
    link->prev = head->prev;
    link->next = head;
    link->prev->next = head->prev = link;
}

void api_sns_remove_subscription(struct api_sns *sns, struct api_sns_subscription *s)
{
    struct text key = {0};
    *(s->prev == NULL ? &sns->subscriptions : &s->prev->next) = s->next;
    *(s->next == NULL ? &sns->last_subscription : &s->next->prev) = s->prev;
    registry_remove(&sns->subscription_arns, s->arn);
    write_endpoint(&key, s);
    if (registry_get(&sns->endpoints, text_of(&key)) == s)
        registry_remove(&sns->endpoints, text_of(&key));
    text_free(&key);
    leave(sns, &s->by_queue, s->queue);
    leave(sns, &s->by_dead_letter, s->dead_letter);
}

/* --- queues that come and go (SNS-4) --- */

static struct queue *queue_named(const struct account *account, const char *name)
{
    struct account_queue *entry = name == NULL ? NULL : account_find(account, name);
    return entry == NULL ? NULL : &entry->queue;
}

/* Tells the model which queues there are. */
static void find_queues(struct account *account, struct api_sns_subscription *s)
{
    if (s->subscribed == NULL)
        return;
    s->subscribed->queue = queue_named(account, s->queue);
    s->subscribed->node =
        s->subscribed->queue == NULL ? NODE_NONE : s->subscribed->queue->service.node.id;
    s->subscribed->dead_letter = queue_named(account, s->dead_letter);
}

/* The queue of a subscription's RedrivePolicy (SNS-17), or NULL; the caller frees. */
static char *dead_letter_of(const struct api_sns_subscription *s)
{
    const char *text = texts_get(&s->attributes, "RedrivePolicy");
    struct json_doc *doc = text == NULL ? NULL : request_parse(text);
    const struct json *arn = doc == NULL ? NULL : json_find(doc, "/deadLetterTargetArn");
    const size_t prefix = sizeof ACCOUNT_ARN - 1;
    char *name = NULL;
    if (arn != NULL && json_kind(arn) == JSON_TEXT &&
        strncmp(json_text(arn), ACCOUNT_ARN, prefix) == 0) {
        const size_t bytes = strlen(json_text(arn)) - prefix + 1;
        name = memcpy(must_alloc(bytes), json_text(arn) + prefix, bytes);
    }
    json_free(doc);
    return name;
}

void api_sns_connect(struct account *account, struct api_sns_subscription *s)
{
    const char *raw = texts_get(&s->attributes, "RawMessageDelivery"),
               *scope = texts_get(&s->attributes, "FilterPolicyScope");
    leave(account->sns, &s->by_queue, s->queue);
    leave(account->sns, &s->by_dead_letter, s->dead_letter);
    free(s->dead_letter);
    s->dead_letter = dead_letter_of(s);
    s->by_queue.subscription = s->by_dead_letter.subscription = s;
    join(account->sns, &s->by_queue, s->queue);
    join(account->sns, &s->by_dead_letter, s->dead_letter);
    find_queues(account, s);
    if (s->subscribed == NULL)
        return;
    s->subscribed->raw = raw != NULL && strcmp(raw, "true") == 0;
    s->subscribed->scope =
        scope != NULL && strcmp(scope, "MessageBody") == 0 ? FILTER_BODY : FILTER_ATTRIBUTES;
    s->topic->filter_count += s->filter != NULL;
    s->topic->filter_count -= s->subscribed->filter != NULL;
    s->subscribed->filter = s->filter;
    s->subscribed->confirmed = s->is_confirmed;
}

static struct api_sns_link *ring_of(const struct account *account,
                                    const struct account_queue *entry)
{
    return account->sns == NULL ? NULL : registry_get(&account->sns->rings, entry->name);
}

void api_sns_meet_queue(struct account *account, const struct account_queue *entry)
{
    struct api_sns_link *head = ring_of(account, entry);
    for (struct api_sns_link *link = head == NULL ? NULL : head->next; link != head;
         link = link->next)
        find_queues(account, link->subscription);
}

void api_sns_lose_queue(struct account *account, const struct account_queue *entry)
{
    struct api_sns_link *head = ring_of(account, entry);
    for (struct api_sns_link *link = head == NULL ? NULL : head->next; link != head;
         link = link->next) {
        struct subscription *s = link->subscription->subscribed;
        if (s != NULL && s->queue == &entry->queue)
            s->queue = NULL;
        if (s != NULL && s->dead_letter == &entry->queue)
            s->dead_letter = NULL;
    }
}
