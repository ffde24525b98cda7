// SPDX-License-Identifier: GPL-3.0-or-later
/* A ring of slots between threads that fill it in any order and the caller, who empties it in
 * order.  No thread runs further ahead than the ring is long, so that memory does not depend on
 * luck. */
#include "experiment/replicate.h"

#include <pthread.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"
#include "experiment/sample.h"

enum { SLOTS_PER_THREAD = 4 };

struct slot {
    bool is_ready, has_sample;
    struct sample sample;
};

struct pool {
    const struct replicate_work *work;
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t room, ready; /* a slot was taken; a slot was filled or a thread ended */
    size_t count;               /* replications at most */
    size_t next, taken;         /* to be started next; taken so far */
    size_t slot_count;  /* no replication is started that many ahead of the one to be taken */
    struct slot *slots; /* index % slot_count */
    size_t running;     /* threads */
    bool is_over;       /* nothing more is to be started */
};

/* Waits for a replication to start; false: there is none any more.  Holds the lock. */
static bool next_index(struct pool *pool, size_t *index)
{
    while (!pool->is_over && pool->next < pool->count &&
           pool->next >= pool->taken + pool->slot_count)
        pthread_cond_wait(&pool->room, &pool->lock);
    if (pool->is_over || pool->next >= pool->count)
        return false;
    *index = pool->next++;
    return true;
}

static void *run_thread(void *argument)
{
    struct pool *pool = argument;
    void *own = pool->work->open(pool->context);
    size_t index;
    pthread_mutex_lock(&pool->lock);
    while (next_index(pool, &index)) {
        struct slot *slot = &pool->slots[index % pool->slot_count];
        pthread_mutex_unlock(&pool->lock);
        const bool has_sample = pool->work->run(pool->context, own, index, &slot->sample);
        pthread_mutex_lock(&pool->lock);
        slot->has_sample = has_sample;
        slot->is_ready = true;
        pool->is_over = pool->is_over || !has_sample;
        pthread_cond_signal(&pool->ready);
    }
    pool->running--;
    pthread_cond_signal(&pool->ready);
    pthread_mutex_unlock(&pool->lock);
    pool->work->close(pool->context, own);
    return NULL;
}

/* Waits until something is ready, and not for longer than the tick says.  Holds the lock before and
 * after. */
static void wait_or_tick(struct pool *pool)
{
    struct timespec until;
    if (pool->work->tick == NULL) {
        pthread_cond_wait(&pool->ready, &pool->lock);
        return;
    }
    pthread_mutex_unlock(&pool->lock);
    pool->work->tick(pool->context, &until);
    pthread_mutex_lock(&pool->lock);
    if (!pool->slots[pool->taken % pool->slot_count].is_ready && pool->running > 0)
        pthread_cond_timedwait(&pool->ready, &pool->lock, &until);
}

/* Takes the next slot in order, which is ready; false: it is the last.  Holds the lock before and
 * after. */
static bool take_next(struct pool *pool)
{
    struct slot *slot = &pool->slots[pool->taken % pool->slot_count];
    if (!slot->has_sample)
        return false;
    pthread_mutex_unlock(&pool->lock);
    const bool go_on = pool->work->take(pool->context, pool->taken, &slot->sample);
    pthread_mutex_lock(&pool->lock);
    slot->is_ready = slot->has_sample = false;
    pool->taken++;
    pthread_cond_broadcast(&pool->room);
    return go_on;
}

static void take_all(struct pool *pool)
{
    bool go_on = true;
    pthread_mutex_lock(&pool->lock);
    while (go_on && pool->taken < pool->count) {
        if (pool->slots[pool->taken % pool->slot_count].is_ready)
            go_on = take_next(pool);
        else if (pool->running > 0)
            wait_or_tick(pool);
        else
            go_on = false;
    }
    pool->is_over = true;
    pthread_cond_broadcast(&pool->room);
    pthread_mutex_unlock(&pool->lock);
}

/* Without a thread, one after another. */
static void run_alone(struct pool *pool)
{
    void *own = pool->work->open(pool->context);
    bool go_on = true;
    while (go_on && pool->taken < pool->count) {
        struct sample sample;
        struct timespec until;
        if (pool->work->tick != NULL)
            pool->work->tick(pool->context, &until);
        go_on = pool->work->run(pool->context, own, pool->taken, &sample);
        if (go_on)
            go_on = pool->work->take(pool->context, pool->taken++, &sample);
    }
    pool->work->close(pool->context, own);
}

/* Starts threads, at most so many: a machine under load may refuse some, or all. */
static size_t start(struct pool *pool, pthread_t *ids, size_t wanted)
{
    size_t made = 0;
    while (made < wanted && pthread_create(&ids[made], NULL, run_thread, pool) == 0)
        made++;
    pthread_mutex_lock(&pool->lock);
    pool->running -= wanted - made;
    pthread_mutex_unlock(&pool->lock);
    return made;
}

static void drop_rest(struct pool *pool)
{
    for (size_t i = 0; i < pool->slot_count; i++) {
        if (pool->slots[i].has_sample)
            pool->work->drop(pool->context, &pool->slots[i].sample);
    }
}

static void init_pool(struct pool *pool)
{
    pool->slots = must_alloc(pool->slot_count * sizeof *pool->slots);
    for (size_t i = 0; i < pool->slot_count; i++)
        pool->slots[i].is_ready = pool->slots[i].has_sample = false;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->room, NULL);
    pthread_cond_init(&pool->ready, NULL);
}

static void free_pool(struct pool *pool)
{
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->room);
    pthread_cond_destroy(&pool->ready);
    free(pool->slots);
}

size_t replicate_all(const struct replicate_work *work, void *context, size_t count,
                     unsigned threads)
{
    const size_t wanted = threads < count ? threads : count;
    struct pool pool = {.work = work,
                        .context = context,
                        .count = count,
                        .slot_count = (wanted + 1) * SLOTS_PER_THREAD,
                        .running = wanted};
    if (count == 0)
        return 0;
    init_pool(&pool);
    pthread_t *ids = must_alloc(wanted * sizeof *ids);
    const size_t made = start(&pool, ids, wanted);
    if (made > 0)
        take_all(&pool);
    else
        run_alone(&pool);
    for (size_t i = 0; i < made; i++)
        pthread_join(ids[i], NULL);
    drop_rest(&pool);
    free(ids);
    free_pool(&pool);
    return pool.taken;
}
