/* capacity.c -- one line for each card, engine and share in use; levers and gaps move it */
#include "book/capacity.h"

#include "book/inside.h"
#include "book/levers.h"
#include "core/letters.h"
#include "core/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    AT_GPU,
    AT_ENGINE,
    AT_KIND_WORDS,
    AT_KIND,
    AT_DRIVER,
    AT_VISIBLE,
    AT_RESERVE,
    AT_ROOM,
    AT_PLANNED,
    AT_SHARE,
    AT_USABLE,
    AT_WEIGHTS,
    AT_CACHE,
    AT_ACTIVATIONS,
    AT_OVERHEAD,
    AT_TOTAL,
    AT_COUNT
};

static const struct table_column columns[AT_COUNT] = {
    [AT_GPU] = {"GPU", NULL, 20, STYLE_STRONG},
    [AT_ENGINE] = {"Engine", "from version", 24, STYLE_TEXT},
    [AT_KIND_WORDS] = {"The share is of", NULL, 26, STYLE_TEXT},
    [AT_KIND] = {"k, kind of share", "1 to 3", 9, STYLE_COUNT},
    [AT_DRIVER] = {"Driver reports", "GiB", 10, STYLE_GIB},
    [AT_VISIBLE] = {"Frame-works see", "GiB", 10, STYLE_GIB},
    [AT_RESERVE] = {"Kept free", "GiB", 10, STYLE_GIB},
    [AT_ROOM] = {"C, left", "GiB", 10, STYLE_GIB},
    [AT_PLANNED] = {"Share as planned", NULL, 10, STYLE_NUMBER},
    [AT_SHARE] = {"u, share now", NULL, 10, STYLE_NUMBER},
    [AT_USABLE] = {"u \u00D7 C", "GiB", 10, STYLE_GIB},
    [AT_WEIGHTS] = {"w_w, band of the states", "share", 11, STYLE_NUMBER},
    [AT_CACHE] = {"w_c, band of the cache", "share", 11, STYLE_NUMBER},
    [AT_ACTIVATIONS] = {"w_a, band of activations", "share", 11, STYLE_NUMBER},
    [AT_OVERHEAD] = {"w_o, band of overhead", "GiB", 11, STYLE_NUMBER},
    [AT_TOTAL] = {"w_t, band of the total", "share", 11, STYLE_NUMBER},
};

/* What moves the plan, as released and now, stands above. */
enum { STATE_ROW = 4, STATE_COUNT = LEVER_COUNT + 2, TITLE_ROW = STATE_ROW + STATE_COUNT + 2 };
enum { HEADER_ROW = TITLE_ROW + 1, FIRST_ROW };

struct capacity {
    const struct gpu *gpu;
    const struct engine *engine;
    double share;
};

struct capacity_table {
    struct capacity rows[CAPACITY_MOST];
    size_t count;
    struct index index;
};

static bool same_row(const void *wanted, const void *table, size_t at)
{
    const struct capacity *a = wanted;
    const struct capacity *b = &((const struct capacity_table *)table)->rows[at];
    return a->gpu == b->gpu && a->engine == b->engine && a->share == b->share;
}

int capacity_take(struct book *book, const struct request *request)
{
    struct capacity row = {request->gpu, request->engine, request_utilization(request)};
    struct capacity_table *table = book->capacities;
    if (!book_is_live(book))
        return CAPACITY_NONE;
    if (!table) {
        table = book->capacities = arena_take(&book->arena, sizeof *table);
        table->index = index_make(&book->arena, CAPACITY_MOST);
    }
    uint64_t hash = hash_text(hash_text(HASH_SEED, row.gpu->id), row.engine->id);
    hash = hash_number(hash, row.share);
    uint32_t *slot = index_slot(&table->index, hash, same_row, &row, table);
    if (!*slot && table->count == CAPACITY_MOST)
        return CAPACITY_NONE;
    if (!*slot) {
        table->rows[table->count] = row;
        *slot = (uint32_t)++table->count;
    }
    return (int)*slot - 1;
}

bool capacity_cell(int row, const char *letter, char cell[CELL_NAME_BYTES])
{
    static const struct {
        const char *letter;
        int column;
    } letters[] = {{"k", AT_KIND},       {"C", AT_ROOM},    {"u", AT_SHARE},
                   {"w_w", AT_WEIGHTS},  {"w_c", AT_CACHE}, {"w_a", AT_ACTIVATIONS},
                   {"w_o", AT_OVERHEAD}, {"w_t", AT_TOTAL}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (!live_is(letters[i].letter, letter))
            continue;
        live_cell_of(cell, "Capacity", FIRST_ROW + (uint32_t)row, (unsigned)letters[i].column);
        return true;
    }
    return false;
}

/* --- what moves the plan --- */

/* Beside each number what it was: the plan is as released while all are the same. */
static void put_state(struct sheet *sheet, uint32_t row, const char *name, double released)
{
    char formula[CELL_NAME_BYTES + 32];
    char now[LXW_MAX_CELL_NAME_LENGTH];
    char was[LXW_MAX_CELL_NAME_LENGTH];
    put_text(sheet, row, AT_GPU, STYLE_STRONG, name);
    put_signed(sheet, row, AT_ENGINE, STYLE_NUMBER, released);
    snprintf(formula, sizeof formula, "=IF(COUNT(%s)>0,%s,\"\")", name, name);
    put_signed_formula(sheet, row, AT_KIND_WORDS, STYLE_NUMBER, formula, released);
    lxw_rowcol_to_cell(was, row, AT_ENGINE);
    lxw_rowcol_to_cell(now, row, AT_KIND_WORDS);
    snprintf(formula, sizeof formula, "=IF(%s=%s,1,0)", now, was);
    if (isnan(released))
        snprintf(formula, sizeof formula, "=IF(COUNT(%s)>0,0,1)", now);
    put_signed_formula(sheet, row, AT_KIND, STYLE_COUNT, formula, 1);
}

static void put_states(struct book *book, struct sheet *sheet)
{
    uint32_t row = STATE_ROW;
    char same[2 * LXW_MAX_CELL_NAME_LENGTH];
    char text[128];
    char place[LXW_MAX_CELL_NAME_LENGTH];
    put_text(sheet, row - 1, AT_GPU, STYLE_HEADER, "On Assumptions");
    put_text(sheet, row - 1, AT_ENGINE, STYLE_HEADER, "As released");
    put_text(sheet, row - 1, AT_KIND_WORDS, STYLE_HEADER, "Now");
    put_text(sheet, row - 1, AT_KIND, STYLE_HEADER, "Same (0/1)");
    for (size_t i = 0; i < LEVER_COUNT; i++)
        put_state(sheet, row++, levers[i].name, levers[i].released);
    for (size_t i = 0; capacity_assumptions[i]; i++)
        put_state(sheet, row++, capacity_assumptions[i],
                  assumption_value(book->digest.facts, capacity_assumptions[i]));
    lxw_rowcol_to_range(same, STATE_ROW, AT_KIND, row - 1, AT_KIND);
    snprintf(text, sizeof text, "=MIN(%s)", same);
    put_text(sheet, row, AT_GPU, STYLE_STRONG, "plan_same");
    put_across(sheet, row, AT_ENGINE, AT_KIND_WORDS, STYLE_TEXT,
               "1: the memory is as released, and so are the speeds");
    put_signed_formula(sheet, row, AT_KIND, STYLE_COUNT, text, 1);
    lxw_rowcol_to_cell_abs(place, row, AT_KIND, 1, 1);
    snprintf(text, sizeof text, "=Capacity!%s", place);
    put_defined_name(book->workbook, sheet, "plan_same", text);
}

/* --- the lines --- */

struct spot {
    const struct book *book;
    uint32_t row;
};

static bool find_cell(const void *context, const char *name, char cell[CELL_NAME_BYTES])
{
    static const struct {
        const char *name;
        int column;
    } places[] = {{"driver", AT_DRIVER}, {"visible", AT_VISIBLE}, {"reserve", AT_RESERVE},
                  {"C", AT_ROOM},        {"u_0", AT_PLANNED},     {"u", AT_SHARE}};
    const struct spot *spot = context;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (live_is(places[i].name, name)) {
            lxw_rowcol_to_cell(cell, spot->row, (lxw_col_t)places[i].column);
            return true;
        }
    }
    for (size_t i = 0; i < LEVER_COUNT; i++) {
        if (live_is(levers[i].name, name)) {
            copy_text(cell, CELL_NAME_BYTES, name);
            return true;
        }
    }
    return assumption_named(spot->book, name, cell);
}

static void put_live(const struct spot *spot, struct sheet *sheet, uint16_t column,
                     const char *formula, double value)
{
    char text[LIVE_BYTES];
    if (live_text(formula, find_cell, spot, text))
        put_signed_formula(sheet, spot->row, column, columns[column].style, text, value);
    else
        sheet->refused++;
}

static void put_bands(struct sheet *sheet, uint32_t row, const struct engine *e)
{
    const double bands[] = {e->band_weights_pct / 100, e->band_cache_pct / 100,
                            e->band_activation_pct / 100, e->band_overhead_gib,
                            e->band_total_pct / 100};
    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++)
        put_number(sheet, row, (uint16_t)(AT_WEIGHTS + i), STYLE_NUMBER, bands[i]);
}

static void put_line(const struct spot *spot, struct sheet *sheet, const struct capacity *c)
{
    static const char *const kinds[] = {"everything", "weights and cache", "what is free"};
    const struct facts *facts = spot->book->digest.facts;
    uint32_t row = spot->row;
    char text[96];
    double visible = gpu_visible_bytes(c->gpu, facts) / GIB;
    double room = visible - c->engine->reserve_gib;
    bool gap = c->gpu->visible_mib <= 0;
    join_texts(text, sizeof text, c->engine->id, " from ", c->engine->version_from);
    put_verbatim(sheet, row, AT_GPU, STYLE_STRONG, c->gpu->id);
    put_verbatim(sheet, row, AT_ENGINE, STYLE_TEXT, text);
    put_text(sheet, row, AT_KIND_WORDS, STYLE_TEXT, kinds[c->engine->utilization_of]);
    put_number(sheet, row, AT_KIND, STYLE_COUNT, c->engine->utilization_of + 1);
    put_number(sheet, row, AT_DRIVER, STYLE_GIB, c->gpu->memory_mib / 1024);
    if (gap)
        put_live(spot, sheet, AT_VISIBLE, "driver - visible_gap_gib - visible_gap_share * driver",
                 visible);
    else
        put_number(sheet, row, AT_VISIBLE, STYLE_GIB, visible);
    put_number(sheet, row, AT_RESERVE, STYLE_GIB, c->engine->reserve_gib);
    put_live(spot, sheet, AT_ROOM, "visible - reserve", room);
    put_number(sheet, row, AT_PLANNED, STYLE_NUMBER, c->share);
    put_live(spot, sheet, AT_SHARE, LEVER_SHARE, c->share);
    put_live(spot, sheet, AT_USABLE, "u * C", c->share * room);
    put_bands(sheet, row, c->engine);
}

void capacity_write(struct book *book, struct sheet *sheet)
{
    const struct capacity_table *table = book->capacities;
    struct spot spot = {book, FIRST_ROW};
    page_title(sheet, "Capacity",
               "What each engine may use of each card. Breakdown, Search and Scenarios refer to "
               "these cells; the levers stand on Assumptions, on a pale fill.");
    put_states(book, sheet);
    put_text(sheet, TITLE_ROW, 0, STYLE_SECTION, "Cards and engines");
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    for (size_t i = 0; table && i < table->count; i++, spot.row++)
        put_line(&spot, sheet, &table->rows[i]);
    uint32_t last = spot.row - 1;
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, last, AT_COUNT - 1);
    struct print_setup setup = {last, AT_COUNT - 1, HEADER_ROW, 2, 1, 90, false};
    page_setup(book, sheet, &setup);
}
