// SPDX-License-Identifier: GPL-3.0-or-later
/* The contract of a queue and of its kinds.
 *
 * What is common stands in queue.c and queue_{send,receive,delete,change}.c: states, deadlines,
 * retention, redrive, limits, polls, facts.  A kind decides order and admission.  A call is:
 * settle, act, match. */
#ifndef QUEUELAB_MODEL_QUEUE_H
#define QUEUELAB_MODEL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/must.h"
#include "base/param.h"
#include "core/choice.h"
#include "core/engine.h"
#include "core/probe.h"
#include "core/rng.h"
#include "model/deadlines.h"
#include "model/gate.h"
#include "model/message.h"
#include "model/quota.h"
#include "model/service.h"
#include "model/visible.h"

/* The life of a message in a queue; the edges are the facts of core/probe.h.
 *
 *               send                   receive                   delete
 *    ────────────────────▶ VISIBLE ──────────────▶ IN FLIGHT ─────────────▶ gone
 *    send, delay            ▲  ▲ │                     │
 *    ──────────▶ DELAYED ───┘  │ │                     │
 *                time passes   └─┼─────────────────────┘  visibility runs out, or is set to 0
 *                                └──▶ DEAD LETTERED       at a receive, if received too often
 * (DLQ-1) from any state, when retention ends ──▶ expired;  purge ──▶ purged */
enum queue_stale_delete { STALE_DELETE_IGNORED, STALE_DELETE_DELETES };
enum queue_dedup_scope { DEDUP_SCOPE_QUEUE, DEDUP_SCOPE_GROUP };
enum queue_redrive_permission { REDRIVE_ALLOW_ALL, REDRIVE_DENY_ALL, REDRIVE_BY_QUEUE };
enum queue_throughput_limit { THROUGHPUT_PER_QUEUE, THROUGHPUT_PER_GROUP };

#define QUEUE_LIMIT_OF_PROFILE (-2)
#define QUEUE_LIMIT_NONE       (-1)

/* A move task that somebody starts (MOVE-1). */
struct queue_move_cfg {
    int64_t at_ns;
    struct node_ref destination; /* name NULL: each message to the queue it came from (MOVE-2) */
    int64_t rate_per_s;          /* MOVE-4 */
};

/* A queue as a scenario describes it (ATT-1 and ours); filled from the kind's rows. */
struct queue_cfg {
    int64_t visibility_ns, retention_ns, delay_ns, wait_ns;
    int64_t max_bytes;
    struct queue_redrive_cfg {
        struct node_ref dead_letter; /* name NULL: no policy */
        int64_t max_receives;
    } redrive;
    struct queue_redrive_allow_cfg { /* DLQ-8: as a dead-letter queue */
        int permission;              /* of enum queue_redrive_permission */
        struct node_refs sources;    /* by queue: these */
    } redrive_allow;
    struct param_items moves; /* struct queue_move_cfg; as a dead-letter queue */
    bool fifo, content_dedup;
    int dedup_scope, throughput_limit;
    struct queue_storage_cfg {
        int64_t servers, short_poll_servers; /* short_poll_servers 0: all */
        double duplicate_p, resurrect_p;
        int64_t reorder_window;
    } storage;
    bool quotas;
    int64_t quota_burst;
    int64_t in_flight_limit; /* QUEUE_LIMIT_OF_PROFILE, QUEUE_LIMIT_NONE or a number */
    int stale_delete;
    /* CW-4: received so often, a message goes to the back when it returns; received more often than
     * that, it is none of those whose age counts.  QUEUE_LIMIT_NONE: never. */
    int64_t poison_receives, poison_age_receives;
    struct queue_fair_cfg { /* FAIR-2 */
        double noisy_share;
        int64_t noisy_minimum, window_ns;
    } fair;
    int64_t attribute_delay_ns;    /* ATT-7 */
    int64_t scope_change_delay_ns; /* FIFO-13 */
    struct queue_preload_cfg {
        int64_t messages;
        struct choice_cfg group; /* as a producer's message.group */
    } preload;
};

/* Limits that a dated profile sets. */
struct queue_limits {
    int64_t max_bytes;   /* default and ceiling of MaximumMessageSize */
    int64_t batch_bytes; /* SND-2 */
    int64_t in_flight_standard, in_flight_fifo;
    int64_t fifo_look_back;            /* FIFO-27 */
    double fifo_calls_per_s;           /* LIM-2 */
    double fifo_high_calls_per_s;      /* LIM-3 */
    double fifo_partition_calls_per_s; /* LIM-4 */
};

enum queue_action { ACTION_SEND, ACTION_RECEIVE, ACTION_DELETE, ACTION_CHANGE_VISIBILITY };

enum receive_status {
    RECEIVE_MESSAGES,  /* at least one */
    RECEIVE_EMPTY,     /* none, or the wait is over */
    RECEIVE_WAITS,     /* a long poll is parked; the answer comes through poll.on_answer */
    RECEIVE_THROTTLED, /* LIM-2 */
    RECEIVE_OVER_LIMIT /* RCV-9: standard, short poll */
};

enum delete_status {
    DELETE_OK,      /* removed */
    DELETE_IGNORED, /* success without effect: repeated or stale handle (DEL-2, DEL-3) */
    DELETE_EXPIRED, /* FIFO, the handle's time is over (DEL-5) */
    DELETE_THROTTLED
};

enum purge_status {
    PURGE_OK,
    PURGE_IN_PROGRESS /* ATT-12: less than 60 s after another */
};

enum visibility_status {
    VISIBILITY_OK,
    VISIBILITY_GONE,     /* VIS-3: the message does not exist any more */
    VISIBILITY_EXPIRED,  /* FIFO (VIS-4) */
    VISIBILITY_TOO_LONG, /* VIS-6: beyond 12 hours from the receive */
    VISIBILITY_THROTTLED
};

struct queue;

/* Lines of the cache before a poll that its caller touches once it is answered: they are fetched.
 */
enum { POLL_CALLER_LINES = 2 };

/* One ReceiveMessage.  Lives in its caller; parked in the queue's ring while it waits.  What every
 * call touches comes first. */
struct poll {
    struct poll *next, *prev; /* next is NULL while not parked */
    struct delivery *out;
    /* Called once for a parked poll when it is answered; may only schedule. */
    void (*on_answer)(struct poll *poll, int64_t now_ns);
    int64_t wait_ns;       /* -1: the queue's (RCV-2); 0: short poll */
    int64_t visibility_ns; /* -1: the queue's (RCV-6) */
    uint32_t max;          /* MaxNumberOfMessages, 1..10; out has room for it */
    uint32_t count;        /* filled */
    uint16_t caller;       /* node id */
    enum receive_status status;
    int64_t started_ns, ends_ns; /* set by queue_receive if it finds nothing */
    struct queue *queue;         /* set when the wait ends */
    struct event late;           /* defers the end of the wait behind all else at its instant */
};

/* Why a message became visible. */
enum queue_shown {
    SHOWN_SENT,
    SHOWN_MOVED, /* into a dead-letter queue */
    SHOWN_DELAY_OVER,
    SHOWN_HIDDEN_OVER,
    SHOWN_COPIED,     /* a copy survived the receive (RCV-11) */
    SHOWN_RESURRECTED /* a copy survived the delete (RCV-11) */
};

struct queue_kind {
    const char *name;
    const char *doc;
    const struct param *params; /* rows that fill a struct queue_cfg */
    size_t state_bytes;
    unsigned wants; /* side tables needed: enum message_side_want */
    /* What is visible stands in queue->order, which the queue itself keeps: a message just sent
     * joins it without a call of shown, and one that is hidden leaves it (hidden may be NULL). */
    bool uses_order;
    void (*init)(struct queue *queue);
    void (*free)(struct queue *queue);
    /* Is this entry, of a batch, well formed for this kind?  Changes nothing.  NULL: unless it has
     * a deduplication id. */
    enum send_status (*check)(const struct queue *queue, const struct send *send);
    /* Is this entry well formed, and new?  SEND_OK is followed by a store; on SEND_DEDUPLICATED the
     * reply's root, number and first_ns are the original's.  NULL: a well-formed one is new. */
    enum send_status (*admit)(struct queue *queue, const struct send *send, struct sent *reply,
                              int64_t now_ns);
    /* The message entered the queue (linked, in its state); side tables are filled.  If it is
     * VISIBLE, shown is not called besides.  NULL: shown is. */
    void (*stored)(struct queue *queue, uint32_t slot, const struct send *send, int64_t now_ns);
    /* The first message with a group is about to enter the queue.  NULL: nothing to do. */
    void (*grouped)(struct queue *queue, int64_t now_ns);
    /* state became VISIBLE, the deadline says since when. */
    void (*shown)(struct queue *queue, uint32_t slot, enum queue_shown why, int64_t now_ns);
    /* The message that a receive gets next, or MESSAGE_NONE.  sample: this is a short poll.  Not
     * asked while queue->is_ordered. */
    uint32_t (*first)(struct queue *queue, bool sample, int64_t now_ns);
    /* Takes, as by hidden, the message that a receive gets first; there is something to choose
     * from.  MESSAGE_NONE if that one goes to the dead-letter queue: first is asked.  NULL: it is
     * always asked.  Not called while queue->is_ordered. */
    uint32_t (*take)(struct queue *queue);
    /* The message is about to be VISIBLE no more: received, hidden again, or leaving the queue. */
    void (*hidden)(struct queue *queue, uint32_t slot);
    /* After hidden: it is about to be IN FLIGHT.  NULL: nothing to do; not called while
     * queue->is_ordered. */
    void (*taken)(struct queue *queue, uint32_t slot, int64_t now_ns);
    /* The message leaves the queue, from any state (after hidden, if it was visible); called before
     * it is unlinked.  NULL: nothing to do. */
    void (*left)(struct queue *queue, uint32_t slot);
    /* The latest handle of a message that is still here deletes it: always, or until its deadline.
     */
    bool handles_expire;
    /* Judges a delete by any other handle of such a message. */
    enum delete_status (*judge_delete)(struct queue *queue, const struct delivery *handle,
                                       int64_t now_ns);
    /* Judges a change of visibility likewise: VISIBILITY_OK or why not. */
    enum visibility_status (*judge_visibility)(struct queue *queue, const struct delivery *handle,
                                               int64_t now_ns);
    /* After a hand-out and after a delete, where storage has such a chance: does a copy survive? */
    bool (*survives_receive)(struct queue *queue);
    bool (*survives_delete)(struct queue *queue);
    /* Forgets what a purge forgets besides messages (the deduplication memory).  May be NULL. */
    void (*purged)(struct queue *queue);
    /* RCV-12: of queue_receive_again and queue_remember_attempt.  Both may be NULL. */
    bool (*repeat)(struct queue *queue, struct poll *poll, uint64_t attempt, int64_t now_ns);
    void (*remember)(struct queue *queue, const struct poll *poll, uint64_t attempt,
                     int64_t called_ns);
    /* The attributes in force changed from before to *queue->cfg.  May be NULL. */
    void (*changed)(struct queue *queue, const struct queue_cfg *before, int64_t now_ns);
};

/* What a plain life touches comes first, in four lines of the cache: who it is and what it works
 * with, the attributes in force, its contents, the rest. */
struct queue {
    _Alignas(MUST_LINE_BYTES) struct service service; /* first; service.node names it */
    const struct queue_kind *kind;
    struct messages *messages;
    struct probe *probe;
    struct engine *engine;

    int64_t visibility_ns, retention_ns, delay_ns, wait_ns, max_bytes;
    int64_t in_flight_limit; /* QUEUE_LIMIT_NONE or a number */
    uint64_t stored_limit;   /* messages stored in the world at which the run saturates */
    /* Called when a message of origin ends here by delete or dead-letter (closed arrivals); may be
     * NULL. */
    void (*on_end)(void *context, uint64_t root, int64_t now_ns);

    int64_t armed_ns;        /* when due fires; FOREVER: not pending */
    struct poll *polls;      /* waiting, in order of arrival: head of a ring */
    uint32_t oldest, newest; /* by enqueue time, linked by older and newer */
    uint32_t visible, in_flight;
    const uint32_t *offered; /* how much a receive can choose from; 0: it finds nothing */
    struct visible order;    /* of what is visible, if the kind uses it */

    struct deadlines hidden; /* ends of visibility timeouts */
    uint64_t call_number;    /* of the receive being answered: one call, one number */
    void *state;             /* the kind's */
    struct queue *dead_letter;
    uint32_t max_receives; /* 0: no redrive policy */
    uint32_t polls_late;   /* whose wait ends at this instant, behind all else */
    bool polls_in_order;   /* the ends of the waits do not fall along the ring */
    bool is_fifo;
    bool drains;     /* each message in it holds the engine */
    bool is_ordered; /* the first of order is what a receive gets; set by the kind */
    bool is_ideal;   /* no copy survives a receive or a delete (RCV-11) */
    bool is_guarded; /* a quota or a gate judges calls */
    bool had_copies; /* copies survived once, so that they may still be about */

    uint32_t delayed;
    struct deadlines delays; /* their ends */
    struct event due;        /* the queue's one event; fires early rather than being cancelled */
    const struct queue_cfg *cfg;
    const struct queue_limits *limits;
    struct quota quota;
    uint64_t sequence; /* FIFO sequence numbers (SND-14) */
    void *on_end_context;
    struct queue_cfg own;          /* the attributes in force: cfg points here */
    int64_t purged_ns;             /* of the latest purge; -MINUTE: none yet */
    uint64_t seed, replication;    /* name its random streams */
    struct queue_pending *pending; /* changes that take effect later, in that order; or NULL */
    struct gate gate;              /* what troubles its calls */
    struct {
        uint32_t slot, seq; /* MESSAGE_NONE: none; valid while the slot holds that seq */
    } moved_in;             /* what was last moved in far from the newest */
};
_Static_assert(offsetof(struct queue, visibility_ns) == 64 &&
                   offsetof(struct queue, armed_ns) == 128 &&
                   offsetof(struct queue, hidden) == 192 && offsetof(struct queue, delayed) <= 256,
               "what a plain life touches fills its lines");

// clang-format off
#define QUEUE_KINDS(X) \
    X(sqs_standard)    \
    X(sqs_fifo)        \
    /* one line per kind, above this one */
// clang-format on

#define QUEUE_DECLARE(kind) extern const struct queue_kind queue_##kind;
QUEUE_KINDS(QUEUE_DECLARE)
#undef QUEUE_DECLARE

/* All kinds, ending in NULL. */
extern const struct queue_kind *const queue_kinds[];

/* What a queue needs from its world. */
struct queue_setting {
    struct engine *engine;
    struct messages *messages;
    struct probe *probe;
    const struct queue_limits *limits;
    uint64_t seed, replication; /* for its random streams */
    uint64_t stored_limit;
};

void queue_init(struct queue *queue, const struct queue_kind *kind, const struct queue_cfg *cfg,
                const char *name, uint16_t id, const struct queue_setting *setting);
void queue_free(struct queue *queue);
/* Says the attributes an oracle needs (QUEUE_CHANGED), once all queues exist and at a change. */
void queue_announce(const struct queue *queue, int64_t now_ns);
/* Stores count messages at time 0 that were never sent through a call. */
void queue_preload(struct queue *queue, uint64_t count,
                   uint32_t (*group_of)(void *context, uint64_t i), void *context);

/* --- calls: one API action each; all of them settle first and match last --- */
enum send_status queue_send(struct service *service, const struct send *entries, size_t count,
                            struct sent *replies, int64_t now_ns);
/* What would fail these entries of a batch as a whole (SND-2, SND-11): SEND_OK or why. */
enum send_status queue_check_batch(const struct queue *queue, const struct send *entries,
                                   size_t count);
/* Fills poll->status and out; RECEIVE_WAITS parks the poll. */
enum receive_status queue_receive(struct queue *queue, struct poll *poll, int64_t now_ns);
/* RCV-12: answers the poll as the receive with the same attempt id (0: none) was answered, with the
 * same handles and a new visibility timeout (or with RECEIVE_THROTTLED), and returns true; or
 * returns false: to be received anew. */
bool queue_receive_again(struct queue *queue, struct poll *poll, uint64_t attempt, int64_t now_ns);
/* Notes that a receive with an attempt id, called at called_ns, was just answered with messages. */
void queue_remember_attempt(struct queue *queue, const struct poll *poll, uint64_t attempt,
                            int64_t called_ns);
/* Takes a parked poll back (its caller died). */
void queue_withdraw(struct queue *queue, struct poll *poll);
/* One DeleteMessage (count 1) or DeleteMessageBatch; results may be NULL. */
enum delete_status queue_delete(struct queue *queue, const struct delivery *handles, size_t count,
                                enum delete_status *results, uint16_t caller, int64_t now_ns);
/* Likewise; each handle has a time-out of its own. */
enum visibility_status queue_change_visibility(struct queue *queue, const struct delivery *handles,
                                               const int64_t *timeouts_ns, size_t count,
                                               enum visibility_status *results, uint16_t caller,
                                               int64_t now_ns);
enum purge_status queue_purge(struct queue *queue, int64_t now_ns);

/* --- attributes --- */
/* Changes the attributes to those of cfg, which is copied, at once or when attributeDelay is over
 * (ATT-7); what that means for messages already stored is ATT-8.  queue->cfg tells what is in
 * force, not what was asked for: the scope of deduplication follows later still (FIFO-13).  Not
 * looked at are cfg's redrive, which is queue_set_dead_letter's, the type of the queue, its storage
 * and preload, and whose age counts (poison_age_receives). */
void queue_change(struct queue *queue, const struct queue_cfg *cfg, int64_t now_ns);
/* Sets or, with NULL, clears the redrive policy, at once or when attributeDelay is over; judged at
 * each later receive (ATT-8).  dead_letter must live as long as the queue. */
void queue_set_dead_letter(struct queue *queue, struct queue *dead_letter, int64_t max_receives,
                           int64_t now_ns);
/* Brings what cfg says into force; part of the making of a queue. */
void queue_take_attributes(struct queue *queue);
/* When the next pending change takes effect; FOREVER: there is none. */
int64_t queue_pending_ns(const struct queue *queue);
/* Brings the pending changes that are due into force; the caller settles.  False: none was. */
bool queue_take_pending(struct queue *queue, int64_t now_ns);
void queue_free_pending(struct queue *queue);
/* Takes out all messages, whatever their state, with a PURGED fact for each; part of a purge and of
 * a deletion. */
void queue_empty(struct queue *queue, int64_t now_ns);

/* --- trouble --- */
/* Refuses a share of all calls from now on, as if throttled, and lets no more pass than so many per
 * second (INFINITY: no limit).  Where nothing passes, whoever waits is refused too. */
void queue_trouble_calls(struct queue *queue, double refuse_p, double calls_per_s, int64_t now_ns);
/* RCV-11: how often a copy survives a receive and a delete from now on. */
void queue_trouble_storage(struct queue *queue, double duplicate_p, double resurrect_p,
                           int64_t now_ns);
/* Answers all polls that wait as throttled. */
void queue_refuse_waiting(struct queue *queue, int64_t now_ns);

/* --- the parts of a call --- */
void queue_settle_slowly(struct queue *queue, int64_t now_ns);
/* Ends everything due at or before now: retention first, then visibility and delay. */
static inline void queue_settle(struct queue *queue, int64_t now_ns)
{
    if (now_ns >= queue->armed_ns)
        queue_settle_slowly(queue, now_ns);
}
/* Puts the end of a parked poll's wait, if it is not there yet, behind all else at this instant. */
void queue_end_wait(struct queue *queue, struct poll *poll);
void queue_match_slowly(struct queue *queue, int64_t now_ns);
/* Answers waiting polls while there is something for them. */
static inline void queue_match(struct queue *queue, int64_t now_ns)
{
    if (queue->polls != NULL && *queue->offered > 0)
        queue_match_slowly(queue, now_ns);
}
/* A fact about a call that concerns no stored message. */
struct fact queue_call_fact(const struct queue *queue, enum probe_kind kind, uint16_t caller,
                            int64_t now_ns);
/* LIM-2: takes one call of an action; false after saying that it was throttled. */
bool queue_admit_call(struct queue *queue, enum queue_action action, const uint32_t *groups,
                      size_t count, uint16_t caller, int64_t now_ns);
void queue_arm_earlier(struct queue *queue, int64_t at_ns);
/* Makes the queue's event fire no later than at_ns. */
static inline void queue_arm(struct queue *queue, int64_t at_ns)
{
    if (at_ns < queue->armed_ns)
        queue_arm_earlier(queue, at_ns);
}

/* --- for kinds and for redrive --- */
static inline struct message *queue_message(const struct queue *queue, uint32_t slot)
{
    return &queue->messages->at[slot];
}
/* Is it the latest handle of m, which is still here, and does it hold?  FIFO-28: until the deadline
 * of its delivery, that instant included.  Once visible again, the message's deadline is the very
 * one that ended the delivery. */
static inline bool queue_handle_holds(const struct queue *queue, const struct delivery *handle,
                                      const struct message *m, int64_t now_ns)
{
    return handle->receives == m->receives &&
           (!queue->kind->handles_expire ||
            now_ns <= messages_deadline_ns(queue->messages, handle->slot));
}
/* Takes a message that is about to be VISIBLE no more out of the order. */
static inline void queue_hide(struct queue *queue, uint32_t slot)
{
    if (queue->kind->uses_order)
        visible_remove(&queue->order, queue->messages, slot);
    else
        queue->kind->hidden(queue, slot);
}
/* A message is about to enter the queue: called before any fact says so.  FAIR-1: on a standard
 * queue a group is a tenant's name. */
static inline void queue_expect_group(struct queue *queue, uint32_t slot, int64_t now_ns)
{
    if (queue->kind->grouped != NULL && messages_group(queue->messages, slot) != MESSAGE_NO_GROUP)
        queue->kind->grouped(queue, now_ns);
}
/* Links a filled slot by its sent_ns.  send is NULL for a move: then the slot's deadline says from
 * when it is visible, else it is so at once. */
void queue_store(struct queue *queue, uint32_t slot, const struct send *send, int64_t now_ns);
/* Takes a message out of the queue's lists, counts and kind; the slot stays taken. */
void queue_unlink(struct queue *queue, uint32_t slot);
/* Ends a stored message's life because its retention is over. */
void queue_expire(struct queue *queue, uint32_t slot, int64_t now_ns);
/* IN_FLIGHT or DELAYED becomes VISIBLE. */
void queue_show(struct queue *queue, uint32_t slot, enum queue_shown why, int64_t now_ns);
/* A fact about a message of this queue, filled but for peer, n, value and other. */
static inline struct fact queue_fact(const struct queue *queue, enum probe_kind kind, uint32_t slot,
                                     int64_t now_ns)
{
    const struct messages *messages = queue->messages;
    const struct message *m = &messages->at[slot];
    return (struct fact){.at_ns = now_ns,
                         .kind = (uint16_t)kind,
                         .node = queue->service.node.id,
                         .peer = NODE_NONE,
                         .message = slot,
                         .delivery = m->receives,
                         .group = messages_group(messages, slot),
                         .bytes = messages_bytes(messages, slot),
                         .root = message_root(m),
                         .seq = m->seq};
}
/* Gives a message that was received a new end of its visibility timeout, and says so (EXTENDED);
 * again: by a receive that returns it once more (RCV-12). */
void queue_extend(struct queue *queue, const struct delivery *handle, size_t index, bool again,
                  int64_t timeout_ns, uint16_t caller, int64_t now_ns);
/* DLQ-8: may the queue of this name use one with that configuration as its dead-letter queue? */
bool queue_allows_redrive(const struct queue_cfg *dead_letter, const char *source);
/* DLQ-1: moves a message that was received too often. */
void queue_redrive(struct queue *queue, uint32_t slot, int64_t now_ns);

#endif
