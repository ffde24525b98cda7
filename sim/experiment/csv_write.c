// SPDX-License-Identifier: GPL-3.0-or-later
/* Cells of comma-separated values; a line's end inside a word becomes a blank. */
#include "experiment/csv_write.h"

#include <math.h>
#include <string.h>
#include "base/json_write.h"
#include "base/text.h"

void csv_write_word(struct text *out, const char *word)
{
    if (strpbrk(word, ",\"\r\n") == NULL) {
        text_add(out, word);
        return;
    }
    text_add(out, "\"");
    for (const char *c = word; *c != '\0'; c++)
        text_add(out, *c == '"' ? "\"\"" : (char[]){*c == '\n' || *c == '\r' ? ' ' : *c, '\0'});
    text_add(out, "\"");
}

void csv_write_number(struct text *out, double value)
{
    char buffer[32];
    if (isfinite(value))
        text_add(out, json_format_double(buffer, value));
}
