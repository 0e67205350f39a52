/* whatif_splits.c -- the sheet What-if splits: every way to cut a replica, before its cache
 *
 * A row per t and p. Terms that differ between the first and the last stage have a column for each;
 * in a formula a symbol means the stage of the formula's own column, or ends in the stage. */
#include "book/whatif_serving.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Of a staged column, in cell order; stage 0: the same on both. */
struct split_column {
    const char *symbol;
    int stage;
    const char *title;
    const char *unit;
    const char *formula;                               /* NULL: the cell holds the number itself */
    double (*value)(const struct split *s, int stage); /* NULL: a letter or a term */
};

enum { COLUMNS_MOST = 100, COLUMN_WIDTH = 15 };

static bool term_serves(const struct term *term)
{
    return term->phases & (1u << PHASE_PREFILL | 1u << PHASE_DECODE);
}

/* Of transformers and llama.cpp, see engine_is_plain. */
bool term_is_idle(const struct term *term)
{
    static const char *const idle[] = {"untied_head",   "prompt_logits", "buffer_ffn",
                                       "buffer_logits", "stage_copies",  "scratch",
                                       "layer_caches"};
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        if (!strcmp(term->id, idle[i]))
            return true;
    return !term_serves(term);
}

/* --- values: of[] is by stage, prefill before decode --- */

static double legal_heads(const struct split *s, int stage)
{
    (void)stage;
    return s->legal_heads;
}

static double legal(const struct split *s, int stage)
{
    (void)stage;
    return s->legal;
}

static double stage_layers(const struct split *s, int stage)
{
    (void)stage;
    return s->at[0].s_l * s->at[0].L;
}

static const struct footprint *prefill(const struct split *s, int stage)
{
    return &s->of[2 * (stage - 1)];
}

static const struct footprint *decode(const struct split *s, int stage)
{
    return prefill(s, stage) + 1;
}

static const struct footprint *tight(const struct split *s, int stage)
{
    (void)stage;
    return &s->of[s->tight];
}

#define OF_FOOTPRINT(name, which, what) \
    static double name(const struct split *s, int stage) \
    { \
        const struct footprint *f = which(s, stage); \
        return what; \
    }

OF_FOOTPRINT(weights, prefill, f->column_bytes[COLUMN_WEIGHTS])
OF_FOOTPRINT(prefill_activations, prefill, f->column_bytes[COLUMN_ACTIVATIONS])
OF_FOOTPRINT(decode_activations, decode, f->column_bytes[COLUMN_ACTIVATIONS])
OF_FOOTPRINT(prefill_total, prefill, f->total_bytes)
OF_FOOTPRINT(decode_total, decode, f->total_bytes)
OF_FOOTPRINT(prefill_usable, prefill, f->usable_bytes)
OF_FOOTPRINT(decode_usable, decode, f->usable_bytes)
OF_FOOTPRINT(prefill_left, prefill, f->usable_bytes - f->total_bytes)
OF_FOOTPRINT(decode_left, decode, f->usable_bytes - f->total_bytes)
OF_FOOTPRINT(tight_left, tight, f->usable_bytes - f->total_bytes)
OF_FOOTPRINT(overhead, tight, f->column_bytes[COLUMN_OVERHEAD])
OF_FOOTPRINT(tight_weights, tight, f->column_bytes[COLUMN_WEIGHTS])
OF_FOOTPRINT(tight_activations, tight, f->column_bytes[COLUMN_ACTIVATIONS])
OF_FOOTPRINT(tight_total, tight, f->total_bytes)
OF_FOOTPRINT(tight_usable, tight, f->usable_bytes)

/* The size, of those that leave as little as the tightest but for rounding. */
static double rank(const struct split *s, const struct footprint *f)
{
    struct footprint larger = *f;
    larger.total_bytes += f->total_bytes;
    larger.usable_bytes += f->total_bytes;
    return footprint_is_tighter(&larger, &s->of[s->tight]) ? f->total_bytes : 0;
}

static double prefill_rank(const struct split *s, int stage)
{
    return rank(s, prefill(s, stage));
}

static double decode_rank(const struct split *s, int stage)
{
    return rank(s, decode(s, stage));
}

static double tight_place(const struct split *s, int stage)
{
    (void)stage;
    return s->tight + 1;
}

/* The letters with one sequence, or one token beyond the window. */
static struct letters with_cache(const struct split *s, bool beyond)
{
    struct letters x = s->at[0];
    x.S = !beyond;
    x.T_x = beyond;
    return x;
}

static double cache_of(const struct split *s, bool beyond)
{
    struct letters x = with_cache(s, beyond);
    double bytes = 0;
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (terms[i].column == COLUMN_KV_CACHE && !term_is_idle(&terms[i]))
            bytes += terms[i].bytes(&x);
    return bytes;
}

static double per_sequence(const struct split *s, int stage)
{
    (void)stage;
    return cache_of(s, false);
}

static double per_token(const struct split *s, int stage)
{
    (void)stage;
    return cache_of(s, true);
}

/* --- columns --- */

static const struct split_column before[] = {
    {"t", 0, "t", "GPUs", NULL, NULL},
    {"p", 0, "p", "stages", NULL, NULL},
    {"i_hd", 0, "t shares the heads out", "0/1",
     "IF(AND(MOD(a_t, t) = 0, OR(MOD(k_t, t) = 0, MOD(t, k_t) = 0), MOD(a_v, t) = 0, "
     "OR(MOD(k_v, t) = 0, MOD(t, k_v) = 0)), 1, 0)",
     legal_heads},
    {"i_ok", 0, "legal: heads, server, layers", "0/1", "IF(AND(i_hd > 0, t <= g_s, p <= L), 1, 0)",
     legal},
    {"l_s", 0, "layers of the fullest stage", "layers", "ROUNDUP(L / p, 0)", stage_layers},
    GRID_SHARES,
    {"s_c", 0, "s_c", "share of cache layers", "IF(L_a > 0, ROUNDUP(L_a / p, 0) / L_a, 0)", NULL},
    {"r_kv", 0, "r_kv", "share", "MAX(1 / t, 1 / k_c)", NULL},
    {"r_win", 0, "r_win", "share", "MAX(1 / t, 1 / k_w)", NULL},
    {"r_w", 0, "r_w", "share", "MAX(1 / t, IF(k > 0, 1 / k, 0))", NULL},
    {"o_run", 0, "o_run", "bytes",
     "IF(AND(t = 1, p > 1), g_p, INDEX(run_gib, MATCH(t, run_from, 1))) * gib", NULL},
    {"i_2", 0, "i_2", "0/1", "IF(p > 1, i_tie, 0)", NULL},
    {"i_1", 1, "i_1, first stage", "0/1", NULL, NULL},
    {"i_1", 2, "i_1, last stage", "0/1", "IF(p > 1, 0, 1)", NULL},
    {"i_p", 1, "i_p, first stage", "0/1", "IF(p > 1, 0, 1)", NULL},
    {"i_p", 2, "i_p, last stage", "0/1", NULL, NULL},
};

static const struct split_column after[] = {
    {"X_p", 1, "All but the cache, first stage, prefill", "bytes", "W + A_p + O", prefill_total},
    {"X_d", 1, "All but the cache, first stage, decode", "bytes", "W + A_d + O", decode_total},
    {"X_p", 2, "All but the cache, last stage, prefill", "bytes", "W + A_p + O", prefill_total},
    {"X_d", 2, "All but the cache, last stage, decode", "bytes", "W + A_d + O", decode_total},
#define USABLE(X, A) "IF(i_fr > 0, u * C + (1 - u) * " X ", MIN(u * C + i_st * (" A " + O), C))"
    {"U_p", 1, "Usable, first stage, prefill", "bytes", USABLE("X_p", "A_p"), prefill_usable},
    {"U_d", 1, "Usable, first stage, decode", "bytes", USABLE("X_d", "A_d"), decode_usable},
    {"U_p", 2, "Usable, last stage, prefill", "bytes", USABLE("X_p", "A_p"), prefill_usable},
    {"U_d", 2, "Usable, last stage, decode", "bytes", USABLE("X_d", "A_d"), decode_usable},
/* U - X, but the same to the last bit where the share is of weights and cache */
#define LEFT(X, A) \
    "IF(i_fr > 0, u * (C - " X "), MIN(u * C - W - (1 - i_st) * (" A " + O), C - " X "))"
    {"H_p", 1, "Left for the cache, first stage, prefill", "bytes", LEFT("X_p", "A_p"),
     prefill_left},
    {"H_d", 1, "Left for the cache, first stage, decode", "bytes", LEFT("X_d", "A_d"), decode_left},
    {"H_p", 2, "Left for the cache, last stage, prefill", "bytes", LEFT("X_p", "A_p"),
     prefill_left},
    {"H_d", 2, "Left for the cache, last stage, decode", "bytes", LEFT("X_d", "A_d"), decode_left},
    {"H", 0, "Least left for the cache", "bytes", "MIN(H_p1:H_d2)", tight_left},
    {"Q_p", 1, "All but the cache where least is left", "bytes", "IF(H_p = H, X_p, 0)",
     prefill_rank},
    {"Q_d", 1, "The same, first stage, decode", "bytes", "IF(H_d = H, X_d, 0)", decode_rank},
    {"Q_p", 2, "The same, last stage, prefill", "bytes", "IF(H_p = H, X_p, 0)", prefill_rank},
    {"Q_d", 2, "The same, last stage, decode", "bytes", "IF(H_d = H, X_d, 0)", decode_rank},
    {"j", 0, "Tightest, then largest: 1, 2 first stage, 3, 4 last; even: decode", "1 to 4",
     "MATCH(MAX(Q_p1:Q_d2), Q_p1:Q_d2, 0)", tight_place},
    {"W_j", 0, "Weights there", "bytes", "CHOOSE(j, W1, W1, W2, W2)", tight_weights},
    {"A_j", 0, "Activations there", "bytes", "CHOOSE(j, A_p1, A_d1, A_p2, A_d2)",
     tight_activations},
    {"X_j", 0, "All but the cache there", "bytes", "CHOOSE(j, X_p1, X_d1, X_p2, X_d2)",
     tight_total},
    {"U_j", 0, "Usable there", "bytes", "CHOOSE(j, U_p1, U_d1, U_p2, U_d2)", tight_usable},
};

static void add_column(struct whatif *w, struct split_column column)
{
    if (w->split_column_count < COLUMNS_MOST)
        w->split_columns[w->split_column_count++] = column;
}

/* Terms that name a letter of the stage differ between stages. */
static bool is_staged(const char *formula)
{
    static const char *const letters[] = {"i_1", "i_p", "i_2"};
    for (int i = 0; i < 3; i++)
        if (strstr(formula, letters[i]))
            return true;
    return false;
}

/* The terms of a column of the results that are alive in a phase, as a sum. */
static const char *sum_text(struct whatif *w, enum column column, enum phase phase)
{
    const char *text = NULL;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const struct term *term = &terms[i];
        if (term->column != column || !(term->phases & 1u << phase) || term_is_idle(term))
            continue;
        text = text ? arena_format(&w->book->arena, "%s + %s", text, term->id) : term->id;
    }
    return text ? text : "0";
}

/* What one sequence holds; and what one token of the prefill step holds beyond the window. */
static void add_cache(struct whatif *w, const struct term *term)
{
    struct arena *arena = &w->book->arena;
    add_column(w, (struct split_column){term->id, 0,
                                        arena_format(arena, "%s, per sequence", term->label),
                                        "bytes", term->formula, NULL});
    if (strstr(term->formula, "T_x"))
        add_column(w, (struct split_column){
                          arena_format(arena, "%s_x", term->id), 0,
                          arena_format(arena, "%s, per token beyond the window", term->label),
                          "bytes", term->formula, NULL});
}

/* The cache of a sequence, or of a token beyond the window, as a sum. */
static const char *cache_text(struct whatif *w, bool beyond)
{
    const char *text = NULL;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const struct term *term = &terms[i];
        if (term->column != COLUMN_KV_CACHE || term_is_idle(term) ||
            (beyond && !strstr(term->formula, "T_x")))
            continue;
        text = arena_format(&w->book->arena, "%s%s%s%s", text ? text : "", text ? " + " : "",
                            term->id, beyond ? "_x" : "");
    }
    return text ? text : "0";
}

static void add_terms(struct whatif *w)
{
    static const char *const stages[] = {"", ", first stage", ", last stage"};
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const struct term *term = &terms[i];
        if (term_is_idle(term))
            continue;
        if (term->column == COLUMN_KV_CACHE) {
            add_cache(w, term);
            continue;
        }
        int first = is_staged(term->formula);
        for (int stage = first; stage <= 2 * first; stage++)
            add_column(w, (struct split_column){
                              term->id, stage,
                              arena_format(&w->book->arena, "%s%s", term->label, stages[stage]),
                              "bytes", term->formula, NULL});
    }
}

void whatif_place_splits(struct whatif *w)
{
    const char *W = sum_text(w, COLUMN_WEIGHTS, PHASE_PREFILL);
    const char *A_p = sum_text(w, COLUMN_ACTIVATIONS, PHASE_PREFILL);
    const char *A_d = sum_text(w, COLUMN_ACTIVATIONS, PHASE_DECODE);
    const char *O = sum_text(w, COLUMN_OVERHEAD, PHASE_PREFILL);
    const struct split_column sums[] = {
        {"W", 1, "Weights, first stage", "bytes", W, weights},
        {"W", 2, "Weights, last stage", "bytes", W, weights},
        {"A_p", 1, "Activations, first stage, prefill", "bytes", A_p, prefill_activations},
        {"A_d", 1, "Activations, first stage, decode", "bytes", A_d, decode_activations},
        {"A_p", 2, "Activations, last stage, prefill", "bytes", A_p, prefill_activations},
        {"A_d", 2, "Activations, last stage, decode", "bytes", A_d, decode_activations},
        {"O", 0, "Overhead", "bytes", O, overhead},
        {"k_S", 0, "Cache, per sequence", "bytes", cache_text(w, false), per_sequence},
        {"k_x", 0, "Cache, per token beyond the window", "bytes", cache_text(w, true), per_token},
    };
    w->split_columns = arena_array(&w->book->arena, COLUMNS_MOST, sizeof *w->split_columns);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        add_column(w, before[i]);
    add_terms(w);
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        add_column(w, sums[i]);
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        add_column(w, after[i]);
}

/* --- cells --- */

static int named_column(const struct whatif *w, const char *symbol, size_t length, int stage)
{
    for (size_t i = 0; i < w->split_column_count; i++) {
        const struct split_column *c = &w->split_columns[i];
        if (*c->symbol == *symbol && !strncmp(c->symbol, symbol, length) && !c->symbol[length] &&
            (!c->stage || c->stage == stage))
            return (int)i;
    }
    return -1;
}

/* As it is, on the stage given, or with the stage behind it; -1: none. */
static int find_column(const struct whatif *w, const char *symbol, int stage)
{
    size_t length = strlen(symbol);
    int found = named_column(w, symbol, length, stage);
    if (found < 0 && length > 1 && (symbol[length - 1] == '1' || symbol[length - 1] == '2'))
        found = named_column(w, symbol, length - 1, symbol[length - 1] - '0');
    return found;
}

bool splits_cell(const struct whatif *w, const char *symbol, size_t split,
                 char cell[CELL_NAME_BYTES])
{
    static const char sheet[] = "'" SPLITS_SHEET "'!";
    int column = find_column(w, symbol, 1);
    if (column < 0)
        return false;
    memcpy(cell, sheet, sizeof sheet);
    live_place(cell + sizeof sheet - 1, GRID_ROW + (uint32_t)split, (unsigned)column, false, true);
    return true;
}

bool splits_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    return whatif_range(SPLITS_SHEET, find_column(w, symbol, 0), w->split_count, range);
}

/* A formula's place. */
struct spot {
    const struct whatif *w;
    uint32_t row;
    int stage;
    bool beyond; /* one token beyond the window, else one sequence */
};

static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct spot *place = context;
    if (!strcmp(symbol, "S") || !strcmp(symbol, "T_x")) {
        copy_text(cell, CELL_NAME_BYTES, (*symbol == 'S') != place->beyond ? "1" : "0");
        return true;
    }
    int column = find_column(place->w, symbol, place->stage);
    if (column < 0)
        return whatif_cell(place->w, symbol, cell);
    live_place(cell, place->row, (unsigned)column, false, true);
    return true;
}

static bool is_beyond(const struct split_column *c)
{
    size_t length = strlen(c->symbol);
    return length > 2 && !strncmp(c->symbol, "kv_", 3) && !strcmp(c->symbol + length - 2, "_x");
}

static double value_of(const struct split *s, const struct split_column *c)
{
    int stage = c->stage ? c->stage : 1;
    if (c->value)
        return c->value(s, stage);
    struct letters cached = with_cache(s, is_beyond(c));
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (terms[i].column == COLUMN_KV_CACHE &&
            !strncmp(terms[i].id, c->symbol, strlen(terms[i].id)))
            return terms[i].bytes(&cached);
        else if (!strcmp(terms[i].id, c->symbol))
            return terms[i].bytes(&s->at[stage - 1]);
    return legend_value(&s->at[stage - 1], c->symbol);
}

static void put_split(const struct whatif *w, struct sheet *sheet, size_t index)
{
    uint32_t row = GRID_ROW + (uint32_t)index;
    for (size_t i = 0; i < w->split_column_count; i++) {
        const struct split_column *c = &w->split_columns[i];
        struct spot place = {w, row, c->stage, is_beyond(c)};
        enum style style = strcmp(c->unit, "bytes") ? STYLE_NUMBER : STYLE_COUNT;
        double value = value_of(&w->splits[index], c);
        char text[LIVE_BYTES];
        if (!c->formula)
            put_number(sheet, row, (uint16_t)i, i < 2 ? STYLE_STRONG : STYLE_NUMBER, value);
        else if (live_text(c->formula, find_cell, &place, text))
            put_signed_formula(sheet, row, (uint16_t)i, style, text, value);
        else
            sheet->refused++;
    }
}

void whatif_splits_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = serving_of(book);
    struct table_column looks[COLUMNS_MOST];
    page_title(
        sheet, SPLITS_SHEET,
        "Ways to cut one replica into t tensor-parallel ways and p pipeline stages, and what "
        "its fullest GPU holds beside the cache. The letters are explained on What-if.");
    size_t count = w ? w->split_column_count : 1;
    uint32_t last = GRID_HEADER_ROW;
    if (w) {
        for (size_t i = 0; i < count; i++)
            looks[i] = (struct table_column){w->split_columns[i].title, w->split_columns[i].unit,
                                             i < 2 ? 9 : COLUMN_WIDTH, STYLE_COUNT};
        table_header(sheet, GRID_HEADER_ROW, looks, count);
        for (size_t i = 0; i < w->split_count; i++)
            put_split(w, sheet, i);
        last = GRID_ROW + (uint32_t)w->split_count - 1;
    }
    worksheet_autofilter(sheet->worksheet, GRID_HEADER_ROW, 0, last, (lxw_col_t)(count - 1));
    struct print_setup setup = {last, (uint16_t)(count - 1), GRID_HEADER_ROW, 2, 5, 90, false};
    page_setup(book, sheet, &setup);
}
