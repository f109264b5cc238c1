/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secmodel_securelevel(9): what is forbidden even to the super-user, in steps
 * that can only be made harder.  It is present in every kernel, with level -1
 * at first, at which it forbids nothing.
 */
#ifndef _SECMODEL_SECURELEVEL_SECURELEVEL_H_
#define _SECMODEL_SECURELEVEL_SECURELEVEL_H_

#include <sys/types.h>
#include <sys/kauth.h>

#define SECMODEL_SECURELEVEL_ID		"org.netbsd.secmodel.securelevel"
#define SECMODEL_SECURELEVEL_NAME	"Traditional NetBSD: Securelevel"

void	secmodel_securelevel_start(void);

/*
 * To secmodel_eval(): "is-securelevel-above", with the level in place of the
 * argument's pointer; the answer is a bool.
 */
int	secmodel_securelevel_eval(const char *, void *, void *);

/* Listeners, for models that want to ask them. */
int	secmodel_securelevel_system_cb(kauth_cred_t, kauth_action_t, void *,
	    void *, void *, void *, void *);
int	secmodel_securelevel_process_cb(kauth_cred_t, kauth_action_t, void *,
	    void *, void *, void *, void *);
int	secmodel_securelevel_network_cb(kauth_cred_t, kauth_action_t, void *,
	    void *, void *, void *, void *);
int	secmodel_securelevel_machdep_cb(kauth_cred_t, kauth_action_t, void *,
	    void *, void *, void *, void *);
int	secmodel_securelevel_device_cb(kauth_cred_t, kauth_action_t, void *,
	    void *, void *, void *, void *);
int	secmodel_securelevel_vnode_cb(kauth_cred_t, kauth_action_t, void *,
	    void *, void *, void *, void *);

#endif /* !_SECMODEL_SECURELEVEL_SECURELEVEL_H_ */
