/* gpus.c -- the GPUs sheet: the cards in use, then the prices that stand in the catalog for them */
#include "book/inside.h"

#include "core/layout.h"
#include "core/letters.h"
#include "core/price.h"
#include "core/units.h"
#include "core/words.h"

#include <stdio.h>
#include <string.h>

enum {
    AT_ID,
    AT_NAME,
    AT_ARCHITECTURE,
    AT_YEAR,
    AT_SOLD,
    AT_DRIVER,
    AT_BASIS,
    AT_VISIBLE,
    AT_BANDWIDTH,
    AT_SERVER,
    AT_BF16,
    AT_FP8,
    AT_FP4,
    AT_POWER,
    AT_RENT,
    AT_RENT_DATE,
    AT_NOTE,
    AT_SOURCE,
    AT_CHECKED,
    AT_COUNT
};

static const struct table_column columns[AT_COUNT] = {
    [AT_ID] = {"GPU", NULL, 20, STYLE_STRONG},
    [AT_NAME] = {"Name", NULL, 36, STYLE_TEXT},
    [AT_ARCHITECTURE] = {"Architecture", NULL, 18, STYLE_TEXT},
    [AT_YEAR] = {"Year", NULL, 8, STYLE_NUMBER},
    [AT_SOLD] = {"Sold as", "GB", 13, STYLE_COUNT},
    [AT_DRIVER] = {"Driver reports", "GiB", 10, STYLE_GIB},
    [AT_BASIS] = {"Basis of the driver's figure", NULL, 12, STYLE_TEXT},
    [AT_VISIBLE] = {"Frame-works see", "GiB", 10, STYLE_GIB},
    [AT_BANDWIDTH] = {"Memory bandwidth", "GB/s", 11, STYLE_COUNT},
    [AT_SERVER] = {"GPUs per server", NULL, 12, STYLE_TEXT},
    [AT_BF16] = {"bf16", NULL, 7, STYLE_TEXT},
    [AT_FP8] = {"fp8", NULL, 7, STYLE_TEXT},
    [AT_FP4] = {"fp4", NULL, 7, STYLE_TEXT},
    [AT_POWER] = {"Power", "W", 8, STYLE_COUNT},
    [AT_RENT] = {"Rent used", "USD/GPU-hour", 10, STYLE_USD},
    [AT_RENT_DATE] = {"Rent as of", "date", 11, STYLE_TEXT},
    [AT_NOTE] = {"Note", NULL, 36, STYLE_WRAP},
    [AT_SOURCE] = {"Source", NULL, 46, STYLE_WRAP},
    [AT_CHECKED] = {"Checked", "date", 11, STYLE_TEXT},
};

enum { HEADER_ROW = 3 };

static const char *yes(bool flag)
{
    return flag ? "yes" : "no";
}

static void put_card(struct sheet *sheet, uint32_t row, const struct facts *facts,
                     const struct gpu *gpu)
{
    const struct price *rent = price_find(facts, gpu, PRICE_RENT, PRICE_ANY);
    bool assumed = false;
    char text[64];
    double per_server = gpus_per_server(gpu, facts, &assumed);
    size_t lines = text_lines(gpu->source, columns[AT_SOURCE].width);
    size_t more = text_lines(gpu->note, columns[AT_NOTE].width);
    set_lines(sheet, row, lines > more ? lines : more);
    put_verbatim(sheet, row, AT_ID, STYLE_STRONG, gpu->id);
    put_verbatim(sheet, row, AT_NAME, STYLE_TEXT, gpu->name);
    put_verbatim(sheet, row, AT_ARCHITECTURE, STYLE_TEXT, gpu->architecture);
    put_given(sheet, row, AT_YEAR, STYLE_NUMBER, gpu->year);
    put_given(sheet, row, AT_SOLD, STYLE_COUNT, gpu->memory_gb);
    put_number(sheet, row, AT_DRIVER, STYLE_GIB, gpu->memory_mib / 1024);
    put_text(sheet, row, AT_BASIS, STYLE_TEXT, gpu->memory_basis ? "converted" : "driver");
    put_number(sheet, row, AT_VISIBLE, STYLE_GIB, gpu_visible_bytes(gpu, facts) / GIB);
    put_given(sheet, row, AT_BANDWIDTH, STYLE_COUNT, gpu->bandwidth_gb_s);
    snprintf(text, sizeof text, assumed ? "%.0f (assumed)" : "%.0f", per_server);
    put_text(sheet, row, AT_SERVER, STYLE_TEXT, text);
    put_text(sheet, row, AT_BF16, STYLE_TEXT, yes(gpu->bf16));
    put_text(sheet, row, AT_FP8, STYLE_TEXT, yes(gpu->fp8));
    put_text(sheet, row, AT_FP4, STYLE_TEXT, yes(gpu->fp4));
    put_given(sheet, row, AT_POWER, STYLE_COUNT, gpu->tdp_w);
    put_number(sheet, row, AT_RENT, STYLE_USD, rent ? rent->usd : NOT_GIVEN);
    put_text(sheet, row, AT_RENT_DATE, STYLE_TEXT,
             !rent        ? "no price"
             : rent->date ? rent->date
                          : "undated");
    put_text(sheet, row, AT_NOTE, STYLE_WRAP,
             gpu->note       ? gpu->note
             : gpu->doubtful ? "doubtful row"
                             : "");
    put_verbatim(sheet, row, AT_SOURCE, STYLE_WRAP, gpu->source);
    put_verbatim(sheet, row, AT_CHECKED, STYLE_TEXT, gpu->checked);
}

/* The columns of the second table, under the widths of the first. */
static const struct table_column price_columns[] = {
    {"GPU", NULL, 20, STYLE_STRONG},      {"Provider", NULL, 36, STYLE_TEXT},
    {"Kind, term", NULL, 18, STYLE_TEXT}, {"GPUs", NULL, 8, STYLE_COUNT},
    {"Price", "USD", 13, STYLE_USD},      {"Statistic", NULL, 14, STYLE_TEXT},
    {"Date", NULL, 12, STYLE_TEXT},       {"Doubt-ful", NULL, 10, STYLE_TEXT},
    {"Unit", NULL, 11, STYLE_TEXT},
};
enum { PRICE_COLUMNS = sizeof price_columns / sizeof *price_columns };

static const char *spaced(const char *unit, char buffer[64])
{
    copy_text(buffer, 64, unit);
    for (char *s = buffer; *s; s++)
        *s = *s == '_' ? ' ' : *s;
    return buffer;
}

static void put_price(struct sheet *sheet, uint32_t row, const struct price *p)
{
    static const char *const kinds[] = {"rent", "purchase", "server"};
    char text[64];
    char kind[64];
    size_t lines = text_lines(p->source, columns[AT_SOURCE].width);
    size_t more = text_lines(p->note, table_width(&columns[11], AT_NOTE - 10));
    set_lines(sheet, row, lines > more ? lines : more);
    put_verbatim(sheet, row, 0, STYLE_STRONG, p->gpu);
    put_verbatim(sheet, row, 1, STYLE_TEXT, p->provider ? p->provider : p->supplier);
    join_texts(kind, sizeof kind, kinds[p->kind], ", ",
               p->term == PRICE_ON_DEMAND ? NULL : rent_term_words[p->term]);
    put_text(sheet, row, 2, STYLE_TEXT, kind);
    put_given(sheet, row, 3, STYLE_COUNT, p->gpus);
    put_given(sheet, row, 4, STYLE_USD, p->usd);
    put_text(sheet, row, 5, STYLE_TEXT, p->stat);
    put_text(sheet, row, 6, STYLE_TEXT, p->date ? p->date : "undated");
    put_text(sheet, row, 7, STYLE_TEXT, yes(p->doubtful));
    put_across(sheet, row, 8, 10, STYLE_TEXT, spaced(p->unit, text));
    put_across(sheet, row, 11, AT_NOTE, STYLE_WRAP, p->note);
    put_verbatim(sheet, row, AT_SOURCE, STYLE_WRAP, p->source);
    put_verbatim(sheet, row, AT_CHECKED, STYLE_TEXT, p->checked);
}

static uint32_t put_prices(const struct digest *d, struct sheet *sheet, uint32_t row)
{
    const struct facts *f = d->facts;
    put_text(
        sheet, row++, 0, STYLE_SECTION,
        "Prices of these cards (plans use what was set, then a quote, the median, a list and a "
        "street price, unless a row brings its own; of rents the median only)");
    table_titles(sheet, row, price_columns, PRICE_COLUMNS);
    put_across(sheet, row, 8, 10, STYLE_HEADER, "Unit");
    put_across(sheet, row, 11, AT_NOTE, STYLE_HEADER, "Note");
    put_text(sheet, row, AT_SOURCE, STYLE_HEADER, "Source");
    put_text(sheet, row++, AT_CHECKED, STYLE_HEADER, "Checked (date)");
    for (size_t i = 0; i < f->gpu_count; i++)
        for (size_t j = 0; d->gpu_used[i] && j < f->price_count; j++)
            if (!strcmp(f->prices[j].gpu, f->gpus[i].id))
                put_price(sheet, row++, &f->prices[j]);
    return row;
}

bool gpus_column(size_t i, struct heading *heading)
{
    return table_heading(columns, AT_COUNT, i, heading);
}

void gpus_write(struct book *book, struct sheet *sheet)
{
    const struct digest *d = &book->digest;
    uint32_t row = HEADER_ROW + 1;
    page_title(sheet, "GPUs",
               "The cards in use. A fit uses what frameworks see of the memory that the "
               "driver reports, never the figure a card is sold with.");
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    for (size_t i = 0; i < d->facts->gpu_count; i++)
        if (d->gpu_used[i])
            put_card(sheet, row++, d->facts, &d->facts->gpus[i]);
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row - 1, AT_COUNT - 1);
    row = put_prices(d, sheet, row + 1);
    struct print_setup setup = {row - 1, AT_COUNT - 1, HEADER_ROW, 1, 2, 90, false};
    page_setup(book, sheet, &setup);
}
