// SPDX-License-Identifier: GPL-3.0-or-later
/* Layers from left to right: a component stands one layer behind the last that sends to it, what
 * would close a circle is passed over, and a dead-letter queue stands below its source. */
#include "report/topology.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "base/arena.h"
#include "base/map.h"
#include "base/units.h"

enum { NONE = -1, BOX_HEIGHT = 46, GAP_X = 70, GAP_Y = 26, MARGIN = 12, NARROWEST = 110 };
/* Widths of a letter of the name (14 px) and of the line below it (11 px), at most. */
static const double name_px = 8.2, note_px = 6.2;
/* The smallest scale at which its words can be read; a narrower page scrolls it. */
static const double LEGIBLE = 0.75;

struct node {
    const char *name, *section;
    char note[48];
    int layer, row;
    bool is_dead_letter;
};

enum edge_kind { EDGE_FLOW, EDGE_FILTERED, EDGE_DEAD_LETTER, EDGE_CALL };

struct edge {
    size_t from, to;
    enum edge_kind kind;
    bool closes_circle;
};

struct drawing {
    struct arena arena;
    struct map *names;
    size_t node_count, edge_count, edge_room;
    struct node *nodes;
    struct edge *edges;
    int layers, rows;
    double width; /* of a box */
    bool has_bow; /* a line below the boxes */
};

/* What a section's components look like: never by colour alone, the word stands in the box. */
static const struct look {
    const char *section, *word, *colour;
    int radius;
} looks[] = {
    {"producers", "producer", "#E69F00", 4},     {"topics", "topic", "#CC79A7", 23},
    {"queues", "queue", "#0072B2", 12},          {"consumers", "consumer", "#009E73", 4},
    {"functions", "function", "#D55E00", 4},     {"endpoints", "endpoint", "#56B4E9", 4},
    {"downstreams", "downstream", "#8C6D31", 4},
};
enum { LOOKS = sizeof looks / sizeof *looks };

static double number_at(const struct json *object, const char *key, double fallback)
{
    const struct json *node = object != NULL ? json_get(object, key) : NULL;
    return node != NULL && json_kind(node) == JSON_NUMBER ? json_number(node) : fallback;
}

/* --- nodes and edges --- */

/* "3 workers", "3 workers, up to 40". */
static void note_workers(struct node *node, const struct json *at, double count)
{
    char number[32], most[32];
    const double up_to = number_at(json_get(at, "autoscaling"), "max", 0.0);
    const int length = snprintf(node->note, sizeof node->note, "%s worker%s",
                                units_format_number(number, count), count == 1.0 ? "" : "s");
    if (up_to > 0.0)
        snprintf(node->note + length, sizeof node->note - (size_t)length, ", up to %s",
                 units_format_number(most, up_to * number_at(at, "concurrency", 1.0)));
}

/* What limits a function, of both limits the smaller. */
static double most_invocations(const struct json *at)
{
    return fmin(number_at(at, "ReservedConcurrentExecutions", HUGE_VAL),
                number_at(json_get(at, "ScalingConfig"), "MaximumConcurrency", HUGE_VAL));
}

/* The most telling parameter. */
static void note(struct node *node, const struct look *look, const struct json *at)
{
    char number[32];
    const bool is_function = strcmp(look->section, "functions") == 0;
    const double count = number_at(at, "count", 1.0) * number_at(at, "concurrency", 1.0);
    const double rate = number_at(json_get(at, "arrivals"), "rate", 0.0);
    if (strcmp(look->section, "queues") == 0)
        snprintf(node->note, sizeof node->note, "%squeue, timeout %s",
                 strstr(node->name, ".fifo") != NULL ? "FIFO " : "",
                 units_format_seconds(number, number_at(at, "VisibilityTimeout", 30.0)));
    else if (strcmp(look->section, "consumers") == 0)
        note_workers(node, at, count);
    else if (is_function && isfinite(most_invocations(at)))
        snprintf(node->note, sizeof node->note, "function, at most %s",
                 units_format_number(number, most_invocations(at)));
    else if (rate > 0.0)
        snprintf(node->note, sizeof node->note, "producer, %s/s%s",
                 units_format_number(number, rate), count > 1.0 ? " each" : "");
    else
        snprintf(node->note, sizeof node->note, "%s", look->word);
}

static void add_nodes(struct drawing *drawing, const struct look *look, const struct json *section)
{
    for (const struct json *at = section != NULL ? json_first(section) : NULL; at != NULL;
         at = json_next(at)) {
        struct node *node = &drawing->nodes[drawing->node_count];
        *node = (struct node){.name = json_key(at), .section = look->section, .row = NONE};
        note(node, look, at);
        map_put_text(drawing->names, node->name, (uint32_t)drawing->node_count++);
    }
}

/* From or to NULL, or to what is not in the drawing: no edge. */
static void add_edge(struct drawing *drawing, const char *from, const char *to, enum edge_kind kind)
{
    uint32_t a, b;
    if (!map_get_text(drawing->names, from, &a) || !map_get_text(drawing->names, to, &b))
        return;
    if (drawing->edge_count == drawing->edge_room) {
        struct edge *more = arena_alloc(&drawing->arena, 2 * drawing->edge_room * sizeof *more);
        memcpy(more, drawing->edges, drawing->edge_count * sizeof *more);
        drawing->edges = more;
        drawing->edge_room *= 2;
    }
    drawing->edges[drawing->edge_count++] = (struct edge){.from = a, .to = b, .kind = kind};
    if (kind == EDGE_DEAD_LETTER)
        drawing->nodes[b].is_dead_letter = true;
}

static void add_list(struct drawing *drawing, const char *from, const struct json *list)
{
    for (const struct json *at = list != NULL ? json_first(list) : NULL; at != NULL;
         at = json_next(at)) {
        const bool is_filtered = json_get(at, "FilterPolicy") != NULL &&
                                 json_kind(json_get(at, "FilterPolicy")) != JSON_NULL;
        add_edge(drawing, from, json_get_text(at, "to"), EDGE_FLOW);
        add_edge(drawing, from, json_get_text(at, "Endpoint"),
                 is_filtered ? EDGE_FILTERED : EDGE_FLOW);
        add_edge(drawing, from, json_get_text(json_get(at, "RedrivePolicy"), "deadLetterTargetArn"),
                 EDGE_DEAD_LETTER);
    }
}

static void add_edges(struct drawing *drawing, const struct json *section)
{
    for (const struct json *at = section != NULL ? json_first(section) : NULL; at != NULL;
         at = json_next(at)) {
        const char *name = json_key(at);
        add_edge(drawing, json_get_text(at, "from"), name, EDGE_FLOW);
        add_edge(drawing, name, json_get_text(at, "to"), EDGE_FLOW);
        add_edge(drawing, name, json_get_text(at, "downstream"), EDGE_CALL);
        add_edge(drawing, name, json_get_text(json_get(at, "RedrivePolicy"), "deadLetterTargetArn"),
                 EDGE_DEAD_LETTER);
        add_list(drawing, name, json_get(at, "subscriptions"));
        add_list(drawing, name, json_get(at, "then"));
    }
}

static void read_scenario(struct drawing *drawing, const struct json *scenario)
{
    size_t room = 0;
    for (size_t i = 0; i < LOOKS; i++) {
        const struct json *section = json_get(scenario, looks[i].section);
        room += section != NULL ? json_count(section) : 0;
    }
    drawing->nodes = arena_alloc(&drawing->arena, (room + 1) * sizeof *drawing->nodes);
    drawing->edge_room = room + 1;
    drawing->edges = arena_alloc(&drawing->arena, drawing->edge_room * sizeof *drawing->edges);
    for (size_t i = 0; i < LOOKS; i++)
        add_nodes(drawing, &looks[i], json_get(scenario, looks[i].section));
    for (size_t i = 0; i < LOOKS; i++)
        add_edges(drawing, json_get(scenario, looks[i].section));
}

/* --- layers and rows --- */

/* Marks the edges that lead back to where the walk came from. */
static void walk(struct drawing *drawing, size_t at, char *state)
{
    state[at] = 'o';
    for (size_t i = 0; i < drawing->edge_count; i++) {
        struct edge *edge = &drawing->edges[i];
        if (edge->from != at || edge->kind == EDGE_DEAD_LETTER)
            continue;
        if (state[edge->to] == 'o')
            edge->closes_circle = true;
        else if (state[edge->to] == 0)
            walk(drawing, edge->to, state);
    }
    state[at] = 'x';
}

static void layer(struct drawing *drawing)
{
    char *state = arena_alloc(&drawing->arena, drawing->node_count + 1);
    memset(state, 0, drawing->node_count + 1);
    for (size_t i = 0; i < drawing->node_count; i++) {
        if (state[i] == 0)
            walk(drawing, i, state);
    }
    for (size_t round = 0; round < drawing->node_count; round++) {
        for (size_t i = 0; i < drawing->edge_count; i++) {
            const struct edge *edge = &drawing->edges[i];
            struct node *from = &drawing->nodes[edge->from], *to = &drawing->nodes[edge->to];
            const int behind = from->layer + (edge->kind != EDGE_DEAD_LETTER);
            if (!edge->closes_circle && to->layer < behind && to != from)
                to->layer = behind < (int)drawing->node_count ? behind : to->layer;
        }
    }
}

/* The first free row of the node's layer, not above the row wanted. */
static void place(struct drawing *drawing, struct node *node, int wanted)
{
    bool is_free = false;
    for (node->row = NONE; !is_free; wanted++) {
        is_free = true;
        for (size_t i = 0; i < drawing->node_count; i++) {
            const struct node *other = &drawing->nodes[i];
            is_free = is_free && !(other->layer == node->layer && other->row == wanted);
        }
        if (is_free)
            node->row = wanted;
    }
    drawing->rows = node->row >= drawing->rows ? node->row + 1 : drawing->rows;
    drawing->layers = node->layer >= drawing->layers ? node->layer + 1 : drawing->layers;
}

/* The row of the first that sends to it, or the first. */
static int wanted_row(const struct drawing *drawing, size_t node)
{
    for (size_t i = 0; i < drawing->edge_count; i++) {
        const struct edge *edge = &drawing->edges[i];
        const int row = drawing->nodes[edge->from].row;
        if (edge->to == node && row != NONE)
            return row + (edge->kind == EDGE_DEAD_LETTER);
    }
    return 0;
}

/* Layer by layer; dead-letter queues last, below what stands there already. */
static void arrange(struct drawing *drawing)
{
    for (int dead = 0; dead < 2; dead++) {
        for (int at = 0; at <= (int)drawing->node_count; at++) {
            for (size_t i = 0; i < drawing->node_count; i++) {
                struct node *node = &drawing->nodes[i];
                if (node->layer == at && node->is_dead_letter == (dead == 1))
                    place(drawing, node, wanted_row(drawing, i));
            }
        }
    }
    for (size_t i = 0; i < drawing->node_count; i++) {
        const double name = name_px * (double)strlen(drawing->nodes[i].name);
        const double below = note_px * (double)strlen(drawing->nodes[i].note);
        drawing->width = fmax(drawing->width, fmax(name, below) + 20.0);
    }
    drawing->width = fmax(drawing->width, NARROWEST);
}

/* --- drawing --- */

static double left_of(const struct drawing *drawing, const struct node *node)
{
    return MARGIN + node->layer * (drawing->width + GAP_X);
}

static double top_of(const struct node *node)
{
    return MARGIN + node->row * (double)(BOX_HEIGHT + GAP_Y);
}

static void add_words(struct text *svg, const char *words)
{
    for (const char *c = words; *c != '\0'; c++) {
        if (*c == '<' || *c == '>' || *c == '&' || *c == '"')
            text_printf(svg, "&#%d;", *c);
        else
            text_append(svg, c, 1);
    }
}

static void draw_box(const struct drawing *drawing, const struct node *node, struct text *svg)
{
    const struct look *look = looks;
    while (strcmp(look->section, node->section) != 0)
        look++;
    const double x = left_of(drawing, node), y = top_of(node), middle = x + drawing->width / 2.0;
    text_printf(svg,
                "<rect x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%d\" rx=\"%d\" "
                "fill=\"%s\" fill-opacity=\"0.12\" stroke=\"%s\" stroke-width=\"2\"/>\n",
                x, y, drawing->width, BOX_HEIGHT, look->radius, look->colour, look->colour);
    text_printf(svg, "<text x=\"%.0f\" y=\"%.0f\" font-size=\"14\" font-weight=\"bold\">", middle,
                y + 20.0);
    add_words(svg, node->name);
    text_printf(svg, "</text><text x=\"%.0f\" y=\"%.0f\" font-size=\"11\">", middle, y + 37.0);
    add_words(svg, node->note);
    text_add(svg, "</text>\n");
}

/* Where a line leaves a box and meets the next: side to side, below each other from foot to head,
 * backwards in a bow below both. */
static void draw_line(const struct drawing *drawing, const struct edge *edge, struct text *svg)
{
    const struct node *from = &drawing->nodes[edge->from], *to = &drawing->nodes[edge->to];
    const double half = drawing->width / 2.0, foot = BOX_HEIGHT;
    double x0 = left_of(drawing, from), y0 = top_of(from), x1 = left_of(drawing, to),
           y1 = top_of(to);
    if (to->layer > from->layer) {
        x0 += drawing->width;
        y0 += foot / 2.0;
        y1 += foot / 2.0;
        const double bend = (x1 - x0) / 2.0;
        text_printf(svg, "M%.0f,%.0f C%.0f,%.0f %.0f,%.0f %.0f,%.0f", x0, y0, x0 + bend, y0,
                    x1 - bend, y1, x1 - 2.0, y1);
    } else if (to->layer == from->layer && to->row == from->row + 1) {
        text_printf(svg, "M%.0f,%.0f L%.0f,%.0f", x0 + half, y0 + foot, x1 + half, y1 - 2.0);
    } else {
        const double depth = fmax(y0, y1) + foot + 20.0;
        text_printf(svg, "M%.0f,%.0f C%.0f,%.0f %.0f,%.0f %.0f,%.0f", x0 + half, y0 + foot,
                    x0 + half, depth, x1 + half, depth, x1 + half, y1 + foot + 2.0);
    }
}

static bool is_bow(const struct drawing *drawing, const struct edge *edge)
{
    const struct node *from = &drawing->nodes[edge->from], *to = &drawing->nodes[edge->to];
    return to->layer < from->layer || (to->layer == from->layer && to->row != from->row + 1);
}

static void draw_edge(const struct drawing *drawing, const struct edge *edge, struct text *svg)
{
    static const struct {
        const char *colour, *dashes;
    } styles[] = {[EDGE_FLOW] = {"#444", ""},
                  [EDGE_FILTERED] = {"#444", "7,4"},
                  [EDGE_DEAD_LETTER] = {"#D55E00", "2,4"},
                  [EDGE_CALL] = {"#8C6D31", ""}};
    text_add(svg, "<path d=\"");
    draw_line(drawing, edge, svg);
    text_printf(svg,
                "\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" stroke-dasharray=\"%s\" "
                "marker-end=\"url(#topology-head)\"/>\n",
                styles[edge->kind].colour, styles[edge->kind].dashes);
}

static void draw(const struct drawing *drawing, struct text *svg)
{
    const double width = 2 * MARGIN + drawing->layers * (drawing->width + GAP_X) - GAP_X;
    double height = 2 * MARGIN + drawing->rows * (BOX_HEIGHT + GAP_Y) - GAP_Y;
    for (size_t i = 0; i < drawing->edge_count && height > 0.0; i++) {
        if (is_bow(drawing, &drawing->edges[i])) {
            height += GAP_Y;
            break;
        }
    }
    text_printf(svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"topology\" "
                "width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
                "style=\"min-width:%.0fpx\" font-family=\"DejaVu Sans, Verdana, sans-serif\" "
                "text-anchor=\"middle\">\n"
                "<defs><marker id=\"topology-head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
                "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
                "<path d=\"M0,0 L8,4 L0,8 z\" fill=\"#444\"/></marker></defs>\n",
                width, height, width, height, LEGIBLE * width);
    for (size_t i = 0; i < drawing->edge_count; i++)
        draw_edge(drawing, &drawing->edges[i], svg);
    for (size_t i = 0; i < drawing->node_count; i++)
        draw_box(drawing, &drawing->nodes[i], svg);
    text_add(svg, "</svg>\n");
}

/* --- words --- */

static bool has_kind(const struct drawing *drawing, enum edge_kind kind)
{
    for (size_t i = 0; i < drawing->edge_count; i++) {
        if (drawing->edges[i].kind == kind)
            return true;
    }
    return false;
}

static bool has_loner(const struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->node_count; i++) {
        bool is_alone = true;
        for (size_t j = 0; j < drawing->edge_count; j++)
            is_alone = is_alone && drawing->edges[j].from != i && drawing->edges[j].to != i;
        if (is_alone)
            return true;
    }
    return false;
}

static void say_alarms(const struct json *alarms, struct text *words)
{
    const char *before = " Alarms: ";
    for (const struct json *at = alarms != NULL ? json_first(alarms) : NULL; at != NULL;
         at = json_next(at)) {
        text_printf(words, "%s\"%s\"", before, json_key(at));
        if (*json_get_text(at, "entity") != '\0')
            text_printf(words, " (%s)", json_get_text(at, "entity"));
        before = ", ";
    }
    if (before[0] == ',')
        text_add(words, ".");
}

static void say(const struct drawing *drawing, const struct json *scenario, struct text *words)
{
    text_add(words, "Messages flow along the arrows");
    text_add(words, has_kind(drawing, EDGE_FILTERED) ? "; dashed: through a filter" : "");
    text_add(words, has_kind(drawing, EDGE_DEAD_LETTER) ? "; dotted: to a dead-letter queue" : "");
    text_add(words, has_kind(drawing, EDGE_CALL) ? "; brown: a call" : "");
    text_add(words, has_loner(drawing) ? ". What stands alone is not used here." : ".");
    say_alarms(json_get(scenario, "alarms"), words);
}

void topology_draw(const struct json *scenario, struct text *svg, struct text *words)
{
    struct drawing drawing = {.node_count = 0};
    arena_init(&drawing.arena);
    drawing.names = map_new();
    read_scenario(&drawing, scenario);
    if (drawing.node_count > 0) {
        layer(&drawing);
        arrange(&drawing);
        draw(&drawing, svg);
        say(&drawing, scenario, words);
    }
    map_free(drawing.names);
    arena_free(&drawing.arena);
}
