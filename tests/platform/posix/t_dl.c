/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser_dl_bootstrap(): this very program plays the object that was not
 * built by us: its link sets' bounds are dynamic symbols (-rdynamic).
 */
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "fakehyp.h"

struct rump_component { int c_dummy; };
struct evcnt { int e_dummy; };
struct modinfo { int m_dummy; };

int	t_dl_landmark(void);

static const struct rump_component comp1, comp2;
static struct evcnt ev;
static const struct modinfo mod;

#define	LINKSET(set, name)						\
	static const void *const set##_##name				\
	    __attribute__((__section__("link_set_" #set), __used__)) = &name

LINKSET(rump_components, comp1);
LINKSET(rump_components, comp2);
LINKSET(evcnts, ev);
LINKSET(modules, mod);

#define	BOUNDS(set)							\
	extern const void *const __start_link_set_##set[]		\
	    __attribute__((__visibility__("default")));			\
	extern const void *const __stop_link_set_##set[]		\
	    __attribute__((__visibility__("default")));			\
	const void *const *volatile bounds_##set[] = {			\
		__start_link_set_##set, __stop_link_set_##set		\
	}

extern const void *const *volatile bounds_rump_components[];
extern const void *const *volatile bounds_evcnts[];
extern const void *const *volatile bounds_modules[];
BOUNDS(rump_components);
BOUNDS(evcnts);
BOUNDS(modules);

int
t_dl_landmark(void)
{

	return 1;
}

static int ncomp, nev, nmod, nsym;

static void
compload(const struct rump_component *rc)
{

	ATF_CHECK(rc == &comp1 || rc == &comp2);
	ncomp++;
}

static void
evcntattach(struct evcnt *e)
{

	ATF_CHECK_EQ(&ev, e);
	nev++;
}

static void
modinit(const struct modinfo *const *mi, size_t n)
{

	ATF_CHECK_EQ(1, n);
	ATF_CHECK_EQ(&mod, mi[0]);
	nmod++;
}

static int
symload(void *syms, uint64_t size, char *strs, uint64_t strsize)
{
	ElfW(Sym) *sym = syms;
	size_t i;

	for (i = 0; i < size / sizeof(*sym); i++) {
		ATF_REQUIRE(sym[i].st_name < strsize);
		if (strcmp(strs + sym[i].st_name, "t_dl_landmark") == 0) {
			ATF_CHECK_EQ((uintptr_t)t_dl_landmark,
			    sym[i].st_value);
			nsym++;
		}
	}
	return 1;			/* not kept */
}

ATF_TC_WITHOUT_HEAD(finds);
ATF_TC_BODY(finds, tc)
{

	fake_init();
	rumpuser_dl_bootstrap(modinit, symload, compload, evcntattach);
	ATF_CHECK_EQ(2, ncomp);
	ATF_CHECK_EQ(1, nev);
	ATF_CHECK_EQ(1, nmod);
	ATF_CHECK_EQ(1, nsym);
}

ATF_TC_WITHOUT_HEAD(no_callbacks);
ATF_TC_BODY(no_callbacks, tc)
{

	rumpuser_dl_bootstrap(NULL, NULL, NULL, NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, finds);
	ATF_TP_ADD_TC(tp, no_callbacks);
	return atf_no_error();
}
