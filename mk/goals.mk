# SPDX-License-Identifier: BSD-2-Clause
#
# What one can ask of the top makefile beyond building: demo, tests in every
# flavour, benchmarks, style, coverage, installation, help. Included by it.

.PHONY: help deps demo check bench asan tsan lockdebug valgrind cov \
    check-style check-kpi install clean distclean

help:
	@sed -n 's/^## //p' mk/goals.mk

## make                build everything into build/
## make demo           build, then see a rump kernel at work
## make check          build, then run the tests
##      T=fs/ext2          only those of a folder, or T=fs/ext2:t_x[:case]
##      T=...:t_x:case GDB=1   that case under gdb
## make bench          build, then print figures beside the host's
## make asan | tsan | lockdebug    build and test in that flavour; T= too
## make valgrind       run the tests of the ordinary build under memcheck; T= too
## make check-driver SO= TYPE= MKFS= FSCK=    test a driver from elsewhere
## make fuzz TIME=60    look for crashes with clang's libFuzzer (tests/fuzz)
##      T=ext2             one target, not each in turn
## make cov            test with coverage counted, print a summary
## make check-style    layout, lengths, purpose comments, manual pages
## make coverage-table  write docs/kpi-coverage.md from the tests
## make check-kpi      compare with the tables of NetBSD's interfaces
##      KPIDRIVERS="a b"   only what these drivers use
##      KPIARGS="--class fs"  only what drivers of a class use
## make install DESTDIR= PREFIX=/usr/local
##                     with a kit for drivers elsewhere: docs/porting.md
## make ARCH=aarch64 [check]       cross compile (tests run under qemu)
## make CC=clang [check]           with the other compiler
## make deps           install what is missing (Debian packages)
## make <folder>       only that folder and what it needs; <folder>/objs
## make clean          remove this build folder (distclean: all of them)
## Variables: B= build folder, FLAVOUR= asan tsan lockdebug cov fuzz, OPT="-O2 -g",
##      WERROR=1 warnings are errors, V=1 show commands, KPICHECK= path

DEPS_FOR := build test $(if $(CROSS),$(ARCH)) \
	$(if $(filter clang,$(COMPILER)),clang) $(if $(GDB),gdb) \
	$(if $(VALGRIND),valgrind)
deps:
	@sh mk/deps.sh $(DEPS_FOR)
	$(if $(CROSS),@AK_CROSS=$(ARCH) sh mk/sysroot.sh $(SYSROOT))

# One make on its own uses all processors; below another it shares the jobs.
PAR = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

demo: deps
	$(Q)+$(MAKE) $(PAR) all
	@[ -x demo/demo.sh ] || { echo 'demo/demo.sh is not here' >&2; exit 1; }
	@TOP=$(TOP) B=$(B) demo/demo.sh

# Only what T= asks for is built: folders of that name, or with it somewhere.
# The build is a second make, so that packages are there when it looks.
T_DIR := tests/$(patsubst %/,%,$(patsubst tests/%,%,$(firstword \
	$(subst :, ,$(T)))))
T_DIRS := $(if $(T),$(or $(filter $(T_DIR) $(T_DIR)/%,$(TEST_DIRS)),$(foreach \
	d,$(TEST_DIRS),$(if $(findstring $(T_DIR:tests/%=%),$(d)),$(d)))))
check: deps
	$(Q)+$(MAKE) $(PAR) $(or $(T_DIRS),all)
	@B=$(B) TOP=$(TOP) FLAVOUR='$(FLAVOUR)' ARCHFLAG='$(if $(CROSS),ARCH=$(ARCH))' \
	    CCFLAG='$(if $(filter clang,$(COMPILER)),CC=$(CC))' \
	    GDB='$(GDB)' VALGRIND='$(VALGRIND)' CASE='$(CASE)' sh mk/check.sh '$(T)'

# The suite on a driver of somebody's; tests/fs/driver/dr.h says what is what.
.PHONY: check-driver
check-driver:
	@if [ ! -f '$(SO)' ] || [ -z '$(TYPE)' ] || [ -z '$(MKFS)' ] || \
	    [ -z '$(FSCK)' ]; then \
	    echo "check-driver wants SO=library TYPE=name MKFS=command" \
	        "FSCK=command" >&2; exit 2; fi
	$(Q)+CHECK_SO='$(abspath $(SO))' CHECK_TYPE='$(TYPE)' \
	    CHECK_MKFS='$(MKFS)' CHECK_FSCK='$(FSCK)' CHECK_KIB='$(KIB)' \
	    $(MAKE) check T='$(or $(T),fs/driver)'

bench: deps
	@sh mk/deps.sh bench
	$(Q)+$(MAKE) $(PAR) libs progs bench-build
	@B=$(B) TOP=$(TOP) sh mk/bench.sh $(T)

# The environment's B belongs to the flavour make was started in.
asan tsan lockdebug:
	$(Q)+unset B; $(MAKE) FLAVOUR=$@ check

valgrind:
	$(Q)+$(MAKE) VALGRIND=1 check

# The flavour has a build folder of its own, where it keeps what it found.
.PHONY: fuzz fuzz-run
fuzz:
	@sh mk/deps.sh build test clang
	$(Q)+unset B; $(MAKE) CC=clang FLAVOUR=fuzz fuzz-run
fuzz-run:
	$(Q)+$(MAKE) $(PAR) tests/fuzz
	@B=$(B) TOP=$(TOP) TIME=$(TIME) sh tests/fuzz/fuzz.sh $(T)

# "check" builds what it runs; counts of older runs go first.
COV_B := $(if $(filter command override,$(origin B)),$(B),$(TOP)/build-cov)
cov:
	$(Q)+unset B; mkdir -p $(COV_B) && \
	    find $(COV_B) -name '*.gcda' -delete && \
	    { $(MAKE) FLAVOUR=cov check; rc=$$?; sh mk/cov.sh $(COV_B); \
	    exit $$rc; }

check-style:
	@sh mk/deps.sh style
	@TOP=$(TOP) sh mk/style.sh

.PHONY: coverage-table
coverage-table:
	@TOP=$(TOP) sh mk/coverage-table.sh -w

KPICHECK ?= $(firstword $(wildcard ../shared/tools/kpi-check))
check-kpi:
ifeq ($(KPICHECK),)
	@echo "skipped: no kpi-check found; name it with KPICHECK="
else
	$(Q)+$(MAKE) $(PAR) libs
	$(foreach d,$(or $(KPIDRIVERS),all),$(KPICHECK) $(TOP) --libs $(LIB) \
	    --host-cppflags '-I include -I $(B)/include' \
	    $(if $(KPIDRIVERS),--driver $(d)) $(KPIARGS) &&) :
endif

PREFIX ?= /usr/local
# The examples are built, so that they stay right, but nobody's to load.
INST_COMPS = $(foreach d,$(filter-out examples/%,$(COMP_DIRS)),$(COMP.$(d)))
install:
	$(Q)+$(MAKE) $(PAR) libs progs
	@B=$(B) DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' \
	    FLAVOUR='$(FLAVOUR)' ARCH='$(ARCH)' \
	    sh mk/install.sh "$(foreach c,$(INST_COMPS),$(c)=$(subst \
	    $(space),$(comma),$(strip $(NEEDS.$(c))))=$(subst \
	    $(space),$(comma),$(strip $(PKGS.$(c)))))"

clean:
	rm -rf $(B)
distclean:
	rm -rf build build-asan* build-tsan* build-lockdebug* build-cov* \
	    build-fuzz* build-clang build-aarch64*
