/* csv.c -- writes results cell by cell through the column table */
#include "report/csv.h"

#include "base/text.h"

#include <string.h>

void csv_text(FILE *out, const char *text)
{
    size_t length = strlen(text);
    bool armed = length && strchr("=+-@\t\r", text[0]);
    bool blank_edge = length && (text[0] == ' ' || text[length - 1] == ' ');
    if (!armed && !blank_edge && !strpbrk(text, ",\"\r\n;\t")) {
        fwrite(text, 1, length, out);
        return;
    }
    fputs(armed ? "\"'" : "\"", out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void csv_header(FILE *out, const char *const *carried)
{
    for (size_t i = 0; i < result_column_count; i++)
        fprintf(out, "%s%s", i ? "," : "", result_columns[i].name);
    for (; *carried; carried++) {
        fputc(',', out);
        csv_text(out, *carried);
    }
    fputc('\n', out);
}

void csv_result(FILE *out, const struct result *result, const char *const *carried)
{
    char buffer[TEXT_NUMBER_BYTES];
    for (size_t i = 0; i < result_column_count; i++) {
        struct result_value value = result_columns[i].value(result);
        if (i)
            fputc(',', out);
        if (value.text)
            csv_text(out, value.text);
        else if (value.number >= 0)
            fputs(text_from_number(value.number, buffer), out);
    }
    for (; *carried; carried++) {
        fputc(',', out);
        csv_text(out, matrix_text(result->scenario->row, *carried));
    }
    fputc('\n', out);
}
