/* whatif_training_sums.c -- where a term of training stands, and sums over the term table
 *
 * A new term joins the sums that its column and phases say; what it is of more than one rank alone
 * is told by the letters i_3 and i_w in its formula. */
#include "book/whatif_training.h"

#include <ctype.h>
#include <string.h>

/* --- terms --- */

bool term_trains(const struct term *term)
{
    return term->phases & (1u << PHASE_FORWARD_END | 1u << PHASE_BACKWARD |
                           1u << PHASE_BACKWARD_END | 1u << PHASE_STEP);
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool term_names(const struct term *term, const char *letter)
{
    size_t length = strlen(letter);
    for (const char *at = strstr(term->formula, letter); at; at = strstr(at + 1, letter))
        if ((at == term->formula || !is_letter(at[-1])) && !is_letter(at[length]))
            return true;
    return false;
}

static const char *const of_stage[] = {"i_1", "i_p", "s_l", "s_x", "s_f", "i_3", NULL};
static const char *const of_split[] = {"i_2",   "l_in",  "N_vg", "N_gd", "N_gx", "N_gpu",
                                       "N_adp", "N_cpy", "i_w",  "Y",    "n",    "z_g",
                                       "z_o",   "D",     "p",    NULL};

const char *term_factor(const struct term *term, char factor[8])
{
    for (const char *const *letter = of_stage; *letter; letter++) {
        size_t length = strlen(*letter);
        if (!strncmp(term->formula, *letter, length) && !strncmp(term->formula + length, " * ", 3))
            return copy_text(factor, 8, *letter), factor;
    }
    return copy_text(factor, 8, ""), factor;
}

enum term_level term_level(const struct term *term)
{
    char factor[8];
    term_factor(term, factor);
    for (const char *const *letter = of_split; *letter; letter++)
        if (term_names(term, *letter))
            return TERM_OF_SPLIT;
    for (const char *const *letter = of_stage; *letter; letter++)
        if (term_names(term, *letter) && strcmp(*letter, factor) != 0)
            return TERM_OF_SPLIT;
    return TERM_OF_WAY;
}

/* --- sums, each as a number and as a text --- */

static bool is_gathered(const struct term *term)
{
    return term_names(term, "i_3") || term_names(term, "i_w");
}

static bool is_before_reserve(const struct term *term)
{
    const struct term *at = term;
    while (at < terms + TERM_COUNT && !term_names(at, "Y"))
        at++;
    return at > term && at < terms + TERM_COUNT;
}

static bool sums_states(const struct term *term, enum sum sum)
{
    static const enum column columns[] = {COLUMN_WEIGHTS, COLUMN_GRADIENTS, COLUMN_GRADIENTS,
                                          COLUMN_OPTIMIZER};
    unsigned alive = sum == SUM_KEPT        ? 1u << PHASE_FORWARD_END
                     : sum == SUM_GRADIENTS ? 1u << PHASE_BACKWARD_END
                                            : ~0u;
    return term->column == columns[sum] && term->phases & alive;
}

static bool sums(const struct term *term, enum sum sum)
{
    static const enum phase phases[] = {PHASE_FORWARD_END, PHASE_BACKWARD, PHASE_BACKWARD_END,
                                        PHASE_STEP};
    if (!term_trains(term))
        return false;
    if (sum <= SUM_OPTIMIZER)
        return sums_states(term, sum);
    if (sum >= SUM_RESERVED_OF)
        return term->column == COLUMN_OVERHEAD && !term_names(term, "n") &&
               is_before_reserve(term) == (sum == SUM_RESERVED_OF);
    bool gather = sum >= SUM_FORWARD_GATHER;
    int phase = (int)sum - (gather ? SUM_FORWARD_GATHER : SUM_FORWARD);
    return term->column == COLUMN_ACTIVATIONS && term->phases & 1u << phases[phase] &&
           is_gathered(term) == gather;
}

double training_sum(const struct cut *cut, int stage, enum sum sum)
{
    double bytes = 0;
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (sums(&terms[i], sum))
            bytes += terms[i].bytes(&cut->at[stage - 1]);
    return bytes;
}

/* Weights of the ways stand there in groups, by the letter they are multiplied by. */
const char *training_sum_text(struct whatif *w, enum sum sum)
{
    struct arena *arena = &w->book->arena;
    const char *text =
        sum == SUM_WEIGHTS ? "i_1 * W_i_1 + s_l * W_s_l + s_f * W_s_f + s_x * W_s_x" : NULL;
    char factor[8];
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const struct term *term = &terms[i];
        bool of_way = term_level(term) == TERM_OF_WAY;
        if (!sums(term, sum) || (of_way && sum == SUM_WEIGHTS))
            continue;
        const char *name = of_way && *term_factor(term, factor)
                               ? arena_format(arena, "%s * %s", factor, term->id)
                               : term->id;
        text = text ? arena_format(arena, "%s + %s", text, name) : name;
    }
    return text ? text : "0";
}
