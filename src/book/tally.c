/* tally.c -- counts results as they come, for the sheet Checks */
#include "book/inside.h"

#include <math.h>

static double sum_difference(const struct footprint *f)
{
    double sum = 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        sum += f->column_bytes[i];
    return f->total_bytes > 0 ? fabs(sum - f->total_bytes) / f->total_bytes : fabs(sum);
}

static void tally_footprint(struct tally *t, const struct answer *a)
{
    const struct footprint *f = &a->footprint;
    double difference = sum_difference(f);
    t->placed++;
    if (!(difference <= t->worst_sum))
        t->worst_sum = difference;
    t->out_of_band += !(f->low_bytes <= f->total_bytes && f->total_bytes <= f->high_bytes);
    t->over_usable += a->status == STATUS_OK && !(f->total_bytes <= f->usable_bytes);
}

static void tally_row(struct tally *t, const struct matrix_row *row)
{
    if (!t->row_left) {
        t->input_rows++;
        t->row_left = row ? row->count : 1;
    }
    t->row_left--;
}

void tally_add(struct tally *t, const struct result *result)
{
    const struct answer *a = result->answer;
    const struct published *p = &a->published;
    t->results++;
    t->by_status[a->status]++;
    if (a->status != STATUS_OK)
        t->by_limit[a->status == STATUS_UNSUPPORTED][a->limit]++;
    t->by_estimate[result->scenario->request.estimate]++;
    tally_row(t, result->scenario->row);
    for (size_t i = 0; i < result_column_count; i++) {
        struct result_value value = result_columns[i].value(result);
        t->not_finite += !value.text && !isfinite(value.number);
    }
    if (a->status == STATUS_UNSUPPORTED)
        return;
    if (a->placed)
        tally_footprint(t, a);
    if (p->given)
        t->out_of_band += !(p->low_bytes <= p->total_bytes && p->total_bytes <= p->high_bytes);
    if (a->status == STATUS_OK) {
        bool low = a->gpus_low < 0 || a->gpus_low <= a->layout.gpus;
        bool high = a->gpus_high < 0 || a->layout.gpus <= a->gpus_high;
        t->out_of_order += !low || !high;
    }
}
