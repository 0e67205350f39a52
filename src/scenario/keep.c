/* keep.c -- rows that outlive the arena they were read into */
#include "scenario/matrix.h"

#include <string.h>

static const char *copy_of(const char *text, struct arena *arena)
{
    return text ? arena_text(arena, text, strlen(text)) : NULL;
}

static const struct piece *copy_pieces(const struct axis *axis, struct arena *arena)
{
    struct piece *pieces = arena_array(arena, axis->piece_count, sizeof *pieces);
    for (size_t i = 0; i < axis->piece_count; i++) {
        pieces[i] = axis->pieces[i];
        pieces[i].text = copy_of(axis->pieces[i].text, arena);
    }
    return pieces;
}

const struct matrix_row *matrix_row_copy(const struct matrix_row *row, struct arena *arena)
{
    struct matrix_row *copy = arena_take(arena, sizeof *copy);
    size_t columns = row->matrix->column_count;
    *copy = *row;
    copy->source = copy_of(row->source, arena);
    copy->axes = arena_array(arena, row->axis_count, sizeof *copy->axes);
    for (size_t i = 0; i < row->axis_count; i++) {
        copy->axes[i] = row->axes[i];
        copy->axes[i].pieces = copy_pieces(&row->axes[i], arena);
    }
    copy->texts = arena_array(arena, columns, sizeof *copy->texts);
    for (size_t i = 0; i < columns; i++)
        copy->texts[i] = copy_of(row->texts[i], arena);
    return copy;
}
