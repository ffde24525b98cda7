# SPDX-License-Identifier: GPL-3.0-or-later
# Reads sim/RULES.md, the code and the tests.  Reports a rule that no code cites, a rule without an
# EVIDENCE-OF in a test, and a cited id that is no rule.  An id begins a row of a table: | FIFO-20 | ...
function report(where, text) { printf "%s: %s\n", where, text }

FILENAME == "sim/RULES.md" {
    if (match($0, /^\|[ *`]*[A-Z]+-[0-9]+[a-z]?[ *`]*\|/)) {
        id = substr($0, RSTART, RLENGTH)
        gsub(/[^A-Za-z0-9-]/, "", id)
        if (id in rule) report(FILENAME ":" FNR, id " has a row already")
        rule[id] = FNR
        prefix = id
        sub(/-.*/, "", prefix)
        family[prefix] = 1
    }
    next
}

{
    evidence = FILENAME ~ /^tests\// && index($0, "EVIDENCE-OF:")
    if (FILENAME ~ /^tests\// && !evidence) next
    rest = evidence ? substr($0, index($0, "EVIDENCE-OF:") + 12) : $0
    while (match(rest, /[A-Z]+-[0-9]+[a-z]?/)) {
        id = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        prefix = id
        sub(/-.*/, "", prefix)
        if (!evidence && !(prefix in family)) continue
        if (!(id in rule)) report(FILENAME ":" FNR, id " is no rule of sim/RULES.md")
        if (evidence) proved[id] = 1
        else cited[id] = 1
    }
}

END {
    for (id in rule) {
        if (!(id in cited)) report("sim/RULES.md:" rule[id], id " is cited nowhere in sim/")
        if (!(id in proved)) report("sim/RULES.md:" rule[id], id " has no EVIDENCE-OF in tests/")
    }
}
