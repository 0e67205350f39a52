/* sniff.c -- which delimiter a file uses
 *
 * The header decides, under the delimiter that gives most known columns: a decimal comma or a comma
 * in a label further down cannot mislead. */
#include "table/inside.h"

#include <string.h>

struct score {
    size_t known;
    size_t cells;
};

/* Zero when the record cannot be read with this delimiter. */
static struct score score_of(struct table *table, char delimiter)
{
    struct score score = {0};
    struct reader *reader = &table->reader;
    if (reader_find(reader, delimiter) != READER_RECORD || reader->scan.fault)
        return score;
    const struct split *split = &table->split;
    const char *raw = reader->data + reader->start;
    if (split_record(&table->split, raw, reader->scan.length, false, delimiter))
        return score;
    score.cells = split->count;
    for (size_t i = 0; table->options.is_column && i < split->count && i < TABLE_COLUMNS; i++)
        score.known += table->options.is_column(table->options.context, split->cells[i].text);
    return score;
}

static bool is_better(struct score a, struct score b)
{
    return a.known != b.known ? a.known > b.known : a.cells > b.cells;
}

static void choose_delimiter(struct table *table)
{
    static const char delimiters[] = {',', ';', '\t'};
    struct score best = {0};
    table->delimiter = delimiters[0];
    for (size_t i = 0; i < sizeof delimiters; i++) {
        struct score score = score_of(table, delimiters[i]);
        if (is_better(score, best)) {
            best = score;
            table->delimiter = delimiters[i];
        }
    }
}

static bool is_delimiter(char c)
{
    return c == '\t' || (c > ' ' && c < 0x7f && strchr("!#$%&*+,-./:;<=>?@\\^_`|~", c));
}

/* `sep=X` or `"sep=X"`, as Excel writes and reads it. '\0' when the line is something else. */
static char told_delimiter(const char *line, size_t length)
{
    const char name[] = "sep=";
    const size_t name_length = sizeof name - 1;
    if (length == name_length + 3 && line[0] == '"' && line[length - 1] == '"') {
        line++;
        length -= 2;
    }
    if (length != name_length + 1 || !is_delimiter(line[name_length]))
        return '\0';
    for (size_t i = 0; i < name_length; i++)
        if ((line[i] | 0x20) != (name[i] | 0x20))
            return '\0';
    return line[name_length];
}

void table_sniff(struct table *table)
{
    struct reader *reader = &table->reader;
    if (reader->line == 1 && reader_find(reader, ',') == READER_RECORD) {
        char told = told_delimiter(reader->data + reader->start, reader->scan.length);
        if (told) {
            reader_skip(reader);
            table->delimiter = told;
            table->is_decided = true;
        }
    }
    if (!table->is_decided)
        choose_delimiter(table);
}
