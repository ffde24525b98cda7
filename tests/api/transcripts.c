// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs transcripts: requests to the API and the replies that the rules ask for, case by case.
 *
 * README.md beside this file has the grammar.  Each case starts after a Reset, and ends at its
 * first difference, of which file, line, request, expected and got reply are shown.  Speaks TAP.
 * It judges nothing itself: what a reply should be stands in the transcripts alone. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "api/api.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/must.h"
#include "base/text.h"
#include "scenario/profile.h"
#include "tools/pattern.h"
#include "tools/shorthand.h"

/* A line together with those that continue it. */
struct line {
    char *text;
    int number;
};

struct session {
    const char *file;
    struct line *lines;
    size_t line_count;
    struct api *api;
    struct pattern_names names;
    struct text request, wanted, reply;
    struct text why; /* empty while all is well */
    size_t at;       /* the line in work */
    int seen, failed;
};

/* ---- lines ------------------------------------------------------------------------------------
 */

static bool read_file(const char *path, struct text *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    char buffer[4096];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_append(out, buffer, got);
    const bool well = !ferror(file);
    fclose(file);
    return well;
}

static void add_line(struct session *s, const char *text, size_t length, int number)
{
    const bool continues = length > 0 && isspace((unsigned char)text[0]) && s->line_count > 0;
    if (continues) {
        struct line *line = &s->lines[s->line_count - 1];
        const size_t had = strlen(line->text);
        char *longer = realloc(line->text, had + length + 1);
        MUST(longer != NULL);
        memcpy(longer + had, text, length);
        longer[had + length] = '\0';
        line->text = longer;
        return;
    }
    if (length == 0 || strncmp(text, "//", 2) == 0)
        return;
    struct line *more = realloc(s->lines, (s->line_count + 1) * sizeof *more);
    MUST(more != NULL);
    s->lines = more;
    char *copy = must_alloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    s->lines[s->line_count++] = (struct line){.text = copy, .number = number};
}

static void split(struct session *s, const char *text)
{
    for (int number = 1; *text != '\0'; number++) {
        const size_t length = strcspn(text, "\n");
        add_line(s, text, length, number);
        text += length + (text[length] == '\n');
    }
}

/* ---- requests ---------------------------------------------------------------------------------
 */

static const char *skip(const char *at)
{
    while (*at == ' ')
        at++;
    return at;
}

static bool is_control(const char *action, size_t length)
{
    static const char *const names[] = {"AdvanceTime", "Now", "Reset"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], action, length) == 0)
            return true;
    }
    return false;
}

/* The end of a value: the first blank outside of texts and brackets. */
static const char *value_end(const char *at)
{
    int depth = 0;
    bool in_text = false;
    for (; *at != '\0' && (in_text || depth > 0 || *at != ' '); at++) {
        if (in_text && *at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '"')
            in_text = !in_text;
        else if (!in_text && strchr("{[", *at) != NULL)
            depth++;
        else if (!in_text && strchr("}]", *at) != NULL)
            depth--;
    }
    return at;
}

static bool is_json(const char *value, size_t length)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == length && memcmp(value, words[i], length) == 0)
            return true;
    }
    return strchr("{[\"-0123456789", value[0]) != NULL;
}

/* The line of a request that names its members. */
struct words {
    const char *action;
    size_t length;
    int round, nameless; /* words without a name so far */
};

/* Writes what a word without a name is, and what its value begins with. */
static void add_nameless(struct session *s, struct words *words, const char *value,
                         struct text *out)
{
    const char *prefix;
    const char *member = shorthand_member(words->action, words->length, words->nameless, &prefix);
    /* A subscription's second word is its queue. */
    if (words->nameless++ > 0 && strcmp(member, "Endpoint") == 0)
        text_add(&s->request, "\"Protocol\":\"sqs\",");
    text_printf(&s->request, "\"%s\":", member);
    if (value[0] != '$' && strncmp(value, "arn:", 4) != 0 && value[0] != '"')
        text_add(out, prefix);
}

/* Writes out one `Member=value` and returns what follows it. */
static const char *add_member(struct session *s, const char *at, struct words *words,
                              struct text *unknown)
{
    const char *value = at + strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    struct text prefix = {0};
    if (*value == '=') {
        text_printf(&s->request, "\"%.*s\":", (int)(value - at), at);
        value++;
    } else {
        value = at;
        add_nameless(s, words, value, &prefix);
    }
    const char *end = value_end(value);
    const size_t length = (size_t)(end - value);
    const char *mark = length > 0 && is_json(value, length) && prefix.length == 0 ? "" : "\"";
    text_add(&s->request, mark);
    text_add(&s->request, text_of(&prefix));
    pattern_fill(&s->names, value, length, words->round, &s->request, unknown);
    text_add(&s->request, mark);
    text_free(&prefix);
    return skip(end);
}

/* Makes the line that is sent of what follows `>`. */
static void write_request(struct session *s, const char *at, int round)
{
    text_clear(&s->request);
    if (*at == '>') {
        text_add(&s->request, skip(at + 1));
        return;
    }
    struct text unknown = {0};
    at = skip(at);
    if (*at == '{') {
        pattern_fill(&s->names, at, strlen(at), round, &s->request, &unknown);
    } else {
        struct words words = {.action = at, .length = strcspn(at, " "), .round = round};
        const size_t length = words.length, service = strncmp(at, "sns:", 4) == 0 ? 4 : 0;
        text_printf(&s->request, "{%s\"%s\":\"%.*s\"", service > 0 ? "\"Service\":\"sns\"," : "",
                    is_control(at, length) ? "Control" : "Action", (int)(length - service),
                    at + service);
        at = skip(at + length);
        if (*at != '\0') {
            text_add(&s->request, ",\"Params\":{");
            while (*(at = add_member(s, at, &words, &unknown)) != '\0')
                text_add(&s->request, ",");
            text_add(&s->request, "}");
        }
        text_add(&s->request, "}");
    }
    if (unknown.length > 0)
        text_printf(&s->why, "unknown: %s", text_of(&unknown));
    text_free(&unknown);
}

/* ---- replies ----------------------------------------------------------------------------------
 */

/* `Error Code Type`; Sender if the type is left out. */
static void want_error(struct session *s, const char *at)
{
    const size_t code = strcspn(at, " ");
    const char *type = skip(at + code);
    text_printf(&s->wanted, "{\"Error\":{\"Code\":\"%.*s\",\"Message\":\"*\",\"Type\":\"%s\"}}",
                (int)code, at, *type == '\0' ? "Sender" : type);
}

/* `Messages a b=$h`: the bodies in order, and names for the receipt handles of some.  `Notices`:
 * the same of the messages in SNS's envelopes. */
static void want_messages(struct session *s, const char *at, int round, bool in_envelopes)
{
    const char *before = in_envelopes ? "*\\\"Message\\\":\\\"" : "";
    const char *behind = in_envelopes ? "\\\",*" : "";
    if (*at == '\0') {
        text_add(&s->wanted, "{\"Result\":{}}");
        return;
    }
    text_add(&s->wanted, "{\"Result\":{\"Messages\":[");
    while (*at != '\0') {
        const size_t length = strcspn(at, " ");
        const char *handle = memchr(at, '=', length);
        const size_t body = handle == NULL ? length : (size_t)(handle - at);
        text_printf(&s->wanted, "{\"Body\":\"%s", before);
        pattern_fill(NULL, at, body, round, &s->wanted, NULL);
        text_printf(&s->wanted, "%s\",\"ReceiptHandle\":\"%.*s\",\"...\":0}", behind,
                    handle == NULL ? 1 : (int)(length - body - 1),
                    handle == NULL ? "*" : handle + 1);
        at = skip(at + length);
        text_add(&s->wanted, *at == '\0' ? "]}}" : ",");
    }
}

/* Makes the pattern of what follows `<`, if anything does: else any Result will do. */
static void write_wanted(struct session *s, const char *at, int round)
{
    text_clear(&s->wanted);
    if (at == NULL) {
        text_add(&s->wanted, "{\"Result\":{\"...\":0}}");
    } else if (*at == '<') {
        pattern_fill(NULL, at + 1, strlen(at + 1), round, &s->wanted, NULL);
    } else if (strncmp(at = skip(at), "Error ", 6) == 0) {
        want_error(s, skip(at + 6));
    } else if (strncmp(at, "Messages", 8) == 0) {
        want_messages(s, skip(at + 8), round, false);
    } else if (strncmp(at, "Notices", 7) == 0) {
        want_messages(s, skip(at + 7), round, true);
    } else {
        text_add(&s->wanted, "{\"Result\":");
        pattern_fill(NULL, at, strlen(at), round, &s->wanted, NULL);
        text_add(&s->wanted, "}");
    }
}

static struct json_doc *parse(struct session *s, const char *what, const struct text *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse(what, text_of(text), text->length, false, diag);
    if (doc == NULL)
        text_printf(&s->why, "the %s is not JSON", what);
    diag_free(diag);
    return doc;
}

static void compare(struct session *s)
{
    struct json_doc *wanted = parse(s, "expected reply", &s->wanted);
    struct json_doc *got = parse(s, "reply", &s->reply);
    struct text where = {0};
    if (s->reply.length > 0 && memchr(s->reply.bytes, '\n', s->reply.length) != NULL)
        text_add(&s->why, "the reply is not one line");
    else if (wanted != NULL && got != NULL &&
             !pattern_matches(&s->names, json_root(wanted), json_root(got), &where))
        text_printf(&s->why, "differs at %s", where.length == 0 ? "/" : text_of(&where));
    text_free(&where);
    json_free(wanted);
    json_free(got);
}

/* ---- cases ------------------------------------------------------------------------------------
 */

/* Shows a text of any length. */
static void show(const char *word, const char *text)
{
    const size_t length = strlen(text), most = 2000;
    printf("#   %-8s %.*s%s\n", word, (int)(length < most ? length : most), text,
           length < most ? "" : " ...");
}

static void expand_line(const char *line, bool is_literal, struct text *out)
{
    if (is_literal)
        text_add(out, line);
    else
        shorthand_expand(line, out);
}

/* Sends the request in the line at s->at, as often as it says, and judges each reply. */
static void exchange(struct session *s)
{
    struct text line_full = {0}, wanted_full = {0};
    const bool is_literal = strncmp(s->lines[s->at].text, ">>", 2) == 0;
    expand_line(s->lines[s->at].text, is_literal, &line_full);
    const char *line = text_of(&line_full) + 1;
    char *after;
    const long given = strtol(line, &after, 10);
    const int rounds = after == line ? 1 : (int)given;
    const bool has_reply = s->at + 1 < s->line_count && s->lines[s->at + 1].text[0] == '<';
    if (has_reply)
        expand_line(s->lines[s->at + 1].text, false, &wanted_full);
    const char *wanted = has_reply ? text_of(&wanted_full) + 1 : NULL;
    for (int round = 1; round <= rounds && s->why.length == 0; round++) {
        text_clear(&s->reply);
        write_wanted(s, wanted, round);
        write_request(s, after, round);
        if (s->why.length > 0)
            break;
        api_answer(s->api, text_of(&s->request), s->request.length, &s->reply);
        compare(s);
    }
    s->at += has_reply;
    text_free(&line_full);
    text_free(&wanted_full);
}

/* Reads one side of a comparison: a name or a number. */
static const char *operand(struct session *s, const char *at, struct text *out)
{
    const size_t length = strcspn(at, " ");
    pattern_fill(&s->names, at, length, 1, out, &s->why);
    return skip(at + length);
}

/* `! $a < $b` and `! $a != $b`: whole numbers of any length, and any texts. */
static void judge(struct session *s)
{
    struct text left = {0}, right = {0};
    const char *how = operand(s, skip(s->lines[s->at].text + 1), &left);
    const char *at = skip(how + strcspn(how, " "));
    operand(s, at, &right);
    const int letters = strcmp(text_of(&left), text_of(&right));
    bool holds = letters != 0;
    if (*how == '<')
        holds = left.length != right.length ? left.length < right.length : letters < 0;
    if (strncmp(how, "< ", 2) != 0 && strncmp(how, "!= ", 3) != 0)
        text_add(&s->why, "no such comparison");
    else if (!holds)
        text_printf(&s->why, "does not hold: %s %.*s %s", text_of(&left), *how == '<' ? 1 : 2, how,
                    text_of(&right));
    text_free(&left);
    text_free(&right);
}

static void reset(struct session *s)
{
    static const char line[] = "{\"Control\":\"Reset\"}";
    pattern_forget(&s->names);
    text_clear(&s->reply);
    text_clear(&s->why);
    api_answer(s->api, line, strlen(line), &s->reply);
}

/* Runs the case whose title is at s->at, up to the next title. */
static void run_case(struct session *s)
{
    const char *title = skip(s->lines[s->at].text + 1);
    int requests = 0;
    reset(s);
    for (; s->at < s->line_count; s->at++) {
        const struct line *line = &s->lines[s->at];
        if (line->text[0] == '#' && requests > 0)
            break;
        if (line->text[0] == '#' || s->why.length > 0)
            continue;
        requests++;
        if (line->text[0] == '>')
            exchange(s);
        else if (line->text[0] == '!')
            judge(s);
        else
            text_add(&s->why, "neither a title, nor a request, nor its reply");
        if (s->why.length > 0) {
            printf("not ok %d - %s\n#   %s:%d: %s\n", ++s->seen, title, s->file, line->number,
                   text_of(&s->why));
            show("request", text_of(&s->request));
            show("expected", text_of(&s->wanted));
            show("got", text_of(&s->reply));
            s->failed++;
        }
    }
    if (requests == 0) {
        printf("not ok %d - %s\n#   %s: a case without a request\n", ++s->seen, title, s->file);
        s->failed++;
    } else if (s->why.length == 0) {
        printf("ok %d - %s\n", ++s->seen, title);
    }
}

/* Reads `% quotas`, `% strict_policies`, `% in_flight 20` and `% look_back 20`; stops at what is
 * none of these. */
static void read_settings(struct session *s, struct queue_limits *limits,
                          struct api_setting *setting)
{
    for (; s->at < s->line_count; s->at++) {
        const char *text = s->lines[s->at].text;
        if (strcmp(text, "% quotas") == 0) {
            setting->quotas = true;
        } else if (strcmp(text, "% strict_policies") == 0) {
            setting->strict_policies = true;
        } else if (strncmp(text, "% in_flight ", 12) == 0) {
            limits->in_flight_standard = strtol(text + 12, NULL, 10);
            limits->in_flight_fifo = limits->in_flight_standard;
        } else if (strncmp(text, "% look_back ", 12) == 0) {
            limits->fifo_look_back = strtol(text + 12, NULL, 10);
        } else {
            return;
        }
    }
}

static void run_lines(struct session *s)
{
    struct queue_limits limits = profiles[0]->limits;
    struct api_setting setting = {.limits = &limits, .topic_limits = &profiles[0]->topic_limits};
    read_settings(s, &limits, &setting);
    s->api = api_new(&setting);
    while (s->at < s->line_count && s->lines[s->at].text[0] == '#')
        run_case(s);
    if (s->at < s->line_count) {
        printf("not ok %d - %s:%d: no title\n", ++s->seen, s->file, s->lines[s->at].number);
        s->failed++;
    }
    api_free(s->api);
}

int main(int argc, char **argv)
{
    struct session s = {0};
    for (int i = 1; i < argc; i++) {
        struct text text = {0};
        s.file = argv[i];
        if (!read_file(s.file, &text)) {
            printf("Bail out! %s cannot be read\n", s.file);
            return 2;
        }
        split(&s, text_of(&text));
        run_lines(&s);
        for (size_t line = 0; line < s.line_count; line++)
            free(s.lines[line].text);
        free(s.lines);
        s.lines = NULL;
        s.line_count = s.at = 0;
        text_free(&text);
    }
    pattern_forget(&s.names);
    text_free(&s.request);
    text_free(&s.wanted);
    text_free(&s.reply);
    text_free(&s.why);
    printf("1..%d\n", s.seen);
    return s.failed > 0 || s.seen == 0;
}
