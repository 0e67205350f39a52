/* share.c -- what the fuzz targets share, but for reading tables and answering */
#include "fuzz.h"

#include "catalog/catalog.h"

#include <stdio.h>
#include <stdlib.h>

static struct arena arena;
static struct facts facts;
static struct lexicon lexicon;

void fuzz_must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

const struct lexicon *fuzz_lexicon(void)
{
    struct diag diag = {.out = stderr};
    int exit_code = 0;
    if (!lexicon.facts) {
        fuzz_must(catalog_load(&facts, &arena, NULL, &diag, &exit_code), "the catalogs load");
        fuzz_must(lexicon_build(&lexicon, &facts, &arena, &diag), "the columns' names load");
    }
    return &lexicon;
}

const struct facts *fuzz_facts(void)
{
    return fuzz_lexicon()->facts;
}

void fuzz_text_open(struct fuzz_text *out)
{
    out->text = NULL;
    out->file = open_memstream(&out->text, &out->length);
    fuzz_must(out->file != NULL, "there is memory");
}

void fuzz_text_close(struct fuzz_text *out)
{
    fuzz_must(fclose(out->file) == 0, "there is memory");
    out->file = NULL;
}

size_t fuzz_picks(const struct matrix_row *row, uint64_t picks[FUZZ_PICKS])
{
    picks[0] = 0;
    picks[1] = row->count - 1;
    picks[2] = row->count / 2;
    return row->count < FUZZ_PICKS ? (size_t)row->count : FUZZ_PICKS;
}
