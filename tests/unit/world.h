/* world.h -- what the suites share: the built-in catalogs, a matrix from a text, random requests
 *
 * The catalogs are loaded once and kept until world_free. */
#ifndef GPUPLAN_TEST_WORLD_H
#define GPUPLAN_TEST_WORLD_H

#include "core/answer.h"
#include "random.h"
#include "scenario/matrix.h"

struct world {
    struct arena arena;
    struct facts facts;
    struct lexicon lexicon;
};

const struct world *world(void);
void world_free(void);

/* Catalog rows by id; an unknown id ends the program, since the test is then wrong. */
const struct model *model_of(const char *id);
const struct gpu *gpu_of(const char *id);
const struct dtype *dtype_of(const char *id);
const struct engine *engine_of(const char *id, enum engine_mode mode, const char *version);

/* A matrix read from a text: header and rows, good ones kept. */
enum { SHEET_ROWS = 16 };
struct sheet {
    struct arena arena;
    struct matrix matrix;
    struct matrix_row rows[SHEET_ROWS];
    size_t count;
    size_t faults;
    char *messages; /* every fault as a user would see it */
};
void sheet_read(struct sheet *sheet, const char *text, bool measured);
/* The same of a plan with other catalogs than the built-in. */
void sheet_read_with(struct sheet *sheet, const char *text, const struct lexicon *lexicon);
void sheet_free(struct sheet *sheet);

/* One inference scenario with every optional column blank. */
struct request request_blank(void);

/* Random scenarios over the real catalogs; what a card cannot run may come up too. */
void draw_inference(struct dice *dice, struct request *request);
void draw_training(struct dice *dice, struct request *request);
void draw_request(struct dice *dice, struct request *request);
/* Some demands of speed, more or less within reach of a few cards. */
void draw_demand(struct dice *dice, struct request *request);
void draw_layout(struct dice *dice, const struct request *request, struct layout *layout);

/* True when the row's type runs on its card. */
bool request_runs(const struct request *request);

/* A printf that shows up once per failed comparison, before the assertion fails. */
void expect_text(const char *got, const char *want);
bool near(double got, double want, double relative);

#endif
