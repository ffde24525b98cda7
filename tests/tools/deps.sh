#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Knows which packages the project needs, by the names that Debian, Fedora and Homebrew give them.
#
#   deps.sh check GROUP...     names what is missing, as packages; fails if something is
#   deps.sh install GROUP...   installs what is missing through apt where that is allowed, else prints
#                              the line to type
#
# Groups: build, run, test, package.  A need is judged by a probe, never by a package database, so that a
# library built by hand counts.  Nothing here ever asks a question.
set -u
CC=${CC:-cc}
CLANG=${CLANG:-clang}

# ---- probes ------------------------------------------------------------------------------------

has() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1; }

# A header that the compiler finds, with the help of the library's .pc file where there is one.
header() {
    if has "${CC%% *}"; then
        # shellcheck disable=SC2046,SC2086
        printf '#include <stddef.h>\n#include <stdarg.h>\n#include <setjmp.h>\n#include <%s>\n' "$1" |
            $CC -E -x c $(pkg-config --cflags "$2" 2>/dev/null) ${CPPFLAGS:-} - >/dev/null 2>&1
    else
        [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ]
    fi
}

# A clang that can link what the flags ask for: its run-time libraries are a package of their own.
clang_links() {
    program=$(mktemp) || return 1
    printf '%s\n' "$2" | "$CLANG" "$1" -x c -o "$program" - >/dev/null 2>&1
    status=$?
    rm -f "$program"
    return $status
}

clang_runtime() {
    clang_links -fsanitize=address,undefined 'int main(void){return 0;}' &&
        clang_links -fsanitize=fuzzer '#include <stddef.h>
            int LLVMFuzzerTestOneInput(const unsigned char *d, size_t n){return d && n > 9;}'
}

dejavu() {
    has fc-list && fc-list 2>/dev/null | grep -qi dejavu && return 0
    for folder in /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/Library/Fonts" /Library/Fonts; do
        [ -d "$folder" ] && find "$folder" -iname 'DejaVuSans*' 2>/dev/null | grep -q . && return 0
    done
    return 1
}

# The run-time package carries the version of the compiler that the release's clang stands for.
clang_runtime_package() {
    version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
    for name in "libclang-rt-$version-dev" "libclang-common-$version-dev"; do
        [ -n "$(apt-cache show "$name" 2>/dev/null)" ] && { echo "$name"; return; }
    done
    echo libclang-rt-dev
}

# ---- the list: group, probe, Debian and Ubuntu, Fedora, Homebrew ("-": comes with the system) -----

needs() {
    cat <<'LIST'
build | has "${CC%% *}"              | gcc                | gcc                  | -
build | header stdio.h none          | libc6-dev          | glibc-devel          | -
build | has make                     | make               | make                 | -
build | has pkg-config               | pkg-config         | pkgconf-pkg-config   | pkgconf
build | header gsl/gsl_rng.h gsl     | libgsl-dev         | gsl-devel            | gsl
build | header cjson/cJSON.h libcjson | libcjson-dev      | cjson-devel          | cjson
build | header uthash.h none         | uthash-dev         | uthash-devel         | uthash
build | header sha2.h libmd          | libmd-dev          | libmd-devel          | libmd
run   | has gnuplot                  | gnuplot-nox        | gnuplot              | gnuplot
run   | dejavu                       | fonts-dejavu-core  | dejavu-sans-fonts    | font-dejavu
test  | header cmocka.h cmocka       | libcmocka-dev      | libcmocka-devel      | cmocka
test  | has "$CLANG"                 | clang              | clang                | -
test  | clang_runtime                | @clang_runtime     | compiler-rt          | llvm
test  | has ld.lld                   | lld                | lld                  | lld
test  | has jq                       | jq                 | jq                   | jq
test  | has parallel                 | parallel           | parallel             | parallel
test  | has rsync                    | rsync              | rsync                | -
test  | has munged                   | munge              | munge                | -
test  | has slurmd                   | slurm-wlm          | slurm-slurmd         | -
test  | has slurmctld                | slurm-wlm          | slurm-slurmctld      | -
test  | python3 -c 'import jsonschema' | python3-jsonschema | python3-jsonschema | python-jsonschema
package | has help2man           | help2man           | help2man             | help2man
package | has dh                 | debhelper          | -                    | -
LIST
}

# Prints the missing packages of the groups under the names in the given column.
missing() {
    column=$1
    shift
    needs | while IFS='|' read -r group probe debian fedora brew; do
        case " $* " in *" ${group%% *} "*) ;; *) continue ;; esac
        eval "$probe" >/dev/null 2>&1 </dev/null && continue
        case $column in
        debian) name=$debian ;;
        fedora) name=$fedora ;;
        *) name=$brew ;;
        esac
        set -f
        for word in $name; do
            case $word in
            -) ;;
            @clang_runtime) clang_runtime_package ;;
            *) echo "$word" ;;
            esac
        done
        set +f
    done | tr '\n' ' ' | sed 's/ $//'
}

# Prints the line to type on this system, or on each of the three where the system is none of them.
advise() {
    if has apt-get; then
        echo "sudo apt-get install $(missing debian "$@")"
    elif has dnf; then
        echo "sudo dnf install $(missing fedora "$@")"
    elif has brew; then
        echo "brew install $(missing brew "$@")"
    else
        echo "the packages of your system:"
        echo "    Debian, Ubuntu: sudo apt-get install $(missing debian "$@")"
        echo "    Fedora:         sudo dnf install $(missing fedora "$@")"
        echo "    Homebrew:       brew install $(missing brew "$@")"
    fi
}

# Names are Debian's where the system has none of its own for them.
names() {
    if has dnf && ! has apt-get; then missing fedora "$@"
    elif has brew && ! has apt-get; then missing brew "$@"
    else missing debian "$@"
    fi
}

# ---- commands ----------------------------------------------------------------------------------

check() {
    list=$(names "$@")
    [ -z "$list" ] && return 0
    echo "missing: $list: run \"make deps\" or: $(advise "$@")" >&2
    return 1
}

# Runs a command as root, if root can be had without a question.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@" </dev/null
    else sudo -n "$@" </dev/null
    fi
}

apt_allowed() {
    has apt-get && { [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@"
}

install() {
    [ -z "$(names "$@")" ] && return 0
    if ! apt_allowed; then
        check "$@"
        return 1
    fi
    apt_get update || echo "deps: apt-get update failed; trying with what apt knows" >&2
    list=$(missing debian "$@")   # again: only now does apt know the name of clang's run-time package
    echo "deps: installing $list"
    # shellcheck disable=SC2086
    apt_get install -y --no-install-recommends $list || return 1
    # What could not be probed without a compiler shows itself once there is one.
    check "$@"
}

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
check | install) "$command" "$@" ;;
*)
    echo "usage: deps.sh check|install GROUP..." >&2
    exit 2
    ;;
esac
