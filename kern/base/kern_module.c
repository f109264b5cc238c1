/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module(9): modules that were linked in or came with a shared object.
 *
 * module_builtins holds those known but not initialised, module_list the
 * initialised ones, in an order in which they can be taken down from the end.
 * A module is initialised after those it names as required; a circle of
 * requirements is refused.  There is no loading of object files: a shared
 * object registers what it brings (rump_component.c).
 * Everything is under kernconfig_lock().
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/stdarg.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

#include "base_svc.h"

struct modlist module_list = TAILQ_HEAD_INITIALIZER(module_list);
struct modlist module_builtins = TAILQ_HEAD_INITIALIZER(module_builtins);
u_int module_gen = 1;

/* kernconfig_lock(): recursive, since modules' commands come back in here. */
static kmutex_t config_lock;
static struct lwp *config_owner;	/* set while config_lock is held */
static u_int config_depth;		/* likewise */

/* How deep requirements may be nested. */
#define MODDEPTH	6

static int	mod_start(module_t *, int);

void
kernconfig_lock_init(void)
{

	mutex_init(&config_lock, MUTEX_DEFAULT, IPL_NONE);
}

bool
kernconfig_is_held(void)
{

	/* Only the owner finds itself there. */
	return atomic_load_relaxed(&config_owner) == curlwp;
}

void
kernconfig_lock(void)
{

	if (!kernconfig_is_held()) {
		mutex_enter(&config_lock);
		atomic_store_relaxed(&config_owner, curlwp);
	}
	config_depth++;
}

void
kernconfig_unlock(void)
{

	KASSERT(kernconfig_is_held());
	if (--config_depth > 0)
		return;
	atomic_store_relaxed(&config_owner, NULL);
	mutex_exit(&config_lock);
}

/*
 * The names in mi_required: calls func with each, until it returns non-zero.
 */
static int
required_foreach(const modinfo_t *mi,
    int (*func)(void *, const char *), void *arg)
{
	const char *s = mi->mi_required, *e;
	char name[MAXMODNAME];
	int error = 0;
	size_t len;

	while (s != NULL && *s != '\0' && error == 0) {
		e = strchr(s, ',');
		len = e != NULL ? (size_t)(e - s) : strlen(s);
		if (len == 0 || len >= sizeof(name))
			return EINVAL;
		memcpy(name, s, len);
		name[len] = '\0';
		error = (*func)(arg, name);
		s = e != NULL ? e + 1 : s + len;
	}
	return error;
}

static module_t *
list_lookup(struct modlist *list, const char *name)
{
	module_t *mod;

	KASSERT(kernconfig_is_held());
	TAILQ_FOREACH(mod, list, mod_chain) {
		if (strcmp(mod->mod_info->mi_name, name) == 0)
			return mod;
	}
	return NULL;
}

module_t *
module_lookup(const char *name)
{

	return list_lookup(&module_list, name);
}

void
module_print(const char *fmt, ...)
{
	va_list ap;

	if ((boothowto & AB_DEBUG) == 0)
		return;
	va_start(ap, fmt);
	printf("DEBUG: module: ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
}

void
module_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("WARNING: module error: ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
}

struct start_arg {
	module_t	*sa_mod;
	int		sa_depth;
};

/* One requirement: must be there and initialised before. */
static int
start_required(void *v, const char *name)
{
	struct start_arg *sa = v;
	module_t *mod = sa->sa_mod, *dep;
	int error;

	if (mod->mod_nrequired == MAXMODDEPS) {
		module_error("too many required modules of `%s'",
		    mod->mod_info->mi_name);
		return EINVAL;
	}
	dep = module_lookup(name);
	if (dep == NULL) {
		dep = list_lookup(&module_builtins, name);
		if (dep == NULL) {
			module_error("`%s' needs `%s', which is not there",
			    mod->mod_info->mi_name, name);
			return ENOENT;
		}
		error = mod_start(dep, sa->sa_depth + 1);
		if (error)
			return error;
	}
	dep->mod_refcnt++;
	mod->mod_required[mod->mod_nrequired++] = dep;
	return 0;
}

static void
required_release(module_t *mod)
{

	while (mod->mod_nrequired > 0)
		mod->mod_required[--mod->mod_nrequired]->mod_refcnt--;
}

/*
 * Initialise a builtin, after what it needs.
 */
static int
mod_start(module_t *mod, int depth)
{
	struct start_arg sa = { mod, depth };
	const modinfo_t *mi = mod->mod_info;
	int error;

	KASSERT(kernconfig_is_held());
	if (mod->mod_busy || depth >= MODDEPTH) {
		module_error("circular requirements of `%s'", mi->mi_name);
		return EDEADLK;
	}
	mod->mod_busy = true;
	error = required_foreach(mi, start_required, &sa);
	if (error == 0)
		error = (*mi->mi_modcmd)(MODULE_CMD_INIT, NULL);
	mod->mod_busy = false;
	mod->mod_error = error;
	if (error) {
		required_release(mod);
		module_error("initialisation of `%s' failed: %d",
		    mi->mi_name, error);
		return error;
	}
	TAILQ_REMOVE(&module_builtins, mod, mod_chain);
	TAILQ_INSERT_TAIL(&module_list, mod, mod_chain);
	module_gen++;
	return 0;
}

static int
mod_stop(module_t *mod)
{
	int error;

	KASSERT(kernconfig_is_held());
	if (mod->mod_refcnt > 0)
		return EBUSY;
	error = (*mod->mod_info->mi_modcmd)(MODULE_CMD_FINI, NULL);
	if (error)
		return error;
	required_release(mod);
	TAILQ_REMOVE(&module_list, mod, mod_chain);
	TAILQ_INSERT_TAIL(&module_builtins, mod, mod_chain);
	module_gen++;
	return 0;
}

static int
modinfo_check(const modinfo_t *mi)
{

	if (mi->mi_version / 100000000 != __NetBSD_Version__ / 100000000)
		return EPROGMISMATCH;
	if (mi->mi_class <= MODULE_CLASS_ANY || mi->mi_class >=
	    MODULE_CLASS_MAX || strlen(mi->mi_name) >= MAXMODNAME)
		return EINVAL;
	return 0;
}

/*
 * What became of a module that came with an object: 0, what its initialiser
 * returned (*initp is set), or why it was not taken at all.
 */
int
rump_module_error(const modinfo_t *mi, bool *initp)
{
	module_t *done, *todo;
	int error;

	kernconfig_lock();
	done = module_lookup(mi->mi_name);
	todo = list_lookup(&module_builtins, mi->mi_name);
	*initp = todo != NULL && todo->mod_info == mi;
	if (*initp)
		error = todo->mod_error;
	else if (done != NULL && done->mod_info == mi)
		error = 0;
	else {
		error = modinfo_check(mi);
		if (error == 0)
			error = EEXIST;
	}
	kernconfig_unlock();
	return error;
}

/*
 * Make modules known: all or none.  With `init' they are initialised too.
 */
int
module_builtin_add(modinfo_t *const *mip, size_t nmodinfo, bool init)
{
	module_t *mod;
	int error = 0;
	size_t i;

	kernconfig_lock();
	for (i = 0; i < nmodinfo; i++) {
		error = modinfo_check(mip[i]);
		if (error)
			goto out;
		if (module_lookup(mip[i]->mi_name) != NULL ||
		    list_lookup(&module_builtins, mip[i]->mi_name) != NULL) {
			error = EEXIST;
			goto out;
		}
	}
	for (i = 0; i < nmodinfo; i++) {
		mod = kmem_zalloc(sizeof(*mod), KM_SLEEP);
		mod->mod_info = mip[i];
		mod->mod_source = MODULE_SOURCE_KERNEL;
		TAILQ_INSERT_TAIL(&module_builtins, mod, mod_chain);
	}
	for (i = 0; init && i < nmodinfo; i++) {
		mod = list_lookup(&module_builtins, mip[i]->mi_name);
		if (mod != NULL)
			error = mod_start(mod, 0);
		if (error)
			break;
	}
 out:
	kernconfig_unlock();
	return error;
}

int
module_builtin_remove(modinfo_t *mi, bool fini)
{
	module_t *mod;
	int error = 0;

	kernconfig_lock();
	mod = module_lookup(mi->mi_name);
	if (mod != NULL)
		error = fini ? mod_stop(mod) : EBUSY;
	if (error == 0) {
		mod = list_lookup(&module_builtins, mi->mi_name);
		if (mod == NULL)
			error = ENOENT;
		else {
			TAILQ_REMOVE(&module_builtins, mod, mod_chain);
			kmem_free(mod, sizeof(*mod));
		}
	}
	kernconfig_unlock();
	return error;
}

/*
 * All builtins of a class, in order of their needs.  Those that fail stay
 * behind and do not keep others from it.
 */
void
module_init_class(modclass_t modclass)
{
	module_t *mod, *next;
	bool again = true;

	kernconfig_lock();
	while (again) {
		again = false;
		TAILQ_FOREACH_SAFE(mod, &module_builtins, mod_chain, next) {
			if (modclass != MODULE_CLASS_ANY &&
			    mod->mod_info->mi_class != modclass)
				continue;
			if (mod->mod_flags & MODFLG_MUST_FORCE)
				continue;
			if (mod_start(mod, 0) != 0)
				mod->mod_flags |= MODFLG_MUST_FORCE;
			/* Needs have moved others: look again. */
			again = true;
			break;
		}
	}
	kernconfig_unlock();
}

/*
 * Boot: what was linked in.
 */
void
module_init(void)
{
	modclass_t c;

	rump_dsosets_modules();
	for (c = MODULE_CLASS_MISC; c < MODULE_CLASS_MAX; c++)
		module_init_class(c);
}

/*
 * By name: only what is known can be initialised.
 */
int
module_load(const char *name, int flags, struct _prop_dictionary *props,
    modclass_t modclass)
{
	module_t *mod;
	int error;

	error = kauth_authorize_system(kauth_cred_get(), KAUTH_SYSTEM_MODULE,
	    0, KAUTH_ARG(MODCTL_LOAD), NULL, NULL);
	if (error)
		return error;
	kernconfig_lock();
	mod = list_lookup(&module_builtins, name);
	if (module_lookup(name) != NULL)
		error = EEXIST;
	else if (mod == NULL)
		error = ENOENT;
	else if (modclass != MODULE_CLASS_ANY &&
	    mod->mod_info->mi_class != modclass)
		error = ENOENT;
	else
		error = mod_start(mod, 0);
	kernconfig_unlock();
	return error;
}

int
module_autoload(const char *name, modclass_t modclass)
{
	module_t *mod;
	int error = 0;

	kernconfig_lock();
	mod = list_lookup(&module_builtins, name);
	if (module_lookup(name) == NULL) {
		if (mod == NULL || (modclass != MODULE_CLASS_ANY &&
		    mod->mod_info->mi_class != modclass))
			error = ENOENT;
		else if (mod->mod_flags & MODFLG_MUST_FORCE)
			error = EPERM;
		else
			error = mod_start(mod, 0);
	}
	kernconfig_unlock();
	return error;
}

int
module_unload(const char *name)
{
	module_t *mod;
	int error;

	error = kauth_authorize_system(kauth_cred_get(), KAUTH_SYSTEM_MODULE,
	    0, KAUTH_ARG(MODCTL_UNLOAD), NULL, NULL);
	if (error)
		return error;
	kernconfig_lock();
	mod = module_lookup(name);
	error = mod == NULL ? ENOENT : mod_stop(mod);
	if (error == 0)
		mod->mod_flags |= MODFLG_MUST_FORCE;
	kernconfig_unlock();
	return error;
}

int
module_hold(const char *name)
{
	module_t *mod;

	kernconfig_lock();
	mod = module_lookup(name);
	if (mod != NULL)
		mod->mod_refcnt++;
	kernconfig_unlock();
	return mod == NULL ? ENOENT : 0;
}

void
module_rele(const char *name)
{
	module_t *mod;

	kernconfig_lock();
	mod = module_lookup(name);
	if (mod == NULL)
		panic("module_rele: no module `%s'", name);
	KASSERT(mod->mod_refcnt > 0);
	mod->mod_refcnt--;
	kernconfig_unlock();
}

/*
 * For rump_pub_module_init(3) and rump_pub_module_fini(3).
 */
int
rump_module_init(const struct modinfo *const *mip, size_t nmodinfo)
{

	return module_builtin_add((modinfo_t *const *)mip, nmodinfo, true);
}

int
rump_module_fini(const struct modinfo *mi)
{

	return module_builtin_remove(mi, true);
}

static void
modstat_fill(modstat_t *ms, const module_t *mod)
{

	memset(ms, 0, sizeof(*ms));
	strlcpy(ms->ms_name, mod->mod_info->mi_name, sizeof(ms->ms_name));
	ms->ms_source = mod->mod_source;
	ms->ms_class = mod->mod_info->mi_class;
	ms->ms_refcnt = mod->mod_refcnt;
	ms->ms_flags = (u_int)mod->mod_flags;
}

/*
 * The initialised modules, then the others with a reference count of -1.
 */
static int
modctl_stat(struct iovec *iov, void *arg)
{
	struct modlist *lists[] = { &module_list, &module_builtins };
	size_t room, off = sizeof(int);
	modstat_t ms;
	module_t *mod;
	int error = 0, count = 0;
	u_int i;

	room = iov->iov_len;
	kernconfig_lock();
	for (i = 0; i < __arraycount(lists); i++) {
		TAILQ_FOREACH(mod, lists[i], mod_chain) {
			modstat_fill(&ms, mod);
			if (i > 0)
				ms.ms_refcnt = (u_int)-1;
			if (error == 0 && off + sizeof(ms) <= room)
				error = copyout(&ms,
				    (char *)iov->iov_base + off, sizeof(ms));
			off += sizeof(ms);
			count++;
		}
	}
	kernconfig_unlock();
	if (error == 0 && room >= sizeof(int))
		error = copyout(&count, iov->iov_base, sizeof(count));
	if (error)
		return error;
	iov->iov_len = off;
	return copyout(iov, arg, sizeof(*iov));
}

int
sys_modctl(struct lwp *l, const struct sys_modctl_args *uap,
    register_t *retval)
{
	char buf[MAXMODNAME];
	struct iovec iov;
	modctl_load_t ml;
	int error;

	switch (SCARG(uap, cmd)) {
	case MODCTL_LOAD:
		error = copyin(SCARG(uap, arg), &ml, sizeof(ml));
		if (error == 0)
			error = copyinstr(ml.ml_filename, buf, sizeof(buf),
			    NULL);
		return error ? error : module_load(buf, ml.ml_flags, NULL,
		    MODULE_CLASS_ANY);
	case MODCTL_UNLOAD:
		error = copyinstr(SCARG(uap, arg), buf, sizeof(buf), NULL);
		return error ? error : module_unload(buf);
	case MODCTL_STAT:
		error = copyin(SCARG(uap, arg), &iov, sizeof(iov));
		return error ? error : modctl_stat(&iov, SCARG(uap, arg));
	case MODCTL_EXISTS:
		return ENOSYS;
	default:
		return EINVAL;
	}
}
