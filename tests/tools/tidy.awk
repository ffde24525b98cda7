# SPDX-License-Identifier: GPL-3.0-or-later
# Reads C files and reports what breaks the form of the house: quarantines of headers and of functions,
# banned words, the head of a file, include guards, typedefs, comments, widths and lengths.  A line is
# judged with its strings emptied and its comments removed, save where the text itself is meant.
#
# Each quarantine is one row: what, the files that may have it ("" is none), why.
BEGIN {
    cli = "^sim/cli/"
    posix = "^sim/(cli/.*|report/(folder|report_gnuplot)\\.c|experiment/replicate\\.c)"
    header("^(cjson/|cJSON)",         "^sim/base/json\\.c$",                "cJSON is for base/json.c")
    header("^ut(hash|list|array|string)", "^sim/base/map\\.c$",             "uthash is for base/map.c")
    header("^(sha[0-9]*|md[0-9]*|rmd160)\\.h$", "^sim/base/digest\\.c$",    "libmd is for base/digest.c")
    header("^gsl/gsl_(rng|randist)\\.h$", "^sim/core/(rng|dist)(_[a-z_]+)?\\.[ch]$", "gsl_rng and gsl_randist are for core/rng and core/dist")
    header("^gsl/gsl_cdf\\.h$",       "^sim/experiment/estimate\\.c$",      "gsl_cdf is for experiment/estimate.c")
    header("^gsl/",                   "^sim/(core/(rng|dist|stat)(_[a-z_]+)?\\.[ch]|experiment/.*\\.c|cli/.*)$", "GSL is for core/rng, core/dist, core/stat and experiment/")
    header("^(pthread|threads|semaphore)\\.h$", "^sim/experiment/replicate\\.c$", "threads are for experiment/replicate.c")
    header("^stdatomic\\.h$",         "^sim/(experiment/replicate\\.[ch]|cli/.*)$", "atomics are for experiment/replicate and cli/")
    header("^sys/types\\.h$",         "^sim/(base/digest\\.c|cli/.*|report/(folder|report_gnuplot)\\.c|experiment/replicate\\.c)", "libmd's headers need it, others do not")
    header("^(time|signal|sys/time|sys/times)\\.h$", cli,                   "clocks and signals are for cli/")
    header("^(unistd|fcntl|dirent|spawn|poll|getopt|glob|regex|pwd|termios|strings|ftw|libgen|sys/.*|arpa/.*|net.*)\\.h$", posix, "POSIX is for cli/, report/folder.c, report/report_gnuplot.c and experiment/replicate.c")
    header("^locale\\.h$",            "",                                   "results know no locale")
    header("^cmocka",                 "",                                   "cmocka is for tests/")

    call("v?sprintf",                 "",                                   "use snprintf or base/text")
    call("(strcpy|strcat|gets)",      "",                                   "use base/text or memcpy with a known length")
    call("(strtok|alloca)",           "",                                   "banned")
    call("(s?rand|s?random|[dels]rand48)", "",                              "draws come from core/rng")
    call("(system|popen)",            "",                                   "no shell: programs are run by report/report_gnuplot.c")
    call("(setlocale|uselocale)",     "",                                   "results know no locale")
    call("assert",                    "",                                   "use MUST, or _Static_assert")
    call("(getenv|setenv|putenv)",    cli,                                  "the environment is for cli/")
    call("(time|clock|clock_gettime|gettimeofday|timespec_get|localtime|gmtime)", cli, "the wall clock is for cli/")
    call("(exit|_Exit|quick_exit|abort|atexit)", "^sim/(cli/|base/must\\.c)", "the process ends in cli/ or base/must.c")
    words = "(T" "ODO|F" "IXME|X" "XX)"
}
function header(what, where, why) { headers++; h_what[headers] = what; h_where[headers] = where; h_why[headers] = why }
function call(what, where, why) {
    calls++
    c_what[calls] = "(^|[^_a-zA-Z0-9.>])" what " *\\("
    c_where[calls] = where
    c_why[calls] = why
}
function report(text) { printf "%s:%d: %s\n", FILENAME, FNR, text }

# Returns the code of a line: strings emptied, comments gone.  `commented` lasts over lines; `slashes` is
# the text of a line comment, or "".
function code_of(line,    out, token, mark) {
    out = ""
    slashes = ""
    while (line != "") {
        if (commented) {
            mark = index(line, "*/")
            if (!mark) return out
            line = substr(line, mark + 2)
            commented = 0
            continue
        }
        if (!match(line, /["']|\/\*|\/\//)) return out line
        token = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (token == "/*") {
            commented = 1
            out = out " "
        } else if (token == "//") {
            slashes = line == "" ? " " : line
            return out
        } else {
            out = out token token
            while (match(line, /[\\"']/)) {
                mark = substr(line, RSTART, 1)
                line = substr(line, RSTART + (mark == "\\" ? 2 : 1))
                if (mark == token) break
            }
        }
    }
    return out
}

# Judges the first lines: the licence, then what the file is, in at most twelve lines.
function head() {
    if (FNR == 1) {
        if ($0 != "// SPDX-License-Identifier: GPL-3.0-or-later") report("the first line is not the SPDX line")
    } else if (FNR == 2) {
        heading = $0 ~ /^\/\*/
        if (!heading) report("the second line does not begin the comment that says what the file is")
    }
    if (heading && FNR >= 2) {
        if (FNR > 13) { report("the head comment is longer than 12 lines"); heading = 0 }
        if (index($0, "*/")) heading = 0
    }
}

# Judges the guard of a header: its name is the path from the root of includes.
function guard(    word) {
    if (code !~ /^ *#/ || guarded > 1) return
    split(code, word, /[ \t]+/)
    guarded++
    if (guarded == 1 && (word[1] != "#ifndef" || (word[2] != wanted && word[2] != wanted_too)) ||
        guarded == 2 && (word[1] != "#define" || (word[2] != wanted && word[2] != wanted_too))) {
        report("the include guard is not " wanted)
        guarded = 2
    }
}

FNR == 1 {
    commented = 0
    heading = 0
    guarded = 0
    in_sim = FILENAME ~ /^sim\//
    is_header = FILENAME ~ /\.h$/
    wanted_too = toupper(FILENAME)
    gsub(/[^A-Z0-9]/, "_", wanted_too)
    wanted = wanted_too
    sub(/^(SIM|TESTS)_/, "", wanted)
    wanted = "QUEUELAB_" wanted
    wanted_too = "QUEUELAB_" wanted_too
    if (in_sim) wanted_too = wanted
}

{
    head()
    code = code_of($0)
    if (is_header) guard()

    wide = $0
    gsub(/[\200-\277]/, "", wide)
    if (length(wide) > 100) report("longer than 100 columns")
    if (index($0, "\t")) report("a tab")
    if (FNR == 501) report("longer than 500 lines")
    if (slashes != "" && slashes !~ /^ (SPDX-License-Identifier: |clang-format (on|off)$)/)
        report("a line comment: write /* */")
    if (code ~ /^ *typedef/ && code !~ /\(/) report("typedef is for function types only")
    if (code ~ /^ *# *pragma +once/) report("#pragma once: write a guard")
    if ($0 ~ "(^|[^A-Za-z0-9_])" words "([^A-Za-z0-9_]|$)") report("a note to oneself: do it or drop it")
}

in_sim && /^[ \t]*#[ \t]*include[ \t]*</ {
    name = $0
    sub(/^[^<]*</, "", name)
    sub(/>.*$/, "", name)
    for (i = 1; i <= headers; i++) {
        if (name !~ h_what[i]) continue
        if (h_where[i] == "" || FILENAME !~ h_where[i]) report("<" name ">: " h_why[i])
        break
    }
    next
}

in_sim && index(code, "(") {
    for (i = 1; i <= calls; i++) {
        if (!match(code, c_what[i]) || (c_where[i] != "" && FILENAME ~ c_where[i])) continue
        name = substr(code, RSTART, RLENGTH)
        gsub(/[^A-Za-z0-9_]/, "", name)
        report(name "(): " c_why[i])
    }
}
