// SPDX-License-Identifier: GPL-3.0-or-later
/* Cells of comma-separated values: a word is quoted only if it must be, a number is exact, and a
 * number that does not exist is an empty cell. */
#ifndef QUEUELAB_EXPERIMENT_CSV_WRITE_H
#define QUEUELAB_EXPERIMENT_CSV_WRITE_H

struct text;

void csv_write_word(struct text *out, const char *word);
void csv_write_number(struct text *out, double value);

#endif
