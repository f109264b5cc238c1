# SPDX-License-Identifier: BSD-2-Clause
#
# For bmake: builds the component that a NetBSD kernel module's makefile
# describes, as it is:
#
#   bmake -m PREFIX/share/anykernel/mk
#
# From KMOD, SRCS, .PATH, CPPFLAGS, COPTS, CFLAGS, CWARNFLAGS, WARNS, IOCONF
# and their per-file forms the work is handed to component.mk.  The result is
# librumpfs_$(KMOD).so in the object folder; KMODCLASS=net or dev says that the
# module is no file system, RUMP_NEEDS=... which components it uses.
# What only concerns a module's file, KMODSCRIPT for one, is told and ignored.

.if !target(__bsd_kmodule_mk__)
__bsd_kmodule_mk__: .NOTMAIN

.if !defined(KMOD)
.error KMOD is not set: the module's name
.endif

AK_MK:=		${.PARSEDIR}
KMODCLASS?=	fs
COMP?=		rump${KMODCLASS}_${KMOD}
SRCS?=		${KMOD}.c
GMAKE?=		make
.if defined(KMODSCRIPT)
.info ${KMOD}: KMODSCRIPT is ignored: a component is no module file
.endif

# Sources as .PATH finds them; what is not to be compiled is left out.
.for s in ${SRCS:N*.h}
AK_FOUND+=	${exists(${s}):?${s}:${.PATH:@d@${exists(${d}/${s}):?${d}/${s}:}@:[1]}}
.endfor

# Flags of single files, by the names that component.mk has for them.
.for s in ${SRCS:N*.h:T}
.for v in CPPFLAGS CFLAGS COPTS
.if !empty(${v}.${s})
AK_VARS+=	'${v}.${s}=${${v}.${s}}'
.endif
.endfor
.endfor
.for v in WARNS OPTIONS UNDEFINED FLAVOUR V HOSTLIBS
.if defined(${v})
AK_VARS+=	'${v}=${${v}}'
.endif
.endfor
.if defined(RUMP_NEEDS)
AK_VARS+=	'NEEDS=${RUMP_NEEDS}'
.endif

AK_RUN=	cd ${.CURDIR} && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS ${GMAKE} \
	-f ${AK_MK}/component.mk COMP=${COMP} \
	'SRCS=${AK_FOUND}' 'VPATH=${.PATH:N.:ts:}' \
	'B=${.OBJDIR:tA}/build' DESTLIB=${.OBJDIR:tA} \
	'CPPFLAGS=${CPPFLAGS} -I${.CURDIR} -idirafter ${S}' 'COPTS=${COPTS} ${CFLAGS:M-[fmDUI]*}' \
	'CWARNFLAGS=${CWARNFLAGS} ${CWARNFLAGS.${CC:U${empty}:Ugcc:T}}' \
	'IOCONF=${IOCONF}' ${AK_VARS}

.MAIN: all
.PHONY: all realall dependall depend clean cleandir install includes
all realall dependall:
	@${AK_RUN} all
depend includes:
clean cleandir:
	@${AK_RUN} clean
install:
	@${AK_RUN} install-component

.endif
