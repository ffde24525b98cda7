// SPDX-License-Identifier: GPL-3.0-or-later
/* Publish and PublishBatch: what subscribers get is made while the topic fans out. */
#include <string.h>

#include "base/digest.h"
#include "base/must.h"
#include "base/units.h"
#include "api/api_sns.h"
#include "api/api_sns_notice.h"
#include "api/api_sqs.h"
#include "api/api_sqs_settings.h"
#include "api/attribute.h"
#include "api/batch.h"
#include "api/handle.h"
#include "api/policy.h"

enum { SUBJECT_MOST = 100, ATTRIBUTES_MOST = 1000 };

/* --- reading a publication --- */

static bool read_subject(const struct json *params, struct api_sns_notice *notice,
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
static bool read_structure(const struct json *params, struct api_sns_notice *notice,
                           struct request_error *error)
{
    const char *structure = NULL;
    if (!request_text(params, "MessageStructure", &structure, error))
        return false;
    if (structure == NULL)
        return true;
    if (strcmp(structure, "json") != 0)
        return api_sns_bad_value("MessageStructure", "json is the only one", error);
    struct diag *diag = diag_new();
    notice->structure =
        json_parse_repeating("", notice->content.body, notice->content.body_bytes, diag);
    diag_free(diag);
    if (notice->structure == NULL || json_kind(json_root(notice->structure)) != JSON_OBJECT)
        return api_sns_bad_value("Message Structure", "JSON message body failed to parse", error);
    const char *fallback = api_sns_notice_text(notice->structure, "default");
    if (fallback == NULL)
        return api_sns_bad_value("Message Structure", "No default entry in JSON message body",
                                 error);
    notice->content.body = fallback;
    notice->content.body_bytes = strlen(fallback);
    return true;
}

static bool read_message(const struct json *params, struct api_sns_notice *notice,
                         struct request_error *error)
{
    const char *message = NULL;
    if (!request_text(params, "Message", &message, error))
        return false;
    if (message == NULL)
        return request_fail(error, REQUEST_MISSING_PARAMETER,
                            "1 validation error detected: Value null at 'message' failed to "
                            "satisfy constraint: Member must not be null");
    if (*message == '\0') /* SNS-2 */
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
           api_sns_bad_value(key, "1 to 128 alphanumeric and punctuation characters", error);
}

static bool read_ids(struct account *account, const struct api_sns_topic *topic,
                     const struct json *params, struct api_sns_notice *notice, struct send *send,
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
                        const struct json *params, size_t place, struct api_sns_notice *notice,
                        struct send *send, struct request_error *error)
{
    struct account *account = request->account;
    *notice = (struct api_sns_notice){.root = account->next_root++, .content.body = ""};
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
        return api_sns_bad_value(
            "MessageDeduplicationId",
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
static bool is_admitted(const struct account *account, const struct api_sns_topic *topic,
                        const char *queue)
{
    const struct account_queue *entry = queue == NULL ? NULL : account_find(account, queue);
    struct text arn = {0};
    if (entry == NULL || entry->settings->policy == NULL)
        return !account->setting.strict_policies;
    text_printf(&arn, ACCOUNT_ARN "%s", queue);
    const bool admits = policy_admits(entry->settings->policy, topic->arn, text_of(&arn));
    text_free(&arn);
    return admits;
}

static void look_at_policies(const struct account *account, const struct api_sns_topic *topic)
{
    for (struct subscription *s = topic->topic.first; s != NULL; s = s->next) {
        const struct api_sns_subscription *own = s->owner;
        s->allowed = is_admitted(account, topic, own->queue);
    }
}

static enum send_status publish_all(struct request *request, struct api_sns_topic *topic,
                                    struct api_sns_notice *notices, const struct send *sends,
                                    size_t count, struct sent *replies)
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

static const struct json *member(const struct request *request, const char *key)
{
    return request->params == NULL ? NULL : json_get(request->params, key);
}

/* The topic of a Publish: TopicArn, or TargetArn for a topic too. */
static struct api_sns_topic *target_of(struct request *request)
{
    const struct json *target = member(request, "TargetArn"), *topic = member(request, "TopicArn");
    if (topic == NULL && target == NULL) {
        api_sns_bad_value("TopicArn or TargetArn", "no value for required parameter",
                          &request->error);
        return NULL;
    }
    if (topic == NULL && json_kind(target) == JSON_TEXT &&
        strstr(json_text(target), ":endpoint/") != NULL) {
        api_sns_bad_value("TargetArn", "No endpoint found for the target arn specified",
                          &request->error);
        return NULL;
    }
    return api_sns_topic_of(request, topic != NULL ? "TopicArn" : "TargetArn");
}

/* A text message to a telephone, which nobody sees. */
static bool publish_to_number(struct request *request)
{
    struct api_sns_notice notice = {.content.body = ""};
    const char *number;
    char uuid[HANDLE_UUID_BYTES];
    if (!request_text(request->params, "PhoneNumber", &number, &request->error) ||
        !read_message(request->params, &notice, &request->error))
        return false;
    if (number == NULL || !api_sns_is_number(number))
        return api_sns_bad_value("PhoneNumber", "it is not valid to publish to", &request->error);
    handle_uuid(uuid, request->account->next_root++);
    json_write_key(request->w, "MessageId");
    json_write_text(request->w, uuid);
    return true;
}

static bool publish(struct request *request)
{
    struct api_sns_notice notice = {0};
    struct send send;
    struct sent reply = {0};
    if (member(request, "TopicArn") == NULL && member(request, "TargetArn") == NULL &&
        member(request, "PhoneNumber") != NULL)
        return publish_to_number(request);
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
    struct api_sns_notice notices[BATCH_MOST];
    struct send sends[BATCH_MOST];
    struct sent replies[BATCH_MOST];
};

static void write_entry(void *context, struct json_writer *w, size_t i)
{
    const struct publishing *publishing = context;
    write_published(w, publishing->topic, &publishing->replies[i]);
}

/* What the topic would refuse, before it is asked. */
static enum send_status foresee(const struct api_sns_topic *topic, const struct send *send)
{
    if (!topic->topic.service.is_fifo)
        return send->dedup != 0 ? SEND_HAS_DEDUP : SEND_OK;
    if (send->group == MESSAGE_NO_GROUP)
        return SEND_NEEDS_GROUP;
    return send->dedup == 0 ? SEND_NEEDS_DEDUP : SEND_OK;
}

/* SNS-1: a malformed entry fails the whole call, so that nothing of it is published. */
static bool read_entries(struct request *request, struct publishing *p)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < p->batch.count; i++) {
        if (!read_notice(request, p->topic, p->batch.entries[i].params, i, &p->notices[i],
                         &p->sends[i], &request->error))
            return false;
        const enum send_status status = foresee(p->topic, &p->sends[i]);
        if (status != SEND_OK)
            return refuse(status, &request->error);
        bytes += p->sends[i].bytes;
    }
    return bytes <= request->account->sns->setting.limits->max_bytes ||
           refuse(SEND_BATCH_TOO_LONG, &request->error);
}

static bool publish_entries(struct request *request, struct publishing *p)
{
    const enum send_status status =
        publish_all(request, p->topic, p->notices, p->sends, p->batch.count, p->replies);
    if (!is_done(status))
        return refuse(status, &request->error);
    for (size_t i = 0; i < p->batch.count; i++)
        if (!is_done(p->replies[i].status))
            refuse(p->replies[i].status, &p->batch.entries[i].error);
    batch_reply(request, &p->batch, write_entry, p);
    return true;
}

static bool publish_batch(struct request *request)
{
    struct publishing p = {0};
    p.topic = api_sns_topic_of(request, "TopicArn");
    if (p.topic == NULL || !batch_open(request, &p.batch))
        return false;
    const bool is_good = read_entries(request, &p) && publish_entries(request, &p);
    for (size_t i = 0; i < p.batch.count; i++)
        json_free(p.notices[i].structure);
    return is_good;
}

const struct request_action api_sns_publish_actions[] = {
    {"sns", "Publish", publish},
    {"sns", "PublishBatch", publish_batch},
    {NULL, NULL, NULL},
};
