#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Proves each check of tidy: a small clean tree gives no finding; then one violation of each kind is
# planted into a copy of it, and the finding must name its file and line and say what is wrong.
. tests/tools/tap.sh
LC_ALL=C
export LC_ALL
root=$PWD
CC=${CC:-cc}
spdx='// SPDX-License-Identifier: GPL-3.0-or-later'

# Writes a C file: the SPDX line, a head comment, and then what stdin says (from line 3 on).
put() {
    cd "$scratch/${tree:=clean}" || exit 1
    mkdir -p "$(dirname "$1")"
    { printf '%s\n%s\n' "$spdx" '/* Says what it is. */'; cat; } >"$1"
}

# ---- the clean tree ------------------------------------------------------------------------------

mkdir "$scratch/clean"
cd "$scratch/clean" || exit 1
mkdir -p sim tests
cp "$root/sim/LAYERS" sim/
cp "$root/.clang-format" .
cp -R "$root/tests/tools" tests/tools
rm -f tests/tools/*.c tests/tools/*.h
put sim/base/answer.h <<'C'
#ifndef QUEUELAB_BASE_ANSWER_H
#define QUEUELAB_BASE_ANSWER_H

typedef int answer_fn(int question);

int answer_get(void);

#endif
C
put sim/base/answer.c <<'C'
#include "base/answer.h"

#include <stdio.h>

static const char *const words[] = {"two", "http://example.org", "// not a comment", "exit(1)"};

int answer_get(void)
{
    char text[9];
    /* AB-1: so. */
    snprintf(text, sizeof text, "%s", words[0]);
    return (int)sizeof words;
}
C
put sim/base/answer_table.c <<'C'
#include "base/answer.h"

#include <stdlib.h>

extern const int answer_table_rows[2];
const int answer_table_rows[2] = {1, 2};
C
put sim/core/asker.h <<'C'
#ifndef QUEUELAB_CORE_ASKER_H
#define QUEUELAB_CORE_ASKER_H

#include "base/answer.h"

#endif
C
put tests/unit/test_answer.c <<'C'
#include <cmocka.h>

#include "base/answer.h"

/* EVIDENCE-OF: AB-1 */
C
echo '| AB-1 | Two and two. |' >sim/RULES.md

# Compiles what the object check looks into, and runs tidy in the folder where we are.
tidy() {
    objects=
    for source in sim/*/*.c; do
        grep -q 'answer_\|asker_\|plant_' "$source" || continue
        object=build/release/${source%.c}.o
        # What is as in the clean tree has been compiled there.
        [ -f "$object" ] && cmp -s "$source" "$scratch/clean/$source" && { objects="$objects $object"; continue; }
        mkdir -p "$(dirname "$object")"
        "$CC" -std=c11 -O1 -Isim -w -c -o "$object" "$source" 2>/dev/null && objects="$objects $object"
    done
    CC=$CC OBJECTS=$objects RULES=strict sh tests/tools/tidy.sh
}

run tidy
is 'a clean tree has no finding' "$(cat "$scratch/out")" ''
status_is 'a clean tree is well' 0

# ---- planting ------------------------------------------------------------------------------------

# found TITLE FILE:LINE REGEX, after a violation was written into the folder where we are: the finding
# is there, tidy fails, and the clean tree is back.
found() {
    cd "$scratch/planted" || exit 1
    run tidy
    if [ "$status" = 1 ] && grep -E "^$2: " "$scratch/out" | grep -Eq -- "$3"; then
        tap_line 0 "$1"
    else
        tap_line 1 "$1"
        { echo "wanted $2: $3, status 1; seen status $status and"; cat "$scratch/out"; } | sed 's/^/# /'
    fi
    fresh
}

fresh() {
    tree=planted
    cd "$scratch" || exit 1
    rm -rf planted
    cp -R clean planted
    cd planted || exit 1
}

# Plants a C file whose third line is the violation: plant TITLE FILE REGEX < text, at line 3 or $4.
plant() {
    put "$2"
    found "$1" "$2:${4:-3}" "$3"
}

fresh
put sim/core/plant.h </dev/null
plant 'an include that looks up' sim/base/answer.c '"base" may not see "core"' <<'C'
#include "core/plant.h"
C
plant 'an include of an unknown folder' sim/base/answer.h 'unknown folder' 6 <<'C'
#ifndef QUEUELAB_BASE_ANSWER_H
#define QUEUELAB_BASE_ANSWER_H

#include "bass/answer.h"
#endif
C
plant 'a folder without a layer' sim/extra/extra.h 'is not in sim/LAYERS' 1 </dev/null
plant 'an include that is not rooted' sim/core/asker.h 'is not rooted' 6 <<'C'
#ifndef QUEUELAB_CORE_ASKER_H
#define QUEUELAB_CORE_ASKER_H

#include "answer.h"
#endif
C
plant 'an include of nothing' sim/base/answer.c 'does not exist' 4 <<'C'
#include "base/answer.h"
#include "base/nothing.h"
C
plant 'own header not first' sim/base/answer.c 'own header' <<'C'
#include <stdio.h>
#include "base/answer.h"
C
plant 'system header after ours' sim/core/asker.h 'stands after' 7 <<'C'
#ifndef QUEUELAB_CORE_ASKER_H
#define QUEUELAB_CORE_ASKER_H

#include "base/answer.h"
#include <stdio.h>
#endif
C
put sim/core/other.h <<'C'
#ifndef QUEUELAB_CORE_OTHER_H
#define QUEUELAB_CORE_OTHER_H
#endif
C
plant 'headers from high to low' sim/core/asker.h 'after a higher layer' 7 <<'C'
#ifndef QUEUELAB_CORE_ASKER_H
#define QUEUELAB_CORE_ASKER_H

#include "core/other.h"
#include "base/answer.h"
#endif
C
plant 'the floor with something of ours' tests/bench/floor.c 'nothing of ours' <<'C'
#include "base/answer.h"
C

# A row a line: what is planted as the fourth line of sim/core/asker.c, and a word of the finding.
while IFS='|' read -r text word; do
    printf '#include "core/asker.h"\n%s\n' "$text" | put sim/core/asker.c
    found "$text" sim/core/asker.c:4 "$word"
done <<'ROWS'
#include <cjson/cJSON.h>|cJSON is for
#include <uthash.h>|uthash is for
#include <sha2.h>|libmd is for
#include <md5.h>|libmd is for
#include <gsl/gsl_rng.h>|gsl_rng and
#include <gsl/gsl_randist.h>|gsl_rng and
#include <gsl/gsl_cdf.h>|gsl_cdf is for
#include <gsl/gsl_sort.h>|GSL is for
#include <pthread.h>|threads are for
#include <stdatomic.h>|atomics are for
#include <time.h>|clocks and
#include <unistd.h>|POSIX is for
#include <sys/stat.h>|POSIX is for
#include <sys/types.h>|libmd's headers
#include <locale.h>|no locale
#include <cmocka.h>|cmocka is for
int f(char *s) { return sprintf(s, "x"); }|snprintf
char *f(char *s) { return strcpy(s, "x"); }|strcpy
char *f(char *s) { return strcat(s, "x"); }|strcat
int f(void) { return rand(); }|core/rng
long f(void) { return time(NULL); }|wall clock
long f(void) { return clock(); }|wall clock
char *f(void) { return setlocale(0, ""); }|no locale
char *f(void) { return getenv("X"); }|environment
void f(void) { exit(1); }|the process ends
void f(void) { abort(); }|the process ends
int f(void) { return system("x"); }|no shell
void f(int x) { assert(x); }|use MUST
typedef struct asker asker;|typedef
typedef enum { A } asker;|typedef
int x; // why|line comment
	int x;|a tab
ROWS
printf '#include "core/asker.h"\n/* T%s */\n' 'ODO: later' | put sim/core/asker.c
found 'a note to oneself' sim/core/asker.c:4 'note'
printf '#include "core/asker.h"\n/* F%s */\n' 'IXME' | put sim/core/asker.c
found 'another' sim/core/asker.c:4 'note'
printf '#include "core/asker.h"\n/* X%s */\n' 'XX' | put sim/core/asker.c
found 'and another' sim/core/asker.c:4 'note'
printf '#include "core/asker.h"\nextern int f; \n' | put sim/core/asker.c
found 'trailing blanks' sim/core/asker.c:4 'trailing'
printf '#include "core/asker.h"\n/*%0100d*/\n' 1 | put sim/core/asker.c
found 'a wide line' sim/core/asker.c:4 '100 columns'

# ---- files and functions -------------------------------------------------------------------------

printf '/* x */\n/* y */\n' >sim/core/asker.h
found 'no SPDX line' sim/core/asker.h:1 SPDX
printf '%s\n\n' "$spdx" >sim/core/asker.h
found 'no head comment' sim/core/asker.h:2 'second line'
{ echo "$spdx"; echo '/* a'; yes ' * b' | head -n 12; echo ' */'; } >sim/core/asker.h
found 'a long head comment' sim/core/asker.h:14 '12 lines'
plant 'a wrong guard' sim/core/asker.h 'guard is not QUEUELAB_CORE_ASKER_H' <<'C'
#ifndef ASKER_H
#define ASKER_H
#endif
C
plant '#pragma once' sim/core/asker.h 'pragma' <<'C'
#pragma once
C
plant 'a .c without a header' sim/core/lonely.c 'no header' 1 </dev/null
yes '/* x */' | head -n 499 | put sim/core/asker.c
found 'a long file' sim/core/asker.c:501 '500 lines'
{ printf 'int asker_f(int x);\nint asker_f(int x)\n{\n'; yes '    x++;' | head -n 69; printf '}\n'; } |
    put sim/core/asker.c
found 'a long function' sim/core/asker.c:5 'asker_f is 71 lines'
plant 'a header that does not compile alone' sim/core/asker.h 'alone.*size_t' 6 <<'C'
#ifndef QUEUELAB_CORE_ASKER_H
#define QUEUELAB_CORE_ASKER_H

int asker_f(size_t x);
#endif
C
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    plant 'a file out of form' sim/core/asker.c 'make format' <<'C'
#include  "core/asker.h"
C
fi
printf 'see /%s/main\n' work >README.md
found 'a path of one machine' README.md:1 'path of one machine'
printf 'T%s\n' ODO >README.md
found 'a note in a document' README.md:1 'note'
printf 'x \n' >sim/notes.md
found 'trailing blanks in a document' sim/notes.md:1 'trailing'

# ---- objects -------------------------------------------------------------------------------------

# A row a line: a definition in sim/core/asker.c, and a word of the finding.
while IFS='|' read -r text word; do
    printf '#include "core/asker.h"\n%s\n' "$text" | put sim/core/asker.c
    found "$text" sim/core/asker.c:1 "$word"
done <<'ROWS'
int asker_count = 1;|mutable static data: asker_count
int asker_count;|mutable static data: asker_count
int asker_next(void) { static int n; return ++n; }|mutable static data: n
_Thread_local int asker_own;|mutable static data: asker_own
const char *asker_words[] = {"a", "b"};|mutable static data: asker_words
int other_get(void) { return sizeof "asker_"; }|other_get does not start
ROWS

# ---- rules ---------------------------------------------------------------------------------------

echo '| AB-2 | x |' >>sim/RULES.md
found 'a rule without code' sim/RULES.md:2 'AB-2 is cited nowhere'
echo '| AB-2 | x |' >>sim/RULES.md
printf '#include "core/asker.h"\n/* AB-2: so. */\n' | put sim/core/asker.c
found 'a rule without evidence' sim/RULES.md:2 'AB-2 has no EVIDENCE-OF'
printf '#include "core/asker.h"\n/* AB-2: so. */\n' | put sim/core/asker.c
found 'an unknown rule' sim/core/asker.c:4 'AB-2 is no rule'
echo '/* EVIDENCE-OF: AB-1 XY-2 */' | put tests/unit/test_answer.c
found 'evidence of an unknown rule' tests/unit/test_answer.c:3 'XY-2 is no rule'
echo '| AB-2 | x | `core/asker.c`, `base/answer.c` |' >>sim/RULES.md
printf '#include "core/asker.h"\n/* AB-2: so. */\n' | put sim/core/asker.c
found 'a rule that acts elsewhere' sim/RULES.md:2 'AB-2 is not cited in sim/base/answer.c'
echo '| AB-2 | x | `base/answer.c` `answer_get`, `core/asker.c` `asker_ask` |' >>sim/RULES.md
printf '#include "core/asker.h"\n/* AB-2: so. */\n' | put sim/core/asker.c
found 'a rule that acts in no function' sim/RULES.md:2 'AB-2 names asker_ask, which is not in sim/core/asker.c'
echo '| AB-1 | x |' >>sim/RULES.md
found 'a rule twice' sim/RULES.md:2 'AB-1 has a row already'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do echo "| AB-2$i | not modelled: why. |"; done >>sim/RULES.md
found 'too many rules that are not modelled' sim/RULES.md:14 '13 rules are not modelled'

# A transcript proves, what is not modelled needs no proof, and what is not strict asks for none.
echo '| AB-2 | x |' >>sim/RULES.md
echo '| AB-3 | not modelled: why. |' >>sim/RULES.md
printf '#include "core/asker.h"\n/* AB-2: so. */\n' | put sim/core/asker.c
mkdir tests/api
echo '# EVIDENCE-OF: AB-2' >tests/api/answer.txt
run tidy
is 'cited and proved by a transcript' "$(cat "$scratch/out")" ''
run sh tests/tools/tidy.sh rules
is 'the rules are counted' "$(cat "$scratch/out")" '3 rules: 2 proved, 1 not modelled'
rm -r tests/api
RULES=known run sh tests/tools/tidy.sh
is 'not strict' "$(cat "$scratch/out")" ''

done_testing
