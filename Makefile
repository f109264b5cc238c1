# SPDX-License-Identifier: BSD-2-Clause
#
# The whole tree. Finds the folders by their makefiles, reads from those what
# needs what (mk/meta.awk) and runs one make per folder in the right order.
# "make help" lists the goals, mk/README.md tells how it works.

include mk/flags.mk
.DEFAULT_GOAL := all
export B AK_INSIDE AK_HOSTARCH FLAVOUR ARCH CC OPT WERROR
AK_HOSTARCH := $(HOSTARCH)
AK_INSIDE := 1

MAKEFILES_ALL := $(wildcard $(addsuffix /Makefile,kern/* drivers/*/* \
	platform/* remote remote/* tools/* examples examples/* bench bench/* \
	tests tests/* tests/*/* tests/*/*/* tests/*/*/*/*))

# What the folders say; made anew when one changes, comes or goes.
ifneq ($(META_LIST),$(MAKEFILES_ALL))
$(B)/meta.mk: .FORCE
endif
$(B)/meta.mk: $(MAKEFILES_ALL) mk/meta.awk
	@mkdir -p $(B) && { echo "META_LIST := $(MAKEFILES_ALL)"; \
	    awk -f mk/meta.awk -v top=$(TOP) $(MAKEFILES_ALL) </dev/null; } \
	    >$@.t$$$$ && mv -f $@.t$$$$ $@
.PHONY: .FORCE

include mk/goals.mk

.PHONY: all libs progs gen tests-build bench-build
all: libs progs tests-build bench-build
COMP_DIRS := $(foreach c,$(COMPS),$(DIR.$(c)))
libs: $(COMP_DIRS) tree-checks
progs: $(PROG_DIRS)
# "bench" runs them, so building that folder has another name.
goal_of = $(patsubst bench,bench/.,$(1))
bench-build: $(call goal_of,$(BENCH_DIRS))
HAVE_ATF := $(if $(CROSS),$(wildcard $(SYSROOT)/usr/include/atf-c.h),$(wildcard \
	/usr/include/atf-c.h))
tests-build: $(if $(HAVE_ATF),$(TEST_DIRS))
ifeq ($(HAVE_ATF),)
	@echo "tests are not built: libatf-dev is missing (make deps)"
endif

# Generated headers come before any compilation.
GEN_GOALS := $(GEN_DIRS:%=%/gen)
gen: $(GEN_GOALS) $(B)/obj/mk/dsoglue.o
.PHONY: $(GEN_GOALS)
$(GEN_GOALS):
	$(Q)$(MAKE) -C $(@:/gen=) gen
$(B)/obj/mk/dsoglue.o: mk/dsoglue.c mk/flags.mk | $(GEN_GOALS)
	$(Q)mkdir -p $(@D)
	$(Q)$(call compile,$(KCFLAGS) $(KINCS))
-include $(B)/obj/mk/dsoglue.d

# A component's objects wait for nobody; its library waits for what it needs.
.PHONY: $(COMP_DIRS) $(COMP_DIRS:%=%/objs) $(COMP_DIRS:%=%/lib)
$(COMP_DIRS): %: %/objs %/lib
$(COMP_DIRS:%=%/objs): $(GEN_GOALS)
	$(Q)$(MAKE) -C $(@:/objs=) objs
define lib_rule
$(1)/lib: $(1)/objs $(B)/obj/mk/dsoglue.o $(foreach n,$(NEEDS.$(COMP.$(1))),\
    $(if $(DIR.$(n)),$(DIR.$(n))/lib,need-$(n)))
	$$(Q)$$(MAKE) -C $(1) lib
endef
$(foreach d,$(COMP_DIRS),$(eval $(call lib_rule,$(d))))
need-%:
	@echo "no folder has the component $*, which another one needs" >&2; false

# Programs wait for the libraries they link, tests for the tools they run.
.PHONY: $(PROG_DIRS) $(TEST_DIRS) $(call goal_of,$(BENCH_DIRS))
define prog_rule
$(call goal_of,$(1)): $(foreach l,$(call uniq,$(LIBS.$(1))),$(if $(DIR.$(l)),$(DIR.$(l))/lib,need-$(l))) \
    $(TOOLS.$(1):%=tools/%)
	$$(Q)$$(MAKE) -C $(1) all
endef
$(foreach d,$(PROG_DIRS) $(TEST_DIRS) $(BENCH_DIRS),$(eval $(call prog_rule,$(d))))

# Purpose comments of the folders that have no makefile.
.PHONY: tree-checks
tree-checks:
	$(Q)mkdir -p $(B)
	$(Q)find kpi include examples mk -name '*.[chS]' \
	    $$([ -f $(B)/purpose.ok ] && echo -newer $(B)/purpose.ok) \
	    2>/dev/null | { xargs -r awk -f mk/purpose.awk </dev/stdin; } && \
	    touch $(B)/purpose.ok
