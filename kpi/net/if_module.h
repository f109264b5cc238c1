/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module of a kind of interfaces: IF_MODULE(MODULE_CLASS_DRIVER, tap, "")
 * is a module "if_tap" which calls tapinit() to begin and tapdetach(), which
 * may refuse with an errno, to end.  Both are the driver's.
 */

#ifndef _NET_IF_MODULE_H_
#define	_NET_IF_MODULE_H_

#include <sys/errno.h>
#include <sys/module.h>

#define	IF_MODULE(class, name, dep)					\
MODULE(class, if_##name, dep);						\
									\
static int								\
if_##name##_modcmd(modcmd_t cmd, void *arg __unused)			\
{									\
	switch (cmd) {							\
	case MODULE_CMD_INIT:						\
		name##init();						\
		return 0;						\
	case MODULE_CMD_FINI:						\
		return name##detach();					\
	default:							\
		return ENOTTY;						\
	}								\
}

#endif /* !_NET_IF_MODULE_H_ */
