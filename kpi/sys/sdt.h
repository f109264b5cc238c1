/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statically defined trace probes.  A rump kernel has no tracer to listen,
 * so a probe is nothing and costs nothing; its arguments are not evaluated.
 */

#ifndef _SYS_SDT_H_
#define	_SYS_SDT_H_

#include <sys/cdefs.h>
#include <sys/types.h>

#define	SDT_PROVIDER_DEFINE(prov)	struct __CONCAT(sdt_prov_, prov)
#define	SDT_PROVIDER_DECLARE(prov)	struct __CONCAT(sdt_prov_, prov)
#define	SDT_PROBE_DECLARE(prov, mod, func, name)			\
	struct __CONCAT(sdt_probe_, name)

#define	SDT_PROBE_DEFINE0(prov, mod, func, name)	\
	struct __CONCAT(sdt_probe_, name)
#define	SDT_PROBE_DEFINE1(prov, mod, func, name, a0)	\
	struct __CONCAT(sdt_probe_, name)
#define	SDT_PROBE_DEFINE2(prov, mod, func, name, a0, a1)	\
	struct __CONCAT(sdt_probe_, name)
#define	SDT_PROBE_DEFINE3(prov, mod, func, name, a0, a1, a2)	\
	struct __CONCAT(sdt_probe_, name)
#define	SDT_PROBE_DEFINE4(prov, mod, func, name, a0, a1, a2, a3)	\
	struct __CONCAT(sdt_probe_, name)
#define	SDT_PROBE_DEFINE5(prov, mod, func, name, a0, a1, a2, a3, a4)	\
	struct __CONCAT(sdt_probe_, name)
#define	SDT_PROBE_DEFINE6(prov, mod, func, name, a0, a1, a2, a3, a4, a5)	\
	struct __CONCAT(sdt_probe_, name)
#define	SDT_PROBE_DEFINE7(prov, mod, func, name, a0, a1, a2, a3, a4, a5, a6)	\
	struct __CONCAT(sdt_probe_, name)

#define	SDT_PROBE(prov, mod, func, name, a0, a1, a2, a3, a4)	__nothing
#define	SDT_PROBE0(prov, mod, func, name)	__nothing
#define	SDT_PROBE1(prov, mod, func, name, a0)	__nothing
#define	SDT_PROBE2(prov, mod, func, name, a0, a1)	__nothing
#define	SDT_PROBE3(prov, mod, func, name, a0, a1, a2)	__nothing
#define	SDT_PROBE4(prov, mod, func, name, a0, a1, a2, a3)	__nothing
#define	SDT_PROBE5(prov, mod, func, name, a0, a1, a2, a3, a4)	__nothing
#define	SDT_PROBE6(prov, mod, func, name, a0, a1, a2, a3, a4, a5)	\
	__nothing
#define	SDT_PROBE7(prov, mod, func, name, a0, a1, a2, a3, a4, a5, a6)	\
	__nothing

#define	SET_ERROR(err)	(err)

#endif /* !_SYS_SDT_H_ */
