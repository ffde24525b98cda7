// SPDX-License-Identifier: GPL-3.0-or-later
/* Chrome's trace events.  A component is a process; a worker is one of its threads, and each of its
 * works a slice; a message's stay in a queue is an asynchronous slice of that queue, within which
 * each time that it is invisible is another. */
#include "observe/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include "base/json_write.h"
#include "base/must.h"
#include "base/text.h"

/* What is open of the message in a slot. */
struct stay {
    uint64_t root;
    uint16_t queue;
    bool is_here, is_hidden;
};

struct chrome {
    struct json_writer w;
    const struct trace_names *names;
    struct stay *stays; /* by slot */
    size_t stay_count;
    uint32_t *workers; /* by node: threads named */
};

static void add_text(struct chrome *chrome, const char *key, const char *value)
{
    json_write_key(&chrome->w, key);
    json_write_text(&chrome->w, value);
}

static void add_whole(struct chrome *chrome, const char *key, int64_t value)
{
    json_write_key(&chrome->w, key);
    json_write_int(&chrome->w, value);
}

/* Microseconds. */
static void add_us(struct chrome *chrome, const char *key, int64_t ns)
{
    json_write_key(&chrome->w, key);
    json_write_double(&chrome->w, (double)ns / 1e3);
}

static void open_event(struct chrome *chrome, const char *phase, const char *name, uint16_t node)
{
    json_write_open(&chrome->w, '{');
    add_text(chrome, "ph", phase);
    add_text(chrome, "name", name);
    add_whole(chrome, "pid", node + 1);
}

static void add_metadata(struct chrome *chrome, const char *what, uint16_t node, int64_t thread,
                         const char *name)
{
    open_event(chrome, "M", what, node);
    add_whole(chrome, "tid", thread);
    json_write_key(&chrome->w, "args");
    json_write_open(&chrome->w, '{');
    add_text(chrome, "name", name);
    json_write_close(&chrome->w, '}');
    json_write_close(&chrome->w, '}');
}

static void name_message(const struct chrome *chrome, struct text *name, uint64_t root)
{
    const uint16_t origin = probe_root_origin(root);
    text_printf(name, "%s %" PRIu64,
                origin < chrome->names->count ? chrome->names->at[origin] : "preloaded",
                probe_root_number(root));
}

/* Workers get their names when they first have worked. */
static void name_worker(struct chrome *chrome, uint16_t node, uint32_t worker)
{
    for (; node < chrome->names->count && chrome->workers[node] <= worker;
         chrome->workers[node]++) {
        struct text name = {.length = 0};
        text_printf(&name, "%s #%" PRIu32, trace_name(chrome->names, node),
                    chrome->workers[node] + 1);
        add_metadata(chrome, "thread_name", node, chrome->workers[node] + 1, text_of(&name));
        text_free(&name);
    }
}

/* A work is told at its end. */
static void add_work(struct chrome *chrome, const struct fact *fact)
{
    struct text name = {.length = 0};
    name_worker(chrome, fact->node, fact->bytes);
    name_message(chrome, &name, fact->root);
    open_event(chrome, "X", text_of(&name), fact->node);
    add_whole(chrome, "tid", (int64_t)fact->bytes + 1);
    add_us(chrome, "ts", fact->at_ns - fact->value);
    add_us(chrome, "dur", fact->value);
    json_write_key(&chrome->w, "args");
    json_write_open(&chrome->w, '{');
    add_text(chrome, "end", probe_names[fact->kind]);
    add_whole(chrome, "receive", fact->delivery);
    json_write_close(&chrome->w, '}');
    json_write_close(&chrome->w, '}');
    text_free(&name);
}

static void add_async(struct chrome *chrome, const char *phase, const char *name,
                      const struct stay *stay, int64_t at_ns)
{
    struct text id = {.length = 0};
    text_printf(&id, "%" PRIu32 ".%" PRIu64, (uint32_t)(stay - chrome->stays), stay->root);
    open_event(chrome, phase, name, stay->queue);
    add_text(chrome, "cat", "message");
    add_text(chrome, "id", text_of(&id));
    add_whole(chrome, "tid", 0);
    add_us(chrome, "ts", at_ns);
    json_write_close(&chrome->w, '}');
    text_free(&id);
}

static void add_stay(struct chrome *chrome, const char *phase, const struct stay *stay,
                     int64_t at_ns)
{
    struct text name = {.length = 0};
    name_message(chrome, &name, stay->root);
    add_async(chrome, phase, text_of(&name), stay, at_ns);
    text_free(&name);
}

static struct stay *stay_of(struct chrome *chrome, uint32_t slot)
{
    if (slot >= chrome->stay_count) {
        const size_t count = 2 * (size_t)slot + 64;
        chrome->stays = must_grow(chrome->stays, count * sizeof *chrome->stays);
        for (size_t i = chrome->stay_count; i < count; i++)
            chrome->stays[i] = (struct stay){.is_here = false};
        chrome->stay_count = count;
    }
    return &chrome->stays[slot];
}

static void show(struct chrome *chrome, struct stay *stay, int64_t at_ns)
{
    if (stay->is_hidden)
        add_async(chrome, "e", "invisible", stay, at_ns);
    stay->is_hidden = false;
}

static void hide(struct chrome *chrome, struct stay *stay, int64_t at_ns)
{
    show(chrome, stay, at_ns);
    if (!stay->is_here)
        return;
    add_async(chrome, "b", "invisible", stay, at_ns);
    stay->is_hidden = true;
}

static void leave(struct chrome *chrome, struct stay *stay, int64_t at_ns)
{
    show(chrome, stay, at_ns);
    if (stay->is_here)
        add_stay(chrome, "e", stay, at_ns);
    stay->is_here = false;
}

static void enter(struct chrome *chrome, struct stay *stay, const struct fact *fact, uint16_t queue)
{
    leave(chrome, stay, fact->at_ns);
    *stay = (struct stay){.root = fact->root, .queue = queue, .is_here = true};
    add_stay(chrome, "b", stay, fact->at_ns);
}

static void add_fact(struct chrome *chrome, const struct fact *fact)
{
    switch ((enum probe_kind)fact->kind) {
    case PROBE_ACCEPTED:
    case PROBE_PRELOADED:
    case PROBE_RESURRECTED:
        enter(chrome, stay_of(chrome, fact->message), fact, fact->node);
        break;
    case PROBE_DEAD_LETTERED:
    case PROBE_MOVED:
        enter(chrome, stay_of(chrome, fact->message), fact, fact->peer);
        break;
    case PROBE_DELIVERED:
        hide(chrome, stay_of(chrome, fact->message), fact->at_ns);
        break;
    case PROBE_HIDDEN_OVER:
        show(chrome, stay_of(chrome, fact->message), fact->at_ns);
        break;
    case PROBE_DELETED:
    case PROBE_RETENTION_OVER:
        leave(chrome, stay_of(chrome, fact->message), fact->at_ns);
        break;
    case PROBE_PURGED:
        if (fact->message != UINT32_MAX)
            leave(chrome, stay_of(chrome, fact->message), fact->at_ns);
        break;
    case PROBE_SUCCEEDED:
    case PROBE_FAILED:
    case PROBE_ABANDONED:
        add_work(chrome, fact);
        break;
    default:
        break;
    }
}

void trace_write_chrome(const struct trace *trace, const struct trace_names *names,
                        struct text *out)
{
    struct chrome chrome = {.names = names};
    chrome.workers = must_alloc((names->count + 1) * sizeof *chrome.workers);
    json_write_init(&chrome.w, out, true);
    json_write_open(&chrome.w, '{');
    add_text(&chrome, "displayTimeUnit", "ms");
    json_write_key(&chrome.w, "traceEvents");
    json_write_open(&chrome.w, '[');
    for (size_t i = 0; i < names->count; i++) {
        chrome.workers[i] = 0;
        add_metadata(&chrome, "process_name", (uint16_t)i, 0, names->at[i]);
    }
    for (size_t i = 0; i < trace->count; i++)
        add_fact(&chrome, &trace->facts[i]);
    const int64_t end_ns = trace->count > 0 ? trace->facts[trace->count - 1].at_ns : 0;
    for (size_t i = 0; i < chrome.stay_count; i++)
        leave(&chrome, &chrome.stays[i], end_ns);
    json_write_close(&chrome.w, ']');
    json_write_close(&chrome.w, '}');
    text_add(out, "\n");
    free(chrome.stays);
    free(chrome.workers);
}
