# SPDX-License-Identifier: GPL-3.0-or-later
# Prints the commands that a Markdown file shows in its ```sh blocks, one a line: a leading "$ " and
# trailing comments are dropped, lines ending in a backslash are joined.
/^[ ]*```/ {
    shown = !shown && $0 ~ /```(sh|console|bash)$/
    next
}
shown {
    sub(/^[ ]*(\$ )?/, "")
    sub(/[ \t]+#.*$/, "")
    if ($0 ~ /^#/ || $0 == "") next
    if (sub(/[ ]*\\$/, "")) { held = held $0 " "; next }
    print held $0
    held = ""
}
