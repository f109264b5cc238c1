/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by kern_auth*.c only: what credentials tell the listeners.
 */
#ifndef _KERN_BASE_KAUTH_PRIVATE_H_
#define _KERN_BASE_KAUTH_PRIVATE_H_

#include <sys/kauth.h>
#include <sys/sysctl.h>

void	kauth_cred_subsystem_init(void);
/* Something happened to a credential: KAUTH_CRED_*. */
void	kauth_cred_hook(kauth_cred_t, kauth_action_t, void *, void *);
void	secmodel_suser_start(void);

/* kern.securelevel, and the same under security.models. */
int	secmodel_securelevel_sysctl(SYSCTLFN_PROTO);

#endif /* _KERN_BASE_KAUTH_PRIVATE_H_ */
