// SPDX-License-Identifier: GPL-3.0-or-later
/* The vocabulary of facts: what happened, said by models and actors, never what it means.
 *
 * A fact is copied to one sink.  message is a dense recycled slot; root numbers the message through
 * its whole chain (origin producer << 48 | its number).  n is the index within one API call, so
 * that n == 0 also says "a call was made".  value and other are named per kind below. */
#ifndef QUEUELAB_CORE_PROBE_H
#define QUEUELAB_CORE_PROBE_H

#include <stddef.h>
#include <stdint.h>

// clang-format off
#define PROBE_KINDS(X) \
    /* A message at a queue: node = the queue. */ \
    X(ACCEPTED)       /* peer producer, bytes, group, seq, delivery = probe_branch of its path; \
                         value = called_ns, other = visible at (later than at_ns: delayed) */ \
    X(REJECTED)       /* peer producer, bytes: the send broke a rule; value = enum send_status */ \
    X(DEDUPED)        /* peer producer: accepted, nothing enqueued; delivery as in ACCEPTED; \
                         value = deduplication id, other = when it was first accepted */ \
    X(DELAYED_OVER)   /* a delay ran out: visible now */ \
    X(DELIVERED)      /* peer consumer, delivery = receive count with this one, group; \
                         value = deadline_ns, other = became visible at */ \
    X(EXTENDED)       /* visibility changed; value = new deadline_ns \
                         (at_ns: visible at once, a HIDDEN_OVER follows), \
                         other = 1: by a receive that returned it again (RCV-12) */ \
    X(EXTEND_REFUSED) /* visibility not changed; value = enum visibility_status */ \
    X(DELETED)        /* peer consumer, delivery = of the handle that removed the message */ \
    X(DELETE_IGNORED) /* a delete that succeeded without removing (stale or repeated); \
                         value = 1 if it counts as deleted (CW-3) */ \
    X(DELETE_REFUSED) /* an expired FIFO handle (DEL-5) */ \
    X(HIDDEN_OVER)    /* visibility ran out, or was set to 0: visible now; delivery = receives */ \
    X(RETENTION_OVER) /* retention ended; value = when the retention clock started */ \
    X(DEAD_LETTERED)  /* peer = the dead-letter queue; delivery = receives, seq = the new one; \
                         value = maxReceiveCount, other = enqueue time there */ \
    X(MOVED)          /* by a move task: peer = destination; delivery = receives before, \
                         seq = the new one; value = enqueue time there, other = visible at */ \
    X(PURGED)         /* by a purge: first the call (message NONE), then each message */ \
    X(RESURRECTED)    /* a copy survived its delete: visible again */ \
    X(COPIED)         /* a copy survived its receive: visible although delivered */ \
    X(PRELOADED)      /* waiting since time 0 without a send; group, seq */ \
    /* A call at a queue: node = the queue, peer = the caller. */ \
    X(EMPTY)          /* a receive returned nothing; value = how long it waited, ns */ \
    X(THROTTLED)      /* value = enum queue_action */ \
    X(OVER_LIMIT)     /* a short poll met the in-flight limit (RCV-9) */ \
    /* A producer: node = the producer, peer = the service. */ \
    X(ANSWERED)       /* a send succeeded; value = called_ns */ \
    X(RETRIED)        /* a send is tried again; value = tries made, other = ns waited since */ \
    X(GAVE_UP)        /* a send failed for good; value = called_ns */ \
    /* A consumer: node = the consumer, peer = the queue; worker in bytes. */ \
    X(STARTED)        /* work on a message begins; delivery; value = service_ns */ \
    X(SUCCEEDED)      /* the work ended well; value = service_ns, n = 1: it had been done before \
                           and was not done again */ \
    X(FAILED)         /* the work ended badly; value = service_ns */ \
    X(SKIPPED)        /* released unworked after a failure in its group */ \
    X(CRASHED)        /* an instance died; n = workers lost; an ABANDONED per message at hand */ \
    X(ABANDONED)      /* a message in a crashed instance's hands; value = ns of work done on it */ \
    X(RESTARTED)      /* an instance is back; n = workers */ \
    X(CAPACITY)       /* value = instances in service, other = workers in service */ \
    /* Attributes an oracle needs, at the start and at each change: node = the queue. */ \
    X(QUEUE_CHANGED)  /* n = enum queue_fact, value */ \
    /* Fair queues: node = the queue. */ \
    X(FAIR)           /* the first message with a group comes to a standard queue (FAIR-1) */ \
    X(NOISY)          /* group: this tenant is noisy from now on (value 1) or quiet (0) */ \
    /* A publication: node = the topic, peer = the producer, seq = its number if FIFO. */ \
    X(PUBLISHED)        /* bytes, group, delivery as in ACCEPTED; value = subscriptions that it \
                           matches, other = called_ns */ \
    X(PUBLISH_DEDUPED)  /* accepted, delivered to nobody; delivery; value = deduplication id, \
                           other = when it was first accepted */ \
    X(PUBLISH_REJECTED) /* value = enum send_status */ \
    /* A publication and one subscription: node = the topic, peer = what it delivers to, n = the \
       subscription, bytes as delivered, group, seq as published. */ \
    X(FANNED_OUT)       /* the subscription matches: a delivery begins; delivery as in ACCEPTED; \
                           value = enum probe_protocol */ \
    X(FILTERED)         /* it does not; value = enum probe_filtered (FLT-7) */ \
    X(NOTIFIED)         /* delivered; message = where it is stored (a queue that did not drop it), \
                           delivery = tries; value = when published, other = its delivery */ \
    X(NOTIFY_FAILED)    /* one try failed; delivery = tries; value = 1 if it is tried again */ \
    X(NOTIFY_LOST)      /* given up; message = where the dead-letter queue stored it, delivery = \
                           tries; value = of enum probe_loss, other = its delivery */ \
    /* A function: node = the function, peer = the queue; lane in bytes.  Besides, what a consumer \
       says of its work on messages. */ \
    X(INVOKED)          /* n, message, delivery, group, seq: one of an invocation that begins; \
                           value = how many it has */ \
    X(INVOCATION_ENDED) /* n = enum probe_invocation, delivery = MiB of memory; \
                           value = how long it took, other = 1 on arm64 */ \
    X(INVOKE_THROTTLED) /* value = messages that were to go with it */ \
    /* Pipelines: node = the consumer, root as received, message = the slot it was received in.  A \
       consumer that sends on says ANSWERED, RETRIED and GAVE_UP as a producer does, delivery as \
       in ACCEPTED; GAVE_UP's other = 1: nobody will try again. */ \
    X(FORWARDED)      /* peer = the service, n = which copy, delivery = its branch: will be sent \
                         on; value = the root it gets */ \
    X(HOP_LIMIT)      /* was sent on maxHops times (value) and is not once more; peer = to which \
                         service */ \
    X(JOIN_BEGUN)     /* peer = the queue, delivery as in ACCEPTED: the first of value parts */ \
    X(JOINED)         /* the last of n parts; value = ns since the first */ \
    X(JOIN_TIMED_OUT) /* no more than n parts came in value ns; message, delivery: the last */ \
    X(JOIN_DROPPED)   /* a part that came again (value 1), or after its join's end (0) */ \
    /* A function and what no queue brought, whose facts have as other its delivery. */ \
    X(EVENT_DROPPED)  /* failed for good; delivery = invocations; value = 1: sent on to n */ \
    /* An endpoint or a downstream: node = it, peer = the caller, delivery = branch of what is \
       sent; its CAPACITY's other = -1: without end. */ \
    X(REQUESTED)       /* value = requests there, with this one; other = tries made, too; \
                          n = 1: it waits in line */ \
    X(RESPONDED)       /* value = ns since the request, other = HTTP status; \
                          n = 1: nobody waits for it any more */ \
    X(REQUEST_REFUSED) /* it has too many there (value); other = HTTP status */ \
    /* Scheduled trouble: node = what it strikes, n = its place in the list of faults. */ \
    X(FAULT_ON)       /* it begins, or (other = 1) happens and is over */ \
    X(FAULT_OFF)      /* it ends; value = ns since it began */ \
    /* A downstream's line: as for an endpoint. */ \
    X(REQUEST_BEGUN)  /* work on it begins; value = ns in line, other = how many wait still; \
                         n = 1: it had to wait */ \
    X(REQUEST_LOST)   /* nobody is left to work on it; value = ns in line, other = HTTP status */ \
    /* A circuit breaker: node = the caller, peer = what it calls. */ \
    X(BREAKER_OPENED) /* value = the time at which a call is tried again */ \
    X(SHORT_CIRCUITED) /* a call that is not made; root, delivery as in ANSWERED */ \
    /* What work is for: node = the consumer, peer = the queue, worker in bytes; delivery as in \
       ACCEPTED. */ \
    X(EFFECT)         /* it happened; value = its business key, 0: the message's own, other = how \
                         long it cannot happen again */ \
    X(EFFECT_SKIPPED) /* it did not, having happened before; value likewise */ \
    /* An alarm: node = the alarm, peer = the queue. */ \
    X(ALARM)          /* its state changed: value = enum probe_alarm, other = before */ \
    /* Autoscaling: node = the consumer, peer = the queue. */ \
    X(SCALED)         /* value = instances wanted from now on, other = before; at its start the \
                         same */
// clang-format on

enum probe_kind {
#define PROBE_ENUM(name) PROBE_##name,
    PROBE_KINDS(PROBE_ENUM)
#undef PROBE_ENUM
        PROBE_KIND_COUNT
};

/* The state of an alarm. */
enum probe_alarm { PROBE_ALARM_INSUFFICIENT, PROBE_ALARM_OK, PROBE_ALARM_ALARM };

/* How an invocation ended. */
enum probe_invocation { PROBE_INVOCATION_OK, PROBE_INVOCATION_ERROR, PROBE_INVOCATION_TIMEOUT };

/* What QUEUE_CHANGED announces, in fact.n. */
enum queue_fact {
    QUEUE_FACT_FIFO, /* 1: a FIFO queue */
    QUEUE_FACT_RETENTION_NS,
    QUEUE_FACT_VISIBILITY_NS,
    QUEUE_FACT_DELAY_NS,
    QUEUE_FACT_MAX_RECEIVES,    /* 0: no redrive policy */
    QUEUE_FACT_DEAD_LETTER,     /* node id of the dead-letter queue, -1: none */
    QUEUE_FACT_DEDUP_PER_GROUP, /* 1: scope messageGroup */
    QUEUE_FACT_IN_FLIGHT_LIMIT, /* -1: none */
    QUEUE_FACT_STORE_IS_IDEAL,  /* 0: duplicates beyond the visibility timeout are allowed (RCV-11)
                                 */
    QUEUE_FACT_HAS_CONSUMER,
    QUEUE_FACT_AGE_RECEIVES /* the age leaves out what was received more often (CW-4), -1: nothing
                             */
};
enum { QUEUE_FACT_COUNT = QUEUE_FACT_AGE_RECEIVES + 1 };

/* What a subscription delivers to, in FANNED_OUT's value. */
enum probe_protocol {
    PROBE_TO_QUEUE,
    PROBE_TO_FUNCTION,
    PROBE_TO_HTTP,
    PROBE_TO_HTTPS,
    PROBE_TO_EMAIL
};

/* Why a publication did not pass a filter, in FILTERED's value. */
enum probe_filtered {
    PROBE_FILTERED_ATTRIBUTES = 1, /* they do not match */
    PROBE_FILTERED_NO_ATTRIBUTES,  /* there are none */
    PROBE_FILTERED_BAD_ATTRIBUTES, /* they cannot be judged */
    PROBE_FILTERED_BODY,
    PROBE_FILTERED_BAD_BODY
};
enum { PROBE_FILTERED_COUNT = PROBE_FILTERED_BAD_BODY + 1 };

/* PUBLISH_REJECTED's value of a call that was throttled. */
enum { PROBE_PUBLISH_THROTTLED = 7 };

/* Bits of NOTIFY_LOST's value. */
enum probe_loss {
    PROBE_LOSS_RETRIES_OVER = 1,  /* else a client-side error */
    PROBE_LOSS_REDRIVEN = 2,      /* to the dead-letter queue */
    PROBE_LOSS_REDRIVE_FAILED = 4 /* which refused it */
};

struct fact {
    int64_t at_ns;
    union {
        struct {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            uint16_t kind, node, peer, n;
#else
            uint16_t n, peer, node, kind;
#endif
        };
        uint64_t who; /* all four in one word: probe_who */
    };
    uint32_t message, delivery;
    uint32_t group, bytes;
    uint64_t root;
    int64_t seq;
    int64_t value, other;
};
_Static_assert(sizeof(struct fact) == 64, "a fact is one cache line");

/* Whose the sink is, where it lends an ear: not known here. */
struct observe;
typedef void probe_hear(struct observe *observe, const struct fact *fact, int64_t into_ns);

/* How a sink wants to be told of facts at a time when nothing else is due: at once, by kind.
 * into_ns counts from start_ns, and is below quiet_ns. */
struct probe_ear {
    int64_t start_ns, quiet_ns;
    probe_hear *hear[PROBE_KIND_COUNT];
    /* Facts about a message will come: what they need is fetched. */
    void (*expect)(const struct observe *observe, uint32_t message);
};

/* The one sink, and the run's fingerprint: a hash of every fact in order. */
struct probe {
    void (*sink)(void *context, const struct fact *fact);
    void *context;
    const struct probe_ear *ear; /* the sink's, whose context is a struct observe; or NULL */
    uint64_t fingerprint;
};

extern const char *const probe_names[PROBE_KIND_COUNT];

/* Where facts are many they are built with this: four stores would be four waits for the load. */
static inline uint64_t probe_who(enum probe_kind kind, uint16_t node, uint16_t peer, uint16_t n)
{
    return (uint64_t)kind | (uint64_t)node << 16 | (uint64_t)peer << 32 | (uint64_t)n << 48;
}

static inline void probe_emit(struct probe *probe, const struct fact *fact)
{
    const uint64_t turned = (probe->fingerprint << 29) | (probe->fingerprint >> 35);
    probe->fingerprint =
        (turned ^ ((uint64_t)fact->at_ns + fact->who)) * UINT64_C(0x9E3779B97F4A7C15) +
        ((fact->root + fact->delivery) ^ (uint64_t)fact->value);
    const struct probe_ear *ear = probe->ear;
    if (ear != NULL) {
        const int64_t into_ns = fact->at_ns - ear->start_ns;
        if (__builtin_expect((uint64_t)into_ns < (uint64_t)ear->quiet_ns, 1)) {
            ear->hear[fact->kind](probe->context, fact, into_ns);
            return;
        }
    }
    if (probe->sink != NULL)
        probe->sink(probe->context, fact);
}

static inline void probe_expect(const struct probe *probe, uint32_t message)
{
    if (probe->ear != NULL)
        probe->ear->expect(probe->context, message);
}

/* A path names the way of a message through consumers that send it on: a hash of the way above the
 * number of consumers behind it (16 bits).  A way of 0: as the origin of its root sent it.  Whoever
 * repeats the same work on the same message sends on under the same paths. */
static inline uint64_t probe_path(uint64_t way, uint64_t hops)
{
    return way << 16 | hops;
}
static inline uint64_t probe_path_hops(uint64_t path)
{
    return path & 0xFFFF;
}
/* What facts tell of a path. */
static inline uint32_t probe_branch(uint64_t path)
{
    return (uint32_t)(path >> 16);
}

/* root's parts */
static inline uint64_t probe_root(uint16_t origin, uint64_t number)
{
    return (uint64_t)origin << 48 | number;
}
static inline uint64_t probe_root_number(uint64_t root)
{
    return root & ((UINT64_C(1) << 48) - 1);
}
static inline uint16_t probe_root_origin(uint64_t root)
{
    return (uint16_t)(root >> 48);
}

#endif
