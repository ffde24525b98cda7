// SPDX-License-Identifier: GPL-3.0-or-later
/* The store's rows and its notes. */
#include "actor/idempotency.h"

#include "actor/optional.h"

#define IDEMPOTENCY(member) offsetof(struct idempotency_cfg, member)

static const char *const store_words[] = {"none", "checkThenAct", "conditionalWrite", NULL};

// clang-format off
const struct param idempotency_rows[] = {
    { "store", &param_word, IDEMPOTENCY(store), "\"none\"", 1, 0, NULL, store_words, 0, NULL,
      "checkThenAct: look the business key up, act, then save it; conditionalWrite: act and save "
      "it in one transaction, unless it is there; none: act." },
    { "latency", &dist_time_param, IDEMPOTENCY(latency), "0", 1, 0, NULL, NULL, 0, NULL,
      "How long each access to the store takes; it happens at the end of it." },
    { "ttl", &optional_duration_param, IDEMPOTENCY(ttl_ns), "null", 0, 1e9, NULL, NULL, 0, NULL,
      "How long the store remembers a key; by default for ever." },
    PARAM_END
};
// clang-format on

/* "none" that is written says that there is none on purpose: in a variant, or a sweep. */
void idempotency_check(struct param_reader *reader, const struct json *consumer)
{
    static const char *const keys[] = {"latency", "ttl"};
    const struct json *given = json_get(consumer, "idempotency");
    if (given == NULL || json_get(given, "store") != NULL)
        return;
    const size_t length = param_enter(reader, "idempotency");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *key = json_get(given, keys[i]);
        const size_t inner = param_enter(reader, keys[i]);
        if (key != NULL)
            param_error(reader, key,
                        "no store remembers anything: give \"store\", which may be none");
        param_leave(reader, inner);
    }
    param_leave(reader, length);
}

void idempotency_free(struct idempotency *store)
{
    key_table_free(&store->until_ns);
}

void idempotency_clear(struct idempotency *store)
{
    key_table_clear(&store->until_ns);
}

bool idempotency_has(const struct idempotency *store, uint64_t key, int64_t now_ns)
{
    const int64_t *until_ns = key_table_find(&store->until_ns, key);
    return until_ns != NULL && now_ns < *until_ns;
}

void idempotency_save(struct idempotency *store, uint64_t key, int64_t now_ns)
{
    const int64_t holds_ns = idempotency_holds_ns(store->cfg);
    key_table_put(&store->until_ns, key,
                  holds_ns > INT64_MAX - now_ns ? INT64_MAX : now_ns + holds_ns);
}

bool idempotency_save_first(struct idempotency *store, uint64_t key, int64_t now_ns)
{
    if (idempotency_has(store, key, now_ns))
        return false;
    idempotency_save(store, key, now_ns);
    return true;
}
