/* models.c -- the Models sheet: the catalog rows in use, with our parameter count beside theirs */
#include "book/inside.h"

#include "core/memory/cache.h"
#include "core/memory/tensors.h"

#include <math.h>

enum {
    AT_ID,
    AT_FAMILY,
    AT_NATIVE,
    AT_PARAMS,
    AT_PUBLISHED,
    AT_OFF,
    AT_ACTIVE,
    AT_LAYERS,
    AT_HIDDEN,
    AT_VOCAB,
    AT_ATTENTION,
    AT_HEADS,
    AT_KV_HEADS,
    AT_HEAD_DIM,
    AT_WINDOWED,
    AT_WINDOW,
    AT_EXPERTS,
    AT_PER_TOKEN,
    AT_CONTEXT,
    AT_CACHE,
    AT_INFERRED,
    AT_NOTE,
    AT_SOURCE,
    AT_CHECKED,
    AT_COUNT
};

static const struct table_column columns[AT_COUNT] = {
    [AT_ID] = {"Model", NULL, 28, STYLE_STRONG},
    [AT_FAMILY] = {"Family", NULL, 12, STYLE_TEXT},
    [AT_NATIVE] = {"Published type", NULL, 11, STYLE_TEXT},
    [AT_PARAMS] = {"Parameters counted", "10^9", 12, STYLE_GB},
    [AT_PUBLISHED] = {"Parameters published", "10^9", 12, STYLE_GB},
    [AT_OFF] = {"Counted \u2212 published", "%", 11, STYLE_PERCENT},
    [AT_ACTIVE] = {"Active per token", "10^9", 10.5, STYLE_GB},
    [AT_LAYERS] = {"Layers", NULL, 8.5, STYLE_COUNT},
    [AT_HIDDEN] = {"Hidden size", "elements", 10, STYLE_COUNT},
    [AT_VOCAB] = {"Vocabulary", "entries", 11.5, STYLE_COUNT},
    [AT_ATTENTION] = {"Attention", NULL, 10.5, STYLE_TEXT},
    [AT_HEADS] = {"Heads", NULL, 8, STYLE_COUNT},
    [AT_KV_HEADS] = {"KV heads", NULL, 8, STYLE_COUNT},
    [AT_HEAD_DIM] = {"Head size", "elements", 10, STYLE_COUNT},
    [AT_WINDOWED] = {"Windowed layers", NULL, 10, STYLE_COUNT},
    [AT_WINDOW] = {"Window", "tokens", 9, STYLE_COUNT},
    [AT_EXPERTS] = {"Experts", NULL, 9, STYLE_COUNT},
    [AT_PER_TOKEN] = {"Experts per token", NULL, 9, STYLE_COUNT},
    [AT_CONTEXT] = {"Published context", "tokens", 12, STYLE_COUNT},
    [AT_CACHE] = {"KV cache at 16 bit", "KiB/token", 11, STYLE_GIB},
    [AT_INFERRED] = {"Inferred fields", NULL, 20, STYLE_WRAP},
    [AT_NOTE] = {"Note", NULL, 40, STYLE_WRAP},
    [AT_SOURCE] = {"Source", NULL, 46, STYLE_WRAP},
    [AT_CHECKED] = {"Checked", "date", 11, STYLE_TEXT},
};

enum { HEADER_ROW = 3 };

static void put_counts(struct sheet *sheet, uint32_t row, const struct model *m)
{
    struct tensors tensors;
    struct cache_shape cache;
    double published = m->params_published;
    model_tensors(m, &tensors);
    model_cache(m, &cache);
    double counted = tensors_total(&tensors);
    put_number(sheet, row, AT_PARAMS, STYLE_GB, counted / 1e9);
    put_given(sheet, row, AT_PUBLISHED, STYLE_GB, published / 1e9);
    put_signed(sheet, row, AT_OFF, STYLE_PERCENT,
               published > 0 ? 100 * (counted - published) / published : NAN);
    put_number(sheet, row, AT_ACTIVE, STYLE_GB, model_active_params(m) / 1e9);
    put_number(sheet, row, AT_CACHE, STYLE_GIB,
               (2 * (cache.full_elements + cache.window_elements) + cache.indexer_bytes) / 1024);
}

static void put_row(struct sheet *sheet, uint32_t row, const struct model *m)
{
    static const char *const attention[] = {"none", "heads", "latent"};
    size_t lines = text_lines(m->source, columns[AT_SOURCE].width);
    size_t more = text_lines(m->note, columns[AT_NOTE].width);
    set_lines(sheet, row, lines > more ? lines : more);
    put_verbatim(sheet, row, AT_ID, STYLE_STRONG, m->id);
    put_verbatim(sheet, row, AT_FAMILY, STYLE_TEXT, m->family);
    put_verbatim(sheet, row, AT_NATIVE, STYLE_TEXT, m->native_dtype);
    put_counts(sheet, row, m);
    put_number(sheet, row, AT_LAYERS, STYLE_COUNT, m->layers);
    put_number(sheet, row, AT_HIDDEN, STYLE_COUNT, m->hidden);
    put_number(sheet, row, AT_VOCAB, STYLE_COUNT, m->vocab);
    put_text(sheet, row, AT_ATTENTION, STYLE_TEXT, attention[m->attention]);
    put_given(sheet, row, AT_HEADS, STYLE_COUNT, m->heads);
    put_given(sheet, row, AT_KV_HEADS, STYLE_COUNT, m->kv_heads);
    put_given(sheet, row, AT_HEAD_DIM, STYLE_COUNT, m->head_dim);
    put_given(sheet, row, AT_WINDOWED, STYLE_COUNT, m->windowed_layers);
    put_given(sheet, row, AT_WINDOW, STYLE_COUNT, m->window);
    put_given(sheet, row, AT_EXPERTS, STYLE_COUNT, m->experts);
    put_given(sheet, row, AT_PER_TOKEN, STYLE_COUNT, m->experts_per_token);
    put_given(sheet, row, AT_CONTEXT, STYLE_COUNT, m->max_context);
    put_text(sheet, row, AT_INFERRED, STYLE_WRAP, m->inferred ? m->inferred_fields : "");
    put_verbatim(sheet, row, AT_NOTE, STYLE_WRAP, m->note);
    put_verbatim(sheet, row, AT_SOURCE, STYLE_WRAP, m->source);
    put_verbatim(sheet, row, AT_CHECKED, STYLE_TEXT, m->checked);
}

bool models_column(size_t i, struct heading *heading)
{
    return table_heading(columns, AT_COUNT, i, heading);
}

void models_write(struct book *book, struct sheet *sheet)
{
    const struct digest *d = &book->digest;
    uint32_t row = HEADER_ROW + 1;
    page_title(sheet, "Models",
               d->own_model_used
                   ? "The catalog rows in use. Bare sizes and custom models are given by "
                     "the input itself and are not listed."
                   : "The catalog rows in use. Counted parameters are the sum of all "
                     "tensors of the text decoder.");
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    for (size_t i = 0; i < d->facts->model_count; i++)
        if (d->model_used[i])
            put_row(sheet, row++, &d->facts->models[i]);
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row - 1, AT_COUNT - 1);
    struct print_setup setup = {row - 1, AT_COUNT - 1, HEADER_ROW, 1, 2, 90, false};
    page_setup(book, sheet, &setup);
}
