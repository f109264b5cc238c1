/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data of subsystems attached to objects: see <sys/specificdata.h>, and below
 * the wrappers for processes and lwps.
 *
 * A domain numbers its keys and lists the containers of its objects, an array
 * of values each, made when the first value is set.  Lock order: the domain's
 * lock, then an object's reference lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/specificdata.h>

#include "base_private.h"

/* r: specdataref_lock of the object; d: sd_lock; c: constant. */
struct specificdata_container {
	LIST_ENTRY(specificdata_container) sc_list;	/* d */
	specificdata_reference *sc_ref;			/* c */
	size_t		sc_nkey;			/* c */
	void		*sc_data[];			/* r */
};

/* d: sd_lock. */
struct specificdata_domain {
	kmutex_t	sd_lock;
	u_int		sd_nkey;		/* d */
	LIST_HEAD(, specificdata_container) sd_list;	/* d */
	specificdata_dtor_t *sd_dtors;		/* d: NULL: unused */
};

#define	KEYS_STEP	8

static void
specificdata_noop(void *value)
{

	KASSERT(value != NULL);
}

static size_t
container_size(size_t nkey)
{

	return sizeof(struct specificdata_container) + nkey * sizeof(void *);
}

specificdata_domain_t
specificdata_domain_create(void)
{
	specificdata_domain_t sd;

	sd = kmem_zalloc(sizeof(*sd), KM_SLEEP);
	mutex_init(&sd->sd_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&sd->sd_list);
	return sd;
}

void
specificdata_domain_delete(specificdata_domain_t sd)
{

	KASSERT(LIST_EMPTY(&sd->sd_list));
	if (sd->sd_dtors != NULL)
		kmem_free(sd->sd_dtors, sd->sd_nkey * sizeof(*sd->sd_dtors));
	mutex_destroy(&sd->sd_lock);
	kmem_free(sd, sizeof(*sd));
}

int
specificdata_key_create(specificdata_domain_t sd, specificdata_key_t *keyp,
    specificdata_dtor_t dtor)
{
	specificdata_dtor_t *ndtors;
	specificdata_key_t key;

	if (dtor == NULL)
		dtor = specificdata_noop;
	mutex_enter(&sd->sd_lock);
	for (key = 0; key < sd->sd_nkey; key++)
		if (sd->sd_dtors[key] == NULL)
			break;
	if (key == sd->sd_nkey) {
		ndtors = kmem_zalloc((key + KEYS_STEP) * sizeof(*ndtors),
		    KM_SLEEP);
		if (key != 0) {
			memcpy(ndtors, sd->sd_dtors, key * sizeof(*ndtors));
			kmem_free(sd->sd_dtors, key * sizeof(*ndtors));
		}
		sd->sd_dtors = ndtors;
		sd->sd_nkey = key + KEYS_STEP;
	}
	sd->sd_dtors[key] = dtor;
	mutex_exit(&sd->sd_lock);
	*keyp = key;
	return 0;
}

static void
specificdata_destroy(specificdata_domain_t sd,
    struct specificdata_container *sc, specificdata_key_t key)
{
	void *data;

	KASSERT(mutex_owned(&sd->sd_lock));
	if (key >= sc->sc_nkey)
		return;
	mutex_enter(&sc->sc_ref->specdataref_lock);
	data = sc->sc_data[key];
	sc->sc_data[key] = NULL;
	mutex_exit(&sc->sc_ref->specdataref_lock);
	if (data != NULL)
		(*sd->sd_dtors[key])(data);
}

void
specificdata_key_delete(specificdata_domain_t sd, specificdata_key_t key)
{
	struct specificdata_container *sc;

	mutex_enter(&sd->sd_lock);
	KASSERT(key < sd->sd_nkey && sd->sd_dtors[key] != NULL);
	LIST_FOREACH(sc, &sd->sd_list, sc_list)
		specificdata_destroy(sd, sc, key);
	sd->sd_dtors[key] = NULL;
	mutex_exit(&sd->sd_lock);
}

int
specificdata_init(specificdata_domain_t sd, specificdata_reference *ref)
{

	ref->specdataref_container = NULL;
	mutex_init(&ref->specdataref_lock, MUTEX_DEFAULT, IPL_NONE);
	return 0;
}

void
specificdata_fini(specificdata_domain_t sd, specificdata_reference *ref)
{
	struct specificdata_container *sc = ref->specdataref_container;
	specificdata_key_t key;

	if (sc != NULL) {
		mutex_enter(&sd->sd_lock);
		LIST_REMOVE(sc, sc_list);
		for (key = 0; key < sc->sc_nkey; key++)
			specificdata_destroy(sd, sc, key);
		mutex_exit(&sd->sd_lock);
		kmem_free(sc, container_size(sc->sc_nkey));
		ref->specdataref_container = NULL;
	}
	mutex_destroy(&ref->specdataref_lock);
}

void *
specificdata_getspecific_unlocked(specificdata_domain_t sd,
    specificdata_reference *ref, specificdata_key_t key)
{
	struct specificdata_container *sc = ref->specdataref_container;

	return sc != NULL && key < sc->sc_nkey ? sc->sc_data[key] : NULL;
}

void *
specificdata_getspecific(specificdata_domain_t sd,
    specificdata_reference *ref, specificdata_key_t key)
{
	void *data;

	mutex_enter(&ref->specdataref_lock);
	data = specificdata_getspecific_unlocked(sd, ref, key);
	mutex_exit(&ref->specdataref_lock);
	return data;
}

/* Store it if the container has room; else false. */
static bool
specificdata_store(specificdata_reference *ref, specificdata_key_t key,
    void *data)
{
	struct specificdata_container *sc;
	bool done = false;

	mutex_enter(&ref->specdataref_lock);
	sc = ref->specdataref_container;
	if (sc != NULL && key < sc->sc_nkey) {
		sc->sc_data[key] = data;
		done = true;
	}
	mutex_exit(&ref->specdataref_lock);
	return done;
}

int
specificdata_setspecific_nowait(specificdata_domain_t sd,
    specificdata_reference *ref, specificdata_key_t key, void *data)
{
	struct specificdata_container *sc, *old;
	size_t nkey;

	if (specificdata_store(ref, key, data))
		return 0;
	mutex_enter(&sd->sd_lock);
	KASSERT(key < sd->sd_nkey);
	nkey = sd->sd_nkey;
	if ((sc = kmem_zalloc(container_size(nkey), KM_NOSLEEP)) == NULL) {
		mutex_exit(&sd->sd_lock);
		return ENOMEM;
	}
	sc->sc_nkey = nkey;
	sc->sc_ref = ref;
	mutex_enter(&ref->specdataref_lock);
	if ((old = ref->specdataref_container) != NULL) {
		memcpy(sc->sc_data, old->sc_data,
		    MIN(old->sc_nkey, nkey) * sizeof(void *));
		LIST_REMOVE(old, sc_list);
	}
	sc->sc_data[key] = data;
	LIST_INSERT_HEAD(&sd->sd_list, sc, sc_list);
	ref->specdataref_container = sc;
	mutex_exit(&ref->specdataref_lock);
	mutex_exit(&sd->sd_lock);
	if (old != NULL)
		kmem_free(old, container_size(old->sc_nkey));
	return 0;
}

void
specificdata_setspecific(specificdata_domain_t sd,
    specificdata_reference *ref, specificdata_key_t key, void *data)
{

	while (specificdata_setspecific_nowait(sd, ref, key, data) != 0)
		(void)kpause("specdata", false, 1, NULL);
}

/* Processes and lwps: a domain each, made with the first key. */
static specificdata_domain_t proc_domain;
static specificdata_domain_t lwp_domain;

void
rump_specificdata_init(void)
{

	proc_domain = specificdata_domain_create();
	lwp_domain = specificdata_domain_create();
}

int
proc_specific_key_create(specificdata_key_t *keyp, specificdata_dtor_t dtor)
{

	return specificdata_key_create(proc_domain, keyp, dtor);
}

void
proc_specific_key_delete(specificdata_key_t key)
{

	specificdata_key_delete(proc_domain, key);
}

void
proc_initspecific(struct proc *p)
{

	(void)specificdata_init(proc_domain, &p->p_specdataref);
}

void
proc_finispecific(struct proc *p)
{

	specificdata_fini(proc_domain, &p->p_specdataref);
}

void *
proc_getspecific(struct proc *p, specificdata_key_t key)
{

	return specificdata_getspecific(proc_domain, &p->p_specdataref, key);
}

void
proc_setspecific(struct proc *p, specificdata_key_t key, void *data)
{

	specificdata_setspecific(proc_domain, &p->p_specdataref, key, data);
}

int
lwp_specific_key_create(specificdata_key_t *keyp, specificdata_dtor_t dtor)
{

	return specificdata_key_create(lwp_domain, keyp, dtor);
}

void
lwp_specific_key_delete(specificdata_key_t key)
{

	specificdata_key_delete(lwp_domain, key);
}

void
lwp_initspecific(lwp_t *l)
{

	(void)specificdata_init(lwp_domain, &l->l_specdataref);
}

void
lwp_finispecific(lwp_t *l)
{

	specificdata_fini(lwp_domain, &l->l_specdataref);
}

/* An lwp asks for its own data: no lock. */
void *
lwp_getspecific(specificdata_key_t key)
{

	return specificdata_getspecific_unlocked(lwp_domain,
	    &curlwp->l_specdataref, key);
}

void *
lwp_getspecific_by_lwp(lwp_t *l, specificdata_key_t key)
{

	return specificdata_getspecific_unlocked(lwp_domain,
	    &l->l_specdataref, key);
}

void
lwp_setspecific(specificdata_key_t key, void *data)
{

	specificdata_setspecific(lwp_domain, &curlwp->l_specdataref, key,
	    data);
}

void
lwp_setspecific_by_lwp(lwp_t *l, specificdata_key_t key, void *data)
{

	specificdata_setspecific(lwp_domain, &l->l_specdataref, key, data);
}
