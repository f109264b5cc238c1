/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes: namespaces, commands of extattrctl(2), and the
 * permission check file systems use.
 */
#ifndef _SYS_EXTATTR_H_
#define _SYS_EXTATTR_H_

#define	EXTATTR_NAMESPACE_EMPTY		0x00000000
#define	EXTATTR_NAMESPACE_EMPTY_STRING	"empty"
#define	EXTATTR_NAMESPACE_USER		0x00000001
#define	EXTATTR_NAMESPACE_USER_STRING	"user"
#define	EXTATTR_NAMESPACE_SYSTEM	0x00000002
#define	EXTATTR_NAMESPACE_SYSTEM_STRING	"system"

#define	EXTATTR_CMD_START	0x00000001
#define	EXTATTR_CMD_STOP	0x00000002

#define	EXTATTR_MAXNAMELEN	255	/* NAME_MAX */

/* flag of VOP_LISTEXTATTR: names are preceded, not ended, by a byte */
#define	EXTATTR_LIST_LENPREFIX	0x00000001

#ifdef _KERNEL
#include <sys/param.h>
#include <sys/kauth.h>

struct vnode;
int	extattr_check_cred(struct vnode *, int, kauth_cred_t, int);
#endif

#endif /* _SYS_EXTATTR_H_ */
