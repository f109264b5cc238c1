# SPDX-License-Identifier: BSD-2-Clause
#
# Included by component.mk, program.mk and test.mk when make was started by
# hand in a folder: hands the goal to the top makefile, which knows what has
# to be built before this folder.

.PHONY: all objs lib gen clean
all:
	$(Q)$(MAKE) -C $(TOP) $(REL:bench=bench/.)
objs lib gen:
	$(Q)$(MAKE) -C $(TOP) $(REL)/$@
clean:
	rm -rf $(O)
