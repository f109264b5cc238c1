/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the programs of this folder ask of their kernel half, kt_register.c:
 * whether a file system has registered, and how often the component that is
 * part of the program itself was initialised.  To be called scheduled.
 */

#ifndef KT_REGISTER_H
#define	KT_REGISTER_H

int	rump_kt_has_fs(const char *);
int	rump_kt_own_count(void);

#endif /* !KT_REGISTER_H */
