/* prices.c -- the table of prices under the Cost sheet */
#include "book/prices.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The letters of a price, in the columns of the lines above: `at` counts from the first number. */
static const struct {
    const char *letter;
    const char *title;
    uint16_t at;
    size_t offset;
    const char *assumption; /* that it was bound from: a formula, not a number */
} columns[] = {
    {"g", "GPUs in a server", 4, offsetof(struct bill, g), NULL},
    {"i_w", "Whole servers only (1: yes)", 5, offsetof(struct bill, i_w), NULL},
    {"p_s", "Server (USD)", 6, offsetof(struct bill, p_s), NULL},
    {"p_c", "Card (USD)", 7, offsetof(struct bill, p_c), NULL},
    {"c_r", "Rent (USD/GPU-hour)", 8, offsetof(struct bill, c_r), NULL},
    {"W", "TDP (W)", 9, offsetof(struct bill, W), NULL},
    {"f_s", "Server over cards, price (factor)", 10, offsetof(struct bill, f_s),
     "server_price_factor"},
    {"f_w", "Server over TDP, power (factor)", 11, offsetof(struct bill, f_w),
     "server_power_factor"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, TEXT_FIRST = 1, TEXT_SECOND = 3 };

struct price_entry {
    char gpu[48];
    double values[COLUMNS];
    const struct price *bought;
    const struct price *rented;
};

void prices_open(struct price_table *table, struct book *book, uint16_t first, uint32_t row,
                 size_t most)
{
    *table = (struct price_table){.book = book, .first = first, .row = row};
    table->entries = arena_array(&book->arena, most + 1, sizeof *table->entries);
    table->index = index_make(&book->arena, most + 1);
}

static bool same_entry(const void *wanted, const void *table, size_t position)
{
    const struct price_entry *a = wanted;
    const struct price_entry *b = ((const struct price_table *)table)->entries[position];
    bool same = !strcmp(a->gpu, b->gpu) && a->bought == b->bought && a->rented == b->rented;
    for (size_t i = 0; i < COLUMNS && same; i++)
        same = a->values[i] == b->values[i] || (isnan(a->values[i]) && isnan(b->values[i]));
    return same;
}

static uint32_t *slot_of(const struct price_table *table, const struct option *o,
                         struct price_entry *entry)
{
    uint64_t hash = hash_text(HASH_SEED, o->gpu);
    *entry = (struct price_entry){.bought = o->bill.bought, .rented = o->bill.rented};
    copy_text(entry->gpu, sizeof entry->gpu, o->gpu);
    for (size_t i = 0; i < COLUMNS; i++) {
        memcpy(&entry->values[i], (const char *)&o->bill + columns[i].offset, sizeof(double));
        hash = hash_number(hash, isnan(entry->values[i]) ? -1 : entry->values[i]);
    }
    return index_slot(&table->index, hash, same_entry, entry, table);
}

size_t prices_take(struct price_table *table, const struct option *o)
{
    struct price_entry entry;
    uint32_t *slot = slot_of(table, o, &entry);
    if (!*slot) {
        struct arena *arena = table->book->digest.arena;
        struct price_entry *kept = arena_take(arena, sizeof *kept);
        *kept = entry;
        table->entries[table->count] = kept;
        *slot = (uint32_t)++table->count;
    }
    return *slot - 1;
}

bool prices_find(const struct price_table *table, const struct option *o, size_t *at)
{
    struct price_entry entry;
    uint32_t slot = *slot_of(table, o, &entry);
    *at = slot ? slot - 1 : 0;
    return slot > 0;
}

bool prices_cell(const struct price_table *table, size_t entry, const char *letter,
                 char cell[CELL_NAME_BYTES])
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (live_is(columns[i].letter, letter)) {
            lxw_rowcol_to_cell_abs(cell, table->row + 2 + (uint32_t)entry,
                                   (lxw_col_t)(table->first + columns[i].at), 1, 1);
            return true;
        }
    }
    return false;
}

/* What is known of where a price comes from. */
static const char *basis(const struct price *price, double value, char text[512])
{
    if (!price) {
        copy_text(text, 512, isfinite(value) ? "the row's own" : "unknown");
        return text;
    }
    const char *supplier = price->supplier ? price->supplier : price->provider;
    snprintf(text, 512, "%.40s%s%.60s%s%.20s%s; %.200s%s%.20s", price->stat ? price->stat : "quote",
             supplier ? ", " : "", supplier ? supplier : "", price->date ? ", " : "",
             price->date ? price->date : "",
             price->kind == PRICE_RENT && value != price->usd ? ", times the term's factor" : "",
             price->source, price->expires ? "; expires " : "",
             price->expires ? price->expires : "");
    return text;
}

static void put_basis(const struct price_table *table, struct sheet *sheet, uint32_t row,
                      const struct price_entry *entry)
{
    char bought[512];
    char rented[512];
    double price = isfinite(entry->values[2]) ? entry->values[2] : entry->values[3];
    basis(entry->bought, price, bought);
    basis(entry->rented, entry->values[4], rented);
    size_t lines = text_lines(bought, 50);
    size_t more = text_lines(rented, 64);
    set_lines(sheet, row, lines > more ? lines : more);
    put_across(sheet, row, TEXT_FIRST, TEXT_SECOND - 1, STYLE_WRAP, bought);
    put_across(sheet, row, TEXT_SECOND, (uint16_t)(table->first + 3), STYLE_WRAP, rented);
}

static void put_entry(const struct price_table *table, struct sheet *sheet, uint32_t row,
                      const struct price_entry *entry)
{
    put_verbatim(sheet, row, 0, STYLE_STRONG, entry->gpu);
    put_basis(table, sheet, row, entry);
    for (size_t i = 0; i < COLUMNS; i++) {
        char cell[CELL_NAME_BYTES + 1] = "=";
        uint16_t at = (uint16_t)(table->first + columns[i].at);
        if (columns[i].assumption &&
            assumption_of_card(table->book, columns[i].assumption, entry->gpu, cell + 1))
            put_formula(sheet, row, at, STYLE_NUMBER, cell, entry->values[i]);
        else if (isfinite(entry->values[i]))
            put_number(sheet, row, at, STYLE_INPUT, entry->values[i]);
        else
            put_text(sheet, row, at, STYLE_WARNING, "unknown");
    }
}

uint32_t prices_write(const struct price_table *table, struct sheet *sheet)
{
    uint32_t row = table->row;
    put_text(sheet, row++, 0, STYLE_SECTION, "Prices (type over them: the lines above follow)");
    put_text(sheet, row, 0, STYLE_HEADER, "GPU");
    put_across(sheet, row, TEXT_FIRST, TEXT_SECOND - 1, STYLE_HEADER, "Purchase price from");
    put_across(sheet, row, TEXT_SECOND, (uint16_t)(table->first + 3), STYLE_HEADER, "Rent from");
    for (size_t i = 0; i < COLUMNS; i++)
        put_text(sheet, row, (uint16_t)(table->first + columns[i].at), STYLE_HEADER,
                 columns[i].title);
    set_height(sheet, row, 58);
    for (size_t i = 0; i < table->count; i++)
        put_entry(table, sheet, ++row, table->entries[i]);
    return row;
}
