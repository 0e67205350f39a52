/* labels.c -- reads the labels of one language */
#include "catalog/labels.h"

#include "base/exit.h"
#include "base/say.h"
#include "catalog/rows.h"

#include <string.h>

enum { AT_ENGLISH, AT_LABEL, COLUMNS, LANGUAGE_MOST = 16 };

static const char *const names[COLUMNS] = {"english", "label"};

struct reading {
    struct labels *labels;
    struct arena *arena;
};

static void read_label(void *context, const struct record *record, const size_t *at,
                       struct diag *diag)
{
    struct reading *r = context;
    char why[LABEL_WHY_BYTES];
    for (size_t i = 0; i < COLUMNS; i++) {
        struct place place = record_place(record, at[i]);
        if (*rows_cell(record, at, i))
            continue;
        diag_fault(diag, &place, "%s is empty; every row of labels needs it", names[i]);
        return;
    }
    const struct cell *english = &record->cells[at[AT_ENGLISH]];
    const struct cell *label = &record->cells[at[AT_LABEL]];
    struct place place = record_place(record, at[AT_LABEL]);
    if (!labels_add(r->labels, r->arena, arena_text(r->arena, english->text, english->length),
                    arena_text(r->arena, label->text, label->length), why))
        diag_fault(diag, &place, "label: %s", why);
}

static bool is_language(const char *language)
{
    size_t length = strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    return length && length <= LANGUAGE_MOST && !language[length];
}

int labels_load(struct labels *labels, const char *language, const char *dir, struct arena *arena,
                struct diag *diag)
{
    struct reading reading = {labels, arena};
    struct rows_plan plan = {.columns = names,
                             .column_count = COLUMNS,
                             .needed = COLUMNS,
                             .row = read_label,
                             .context = &reading};
    bool found = false;
    int exit_code = EXIT_DONE;
    if (is_language(language)) {
        plan.name = arena_format(arena, "labels.%s", language);
        exit_code = rows_read(&plan, dir, arena, diag, &found);
    }
    if (exit_code == EXIT_DONE && !found && strcmp(language, "en") != 0)
        return say_error(EXIT_USAGE,
                         "--lang: unknown language \"%s\"; there are en and ko, and those with a "
                         "file labels.LANGUAGE.csv in the folder of --catalog",
                         language);
    return exit_code;
}
