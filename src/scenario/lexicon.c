/* lexicon.c -- every name a cell may use: ids, aliases, the names on the box */
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

void lexicon_build(struct lexicon *lexicon, const struct facts *facts, struct arena *arena)
{
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
}
