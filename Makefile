# gpuplan -- `make plan` brings what is missing, builds, and plans inputs/procurement.csv;
# `make help` lists the rest. Needs only make and a shell to begin with, so nothing here may ask
# the compiler while this file is read.

PREFIX ?= /usr/local
ifeq ($(origin CFLAGS),undefined)
CFLAGS := -O2 -g -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
core_cflags := $(if $(SANITIZE)$(FUZZ)$(COVER),,-O3) # a sweep repeats the core for every scenario
endif
LDFLAGS ?= -Wl,-z,relro,-z,now

# -ffp-contract=off: every compiler and every spreadsheet must see the same doubles.
dialect := -std=c11 -D_POSIX_C_SOURCE=200809L -I. -Isrc -ffp-contract=off -fPIE
warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wvla
libraries := -Wl,--as-needed -lcsv -lxlsxwriter -lminizip -ldeflate -lz -lm

build := .build
program := gpuplan

# `make test SANITIZE=1`: a second program beside the first. No _FORTIFY_SOURCE, whose checks
# would hide calls from the sanitizer.
ifdef SANITIZE
build := .build/sanitize
program := .build/sanitize/gpuplan
CFLAGS = -O1 -g -fno-omit-frame-pointer
dialect += -fsanitize=address,undefined -fno-sanitize-recover=all
# slow unwinding: libxlsxwriter has no frame pointers, and the list names a function of it
export LSAN_OPTIONS = suppressions=$(CURDIR)/.ci/lsan,print_suppressions=0,fast_unwind_on_malloc=0
endif

# `make FUZZ=1`, for `make fuzz`: instrumented for libFuzzer, which comes with clang.
ifdef FUZZ
build := .build/fuzz
program := .build/fuzz/gpuplan
CC = clang
CFLAGS = -O2 -g -fno-omit-frame-pointer
dialect += -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow \
    -fno-sanitize-recover=all
endif

# `make COVER=1`, for `make cover`. Atomic: threads would lose counts, and a branch taken once.
ifdef COVER
build := .build/cover
program := .build/cover/gpuplan
CC = clang
CFLAGS = -O0 -g
dialect += -fprofile-instr-generate -fcoverage-mapping -fprofile-update=atomic
endif

# x.c -> x.o and x.S -> x.S.o, since the two may share a name
sources := $(sort $(shell find src -name '*.[cS]'))
objects := $(patsubst %.c.o,%.o,$(sources:%=$(build)/%.o))
unit_sources := $(sort $(shell find tests -path 'tests/unit/*.c'))
unit_objects := $(unit_sources:%.c=$(build)/%.o)
unit := $(build)/tests/unit/run
bench := $(addprefix $(build)/tests/bench/,bench floor cells)
core_bench := $(addprefix $(build)/tests/bench/,core reading results rows)
fit := $(build)/tests/accuracy/fit/fit
fit_objects := $(patsubst %.c,$(build)/%.o,$(sort $(wildcard tests/accuracy/fit/*.c)))
fuzz_targets := table encodings matrix catalogs answer
replay := $(build)/tests/fuzz/replay
replay_objects := $(patsubst %.c,$(build)/%.o, \
    $(sort $(filter-out tests/fuzz/entry.c,$(wildcard tests/fuzz/*.c))))
fuzzers := $(fuzz_targets:%=$(build)/tests/fuzz/%.fuzzer)
compile = $(CC) $(dialect) $(warnings) $(CPPFLAGS) $(CFLAGS)
link = $(CC) $(dialect) $(CFLAGS) -pie $(LDFLAGS)
flags := $(compile) $(core_cflags) $(LDFLAGS)

# One short line per file; `make V=1` shows the commands.
say = $(if $(V),,@echo '$@';)

# As many jobs as there are cores, unless the user chose a number.
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$$(nproc))

all: $(program)                 ## build ./gpuplan (the default)

plan: deps                      ## install what is missing, build, plan inputs/procurement.csv
	@$(MAKE) --no-print-directory $(jobs) all
	./$(program) plan inputs/procurement.csv

test: test-deps                 ## unit tests, tests/run, README; SANITIZE=1: under sanitizers
	@$(MAKE) --no-print-directory $(jobs) all $(if $(unit_sources),$(unit)) $(replay)
	$(if $(unit_sources),$(unit))
	REPLAY="$(CURDIR)/$(replay)" tests/fuzz/replayed
	GPUPLAN="$(CURDIR)/$(program)" tests/run
	GPUPLAN="$(CURDIR)/$(program)" tests/readme/run

workbook-check: test-deps       ## every formula of whole workbooks, worked out by LibreOffice
	@$(MAKE) --no-print-directory $(jobs) all
	python3 tests/book/recalculate.py "$(CURDIR)/$(program)"

lint: all                       ## walls between folders, purity of the core, format, analysers
	BUILD=$(build) tests/lint/run

fuzz: fuzz-deps                 ## each fuzz target for SECONDS=1200 of CPU; TARGETS="table answer"
	@$(MAKE) --no-print-directory $(jobs) FUZZ=1 fuzzers
	FUZZERS=.build/fuzz/tests/fuzz CPU_SECONDS=$(or $(SECONDS),1200) \
	    tests/fuzz/run $(or $(TARGETS),$(fuzz_targets))

fuzzers: $(fuzzers)

cover: test-deps                ## branch coverage by folder; fails where it is too low or unexplained
	@.ci/install cover
	@$(MAKE) --no-print-directory $(jobs) COVER=1 all unit-tests replay
	tests/cover/run

builds-agree: test-deps         ## gcc and clang, -O0 to -O3: the same results to the byte
	tests/builds/run

unit-tests: $(unit)
replay: $(replay)

bench: all $(bench) $(core_bench) ## speed and memory, against bare libcsv and libxlsxwriter
	GPUPLAN="$(CURDIR)/$(program)" BENCH=$(build)/tests/bench tests/bench/run

accuracy: all                   ## predictions against published measurements
	GPUPLAN="$(CURDIR)/$(program)" tests/accuracy/run

fit: $(fit)                     ## refit templates/*_speeds.csv to the measured speeds of tests/accuracy
	$(fit) --cross 10 --write templates
	$(fit) --of training --cross 10 --write templates

install: all                    ## to $(DESTDIR)$(PREFIX), with man page and completion
	install -D -m 755 $(program) "$(DESTDIR)$(PREFIX)/bin/gpuplan"
	install -D -m 644 src/cli/gpuplan.1 "$(DESTDIR)$(PREFIX)/share/man/man1/gpuplan.1"
	install -D -m 644 src/cli/gpuplan.bash \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/gpuplan"

uninstall:                      ## take those three files away again
	rm -f "$(DESTDIR)$(PREFIX)/bin/gpuplan" \
	    "$(DESTDIR)$(PREFIX)/share/man/man1/gpuplan.1" \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/gpuplan"

deps:                           ## compiler and libraries, where they are missing
	@CC="$(CC)" .ci/install

test-deps:                      ## the same, and what the tests need
	@CC="$(CC)" .ci/install test

fuzz-deps:
	@.ci/install fuzz

clean:                          ## everything that was built
	rm -rf .build gpuplan

help:                           ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

$(program): $(objects)
	$(say)$(link) $^ $(libraries) -o $@

# Unit tests reach every function that a header names; main stays outside.
$(unit): $(unit_objects) $(filter-out $(build)/src/main.o,$(objects))
	$(say)$(link) $^ $(libraries) -lcunit -o $@

$(bench): %: %.o
	$(say)$(link) $^ $(libraries) -o $@

$(core_bench): %: %.o $(filter-out $(build)/src/main.o,$(objects))
	$(say)$(link) $^ $(libraries) -o $@

$(fit): $(fit_objects) $(filter-out $(build)/src/main.o,$(objects))
	$(say)$(link) $^ $(libraries) -o $@

$(replay): $(replay_objects) $(filter-out $(build)/src/main.o,$(objects))
	$(say)$(link) $^ $(libraries) -o $@

# entry.c is no object of a target's own: its name is given here.
$(fuzzers): $(build)/tests/fuzz/%.fuzzer: tests/fuzz/entry.c \
    $(filter-out $(build)/tests/fuzz/replay.o,$(replay_objects)) \
    $(filter-out $(build)/src/main.o,$(objects))
	$(say)$(compile) -fsanitize=fuzzer -DFUZZ_TARGET=fuzz_$* -pie $^ $(libraries) -o $@

$(build)/src/core/%.o: CFLAGS += $(core_cflags)

$(build)/%.o: %.c $(build)/flags
	@mkdir -p $(@D)
	$(say)$(compile) -MMD -MP -c $< -o $@

$(build)/%.S.o: %.S $(build)/flags
	@mkdir -p $(@D)
	$(say)$(compile) -MMD -MP -c $< -o $@

# .incbin is invisible to -MMD.
$(build)/src/catalog/builtin.S.o: $(wildcard templates/*.csv templates/*/*.csv)

# Changes only when the flags do, so that another CC or CFLAGS rebuilds everything.
$(build)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(flags)' | cmp -s - $@ || echo '$(flags)' > $@

-include $(objects:.o=.d) $(unit_objects:.o=.d) $(bench:=.d) $(core_bench:=.d) \
    $(fit_objects:.o=.d) $(replay_objects:.o=.d)

.PHONY: all plan test workbook-check lint bench accuracy fit fuzz fuzzers cover unit-tests replay \
    builds-agree install uninstall deps test-deps fuzz-deps clean help FORCE
.SUFFIXES:
.DELETE_ON_ERROR:
