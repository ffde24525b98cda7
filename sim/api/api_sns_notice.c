// SPDX-License-Identifier: GPL-3.0-or-later
/* The topics' hooks: what filters judge of a publication, and what each subscriber gets. */
#include "api/api_sns_notice.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/text.h"
#include "api/api_sns.h"
#include "api/api_sqs.h"
#include "api/attribute.h"
#include "api/handle.h"

/* --- what filters judge --- */

const struct filter_subject *api_sns_subject(void *context, const struct send *send,
                                             enum filter_scope scope)
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

const char *api_sns_notice_text(const struct json_doc *structure, const char *protocol)
{
    const char *text = NULL;
    for (const struct json *node = json_first(json_root(structure)); node != NULL;
         node = json_next(node))
        if (strcmp(json_key(node), protocol) == 0 && json_kind(node) == JSON_TEXT)
            text = json_text(node);
    return text;
}

/* SNS-5: what a protocol gets. */
static const char *body_for(const struct api_sns_notice *notice, const char *protocol)
{
    const char *own =
        notice->structure == NULL ? NULL : api_sns_notice_text(notice->structure, protocol);
    return own != NULL ? own : notice->content.body;
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
    request_write_text(w, "Timestamp", text);
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
        request_write_text(w, "Type", a->type);
        request_write_text(w, "Value", a->text != NULL ? a->text : text_of(&text));
        json_write_close(w, '}');
        text_free(&text);
    }
    json_write_close(w, '}');
}

static void write_envelope(struct text *out, const struct account *account,
                           const struct api_sns_subscription *s,
                           const struct api_sns_notice *notice, uint64_t number)
{
    struct json_writer w;
    struct text link = {0};
    char uuid[HANDLE_UUID_BYTES];
    const bool is_fifo = account->sns->publication->topic->topic.service.is_fifo;
    json_write_init(&w, out, true);
    json_write_open(&w, '{');
    request_write_text(&w, "Type", "Notification");
    handle_uuid(uuid, notice->root);
    request_write_text(&w, "MessageId", uuid);
    if (is_fifo) {
        json_write_key(&w, "SequenceNumber");
        api_sqs_write_number(&w, number);
    }
    request_write_text(&w, "TopicArn", s->topic_arn);
    if (notice->subject != NULL)
        request_write_text(&w, "Subject", notice->subject);
    request_write_text(&w, "Message", body_for(notice, s->protocol));
    write_timestamp(&w, account_epoch_ms(account_now(account)));
    if (!is_fifo) {
        const char *version =
            texts_get(&account->sns->publication->topic->attributes, "SignatureVersion");
        request_write_text(&w, "SignatureVersion", version == NULL ? "1" : version);
        request_write_text(&w, "Signature", "bm90IGEgc2lnbmF0dXJlIGJ1dCBhcyBsb25nIGFzIG9uZQ==");
        request_write_text(&w, "SigningCertURL",
                           "https://sns." ACCOUNT_REGION ".amazonaws.com/SimpleNotificationService-"
                           "0123456789abcdef0123456789abcdef.pem");
    }
    text_printf(&link,
                "https://sns." ACCOUNT_REGION
                ".amazonaws.com/?Action=Unsubscribe&SubscriptionArn=%s",
                s->arn);
    request_write_text(&w, "UnsubscribeURL", text_of(&link));
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
    const struct api_sns_notice *notice = &account->sns->publication->notices[send->body];
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
