# SPDX-License-Identifier: BSD-2-Clause
#
# Where things are and how C is compiled, for every makefile of the tree:
# the top one and, through component.mk, program.mk and test.mk, each folder's.
# Variables a user may set: CC, ARCH, FLAVOUR, B, OPT, WERROR, V.

MAKEFLAGS += -rR --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
SHELL := /bin/sh
empty :=
space := $(empty) $(empty)
comma := ,

TOP := $(patsubst %/mk/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
MK := $(TOP)/mk
REL := $(patsubst $(TOP)/%,%,$(CURDIR))
Q := $(if $(V),,@)
say = $(if $(V),:,printf '%-6s %s\n' $(1) $(2))

# Compiler and architecture.
ifneq ($(filter default undefined,$(origin CC)),)
CC := gcc
endif
COMPILER := $(if $(findstring clang,$(CC)),clang,gcc)
HOSTARCH := $(or $(AK_HOSTARCH),$(shell uname -m))
ARCH ?= $(HOSTARCH)
ifneq ($(ARCH),$(HOSTARCH))
CROSS := $(ARCH)-linux-gnu-
CCCMD := $(if $(filter clang,$(COMPILER)),$(CC) --target=$(ARCH)-linux-gnu,$(CROSS)gcc)
EMULATOR := qemu-$(ARCH) -L /usr/$(ARCH)-linux-gnu
else
CROSS :=
CCCMD := $(CC)
endif
LD := $(CROSS)ld
AR := $(CROSS)ar
NM := $(CROSS)nm
OBJCOPY := $(CROSS)objcopy

# One build folder per combination.
FLAVOUR ?=
ifndef B
B := build$(addprefix -,$(FLAVOUR))$(if $(CROSS),-$(ARCH))
B := $(TOP)/$(B)$(if $(filter clang,$(COMPILER)),-clang)
endif
ifeq ($(filter /%,$(B)),)
override B := $(TOP)/$(B)
endif
# Libraries of the other architecture that Debian's cross compiler lacks.
SYSROOT := $(if $(CROSS),$(B)/sysroot)
O := $(B)/obj/$(REL)
LIB := $(B)/lib

# Flavours.
OPT ?= -O2 -g
FLAVOUR_CFLAGS :=
FLAVOUR_LDFLAGS :=
FLAVOUR_KFLAGS :=
ifeq ($(FLAVOUR),asan)
FLAVOUR_CFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
FLAVOUR_LDFLAGS := -fsanitize=address,undefined
else ifeq ($(FLAVOUR),tsan)
FLAVOUR_CFLAGS := -fsanitize=thread -fno-omit-frame-pointer
FLAVOUR_LDFLAGS := -fsanitize=thread
# gcc warns that fences alone (membar_ops(3)) mean nothing to the sanitizer.
FLAVOUR_KFLAGS := $(if $(filter clang,$(COMPILER)),,-Wno-tsan)
else ifeq ($(FLAVOUR),cov)
OPT := -O0 -g
FLAVOUR_CFLAGS := --coverage -fprofile-update=atomic
FLAVOUR_LDFLAGS := --coverage
else ifeq ($(FLAVOUR),lockdebug)
FLAVOUR_KFLAGS := -DLOCKDEBUG -DDEBUG
else ifeq ($(FLAVOUR),fuzz)
# For fuzz/: with clang.  Drivers and the network are what is to be explored.
FLAVOUR_CFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
FLAVOUR_LDFLAGS := -fsanitize=address,undefined
FLAVOUR_KFLAGS := -DKMEM_GUARD $(if $(filter drivers/% kern/net,$(REL)), \
	-fsanitize-coverage=inline-8bit-counters$(comma)pc-table$(comma)trace-cmp)
else ifneq ($(FLAVOUR),)
$(error FLAVOUR is asan, tsan, lockdebug, cov, fuzz or empty, not '$(FLAVOUR)')
endif

WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	$(if $(WERROR),-Werror)
COMMON := -std=gnu17 $(OPT) -fPIC -fno-common -fno-strict-aliasing \
	-ffunction-sections -fdata-sections \
	-fmacro-prefix-map=$(TOP)/= $(FLAVOUR_CFLAGS)
ifeq ($(COMPILER),clang)
COMMON += -fno-addrsig
endif
ifeq ($(ARCH),aarch64)
COMMON += -mno-outline-atomics
endif
# A string instruction takes long to begin: not for a structure.
ifeq ($(ARCH)$(COMPILER),x86_64gcc)
SMALL := unrolled_loop:256:noalign,rep_8byte:8192:noalign,libcall:-1:noalign
COMMON += -mmemset-strategy=$(SMALL) -mmemcpy-strategy=$(SMALL)
endif

# Kernel world: no libc, NetBSD's interfaces.
KCFLAGS := $(COMMON) $(WARN) -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-pointer-sign \
	-ffreestanding -nostdinc -ftls-model=initial-exec \
	-D_KERNEL -DDIAGNOSTIC $(FLAVOUR_KFLAGS)
KINCS := -I$(TOP)/kpi -I$(B)/kpi -I$(TOP)/include -I$(B)/include

# Host world: ordinary C on the platform's libc.
HCFLAGS := $(COMMON) $(WARN) -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -D_GNU_SOURCE -pthread
HINCS := -I$(TOP)/include -I$(B)/include \
	$(if $(SYSROOT),-isystem $(SYSROOT)/usr/include)
SYSLIB := $(SYSROOT)/usr/lib/$(ARCH)-linux-gnu
# An RPATH of the program also finds what its libraries need in turn.
HLDFLAGS := $(FLAVOUR_LDFLAGS) \
	$(if $(SYSROOT),-L$(SYSLIB) -Wl$(comma)-rpath$(comma)$(SYSLIB) \
	-Wl$(comma)--disable-new-dtags)

# $(call compile,flags): $< to $@ by its full path, for messages; both the object and its dependencies
# appear whole or not at all. Coverage notes are named after -o: no detour.
ifeq ($(FLAVOUR),cov)
compile = $(CCCMD) $(1) -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@ $(abspath $<)
else
compile = $(CCCMD) $(1) -MMD -MP -MF $@.d$$$$ -MT $@ -c -o $@.t$$$$ $(abspath $<) && \
	mv -f $@.d$$$$ $(@:.o=.d) && mv -f $@.t$$$$ $@ || \
	{ rm -f $@.d$$$$ $@.t$$$$; false; }
endif

# What every object depends on besides its source and headers.
MKDEPS := $(MK)/flags.mk

-include $(B)/meta.mk

# $(call closure,libs): libs and what they need, each once.
needs_of = $(1) $(foreach n,$(NEEDS.$(1)),$(call needs_of,$(n)))
uniq = $(if $(1),$(firstword $(1)) $(call uniq,$(filter-out \
	$(firstword $(1)),$(1))))
closure = $(call uniq,$(foreach l,$(1),$(call needs_of,$(l))))
