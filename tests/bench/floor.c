// SPDX-License-Identifier: GPL-3.0-or-later
/* The floor: model R1 (one standard queue, visibility time-out, redrive, ten consumers)
 * hand-written in minimal C with a timing wheel.  One queue, hard-wired distributions, no
 * configuration, no rules but R1's; sojourn histogram and time integrals are kept.  make bench
 * quotes our cost as a ratio to it.
 *
 * usage: floor MESSAGES [CONSUMERS RATE VISIBILITY_S PRELOAD SEED], prints its ns per message and
 * the statistics. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* --- random numbers: xoshiro256++ and a 256-layer exponential ziggurat --- */

static uint64_t state[4];
static double layer_x[257], layer_y[257], layer_scale[256];
static uint64_t layer_accept[256];

static inline uint64_t next_word(void)
{
    const uint64_t sum = state[0] + state[3];
    const uint64_t result = (sum << 23 | sum >> 41) + state[0];
    const uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = state[3] << 45 | state[3] >> 19;
    return result;
}

static void seed_words(uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
        z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
        state[i] = z ^ z >> 31;
    }
}

static void make_layers(void)
{
    const double edge = 7.69711747013104972, area = 0.0039496598225815571993;
    layer_x[256] = area / exp(-edge);
    layer_x[255] = edge;
    for (int i = 254; i > 0; i--)
        layer_x[i] = -log(area / layer_x[i + 1] + exp(-layer_x[i + 1]));
    layer_x[0] = 0.0;
    for (int i = 0; i < 256; i++) {
        layer_y[i] = exp(-layer_x[i]);
        layer_scale[i] = layer_x[i + 1] * 0x1p-56;
        layer_accept[i] = (uint64_t)(layer_x[i] / layer_x[i + 1] * 0x1p56);
    }
}

static double exponential_slow(uint64_t word)
{
    double shift = 0.0;
    for (;; word = next_word()) {
        const unsigned layer = word & 255;
        const double x = (double)(word >> 8) * layer_scale[layer];
        const double u = (double)(next_word() >> 11) * 0x1p-53;
        if ((word >> 8) < layer_accept[layer])
            return shift + x;
        if (layer == 255)
            shift += layer_x[255];
        else if (layer_y[layer + 1] + u * (layer_y[layer] - layer_y[layer + 1]) < exp(-x))
            return shift + x;
    }
}

static inline double exponential(void)
{
    const uint64_t word = next_word();
    if (__builtin_expect((word >> 8) < layer_accept[word & 255], 1))
        return (double)(word >> 8) * layer_scale[word & 255];
    return exponential_slow(word);
}

/* --- the wheel: node 0 is the producer, 1..consumers the consumers, then one per message slot ---
 */

struct timer {
    int64_t at_ns;
    uint32_t next, prev, slot;
};

static struct timer *timers;
static uint32_t heads[11 * 64];
static uint64_t bits[11];
static int64_t wheel_ns;

#define NOBODY UINT32_MAX

static inline void insert(uint32_t id)
{
    const uint64_t differs = (uint64_t)timers[id].at_ns ^ (uint64_t)wheel_ns;
    const int level = differs ? (63 - __builtin_clzll(differs)) / 6 : 0;
    const uint32_t digit = (uint32_t)(timers[id].at_ns >> (6 * level)) & 63;
    const uint32_t slot = (uint32_t)level * 64 + digit, head = heads[slot];
    timers[id].slot = slot;
    if (head == NOBODY) {
        heads[slot] = timers[id].next = timers[id].prev = id;
        bits[level] |= UINT64_C(1) << digit;
        return;
    }
    const uint32_t tail = timers[head].prev;
    timers[tail].next = timers[head].prev = id;
    timers[id].next = head;
    timers[id].prev = tail;
}

static inline void take_out(uint32_t id)
{
    const uint32_t slot = timers[id].slot, next = timers[id].next, prev = timers[id].prev;
    if (next == id) {
        heads[slot] = NOBODY;
        bits[slot >> 6] &= ~(UINT64_C(1) << (slot & 63));
        return;
    }
    timers[next].prev = prev;
    timers[prev].next = next;
    if (heads[slot] == id)
        heads[slot] = next;
}

static inline void schedule(uint32_t id, int64_t at_ns)
{
    timers[id].at_ns = at_ns;
    insert(id);
}

static inline uint32_t pop(void)
{
    for (;;) {
        if (bits[0] != 0) {
            const uint32_t head = heads[__builtin_ctzll(bits[0])];
            wheel_ns = timers[head].at_ns;
            take_out(head);
            return head;
        }
        int level = 1;
        while (bits[level] == 0)
            level++;
        const int digit = __builtin_ctzll(bits[level]);
        const uint32_t slot = (uint32_t)(level * 64 + digit), head = heads[slot];
        if (timers[head].next == head) {
            wheel_ns = timers[head].at_ns;
            heads[slot] = NOBODY;
            bits[level] &= ~(UINT64_C(1) << digit);
            return head;
        }
        wheel_ns = wheel_ns >> (6 * (level + 1)) << (6 * (level + 1)) | (int64_t)digit
                                                                            << (6 * level);
        heads[slot] = NOBODY;
        bits[level] &= ~(UINT64_C(1) << digit);
        uint32_t id = head, next;
        do {
            next = timers[id].next;
            insert(id);
            id = next;
        } while (id != head);
    }
}

/* --- R1 --- */

struct message {
    int64_t sent_ns, visible_ns;
    uint32_t receives, generation;
    uint64_t body[5]; /* a message has contents; 64 bytes in all */
};

static struct message *messages;
static uint32_t *free_slots, free_count, slot_count, slot_room;
static uint32_t *visible;
static uint64_t visible_room, visible_first, visible_last;
static uint32_t consumers, *held, *held_generation, *idle, idle_first, idle_last, idle_mask;
static uint64_t sojourns[64 * 64];

static int64_t now_ns, last_ns, timeout_ns;
static long count, sent, deleted, dead, received, in_flight, busy;
static double gap_ns, sojourn_sum, wait_sum, visible_area, in_flight_area, busy_area;

static const double service_ns = 1e8, failure_p = 0.05;
enum { MAX_RECEIVES = 3 };

static uint64_t histogram_index(uint64_t ns)
{
    const int octave = 58 - __builtin_clzll(ns | 63);
    return (uint64_t)octave * 64 + (ns >> (octave > 0 ? octave - 1 : 0) & 63);
}

static void *room(void *block, size_t bytes)
{
    block = realloc(block, bytes);
    if (block == NULL)
        exit(3);
    return block;
}

static uint32_t new_message(void)
{
    if (free_count == 0 && slot_count == slot_room) {
        slot_room *= 2;
        messages = room(messages, slot_room * sizeof *messages);
        free_slots = room(free_slots, slot_room * sizeof *free_slots);
        timers = room(timers, (slot_room + consumers + 1) * sizeof *timers);
    }
    const uint32_t slot = free_count > 0 ? free_slots[--free_count] : slot_count++;
    messages[slot].sent_ns = messages[slot].visible_ns = now_ns;
    messages[slot].receives = 0;
    messages[slot].body[0] = (uint64_t)slot;
    return slot;
}

static void free_message(uint32_t slot)
{
    messages[slot].generation++;
    free_slots[free_count++] = slot;
}

static void append_visible(uint32_t slot)
{
    if (visible_last - visible_first == visible_room) {
        uint32_t *larger = room(NULL, 2 * visible_room * sizeof *larger);
        for (uint64_t i = visible_first; i < visible_last; i++)
            larger[i & (2 * visible_room - 1)] = visible[i & (visible_room - 1)];
        free(visible);
        visible = larger;
        visible_room *= 2;
    }
    visible[visible_last++ & (visible_room - 1)] = slot;
}

static void prepare(long preload)
{
    for (slot_room = 1 << 16; slot_room < (uint64_t)preload + 65536;)
        slot_room *= 2;
    messages = room(NULL, slot_room * sizeof *messages);
    free_slots = room(NULL, slot_room * sizeof *free_slots);
    timers = room(NULL, (slot_room + consumers + 1) * sizeof *timers);
    visible_room = slot_room;
    visible = room(NULL, visible_room * sizeof *visible);
    held = room(NULL, (consumers + 1) * sizeof *held);
    held_generation = room(NULL, (consumers + 1) * sizeof *held_generation);
    for (idle_mask = 1; idle_mask < consumers + 1;)
        idle_mask *= 2;
    idle = room(NULL, idle_mask-- * sizeof *idle);
    for (uint32_t i = 1; i <= consumers; i++)
        idle[idle_last++ & idle_mask] = i;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        heads[i] = NOBODY;
    for (long i = 0; i < preload; i++)
        append_visible(new_message());
    schedule(0, (int64_t)(gap_ns * exponential()));
}

static inline void integrate(void)
{
    const double passed = (double)(now_ns - last_ns);
    visible_area += passed * (double)(visible_last - visible_first);
    in_flight_area += passed * (double)in_flight;
    busy_area += passed * (double)busy;
    last_ns = now_ns;
}

static inline void on_work_over(uint32_t consumer)
{
    const uint32_t slot = held[consumer];
    busy--;
    idle[idle_last++ & idle_mask] = consumer;
    if (messages[slot].generation != held_generation[consumer] ||
        next_word() < (uint64_t)(failure_p * 0x1p64))
        return;
    const int64_t sojourn_ns = now_ns - messages[slot].sent_ns;
    sojourn_sum += (double)sojourn_ns;
    sojourns[histogram_index((uint64_t)sojourn_ns)]++;
    deleted++;
    in_flight--;
    take_out(consumers + 1 + slot);
    free_message(slot);
}

static inline void on_event(uint32_t id)
{
    if (id == 0) {
        append_visible(new_message());
        if (++sent < count)
            schedule(0, now_ns + (int64_t)(gap_ns * exponential()));
    } else if (id <= consumers) {
        on_work_over(id);
    } else {
        messages[id - consumers - 1].visible_ns = now_ns;
        in_flight--;
        append_visible(id - consumers - 1);
    }
}

static inline void dispatch(void)
{
    while (idle_first != idle_last && visible_first != visible_last) {
        const uint32_t slot = visible[visible_first++ & (visible_room - 1)];
        struct message *m = &messages[slot];
        if (m->receives >= MAX_RECEIVES) {
            dead++;
            free_message(slot);
            continue;
        }
        const uint32_t consumer = idle[idle_first++ & idle_mask];
        m->receives++;
        received++;
        in_flight++;
        busy++;
        wait_sum += (double)(now_ns - m->visible_ns);
        held[consumer] = slot;
        held_generation[consumer] = m->generation;
        schedule(consumers + 1 + slot, now_ns + timeout_ns);
        schedule(consumer, now_ns + (int64_t)(service_ns * exponential()));
    }
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
    count = argc > 1 ? atol(argv[1]) : 1000000;
    consumers = argc > 2 ? (uint32_t)atol(argv[2]) : 10;
    gap_ns = 1e9 / (argc > 3 ? atof(argv[3]) : 80.0);
    timeout_ns = (int64_t)((argc > 4 ? atof(argv[4]) : 30.0) * 1e9);
    seed_words(argc > 6 ? strtoull(argv[6], NULL, 0) : 1);
    make_layers();
    prepare(argc > 5 ? atol(argv[5]) : 0);

    const double begin_s = now_s();
    dispatch();
    while (deleted + dead < count) {
        const uint32_t id = pop();
        now_ns = wheel_ns;
        integrate();
        on_event(id);
        dispatch();
    }
    const double seconds = now_s() - begin_s, total_ns = (double)now_ns;
    printf("floor %.1f ns/message sojourn %.4f wait %.5f receives %.5f dead %.3e visible %.3f "
           "in_flight %.2f busy %.4f\n",
           seconds * 1e9 / (double)count, sojourn_sum / (double)deleted * 1e-9,
           wait_sum / (double)received * 1e-9, (double)received / (double)count,
           (double)dead / (double)count, visible_area / total_ns, in_flight_area / total_ns,
           busy_area / total_ns / consumers);
    return 0;
}
