/* select.c -- COLUMN OP VALUE, and the first N by a column in a heap whose root is the worst */
#include "plan/select.h"

#include "base/exit.h"
#include "base/say.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const comparisons[] = {
    [IS] = "=",    [IS_NOT] = "!=",   [BELOW] = "<", [AT_MOST] = "<=",
    [ABOVE] = ">", [AT_LEAST] = ">=", [LIKE] = "~"};
static const char operator_letters[] = "=!<>~";
enum { COMPARISON_COUNT = sizeof comparisons / sizeof *comparisons };

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

/* Numbers are compared with numbers; an empty cell is asked for with = or != and no value. */
static int check_value(struct condition *c, const char *text)
{
    bool exact = c->comparison == IS || c->comparison == IS_NOT;
    if (!*c->value && !exact)
        return say_error(EXIT_USAGE, "--where \"%.80s\": a value is missing behind %s", text,
                         comparisons[c->comparison]);
    if (!c->field.column || c->field.column->kind == RESULT_TEXT || !*c->value)
        return EXIT_DONE;
    if (c->comparison == LIKE)
        return say_error(EXIT_USAGE,
                         "--where \"%.80s\": %s holds numbers, and ~ compares texts; use = != < "
                         "<= > or >=",
                         text, c->field.column->name);
    if (!text_number(c->value, &c->number))
        return say_error(EXIT_USAGE,
                         "--where \"%.80s\": %s holds numbers, and \"%.40s\" is %s; write one "
                         "such as 12 or 0.5",
                         text, c->field.column->name, c->value, text_number_fault(c->value));
    return EXIT_DONE;
}

static int read_condition(struct condition *c, const char *text, const char *const *carried,
                          struct arena *arena)
{
    size_t before = strcspn(text, operator_letters);
    size_t letters = strspn(text + before, operator_letters);
    int at = 0;
    const char *name = trimmed(arena, text, before);
    if (!letters || !*name)
        return say_error(EXIT_USAGE,
                         "--where \"%.80s\" is not COLUMN OP VALUE, such as \"gpus <= 8\"", text);
    while (at < COMPARISON_COUNT && (strlen(comparisons[at]) != letters ||
                                     strncmp(comparisons[at], text + before, letters) != 0))
        at++;
    if (at == COMPARISON_COUNT)
        return say_error(EXIT_USAGE,
                         "--where \"%.80s\": unknown operator \"%.*s\"; there are = != < <= > >= "
                         "and ~ for a pattern",
                         text, (int)(letters < 8 ? letters : 8), text + before);
    c->comparison = (enum comparison)at;
    c->field = field_named(name, carried, "where");
    if (!c->field.column && !c->field.carried)
        return EXIT_USAGE;
    c->value = trimmed(arena, text + before + letters, strlen(text + before + letters));
    return check_value(c, text);
}

/* COLUMN, COLUMN:desc or COLUMN:asc */
static int read_order(struct selection *s, const char *text, const char *const *carried)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    s->sorts = true;
    s->descends = colon && text_equal(colon + 1, "desc");
    if (colon && !s->descends && !text_equal(colon + 1, "asc"))
        return say_error(EXIT_USAGE, "--sort \"%.80s\": behind : stands desc or asc, not \"%.40s\"",
                         text, colon + 1);
    s->by = field_named(arena_text(s->arena, text, length), carried, "sort");
    return s->by.column || s->by.carried ? EXIT_DONE : EXIT_USAGE;
}

int selection_read(struct selection *s, const struct wishes *wishes, const char *const *carried,
                   struct arena *arena)
{
    size_t count = 0;
    int exit_code = EXIT_DONE;
    *s = (struct selection){.arena = arena};
    while (wishes->where && wishes->where[count])
        count++;
    s->conditions = arena_array(arena, count + 1, sizeof *s->conditions);
    while (exit_code == EXIT_DONE && s->condition_count < count) {
        struct condition *c = &s->conditions[s->condition_count];
        exit_code = read_condition(c, wishes->where[s->condition_count++], carried, arena);
    }
    if (exit_code == EXIT_DONE && wishes->sort)
        exit_code = read_order(s, wishes->sort, carried);
    if (wishes->top > PICKS_MOST && exit_code == EXIT_DONE)
        exit_code =
            say_error(EXIT_USAGE, "--top is at most %d: its rows are kept in memory", PICKS_MOST);
    s->top = wishes->top > 0 ? (uint64_t)wishes->top : wishes->sort ? PICKS_MOST : 0;
    return exit_code;
}

static bool holds(const struct condition *c, const struct key *found)
{
    struct key wanted = {KEY_NUMBER, c->number, c->value};
    bool numbers = c->field.column && c->field.column->kind != RESULT_TEXT;
    bool same;
    if (!*c->value || found->kind == KEY_EMPTY) {
        same = !*c->value && found->kind == KEY_EMPTY;
        return c->comparison == IS ? same : c->comparison == IS_NOT && !same;
    }
    if (c->comparison == LIKE)
        return text_matches(found->text, c->value);
    if (!numbers && (found->kind == KEY_TEXT || !text_number(c->value, &wanted.number)))
        wanted.kind = KEY_TEXT;
    struct key cell = {wanted.kind, found->number, found->text};
    int order = key_compare(&cell, &wanted);
    same = order == 0 || (wanted.kind == KEY_TEXT && text_equal(cell.text, wanted.text));
    switch (c->comparison) {
    case IS:
        return same;
    case IS_NOT:
        return !same;
    case BELOW:
        return order < 0;
    case AT_MOST:
        return order <= 0;
    case ABOVE:
        return order > 0;
    default:
        return order >= 0;
    }
}

bool selection_takes(const struct selection *s, const struct result *result)
{
    for (size_t i = 0; i < s->condition_count; i++) {
        struct key found = field_key(&s->conditions[i].field, result);
        if (!holds(&s->conditions[i], &found))
            return false;
    }
    return true;
}
