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

AK_MK:=		${.PARSEDIR:tA}
KMODCLASS?=	fs
COMP?=		rump${KMODCLASS}_${KMOD}
SRCS?=		${KMOD}.c
GMAKE?=		make
.if defined(KMODSCRIPT)
.info ${KMOD}: KMODSCRIPT is ignored: a component is no module file
.endif

# Sources as .PATH finds them; what is not to be compiled is left out.
.for s in ${SRCS:N*.h}
AK_FOUND+=	${:U${exists(${s}):?${s}:} \
	${.PATH:@d@${exists(${d}/${s}):?${d}/${s}:}@} ${s}:[1]}
.endfor

# What component.mk knows by the same name, if it is set.
AK_SAME=	WARNS OPTIONS UNDEFINED FLAVOUR V HOSTLIBS CC IOCONF \
		CWARNFLAGS CWARNFLAGS.gcc CWARNFLAGS.clang
.for s in ${SRCS:N*.h:T}
AK_SAME+=	CPPFLAGS.${s} CFLAGS.${s} COPTS.${s}
.endfor
.for v in ${AK_SAME}
.if !empty(${v})
AK_VARS+=	${v}=${${v}:Q}
.endif
.endfor
.if defined(RUMP_NEEDS)
AK_VARS+=	NEEDS=${RUMP_NEEDS:Q}
.endif

AK_CPPFLAGS=	${CPPFLAGS} -I${.CURDIR} -I${S}
AK_COPTS=	${COPTS} ${CFLAGS:N-Werror}
AK_RUN=	cd ${.CURDIR:Q} && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS ${GMAKE} \
	${.MAKE.JOBS:D-j${.MAKE.JOBS}} -f ${AK_MK}/component.mk COMP=${COMP} \
	SRCS=${AK_FOUND:Q} VPATH=${.PATH:N.:ts::Q} B=${.OBJDIR:tA}/build \
	DESTLIB=${.OBJDIR:tA} CPPFLAGS=${AK_CPPFLAGS:Q} COPTS=${AK_COPTS:Q} \
	${AK_VARS}

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
