# hearth - build, test, install.  `make help` lists the targets.
PREFIX  ?= /usr/local
BUILD   ?= build
CC      ?= cc
CFLAGS  ?= -O2 -g
LAYERS  ?= core http json db net app transport boot
DEPS     = libmicrohttpd jansson sqlite3 libuv libsodium
VERSION := $(shell sed -n 's/.*HEARTH_VERSION "\(.*\)"/\1/p' include/hearth/base.h)
SOMAJOR  = 0
PC      := $(shell pkg-config --cflags $(DEPS))
PL      := $(shell pkg-config --libs $(DEPS))

ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -fPIC -fvisibility=hidden -pthread \
             -Iinclude -Ilib $(PC) $(WARN) $(CFLAGS)
LIBS       = $(PL) -pthread -lm
WARN       = -Wall -Wextra -Wpedantic -Wconversion -Wshadow
ifdef DEVELOPER
WARN      += -Werror -Wvla -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef
endif

SRC   := $(sort $(wildcard $(LAYERS:%=lib/%/*.c)))
OBJ   := $(SRC:%.c=$(BUILD)/%.o)
UNIT  := $(sort $(wildcard test/unit/test_*.c test/http/test_*.c test/wire/test_*.c test/fault/test_*.c))
SUPPORT := $(sort $(wildcard test/support/*.c))
TESTS := $(UNIT:%.c=$(BUILD)/%)

all: $(BUILD)/libhearth.a
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itest/support -MMD -MP -c -o $@ $<
$(BUILD)/libhearth.a: $(OBJ)
	@rm -f $@
	$(AR) rcs $@ $^
WRAP = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup
$(BUILD)/test/%: $(BUILD)/test/%.o $(SUPPORT:%.c=$(BUILD)/%.o) $(BUILD)/libhearth.a
	$(CC) $(LDFLAGS) $(if $(findstring /fault/,$@),$(WRAP)) -o $@ $(filter-out %/fault.o,$(filter %.o,$^)) $(if $(findstring /fault/,$@),$(BUILD)/test/support/fault.o) $(BUILD)/libhearth.a $(LIBS) $(shell pkg-config --libs check)
check: $(TESTS)
	@for t in $(TESTS); do $$t || exit 1; done
.PRECIOUS: $(BUILD)/%.o
.PHONY: all check
-include $(OBJ:.o=.d) $(TESTS:=.d)
