/* cell.c -- one cell into an axis: splits the list, asks the column's kind for each item */
#include "scenario/cell.h"

#include "base/text.h"
#include "core/request.h"
#include "scenario/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What reading an item needs; the pieces grow in the arena. */
struct reading {
    const struct scenario_column *column;
    const struct lexicon *lexicon;
    struct arena *arena;
    struct piece *pieces;
    size_t count;
    size_t room;
    char why[WHY_BYTES]; /* of a fault */
    bool says_what;      /* the sentence names the column already */
};

/* Of `why` only the first byte is set: clearing it would take longer than reading most cells. */
static void start_reading(struct reading *r, const struct scenario_column *column,
                          const struct lexicon *lexicon, struct arena *arena)
{
    r->column = column;
    r->lexicon = lexicon;
    r->arena = arena;
    r->pieces = NULL;
    r->count = r->room = 0;
    r->why[0] = '\0';
    r->says_what = false;
}

static void add_piece(struct reading *r, struct piece piece)
{
    r->pieces = arena_grown(r->arena, r->pieces, r->count, &r->room, sizeof *r->pieces);
    r->pieces[r->count++] = piece;
}

static char *trimmed(struct arena *arena, const char *text, size_t length)
{
    while (length && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return arena_text(arena, text, length);
}

double bare_size(const char *text)
{
    static const struct {
        char letter;
        double factor;
    } scales[] = {{'k', 1e3}, {'m', 1e6}, {'b', 1e9}, {'t', 1e12}};
    char digits[24];
    double value;
    size_t length = strlen(text);
    if (length < 2 || length > sizeof digits || text[0] == '-')
        return 0;
    memcpy(digits, text, length - 1);
    digits[length - 1] = '\0';
    if (strspn(digits, "0123456789.") != length - 1 || !text_number(digits, &value))
        return 0;
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if ((text[length - 1] | 0x20) == scales[i].letter)
            return value * scales[i].factor;
    return 0;
}

/* A catalog seen as a list of ids. */
struct id_list {
    const char *what;
    const char *list; /* the argument of `gpuplan list` */
    const struct names *names;
    const void *items;
    size_t count;
    size_t size;
    bool (*wanted)(const void *item);
};

/* Every catalog struct begins with its id. */
static const char *item_id(const void *item)
{
    const char *id;
    memcpy(&id, item, sizeof id);
    return id;
}

static bool is_cache_type(const void *item)
{
    return ((const struct dtype *)item)->cache_bytes > 0;
}

static struct id_list id_list_of(const struct reading *r)
{
    const struct facts *f = r->lexicon->facts;
    const struct lexicon *l = r->lexicon;
    /* clang-format off */
    switch (r->column->kind) {
    case CELL_MODEL:
        return (struct id_list){"model", "models", &l->models, f->models, f->model_count,
                                sizeof *f->models, NULL};
    case CELL_GPU:
        return (struct id_list){"GPU", "gpus", &l->gpus, f->gpus, f->gpu_count,
                                sizeof *f->gpus, NULL};
    case CELL_OPTIMIZER:
        return (struct id_list){"optimizer", "optimizers", &l->optimizers, f->optimizers,
                                f->optimizer_count, sizeof *f->optimizers, NULL};
    case CELL_ENGINE:
        return (struct id_list){"engine", "engines", &l->engines, f->engines, f->engine_count,
                                sizeof *f->engines, NULL};
    case CELL_CACHE:
        return (struct id_list){"cache type", "dtypes", &l->dtypes, f->dtypes, f->dtype_count,
                                sizeof *f->dtypes, is_cache_type};
    default:
        return (struct id_list){"dtype", "dtypes", &l->dtypes, f->dtypes, f->dtype_count,
                                sizeof *f->dtypes, NULL};
    }
    /* clang-format on */
}

static const void *id_at(const struct id_list *list, size_t index)
{
    return (const char *)list->items + index * list->size;
}

static const char *id_name(const void *list, size_t index)
{
    return item_id(id_at(list, index));
}

/* Several rows of one id, the versions of an engine, count once. */
static bool read_pattern(struct reading *r, const struct id_list *list, const char *item)
{
    size_t before = r->count;
    for (size_t i = 0; i < list->count; i++) {
        const void *found = id_at(list, i);
        const char *id = item_id(found);
        bool again = names_find(list->names, id) != found;
        if (text_matches(id, item) && !again && (!list->wanted || list->wanted(found)))
            add_piece(r, (struct piece){.count = 1, .item = found, .text = id});
    }
    if (r->count == before)
        snprintf(r->why, sizeof r->why, "pattern \"%.60s\" matches no %s; see gpuplan list %s",
                 item, list->what, list->list);
    return r->count > before;
}

/* An id cut short: names the first few that begin so. */
static bool say_beginnings(struct reading *r, const struct id_list *list, const char *item)
{
    size_t found = 0;
    size_t length = strlen(item);
    int used = snprintf(r->why, sizeof r->why,
                        "unknown %s \"%.60s\"; ids that begin so:", list->what, item);
    for (size_t i = 0; i < list->count && found < 4; i++) {
        const char *id = id_name(list, i);
        if (strncmp(id, item, length) != 0 || used + (int)strlen(id) + 3 > (int)sizeof r->why)
            continue;
        used +=
            snprintf(r->why + used, sizeof r->why - (size_t)used, "%s %s", found ? "," : "", id);
        found++;
    }
    return found > 0;
}

static bool read_id(struct reading *r, const char *item)
{
    struct id_list list = id_list_of(r);
    r->says_what = true;
    if (strpbrk(item, "*?"))
        return read_pattern(r, &list, item);
    const void *found = names_find(list.names, item);
    if (found && list.wanted && !list.wanted(found)) {
        snprintf(r->why, sizeof r->why, "\"%s\" is not a %s; see gpuplan list %s", item, list.what,
                 list.list);
        return false;
    }
    if (found) {
        add_piece(r, (struct piece){.count = 1, .item = found, .text = item_id(found)});
        return true;
    }
    const char *close = text_closest(item, &list, list.count, id_name);
    if (!close && say_beginnings(r, &list, item))
        return false;
    if (close)
        snprintf(r->why, sizeof r->why, "unknown %s \"%.80s\"; did you mean \"%s\"?", list.what,
                 item, close);
    else
        snprintf(r->why, sizeof r->why, "unknown %s \"%.80s\"; see gpuplan list %s", list.what,
                 item, list.list);
    return false;
}

static bool read_model(struct reading *r, const char *item)
{
    if (text_equal(item, "custom")) {
        add_piece(r, (struct piece){.count = 1, .text = "custom"});
        return true;
    }
    double size = bare_size(item);
    if (size > 0 && !names_find(&r->lexicon->models, item)) {
        char *text = arena_text(r->arena, item, strlen(item));
        add_piece(r, (struct piece){.count = 1, .first = size, .text = text});
        return true;
    }
    return read_id(r, item);
}

static bool read_word(struct reading *r, const char *item)
{
    const struct scenario_column *column = r->column;
    static const char *const flag_words[] = {"no", "yes", NULL};
    const char *const *words = column->kind == CELL_FLAG ? flag_words : column->words;
    for (int i = 0; words[i]; i++) {
        if (text_equal(words[i], item)) {
            add_piece(r, (struct piece){.count = 1, .first = i, .text = words[i]});
            return true;
        }
    }
    r->says_what = true;
    int used = snprintf(r->why, sizeof r->why, "%s is \"%.60s\"; allowed are:", column->name, item);
    for (int i = 0; words[i]; i++)
        used +=
            snprintf(r->why + used, sizeof r->why - (size_t)used, "%s %s", i ? "," : "", words[i]);
    return false;
}

/* q,k,v,... : the comma belongs to the item, the bar to the list. */
static bool read_targets(struct reading *r, const char *item)
{
    static const struct {
        const char *name;
        unsigned bits;
    } known[] = {{"q", TARGET_Q},
                 {"k", TARGET_K},
                 {"v", TARGET_V},
                 {"o", TARGET_O},
                 {"gate", TARGET_GATE},
                 {"up", TARGET_UP},
                 {"down", TARGET_DOWN},
                 {"embed", TARGET_EMBEDDING},
                 {"lm_head", TARGET_HEAD},
                 {"attention", TARGET_ATTENTION},
                 {"mlp", TARGET_GATE | TARGET_UP | TARGET_DOWN},
                 {"all-linear", TARGET_LINEAR}};
    unsigned bits = 0;
    for (const char *at = item; *at;) {
        size_t length = strcspn(at, ",+");
        const char *name = trimmed(r->arena, at, length);
        unsigned found = 0;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (text_equal(known[i].name, name))
                found = known[i].bits;
        if (!found) {
            r->says_what = true;
            snprintf(r->why, sizeof r->why,
                     "lora_targets has \"%.*s\"; allowed are: q, k, v, o, gate, up, down, embed, "
                     "lm_head, attention, mlp, all-linear",
                     (int)(length < 60 ? length : 60), at);
            return false;
        }
        bits |= found;
        at += length + (at[length] != '\0');
    }
    char *text = arena_text(r->arena, item, strlen(item));
    add_piece(r, (struct piece){.count = 1, .first = bits, .text = text});
    return true;
}

static bool read_item(struct reading *r, const char *item)
{
    struct piece piece;
    bool none = text_equal(item, "none");
    switch (r->column->kind) {
    case CELL_COUNT:
    case CELL_NUMBER:
        if (!number_item(&piece, r->column, item, r->why))
            return false;
        add_piece(r, piece);
        return true;
    case CELL_WORD:
    case CELL_FLAG:
        return read_word(r, item);
    case CELL_MODEL:
        return read_model(r, item);
    case CELL_TARGETS:
        return read_targets(r, item);
    case CELL_OPTIMIZER:
    case CELL_DTYPE:
        if (none && r->column->id != COL_DTYPE) {
            add_piece(r, (struct piece){.count = 1, .text = "none"});
            return true;
        }
        return read_id(r, item);
    case CELL_ENGINE:
        if (strpbrk(item, "*?"))
            return read_id(r, item);
        piece = (struct piece){.count = 1, .text = arena_text(r->arena, item, strlen(item))};
        add_piece(r, piece);
        return true;
    case CELL_CACHE:
    case CELL_GPU:
        return read_id(r, item);
    default:
        piece = (struct piece){.count = 1, .text = arena_text(r->arena, item, strlen(item))};
        add_piece(r, piece);
        return true;
    }
}

static bool read_items(struct reading *r, const char *text)
{
    if (r->column->kind == CELL_LABEL)
        return read_item(r, text);
    for (;;) {
        size_t length = strcspn(text, "|");
        char *item = trimmed(r->arena, text, length);
        r->says_what = false;
        if (!*item) {
            snprintf(r->why, sizeof r->why, "the list has an empty value; write a|b without gaps");
            return false;
        }
        if (!read_item(r, item))
            return false;
        if (r->count > ITEMS_MOST) {
            r->says_what = false;
            snprintf(r->why, sizeof r->why,
                     "the list has more than %d values; write a range, or several rows",
                     ITEMS_MOST);
            return false;
        }
        if (!text[length])
            return true;
        text += length + 1;
    }
}

bool cell_read(struct axis *axis, const struct record *record, size_t index,
               const struct lexicon *lexicon, struct arena *arena, struct diag *diag)
{
    struct reading r;
    start_reading(&r, axis->column, lexicon, arena);
    uint64_t count = 0;
    bool done = read_items(&r, record->cells[index].text);
    for (size_t i = 0; i < r.count; i++)
        count += r.pieces[i].count;
    if (done && count > AXIS_MOST) {
        snprintf(r.why, sizeof r.why, "the cell has more than 10^12 values; narrow it");
        done = false;
    }
    if (!done) {
        struct place place = record_place(record, index);
        diag_fault(diag, &place, "%s%s%s", r.says_what ? "" : axis->column->name,
                   r.says_what ? "" : ": ", r.why);
    }
    *axis = (struct axis){axis->column, r.pieces, r.count, count, index};
    return done;
}

/* Value `i` of a piece. */
static struct value piece_value(const struct piece *piece, uint64_t i)
{
    struct value value = {piece->first, piece->item, piece->text};
    if (piece->multiplies)
        for (; i; i--)
            value.number *= piece->step;
    else
        value.number += (double)i * piece->step;
    return value;
}

struct value axis_value(const struct axis *axis, uint64_t i)
{
    const struct piece *piece = axis->pieces;
    while (i >= piece->count)
        i -= piece++->count;
    return piece_value(piece, i);
}

/* No piece falls: its ends are its extremes. */
struct extent axis_extent(const struct axis *axis)
{
    struct extent found = {INFINITY, -INFINITY};
    for (size_t i = 0; i < axis->piece_count; i++) {
        const struct piece *piece = &axis->pieces[i];
        found.least = fmin(found.least, piece->first);
        found.most = fmax(found.most, piece_value(piece, piece->count - 1).number);
    }
    return found;
}
