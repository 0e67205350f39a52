/* shard.c -- which scenarios a shard has, and the mark that its results end with */
#include "plan/shard.h"

#include "base/exit.h"
#include "base/say.h"
#include "base/text.h"
#include "base/version.h"
#include "catalog/catalog.h"
#include "core/price.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* No result says when a fact was read; of what --set gives, that is the day of the run. */
static bool is_day_of_reading(const char *column)
{
    return !strcmp(column, "checked") || !strcmp(column, "date");
}

/* The day itself is left out, so that slices of two days make one run if no quote expired between
 * them. */
static uint64_t fingerprint_expiry(uint64_t hash, const struct facts *facts)
{
    for (size_t i = 0; i < facts->price_count; i++)
        if (facts->prices[i].expires)
            hash = hash_number(hash, price_is_expired(&facts->prices[i], facts));
    return hash;
}

uint64_t fingerprint_facts(uint64_t hash, const struct facts *facts)
{
    char buffer[CATALOG_TEXT_BYTES];
    for (size_t i = 0; i < catalog_file_count; i++) {
        const struct catalog_file *file = &catalog_files[i];
        size_t count;
        const char *item = catalog_items(facts, file, &count);
        hash = hash_text(hash, file->name);
        for (size_t j = 0; j < count; j++, item += file->item_size)
            for (size_t k = 0; k < *file->field_count; k++)
                if (!is_day_of_reading(file->fields[k].column))
                    hash = hash_text(hash, catalog_text(item, &file->fields[k], buffer));
    }
    return fingerprint_expiry(hash, facts);
}

static bool read_whole(const char *text, size_t length, uint64_t *value)
{
    char digits[TEXT_NUMBER_BYTES];
    double number;
    if (!length || length > 7 || strspn(text, "0123456789") < length)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (!text_number(digits, &number))
        return false;
    *value = (uint64_t)number;
    return true;
}

int shard_read(struct mark *mark, const char *text)
{
    size_t length = strcspn(text, "/");
    *mark = (struct mark){.hash = HASH_SEED, .version = GPUPLAN_VERSION};
    if (!text[length] || !read_whole(text, length, &mark->shard) ||
        !read_whole(text + length + 1, strlen(text + length + 1), &mark->shards))
        return say_error(EXIT_USAGE,
                         "--shard \"%.40s\" is not K/N, such as 3/16 for the third of 16", text);
    if (!mark->shard || mark->shard > mark->shards || mark->shards > SHARDS_MOST)
        return say_error(EXIT_USAGE, "--shard %.40s: K is from 1 to N, and N at most %d", text,
                         SHARDS_MOST);
    return EXIT_DONE;
}

void shard_place(struct mark *mark, uint64_t of)
{
    uint64_t each = of / mark->shards;
    uint64_t longer = of % mark->shards; /* the first shards, by one */
    uint64_t before = mark->shard - 1;
    mark->of = of;
    mark->first = each * before + (before < longer ? before : longer) + 1;
    mark->count = each + (before < longer);
}

void mark_print(FILE *out, const struct mark *m)
{
    fprintf(out,
            "#gpuplan-shard %" PRIu64 "/%" PRIu64 " first=%" PRIu64 " count=%" PRIu64 " of=%" PRIu64
            " rows=%" PRIu64 " header=%" PRIu64 " bytes=%" PRIu64 " run=%016" PRIx64
            " hash=%016" PRIx64 " version=%s\n",
            m->shard, m->shards, m->first, m->count, m->of, m->rows, m->header, m->bytes, m->run,
            m->hash, m->version);
}

/* NAME and the number behind it; moves on. */
static bool take_number(const char **at, const char *name, int base, uint64_t *value)
{
    size_t length = strlen(name);
    char *end;
    if (strncmp(*at, name, length) != 0)
        return false;
    *value = strtoull(*at + length, &end, base);
    bool found = end > *at + length;
    *at = end;
    return found;
}

bool mark_read(struct mark *mark, const char *line)
{
    struct mark m = {.shard = 0};
    const char *at = line;
    const struct {
        const char *name;
        uint64_t *value;
    } parts[] = {{"#gpuplan-shard ", &m.shard}, {"/", &m.shards},     {" first=", &m.first},
                 {" count=", &m.count},         {" of=", &m.of},      {" rows=", &m.rows},
                 {" header=", &m.header},       {" bytes=", &m.bytes}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!take_number(&at, parts[i].name, 10, parts[i].value))
            return false;
    if (!take_number(&at, " run=", 16, &m.run) || !take_number(&at, " hash=", 16, &m.hash) ||
        strncmp(at, " version=", 9) != 0)
        return false;
    at += 9;
    size_t length = strcspn(at, "\n");
    if (!length || length >= sizeof m.version || !at[length])
        return false;
    memcpy(m.version, at, length);
    *mark = m;
    return m.shard >= 1 && m.shard <= m.shards && m.shards <= SHARDS_MOST;
}
