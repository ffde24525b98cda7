# SPDX-License-Identifier: GPL-3.0-or-later
# Builds and tests queuelab.  Sources are found, not listed; each flavour has a folder of its own under
# build/, so that objects of different flags never meet.  `make help` names the targets.
#
#   make CC=clang OPT=-O0 SAN=address,undefined STRESS=1 WERROR=1 V=1 JOBS=1

CC ?= cc
CLANG ?= clang
PREFIX ?= /usr/local
bindir = $(DESTDIR)$(PREFIX)/bin
mandir = $(DESTDIR)$(PREFIX)/share/man/man1
bashdir = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
zshdir = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
datadir = $(DESTDIR)$(PREFIX)/share/queuelab
docdir = $(DESTDIR)$(PREFIX)/share/doc/queuelab

DEMO ?= scenarios/27-standard-vs-fifo.json
DEMO_FIGURES ?= F6 F1
DEMO_OUT ?= out/$(basename $(notdir $(DEMO)))
FUZZ_SECONDS ?= 10
NIGHT_SECONDS ?= 3600
NIGHT_SEED ?= 1

# Homebrew on Apple silicon, which compilers do not search by themselves.
ifneq ($(wildcard /opt/homebrew/include),)
CPPFLAGS += -isystem /opt/homebrew/include
LDFLAGS += -L/opt/homebrew/lib
endif

# ---- flavour and flags -----------------------------------------------------------------------------
comma := ,
KINDS := unit contract theory golden property
DEFAULT_OPT := $(if $(SAN)$(COVER),-O1,-O3)
OPT ?= $(DEFAULT_OPT)
FLAVOUR := $(if $(SAN),$(subst $(comma),-,$(SAN)),release)$(if $(STRESS),-stress)$(if $(COVER),-cover)
FLAVOUR := $(FLAVOUR)$(addprefix -,$(filter-out cc gcc,$(notdir $(lastword $(CC)))))$(filter-out $(DEFAULT_OPT),$(OPT))
B := build/$(FLAVOUR)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wundef -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wvla -Wdouble-promotion
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Gathering single fields into vectors costs more than it saves where facts are built (1.4 % of R1).
FLAGS = -std=c11 $(OPT) $(if $(SAN)$(STRESS)$(COVER),-g1) -ffp-contract=off -fno-tree-slp-vectorize $(WARNINGS) $(SANITIZE) \
	$(if $(COVER),--coverage) $(if $(STRESS),-DSTRESS) $(if $(findstring fuzzer,$(SAN)),-DMUST_ABORTS) $(CFLAGS)
# Asked once, and not before something is compiled: `make demo` may have to install pkg-config first.
once = $(eval $1 := $$(shell $2))$($1)
LIB_FLAGS = $(call once,LIB_FLAGS,pkg-config --cflags gsl libcjson libmd 2>/dev/null | sed 's/-I/-isystem /g')
LIBS = $(call once,LIBS,pkg-config --libs gsl libcjson libmd 2>/dev/null) -lm -lpthread
CMOCKA = $(call once,CMOCKA,pkg-config --libs cmocka 2>/dev/null || echo -lcmocka)
COMPILE = $(strip $(CC) $(CPPFLAGS) -Isim $(LIB_FLAGS) $(FLAGS))
POSIX := -D_XOPEN_SOURCE=700
# Hundreds of test programs are linked: a quick linker, where there is one, saves half of that.  Gold has
# a hundred warnings to say of each that clang's sanitizers are in.
QUICK = $(call once,QUICK,for ld in lld $(if $(SAN),,gold); do command -v ld.$$$$ld >/dev/null && echo -fuse-ld=$$$$ld && break; done 2>/dev/null)

# Warnings are errors in tests and in CI, not in a user's build.  WERROR=0 turns that off.
TESTING := $(filter check test tidy api cli tsan threads fuzz fuzz-programs bench cover night $(KINDS),$(MAKECMDGOALS))
STRICT := $(if $(WERROR),$(filter-out 0 false,$(WERROR)),$(filter-out 0 false,$(CI))$(TESTING))
Q := $(if $(V),,@)
# All processors, unless -j or JOBS says otherwise.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(JOBS)
endif

# ---- files -----------------------------------------------------------------------------------------
SOURCES := $(wildcard sim/*/*.c)
OBJECTS := $(SOURCES:%.c=$(B)/%.o)
TOOLS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/tools/*.c tests/property/*/*.c))
programs = $(patsubst %.c,$(B)/%,$(wildcard tests/$1/*.c))
TESTS := $(foreach kind,$(KINDS) api,$(call programs,$(kind)))
# In a flavour a program takes longer to link than to run: all unit tests are one, save where few are run.
ONE := $(if $(STRESS)$(filter-out thread,$(SAN)),$(B)/tests/unit/all/all)
MEMBERS := $(if $(ONE),$(call programs,unit))
FUZZERS := $(call programs,fuzz)
BENCHES := $(call programs,bench)
TEST_OBJECTS := $(TOOLS) $(TESTS:=.o) $(FUZZERS:=.o) $(BENCHES:=.o)
ALL_OBJECTS := $(ONE:=.o) $(OBJECTS) $(TEST_OBJECTS)
THREADS := $(filter %/test_replicate %/test_run %/test_precision %/threads,$(TESTS))
SCENARIOS := $(sort $(wildcard scenarios/*.json))
C_FILES = $(wildcard sim/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch])
LIBRARY := $(if $(TOOLS),$(B)/libtests.a) $(B)/libqueuelab.a
AT_ONCE = $(firstword $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))) $(JOBS))
RUN = QUEUELAB='$(CURDIR)/$(B)/queuelab' LOGS=$(B)/log AT_ONCE=$(AT_ONCE) sh tests/tools/run.sh
DEPS = CC='$(CC)' CLANG='$(CLANG)' CPPFLAGS='$(CPPFLAGS)' sh tests/tools/deps.sh

# ---- build -----------------------------------------------------------------------------------------
all: $(B)/queuelab ## build build/release/queuelab; ./queuelab links to it
	@$(if $(filter release,$(FLAVOUR)),[ "$$(readlink queuelab)" = $< ] || ln -sfn $< queuelab,:)

$(B)/queuelab: $(OBJECTS)
	$(if $(V),,@echo "  LD    $@")
	$(Q)$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# A lenient build marks an object that drew warnings, so that a strict one compiles it again.  Thousands
# are compiled in all flavours: what make can do itself spares a process each.
$(B)/%.o: %.c $(B)/flags | libraries
	$(if $(V),,$(info $()  CC    $<))$(if $(wildcard $(@D)/.),,@mkdir -p $(@D))
	$(Q)$(COMPILE) $(EXTRA) -Werror -MMD -MP -c -o $@ $< $(if $(STRICT),$(if $(wildcard $@.warned),&& rm -f $@.warned), \
	2>/dev/null || { $(COMPILE) $(EXTRA) -MMD -MP -c -o $@ $< && touch $@.warned; })
$(if $(STRICT),$(patsubst %.warned,%,$(wildcard $(ALL_OBJECTS:=.warned)))): FORCE

# POSIX beyond C11 is for these alone.
$(filter $(B)/sim/cli/%,$(OBJECTS)): EXTRA = $(POSIX)
$(B)/sim/report/folder.o $(B)/sim/report/report_gnuplot.o $(B)/sim/experiment/replicate.o: EXTRA = $(POSIX)
$(B)/sim/cli/build_info.o: EXTRA = $(POSIX) $(BUILD_INFO_DEFINES)
$(B)/sim/cli/build_info.o: $(B)/build_info
$(TEST_OBJECTS): EXTRA = $(POSIX) -Itests
# In a flavour most unit tests, and what runs once a run, cost more to optimise than they take to run.
UNOPTIMISED := $(if $(SAN)$(STRESS),$(if $(filter $(DEFAULT_OPT),$(OPT)),-O0))
SELDOM := $(if $(SAN),$(filter $(B)/sim/cli/% $(B)/sim/report/%,$(OBJECTS)))
$(SELDOM) $(filter-out %_reference.o,$(filter $(B)/tests/unit/%,$(TEST_OBJECTS))): EXTRA += $(UNOPTIMISED)
$(MEMBERS:=.o): EXTRA += -Dmain=$(notdir $*)_main -Wno-missing-prototypes
$(ONE:=.o): EXTRA = '-DUNITS=$(patsubst %,UNIT(%),$(notdir $(MEMBERS)))'
$(ONE:=.o): $(B)/members

DESCRIBE := git describe --always --dirty --abbrev=12 --exclude='*'
COMMIT = $(call once,COMMIT,{ test -e .git && $(DESCRIBE); } 2>/dev/null || echo unknown)
LIBRARY_VERSIONS = $(call once,LIBRARY_VERSIONS,pkg-config --modversion gsl libcjson 2>/dev/null | xargs printf 'gsl %s cJSON %s')
COMPILER = $(call once,COMPILER,$(CC) --version 2>/dev/null | head -n 1)
BUILD_INFO_DEFINES = -DBUILD_COMMIT='"$(COMMIT)"' -DBUILD_COMPILER='"$(COMPILER)"' \
	-DBUILD_FLAGS='"$(strip $(FLAGS))"' -DBUILD_LIBRARIES='"$(LIBRARY_VERSIONS)"' \
	-DBUILD_DATADIR='"$(PREFIX)/share/queuelab"'

# Rewritten only when what they hold has changed: then what depends on them is built anew.
keep = @mkdir -p $(@D); printf '%s\n' $1 | cmp -s - $@ || printf '%s\n' $1 >$@
$(B)/flags: FORCE | libraries
	$(call keep,'$(COMPILE)' '$(COMPILER)')
$(B)/build_info: FORCE | libraries
	$(call keep,$(BUILD_INFO_DEFINES))
$(B)/members: FORCE
	$(call keep,$(notdir $(MEMBERS)))

$(B)/libqueuelab.a: $(filter-out %/cli/main.o,$(OBJECTS))
$(B)/libtests.a: $(TOOLS)
$(B)/libqueuelab.a $(B)/libtests.a:
	@rm -f $@; ar qcs $@ $^

$(ONE): $(MEMBERS:=.o)
$(MEMBERS): $(ONE)
	@ln -sfn all/all $@
$(filter-out $(MEMBERS),$(TESTS)) $(BENCHES) $(ONE): $(B)/%: $(B)/%.o $(LIBRARY) | cmocka
	$(Q)$(CC) $(FLAGS) $(QUICK) $(LDFLAGS) -o $@ $^ $(LIBS) $(if $(filter $@,$(TESTS) $(ONE)),$(CMOCKA))
$(FUZZERS): $(B)/%: $(B)/%.o $(LIBRARY)
	$(Q)$(CC) $(FLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LIBS)

libraries:
	@$(DEPS) check build
cmocka: libraries
	@$(DEPS) check unit
.SECONDARY:
.PHONY: FORCE all libraries cmocka demo deps install man deb plots reference thumbnails clean help check test $(KINDS) api cli \
	tsan threads reproducible scenarios fuzz fuzz-programs night golden-accept bench tidy tidy-selftest rules format cover
-include $(ALL_OBJECTS:.o=.d)

# ---- use -------------------------------------------------------------------------------------------
demo: ## install what is missing, build, run the headline scenario, draw its figures
	@$(DEPS) install build run || $(DEPS) check build
	@$(MAKE) --no-print-directory all
	./queuelab run $(DEMO)
	./queuelab plot $(DEMO_OUT) $(DEMO_FIGURES) --format svg,png
	@echo; echo "figures:"; ls -1 $(DEMO_OUT)/*.svg $(DEMO_OUT)/*.png
deps: ## install what is missing through apt where allowed, else print the packages
	@$(DEPS) install build run unit test
copy = $(if $2,install -d $1 && install -m 644 $2 $1)
install: $(B)/queuelab ## install to $(DESTDIR)$(PREFIX)
	install -d $(bindir) && install -m 755 $< $(bindir)/queuelab
	$(call copy,$(datadir)/plots,$(wildcard plots/*.gp))
	$(call copy,$(datadir)/scenarios,$(SCENARIOS))
	$(call copy,$(datadir)/scenarios/schema,$(wildcard scenarios/schema/*.json))
	$(call copy,$(datadir)/scenarios/faults,$(wildcard scenarios/faults/*.json))
	$(call copy,$(datadir)/scenarios/tutorial,$(wildcard scenarios/tutorial/*.json))
	$(call copy,$(datadir)/scenarios/trace,$(wildcard scenarios/trace/*))
	$(call copy,$(docdir),$(wildcard README.md) LICENSE)
	$(call copy,$(docdir)/scenarios,$(wildcard scenarios/*.md))
	$(call copy,$(docdir)/scenarios/thumbnails,$(wildcard scenarios/thumbnails/*.png))
	$(call copy,$(docdir)/scenarios/tutorial,$(wildcard scenarios/tutorial/*.json))
	$(call copy,$(docdir)/plots,$(wildcard plots/*.md plots/*.svg))
	$(call copy,$(docdir)/sim,$(wildcard sim/RULES.md))
	$(call copy,$(docdir)/tests,$(wildcard tests/README.md))
	$(call copy,$(docdir)/tests/api,$(wildcard tests/api/example.jsonl))
	install -d $(bashdir) $(zshdir)
	$< completion bash >$(bashdir)/queuelab
	$< completion zsh >$(zshdir)/_queuelab
	$(if $(wildcard $(B)/queuelab.1),$(call copy,$(mandir),$(B)/queuelab.1))
man: $(B)/queuelab.1 ## the manual page, from what the program says of itself
$(B)/queuelab.1: $(B)/queuelab
	@$(DEPS) check package
	@for name in $(sort $(patsubst sim/cli/cmd_%.c,%,$(wildcard sim/cli/cmd_*.c))); do \
	printf '[queuelab %s]\n.nf\n' $$name; $< help $$name | sed 's/\\/\\e/g; s/-/\\-/g; s/^/\\\&/'; echo .fi; done >$@.sections
	help2man --no-info --section 1 --name 'simulate queueing architectures' --help-option help \
	--version-string "$$($< version | sed -n '1s/.* //p')" --include $@.sections --output $@ $<
deb: ## a Debian package, in build/deb
	@$(DEPS) install build package || $(DEPS) check build package
	rm -rf build/deb && mkdir -p build/deb/queuelab
	git archive HEAD | tar -x -C build/deb/queuelab && mv build/deb/queuelab/.debian build/deb/queuelab/debian
	cd build/deb/queuelab && env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -d --build=binary --unsigned-changes >../log 2>&1 || { tail -n 20 ../log; exit 1; }
	@ls build/deb/*.deb
plots: all ## run the catalogue and draw every figure to out/
	@for file in $(SCENARIOS); do ./queuelab run $$file; [ $$? -le 1 ] || exit 1; \
	./queuelab plot out/$$(basename $$file .json) || exit 1; done
reference: $(B)/queuelab ## regenerate scenarios/REFERENCE.md and scenarios/schema/
	@mkdir -p scenarios/schema
	$< schema --markdown >$(B)/reference && mv $(B)/reference scenarios/REFERENCE.md
	$< schema >$(B)/schema && mv $(B)/schema scenarios/schema/scenario-1.schema.json
thumbnails: all ## draw scenarios/thumbnails/ and show them in scenarios/README.md
	@tests/tools/thumbnails.sh $(NAMES)
clean: ## remove what was built; results in out/ stay
	rm -rf build queuelab
help: ## name the targets
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-15s%s%s\n", $$1, (length($$1) > 15 ? "\n                       " : " "), $$2 }' Makefile

# ---- tests -----------------------------------------------------------------------------------------
check: tidy $(KINDS) api cli scenarios ## what a commit must pass: tidy, unit, contract, theory, golden, property, api, cli, scenarios
test: ## everything: deps, check, clang, sanitizers, scenarios, fuzzing; ends with the sum
	@$(DEPS) install build run unit test || $(DEPS) check build unit
	+@CC='$(CC)' CLANG='$(CLANG)' sh tests/tools/test.sh '$(MAKE)'

unit contract theory golden property api cli: ## the tests of one kind
define kind_rule
$1: $$(call programs,$1) $(if $(filter unit,$1),,$$(B)/queuelab)
	@$$(RUN) $1 $$(call programs,$1)
endef
$(foreach kind,$(KINDS),$(eval $(call kind_rule,$(kind))))
api: $(call programs,api)
	@TRANSCRIPTS=$< $(RUN) api $(sort $(wildcard tests/api/*.txt))
# The longest begin first, so that no processor waits for one of them at the end; slurm mostly waits itself.
LONG := $(wildcard $(patsubst %,tests/cli/%.t,slurm scenarios readme sweep))
cli: all
	@$(RUN) cli $(LONG) $(filter-out $(LONG),$(sort $(wildcard tests/cli/*.t)))
scenarios: $(B)/queuelab ## run every scenario with its replications and judge its expectations
	@$(RUN) scenario $(SCENARIOS)
tsan: ## run what uses threads under the thread sanitizer
	+@$(MAKE) --no-print-directory threads SAN=thread
threads: $(THREADS) $(B)/queuelab
	@$(RUN) tsan $(THREADS)
reproducible: $(B)/queuelab ## compare results of gcc and clang, -O0 and -O3
	+@MAKE='$(MAKE)' CC='$(CC)' BUILT='$(notdir $(firstword $(CC)))-O3=$< $(BUILT)' $(RUN) reproducible $(wildcard tests/tools/reproducible.sh)
fuzz: ## fuzz for FUZZ_SECONDS (needs clang)
	+@if command -v $(CLANG) >/dev/null; then $(MAKE) --no-print-directory fuzz-programs \
	CC=$(CLANG) SAN=fuzzer-no-link,address,undefined; else echo "fuzz: no clang, skipped"; fi
# Each has a corpus of its own, and perhaps a dictionary and further seeds.
fuzz_seeds_scenario := scenarios
define fuzz_rule
fuzz-programs: fuzz-$1
.PHONY: fuzz-$1
fuzz-$1: $(B)/tests/fuzz/fuzz_$1
	@mkdir -p build/corpus/$1
	@TEST_TIMEOUT=$$$$(($(FUZZ_SECONDS) + 120)) RUN_ARGS="-max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	-artifact_prefix=build/ $(patsubst %,-dict=%,$(wildcard tests/fuzz/$1.dict)) build/corpus/$1 \
	$(wildcard tests/fuzz/corpus/$1 $(fuzz_seeds_$1))" $$(RUN) fuzz $$<
endef
$(foreach program,$(FUZZERS),$(eval $(call fuzz_rule,$(patsubst fuzz_%,%,$(notdir $(program))))))
NIGHT = TEST_SECONDS=$(NIGHT_SECONDS) TEST_TIMEOUT=$$((2 * $(NIGHT_SECONDS) + 900))
night: ## everything, then long swarms from NIGHT_SEED on, and a long fuzz (NIGHT_SECONDS each)
	+@$(MAKE) test
	+@$(MAKE) reproducible
	+@$(NIGHT) TEST_SEED=$(NIGHT_SEED) $(MAKE) property
	+@$(NIGHT) TEST_SEED=$$(($(NIGHT_SEED) + 10000000)) $(MAKE) property SAN=address,undefined
	+@$(MAKE) fuzz FUZZ_SECONDS=$(NIGHT_SECONDS)
golden-accept: $(call programs,golden) ## rewrite tests/golden/; the diff is the review
	@set -e; for program in $^; do $$program --accept; done
bench: $(BENCHES) $(B)/queuelab ## the table of speed: what must be reached, and what is; FLOOR=path adds a program to compare with
	@set -e; for program in $(filter-out %/floor %/queuelab,$^); do $$program $(filter %/floor,$^) $(FLOOR); done

# ---- housekeeping ----------------------------------------------------------------------------------
tidy: $(OBJECTS) ## check layers, quarantines, form, and objects for mutable static data
	@CC='$(CC)' OBJECTS='$(if $(SAN)$(COVER),,$(OBJECTS))' $(RUN) tidy tests/tools/tidy.sh
tidy-selftest: ## plant each kind of violation and expect its report
	@CC='$(CC)' $(RUN) tidy tests/tools/tidy_selftest.t
rules: ## count the rules of sim/RULES.md, and those that are proved
	@tests/tools/tidy.sh rules
format: ## apply .clang-format
	clang-format -i $(C_FILES)
cover: ## tests with line coverage per file
	+@$(MAKE) --no-print-directory $(KINDS) api cli COVER=1
	@gcov -n build/release-cover/sim/*/*.gcda 2>/dev/null | awk -f tests/tools/cover.awk
