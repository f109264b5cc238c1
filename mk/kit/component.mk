# SPDX-License-Identifier: BSD-2-Clause
#
# A component outside of Anykernel's own tree, built with what "make install"
# installed.  GNU make; a makefile of three lines is enough:
#
#   COMP=  rumpfs_foo
#   SRCS=  foo_vfsops.c foo_vnops.c
#   include /usr/local/share/anykernel/mk/component.mk
#
# It makes lib$(COMP).so and lib$(COMP).a in the current folder (DESTLIB=),
# objects in build/ (B=).  Also understood:
#   VPATH             folders where sources are looked for
#   CPPFLAGS          -I, -D and the like; COPTS the compiler's other options
#   CPPFLAGS.foo.c, CFLAGS.foo.c, COPTS.foo.c     for one source
#   WARNS             0 (none) to 5; CWARNFLAGS more of them
#   NEEDS             components that have what is used here; by default
#                     those of the faction that COMP's name tells
#   HOST_SRCS         sources of the host half: ordinary C, with libc
#   HOSTLIBS          libraries of the host for it
#   IOCONF            config(5) fragments for headers such as opt_foo.h, foo.h
#   OPTIONS           "FOO BAR=3", as options lines in a fragment
#   UNDEFINED=allow   build even if a symbol is in no component
# Goals: all, clean, install-component (to $(DESTDIR)$(PREFIX)/lib).

KITMK := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
ROOT := $(patsubst %/share/anykernel/mk,%,$(KITMK))
ifneq ($(words $(CURDIR) $(ROOT)),2)
$(error a folder with spaces in its name: $(CURDIR), $(ROOT))
endif
include $(KITMK)/installed.mk
B ?= build$(addprefix -,$(FLAVOUR))
override B := $(abspath $(B))
ifneq ($(filter $(B)/%,$(CURDIR)/),)
$(error B=$(B) holds more than what is built: "make clean" removes it)
endif
include $(KITMK)/flags.mk
.DEFAULT_GOAL := all
.PHONY: all clean install-component .FORCE
ifeq ($(strip $(COMP)),)
$(error COMP is not set: the component's name, such as rumpfs_foo)
endif
ifeq ($(strip $(SRCS)),)
$(error SRCS is not set: the component's sources)
endif

O := $(B)
DESTLIB ?= .
INC := $(ROOT)/include
LIB := $(PREFIX)/lib
NEEDS ?= $(if $(filter rumpfs_%,$(COMP)),rumpvfs) \
	$(if $(filter rumpnet_%,$(COMP)),rumpnet) \
	$(if $(filter rumpdev_%,$(COMP)),rumpdev) rump

# What the kernel's own sources are warned about, others' need not be.
WARNS ?= 0
KWARN := $(if $(filter 0,$(WARNS)),-Wno-cpp,-Wall -Wno-sign-compare \
	-Wno-pointer-sign $(if $(filter-out 1 2,$(WARNS)),-Wextra \
	-Wno-unused-parameter -Wstrict-prototypes) \
	$(if $(filter-out 1 2 3,$(WARNS)),-Wmissing-prototypes -Wshadow)) \
	$(CWARNFLAGS) $(CWARNFLAGS.$(COMPILER))
KFLAGS := $(filter-out $(WARN),$(KCFLAGS)) -D_MODULE -DMODULAR \
	-D__NetBSD__ -U__linux__ -U__linux -Ulinux -U__gnu_linux__ \
	-I$(INC)/rump-kpi -I$(O)/config -I.
flags_of = $(CPPFLAGS) $(CPPFLAGS.$(1)) $(COPTS) $(COPTS.$(1)) $(CFLAGS.$(1))
HFLAGS := $(filter-out $(WARN),$(HCFLAGS)) -I$(INC) -I.

KSRCS := $(filter %.c %.S,$(filter-out $(HOST_SRCS) %_host.c,$(SRCS)))
HSRCS := $(HOST_SRCS) $(filter %_host.c,$(SRCS))
ODD := $(filter-out %.c %.S %.h,$(SRCS))
ifneq ($(ODD),)
$(error no rule for $(ODD): sources are .c and .S)
endif
obj = $(addprefix $(O)/,$(addsuffix .o,$(basename $(notdir $(1)))))
KOBJS := $(call obj,$(KSRCS))
HOBJS := $(call obj,$(HSRCS))
ifneq ($(words $(sort $(KOBJS) $(HOBJS))),$(words $(KOBJS) $(HOBJS)))
$(error two sources of the same name in SRCS)
endif

all: $(DESTLIB)/lib$(COMP).so $(DESTLIB)/lib$(COMP).a
	$(Q):
$(O)/.dir:
	$(Q)mkdir -p $(O)/sym && touch $@

# Whatever is said to compiler and linker: when it changes, all is made anew.
define SAID_NOW
$(CCCMD) $(KFLAGS) $(KWARN) $(HFLAGS) $(FLAVOUR_LDFLAGS)
$(foreach s,$(KSRCS) $(HSRCS),$(s) $(call flags_of,$(notdir $(s))))
$(VPATH) $(NEEDS) $(HOSTLIBS) $(UNDEFINED) $(OPTIONS) $(IOCONF)
endef
ifeq ($(filter clean,$(MAKECMDGOALS)),)
-include $(O)/said.mk
ifneq ($(SAID_NOW),$(SAID))
$(O)/said.mk: .FORCE
endif
$(O)/said.mk: | $(O)/.dir
	$(file >$@,define SAID)$(file >>$@,$(SAID_NOW))$(file >>$@,endef)@:
endif

$(O)/config.stamp: $(O)/said.mk $(IOCONF) $(KSRCS) $(KITMK)/ioconf.awk \
    $(KITMK)/config.sh
	$(Q)sh $(KITMK)/config.sh $(O)/config '$(OPTIONS)' '$(IOCONF)' . \
	    $(subst :, ,$(VPATH)) $(patsubst -I%,%,$(filter -I%,$(CPPFLAGS))) \
	    $(sort $(dir $(filter %.c %.S,$^))) && touch $@

define c_rule
$(call obj,$(1)): $(1) $(O)/said.mk | $(O)/config.stamp
	$$(Q)$$(call say,CC,$(notdir $(1)))
	$$(Q)$$(call compile,$$(if $(2),$$(HFLAGS),$$(KFLAGS) $$(KWARN) \
	    $(if $(filter %.S,$(1)),-D_LOCORE)) \
	    $$(call flags_of,$(notdir $(1))))
endef
$(foreach s,$(KSRCS),$(eval $(call c_rule,$(s),)))
$(foreach s,$(HSRCS),$(eval $(call c_rule,$(s),host)))
$(O)/dsoglue.o: $(KITMK)/dsoglue.c $(O)/said.mk
	$(Q)$(call compile,$(KFLAGS))

$(O)/$(COMP).joined.o: $(KOBJS) $(O)/said.mk
	$(Q)$(call say,JOIN,$(COMP))
	$(Q)LD='$(LD)' NM='$(NM)' OBJCOPY='$(OBJCOPY)' sh $(KITMK)/join.sh \
	    $@ $(KOBJS)

# Who has what is used here?
$(O)/check.ok: $(O)/$(COMP).joined.o $(HOBJS) $(wildcard $(KITMK)/../sym/*)
	$(Q)cp $(KITMK)/../sym/* $(O)/sym/
	$(Q)NM='$(NM)' sh $(KITMK)/syms.sh $(O)/sym/$(COMP) $< $(HOBJS)
	$(Q)HEADERS=any TOP=$(TOP) B=$(O) NM='$(NM)' \
	    sh $(KITMK)/check-component.sh . $(COMP) "$(NEEDS)" "$(KOBJS)" \
	    $(if $(filter allow,$(UNDEFINED)),|| :)
	$(Q)touch $@

$(DESTLIB)/lib$(COMP).a: $(O)/$(COMP).joined.o $(HOBJS) $(O)/check.ok
	$(Q)$(call say,AR,$(@F))
	$(Q)rm -f $@ && $(AR) rcsD $@ $(filter %.o,$^)
$(DESTLIB)/lib$(COMP).so: $(O)/$(COMP).joined.o $(HOBJS) $(O)/dsoglue.o \
    $(O)/check.ok
	$(Q)$(call say,LD,$(@F))
	$(Q)$(CCCMD) -shared -o $@.t $(filter %.o,$^) \
	    -Wl,-soname,lib$(COMP).so.0 -Wl,-Bsymbolic -Wl,-z,noexecstack \
	    -Wl,-rpath,'$$ORIGIN' -Wl,-rpath,$(LIB) -L$(ROOT)/lib \
	    $(if $(HOBJS)$(FLAVOUR_LDFLAGS),,-nostdlib) $(FLAVOUR_LDFLAGS) \
	    -Wl,--no-as-needed $(NEEDS:%=-l%) -lrumpuser \
	    $(if $(HOBJS),-pthread) $(HOSTLIBS) && mv -f $@.t $@

install-component: all
	install -d $(DESTDIR)$(LIB) $(DESTDIR)$(PREFIX)/share/anykernel/sym
	install -m 644 $(O)/sym/$(COMP) $(DESTDIR)$(PREFIX)/share/anykernel/sym/
	install -m 644 $(DESTLIB)/lib$(COMP).a $(DESTDIR)$(LIB)/
	install -m 755 $(DESTLIB)/lib$(COMP).so $(DESTDIR)$(LIB)/lib$(COMP).so.0
	ln -sf lib$(COMP).so.0 $(DESTDIR)$(LIB)/lib$(COMP).so

clean:
	rm -rf $(O) $(DESTLIB)/lib$(COMP).so $(DESTLIB)/lib$(COMP).a

-include $(wildcard $(O)/*.d)
