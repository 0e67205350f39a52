/* book.c -- assembles the workbook from one ordered table of sheets */
#include "book/book.h"

#include "book/best.h"
#include "book/bind.h"
#include "book/earlier.h"
#include "book/footing.h"
#include "book/inside.h"
#include "book/library.h"
#include "book/press.h"
#include "book/rows.h"
#include "book/search.h"
#include "base/labels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who writes the rows: libxlsxwriter, which alone has links, merged cells and values for charts, or
 * rows.h, below the title or from the top; it takes rows and cells in order, and none twice. */
enum rows_by { BY_LIBRARY, BELOW_TITLE, FROM_TOP };

/* One kind of sheet. A new sheet is a row here and a function. */
struct sheet_plan {
    const char *name;
    size_t (*copies)(const struct book_options *options); /* NULL: one */
    enum rows_by rows;
    void (*begin)(struct book *book, struct sheet *sheet, size_t index); /* a list of the run's */
    void (*write)(struct book *book, struct sheet *sheet);
    bool (*column)(size_t i, struct heading *heading); /* NULL: its columns are fixed */
    bool needed; /* formulas of other sheets refer to it, or the book is none without it */
};

const char *const formulas_words[] = {"auto", "always", "never", NULL};

bool book_is_live(const struct book *book)
{
    return book->options.formulas != FORMULAS_NEVER;
}

bool book_rows_are_live(const struct book *book)
{
    bool always = book->options.formulas == FORMULAS_ALWAYS;
    uint64_t most = always ? FORMULAS_ROWS_MOST : FORMULAS_AUTO_ROWS;
    return book_is_live(book) &&
           (book->options.lists_later ? book->list.rows : book->options.scenarios) <= most;
}

static size_t scenario_copies(const struct book_options *options)
{
    uint64_t copies = (options->scenarios + BOOK_SHEET_ROWS - 1) / BOOK_SHEET_ROWS;
    if (copies < 1 || options->lists_later)
        return 1;
    return copies > BOOK_SHEETS_MOST ? BOOK_SHEETS_MOST : (size_t)copies;
}

static size_t rejected_copies(const struct book_options *options)
{
    return options->rejected > 0;
}

static size_t timeline_copies(const struct book_options *options)
{
    return options->has_period;
}

static size_t changes_copies(const struct book_options *options)
{
    return options->earlier != NULL;
}

/* A book of training rows alone has nothing to serve. */
static size_t serving_copies(const struct book_options *options)
{
    return options->formulas != FORMULAS_NEVER && (options->has_serving || !options->has_training);
}

static size_t training_copies(const struct book_options *options)
{
    return options->formulas != FORMULAS_NEVER && options->has_training;
}

static size_t live_copies(const struct book_options *options)
{
    return options->formulas != FORMULAS_NEVER;
}

static const struct sheet_plan plans[] = {
    {"Summary", NULL, BY_LIBRARY, NULL, summary_write, summary_column, true},
    {"Minimum GPUs", NULL, BY_LIBRARY, NULL, minimum_write, NULL, false},
    {"Breakdown", NULL, BY_LIBRARY, NULL, breakdown_write, breakdown_column, true},
    {"Cost", NULL, BY_LIBRARY, NULL, cost_write, cost_column, true},
    {"Sensitivity", NULL, BY_LIBRARY, NULL, sensitivity_write, sensitivity_column, false},
    {"Timeline", timeline_copies, BY_LIBRARY, NULL, timeline_write, timeline_column, false},
    {"Changes", changes_copies, BY_LIBRARY, NULL, changes_write, NULL, false},
    {"Methods", NULL, BY_LIBRARY, NULL, methods_write, methods_column, false},
    {"Scenarios", scenario_copies, FROM_TOP, scenarios_begin, NULL, scenarios_column, true},
    {"Rejected", rejected_copies, FROM_TOP, rejected_begin, NULL, NULL, false},
    {"Search", live_copies, BELOW_TITLE, NULL, search_write, NULL, true},
    {"Search layouts", live_copies, BELOW_TITLE, NULL, search_lines_write, NULL, true},
    {"Capacity", live_copies, BY_LIBRARY, NULL, capacity_write, NULL, true},
    {"What-if", serving_copies, BY_LIBRARY, NULL, whatif_write, NULL, true},
    {"What-if layouts", serving_copies, BELOW_TITLE, NULL, whatif_layouts_write, NULL, true},
    {"What-if splits", serving_copies, BELOW_TITLE, NULL, whatif_splits_write, NULL, true},
    {"What-if data", serving_copies, BELOW_TITLE, NULL, whatif_data_write, NULL, true},
    {"What-if training", training_copies, BY_LIBRARY, NULL, training_write, NULL, true},
    {"Training layouts", training_copies, BELOW_TITLE, NULL, training_layouts_write, NULL, true},
    {"Training splits", training_copies, BELOW_TITLE, NULL, training_splits_write, NULL, true},
    {"Training ways", training_copies, BELOW_TITLE, NULL, training_ways_write, NULL, true},
    {"Training data", training_copies, BELOW_TITLE, NULL, training_data_write, NULL, true},
    {"Assumptions", NULL, BELOW_TITLE, NULL, assumptions_write, assumptions_column, true},
    {"Models", NULL, BY_LIBRARY, NULL, models_write, models_column, false},
    {"GPUs", NULL, BY_LIBRARY, NULL, gpus_write, gpus_column, false},
    {"Checks", NULL, BY_LIBRARY, NULL, checks_write, NULL, true},
    {"About", NULL, BY_LIBRARY, NULL, about_write, NULL, true},
};
enum { PLAN_COUNT = sizeof plans / sizeof *plans };

size_t book_sheet_count(void)
{
    return PLAN_COUNT;
}

const char *book_sheet_name(size_t index)
{
    return plans[index].name;
}

bool book_sheet_is_needed(size_t index)
{
    return plans[index].needed;
}

bool book_sheet_has_columns(size_t index)
{
    return plans[index].column != NULL;
}

bool book_sheet_is_free(size_t index)
{
    return plans[index].column == scenarios_column;
}

bool book_sheet_column(size_t index, size_t column, struct heading *heading)
{
    return plans[index].column && plans[index].column(column, heading);
}

static size_t copies_of(const struct sheet_plan *plan, const struct book_options *options)
{
    const struct dress_row *dress = dress_sheet(options->dress, plan->name);
    if (dress && dress->show == SHOW_NO)
        return 0;
    return plan->copies ? plan->copies(options) : 1;
}

/* Plans in the order of their tabs: those that the dress names, then the others. */
static void order_plans(const struct dress *dress, const struct sheet_plan *order[PLAN_COUNT])
{
    size_t count = 0;
    for (size_t i = 0; dress && i < dress->count; i++)
        for (size_t j = 0; j < PLAN_COUNT; j++)
            if (!*dress->rows[i].column && !strcmp(dress->rows[i].sheet, plans[j].name))
                order[count++] = &plans[j];
    for (size_t j = 0; j < PLAN_COUNT; j++)
        if (!dress_sheet(dress, plans[j].name))
            order[count++] = &plans[j];
}

/* The sheet's name in the workbook's language, which formulas and links find among the labels. */
static const char *title_sheet(struct book *book, const char *kind, const char *name, size_t copy)
{
    const char *title = labels_sheet(book->options.labels, kind);
    char why[LABEL_WHY_BYTES];
    if (!copy)
        return title;
    title = arena_format(&book->arena, "%s %zu", title, copy + 1);
    labels_add(book->options.labels, &book->arena, name, title, why);
    return title;
}

/* Below a title every row says its height, as the library has it; rows of a list have none. */
static void open_bulk(struct book *book, struct sheet *sheet, enum rows_by rows)
{
    sheet->bulk = rows_open(&book->arena, book->press, sheet->worksheet, book->formats);
    if (rows == BELOW_TITLE) {
        sheet->bulk_row = TITLE_ROWS;
        sheet->bulk->points = ROW_POINTS;
    }
}

static bool add_sheet(struct book *book, const struct sheet_plan *plan, size_t copy)
{
    struct sheet *sheet = &book->sheets[book->sheet_count];
    char *scratch = book->sheet_count ? book->sheets->scratch
                                      : arena_take(&book->arena, CELL_TEXT_BYTES + LABEL_BYTES);
    const char *name =
        copy ? arena_format(&book->arena, "%s %zu", plan->name, copy + 1) : plan->name;
    const struct dress_row *dress = dress_sheet(book->options.dress, plan->name);
    bool hidden = dress && dress->show == SHOW_HIDDEN;
    const char *title = title_sheet(book, plan->name, name, copy);
    *sheet = (struct sheet){.worksheet = workbook_add_worksheet(book->workbook, title),
                            .formats = book->formats,
                            .name = name,
                            .title = title,
                            .kind = plan->name,
                            .dress = book->options.dress,
                            .labels = book->options.labels,
                            .scratch = scratch,
                            .values = !book_is_live(book),
                            .lists = plan->begin != NULL,
                            .seen = arena_array(&book->arena, KEPT_ROWS / 64, sizeof(uint64_t))};
    if (sheet->worksheet && plan->rows != BY_LIBRARY)
        open_bulk(book, sheet, plan->rows);
    book->sheet_count++;
    if (sheet->worksheet && hidden)
        worksheet_hide(sheet->worksheet);
    if (sheet->worksheet && plan->begin)
        plan->begin(book, sheet, copy);
    return sheet->worksheet != NULL;
}

static bool add_sheets(struct book *book)
{
    const struct sheet_plan *order[PLAN_COUNT];
    size_t most = 0;
    order_plans(book->options.dress, order);
    for (size_t i = 0; i < PLAN_COUNT; i++)
        most += copies_of(&plans[i], &book->options);
    book->sheets = arena_array(&book->arena, most, sizeof *book->sheets);
    book->scenario_sheets = scenario_copies(&book->options);
    for (size_t i = 0; i < PLAN_COUNT; i++)
        for (size_t copy = 0; copy < copies_of(order[i], &book->options); copy++)
            if (!add_sheet(book, order[i], copy))
                return false;
    return true;
}

/* The library touches the file only at the end: an unwritable one is found now. */
static bool is_writable(const char *path, char why[BOOK_WHY_BYTES])
{
    FILE *file = fopen(path, "ab");
    if (file && !fclose(file))
        return true;
    snprintf(why, BOOK_WHY_BYTES, "cannot create: %s", strerror(errno));
    return false;
}

static void set_properties(struct book *book)
{
    const struct labels *labels = book->options.labels;
    const struct dress *dress = book->options.dress;
    char title[256];
    char company[256] = "";
    char comments[512];
    if (dress && dress->company)
        copy_text(company, sizeof company, safe_text(dress->company, book->sheets->scratch));
    copy_text(title, sizeof title,
              safe_text(labels_word(labels, book->options.title), book->sheets->scratch));
    snprintf(comments, sizeof comments, "gpuplan %.60s; %.300s", book->options.version,
             labels_word(labels, "every number is explained on the sheets "
                                 "Assumptions, Checks and About"));
    lxw_doc_properties properties = {
        .title = title,
        .subject = (char *)labels_word(
            labels, "GPU memory and minimum GPU counts for large language models"),
        .author = "gpuplan",
        .company = company,
        .category = (char *)labels_word(labels, "capacity planning"),
        .keywords = (char *)labels_word(labels, "GPU, memory, LLM, capacity, procurement"),
        .comments = comments,
        .created = (time_t)(book->options.created > 0 ? book->options.created : 1), /* 0 is now */
    };
    workbook_set_properties(book->workbook, &properties);
}

/* Where the library writes; what it wrote, with the rows, is the workbook. */
static bool make_framed(struct book *book, char why[BOOK_WHY_BYTES])
{
    const char *name = arena_format(&book->arena, "%s/gpuplan", temporary_folder());
    if (temporary_make(&book->framed, name, 0600, &book->arena))
        return true;
    temporary_explain(errno, why, BOOK_WHY_BYTES);
    return false;
}

struct book *book_open(const struct book_options *options, char why[BOOK_WHY_BYTES])
{
    if (!is_writable(options->path, why))
        return NULL;
    struct book *book = calloc(1, sizeof *book);
    if (!book)
        arena_exhausted();
    if (!make_framed(book, why)) {
        book_abandon(book);
        return NULL;
    }
    library_need_memory();
    lxw_workbook *workbook = book->workbook = workbook_new(book->framed.path);
    if (!workbook)
        arena_exhausted();
    book->options = *options;
    book->press = press_open(options->threads);
    while (options->carried && options->carried[book->carried])
        book->carried++;
    formats_make(workbook, book->formats, options->labels);
    digest_open(&book->digest, &book->arena, options->facts);
    if (!add_sheets(book)) {
        snprintf(why, BOOK_WHY_BYTES,
                 "a sheet cannot be called \"%.80s\": names have at most 31 characters, without "
                 "[]:*?/\\, and no two are alike",
                 book->sheets[book->sheet_count - 1].title);
        book_abandon(book);
        return NULL;
    }
    set_properties(book);
    return book;
}

void book_add(struct book *book, const struct result *result)
{
    tally_add(&book->tally, result);
    size_t shown = book->digest.breakdown_count;
    digest_add(&book->digest, result);
    if (book->digest.breakdown_count > shown)
        book->digest.breakdown[shown]->footing = footing_make(book, result);
    serving_consider(book, result);
    training_consider(book, result);
    if (!book->options.lists_later)
        scenarios_add(book, result);
    if (book->options.earlier)
        earlier_meet(book->options.earlier, result);
}

void book_list_begin(struct book *book, const struct book_list *list)
{
    book->list = *list;
    book->list.note = arena_text(&book->arena, list->note, strlen(list->note));
    scenarios_begin(book, book->scenarios, 0);
}

void book_list(struct book *book, const struct result *result)
{
    scenarios_add(book, result);
}

const uint64_t *book_best_numbers(struct book *book, size_t *count)
{
    return best_numbers(&book->digest, count);
}

bool book_wants_methods(const struct book *book, const struct scenario *scenario)
{
    return digest_wants_methods(&book->digest, scenario);
}

void book_add_methods(struct book *book, const struct result methods[3])
{
    digest_add_methods(&book->digest, methods);
}

size_t book_study_count(const struct book *book)
{
    size_t workloads = book->digest.workload_count;
    return workloads < STUDIES_MOST ? workloads : STUDIES_MOST;
}

struct study *book_study(struct book *book, size_t i)
{
    return best_study(&book->digest, book->digest.workloads[i]);
}

void book_reject(struct book *book, const char *place, const char *reason)
{
    rejected_add(book, place, reason);
}

/* In the order of the code, which later sheets rely on, whatever that of the tabs. */
static struct sheet *sheet_of(struct book *book, const char *name)
{
    for (size_t i = 0; i < book->sheet_count; i++)
        if (!strcmp(book->sheets[i].name, name))
            return &book->sheets[i];
    return NULL;
}

bool book_close(struct book *book, char why[BOOK_WHY_BYTES])
{
    library_need_memory();
    if (serving_copies(&book->options))
        serving_plan(book);
    if (training_copies(&book->options))
        training_plan(book);
    search_plan(book);
    cost_place(book);
    for (size_t i = 0; i < PLAN_COUNT; i++) {
        struct sheet *sheet = sheet_of(book, plans[i].name);
        if (sheet && plans[i].write)
            plans[i].write(book, sheet);
    }
    bool done = bind_file(book, why);
    book_abandon(book);
    return done;
}

void book_abandon(struct book *book)
{
    if (!book)
        return;
    if (book->workbook)
        lxw_workbook_free(book->workbook);
    press_close(book->press);
    for (size_t i = 0; i < book->sheet_count; i++)
        if (book->sheets[i].bulk)
            rows_close(book->sheets[i].bulk);
    temporary_remove(&book->framed);
    arena_free(&book->arena);
    free(book);
}
