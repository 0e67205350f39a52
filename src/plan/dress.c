/* dress.c -- every row of workbook.csv is held against the sheets that the program has */
#include "plan/dress.h"

#include "base/exit.h"
#include "base/text.h"
#include "base/width.h"
#include "catalog/rows.h"

#include <string.h>

enum { AT_SHEET, AT_COLUMN, AT_SHOW, AT_TITLE, COLUMNS, SHEET_TITLE_MOST = 31 };

static const char *const names[COLUMNS] = {"sheet", "column", "show", "title"};
static const char *const shows[] = {"yes", "hidden", "no"};

/* The rows of the workbook itself are those of this sheet. */
static const char *const whole = "Workbook";

struct reading {
    struct dress *dress;
    struct labels *labels;
    struct arena *arena;
    const char *file; /* of the rows so far */
    size_t first;     /* row of this file */
};

static const char *kept(struct reading *r, const struct record *record, const size_t *at,
                        size_t column)
{
    const char *text = rows_cell(record, at, column);
    return arena_text(r->arena, text, strlen(text));
}

static bool find_sheet(const char *name, size_t *index)
{
    for (*index = 0; *index < book_sheet_count(); ++*index)
        if (!strcmp(book_sheet_name(*index), name))
            return true;
    return false;
}

static const char *sheet_name(const void *items, size_t index)
{
    (void)items;
    return book_sheet_name(index);
}

static const char *column_title(const void *items, size_t index)
{
    struct heading heading = {"", NULL};
    book_sheet_column(*(const size_t *)items, index, &heading);
    return heading.title;
}

static bool has_column(size_t sheet, const char *name, size_t *count)
{
    struct heading heading;
    bool found = false;
    for (*count = 0; book_sheet_column(sheet, *count, &heading); ++*count)
        found |= heading_is(&heading, name);
    return found;
}

/* The title and the company: rows without a sheet of their own. */
static void read_whole(struct reading *r, const struct dress_row *row, const struct place *place,
                       struct diag *diag)
{
    const char *text = *row->title ? row->title : NULL;
    if (text_equal(row->column, "Title"))
        r->dress->title = text;
    else if (text_equal(row->column, "Company"))
        r->dress->company = text;
    else
        diag_fault(diag, place, "column is \"%.80s\"; of %s there are Title, Company", row->column,
                   whole);
}

static bool check_column(size_t sheet, const struct dress_row *row, const struct place *place,
                         struct diag *diag)
{
    size_t count;
    if (!book_sheet_has_columns(sheet)) {
        diag_fault(diag, place, "the columns of %s are fixed; leave column empty", row->sheet);
    } else if (!has_column(sheet, row->column, &count)) {
        const char *close = text_closest(row->column, &sheet, count, column_title);
        diag_fault(diag, place, "%s has no column \"%.80s\"%s%s%s", row->sheet, row->column,
                   close ? "; did you mean \"" : "", close ? close : "", close ? "\"?" : "");
    } else if (row->show == SHOW_NO && !book_sheet_is_free(sheet)) {
        diag_fault(diag, place,
                   "formulas refer to the columns of %s by their place; write hidden, not no",
                   row->sheet);
    } else {
        return true;
    }
    return false;
}

/* What a spreadsheet program takes as the name of a sheet. */
static bool is_title(const char *title)
{
    size_t length = text_characters(title, strlen(title));
    return length <= SHEET_TITLE_MOST && !text_equal(title, "History") &&
           !strpbrk(title, "[]:*?/\\") && *title != '\'' &&
           (!*title || title[strlen(title) - 1] != '\'');
}

static bool check_title(const char *title, const struct place *place, struct diag *diag)
{
    if (is_title(title))
        return true;
    diag_fault(diag, place,
               "title \"%.80s\" is no name of a sheet; at most %d characters, without []:*?/\\ and "
               "without ' at its ends",
               title, SHEET_TITLE_MOST);
    return false;
}

/* Names of sheets are told apart without case. */
static bool is_taken(const struct labels *labels, size_t sheet, const char *title)
{
    for (size_t i = 0; i < book_sheet_count(); i++)
        if (i != sheet && text_equal(labels_sheet(labels, book_sheet_name(i)), title))
            return true;
    return false;
}

static bool check_sheet(const struct labels *labels, size_t sheet, const struct dress_row *row,
                        const struct place *place, struct diag *diag)
{
    if (row->show == SHOW_NO && book_sheet_is_needed(sheet))
        diag_fault(diag, place, "%s cannot be left out: other sheets refer to it; write hidden",
                   row->sheet);
    else if (row->show == SHOW_HIDDEN && !strcmp(row->sheet, "Summary"))
        diag_fault(diag, place, "Summary cannot be hidden: it is the sheet that opens");
    else if (is_taken(labels, sheet, row->title))
        diag_fault(diag, place, "title \"%.80s\" is that of another sheet; choose another",
                   row->title);
    else
        return check_title(row->title, place, diag);
    return false;
}

/* Behind the rows of its own file, before those of the file before. */
static void keep(struct reading *r, const struct dress_row *row, const struct place *place,
                 struct diag *diag)
{
    struct dress *d = r->dress;
    char why[LABEL_WHY_BYTES];
    for (size_t i = 0; i < d->count; i++) {
        if (strcmp(d->rows[i].sheet, row->sheet) != 0 ||
            strcmp(d->rows[i].column, row->column) != 0)
            continue;
        if (i < r->first) {
            diag_fault(diag, place, "%s%s%s appears twice; keep one", row->sheet,
                       *row->column ? ", " : "", row->column);
            return;
        }
        memmove(&d->rows[i], &d->rows[i + 1], (d->count - i - 1) * sizeof *d->rows);
        d->count--;
        break;
    }
    d->rows = arena_grown(r->arena, d->rows, d->count, &d->room, sizeof *d->rows);
    memmove(&d->rows[r->first + 1], &d->rows[r->first], (d->count - r->first) * sizeof *d->rows);
    d->rows[r->first++] = *row;
    d->count++;
    if (!*row->column && *row->title)
        labels_add(r->labels, r->arena, arena_format(r->arena, "%s!", row->sheet), row->title, why);
}

static bool read_show(const struct record *record, const size_t *at, enum show *show,
                      struct diag *diag)
{
    const char *text = rows_cell(record, at, AT_SHOW);
    struct place place = record_place(record, at[AT_SHOW]);
    for (int i = 0; i < 3; i++) {
        if (text_equal(text, shows[i]) || (!i && !*text)) {
            *show = (enum show)i;
            return true;
        }
    }
    diag_fault(diag, &place, "show is \"%.80s\"; allowed are: yes, hidden, no", text);
    return false;
}

static void read_row(void *context, const struct record *record, const size_t *at,
                     struct diag *diag)
{
    struct reading *r = context;
    struct dress_row row = {kept(r, record, at, AT_SHEET), kept(r, record, at, AT_COLUMN), SHOW_YES,
                            kept(r, record, at, AT_TITLE)};
    struct place place = record_place(record, at[*row.column ? AT_COLUMN : AT_SHEET]);
    struct place title = record_place(record, at[AT_TITLE]);
    size_t sheet;
    if (!r->file || strcmp(r->file, record->file) != 0)
        r->first = 0;
    r->file = record->file;
    if (!strcmp(row.sheet, whole)) {
        read_whole(r, &row, &place, diag);
    } else if (!find_sheet(row.sheet, &sheet)) {
        const char *close = text_closest(row.sheet, names, book_sheet_count(), sheet_name);
        place = record_place(record, at[AT_SHEET]);
        diag_fault(diag, &place, "there is no sheet \"%.80s\"%s%s%s", row.sheet,
                   close ? "; did you mean \"" : "", close ? close : "", close ? "\"?" : "");
    } else if (read_show(record, at, &row.show, diag)) {
        bool good = *row.column
                        ? check_column(sheet, &row, &place, diag)
                        : check_sheet(r->labels, sheet, &row, *row.title ? &title : &place, diag);
        if (good)
            keep(r, &row, &place, diag);
    }
}

int dress_read(struct dress *dress, struct labels *labels, const char *dir, struct arena *arena,
               struct diag *diag)
{
    struct reading reading = {.dress = dress, .labels = labels, .arena = arena};
    struct rows_plan plan = {.name = "workbook",
                             .columns = names,
                             .column_count = COLUMNS,
                             .needed = AT_SHEET + 1,
                             .row = read_row,
                             .context = &reading};
    size_t before = diag->faults;
    bool found;
    int exit_code = rows_read(&plan, dir, arena, diag, &found);
    for (size_t i = 0; exit_code == EXIT_DONE && i < book_sheet_count(); i++) {
        const char *title = labels_sheet(labels, book_sheet_name(i));
        struct place place = {.file = "labels"};
        if (check_title(title, &place, diag) && is_taken(labels, i, title))
            diag_fault(diag, &place, "two sheets are called \"%.80s\"; rename one", title);
    }
    return exit_code == EXIT_DONE && diag->faults > before ? EXIT_BAD_DATA : exit_code;
}
