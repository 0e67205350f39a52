/* whatif_data.c -- the sheet What-if data: what the letters of each offered catalog row are */
#include "book/whatif.h"

#include "core/layout.h"
#include "core/support.h"
#include "core/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct letter *legend_find(const char *symbol)
{
    for (size_t i = 0; i < legend_count; i++)
        if (!strcmp(legend[i].symbol, symbol))
            return &legend[i];
    return NULL;
}

double legend_value(const struct letters *x, const char *symbol)
{
    const struct letter *l = legend_find(symbol);
    double value = NAN;
    if (l)
        memcpy(&value, (const char *)x + l->offset, sizeof value);
    return value;
}

/* --- models: what t must divide, see tp_divides_heads --- */

static bool has_heads(const struct model *m)
{
    return m->attention != ATTENTION_NONE && m->heads > 0;
}

static bool has_plain_heads(const struct model *m)
{
    return has_heads(m) && m->attention != ATTENTION_MLA;
}

static double split_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_heads(m) ? m->heads : m->hidden;
}

static double split_kv_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_plain_heads(m) ? fmax(1, m->kv_heads) : 1;
}

static double split_window_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_plain_heads(m) && m->windowed_layers > 0 ? model_window_heads(m) : 0;
}

static double split_window_kv_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_plain_heads(m) && m->windowed_layers > 0 ? fmax(1, model_window_kv_heads(m)) : 1;
}

static double tied(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->request.model->tied_embeddings;
}

static double absorbed(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->letters.N_abs;
}

static double default_cache(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->letters.B_kv;
}

/* --- cards --- */

static double visible(const struct pick *o, const struct facts *facts)
{
    return gpu_visible_bytes(o->request.gpu, facts);
}

static double small_batches(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->request.gpu->small_batches;
}

static double server(const struct pick *o, const struct facts *facts)
{
    bool assumed;
    return gpus_per_server(o->request.gpu, facts, &assumed);
}

/* --- engines --- */

#define OF_ENGINE(name, what) \
    static double name(const struct pick *o, const struct facts *facts) \
    { \
        const struct engine *e = o->request.engine; \
        (void)facts; \
        return what; \
    }

OF_ENGINE(share, e->utilization)
OF_ENGINE(is_static, e->utilization_of == SHARE_STATIC)
OF_ENGINE(is_free, e->utilization_of == SHARE_FREE)
OF_ENGINE(reserve, e->reserve_gib)
OF_ENGINE(is_capped, e->window_capped)
OF_ENGINE(is_absorbed, e->mla_absorbed)
OF_ENGINE(heeds, e->heeds_small_batches)
OF_ENGINE(seqs_small, e->seqs_small_card)
OF_ENGINE(seqs_large, e->seqs_large_card)
OF_ENGINE(step_small, e->step_tokens_small_card)
OF_ENGINE(step_large, e->step_tokens_large_card)
OF_ENGINE(run_1, e->runtime_t1_gib)
OF_ENGINE(run_2, e->runtime_t2_gib)
OF_ENGINE(run_small_1, e->runtime_small_t1_gib > 0 ? e->runtime_small_t1_gib : e->runtime_t1_gib)
OF_ENGINE(run_small_2, e->runtime_small_t2_gib > 0 ? e->runtime_small_t2_gib : e->runtime_t2_gib)
OF_ENGINE(run_4, e->runtime_t4_gib)
OF_ENGINE(run_8, e->runtime_t8_gib)
OF_ENGINE(run_16, e->runtime_t16_gib > 0 ? e->runtime_t16_gib : e->runtime_t8_gib)
OF_ENGINE(run_pipe, e->runtime_pp_gib)
OF_ENGINE(context, e->context_gib)
OF_ENGINE(band_weights, e->band_weights_pct / 100)
OF_ENGINE(band_cache, e->band_cache_pct / 100)
OF_ENGINE(band_activations, e->band_activation_pct / 100)
OF_ENGINE(band_overhead, e->band_overhead_gib)
OF_ENGINE(band_total, e->band_total_pct / 100)

/* clang-format off */
#define MODEL(symbol) {OFFER_MODEL, symbol, NULL, NULL, NULL}
#define TYPE(symbol) {OFFER_TYPE, symbol, NULL, NULL, NULL}
#define ENGINE(symbol) {OFFER_ENGINE, symbol, NULL, NULL, NULL}
/* clang-format on */

const struct datum whatif_data[] = {
    MODEL("L"),
    MODEL("L_x"),
    MODEL("L_a"),
    MODEL("h"),
    MODEL("k"),
    MODEL("f"),
    MODEL("V"),
    MODEL("E"),
    MODEL("e"),
    MODEL("f_e"),
    MODEL("h_e"),
    MODEL("k_c"),
    MODEL("k_w"),
    MODEL("N_emb"),
    MODEL("N_head"),
    MODEL("N_att"),
    MODEL("N_kvp"),
    MODEL("N_low"),
    MODEL("N_mix"),
    MODEL("N_ffn"),
    MODEL("N_exp"),
    MODEL("N_shr"),
    MODEL("N_rtr"),
    MODEL("N_nrm"),
    MODEL("N_unl"),
    MODEL("N_vis"),
    MODEL("F"),
    MODEL("F_w"),
    MODEL("w"),
    MODEL("I"),
    MODEL("Z"),
    {OFFER_MODEL, "N_mla", "elements of absorbed MLA copies, on engines that keep them", "elements",
     absorbed},
    {OFFER_MODEL, "i_tie", "1 where embedding and head are one matrix, else 0", "0/1", tied},
    {OFFER_MODEL, "a_t", "what t must divide: attention heads, without them the hidden size",
     "heads", split_heads},
    {OFFER_MODEL, "k_t", "what t must divide or be a multiple of: KV heads, 1 for MLA", "heads",
     split_kv_heads},
    {OFFER_MODEL, "a_v", "heads of windowed layers, which t must divide too; 0: none", "heads",
     split_window_heads},
    {OFFER_MODEL, "k_v", "KV heads of windowed layers, likewise; 1: none", "heads",
     split_window_kv_heads},

    TYPE("b_emb"),
    TYPE("b_head"),
    TYPE("b_att"),
    TYPE("b_kvp"),
    TYPE("b_low"),
    TYPE("b_mix"),
    TYPE("b_ffn"),
    TYPE("b_exp"),
    TYPE("b_16"),
    {OFFER_TYPE, "B_def", "bytes per cache element where no cache type is chosen", "bytes",
     default_cache},

    {OFFER_ENGINE, "u_def", "the engine's share of the card", "share", share},
    {OFFER_ENGINE, "i_st", "1 where the share is of weights and cache only, else 0", "0/1",
     is_static},
    {OFFER_ENGINE, "i_fr", "1 where the cache takes the share of what is free after loading", "0/1",
     is_free},
    {OFFER_ENGINE, "g_r", "kept free beside the share", "GiB", reserve},
    ENGINE("g_b"),
    ENGINE("z_c"),
    {OFFER_ENGINE, "i_cap", "1 where windowed layers hold their window only, else 0", "0/1",
     is_capped},
    {OFFER_ENGINE, "i_abs", "1 where absorbed copies of MLA projections are kept, else 0", "0/1",
     is_absorbed},
    {OFFER_ENGINE, "e_sb", "1: small batch defaults on cards that are marked so", "0/1", heeds},
    {OFFER_ENGINE, "S_sm", "sequences sampled in one step, smaller cards", "sequences", seqs_small},
    {OFFER_ENGINE, "S_lg", "sequences sampled in one step, larger cards", "sequences", seqs_large},
    {OFFER_ENGINE, "B_sm", "tokens of one prefill step, smaller cards", "tokens", step_small},
    {OFFER_ENGINE, "B_lg", "tokens of one prefill step, larger cards", "tokens", step_large},
    ENGINE("c_f"),
    ENGINE("c_h"),
    ENGINE("c_e"),
    ENGINE("c_i"),
    ENGINE("c_b"),
    ENGINE("c_s"),
    {OFFER_ENGINE, "g_1s", "runtime at t = 1, smaller cards", "GiB", run_small_1},
    {OFFER_ENGINE, "g_1", "runtime at t = 1, larger cards", "GiB", run_1},
    {OFFER_ENGINE, "g_2s", "runtime at t = 2, smaller cards", "GiB", run_small_2},
    {OFFER_ENGINE, "g_2", "runtime at t = 2, larger cards", "GiB", run_2},
    {OFFER_ENGINE, "g_4", "runtime at t = 3 and 4", "GiB", run_4},
    {OFFER_ENGINE, "g_8", "runtime at t = 5 to 15", "GiB", run_8},
    {OFFER_ENGINE, "g_16", "runtime at t = 16 and more", "GiB", run_16},
    {OFFER_ENGINE, "g_p", "runtime of a pipeline stage on one GPU", "GiB", run_pipe},
    {OFFER_ENGINE, "g_c", "CUDA context", "GiB", context},
    {OFFER_ENGINE, "w_w", "half-width of the 90 % band, of weights", "share", band_weights},
    {OFFER_ENGINE, "w_c", "half-width of the band, of the cache", "share", band_cache},
    {OFFER_ENGINE, "w_a", "half-width of the band, of activations", "share", band_activations},
    {OFFER_ENGINE, "w_o", "half-width of the band, overhead", "GiB", band_overhead},
    {OFFER_ENGINE, "w_t", "half-width of the band, of the total", "share", band_total},

    {OFFER_GPU, "C_v", "what frameworks see of the card", "bytes", visible},
    {OFFER_GPU, "g_s", "GPUs per server", "GPUs", server},
    {OFFER_GPU, "g_sb", "1: a card that some engines leave at small batches", "0/1", small_batches},
    {OFFER_GPU, "i_lg", NULL, NULL, NULL},

    {OFFER_CACHE, "B_el", "bytes per cache element", "bytes", default_cache},
};
const size_t whatif_datum_count = sizeof whatif_data / sizeof *whatif_data;

double datum_value(const struct whatif *w, const struct datum *d, const struct pick *o)
{
    return d->value ? d->value(o, w->facts) : legend_value(&o->letters, d->symbol);
}

static uint16_t datum_column(const struct datum *d)
{
    uint16_t column = 1;
    for (const struct datum *at = whatif_data; at < d; at++)
        if (at->kind == d->kind)
            column++;
    return column;
}

static size_t columns_of(enum offer_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < whatif_datum_count; i++)
        count += whatif_data[i].kind == kind;
    return count;
}

static void range_of(uint32_t row, size_t rows, uint16_t column, uint16_t last,
                     char range[CELL_NAME_BYTES])
{
    char from[LXW_MAX_CELL_NAME_LENGTH];
    char to[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(from, row, column, 1, 1);
    lxw_rowcol_to_cell_abs(to, row + (uint32_t)rows - 1, last, 1, 1);
    snprintf(range, CELL_NAME_BYTES, "'" DATA_SHEET "'!%s:%s", from, to);
}

void datum_range(const struct whatif *w, const struct datum *d, char range[CELL_NAME_BYTES])
{
    const struct offer_table *table = &w->tables[d->kind];
    range_of(table->row, table->count, datum_column(d), datum_column(d), range);
}

/* --- the sheet --- */

static const struct {
    const char *title;
    const char *key;
    const char *list; /* name of the column of keys */
    const char *source;
} tables[OFFER_KINDS] = {
    {"Models: letters of the architecture", "Model", "list_model",
     "templates/models.csv, row by row on the sheet Models"},
    {"Models with types of weights: bytes per element, by tensor group", "Model and type",
     "list_type", "templates/dtypes.csv and mixes.csv"},
    {"Engines", "Engine", "list_engine", "templates/engines.csv, see Assumptions"},
    {"Cards", "GPU", "list_gpu", "templates/gpus.csv, see the sheet GPUs"},
    {"Types of the cache", "Type", "list_cache", "templates/dtypes.csv"},
};

enum { FIRST_ROW = 3, ROWS_BESIDE = 3, KEY_WIDTH = 40, NUMBER_WIDTH = 15 };

void whatif_place_data(struct whatif *w)
{
    uint32_t row = FIRST_ROW;
    for (int kind = 0; kind < OFFER_KINDS; kind++) {
        w->tables[kind].row = row + (kind ? 2 : 1);
        row = w->tables[kind].row + (uint32_t)w->tables[kind].count + 1;
    }
    w->runs_row = row + 2;
}

static void put_titles(struct sheet *sheet, uint32_t row, enum offer_kind kind)
{
    char text[256];
    put_text(sheet, row, 0, STYLE_HEADER, tables[kind].key);
    for (size_t i = 0; i < whatif_datum_count; i++) {
        const struct datum *d = &whatif_data[i];
        const struct letter *l = legend_find(d->symbol);
        if (d->kind != kind)
            continue;
        snprintf(text, sizeof text, "%s: %s (%s)", d->symbol, d->meaning ? d->meaning : l->meaning,
                 d->unit ? d->unit : l->unit);
        put_text(sheet, row, datum_column(d), STYLE_HEADER, text);
    }
    set_height(sheet, row, 96);
}

static void put_table(const struct whatif *w, struct sheet *sheet, enum offer_kind kind)
{
    const struct offer_table *table = &w->tables[kind];
    char range[CELL_NAME_BYTES];
    char title[256];
    put_titles(sheet, table->row - 1, kind);
    if (kind) {
        join_texts(title, sizeof title, tables[kind].title, "; source: ", tables[kind].source);
        put_text(sheet, table->row - 2, 0, STYLE_SECTION, title);
    }
    for (size_t i = 0; i < table->count; i++) {
        uint32_t row = table->row + (uint32_t)i;
        put_verbatim(sheet, row, 0, STYLE_STRONG, table->offers[i].key);
        for (size_t j = 0; j < whatif_datum_count; j++)
            if (whatif_data[j].kind == kind)
                put_signed(sheet, row, datum_column(&whatif_data[j]), STYLE_NUMBER,
                           datum_value(w, &whatif_data[j], &table->offers[i]));
    }
    range_of(table->row, table->count, 0, 0, range);
    whatif_name(w->book, sheet, tables[kind].list, range);
}

/* A row per engine and type, a column per card. */
static uint32_t put_runs(const struct whatif *w, struct sheet *sheet)
{
    const struct offer_table *engines = &w->tables[OFFER_ENGINE];
    const struct offer_table *cards = &w->tables[OFFER_GPU];
    size_t rows = engines->count * w->type_count;
    uint32_t row = w->runs_row;
    char text[256];
    put_text(sheet, row - 2, 0, STYLE_SECTION,
             "What runs where: 1 where the engine runs the type on the card; source: "
             "templates/support.csv");
    put_text(sheet, row - 1, 0, STYLE_HEADER, "Engine and type");
    for (size_t i = 0; i < cards->count; i++)
        put_verbatim(sheet, row - 1, (uint16_t)(1 + i), STYLE_HEADER, cards->offers[i].key);
    set_lines(sheet, row - 1, 2); /* some ids are wider than the column */
    for (size_t i = 0; i < rows; i++, row++) {
        const struct pick *engine = &engines->offers[i / w->type_count];
        const struct dtype *type = w->types[i % w->type_count];
        join_texts(text, sizeof text, engine->key, " ", type->id);
        put_verbatim(sheet, row, 0, STYLE_STRONG, text);
        for (size_t j = 0; j < cards->count; j++) {
            enum support_how how;
            bool runs = dtype_is_supported(w->facts, type, cards->offers[j].request.gpu,
                                           engine->request.engine, &how);
            put_number(sheet, row, (uint16_t)(1 + j), STYLE_NUMBER, runs);
        }
    }
    range_of(w->runs_row, rows, 0, 0, text);
    whatif_name(w->book, sheet, "list_run", text);
    range_of(w->runs_row, rows, 1, (uint16_t)cards->count, text);
    whatif_name(w->book, sheet, "table_run", text);
    return row - 1;
}

/* A column per type: what the drop-down of types offers. */
static uint32_t put_types(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    char range[CELL_NAME_BYTES];
    put_text(sheet, row, 0, STYLE_SECTION, "Types of weights that are offered");
    for (size_t i = 0; i < w->type_count; i++)
        put_verbatim(sheet, row + 1 + (uint32_t)i, 0, STYLE_STRONG, w->types[i]->id);
    range_of(row + 1, w->type_count, 0, 0, range);
    whatif_name(w->book, sheet, "list_dtype", range);
    return row + (uint32_t)w->type_count;
}

void whatif_data_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = whatif_of(book);
    const uint16_t last_column = 40;
    page_title(
        sheet, DATA_SHEET,
        "What the drop-downs of What-if offer, in the letters of the model: a number here is "
        "a catalog's, or counted from one. Source of the first table: templates/models.csv.");
    uint32_t last = FIRST_ROW;
    if (w) {
        worksheet_set_column(sheet->worksheet, 0, 0, KEY_WIDTH, NULL);
        worksheet_set_column(sheet->worksheet, 1, CARDS_MOST, NUMBER_WIDTH, NULL);
        for (int kind = 0; kind < OFFER_KINDS; kind++)
            put_table(w, sheet, (enum offer_kind)kind);
        last = put_types(w, sheet, put_runs(w, sheet) + 2);
        worksheet_autofilter(sheet->worksheet, FIRST_ROW, 0,
                             FIRST_ROW + (uint32_t)w->tables[OFFER_MODEL].count,
                             (lxw_col_t)columns_of(OFFER_MODEL));
    }
    struct print_setup setup = {last, last_column, FIRST_ROW, 1, 4, 90, false};
    page_setup(book, sheet, &setup);
}
