/* commands.h -- one function per command */
#ifndef GPUPLAN_COMMANDS_H
#define GPUPLAN_COMMANDS_H

#include "cli/options.h"

int command_plan(const struct options *options);
int command_merge(const struct options *options);
int command_check(const struct options *options);
int command_explain(const struct options *options);
int command_list(const struct options *options);
int command_validate(const struct options *options);
int command_template(const struct options *options);

#endif
