# SPDX-License-Identifier: BSD-2-Clause
#
# One component: a folder that becomes lib$(COMP).so and lib$(COMP).a.
# The folder's makefile (ten lines at most) sets, then includes this:
#   COMP         name of the library without "lib": rumpfs_ext2fs
#   NEEDS        components whose symbols it may use: rumpvfs rump
#   SRCS         kernel sources; default every *.c that is not in a list below
#   HOST_SRCS    host halves; default *_host.c
#   STATIC_SRCS  kernel sources that go into the .a only
#   WORLD=host   the whole component is host code (platforms)
#   CPPFLAGS     more preprocessor flags; HOSTLIBS libraries of the host
#   OPT_PKGS     pkg-config names used when present (defines HAVE_<NAME>)
#   GEN_CMD      shell command that writes kpi/, include/ and src/ files below
#                $$OUT; GEN_FROM its inputs; GEN_SRCS the C files in src/
#   GEN          further generated files the makefile has rules for
# Goals: all, objs (this folder alone), lib (check and link), gen.

include $(dir $(abspath $(lastword $(MAKEFILE_LIST))))flags.mk
.DEFAULT_GOAL := all
.PHONY: all objs lib gen

ifndef AK_INSIDE
# Started by hand in this folder: the top knows the order.
include $(MK)/delegate.mk
else

HOST_SRCS ?= $(wildcard *_host.c)
SRCS ?= $(filter-out $(HOST_SRCS) $(STATIC_SRCS),$(wildcard *.c))
ifeq ($(WORLD),host)
HOST_SRCS := $(SRCS) $(filter-out $(SRCS),$(HOST_SRCS))
KSRCS :=
else
KSRCS := $(SRCS)
endif

include $(MK)/pkgs.mk

KOBJS := $(KSRCS:%.c=$(O)/%.o) $(GEN_SRCS:%.c=$(O)/%.o)
HOBJS := $(HOST_SRCS:%.c=$(O)/%.o)
SOBJS := $(STATIC_SRCS:%.c=$(O)/%.o)
KJOIN := $(if $(strip $(KOBJS)),$(O)/$(COMP).o)
SJOIN := $(if $(strip $(SOBJS)),$(O)/$(COMP)_static.o)
SYMS := $(B)/sym/$(COMP)
ALLOBJS := $(KOBJS) $(HOBJS) $(SOBJS)

all: objs lib
objs: $(O)/purpose.ok $(KJOIN) $(SJOIN) $(HOBJS) $(O)/syms.ok
	$(Q):
lib: $(LIB)/lib$(COMP).a $(LIB)/lib$(COMP).so
	$(Q):

# Generated files appear only when their text changes.
gen: $(GEN) $(if $(GEN_CMD),$(O)/gen.stamp)
	$(Q):
$(O)/gen.stamp: $(GEN_FROM) Makefile
	$(Q)$(call say,GEN,$(REL))
	$(Q)rm -rf $(O)/gen && mkdir -p $(O)/gen/kpi/sys $(O)/gen/include/rump \
	    $(O)/gen/src
	$(Q)OUT=$(O)/gen; export OUT; $(GEN_CMD)
	$(Q)sh $(MK)/update.sh $(O)/gen/kpi $(B)/kpi
	$(Q)sh $(MK)/update.sh $(O)/gen/include $(B)/include
	$(Q)sh $(MK)/update.sh $(O)/gen/src $(O)
	$(Q)touch $@

# Objects.
KRULE = $(KCFLAGS) $(KINCS) -I. -I$(O) $(CPPFLAGS) $(CPPFLAGS.$*)
HRULE = $(HCFLAGS) $(HINCS) -I. $(PKG_CFLAGS) $(CPPFLAGS) $(CPPFLAGS.$*)
$(HOBJS): $(O)/%.o: %.c Makefile $(MKDEPS) | $(O)/.dir
	$(Q)$(call say,CC,$(REL)/$<)
	$(Q)$(call compile,$(HRULE))
$(filter-out $(GEN_SRCS:%.c=$(O)/%.o),$(KOBJS)) $(SOBJS): $(O)/%.o: %.c \
    Makefile $(MKDEPS) | $(O)/.dir
	$(Q)$(call say,CC,$(REL)/$<)
	$(Q)$(call compile,$(KRULE))
$(GEN_SRCS:%.c=$(O)/%.o): $(O)/%.o: $(O)/%.c Makefile $(MKDEPS)
	$(Q)$(call say,CC,$(REL)/$*.c)
	$(Q)$(call compile,$(KRULE))

# One object per component, global symbols renamed.
JOIN := LD='$(LD)' NM='$(NM)' OBJCOPY='$(OBJCOPY)' sh $(MK)/join.sh
$(KJOIN): $(KOBJS) $(MK)/join.sh $(MK)/exempt-syms
	$(Q)$(call say,JOIN,$(COMP))
	$(Q)$(JOIN) $@ $(KOBJS)
$(SJOIN): $(SOBJS) $(MK)/join.sh $(MK)/exempt-syms
	$(Q)$(JOIN) $@ $(SOBJS)

# Checks: layers and purpose comments at once, symbols and headers before linking.
HDRS := $(wildcard *.h)
$(O)/purpose.ok: $(KSRCS) $(HOST_SRCS) $(STATIC_SRCS) $(HDRS) Makefile \
    $(MK)/purpose.awk $(MK)/check-layers.sh | $(O)/.dir
	$(Q)sh $(MK)/check-layers.sh $(REL) $(COMP) $(NEEDS)
	$(Q)awk -f $(MK)/purpose.awk -v where=$(REL)/ $(filter %.c %.h,$^) \
	    Makefile
	$(Q)touch $@

$(O)/syms.ok: $(KJOIN) $(HOBJS) $(MK)/syms.sh | $(B)/sym/.dir
	$(Q)NM='$(NM)' sh $(MK)/syms.sh $(SYMS) "$(KJOIN)" $(HOBJS)
	$(Q)touch $@
$(SYMS): $(O)/syms.ok
	$(Q):

CHECK := TOP=$(TOP) B=$(B) NM='$(NM)' sh $(MK)/check-component.sh
$(O)/check.ok: $(KJOIN) $(SYMS) $(NEEDS:%=$(B)/sym/%) $(MK)/check-component.sh \
    $(MK)/exempt-syms Makefile $(SJOIN)
	$(Q)$(CHECK) $(REL) $(COMP) "$(NEEDS)" "$(KOBJS)"
	$(Q)touch $@

# Libraries.
$(LIB)/lib$(COMP).a: $(KJOIN) $(SJOIN) $(HOBJS) $(O)/check.ok | $(LIB)/.dir
	$(Q)$(call say,AR,lib$(COMP).a)
	$(Q)rm -f $@.t && $(AR) rcsD $@.t $(filter %.o,$^) && mv -f $@.t $@

GLUE := $(if $(KJOIN),$(B)/obj/mk/dsoglue.o)
DSONEEDS := $(NEEDS) $(if $(KJOIN),rumpuser)
# Nothing but what is declared: kernel code has no libc to link with, except
# that sanitizers and coverage bring their run time.
DSOFLAGS := $(if $(HOBJS)$(FLAVOUR_LDFLAGS),,-nostdlib) $(HLDFLAGS) \
	$(if $(filter clang,$(COMPILER)),$(if \
	$(filter asan tsan fuzz,$(FLAVOUR)),,-Wl$(comma)-z$(comma)defs),-Wl,-z,defs)
$(LIB)/lib$(COMP).so: $(KJOIN) $(HOBJS) $(GLUE) $(O)/check.ok \
    | $(LIB)/.dir $(DSONEEDS:%=$(LIB)/lib%.so)
	$(Q)$(call say,LD,lib$(COMP).so)
	$(Q)$(CCCMD) -shared -o $@.0.t $(filter %.o,$^) \
	    -Wl,-soname,lib$(COMP).so.0 -Wl,-Bsymbolic -Wl,-z,noexecstack \
	    -Wl,-rpath,'$$ORIGIN' -Wl,-rpath-link,$(LIB) -L$(LIB) \
	    $(DSOFLAGS) -Wl,--no-as-needed $(DSONEEDS:%=-l%) \
	    $(if $(HOBJS),-pthread) $(PKG_LIBS) $(HOSTLIBS)
	$(Q)mv -f $@.0.t $@.0 && ln -sf lib$(COMP).so.0 $@

%/.dir:
	$(Q)mkdir -p $* && touch $@

ifeq ($(filter-out objs all,$(or $(MAKECMDGOALS),all)),)
-include $(ALLOBJS:.o=.d)
endif
endif
