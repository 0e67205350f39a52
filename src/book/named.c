/* named.c -- the cells of the sheet Assumptions, for formulas on other sheets */
#include "book/inside.h"
#include "book/levers.h"

#include <stdio.h>
#include <string.h>

/* Without an underscore, digits would make a name look like a cell (A1, R1C1), and r and c alone
 * stand for a row and a column. */
bool assumption_is_named(const struct assumption *assumption)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    const size_t letters = 52;
    const char *name = assumption->name;
    size_t length = strlen(name);
    bool plain = !strchr(name, '_');
    if (length < 2 || length > 200 || strspn(name, all) != length)
        return false;
    for (size_t i = 0; i < length && (plain || i == 0); i++)
        if ((size_t)(strchr(all, name[i]) - all) >= letters)
            return false;
    return true;
}

void assumption_cell(const struct book *book, size_t index, char cell[CELL_NAME_BYTES])
{
    size_t above = ASSUMPTIONS_ROW + 1 + (book_is_live(book) ? LEVER_COUNT : 0);
    snprintf(cell, CELL_NAME_BYTES, "Assumptions!$%c$%zu", 'A' + ASSUMPTIONS_COLUMN, index + above);
}

bool assumption_named(const struct book *book, const char *name, char cell[CELL_NAME_BYTES])
{
    const struct facts *facts = book->digest.facts;
    for (size_t i = 0; i < facts->assumption_count; i++) {
        if (strcmp(facts->assumptions[i].name, name) != 0)
            continue;
        if (assumption_is_named(&facts->assumptions[i]))
            copy_text(cell, CELL_NAME_BYTES, name);
        else
            assumption_cell(book, i, cell);
        return true;
    }
    return false;
}

bool assumption_of_letter(const struct book *book, const char *letter, char cell[CELL_NAME_BYTES])
{
    for (size_t i = 0; i < cost_legend_count; i++)
        if (cost_legend[i].assumption && !strcmp(cost_legend[i].symbol, letter))
            return assumption_named(book, cost_legend[i].assumption, cell);
    return assumption_named(book, letter, cell);
}

bool assumption_of_card(const struct book *book, const char *name, const char *gpu,
                        char cell[CELL_NAME_BYTES])
{
    char own[128];
    join_texts(own, sizeof own, name, ".", gpu);
    return assumption_named(book, own, cell) || assumption_named(book, name, cell);
}

bool assumption_is_live(const struct assumption *a)
{
    size_t length = strlen(a->name);
    if (length == 11 && !strcmp(a->name + 3, "_per_usd"))
        return true;
    for (size_t i = 0; capacity_assumptions[i]; i++)
        if (!strcmp(a->name, capacity_assumptions[i]))
            return true;
    for (size_t i = 0; i < cost_legend_count; i++) {
        const char *name = cost_legend[i].assumption;
        size_t base = name ? strlen(name) : 0;
        if (name && !strncmp(a->name, name, base) && (!a->name[base] || a->name[base] == '.'))
            return true;
    }
    return false;
}
