# hearth - build, test, install.  `make help` lists the targets.
#
# Yours to set: CC AR CFLAGS LDFLAGS PKG_CONFIG PREFIX LIBDIR DESTDIR BUILD, DEVELOPER=1 (all
# warnings, as errors), V=1 (show commands), MHD=private|system (which libmicrohttpd; neither: the
# private one of `make deps` if it is there).  Targets a person types bring `deps` along and call
# make again; the files below $(BUILD) can also be asked for by name.

PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
BUILD      ?= $(if $(filter system,$(MHD)),build/system,build)
CC         ?= cc
CFLAGS     ?= -O2 -g
PKG_CONFIG ?= pkg-config
MHD        ?= auto
LAYERS     ?= core http json db tmpl model net app data session auth i18n ws page mw openapi jobs mail \
              admin              transport boot
# What `make deps` makes is shared by every build folder below build/.
DEPS_DIR   ?= $(if $(filter build build/%,$(BUILD)),build,$(BUILD))/deps

VERSION := $(shell sed -n 's/.*HEARTH_VERSION "\(.*\)"/\1/p' include/hearth/base.h)
SONAME  := libhearth.so.0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

# ---- compiler and libraries ------------------------------------------------

# A variable that runs its command when first used, and once: pkg-config may not be there before
# `make deps`.
once = $(eval $(1) := $(shell $(2)))$($(1))

MHD_LIB := $(if $(filter system,$(MHD)),,$(wildcard $(DEPS_DIR)/libmicrohttpd/lib/libmicrohttpd.a))
PKGS     = jansson sqlite3 libuv libsodium gnutls libxcrypt zlib libbrotlienc libzstd $(if $(MHD_LIB),,libmicrohttpd)

PKG_CFLAGS   = $(call once,PKG_CFLAGS,$(PKG_CONFIG) --cflags $(PKGS))
PKG_LIBS     = $(call once,PKG_LIBS,$(PKG_CONFIG) --libs $(PKGS))
CHECK_CFLAGS = $(call once,CHECK_CFLAGS,$(PKG_CONFIG) --cflags check libbrotlidec)
CHECK_LIBS   = $(call once,CHECK_LIBS,$(PKG_CONFIG) --libs check libbrotlidec)
MHD_CFLAGS   = $(if $(MHD_LIB),-I$(DEPS_DIR)/libmicrohttpd/include)

SANITIZED := $(findstring -fsanitize,$(CFLAGS))
WARN       = -Wall -Wextra
ifdef DEVELOPER
WARN      += $(if $(SANITIZED),,-Werror) -Wpedantic -Wconversion -Wshadow -Wvla -Wwrite-strings \
             -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef
endif
# Hardening wants an optimising compiler and is the sanitizers' rival.
ifeq ($(SANITIZED),)
HARDEN     = -fstack-protector-strong -fstack-clash-protection \
             $(if $(filter -O1 -O2 -O3 -Os,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
HARDEN_LD  = -Wl,-z,relro,-z,now,-z,noexecstack
DEFS       = -Wl,-z,defs
endif

# What the code needs whoever builds it; CFLAGS stays the user's, and comes last.
COMPILE = $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L -pthread -fPIC -fvisibility=hidden \
          -ffile-prefix-map=$(CURDIR)=. -Iinclude -Ilib $(MHD_CFLAGS) $(PKG_CFLAGS) $(WARN) \
          $(HARDEN) $(CFLAGS)
LINK    = $(CC) $(CFLAGS) -pthread $(HARDEN_LD) $(LDFLAGS)
# libwslay comes without a .pc file on Debian.
LIBS    = $(PKG_LIBS) -lwslay -pthread -lm -lresolv

# One short line a step; V=1 shows the commands.
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(@:$(BUILD)/%=%); )

# ---- library ---------------------------------------------------------------

SRC := $(sort $(wildcard $(LAYERS:%=lib/%/*.c)))
CLI := $(sort $(wildcard lib/cli/*.c))
# The built-in pages become C.
PAGES := $(if $(filter app,$(LAYERS)),$(sort $(wildcard templates/*.html templates/*.js templates/*.css)))
OBJ   := $(SRC:%.c=$(BUILD)/%.o) $(PAGES:%=$(BUILD)/%.o)
A     := $(BUILD)/libhearth.a
SO    := $(BUILD)/libhearth.so
PROGRAM := $(if $(CLI),$(BUILD)/bin/hearth)
PC    := $(BUILD)/pkgconfig/hearth-uninstalled.pc

all: $(A) $(SO) $(PROGRAM) $(PC) ## Build the static and the shared library and the hearth program

# A stamp changes only when its text does, and what depends on it is then made again.
# Folders below this one count the same however they are written: the install test asks by full path,
# and must not make the library again under the other tests' feet.
here  = $(subst ','\'',$(subst $(CURDIR)/,,$(1)))
stamp = @mkdir -p $(@D); printf '%s\n' '$(here)' | cmp -s - $@ || printf '%s\n' '$(here)' >$@

$(BUILD)/flags: FORCE
	@$(PKG_CONFIG) --exists --print-errors $(PKGS) || \
	    { echo "hearth: a library is missing: 'make deps' installs it" >&2; exit 1; }
	$(call stamp,$(COMPILE) $(LINK) $(LIBS))
$(BUILD)/objects: FORCE
	$(call stamp,$(OBJ) $(MHD_LIB))
$(BUILD)/prefix: FORCE
	$(call stamp,$(PREFIX) $(LIBDIR))

$(BUILD)/lib/%.o: lib/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<
$(BUILD)/templates/%.c: templates/% lib/app/pages.sh
	@mkdir -p $(@D)
	$(call say,PAGE)sh lib/app/pages.sh $< >$@
$(BUILD)/templates/%.o: $(BUILD)/templates/%.c $(BUILD)/flags
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<
$(BUILD)/lib/cli/%.o: lib/cli/%.c $(BUILD)/flags $(BUILD)/prefix
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -DHEARTH_DATADIR='"$(PREFIX)/share/hearth"' -MMD -MP -c -o $@ $<

# The private libmicrohttpd travels inside both libraries, so that programs need not find it: in
# the shared one its symbols are hidden, in the static one they are plain objects beside ours.
$(A): $(OBJ) $(MHD_LIB) $(BUILD)/objects
	@rm -rf $@ $(BUILD)/libmicrohttpd && mkdir -p $(BUILD)/libmicrohttpd
	$(if $(MHD_LIB),@cd $(BUILD)/libmicrohttpd && $(AR) x $(abspath $(MHD_LIB)))
	$(call say,AR)$(AR) rcs $@ $(OBJ) $(if $(MHD_LIB),$(BUILD)/libmicrohttpd/*.o)
$(SO).$(VERSION): $(OBJ) $(MHD_LIB) lib/libhearth.map $(BUILD)/objects
	$(call say,LINK)$(LINK) $(DEFS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=lib/libhearth.map \
	    -o $@ $(OBJ) $(MHD_LIB) $(LIBS)
$(SO): $(SO).$(VERSION)
	@ln -sf $(<F) $(BUILD)/$(SONAME) && ln -sf $(SONAME) $@
# Moved into its place as a whole: tests that use it run beside those that install.
$(BUILD)/bin/hearth: $(CLI:%.c=$(BUILD)/%.o) $(A)
	@mkdir -p $(@D)
	$(call say,LINK)$(LINK) -o $@.new $^ $(LIBS)
	@mv -f $@.new $@

# Where the .pc and CMake files learn what this build is made of.
SUBST = -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@VERSION@|$(VERSION)|g' \
        -e 's|@SONAME@|$(SONAME)|g' -e 's|@SOURCE@|$(CURDIR)|g' -e 's|@BUILD@|$(abspath $(BUILD))|g' \
        -e 's|@REQUIRES@|$(filter-out jansson,$(PKGS))|g'
$(PC): pkgconfig/hearth-uninstalled.pc.in $(BUILD)/objects Makefile
	@mkdir -p $(@D)
	@sed $(SUBST) $< >$@

# ---- tests -----------------------------------------------------------------

# The slow ones first, so that nothing waits for them at the end.
TEST_SRC := $(foreach d,wire fault http unit,$(sort $(wildcard test/$(d)/test_*.c)))
TESTS    := $(TEST_SRC:%.c=$(BUILD)/%)
# What goes through the test client, once more through a real server.
OVER_WIRE := $(patsubst %,wire:%,$(filter $(BUILD)/test/http/%,$(TESTS)))
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard test/fuzz/fuzz_*.c)))
SCRIPTS  := $(sort $(wildcard test/wire/test_*.sh test/install/test_*.sh test/tmpl/test_*.sh))
LINTS    := $(sort $(wildcard test/lint/*.sh))
BROWSER  := $(sort $(wildcard test/browser/test_*.mjs))
PAGES_OF := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard test/browser/*.c)))
EXAMPLES := $(patsubst examples/%/Makefile,%,$(sort $(wildcard examples/*/Makefile)))
SUPPORT  := $(filter-out test/support/fault.c,$(sort $(wildcard test/support/*.c)))
# Every allocation of a fault test, its own and the library's, goes through test/support/fault.c.
WRAP      = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup

$(BUILD)/test/%.o: test/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) $(CHECK_CFLAGS) -Itest/support -MMD -MP -c -o $@ $<
$(BUILD)/test/support.a: $(SUPPORT:%.c=$(BUILD)/%.o)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^
# Static patterns: make would rather take the plain rule below while fault.o or replay.o is not made.
$(filter $(BUILD)/test/fault/%,$(TESTS)): %: %.o $(BUILD)/test/support/fault.o \
    $(BUILD)/test/support.a $(A)
	$(call say,LINK)$(LINK) $(WRAP) -o $@ $^ $(LIBS) $(CHECK_LIBS)
$(FUZZERS): %: %.o \
    $(if $(FUZZ),,$(BUILD)/test/fuzz/replay.o) $(BUILD)/test/support.a $(A)
	$(call say,LINK)$(LINK) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $^ $(LIBS)
$(BUILD)/test/%: $(BUILD)/test/%.o $(BUILD)/test/support.a $(A)
	$(call say,LINK)$(LINK) -o $@ $^ $(LIBS) $(CHECK_LIBS)

# The bench compares with libmicrohttpd as Hearth has it, and with ulfius as Debian has it.
BENCHES := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard test/bench/*.c)))
$(BUILD)/test/bench/bench_bare: $(BUILD)/test/bench/bench_bare.o $(MHD_LIB)
	$(call say,LINK)$(LINK) -o $@ $^ $(LIBS)
$(BUILD)/test/bench/bench_ulfius: test/bench/bench_ulfius.c test/bench/workload.h $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,LINK)$(LINK) -D_POSIX_C_SOURCE=200809L -o $@ $< \
	    $$($(PKG_CONFIG) --cflags --libs libulfius libmicrohttpd sqlite3 jansson)
$(BUILD)/test/bench/load $(BUILD)/test/bench/drip $(BUILD)/test/bench/ws_load: %: %.o
	$(call say,LINK)$(LINK) -o $@ $^
$(BUILD)/test/bench/bench_hearth $(BUILD)/test/bench/bench_files $(BUILD)/test/bench/bench_suspend \
    $(BUILD)/test/bench/bench_templates $(BUILD)/test/bench/bench_ws: %: %.o $(A)
	$(call say,LINK)$(LINK) -o $@ $^ $(LIBS)

# What scripts, examples and benchmarks are told.
TELL = BUILD='$(abspath $(BUILD))' CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' \
       PKG_CONFIG='$(PKG_CONFIG)' MAKE='$(MAKE)' DEVELOPER='$(DEVELOPER)' \
       MHD='$(if $(MHD_LIB),$(MHD),system)' \
       MHD_CFLAGS='$(if $(MHD_LIB),-I$(abspath $(DEPS_DIR))/libmicrohttpd/include)' \
       MHD_LIB='$(if $(MHD_LIB),$(abspath $(MHD_LIB)))' DEPS_DIR='$(abspath $(DEPS_DIR))' \
       PKG_CONFIG_PATH="$(abspath $(BUILD))/pkgconfig$${PKG_CONFIG_PATH:+:$$PKG_CONFIG_PATH}"
EXAMPLE = $(TELL) $(MAKE) --no-print-directory $(if $(V),,-s) -C examples/$* BUILD='$(abspath $(BUILD))/examples'

examples: $(EXAMPLES:%=example-%)
# Their Makefiles know nothing of a library that has just been built anew.
examples-stale: all
	@test ! -d $(BUILD)/examples || find $(BUILD)/examples -type f ! -newer $(A) -delete
example-%: examples-stale
	@+$(EXAMPLE) all
run-tests: all examples $(TESTS) $(FUZZERS) $(BUILD)/test/tmpl/render
	@$(TELL) sh test/support/run.sh $(TESTS) $(OVER_WIRE) $(FUZZERS) $(EXAMPLES:%=examples/%) $(SCRIPTS)
run-browser: all examples $(PAGES_OF)
	@$(TELL) sh test/support/run.sh $(BROWSER)
run-lints: all
	@awk -f test/lint/longest.awk lib/*/*.[ch]
	@$(TELL) sh test/support/run.sh $(LINTS)
run-bench: $(BENCHES)
	@sh test/bench/run.sh $(BUILD)/test/bench
	@sh test/bench/bodies.sh $(BUILD)/test/bench
	@sh test/bench/db.sh $(BUILD)/test/bench
	@sh test/bench/files.sh $(BUILD)/test/bench
	@sh test/bench/sessions.sh $(BUILD)/test/bench
	@sh test/bench/drip.sh $(BUILD)/test/bench
	@sh test/bench/suspend.sh $(BUILD)/test/bench
	@sh test/bench/templates.sh $(BUILD)/test/bench
	@sh test/bench/ws.sh $(BUILD)/test/bench $(DEPS_DIR)/ws
run-fuzzers: $(FUZZERS)
	@set -e; for f in $(FUZZERS); do name=$${f##*/fuzz_}; \
	    mkdir -p $(BUILD)/corpus/$$name test/fuzz/corpus/$$name; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -artifact_prefix=$(BUILD)/ \
	        $(BUILD)/corpus/$$name test/fuzz/corpus/$$name; done

# ---- targets for people ----------------------------------------------------

# Who does not say -j gets a job for each core.
RUN   = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc || echo 1)) \
        MHD=$(MHD) DEPS_DIR=$(DEPS_DIR)
AGAIN = @+$(RUN) BUILD=$(BUILD)
# The same suite in a build folder of its own: $(1) its name, $(2) the flags.
VARIANT = BUILD=$(BUILD)/$(1) CFLAGS='$(2)' LDFLAGS='$(2) $(LDFLAGS)'
# ThreadSanitizer of this age cannot map its shadow where addresses are spread over more bits.
FIXED_ADDRESSES = $(if $(shell test "$$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)" \
                  -le 28 || echo wide),setarch -R)
FUZZ_SECONDS ?= 60
export FUZZ_SECONDS

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F '|' '{printf "%-14s %s\n", $$1, $$2}'
deps: ## Install through apt what is missing; build the current libmicrohttpd in build/deps
	@sh pkgconfig/deps.sh
	@$(if $(filter system,$(MHD)),,CC='$(CC)' sh lib/transport/libmicrohttpd.sh $(MHD) $(DEPS_DIR))
demo: deps ## Serve examples/todo on http://127.0.0.1:8080 with an SQLite file
	$(AGAIN) all examples
	@echo "demo: http://127.0.0.1:$${HEARTH_PORT:-8080}/todos, data in $(BUILD)/todo.db, Ctrl-C stops"
	@HEARTH_HOST=127.0.0.1 HEARTH_PORT=$${HEARTH_PORT:-8080} HEARTH_DB=sqlite:$(BUILD)/todo.db \
	    exec $(BUILD)/examples/todo
check: deps ## Build and run every test
	$(AGAIN) run-tests
check-asan: deps ## The same under AddressSanitizer, LeakSanitizer and UBSan
	@+ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:detect_stack_use_after_return=1 \
	    UBSAN_OPTIONS=print_stacktrace=1 $(RUN) \
	    $(call VARIANT,asan,-O1 -g -fno-omit-frame-pointer -fsanitize=address$(comma)undefined \
	    -fno-sanitize-recover=all) run-tests
check-tsan: deps ## The same under ThreadSanitizer
	@+TSAN_OPTIONS=allocator_may_return_null=1:suppressions=$(CURDIR)/test/support/tsan.supp \
	    $(FIXED_ADDRESSES) \
	    $(RUN) \
	    $(call VARIANT,tsan,-O1 -g -fsanitize=thread) run-tests
check-browser: deps ## Drive the examples' pages in Chromium (apt installs it and Node, npm playwright-core)
	@sh pkgconfig/deps.sh browser || echo "check-browser: going on with what there is"
	@sh test/browser/playwright.sh $(DEPS_DIR)/playwright
	$(AGAIN) run-browser
fuzz: deps ## Run each fuzz target FUZZ_SECONDS long (needs clang)
	@+$(RUN) FUZZ=1 CC=clang $(call VARIANT,fuzz,\
	    -O1 -g -fsanitize=fuzzer-no-link$(comma)address$(comma)undefined) run-fuzzers
lint: deps ## Layers, exports, documentation, format; reports the longest files and functions
	$(AGAIN) run-lints
bench: deps ## Measure against bare libmicrohttpd, ulfius, and ws on Node (npm installs it)
	@sh pkgconfig/deps.sh bench
	@sh test/bench/ws_node.sh $(DEPS_DIR)/ws
	$(AGAIN) run-bench
coverage: deps ## Run the tests and list how much of each file they reach
	@+$(RUN) $(call VARIANT,coverage,\
	    -O0 -g --coverage -fprofile-update=atomic) run-tests
	@sh test/support/coverage.sh $(BUILD)/coverage
dist: ## Pack the committed sources into build/hearth-VERSION.tar.gz
	@mkdir -p $(BUILD)
	git archive --prefix=hearth-$(VERSION)/ -o $(BUILD)/hearth-$(VERSION).tar.gz HEAD
clean: ## Remove what was built (build/deps stays)
	@test ! -d $(BUILD) || find $(BUILD) -mindepth 1 -maxdepth 1 ! -path $(DEPS_DIR) -exec rm -rf {} +

D = $(DESTDIR)$(PREFIX)
L = $(DESTDIR)$(LIBDIR)
install: all ## Install below PREFIX (default /usr/local), DESTDIR respected
	install -d $(D)/include/hearth $(L)/pkgconfig $(L)/cmake/hearth $(D)/share/doc/hearth
	install -m 644 include/hearth.h $(D)/include/
	install -m 644 include/hearth/*.h $(D)/include/hearth/
	install -m 644 $(A) $(SO).$(VERSION) $(L)/
	ln -sf libhearth.so.$(VERSION) $(L)/$(SONAME)
	ln -sf $(SONAME) $(L)/libhearth.so
	for f in pkgconfig/hearth.pc pkgconfig/hearth-static.pc cmake/hearth/hearth-config.cmake \
	    cmake/hearth/hearth-config-version.cmake; do \
	    sed $(SUBST) pkgconfig/$${f##*/}.in >$(L)/$$f || exit 1; done
	install -m 644 LICENSE $(D)/share/doc/hearth/
	install -d $(D)/share/hearth/driver
	install -m 644 test/support/db_conformance*.[ch] $(D)/share/hearth/driver/
ifneq ($(MHD_LIB),)
	install -m 644 $(DEPS_DIR)/libmicrohttpd/COPYING $(D)/share/doc/hearth/LICENSE.libmicrohttpd
endif
ifneq ($(PROGRAM),)
	install -d $(D)/bin
	install -m 755 $(PROGRAM) $(D)/bin/
endif
	for f in $$(find examples -type f ! -path '*/build/*' ! -name '*.db*' ! -name hearth.secret); do \
	    install -D -m 644 $$f $(D)/share/hearth/$$f || exit 1; done
	@test -n "$(DESTDIR)" || ldconfig 2>/dev/null || true
uninstall: ## Remove what install installed
	rm -rf $(D)/include/hearth $(D)/include/hearth.h $(L)/libhearth.a $(L)/libhearth.so \
	    $(L)/libhearth.so.[0-9]* $(L)/pkgconfig/hearth.pc $(L)/pkgconfig/hearth-static.pc \
	    $(L)/cmake/hearth $(D)/share/doc/hearth $(D)/share/hearth $(D)/bin/hearth

comma := ,
FORCE:
.PHONY: all help deps demo check check-asan check-tsan check-browser fuzz lint bench coverage dist clean install \
        uninstall examples examples-stale run-tests run-browser run-lints run-bench run-fuzzers FORCE

-include $(OBJ:.o=.d) $(CLI:%.c=$(BUILD)/%.d) $(TESTS:=.d) $(FUZZERS:=.d) $(BENCHES:=.d) $(PAGES_OF:=.d) \
         $(patsubst %.c,$(BUILD)/%.d,$(wildcard test/support/*.c test/fuzz/replay.c))
