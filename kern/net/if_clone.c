/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces that programs make and destroy by name: "vlan3" is unit 3 of the
 * cloner "vlan".  One is made or destroyed at a time.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "if_private.h"

static LIST_HEAD(, if_clone) cloners = LIST_HEAD_INITIALIZER(cloners);
static int ncloners;			/* clone_mtx */

/* Held while a cloner creates or destroys, so that it may sleep. */
static kmutex_t clone_mtx;

void
ifinit(void)
{

	mutex_init(&clone_mtx, MUTEX_DEFAULT, IPL_NONE);
}

void
if_clone_attach(struct if_clone *ifc)
{

	mutex_enter(&clone_mtx);
	LIST_INSERT_HEAD(&cloners, ifc, ifc_list);
	ncloners++;
	mutex_exit(&clone_mtx);
}

void
if_clone_detach(struct if_clone *ifc)
{

	mutex_enter(&clone_mtx);
	LIST_REMOVE(ifc, ifc_list);
	ncloners--;
	mutex_exit(&clone_mtx);
}

/* A decimal number without zeros before it. */
static bool
parse_unit(const char *s, int *unitp)
{
	int64_t unit = 0;

	if (*s == '\0' || (s[0] == '0' && s[1] != '\0'))
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		unit = unit * 10 + (*s - '0');
		if (unit > INT_MAX)
			return false;
	}
	*unitp = (int)unit;
	return true;
}

static struct if_clone *
clone_lookup(const char *name, int *unitp)
{
	struct if_clone *ifc;

	KASSERT(mutex_owned(&clone_mtx));
	if (strnlen(name, IFNAMSIZ) >= IFNAMSIZ)
		return NULL;
	LIST_FOREACH(ifc, &cloners, ifc_list) {
		if (strncmp(ifc->ifc_name, name, ifc->ifc_namelen) == 0 &&
		    parse_unit(name + ifc->ifc_namelen, unitp))
			return ifc;
	}
	return NULL;
}

/* With clone_mtx nobody else destroys it, or makes another of that name. */
static int
prepare_new(const struct if_clone *ifc, const char *name,
    int (*prepare)(struct ifnet *, void *), void *arg)
{
	struct psref psref;
	struct ifnet *ifp = if_get(name, &psref);
	int error;

	KASSERT(mutex_owned(&clone_mtx));
	KASSERT(ifp != NULL);
	error = (*prepare)(ifp, arg);
	if_put(ifp, &psref);
	if (error != 0)
		(void)(*ifc->ifc_destroy)(ifp);
	return error;
}

int
if_clone_create_with(const char *name, int (*prepare)(struct ifnet *, void *),
    void *arg)
{
	struct if_clone *ifc;
	struct ifnet *ifp;
	struct psref psref;
	int error, unit, bound;

	mutex_enter(&clone_mtx);
	bound = curlwp_bind();
	if ((ifc = clone_lookup(name, &unit)) == NULL) {
		error = EINVAL;
	} else if ((ifp = if_get(name, &psref)) != NULL) {
		if_put(ifp, &psref);
		error = EEXIST;
	} else {
		error = (*ifc->ifc_create)(ifc, unit);
		if (error == 0 && prepare != NULL)
			error = prepare_new(ifc, name, prepare, arg);
	}
	curlwp_bindx(bound);
	mutex_exit(&clone_mtx);
	return error;
}

int
if_clone_create(const char *name)
{

	return if_clone_create_with(name, NULL, NULL);
}

/* Who else has a reference is waited for; new ones need clone_mtx or fail. */
int
if_clone_destroy(const char *name)
{
	struct if_clone *ifc;
	struct ifnet *ifp;
	struct psref psref;
	int error = 0, unit, bound;

	mutex_enter(&clone_mtx);
	bound = curlwp_bind();
	if ((ifc = clone_lookup(name, &unit)) == NULL)
		error = EINVAL;
	else if ((ifp = if_get(name, &psref)) == NULL)
		error = ENXIO;
	else
		if_put(ifp, &psref);
	if (error == 0 && ifc->ifc_destroy == NULL)
		error = EOPNOTSUPP;
	curlwp_bindx(bound);
	/* It stays without the reference: its cloner alone detaches it. */
	if (error == 0)
		error = (*ifc->ifc_destroy)(ifp);
	mutex_exit(&clone_mtx);
	return error;
}

/* Names of cloners for a program, as many as it has room for. */
int
if_clone_list(struct if_clonereq *ifcr)
{
	char name[IFNAMSIZ], *dst = ifcr->ifcr_buffer;
	struct if_clone *ifc;
	int left, error = 0;

	if (ifcr->ifcr_count < 0)
		return EINVAL;
	mutex_enter(&clone_mtx);
	ifcr->ifcr_total = ncloners;
	left = dst == NULL ? 0 : ifcr->ifcr_count;
	LIST_FOREACH(ifc, &cloners, ifc_list) {
		if (left-- <= 0)
			break;
		memset(name, 0, sizeof(name));
		strlcpy(name, ifc->ifc_name, sizeof(name));
		if ((error = copyout(name, dst, IFNAMSIZ)) != 0)
			break;
		dst += IFNAMSIZ;
	}
	mutex_exit(&clone_mtx);
	return error;
}
