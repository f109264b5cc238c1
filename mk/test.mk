# SPDX-License-Identifier: BSD-2-Clause
#
# Test programs, run by kyua: one ATF case is one process with one kernel.
# The folder's makefile sets, then includes this:
#   TESTS          names of ATF programs in C (t_mutex from t_mutex.c)
#   TESTS_SH       names of ATF programs in shell (t_x from t_x.sh); they know
#                  TOP, the tree, and B, the build folder
#   HELPERS        ordinary programs the tests run; without ATF
#   TOOLS          folders of tools/ whose programs the tests run: fsu
#   TIMEOUT[.prog] seconds a case may take; default 60; five times that
#                  with sanitizers, coverage and emulation
#   SKIP_FLAVOURS.prog   flavours it is not run in, e.g. tsan
#   and everything program.mk knows: SRCS.prog, KSRCS.prog, LIBS, STATIC ...
# STATIC[.prog]=both is worth a case's while: registration differs.
# The programs and a Kyuafile land in the same place below $(B)/tests.

AK_TEST_MK := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
include $(AK_TEST_MK)flags.mk
PROGS = $(TESTS) $(HELPERS)
BINDIR = $(B)/$(REL)
$(foreach t,$(TESTS),$(eval HOSTLIBS.$(t) += -latf-c))
# Debian has no static ATF: the _static variant of a test has the components
# static and libc dynamic. A helper with STATIC.name=only is all static.
LIBCDYNAMIC = $(TESTS)
include $(AK_TEST_MK)program.mk

ifdef AK_INSIDE
all: $(BINDIR)/Kyuafile $(TESTS_SH:%=$(BINDIR)/%)

$(TESTS_SH:%=$(BINDIR)/%): $(BINDIR)/%: %.sh | $(BINDIR)/.dir
	$(Q){ echo "#! /usr/bin/env atf-sh"; echo 'TOP=$(TOP) B=$(B)'; \
	    cat $<; } >$@.t && \
	    chmod +x $@.t && mv -f $@.t $@

TIMEOUT ?= 60
SLOWER := $(if $(filter asan tsan cov,$(FLAVOUR)),5,$(if $(CROSS),5,1))
runs = $(if $(filter $(or $(FLAVOUR),plain),$(SKIP_FLAVOURS.$(1))),,$(1))
RUN := $(foreach p,$(TESTS_SH) $(filter-out $(HELPERS) \
	$(HELPERS:%=%_static),$(ALL_PROGS)),$(call runs,$(p)))
kyua_line = echo 'atf_test_program{name="$(1)", timeout='$$(($(or \
	$(TIMEOUT.$(1)),$(TIMEOUT)) * $(SLOWER)))'}'
$(BINDIR)/Kyuafile: Makefile $(MK)/test.mk $(wildcard t_*.c t_*.sh) | $(BINDIR)/.dir
	$(Q){ echo 'syntax(2)'; echo 'test_suite("anykernel")'; \
	    $(foreach p,$(RUN),$(call kyua_line,$(p));) } >$@.t && \
	    mv -f $@.t $@
endif
