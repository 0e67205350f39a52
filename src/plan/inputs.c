/* inputs.c -- two passes over each input; a file that changed between them is not planned */
#include "plan/inputs.h"

#include "base/exit.h"
#include "base/text.h"

/* Reads header and rows once; rows go to the visitor, or are only counted. */
static bool read_all(struct input *input, const struct lexicon *lexicon, struct arena *arena,
                     struct arena *row_arena, const struct row_visitor *visitor, struct diag *diag)
{
    struct record record;
    struct matrix_row row;
    bool has_header = false;
    for (enum table_step step; (step = table_next(input->table, &record)) != TABLE_END;) {
        if (step == TABLE_BROKEN)
            return false;
        bool good = step == TABLE_RECORD;
        if (good && !has_header) {
            has_header = true; /* known since the first pass, when there is a visitor */
            if (!visitor && !matrix_header(&input->matrix, &record, lexicon, false, arena, diag))
                return false;
            continue;
        }
        if (!has_header)
            return false;
        good = good && matrix_row_read(&row, &input->matrix, &record, row_arena, diag);
        if (!visitor) {
            input->rows += good;
            input->rejected += !good;
            if (good && row.count > INPUT_SCENARIOS_MOST - input->scenarios) {
                struct place place = {.file = input->path};
                diag_fault(diag, &place,
                           "the file is a product of more than 10^12 scenarios; narrow it");
                return false;
            }
            input->scenarios += good ? row.count : 0;
            if (good)
                matrix_modes(&row, &input->has_serving, &input->has_training);
            input->has_period |= good && *matrix_text(&row, "period");
            arena_reset(row_arena);
        } else if (good ? !visitor->good(visitor->context, &row)
                        : !visitor->bad(visitor->context, diag)) {
            return false;
        }
    }
    return has_header;
}

int input_check(struct input *input, const char *path, const char *encoding,
                const struct lexicon *lexicon, struct arena *arena, struct diag *diag)
{
    struct table_options options = {
        .encoding = encoding, .is_column = matrix_is_column, .context = lexicon};
    struct arena row_arena = {0};
    int exit_code = EXIT_BAD_DATA;
    *input = (struct input){.path = path};
    input->table = table_open(path, &options, diag, &exit_code);
    if (!input->table)
        return exit_code;
    bool read = read_all(input, lexicon, arena, &row_arena, NULL, diag);
    arena_free(&row_arena);
    input->hash = table_hash(input->table);
    if (table_read_failed(input->table))
        return EXIT_IO;
    if (read && input->rows + input->rejected == 0) {
        struct place place = {.file = path};
        diag_fault(diag, &place,
                   "only a header; add a row, or start from gpuplan template inference");
        return EXIT_BAD_DATA;
    }
    return read ? EXIT_DONE : EXIT_BAD_DATA;
}

bool input_visit(struct input *input, const struct row_visitor *visitor, struct arena *row_arena,
                 struct diag *diag)
{
    struct diag heard = *diag; /* every fault was reported by the first pass */
    diag->out = NULL;
    bool done = table_rewind(input->table) && read_all(input, NULL, NULL, row_arena, visitor, diag);
    *diag = heard;
    if (done && table_hash(input->table) != input->hash) {
        struct place place = {.file = input->path};
        diag_fault(diag, &place, "the file changed while it was read; run again");
        done = false;
    }
    return done;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && !text_equal(names[i], name))
        i++;
    return i < count;
}

const char *const *inputs_carried(const struct input *inputs, size_t count, struct arena *arena,
                                  struct diag *diag)
{
    const char **names = arena_array(arena, CARRIED_MOST + 1, sizeof *names);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct matrix *matrix = &inputs[i].matrix;
        for (size_t j = 0; j < matrix->column_count; j++) {
            const struct matrix_column *column = &matrix->columns[j];
            if (column->column || is_among(names, found, column->name))
                continue;
            if (found == CARRIED_MOST) {
                struct place place = {.file = inputs[i].path};
                diag_fault(diag, &place,
                           "with this file there are more than %d different columns that begin "
                           "with x_; plan it on its own, or leave some out",
                           CARRIED_MOST);
                return NULL;
            }
            names[found++] = column->name;
        }
    }
    return names;
}

void input_close(struct input *input)
{
    if (input->table)
        table_close(input->table);
    input->table = NULL;
}
