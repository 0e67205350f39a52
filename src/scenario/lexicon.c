/* lexicon.c -- every name a cell may use: ids, aliases, the names on the box */
#include "base/text.h"
#include "scenario/cell.h"

#include <string.h>

static void add_aliases(struct names *names, struct arena *arena, const char *aliases,
                        const void *item)
{
    while (aliases && *aliases) {
        size_t length = strcspn(aliases, ";");
        if (length)
            names_add(names, arena, arena_text(arena, aliases, length), item);
        aliases += length + (aliases[length] == ';');
    }
}

static const char *column_name(const void *items, size_t index)
{
    return ((const struct scenario_column *)items)[index].name;
}

static bool add_column(struct lexicon *lexicon, const struct alias *alias, struct arena *arena,
                       struct diag *diag)
{
    const struct scenario_column *column = scenario_column_named(alias->column, true);
    struct place place = {.file = "columns.csv"};
    const char *close =
        text_closest(alias->column, scenario_columns, scenario_column_count, column_name);
    if (scenario_column_named(alias->alias, true))
        diag_fault(diag, &place, "alias \"%.80s\" is the name of a column; choose another",
                   alias->alias);
    else if (!column)
        diag_fault(diag, &place, "alias \"%.80s\": there is no column \"%.80s\"%s%s%s",
                   alias->alias, alias->column, close ? "; did you mean \"" : "",
                   close ? close : "", close ? "\"?" : "");
    else
        names_add(&lexicon->columns, arena, alias->alias, column);
    return column && !scenario_column_named(alias->alias, true);
}

const struct scenario_column *lexicon_column(const struct lexicon *lexicon, const char *name,
                                             bool measured)
{
    const struct scenario_column *column = scenario_column_named(name, measured);
    if (!column && lexicon)
        column = names_find(&lexicon->columns, name);
    return column && (measured || !column->measured_only) ? column : NULL;
}

bool lexicon_build(struct lexicon *lexicon, const struct facts *facts, struct arena *arena,
                   struct diag *diag)
{
    bool done = true;
    *lexicon = (struct lexicon){.facts = facts};
    for (size_t i = 0; i < facts->model_count; i++)
        names_add(&lexicon->models, arena, facts->models[i].id, &facts->models[i]);
    for (size_t i = 0; i < facts->model_count; i++)
        if (facts->models[i].hugging_face_id)
            names_add(&lexicon->models, arena, facts->models[i].hugging_face_id, &facts->models[i]);
    for (size_t i = 0; i < facts->gpu_count; i++)
        names_add(&lexicon->gpus, arena, facts->gpus[i].id, &facts->gpus[i]);
    for (size_t i = 0; i < facts->gpu_count; i++)
        if (facts->gpus[i].name)
            names_add(&lexicon->gpus, arena, facts->gpus[i].name, &facts->gpus[i]);
    for (size_t i = 0; i < facts->dtype_count; i++)
        names_add(&lexicon->dtypes, arena, facts->dtypes[i].id, &facts->dtypes[i]);
    for (size_t i = 0; i < facts->dtype_count; i++)
        add_aliases(&lexicon->dtypes, arena, facts->dtypes[i].aliases, &facts->dtypes[i]);
    for (size_t i = 0; i < facts->optimizer_count; i++)
        names_add(&lexicon->optimizers, arena, facts->optimizers[i].id, &facts->optimizers[i]);
    for (size_t i = 0; i < facts->optimizer_count; i++)
        add_aliases(&lexicon->optimizers, arena, facts->optimizers[i].aliases,
                    &facts->optimizers[i]);
    for (size_t i = 0; i < facts->engine_count; i++)
        names_add(&lexicon->engines, arena, facts->engines[i].id, &facts->engines[i]);
    for (size_t i = 0; i < facts->alias_count; i++)
        done &= add_column(lexicon, &facts->aliases[i], arena, diag);
    return done;
}
