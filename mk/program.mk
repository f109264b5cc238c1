# SPDX-License-Identifier: BSD-2-Clause
#
# Host programs that link with components. The folder's makefile sets, then
# includes this:
#   PROG or PROGS  names of the programs
#   SRCS[.prog]    host sources; default prog.c
#   KSRCS[.prog]   kernel-world sources: compiled, joined and renamed like a
#                  component, then linked into the program
#   LIBS[.prog]    components to link; default rump. What they need comes along
#   LOADS          components the programs load themselves when they need them
#   HOSTLIBS[.prog], PKGS, OPT_PKGS, CPPFLAGS[.prog]   of the host
#   STATIC[.prog]  "both": also build prog_static out of the archives; "only":
#                  build nothing but that, under the plain name
#   LINKS          further names of the first program (multi-call programs)
#   BINDIR         default $(B)/bin; $(B)/bench for bench/
#   DATA           files of the folder that are copied beside the programs
# Whole archives are linked, so that registrations are never dropped.

include $(dir $(abspath $(lastword $(MAKEFILE_LIST))))flags.mk
.DEFAULT_GOAL := all
.PHONY: all

ifndef AK_INSIDE
include $(MK)/delegate.mk
else

PROGS ?= $(PROG)
BINDIR ?= $(B)/$(if $(filter bench bench/%,$(REL)),bench,bin)
LIBS ?= rump
include $(MK)/pkgs.mk

srcs_of = $(or $(SRCS.$(1)),$(if $(filter $(1),$(PROG)),$(SRCS)),$(1).c)
ksrcs_of = $(or $(KSRCS.$(1)),$(if $(filter $(1),$(PROG)),$(KSRCS)))
libs_of = $(if $(filter undefined,$(origin LIBS.$(1))),$(LIBS),$(LIBS.$(1)))
static_of = $(or $(STATIC.$(1)),$(STATIC))
objs_of = $(patsubst %.c,$(O)/%.o,$(call srcs_of,$(1)))
kobj_of = $(if $(strip $(call ksrcs_of,$(1))),$(O)/$(1).kernel.o)
hostlibs_of = $(PKG_LIBS) $(HOSTLIBS) $(HOSTLIBS.$(1))

DYNAMIC := $(foreach p,$(PROGS),$(if $(filter only,$(call static_of,$(p))),,$(p)))
BOTH := $(foreach p,$(PROGS),$(if $(filter both 1,$(call static_of,$(p))),$(p)))
ONLY := $(filter-out $(DYNAMIC),$(PROGS))
ALL_PROGS := $(DYNAMIC) $(ONLY) $(BOTH:%=%_static)
ALLKSRCS := $(sort $(foreach p,$(PROGS),$(call ksrcs_of,$(p))))
ALLSRCS := $(sort $(foreach p,$(PROGS),$(call srcs_of,$(p))))
OBJS := $(ALLSRCS:%.c=$(O)/%.o)
KOBJS := $(ALLKSRCS:%.c=$(O)/%.o)
# Cross builds run under an emulator, which a wrapper calls.
WRAP := $(if $(CROSS),$(if $(filter $(B)/tests%,$(BINDIR)),.elf))

all: $(ALL_PROGS:%=$(BINDIR)/%) $(LINKS:%=$(BINDIR)/%) $(O)/purpose.ok \
    $(DATA:%=$(BINDIR)/%)
	$(Q):

$(OBJS): $(O)/%.o: %.c Makefile $(MKDEPS) | $(O)/.dir
	$(Q)$(call say,CC,$(REL)/$<)
	$(Q)$(call compile,$(HCFLAGS) $(HINCS) -I. $(PKG_CFLAGS) $(CPPFLAGS) \
	    $(CPPFLAGS.$*))
$(KOBJS): $(O)/%.o: %.c Makefile $(MKDEPS) | $(O)/.dir
	$(Q)$(call say,CC,$(REL)/$<)
	$(Q)$(call compile,$(KCFLAGS) $(KINCS) -I. $(KCPPFLAGS) $(CPPFLAGS.$*))

JOIN := LD='$(LD)' NM='$(NM)' OBJCOPY='$(OBJCOPY)' sh $(MK)/join.sh
define kernel_rule
$(O)/$(1).kernel.o: $(patsubst %.c,$(O)/%.o,$(call ksrcs_of,$(1))) \
    $(MK)/join.sh $(MK)/exempt-syms
	$$(Q)$$(JOIN) $$@ $$(filter %.o,$$^)
endef
$(foreach p,$(PROGS),$(if $(call kobj_of,$(p)),$(eval $(call kernel_rule,$(p)))))

# Dynamic: all libraries are kept although nothing may refer to them, because
# loading them is what registers them. The glue registers the program's own.
# Linked again only when the program or a library's set of names changes.
alllibs_of = $(call closure,$(call libs_of,$(1)))
# A sanitizer's dlopen() calls from its own library, which has no RUNPATH; an
# RPATH of the program is searched whoever calls.
RPATHKIND := $(if $(filter asan tsan fuzz,$(FLAVOUR)),-Wl$(comma)--disable-new-dtags)
RPATH := $(if $(filter $(B)/tests%,$(BINDIR)),$(LIB),$$ORIGIN/../lib)
define dynamic_rule
$(BINDIR)/$(1)$(WRAP): $(call objs_of,$(1)) $(call kobj_of,$(1)) \
    $(if $(call kobj_of,$(1)),$(B)/obj/mk/dsoglue.o) \
    $(patsubst %,$(B)/sym/%,$(call libs_of,$(1))) \
    | $(BINDIR)/.dir $(patsubst %,$(LIB)/lib%.so,$(call alllibs_of,$(1)))
	$$(Q)$$(call say,LD,$(patsubst $(B)/%,%,$(BINDIR))/$(1))
	$$(Q)$$(CCCMD) $$(OPT) -o $$@.t$$$$$$$$ $$(filter %.o,$$^) \
	    $(HLDFLAGS) -L$(LIB) $(RPATHKIND) -Wl,-rpath,'$$(RPATH)' \
	    -Wl,-rpath-link,$(LIB) -Wl,--push-state,--no-as-needed \
	    $(patsubst %,-l%,$(call alllibs_of,$(1))) -Wl,--pop-state \
	    -pthread $(call hostlibs_of,$(1)) && mv -f $$@.t$$$$$$$$ $$@
endef
$(foreach p,$(DYNAMIC),$(eval $(call dynamic_rule,$(p))))

# Static: whole archives; sanitizers cannot do without a dynamic libc, where
# only the components are static.
libcstatic = $(if $(filter asan tsan fuzz,$(FLAVOUR))$(filter \
	$(1),$(LIBCDYNAMIC)),,-static)
define static_rule
$(BINDIR)/$(2)$(WRAP): $(call objs_of,$(1)) $(call kobj_of,$(1)) \
    $(patsubst %,$(LIB)/lib%.a,$(call alllibs_of,$(1))) | $(BINDIR)/.dir
	$$(Q)$$(call say,LD,$(patsubst $(B)/%,%,$(BINDIR))/$(2))
	$$(Q)$$(CCCMD) $$(OPT) -o $$@.t$$$$$$$$ $$(filter %.o,$$^) $(call libcstatic,$(1)) \
	    $(HLDFLAGS) -Wl,--gc-sections -Wl,--whole-archive \
	    $$(filter %.a,$$^) -Wl,--no-whole-archive -pthread \
	    $(call hostlibs_of,$(1)) $(foreach l,$(call alllibs_of,$(1)),\
	    $(HOSTLIBS.$(l)) $(foreach k,$(PKGS.$(l)),$(PKG_LIBS.$(k)))) \
	    2>$$@.log; rc=$$$$?; grep -v -e 'statically linked appl' \
	    -e ': in function ' $$@.log >&2; rm -f $$@.log; [ $$$$rc = 0 ] \
	    && mv -f $$@.t$$$$$$$$ $$@
endef
-include $(foreach k,$(sort $(foreach l,$(COMPS),$(PKGS.$(l)))),$(B)/pkg/$(k).mk)
$(foreach p,$(ONLY),$(eval $(call static_rule,$(p),$(p))))
$(foreach p,$(BOTH),$(eval $(call static_rule,$(p),$(p)_static)))

wrap = printf '\#!/bin/sh\nAK_EMULATED=1 exec %s %s "$$@"\n' '$(EMULATOR)' \
	'$(1)' >$@ && chmod +x $@
ifneq ($(WRAP),)
$(ALL_PROGS:%=$(BINDIR)/%): $(BINDIR)/%: $(BINDIR)/%$(WRAP) $(MK)/program.mk
	$(Q)$(call wrap,$<)
else ifneq ($(CROSS),)
# Tests in shell find programs here that run on this machine.
all: $(patsubst %,$(B)/emu/%,$(ALL_PROGS) $(LINKS))
$(B)/emu/%: $(BINDIR)/% $(MK)/program.mk
	$(Q)mkdir -p $(@D) && $(call wrap,$<)
endif

$(LINKS:%=$(BINDIR)/%): $(BINDIR)/$(firstword $(PROGS))
	$(Q)ln -sf $(firstword $(PROGS)) $@

$(DATA:%=$(BINDIR)/%): $(BINDIR)/%: % | $(BINDIR)/.dir
	$(Q)mkdir -p $(@D) && rm -rf $@ && cp -R $< $@

$(O)/purpose.ok: $(wildcard *.c *.h) $(MK)/purpose.awk | $(O)/.dir
	$(Q)awk -f $(MK)/purpose.awk -v where=$(REL)/ $(filter %.c %.h,$^)
	$(Q)touch $@

%/.dir:
	$(Q)mkdir -p $* && touch $@

-include $(OBJS:.o=.d) $(KOBJS:.o=.d)
endif
