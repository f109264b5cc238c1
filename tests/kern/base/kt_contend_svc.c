/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_contend_svc: registries that are asked while others enter
 * and leave them.
 */
#include "kt.h"

#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/specificdata.h>
#include <sys/sysctl.h>

#include <prop/proplib.h>

#include <rump-sys/kern.h>

#include "contend.h"

void	rump_kt_contend_sysctl(void);
void	rump_kt_contend_module(void);
void	rump_kt_contend_evcnt(void);
void	rump_kt_contend_kauth(void);
void	rump_kt_contend_specific(void);
void	rump_kt_contend_prop(void);

#define	N	CONTEND_THREADS
#define	ROUNDS	400

static int shared_number = 4711;
static int top_number;
static volatile u_int hits, misses;

static int
ask(int *mib, u_int len, void *data, size_t *size, const int *new)
{

	return old_sysctl(mib, len, data, size, __UNCONST(new),
	    new != NULL ? sizeof(*new) : 0, NULL);
}

/* Read a node which its owner makes and destroys meanwhile. */
static void
ask_about(int number)
{
	int mib[3] = { CTL_KERN, top_number, number }, v = 0;
	size_t len = sizeof(v);
	int error = ask(mib, 3, &v, &len, NULL);

	KT(error == 0 || error == ENOENT);
	if (error == 0) {
		KT_EQ(number, v);
		atomic_inc_uint(&hits);
	} else
		atomic_inc_uint(&misses);
}

static void
sysctl_body(u_int id)
{
	int fixed[3] = { CTL_KERN, top_number, 99 }, v;
	struct sysctllog *log = NULL;
	u_int seed = id, i;
	size_t len;
	char name[8];

	snprintf(name, sizeof(name), "n%u", id);
	for (i = 0; i < ROUNDS; i++) {
		KT_EQ(0, sysctl_createv(&log, 0, NULL, NULL,
		    CTLFLAG_IMMEDIATE, CTLTYPE_INT, name, NULL, NULL, 100 + id,
		    NULL, 0, CTL_KERN, top_number, 100 + id, CTL_EOL));
		ask_about(100 + contend_rand(&seed, N));
		yield();
		ask_about(100 + id);
		v = (int)i;
		len = sizeof(v);
		KT_EQ(0, ask(fixed, 3, &v, &len, contend_rand(&seed, 2) ?
		    &v : NULL));
		fixed[2] = CTL_QUERY;
		len = 0;
		KT_EQ(0, ask(fixed, 3, NULL, &len, NULL));
		KT(len >= sizeof(struct sysctlnode) &&
		    len <= (N + 1) * sizeof(struct sysctlnode));
		fixed[2] = 99;
		sysctl_teardown(&log);
		ask_about(100 + contend_rand(&seed, N));
	}
}

void
rump_kt_contend_sysctl(void)
{
	const struct sysctlnode *top;
	struct sysctllog *log = NULL;
	size_t len = 0;
	int mib[3];

	KT_EQ(0, sysctl_createv(&log, 0, NULL, &top, 0, CTLTYPE_NODE,
	    "ktcontend", NULL, NULL, 0, NULL, 0, CTL_KERN, CTL_CREATE,
	    CTL_EOL));
	top_number = top->sysctl_num;
	KT_EQ(0, sysctl_createv(&log, 0, NULL, NULL, CTLFLAG_READWRITE,
	    CTLTYPE_INT, "fixed", NULL, NULL, 0, &shared_number, 0, CTL_KERN,
	    top_number, 99, CTL_EOL));
	contend(N, sysctl_body);
	KT_EQ(3 * N * ROUNDS, hits + misses);
	KT(hits >= N * ROUNDS);
	mib[0] = CTL_KERN;
	mib[1] = top_number;
	mib[2] = CTL_QUERY;
	KT_EQ(0, ask(mib, 3, NULL, &len, NULL));
	KT_EQ(sizeof(struct sysctlnode), len);
	sysctl_teardown(&log);
}

/* Two modules, the second of which needs the first. */
static int up[2];
static u_int inits[2], finis[2];

static int
modcmd(u_int n, modcmd_t cmd)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		KT_EQ(0, up[n]);
		KT(n == 0 || up[0] == 1);
		yield();
		up[n] = 1;
		inits[n]++;
		return 0;
	case MODULE_CMD_FINI:
		KT_EQ(1, up[n]);
		KT(n == 1 || up[1] == 0);
		yield();
		up[n] = 0;
		finis[n]++;
		return 0;
	default:
		return ENOTTY;
	}
}

static int
low_modcmd(modcmd_t cmd, void *arg)
{

	return modcmd(0, cmd);
}

static int
high_modcmd(modcmd_t cmd, void *arg)
{

	return modcmd(1, cmd);
}

static modinfo_t mods[] = {
	{ __NetBSD_Version__, MODULE_CLASS_MISC, low_modcmd, "ktlow", NULL },
	{ __NetBSD_Version__, MODULE_CLASS_MISC, high_modcmd, "kthigh",
	    "ktlow" },
};
static const char *const names[] = { "ktlow", "kthigh" };

static void
module_body(u_int id)
{
	u_int seed = id, i, n;
	int error;

	for (i = 0; i < ROUNDS; i++) {
		n = contend_rand(&seed, 2);
		switch (contend_rand(&seed, 4)) {
		case 0:
			error = module_load(names[n], 0, NULL,
			    MODULE_CLASS_ANY);
			KT(error == 0 || error == EEXIST);
			break;
		case 1:
			error = module_unload(names[n]);
			KT(error == 0 || error == ENOENT || error == EBUSY);
			break;
		case 2:
			if ((error = module_hold(names[n])) == 0) {
				KT_EQ(1, up[n]);
				yield();
				KT_EQ(1, up[n]);
				module_rele(names[n]);
			} else
				KT_EQ(ENOENT, error);
			break;
		case 3:
			kernconfig_lock();
			KT((module_lookup(names[n]) != NULL) == (up[n] == 1));
			kernconfig_unlock();
			yield();
			break;
		}
	}
}

void
rump_kt_contend_module(void)
{
	modinfo_t *mip[] = { &mods[0], &mods[1] };
	u_int i;

	KT_EQ(0, module_builtin_add(mip, 2, false));
	for (i = 2; i-- > 0;)
		(void)module_unload(names[i]);
	contend(N, module_body);
	for (i = 2; i-- > 0;)
		(void)module_unload(names[i]);
	for (i = 0; i < 2; i++) {
		KT(inits[i] > 0);
		KT_EQ(inits[i], finis[i]);
	}
}

static struct evcnt counter[N];

/* How many of that group are in the list, which changes. */
static u_int
counters(const char *group)
{
	int mib[4] = { CTL_KERN, KERN_EVCNT, EVCNT_TYPE_MISC,
	    KERN_EVCNT_COUNT_ANY };
	const size_t size = 16384;
	struct evcnt_sysctl *rec;
	size_t len = size, off;
	u_int n = 0;
	char *buf;

	buf = kmem_alloc(size, KM_SLEEP);
	KT_EQ(0, ask(mib, 4, buf, &len, NULL));
	for (off = 0; off < len; off += rec->ev_len * 8) {
		rec = (struct evcnt_sysctl *)(void *)(buf + off);
		KT(rec->ev_len != 0);
		if (strcmp(rec->ev_strings, group) == 0)
			n++;
	}
	kmem_free(buf, size);
	return n;
}

static void
evcnt_body(u_int id)
{
	struct evcnt own[3];
	u_int i, j, n;

	for (i = 0; i < ROUNDS; i++) {
		for (j = 0; j < 3; j++)
			evcnt_attach_dynamic(&own[j], EVCNT_TYPE_MISC, NULL,
			    "ktown", "mine");
		atomic_inc_64(&counter[id].ev_count);
		yield();
		if (i % 4 == 0) {
			KT_EQ(N, counters("ktfixed"));
			n = counters("ktown");
			KT(n >= 3 && n <= 3 * N);
		}
		for (j = 0; j < 3; j++)
			evcnt_detach(&own[(i + j) % 3]);
	}
}

void
rump_kt_contend_evcnt(void)
{
	u_int i;

	for (i = 0; i < N; i++)
		evcnt_attach_dynamic(&counter[i], EVCNT_TYPE_MISC, NULL,
		    "ktfixed", "count");
	contend(N, evcnt_body);
	KT_EQ(N, counters("ktfixed"));
	KT_EQ(0, counters("ktown"));
	for (i = 0; i < N; i++) {
		KT_EQ(ROUNDS, counter[i].ev_count);
		evcnt_detach(&counter[i]);
	}
	KT_EQ(0, counters("ktfixed"));
}

static kauth_scope_t scope;
static kauth_cred_t shared_cred;

/* Nobody is asked after it left. */
static int
answer(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	KT_EQ(1, *(volatile u_int *)cookie);
	return action == 1 ? KAUTH_RESULT_DENY : KAUTH_RESULT_DEFER;
}

static int
permit(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	return KAUTH_RESULT_ALLOW;
}

static void
kauth_body(u_int id)
{
	volatile u_int listening = 0;
	kauth_listener_t kl;
	kauth_cred_t copy;
	u_int i;

	for (i = 0; i < ROUNDS; i++) {
		listening = 1;
		kl = kauth_listen_scope("kt.contend", answer,
		    __UNVOLATILE(&listening));
		KT(kl != NULL);
		KT_EQ(EPERM, kauth_authorize_action(scope, shared_cred, 1,
		    NULL, NULL, NULL, NULL));
		KT_EQ(0, kauth_authorize_action(scope, shared_cred, 2, NULL,
		    NULL, NULL, NULL));
		kauth_cred_hold(shared_cred);
		copy = kauth_cred_dup(shared_cred);
		kauth_cred_setuid(copy, id);
		yield();
		KT_EQ(id, kauth_cred_getuid(copy));
		kauth_cred_free(copy);
		kauth_cred_free(shared_cred);
		kauth_unlisten_scope(kl);
		listening = 0;
		KT_EQ(0, kauth_authorize_action(scope, shared_cred, 2, NULL,
		    NULL, NULL, NULL));
	}
}

void
rump_kt_contend_kauth(void)
{

	scope = kauth_register_scope("kt.contend", permit, NULL);
	KT(scope != NULL);
	shared_cred = kauth_cred_alloc();
	contend(N, kauth_body);
	KT_EQ(1, kauth_cred_getrefcnt(shared_cred));
	KT_EQ(0, kauth_authorize_action(scope, shared_cred, 1, NULL, NULL,
	    NULL, NULL));
	kauth_cred_free(shared_cred);
	kauth_deregister_scope(scope);
}

/* What is set is destroyed once, with the reference or with the key. */
static specificdata_domain_t domain;
static specificdata_reference common;
static volatile u_int set, destroyed;

static void
count_destroyed(void *arg)
{

	KT(arg == &destroyed);
	atomic_inc_uint(&destroyed);
}

static void
specific_body(u_int id)
{
	void *value = __UNVOLATILE(&destroyed);
	specificdata_reference own;
	specificdata_key_t key[4];
	u_int i, j;

	for (i = 0; i < ROUNDS; i++) {
		KT_EQ(0, specificdata_init(domain, &own));
		for (j = 0; j < 4; j++) {
			KT_EQ(0, specificdata_key_create(domain, &key[j],
			    count_destroyed));
			KT(specificdata_getspecific(domain, &common,
			    key[j]) == NULL);
			specificdata_setspecific(domain, &own, key[j], value);
			specificdata_setspecific(domain, &common, key[j],
			    value);
			atomic_add_int(&set, 2);
		}
		yield();
		for (j = 0; j < 4; j++)
			KT(specificdata_getspecific(domain, &common,
			    key[j]) == value);
		if (i % 2 == 0)
			specificdata_fini(domain, &own);
		for (j = 0; j < 4; j++)
			specificdata_key_delete(domain, key[j]);
		if (i % 2 != 0)
			specificdata_fini(domain, &own);
	}
}

void
rump_kt_contend_specific(void)
{

	domain = specificdata_domain_create();
	KT_EQ(0, specificdata_init(domain, &common));
	contend(N, specific_body);
	specificdata_fini(domain, &common);
	specificdata_domain_delete(domain);
	KT_EQ(2 * 4 * N * ROUNDS, set);
	KT_EQ(set, destroyed);
}

static prop_dictionary_t dict;
static prop_array_t array;

/* A dictionary with a key for each thread, an array that only grows. */
static void
prop_body(u_int id)
{
	prop_dictionary_t copy;
	prop_number_t pn;
	u_int seed = id, i;
	uint64_t v;
	char key[8], text[16];
	const char *s;

	snprintf(key, sizeof(key), "k%u", id);
	for (i = 0; i < ROUNDS; i++) {
		KT(prop_dictionary_set_uint64(dict, key, i));
		KT(prop_dictionary_get_uint64(dict, key, &v));
		KT_EQ(i, v);
		/* Interned: the same string of others comes and goes. */
		snprintf(text, sizeof(text), "s%u", contend_rand(&seed, 4));
		KT(prop_dictionary_set_string(dict, "text", text));
		copy = prop_dictionary_copy(dict);
		KT(prop_dictionary_get_uint64(copy, key, &v));
		KT_EQ(i, v);
		KT(prop_dictionary_get_string(copy, "text", &s));
		KT(s[0] == 's' && s[1] >= '0' && s[1] <= '3');
		yield();
		prop_object_release(copy);
		if (i % 8 == 0) {
			pn = prop_number_create_unsigned(i % 3);
			KT(prop_array_add(array, pn));
			prop_object_release(pn);
		}
		if (i % 4 == 3)
			prop_dictionary_remove(dict, key);
	}
}

void
rump_kt_contend_prop(void)
{

	dict = prop_dictionary_create();
	array = prop_array_create();
	contend(N, prop_body);
	KT_EQ(N * howmany(ROUNDS, 8), prop_array_count(array));
	/* The last round of each removed its key. */
	KT_EQ(1, prop_dictionary_count(dict));
	prop_object_release(array);
	prop_object_release(dict);
}
