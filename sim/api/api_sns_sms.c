// SPDX-License-Identifier: GPL-3.0-or-later
/* Text messages to telephones: the account's attributes for them, and who opted out, which is
 * nobody.  What is sent goes nowhere. */
#include <string.h>

#include "api/api_sns.h"

static bool is_attribute(const char *name)
{
    static const char *const names[] = {"MonthlySpendLimit",
                                        "DeliveryStatusIAMRole",
                                        "DeliveryStatusSuccessSamplingRate",
                                        "DefaultSenderID",
                                        "DefaultSMSType",
                                        "UsageReportS3Bucket",
                                        NULL};
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool judge(const char *name, const char *value, struct request_error *error)
{
    if (!is_attribute(name))
        return request_fail(error, REQUEST_BAD_VALUE, "%.100s is not a valid attribute", name);
    return strcmp(name, "DefaultSMSType") != 0 || strcmp(value, "Promotional") == 0 ||
           strcmp(value, "Transactional") == 0 ||
           request_fail(error, REQUEST_BAD_VALUE, "DefaultSMSType is invalid");
}

static bool set_sms_attributes(struct request *request)
{
    const struct json *attributes;
    struct texts *kept = &api_sns_of(request->account)->sms;
    if (!request_object(request->params, "attributes", &attributes, &request->error))
        return false;
    const struct json *first = attributes == NULL ? NULL : json_first(attributes);
    for (const struct json *node = first; node != NULL; node = json_next(node)) {
        if (json_kind(node) != JSON_TEXT)
            return request_fail(&request->error, REQUEST_BAD_JSON, "attributes: expected texts");
        if (!judge(json_key(node), json_text(node), &request->error))
            return false;
    }
    for (const struct json *node = first; node != NULL; node = json_next(node))
        texts_put(kept, json_key(node), json_text(node));
    return true;
}

/* No names: all are asked for. */
static bool is_asked(const struct json *names, const char *name)
{
    if (names == NULL || json_count(names) == 0)
        return true;
    for (const struct json *each = json_first(names); each != NULL; each = json_next(each))
        if (json_kind(each) == JSON_TEXT && strcmp(json_text(each), name) == 0)
            return true;
    return false;
}

static bool get_sms_attributes(struct request *request)
{
    const struct json *names;
    struct json_writer *w = request->w;
    const struct texts *kept = &api_sns_of(request->account)->sms;
    if (!request_list(request->params, "attributes", &names, &request->error))
        return false;
    json_write_key(w, "attributes");
    json_write_open(w, '{');
    if (texts_get(kept, "MonthlySpendLimit") == NULL && is_asked(names, "MonthlySpendLimit")) {
        json_write_key(w, "MonthlySpendLimit");
        json_write_text(w, "1");
    }
    for (size_t i = 0; i < kept->count; i++) {
        if (!is_asked(names, kept->at[i].key))
            continue;
        json_write_key(w, kept->at[i].key);
        json_write_text(w, kept->at[i].value);
    }
    json_write_close(w, '}');
    return true;
}

static bool read_number(struct request *request)
{
    const char *number;
    if (!api_sns_need(request, "phoneNumber", &number))
        return false;
    return api_sns_is_number(number) ||
           request_fail(&request->error, REQUEST_BAD_VALUE,
                        "Invalid parameter: PhoneNumber Reason: %.40s is not valid", number);
}

static bool check_number(struct request *request)
{
    if (!read_number(request))
        return false;
    json_write_key(request->w, "isOptedOut");
    json_write_bool(request->w, false);
    return true;
}

static bool opt_in(struct request *request)
{
    return read_number(request);
}

static bool list_numbers(struct request *request)
{
    json_write_key(request->w, "phoneNumbers");
    json_write_open(request->w, '[');
    json_write_close(request->w, ']');
    return true;
}

const struct request_action api_sns_sms_actions[] = {
    {"sns", "SetSMSAttributes", set_sms_attributes},
    {"sns", "GetSMSAttributes", get_sms_attributes},
    {"sns", "CheckIfPhoneNumberIsOptedOut", check_number},
    {"sns", "OptInPhoneNumber", opt_in},
    {"sns", "ListPhoneNumbersOptedOut", list_numbers},
    {NULL, NULL, NULL},
};
