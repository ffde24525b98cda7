// SPDX-License-Identifier: GPL-3.0-or-later
/* A row for each attribute; those that the model knows are read by its parameter rows, so that a
 * range stands in one place. */
#include "api/api_sqs_attributes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "api/api_sqs_redrive.h"
#include "api/policy.h"

struct shown;

struct attribute {
    const char *name;
    bool fifo_only;
    /* Reads a value that is given; NULL: computed, cannot be set. */
    bool (*read)(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                 struct request_error *error);
    /* Appends the value; nothing: the queue has none. */
    void (*show)(const struct shown *s);
};

/* What a value is shown from, and where. */
struct shown {
    const struct api_sqs_draft *draft;
    const struct attribute *row;
    const struct account_queue *entry;
    struct text *out;
};

static bool bad_value(const struct attribute *row, struct request_error *error)
{
    return request_fail(error, REQUEST_BAD_ATTRIBUTE_VALUE, "Invalid value for the parameter %s.",
                        row->name);
}

/* --- attributes that are rows of the model --- */

static const struct param *row_of(const struct api_sqs_draft *draft, const char *name)
{
    const struct param *row = draft->is_fifo ? queue_sqs_fifo.params : queue_sqs_standard.params;
    while (row->name != NULL && strcmp(row->name, name) != 0)
        row++;
    MUST(row->name != NULL);
    return row;
}

static void *field_of(struct api_sqs_draft *draft, const struct param *param)
{
    return (char *)&draft->cfg + param->offset;
}

static const void *shown_field(const struct shown *s, const struct param *param)
{
    return (const char *)&s->draft->cfg + param->offset;
}

/* A whole number within a range; false: it is none. */
static bool read_whole(const char *text, double low, double high, int64_t *value)
{
    char *end = NULL;
    if (*text < '0' || *text > '9' || strlen(text) > 10)
        return false;
    *value = strtoll(text, &end, 10);
    return *end == '\0' && (double)*value >= low && (double)*value <= high;
}

static bool read_number(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                        struct request_error *error)
{
    const struct param *param = row_of(draft, row->name);
    int64_t number;
    if (!read_whole(value, param->low, param->high, &number))
        return bad_value(row, error);
    *(int64_t *)field_of(draft, param) = param->type == &param_seconds ? number * SEC : number;
    return true;
}

static void show_number(const struct shown *s)
{
    const struct param *param = row_of(s->draft, s->row->name);
    const int64_t value = *(const int64_t *)shown_field(s, param);
    text_printf(s->out, "%" PRId64, param->type == &param_seconds ? value / SEC : value);
}

static bool read_bool(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                      struct request_error *error)
{
    const bool is_true = strcmp(value, "true") == 0;
    if (!is_true && strcmp(value, "false") != 0)
        return bad_value(row, error);
    *(bool *)field_of(draft, row_of(draft, row->name)) = is_true;
    return true;
}

static void show_bool(const struct shown *s)
{
    const struct param *param = row_of(s->draft, s->row->name);
    text_add(s->out, *(const bool *)shown_field(s, param) ? "true" : "false");
}

static bool read_word(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                      struct request_error *error)
{
    const struct param *param = row_of(draft, row->name);
    const char *const *words = param->extra;
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0) {
            *(int *)field_of(draft, param) = i;
            return true;
        }
    }
    return bad_value(row, error);
}

static void show_word(const struct shown *s)
{
    const struct param *param = row_of(s->draft, s->row->name);
    const char *const *words = param->extra;
    text_add(s->out, words[*(const int *)shown_field(s, param)]);
}

/* ATT-4: the kind of a queue is for ever. */
static bool read_fifo(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                      struct request_error *error)
{
    (void)draft;
    return strcmp(value, "true") == 0 ||
           request_fail(error, REQUEST_BAD_ATTRIBUTE_VALUE,
                        "Invalid value for the parameter %s. Reason: Modifying queue type is not "
                        "supported.",
                        row->name);
}

static void show_fifo(const struct shown *s)
{
    text_add(s->out, s->draft->is_fifo ? "true" : "");
}

/* --- policies --- */

static bool read_redrive(struct api_sqs_draft *draft, const struct attribute *row,
                         const char *value, struct request_error *error)
{
    (void)row;
    return api_sqs_redrive_read(draft, value, error);
}

static void show_redrive(const struct shown *s)
{
    api_sqs_redrive_show(s->draft, s->out);
}

static bool read_allow(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                       struct request_error *error)
{
    (void)row;
    return api_sqs_redrive_read_allow(draft, value, error);
}

static void show_allow(const struct shown *s)
{
    if (s->draft->settings->redrive_allow != NULL)
        text_add(s->out, s->draft->settings->redrive_allow);
}

static bool read_policy(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                        struct request_error *error)
{
    if (*value != '\0' && !policy_is_sound(value))
        return bad_value(row, error);
    api_sqs_settings_put(&draft->settings->policy, value);
    return true;
}

static void show_policy(const struct shown *s)
{
    if (s->draft->settings->policy != NULL)
        text_add(s->out, s->draft->settings->policy);
}

/* --- encryption --- */

static bool read_kms(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                     struct request_error *error)
{
    (void)row;
    (void)error;
    api_sqs_settings_put(&draft->settings->kms_key, value);
    return true;
}

static void show_kms(const struct shown *s)
{
    if (s->draft->settings->kms_key != NULL)
        text_add(s->out, s->draft->settings->kms_key);
}

static bool read_reuse(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                       struct request_error *error)
{
    return read_whole(value, 60, 86400, &draft->settings->kms_reuse_s) || bad_value(row, error);
}

static void show_reuse(const struct shown *s)
{
    if (s->draft->settings->kms_key != NULL)
        text_printf(s->out, "%" PRId64, s->draft->settings->kms_reuse_s);
}

static bool read_sse(struct api_sqs_draft *draft, const struct attribute *row, const char *value,
                     struct request_error *error)
{
    draft->settings->sse = strcmp(value, "true") == 0;
    return draft->settings->sse || strcmp(value, "false") == 0 || bad_value(row, error);
}

static void show_sse(const struct shown *s)
{
    text_add(s->out,
             s->draft->settings->sse && s->draft->settings->kms_key == NULL ? "true" : "false");
}

/* --- computed --- */

static void show_arn(const struct shown *s)
{
    text_printf(s->out, ACCOUNT_ARN "%s", s->draft->name);
}

static void show_created(const struct shown *s)
{
    text_printf(s->out, "%" PRId64, account_epoch_s(s->entry->created_ns));
}

static void show_modified(const struct shown *s)
{
    text_printf(s->out, "%" PRId64, account_epoch_s(s->entry->modified_ns));
}

static void show_visible(const struct shown *s)
{
    text_printf(s->out, "%" PRIu32, s->entry->queue.visible);
}

static void show_in_flight(const struct shown *s)
{
    text_printf(s->out, "%" PRIu32, s->entry->queue.in_flight);
}

static void show_delayed(const struct shown *s)
{
    text_printf(s->out, "%" PRIu32, s->entry->queue.delayed);
}

// clang-format off
/* ATT-1, ATT-3, ATT-9 */
static const struct attribute rows[] = {
    { "VisibilityTimeout",                     false, read_number,  show_number },
    { "MessageRetentionPeriod",                false, read_number,  show_number },
    { "DelaySeconds",                          false, read_number,  show_number },
    { "ReceiveMessageWaitTimeSeconds",         false, read_number,  show_number },
    { "MaximumMessageSize",                    false, read_number,  show_number },
    { "RedrivePolicy",                         false, read_redrive, show_redrive },
    { "RedriveAllowPolicy",                    false, read_allow,   show_allow },
    { "FifoQueue",                             true,  read_fifo,    show_fifo },
    { "ContentBasedDeduplication",             true,  read_bool,    show_bool },
    { "DeduplicationScope",                    true,  read_word,    show_word },
    { "FifoThroughputLimit",                   true,  read_word,    show_word },
    { "Policy",                                false, read_policy,  show_policy },
    { "KmsMasterKeyId",                        false, read_kms,     show_kms },
    { "KmsDataKeyReusePeriodSeconds",          false, read_reuse,   show_reuse },
    { "SqsManagedSseEnabled",                  false, read_sse,     show_sse },
    { "QueueArn",                              false, NULL,         show_arn },
    { "CreatedTimestamp",                      false, NULL,         show_created },
    { "LastModifiedTimestamp",                 false, NULL,         show_modified },
    { "ApproximateNumberOfMessages",           false, NULL,         show_visible },
    { "ApproximateNumberOfMessagesNotVisible", false, NULL,         show_in_flight },
    { "ApproximateNumberOfMessagesDelayed",    false, NULL,         show_delayed },
};
// clang-format on

enum { ROW_COUNT = sizeof rows / sizeof *rows };

static const struct attribute *find_row(const char *name)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

void api_sqs_attributes_fresh(struct api_sqs_draft *draft, struct account *account,
                              const char *name, bool is_fifo)
{
    const struct param *params = is_fifo ? queue_sqs_fifo.params : queue_sqs_standard.params;
    struct diag *diag = diag_new();
    struct arena arena;
    arena_init(&arena);
    struct param_reader reader = {.diag = diag, .arena = &arena, .folder = ""};
    *draft = (struct api_sqs_draft){
        .account = account, .name = name, .is_fifo = is_fifo, .settings = api_sqs_settings_new()};
    MUST(param_bind(&reader, params, &draft->cfg, NULL, NULL));
    draft->cfg.max_bytes = account->setting.limits->max_bytes;
    draft->cfg.quotas = account->setting.quotas; /* LIM-2 */
    text_free(&reader.pointer);
    arena_free(&arena);
    diag_free(diag);
}

void api_sqs_attributes_of(struct api_sqs_draft *draft, struct account *account,
                           const struct account_queue *entry)
{
    *draft = (struct api_sqs_draft){.account = account,
                                    .name = entry->name,
                                    .is_fifo = entry->queue.is_fifo,
                                    .cfg = entry->cfg,
                                    .settings = api_sqs_settings_copy(entry->settings)};
}

void api_sqs_attributes_drop(struct api_sqs_draft *draft)
{
    api_sqs_settings_free(draft->settings);
    draft->settings = NULL;
}

static bool read_one(struct api_sqs_draft *draft, const struct json *node,
                     struct request_error *error)
{
    const struct attribute *row = find_row(json_key(node));
    if (row == NULL || row->read == NULL)
        return request_fail(error, REQUEST_BAD_ATTRIBUTE_NAME, "Unknown Attribute %.200s.",
                            json_key(node));
    if (row->fifo_only && !draft->is_fifo) /* ATT-3 */
        return request_fail(error, REQUEST_BAD_ATTRIBUTE_NAME,
                            "You can specify the %s only when FifoQueue is set to true.",
                            row->name);
    if (json_kind(node) != JSON_TEXT)
        return request_fail(error, REQUEST_BAD_JSON, "Attributes.%s: expected a text", row->name);
    return row->read(draft, row, json_text(node), error);
}

/* ATT-11: one of the two at a time; a key set alone ends the other. */
static bool judge_encryption(struct api_sqs_draft *draft, const struct json *attributes,
                             struct request_error *error)
{
    const struct json *sse = json_get(attributes, "SqsManagedSseEnabled");
    if (draft->settings->kms_key == NULL)
        return true;
    if (sse != NULL && draft->settings->sse)
        return request_fail(error, REQUEST_BAD_ATTRIBUTE_NAME,
                            "You can use one type of server-side encryption (SSE) at one time. "
                            "You can either enable KMS SSE or SQS SSE.");
    draft->settings->sse = false;
    return true;
}

bool api_sqs_attributes_read(struct api_sqs_draft *draft, const struct json *attributes,
                             struct request_error *error)
{
    if (attributes == NULL)
        return true;
    for (const struct json *node = json_first(attributes); node != NULL; node = json_next(node))
        if (!read_one(draft, node, error))
            return false;
    /* ATT-10 */
    if (draft->is_fifo && draft->cfg.throughput_limit == THROUGHPUT_PER_GROUP &&
        draft->cfg.dedup_scope != DEDUP_SCOPE_GROUP)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "The perMessageGroupId value of FifoThroughputLimit is allowed only "
                            "when DeduplicationScope is messageGroup.");
    return judge_encryption(draft, attributes, error);
}

const char *api_sqs_attributes_differ(const struct json *attributes,
                                      const struct api_sqs_draft *one,
                                      const struct api_sqs_draft *other)
{
    const char *found = NULL;
    struct text a = {0}, b = {0};
    const struct json *node = attributes == NULL ? NULL : json_first(attributes);
    for (; node != NULL && found == NULL; node = json_next(node)) {
        const struct attribute *row = find_row(json_key(node));
        text_clear(&a);
        text_clear(&b);
        row->show(&(struct shown){one, row, NULL, &a});
        row->show(&(struct shown){other, row, NULL, &b});
        if (strcmp(text_of(&a), text_of(&b)) != 0)
            found = row->name;
    }
    text_free(&a);
    text_free(&b);
    return found;
}

void api_sqs_attributes_take(struct account_queue *entry, struct api_sqs_draft *draft)
{
    api_sqs_settings_free(entry->settings);
    entry->settings = draft->settings;
    draft->settings = NULL;
    account_note_cfg(draft->account, entry, &draft->cfg);
    api_sqs_redrive_connect(draft->account, entry);
}

static bool read_names(const struct json *list, bool asked[ROW_COUNT], struct request_error *error)
{
    const struct json *node = list == NULL ? NULL : json_first(list);
    for (; node != NULL; node = json_next(node)) {
        const char *name = json_kind(node) == JSON_TEXT ? json_text(node) : "";
        const bool all = strcmp(name, "All") == 0;
        const struct attribute *row = all ? NULL : find_row(name);
        if (!all && row == NULL)
            return request_fail(error, REQUEST_BAD_ATTRIBUTE_NAME, "Unknown Attribute %.200s.",
                                name);
        for (size_t i = 0; i < ROW_COUNT; i++)
            asked[i] |= all || row == &rows[i];
    }
    return true;
}

bool api_sqs_attributes_show(struct account *account, const struct account_queue *entry,
                             const struct json *names, struct json_writer *w,
                             struct request_error *error)
{
    bool asked[ROW_COUNT] = {false}, is_open = false;
    struct text value = {0};
    const struct api_sqs_draft draft = {.account = account,
                                        .name = entry->name,
                                        .is_fifo = entry->queue.is_fifo,
                                        .cfg = entry->cfg,
                                        .settings = entry->settings};
    if (!read_names(names, asked, error))
        return false;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        text_clear(&value);
        if (asked[i] && (draft.is_fifo || !rows[i].fifo_only))
            rows[i].show(&(struct shown){&draft, &rows[i], entry, &value});
        if (value.length == 0)
            continue;
        if (!is_open) {
            json_write_key(w, "Attributes");
            json_write_open(w, '{');
            is_open = true;
        }
        json_write_key(w, rows[i].name);
        json_write_text(w, text_of(&value));
    }
    if (is_open)
        json_write_close(w, '}');
    text_free(&value);
    return true;
}
