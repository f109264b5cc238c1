# SPDX-License-Identifier: BSD-2-Clause
#
# Libraries of the host found through pkg-config. PKGS must be there; OPT_PKGS
# are used when present and then define HAVE_<NAME>. The answers are kept in
# the build folder, as asking takes longer than a makefile.

PKG_FILES := $(PKGS:%=$(B)/pkg/%.mk) $(OPT_PKGS:%=$(B)/pkg/%.mk)
-include $(PKG_FILES)
$(B)/pkg/%.mk: $(MK)/pkg.sh $(MK)/packages
	$(Q)mkdir -p $(@D) && SYSROOT='$(SYSROOT)' CROSS='$(CROSS)' \
	    sh $(MK)/pkg.sh $* $(if $(filter $*,$(PKGS)),must) >$@.t && \
	    mv -f $@.t $@
PKG_CFLAGS := $(foreach p,$(PKGS) $(OPT_PKGS),$(PKG_CFLAGS.$(p)))
PKG_LIBS := $(foreach p,$(PKGS) $(OPT_PKGS),$(PKG_LIBS.$(p)))
