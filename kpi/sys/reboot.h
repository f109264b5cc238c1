/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flags of reboot(2) and of booting; boothowto is made of them.
 */

#ifndef _SYS_REBOOT_H_
#define	_SYS_REBOOT_H_

#define	RB_AUTOBOOT	0
#define	RB_ASKNAME	0x00000001	/* ask for the root file system */
#define	RB_SINGLE	0x00000002
#define	RB_NOSYNC	0x00000004	/* do not write dirty buffers */
#define	RB_HALT		0x00000008	/* stop, do not boot again */
#define	RB_INITNAME	0x00000010
#define	RB_KDB		0x00000040
#define	RB_RDONLY	0x00000080
#define	RB_DUMP		0x00000100	/* dump memory first */
#define	RB_MINIROOT	0x00000200
#define	RB_STRING	0x00000400
#define	RB_POWERDOWN	(RB_HALT | 0x800)
#define	RB_USERCONF	0x00001000

#define	AB_NORMAL	0x00000000
#define	AB_QUIET	0x00010000	/* say little */
#define	AB_VERBOSE	0x00020000	/* say much */
#define	AB_SILENT	0x00040000	/* say nothing */
#define	AB_DEBUG	0x00080000

#ifdef _KERNEL
void	kern_reboot(int, char *) __attribute__((__noreturn__));
void	cpu_reboot(int, char *);
#endif

#endif /* !_SYS_REBOOT_H_ */
