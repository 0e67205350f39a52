/* dress.c -- finds the row of a sheet or column; few rows, so they are looked through */
#include "book/dress.h"

#include <stdio.h>
#include <string.h>

const struct dress_row *dress_sheet(const struct dress *dress, const char *sheet)
{
    for (size_t i = 0; dress && i < dress->count; i++)
        if (!*dress->rows[i].column && !strcmp(dress->rows[i].sheet, sheet))
            return &dress->rows[i];
    return NULL;
}

bool heading_is(const struct heading *heading, const char *name)
{
    char full[160];
    if (!strcmp(heading->title, name))
        return true;
    if (!heading->unit || !*heading->unit)
        return false;
    snprintf(full, sizeof full, "%s (%s)", heading->title, heading->unit);
    return !strcmp(full, name);
}

const struct dress_row *dress_column(const struct dress *dress, const char *sheet,
                                     const char *title, const char *unit)
{
    struct heading heading = {title, unit};
    for (size_t i = 0; dress && i < dress->count; i++) {
        const struct dress_row *row = &dress->rows[i];
        if (*row->column && !strcmp(row->sheet, sheet) && heading_is(&heading, row->column))
            return row;
    }
    return NULL;
}

bool dress_shows(const struct dress *dress, const char *sheet)
{
    const struct dress_row *row = dress_sheet(dress, sheet);
    return !row || row->show == SHOW_YES;
}
