# SPDX-License-Identifier: BSD-2-Clause
#
# For bmake, which reads this first with -m: what makefiles of NetBSD rely on
# before they include anything.

S?=		${.CURDIR}/../..
NETBSDSRCDIR?=	${S}/..
MACHINE_CPU?=	${MACHINE_ARCH}
.for v in CTF FORT DTRACE LLVM GCC
MK${v}?=	no
.endfor
HOST_SH?=	/bin/sh
TOOL_AWK?=	awk
TOOL_SED?=	sed
TOOL_GENASSYM?=	false
