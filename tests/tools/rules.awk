# SPDX-License-Identifier: GPL-3.0-or-later
# Reads sim/RULES.md, the code and the tests.  Reports an id with two rows and a cited id that is no
# rule; with strict=1 also a rule that no code cites, or not the place that its row names, one without
# an EVIDENCE-OF in a test, and too many that are not modelled.  With count=1 it counts instead.
# An id begins a row of a table: | FIFO-20 | ...
function report(where, text) { if (!count) printf "%s: %s\n", where, text }

# A row that says "not modelled" needs neither code nor evidence.  There may be few of them.
BEGIN { unmodelled_most = 12 }

FILENAME == "sim/RULES.md" {
    if (match($0, /^\|[ *`]*[A-Z]+-[0-9]+[a-z]?[ *`]*\|/)) {
        id = substr($0, RSTART, RLENGTH)
        gsub(/[^A-Za-z0-9-]/, "", id)
        if (id in rule) report(FILENAME ":" FNR, id " has a row already")
        else rules++
        rule[id] = FNR
        prefix = id
        sub(/-.*/, "", prefix)
        family[prefix] = 1
        places[id] = $0
        if (index($0, "not modelled")) {
            unmodelled[id] = 1
            if (++unmodelled_count == unmodelled_most + 1) unmodelled_line = FNR
        }
    }
    next
}

{
    evidence = FILENAME ~ /^tests\// && index($0, "EVIDENCE-OF:")
    if (FILENAME ~ /^tests\// && !evidence) next
    if (!evidence) text[FILENAME] = text[FILENAME] "\n" $0
    rest = evidence ? substr($0, index($0, "EVIDENCE-OF:") + 12) : $0
    while (match(rest, /[A-Z]+-[0-9]+[a-z]?/)) {
        id = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        prefix = id
        sub(/-.*/, "", prefix)
        if (!evidence && !(prefix in family)) continue
        if (!(id in rule)) report(FILENAME ":" FNR, id " is no rule of sim/RULES.md")
        if (evidence) proved[id] = 1
        else cited[id] = cited[id] FILENAME " "
    }
}

# Every file that the row names as the place of the rule must cite it, and have the function that is
# named beside the file.
function check_places(id,    rest, place, file) {
    rest = places[id]
    while (match(rest, /`[a-z]+\/[a-z_]+\.[ch]`( `[a-z_0-9]+`)?/)) {
        split(substr(rest, RSTART, RLENGTH), place, "`")
        rest = substr(rest, RSTART + RLENGTH)
        file = "sim/" place[2]
        if (!index(" " cited[id], " " file " "))
            report("sim/RULES.md:" rule[id], id " is not cited in " file)
        if (place[4] != "" && index(text[file], place[4] "(") == 0)
            report("sim/RULES.md:" rule[id], id " names " place[4] ", which is not in " file)
        place[4] = ""
    }
}

END {
    for (id in rule) {
        proved_count += (id in cited) && (id in proved)
        if (!strict || id in unmodelled) continue
        check_places(id)
        if (cited[id] == "") report("sim/RULES.md:" rule[id], id " is cited nowhere in sim/")
        if (!(id in proved)) report("sim/RULES.md:" rule[id], id " has no EVIDENCE-OF in tests/")
    }
    if (strict && unmodelled_count > unmodelled_most)
        report("sim/RULES.md:" unmodelled_line,
               unmodelled_count " rules are not modelled: at most " unmodelled_most)
    if (count)
        printf "%d rules: %d proved, %d not modelled\n", rules, proved_count, unmodelled_count
}
