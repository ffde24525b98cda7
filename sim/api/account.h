// SPDX-License-Identifier: GPL-3.0-or-later
/* The one account behind the API: its clock, its queues by name, and what their messages hold.
 *
 * A name keeps its node id as long as the account lives, so that a message remembers the queue that
 * dead-lettered it by name, deleted and made anew meanwhile or not. */
#ifndef QUEUELAB_API_ACCOUNT_H
#define QUEUELAB_API_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/map.h"
#include "model/queue.h"
#include "api/api.h"
#include "api/content.h"
#include "api/request.h"

#define ACCOUNT_ID     "123456789012"
#define ACCOUNT_REGION "us-east-1"
#define ACCOUNT_URL    "https://sqs." ACCOUNT_REGION ".amazonaws.com/" ACCOUNT_ID "/"
#define ACCOUNT_ARN    "arn:aws:sqs:" ACCOUNT_REGION ":" ACCOUNT_ID ":"
enum { ACCOUNT_NAME_MOST = 80 }; /* ATT-2 */
/* The epoch second at which a new account's clock stands. */
#define ACCOUNT_EPOCH_S INT64_C(1700000000)
/* The clock stops here: later times would not fit into nanoseconds with all that is added. */
#define ACCOUNT_LAST_NS (INT64_C(200) * 365 * 24 * 3600 * 1000000000)

/* A queue, as long as its name is known. */
struct account_queue {
    struct queue queue; /* valid while exists */
    bool exists;
    uint16_t id;
    char *name;
    int64_t created_ns, modified_ns;
    int64_t deleted_ns;   /* of the latest deletion; -MINUTE: never (ATT-6) */
    struct queue_cfg cfg; /* as GetQueueAttributes shows it; a name in it is that of an entry */
    struct api_sqs_settings *settings; /* what the model does not know, while it exists */
    /* The existing queues whose redrive policy names this one, existing or not: a list through
     * theirs. */
    struct account_queue *sources, *next_source, *prev_source;
};

struct account {
    struct api_setting setting;
    struct engine engine;
    struct messages messages;
    struct probe probe;
    struct contents contents;
    struct map *ids;               /* of queue names */
    struct map *groups;            /* numbers of the names of message groups */
    struct account_queue **queues; /* by node id */
    uint32_t queue_count;
    uint64_t next_root;
    uint64_t era;                /* counts resets: handles of earlier eras are void */
    struct api_sqs_moves *moves; /* api_sqs_move.c's */
    struct api_sns *sns;         /* api_sns.c's */
};

void account_init(struct account *account, const struct api_setting *setting);
void account_free(struct account *account);
/* Drops everything; the clock goes on. */
void account_reset(struct account *account);

static inline int64_t account_now(const struct account *account)
{
    return account->engine.now_ns;
}
/* Lets all that is due up to at_ns happen; the clock then stands there. */
void account_advance(struct account *account, int64_t at_ns);
/* A virtual time as epoch milliseconds or seconds. */
int64_t account_epoch_ms(int64_t at_ns);
int64_t account_epoch_s(int64_t at_ns);

/* An existing queue by URL or bare name, or by ARN; NULL if there is none. */
struct account_queue *account_find(const struct account *account, const char *url);
struct account_queue *account_find_arn(const struct account *account, const char *arn);
/* By node id; NULL if it does not exist (any more). */
struct account_queue *account_by_id(const struct account *account, uint16_t id);
/* The queue that the request's QueueUrl names; NULL after noting the error. */
struct account_queue *account_queue_of(struct request *request);

/* Does a name or an ARN, of a queue or a topic, end in .fifo? */
bool account_is_fifo_name(const char *name);
/* The entry of a name, existing or not: made if it is new.  NULL when no node id is left. */
struct account_queue *account_entry(struct account *account, const char *name);
/* Opens and closes the queue of an entry; a closed queue's messages are gone. */
void account_open(struct account *account, struct account_queue *entry, const struct queue_cfg *cfg,
                  bool is_fifo);
void account_close(struct account *account, struct account_queue *entry);
/* Notes other attributes of an existing queue; the model is not told. */
void account_note_cfg(struct account *account, struct account_queue *entry,
                      const struct queue_cfg *cfg);

/* The number of a message group's name, the same in all queues. */
uint32_t account_group(struct account *account, const char *group);

#endif
