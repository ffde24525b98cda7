// SPDX-License-Identifier: GPL-3.0-or-later
/* Publish and PublishBatch: what subscribers get is made while the topic fans out. */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/must.h"
#include "base/units.h"
#include "api/api_sns.h"
#include "api/api_sqs.h"
#include "api/api_sqs_settings.h"
#include "api/attribute.h"
#include "api/batch.h"
#include "api/handle.h"
#include "api/policy.h"

enum { SUBJECT_MOST = 100, ATTRIBUTES_MOST = 1000 };

/* One entry.  Its place in the list of a batch is send.body. */
struct notice {
    struct content content;     /* body: the message, or its default */
    const char *subject;        /* NULL: none */
    struct json_doc *structure; /* MessageStructure json: bodies by protocol; NULL: one for all */
    char sha256[65];
    uint64_t root;
};

/* What is being published: hooks find it in the account. */
struct api_sns_publication {
    const struct api_sns_topic *topic;
    struct notice *notices;
    struct arena *scratch;
};

/* --- what filters judge --- */

const struct filter_subject *api_sns_subject(void *context, const struct send *send, unsigned scope)
{
    const struct account *account = context;
    const struct api_sns_publication *p = account->sns->publication;
    const struct content *content = &p->notices[send->body].content;
    if (scope == FILTER_BODY)
        return filter_subject_of_body(p->scratch, content->body, content->body_bytes);
    struct filter_attribute *all =
        arena_alloc(p->scratch, (content->attribute_count + 1) * sizeof *all);
    for (uint32_t i = 0; i < content->attribute_count; i++)
        all[i] = (struct filter_attribute){.name = content->attributes[i].name,
                                           .type = content->attributes[i].type,
                                           .text = content->attributes[i].text};
    return filter_subject_of_attributes(p->scratch, all, content->attribute_count);
}

/* --- envelopes (SNS-6) --- */

/* The last member with that key (SNS-5: keys may be repeated). */
static const char *text_for(const struct json_doc *structure, const char *protocol)
{
    const char *text = NULL;
    for (const struct json *node = json_first(json_root(structure)); node != NULL;
         node = json_next(node))
        if (strcmp(json_key(node), protocol) == 0 && json_kind(node) == JSON_TEXT)
            text = json_text(node);
    return text;
}

/* SNS-5: what a protocol gets. */
static const char *body_for(const struct notice *notice, const char *protocol)
{
    const char *own = notice->structure == NULL ? NULL : text_for(notice->structure, protocol);
    return own != NULL ? own : notice->content.body;
}

static void write_pair(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

/* A date in the proleptic Gregorian calendar from days since 1970-01-01, by eras of 400 years. */
static void write_timestamp(struct json_writer *w, int64_t epoch_ms)
{
    const int64_t days = epoch_ms / 86400000 + 719468, ms = epoch_ms % 86400000;
    const int64_t era = days / 146097, in_era = days % 146097;
    const int64_t year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int64_t day_of_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted = (5 * day_of_year + 2) / 153,
                  month = shifted < 10 ? shifted + 3 : shifted - 9;
    const int64_t year = year_of_era + era * 400 + (month <= 2);
    char text[64];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, (int)month,
             (int)(day_of_year - (153 * shifted + 2) / 5 + 1), (int)(ms / 3600000),
             (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    write_pair(w, "Timestamp", text);
}

static void write_attributes(struct json_writer *w, const struct content *content)
{
    json_write_key(w, "MessageAttributes");
    json_write_open(w, '{');
    for (uint32_t i = 0; i < content->attribute_count; i++) {
        const struct content_attribute *a = &content->attributes[i];
        struct text text = {0};
        if (a->text == NULL)
            base64_encode(&text, a->bytes, a->byte_count);
        json_write_key(w, a->name);
        json_write_open(w, '{');
        write_pair(w, "Type", a->type);
        write_pair(w, "Value", a->text != NULL ? a->text : text_of(&text));
        json_write_close(w, '}');
        text_free(&text);
    }
    json_write_close(w, '}');
}

static void write_envelope(struct text *out, const struct account *account,
                           const struct api_sns_subscription *s, const struct notice *notice,
                           uint64_t number)
{
    struct json_writer w;
    struct text link = {0};
    char uuid[HANDLE_UUID_BYTES];
    const bool is_fifo = account->sns->publication->topic->topic.service.is_fifo;
    json_write_init(&w, out, true);
    json_write_open(&w, '{');
    write_pair(&w, "Type", "Notification");
    handle_uuid(uuid, notice->root);
    write_pair(&w, "MessageId", uuid);
    if (is_fifo) {
        json_write_key(&w, "SequenceNumber");
        api_sqs_write_number(&w, number);
    }
    write_pair(&w, "TopicArn", s->topic_arn);
    if (notice->subject != NULL)
        write_pair(&w, "Subject", notice->subject);
    write_pair(&w, "Message", body_for(notice, s->protocol));
    write_timestamp(&w, account_epoch_ms(account_now(account)));
    if (!is_fifo) {
        write_pair(&w, "SignatureVersion", "1");
        write_pair(&w, "Signature", "bm90IGEgc2lnbmF0dXJlIGJ1dCBhcyBsb25nIGFzIG9uZQ==");
        write_pair(&w, "SigningCertURL",
                   "https://sns." ACCOUNT_REGION ".amazonaws.com/SimpleNotificationService-"
                   "0123456789abcdef0123456789abcdef.pem");
    }
    text_printf(&link,
                "https://sns." ACCOUNT_REGION
                ".amazonaws.com/?Action=Unsubscribe&SubscriptionArn=%s",
                s->arn);
    write_pair(&w, "UnsubscribeURL", text_of(&link));
    if (notice->content.attribute_count > 0)
        write_attributes(&w, &notice->content);
    json_write_close(&w, '}');
    text_free(&link);
}

/* What a queue is sent becomes a content of its own. */
bool api_sns_translate(void *context, const struct subscription *subscription, uint64_t number,
                       struct send *send)
{
    struct account *account = context;
    const struct api_sns_subscription *s = subscription->owner;
    const struct notice *notice = &account->sns->publication->notices[send->body];
    struct content content = {.id = account->next_root++};
    struct text envelope = {0};
    /* SNS-7: a queue cannot take so many attributes; a dead-letter queue gets the first of them. */
    const bool is_too_many =
        subscription->raw && notice->content.attribute_count > CONTENT_ATTRIBUTES;
    if (subscription->raw) { /* SNS-7 */
        content.body = body_for(notice, s->protocol);
        content.attribute_count =
            is_too_many ? CONTENT_ATTRIBUTES : notice->content.attribute_count;
        content.attributes = notice->content.attributes;
    } else {
        write_envelope(&envelope, account, s, notice, number);
        content.body = text_of(&envelope);
    }
    content.body_bytes = strlen(content.body);
    content.group = send->group == MESSAGE_NO_GROUP ? NULL : notice->content.group;
    content.dedup = send->dedup == 0 ? NULL : notice->content.dedup;
    digest_md5(content.md5, content.body, content.body_bytes);
    send->bytes = (uint32_t)attribute_total_bytes(&content);
    send->body = content_keep(&account->contents, &content);
    text_free(&envelope);
    return !is_too_many;
}

void api_sns_forget(void *context, const struct send *send)
{
    struct account *account = context;
    content_drop(&account->contents, send->body);
}

/* --- reading a publication --- */

static bool bad_value(const char *name, const char *reason, struct request_error *error)
{
    return request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: %s Reason: %s", name, reason);
}

static bool read_subject(const struct json *params, struct notice *notice,
                         struct request_error *error)
{
    if (!request_text(params, "Subject", &notice->subject, error))
        return false;
    if (notice->subject == NULL)
        return true;
    const size_t length = strlen(notice->subject);
    bool is_good = length >= 1 && length <= SUBJECT_MOST;
    for (size_t i = 0; i < length; i++)
        is_good = is_good && (unsigned char)notice->subject[i] >= 0x20 &&
                  (unsigned char)notice->subject[i] < 0x7F;
    return is_good || request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: Subject");
}

/* SNS-5 */
static bool read_structure(const struct json *params, struct notice *notice,
                           struct request_error *error)
{
    const char *structure = NULL;
    if (!request_text(params, "MessageStructure", &structure, error))
        return false;
    if (structure == NULL)
        return true;
    if (strcmp(structure, "json") != 0)
        return bad_value("MessageStructure", "json is the only one", error);
    struct diag *diag = diag_new();
    notice->structure =
        json_parse_repeating("", notice->content.body, notice->content.body_bytes, diag);
    diag_free(diag);
    if (notice->structure == NULL || json_kind(json_root(notice->structure)) != JSON_OBJECT)
        return bad_value("Message Structure", "JSON message body failed to parse", error);
    const char *fallback = text_for(notice->structure, "default");
    if (fallback == NULL)
        return bad_value("Message Structure", "No default entry in JSON message body", error);
    notice->content.body = fallback;
    notice->content.body_bytes = strlen(fallback);
    return true;
}

static bool read_message(const struct json *params, struct notice *notice,
                         struct request_error *error)
{
    const char *message = NULL;
    if (!request_text(params, "Message", &message, error))
        return false;
    if (message == NULL || *message == '\0') /* SNS-2 */
        return request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: Empty message");
    notice->content.body = message;
    notice->content.body_bytes = strlen(message);
    return true;
}

static bool read_id(const struct json *params, const char *key, const char **id,
                    struct request_error *error)
{
    if (!request_text(params, key, id, error))
        return false;
    return *id == NULL || attribute_id_is_allowed(*id) ||
           bad_value(key, "1 to 128 alphanumeric and punctuation characters", error);
}

static bool read_ids(struct account *account, const struct api_sns_topic *topic,
                     const struct json *params, struct notice *notice, struct send *send,
                     struct request_error *error)
{
    struct content *content = &notice->content;
    if (!read_id(params, "MessageGroupId", &content->group, error) ||
        !read_id(params, "MessageDeduplicationId", &content->dedup, error))
        return false;
    if (content->group != NULL)
        send->group = account_group(account, content->group);
    if (content->dedup != NULL) {
        send->dedup = api_sqs_id_number(content->dedup);
    } else if (topic->topic.service.is_fifo && topic->topic.cfg->content_dedup) {
        digest_sha256(notice->sha256, content->body, content->body_bytes); /* SNS-23 */
        content->dedup = notice->sha256;
        send->dedup = api_sqs_id_number(notice->sha256);
        send->flags |= SEND_DEDUP_IS_CONTENT;
    }
    return true;
}

/* Reads one publication; *weight is what it counts for (SNS-1). */
static bool read_notice(struct request *request, const struct api_sns_topic *topic,
                        const struct json *params, size_t place, struct notice *notice,
                        struct send *send, struct request_error *error)
{
    struct account *account = request->account;
    *notice = (struct notice){.root = account->next_root++, .content.body = ""};
    *send = (struct send){.root = notice->root,
                          .called_ns = account_now(account),
                          .delay_ns = -1,
                          .group = MESSAGE_NO_GROUP,
                          .body = (uint32_t)place,
                          .producer = NODE_NONE};
    if (!read_message(params, notice, error) || !read_subject(params, notice, error) ||
        !attribute_read_all(params, ATTRIBUTES_MOST, &notice->content, &request->scratch, error))
        return false;
    const size_t bytes = attribute_total_bytes(&notice->content);
    send->bytes = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
    return read_structure(params, notice, error) &&
           read_ids(account, topic, params, notice, send, error);
}

/* What the topic refused, in AWS's words (SNS-1, SNS-20). */
static bool refuse(enum send_status status, struct request_error *error)
{
    switch (status) {
    case SEND_TOO_LONG:
        return request_fail(error, REQUEST_BAD_VALUE, "Invalid parameter: Message too long");
    case SEND_NEEDS_GROUP:
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Invalid parameter: The MessageGroupId parameter is required for FIFO "
                            "topics");
    case SEND_NEEDS_DEDUP:
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Invalid parameter: The topic should either have "
                            "ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                            "explicitly");
    case SEND_HAS_DEDUP:
        return bad_value("MessageDeduplicationId",
                         "The request includes MessageDeduplicationId parameter that is not valid "
                         "for this topic type",
                         error);
    case SEND_THROTTLED:
        return request_fail(error, REQUEST_THROTTLED, "Rate exceeded");
    default:
        return request_fail(error, REQUEST_BATCH_TOO_LONG,
                            "The length of all the messages put together is more than the limit");
    }
}

/* --- publishing --- */

/* SNS-16: a queue without a policy of its own is taken to admit its account's topics, unless the
 * API was asked to be strict. */
static void look_at_policies(struct account *account, const struct api_sns_topic *topic)
{
    struct text arn = {0};
    for (struct subscription *s = topic->topic.first; s != NULL; s = s->next) {
        const struct api_sns_subscription *own = s->owner;
        const struct account_queue *entry =
            own->queue == NULL ? NULL : account_find(account, own->queue);
        const char *policy = entry == NULL ? NULL : entry->settings->policy;
        text_clear(&arn);
        text_printf(&arn, ACCOUNT_ARN "%s", own->queue == NULL ? "" : own->queue);
        s->allowed = policy == NULL ? !account->setting.strict_policies
                                    : policy_admits(policy, topic->arn, text_of(&arn));
    }
    text_free(&arn);
}

static enum send_status publish_all(struct request *request, struct api_sns_topic *topic,
                                    struct notice *notices, const struct send *sends, size_t count,
                                    struct sent *replies)
{
    struct account *account = request->account;
    const struct api_sns_publication publication = {topic, notices, &request->scratch};
    look_at_policies(account, topic);
    account->sns->publication = &publication;
    const enum send_status status =
        topic_publish(&topic->topic.service, sends, count, replies, account_now(account));
    account->sns->publication = NULL;
    return status;
}

static void write_published(struct json_writer *w, const struct api_sns_topic *topic,
                            const struct sent *reply)
{
    char uuid[HANDLE_UUID_BYTES];
    handle_uuid(uuid, reply->root); /* SNS-22: of a duplicate, the original's */
    json_write_key(w, "MessageId");
    json_write_text(w, uuid);
    if (topic->topic.service.is_fifo) {
        json_write_key(w, "SequenceNumber");
        api_sqs_write_number(w, reply->number);
    }
}

static bool is_done(enum send_status status)
{
    return status == SEND_OK || status == SEND_DEDUPLICATED;
}

/* The topic of a Publish: TopicArn, or TargetArn for a topic too. */
static struct api_sns_topic *target_of(struct request *request)
{
    const struct json *target =
        request->params == NULL ? NULL : json_get(request->params, "TargetArn");
    const struct json *topic =
        request->params == NULL ? NULL : json_get(request->params, "TopicArn");
    if (topic == NULL && target == NULL) {
        bad_value("TopicArn or TargetArn", "no value for required parameter", &request->error);
        return NULL;
    }
    return api_sns_topic_of(request, topic != NULL ? "TopicArn" : "TargetArn");
}

static bool publish(struct request *request)
{
    struct notice notice = {0};
    struct send send;
    struct sent reply = {0};
    struct api_sns_topic *topic = target_of(request);
    if (topic == NULL)
        return false;
    bool is_good = read_notice(request, topic, request->params, 0, &notice, &send, &request->error);
    if (is_good) {
        const enum send_status status = publish_all(request, topic, &notice, &send, 1, &reply);
        const enum send_status worst = status == SEND_OK ? reply.status : status;
        is_good = is_done(worst) || refuse(worst, &request->error);
    }
    if (is_good)
        write_published(request->w, topic, &reply);
    json_free(notice.structure);
    return is_good;
}

struct publishing {
    struct api_sns_topic *topic;
    struct batch batch;
    struct notice notices[BATCH_MOST];
    struct send sends[BATCH_MOST];
    struct sent replies[BATCH_MOST];
};

static void write_entry(void *context, struct json_writer *w, size_t i)
{
    const struct publishing *publishing = context;
    write_published(w, publishing->topic, &publishing->replies[i]);
}

/* Publishes the entries that are well formed; what fails one fails it alone. */
static bool publish_good(struct request *request, struct publishing *p)
{
    struct send good[BATCH_MOST];
    struct sent replies[BATCH_MOST];
    size_t places[BATCH_MOST], count = 0;
    int64_t bytes = 0;
    for (size_t i = 0; i < p->batch.count; i++) {
        bytes += p->sends[i].bytes;
        if (p->batch.entries[i].error.code != REQUEST_OK)
            continue;
        good[count] = p->sends[i];
        places[count++] = i;
    }
    if (bytes > request->account->sns->setting.limits->max_bytes) /* SNS-1 */
        return refuse(SEND_BATCH_TOO_LONG, &request->error);
    const enum send_status status =
        count == 0 ? SEND_OK : publish_all(request, p->topic, p->notices, good, count, replies);
    if (!is_done(status))
        return refuse(status, &request->error);
    for (size_t at = 0; at < count; at++) {
        p->replies[places[at]] = replies[at];
        if (!is_done(replies[at].status))
            refuse(replies[at].status, &p->batch.entries[places[at]].error);
    }
    return true;
}

static bool publish_batch(struct request *request)
{
    struct publishing p = {0};
    p.topic = api_sns_topic_of(request, "TopicArn");
    if (p.topic == NULL || !batch_open(request, &p.batch))
        return false;
    for (size_t i = 0; i < p.batch.count; i++)
        read_notice(request, p.topic, p.batch.entries[i].params, i, &p.notices[i], &p.sends[i],
                    &p.batch.entries[i].error);
    const bool is_good = publish_good(request, &p);
    if (is_good)
        batch_reply(request, &p.batch, write_entry, &p);
    for (size_t i = 0; i < p.batch.count; i++)
        json_free(p.notices[i].structure);
    return is_good;
}

const struct request_action api_sns_publish_actions[] = {
    {"sns", "Publish", publish},
    {"sns", "PublishBatch", publish_batch},
    {NULL, NULL, NULL},
};
