/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ifmedia(9): the list of media of an interface, choosing one, and what
 * programs ask with SIOCSIFMEDIA and SIOCGIFMEDIA.  The driver's functions are
 * called with the lock of the list, which is its own or one for all drivers.
 */

#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_media.h>

static kmutex_t legacy_mtx;	/* of drivers that bring no lock */
static ONCE_DECL(legacy_once);

static int
legacy_init(void)
{

	mutex_init(&legacy_mtx, MUTEX_DEFAULT, IPL_NET);
	return 0;
}

void
ifmedia_init_with_lock(struct ifmedia *ifm, int mask, ifm_change_cb_t change,
    ifm_stat_cb_t status, kmutex_t *lock)
{

	KASSERT(lock != NULL);
	TAILQ_INIT(&ifm->ifm_list);
	ifm->ifm_lock = lock;
	ifm->ifm_mask = mask;
	ifm->ifm_media = IFM_NONE;
	ifm->ifm_cur = NULL;
	ifm->ifm_change_cb = change;
	ifm->ifm_status_cb = status;
	ifm->ifm_legacy = 0;
}

void
ifmedia_init(struct ifmedia *ifm, int mask, ifm_change_cb_t change,
    ifm_stat_cb_t status)
{

	(void)RUN_ONCE(&legacy_once, legacy_init);
	ifmedia_init_with_lock(ifm, mask, change, status, &legacy_mtx);
	ifm->ifm_legacy = 1;
}

void
ifmedia_fini(struct ifmedia *ifm)
{

	ifmedia_removeall(ifm);
}

/* Chosen is what the word says; without a lock, as the driver may have it. */
static bool
lock_unless_held(struct ifmedia *ifm)
{

	if (ifmedia_locked(ifm))
		return false;
	ifmedia_lock(ifm);
	return true;
}

void
ifmedia_list_add(struct ifmedia *ifm, struct ifmedia_entry *list, int n)
{
	int i;

	for (i = 0; i < n; i++)
		ifmedia_add(ifm, list[i].ifm_media, list[i].ifm_data,
		    list[i].ifm_aux);
}

void
ifmedia_add(struct ifmedia *ifm, int word, int data, void *aux)
{
	struct ifmedia_entry *ife = kmem_alloc(sizeof(*ife), KM_SLEEP);
	bool locked;

	ife->ifm_media = word;
	ife->ifm_data = data;
	ife->ifm_aux = aux;
	locked = lock_unless_held(ifm);
	TAILQ_INSERT_TAIL(&ifm->ifm_list, ife, ifm_list);
	if (locked)
		ifmedia_unlock(ifm);
}

/* An entry that is the same where the mask has no bits; the last of them. */
struct ifmedia_entry *
ifmedia_match(struct ifmedia *ifm, u_int target, u_int mask)
{
	struct ifmedia_entry *ife, *match = NULL;

	TAILQ_FOREACH(ife, &ifm->ifm_list, ifm_list) {
		if (((ife->ifm_media ^ target) & ~mask) == 0)
			match = ife;
	}
	return match;
}

/* The first choice is the driver's, which has to have added it. */
void
ifmedia_set(struct ifmedia *ifm, int target)
{
	struct ifmedia_entry *match;
	bool locked = lock_unless_held(ifm);

	match = ifmedia_match(ifm, target, ifm->ifm_mask);
	if (match == NULL)
		match = TAILQ_FIRST(&ifm->ifm_list);
	ifm->ifm_cur = match;
	ifm->ifm_media = match == NULL ? IFM_NONE : match->ifm_media;
	if (locked)
		ifmedia_unlock(ifm);
}

/* Have the driver use what is chosen. */
int
ifmedia_change(struct ifmedia *ifm, struct ifnet *ifp)
{
	bool locked = lock_unless_held(ifm);
	int error = ENXIO;

	if (ifm->ifm_change_cb != NULL)
		error = (*ifm->ifm_change_cb)(ifp);
	if (locked)
		ifmedia_unlock(ifm);
	return error;
}

static int
media_choose(struct ifmedia *ifm, struct ifnet *ifp, u_int word)
{
	struct ifmedia_entry *match, *old_cur = ifm->ifm_cur;
	const u_int old = ifm->ifm_media;
	int error;

	if ((match = ifmedia_match(ifm, word, ifm->ifm_mask)) == NULL)
		return ENXIO;
	/* Nothing to do, but for those who shall negotiate once more. */
	if (match == old_cur && word == old && IFM_SUBTYPE(word) != IFM_AUTO)
		return 0;
	ifm->ifm_cur = match;
	ifm->ifm_media = word;
	if ((error = ifmedia_change(ifm, ifp)) != 0) {
		ifm->ifm_cur = old_cur;
		ifm->ifm_media = old;
	}
	return error;
}

static u_int
media_count(const struct ifmedia *ifm)
{
	const struct ifmedia_entry *ife;
	u_int n = 0;

	TAILQ_FOREACH(ife, &ifm->ifm_list, ifm_list)
		n++;
	return n;
}

static void
media_status(struct ifmedia *ifm, struct ifnet *ifp, struct ifmediareq *ifmr)
{

	ifmr->ifm_active = ifmr->ifm_current = ifm->ifm_cur == NULL ?
	    IFM_NONE : (int)ifm->ifm_cur->ifm_media;
	ifmr->ifm_mask = ifm->ifm_mask;
	ifmr->ifm_status = 0;
	(*ifm->ifm_status_cb)(ifp, ifmr);
}

/* A copy of the words, n at most. */
static u_int
media_words(struct ifmedia *ifm, int *words, u_int n)
{
	const struct ifmedia_entry *ife;
	u_int i = 0;

	TAILQ_FOREACH(ife, &ifm->ifm_list, ifm_list) {
		if (i == n)
			break;
		words[i++] = (int)ife->ifm_media;
	}
	return i;
}

/* How many there are comes back in any case; E2BIG: there is no such room. */
static int
media_get(struct ifmedia *ifm, struct ifnet *ifp, struct ifmediareq *ifmr)
{
	u_int room, n;
	int *words, error;

	if (ifmr->ifm_count < 0)
		return EINVAL;
	ifmedia_lock(ifm);
	media_status(ifm, ifp, ifmr);
	n = media_count(ifm);
	ifmedia_unlock(ifm);
	room = MIN((u_int)ifmr->ifm_count, n);
	error = ifmr->ifm_count != 0 && (u_int)ifmr->ifm_count < n ? E2BIG : 0;
	ifmr->ifm_count = n;
	if (room == 0)
		return error;
	words = kmem_zalloc(room * sizeof(*words), KM_SLEEP);
	ifmedia_lock(ifm);
	n = media_words(ifm, words, room);
	ifmedia_unlock(ifm);
	if (copyout(words, ifmr->ifm_ulist, n * sizeof(*words)) != 0)
		error = EFAULT;
	kmem_free(words, room * sizeof(*words));
	return error;
}

int
ifmedia_ioctl(struct ifnet *ifp, struct ifreq *ifr, struct ifmedia *ifm,
    u_long cmd)
{
	int error;

	if (ifp == NULL || ifr == NULL || ifm == NULL)
		return EINVAL;
	switch (cmd) {
	case SIOCSIFMEDIA:
		ifmedia_lock(ifm);
		error = media_choose(ifm, ifp, ifr->ifr_media);
		ifmedia_unlock(ifm);
		return error;
	case SIOCGIFMEDIA:
		return media_get(ifm, ifp, (struct ifmediareq *)ifr);
	default:
		return EINVAL;
	}
}

/* Those that match leave; IFM_INST_MAX + 1 matches all. */
static void
media_delete(struct ifmedia *ifm, u_int inst)
{
	struct ifmedia_entry *ife;
	bool locked = lock_unless_held(ifm);

again:
	TAILQ_FOREACH(ife, &ifm->ifm_list, ifm_list) {
		if (inst > IFM_INST_MAX || IFM_INST(ife->ifm_media) == inst)
			break;
	}
	if (ife != NULL) {
		TAILQ_REMOVE(&ifm->ifm_list, ife, ifm_list);
		if (ifm->ifm_cur == ife) {
			ifm->ifm_cur = NULL;
			ifm->ifm_media = IFM_NONE;
		}
		kmem_free(ife, sizeof(*ife));
		goto again;
	}
	if (locked)
		ifmedia_unlock(ifm);
}

void
ifmedia_delete_instance(struct ifmedia *ifm, u_int inst)
{

	media_delete(ifm, inst);
}

void
ifmedia_removeall(struct ifmedia *ifm)
{

	media_delete(ifm, IFM_INST_MAX + 1);
}

uint64_t
ifmedia_baudrate(int word)
{
	static const struct {
		int		subtype;
		uint64_t	baudrate;
	} rates[] = {
		{ IFM_10_T, IF_Mbps(10) }, { IFM_10_2, IF_Mbps(10) },
		{ IFM_10_5, IF_Mbps(10) }, { IFM_10_STP, IF_Mbps(10) },
		{ IFM_10_FL, IF_Mbps(10) }, { IFM_HPNA_1, IF_Mbps(1) },
		{ IFM_100_TX, IF_Mbps(100) }, { IFM_100_FX, IF_Mbps(100) },
		{ IFM_100_T4, IF_Mbps(100) }, { IFM_100_VG, IF_Mbps(100) },
		{ IFM_100_T2, IF_Mbps(100) }, { IFM_1000_SX, IF_Gbps(1) },
		{ IFM_1000_LX, IF_Gbps(1) }, { IFM_1000_CX, IF_Gbps(1) },
		{ IFM_1000_T, IF_Gbps(1) }, { IFM_1000_BX10, IF_Gbps(1) },
		{ IFM_1000_KX, IF_Gbps(1) }, { IFM_2500_SX, IF_Mbps(2500) },
		{ IFM_2500_KX, IF_Mbps(2500) }, { IFM_2500_T, IF_Mbps(2500) },
		{ IFM_5000_T, IF_Gbps(5) }, { IFM_10G_LR, IF_Gbps(10) },
		{ IFM_10G_SR, IF_Gbps(10) }, { IFM_10G_CX4, IF_Gbps(10) },
		{ IFM_10G_TWINAX, IF_Gbps(10) },
		{ IFM_10G_TWINAX_LONG, IF_Gbps(10) },
		{ IFM_10G_LRM, IF_Gbps(10) }, { IFM_10G_T, IF_Gbps(10) },
	};
	u_int i;

	if (IFM_TYPE(word) != IFM_ETHER)
		return 0;
	for (i = 0; i < __arraycount(rates); i++) {
		if (rates[i].subtype == (int)IFM_SUBTYPE(word))
			return rates[i].baudrate;
	}
	return 0;
}
