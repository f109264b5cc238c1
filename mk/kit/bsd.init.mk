# SPDX-License-Identifier: BSD-2-Clause
#
# For bmake: there because makefiles of NetBSD include it; what it would set
# is of no concern to a component.
