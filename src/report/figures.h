/* figures.h -- what the result columns of speed, demands and money show
 *
 * One function a column, in the order of the table in columns.c. */
#ifndef GPUPLAN_REPORT_FIGURES_H
#define GPUPLAN_REPORT_FIGURES_H

#include "report/columns.h"

struct result_value usd_per_hour_of(const struct result *r);
struct result_value speed_basis_of(const struct result *r);
struct result_value rent_term_of(const struct result *r);
struct result_value prompt_tokens_of(const struct result *r);
struct result_value output_tokens_of(const struct result *r);
struct result_value requests_per_s_of(const struct result *r);
struct result_value output_tok_s_of(const struct result *r);
struct result_value ttft_ms_of(const struct result *r);
struct result_value tpot_ms_of(const struct result *r);
struct result_value train_tokens_of(const struct result *r);
struct result_value deadline_days_of(const struct result *r);
struct result_value max_usd_of(const struct result *r);
struct result_value max_kw_of(const struct result *r);
struct result_value tp_high_of(const struct result *r);
struct result_value pp_high_of(const struct result *r);
struct result_value dp_high_of(const struct result *r);
struct result_value gpus_memory_of(const struct result *r);
struct result_value in_flight_of(const struct result *r);
struct result_value tpot_of(const struct result *r);
struct result_value tpot_low_of(const struct result *r);
struct result_value tpot_high_of(const struct result *r);
struct result_value ttft_of(const struct result *r);
struct result_value ttft_low_of(const struct result *r);
struct result_value ttft_high_of(const struct result *r);
struct result_value output_rate_of(const struct result *r);
struct result_value output_rate_low_of(const struct result *r);
struct result_value output_rate_high_of(const struct result *r);
struct result_value most_rate_of(const struct result *r);
struct result_value most_rate_low_of(const struct result *r);
struct result_value most_rate_high_of(const struct result *r);
struct result_value train_rate_of(const struct result *r);
struct result_value train_rate_low_of(const struct result *r);
struct result_value train_rate_high_of(const struct result *r);
struct result_value mfu_of(const struct result *r);
struct result_value mfu_low_of(const struct result *r);
struct result_value mfu_high_of(const struct result *r);
struct result_value days_of(const struct result *r);
struct result_value days_low_of(const struct result *r);
struct result_value days_high_of(const struct result *r);
struct result_value purchase_usd_of(const struct result *r);
struct result_value purchase_expected_usd_of(const struct result *r);
struct result_value usd_per_hour_expected_of(const struct result *r);
struct result_value power_kw_of(const struct result *r);
struct result_value energy_usd_per_year_of(const struct result *r);
struct result_value tco_usd_of(const struct result *r);
struct result_value break_even_months_of(const struct result *r);
struct result_value usd_per_million_tokens_of(const struct result *r);
struct result_value usd_per_million_tokens_low_of(const struct result *r);
struct result_value usd_per_million_tokens_high_of(const struct result *r);
struct result_value usd_per_run_of(const struct result *r);
struct result_value usd_per_run_low_of(const struct result *r);
struct result_value usd_per_run_high_of(const struct result *r);
struct result_value gpus_paid_of(const struct result *r);
struct result_value servers_paid_of(const struct result *r);

#endif
