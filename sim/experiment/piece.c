// SPDX-License-Identifier: GPL-3.0-or-later
/* Joining: the piece becomes the sample again that it was made of. */
#include "experiment/piece.h"

#include <stdlib.h>
#include "base/must.h"

static void fill_rows(struct sample *sample, const struct cell *piece)
{
    sample->rows = must_alloc((piece->row_count + 1) * sizeof *sample->rows);
    for (size_t i = 0; i < piece->row_count; i++) {
        const struct cell_row *row = &piece->rows[i];
        sample->rows[sample->row_count++] = (struct sample_row){row->entity, row->metric, row->stat,
                                                                row->unit, cell_value(piece, i, 0)};
    }
}

static void fill_rest(struct sample *sample, const struct cell *piece)
{
    sample->hists = must_alloc((piece->hist_count + 1) * sizeof *sample->hists);
    sample->series = must_alloc((piece->series_count + 1) * sizeof *sample->series);
    for (size_t i = 0; i < piece->hist_count; i++) {
        const struct cell_hist *hist = &piece->hists[i];
        sample->hists[sample->hist_count++] =
            (struct sample_hist){hist->entity, hist->metric, hist->hist};
    }
    for (size_t i = 0; i < piece->series_count; i++) {
        const struct cell_series *series = &piece->series[i];
        sample->series[sample->series_count++] = (struct sample_series){
            series->entity, series->metric, series->mean, series->after.mean};
    }
}

void piece_join(struct cell *cell, const struct cell *piece)
{
    MUST(piece->replication_count == 1);
    const struct cell_replication *replication = &piece->replications[0];
    struct sample sample = {
        .received = piece->received,
        .orders = piece->orders,
        .fingerprint = replication->fingerprint,
        .event_count = replication->event_count,
        .end = replication->end,
        .end_ns = replication->end_ns,
    };
    fill_rows(&sample, piece);
    fill_rest(&sample, piece);
    cell_add(cell, &sample);
    /* Its values are the piece's own. */
    free(sample.rows);
    free(sample.hists);
    free(sample.series);
}
