/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread of DHCP, and what programs see of it.  It sleeps till the next
 * step of a client, a message, or a program's wish; without clients it has no
 * socket, so that others may have the port.
 *
 * Lock order: a socket's, then dhcp_mtx.  Nothing that sends or configures is
 * called with dhcp_mtx held.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/psref.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <net/pfil.h>

#include "dhcp.h"

#define	BATCH	64	/* messages, before clients' steps */

static kmutex_t dhcp_mtx;
static kcondvar_t dhcp_cv;	/* dhcp_mtx: the thread */
static kcondvar_t dhcp_done;	/* dhcp_mtx: programs */
static bool dhcp_woken;		/* dhcp_mtx */
static LIST_HEAD(, dhcp_client) clients =
    LIST_HEAD_INITIALIZER(clients);	/* dhcp_mtx */

static lwp_t *dhcp_lwp;		/* constant once it runs */

static const struct dhcp_ops *const families[DHCP_FAMILIES] = { &dhcp4_ops,
    &dhcp6_ops };
static struct socket *sockets[DHCP_FAMILIES];	/* of the thread */

bool
dhcp_owned(void)
{

	return curlwp == dhcp_lwp;
}

int64_t
dhcp_now(void)
{
	struct timespec ts;

	nanouptime(&ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/*
 * What programs see.
 */
void
dhcp_show(struct dhcp_client *c, const void *lease, int64_t end)
{

	KASSERT(dhcp_owned());
	mutex_enter(&dhcp_mtx);
	memset(&c->c_shown, 0, sizeof(c->c_shown));
	if (lease != NULL)
		memcpy(&c->c_shown, lease, c->c_ops->do_size);
	c->c_shown.ds_head.state = c->c_state;
	c->c_shown_end = lease != NULL ? end : 0;
	mutex_exit(&dhcp_mtx);
}

void
dhcp_result(struct dhcp_client *c, int error)
{

	KASSERT(dhcp_owned() && error >= 0);
	mutex_enter(&dhcp_mtx);
	/* Who asks from now on asks anew. */
	if (error != 0)
		c->c_stop = true;
	if (c->c_result == DHCP_PENDING) {
		c->c_result = error;
		cv_broadcast(&dhcp_done);
	}
	mutex_exit(&dhcp_mtx);
}

void
dhcp_over(struct dhcp_client *c, int error)
{

	KASSERT(dhcp_owned());
	dhcp_result(c, error);
	c->c_over = true;
}

void
dhcp_wake(void)
{

	mutex_enter(&dhcp_mtx);
	dhcp_woken = true;
	cv_signal(&dhcp_cv);
	mutex_exit(&dhcp_mtx);
}

void
dhcp_set_check(struct dhcp_client *c, uint32_t addr)
{

	KASSERT(dhcp_owned());
	mutex_enter(&dhcp_mtx);
	c->c_check = addr;
	c->c_conflict = false;
	mutex_exit(&dhcp_mtx);
}

void
dhcp_arp_seen(u_int ifindex,
    bool (*conflicts)(const struct dhcp_client *, struct arphdr *),
    struct arphdr *ah)
{
	struct dhcp_client *c;

	mutex_enter(&dhcp_mtx);
	LIST_FOREACH(c, &clients, c_next) {
		if (c->c_index != ifindex || c->c_check == 0 ||
		    !(*conflicts)(c, ah))
			continue;
		c->c_conflict = true;
		dhcp_woken = true;
		cv_signal(&dhcp_cv);
	}
	mutex_exit(&dhcp_mtx);
}

/* Is or was of an interface; its last user frees it. */
static void
release(struct dhcp_client *c)
{

	KASSERT(mutex_owned(&dhcp_mtx));
	if (c->c_gone && c->c_waiters == 0)
		kmem_free(c, sizeof(*c));
}

/*
 * The thread.
 */

/* Only the thread takes clients off the list. */
struct dhcp_client *
dhcp_next(const struct dhcp_ops *ops, struct dhcp_client *c)
{

	mutex_enter(&dhcp_mtx);
	do {
		c = c == NULL ? LIST_FIRST(&clients) : LIST_NEXT(c, c_next);
	} while (c != NULL && c->c_ops != ops);
	mutex_exit(&dhcp_mtx);
	return c;
}

static u_int
family(const struct dhcp_ops *ops)
{
	u_int i;

	for (i = 0; families[i] != ops; i++)
		KASSERT(i + 1 < DHCP_FAMILIES);
	return i;
}

struct socket *
dhcp_socket(const struct dhcp_ops *ops)
{
	struct socket *so = sockets[family(ops)];

	KASSERT(dhcp_owned() && so != NULL);
	return so;
}

bool
dhcp_detached(struct dhcp_client *c)
{
	bool gone;

	mutex_enter(&dhcp_mtx);
	gone = c->c_detached;
	mutex_exit(&dhcp_mtx);
	return gone;
}

/* What has no lease that ends would not look for its interface otherwise. */
static void
interface_changes(void *arg, unsigned long what, void *ifp)
{
	const u_int index = ((struct ifnet *)ifp)->if_index;
	struct dhcp_client *c;

	if (what != PFIL_IFNET_DETACH)
		return;
	mutex_enter(&dhcp_mtx);
	LIST_FOREACH(c, &clients, c_next) {
		if (c->c_index == index) {
			c->c_detached = true;
			dhcp_woken = true;
			cv_signal(&dhcp_cv);
		}
	}
	mutex_exit(&dhcp_mtx);
}

static void
remove(struct dhcp_client *c)
{

	KASSERT(dhcp_owned() && !c->c_set);
	mutex_enter(&dhcp_mtx);
	LIST_REMOVE(c, c_next);
	c->c_gone = true;
	if (c->c_result == DHCP_PENDING)
		c->c_result = ECANCELED;
	cv_broadcast(&dhcp_done);
	release(c);
	mutex_exit(&dhcp_mtx);
}

/* True: it was seen since the last time. */
static bool
take_conflict(struct dhcp_client *c)
{
	bool was;

	mutex_enter(&dhcp_mtx);
	was = c->c_conflict;
	c->c_conflict = false;
	mutex_exit(&dhcp_mtx);
	return was;
}

static bool
shall_stop(struct dhcp_client *c)
{
	bool stop;

	mutex_enter(&dhcp_mtx);
	stop = c->c_stop;
	mutex_exit(&dhcp_mtx);
	return stop;
}

static void
step(struct dhcp_client *c)
{
	const struct dhcp_ops *ops = c->c_ops;

	KASSERT(dhcp_owned());
	if (dhcp_detached(c) && !c->c_over)
		dhcp_over(c, ENXIO);
	if (c->c_state == 0 && !c->c_over)
		(*ops->do_begin)(c);
	if (take_conflict(c) && !c->c_over)
		(*ops->do_conflict)(c);
	if (!c->c_over && !c->c_stopping && shall_stop(c)) {
		c->c_stopping = true;
		(*ops->do_stop)(c);
	}
	if (!c->c_over && c->c_when <= dhcp_now())
		(*ops->do_timer)(c);
	if (c->c_over)
		(*ops->do_end)(c);
}

/* A client that cannot have the socket has failed. */
static bool
need_socket(struct dhcp_client *c)
{
	struct socket **so = &sockets[family(c->c_ops)];
	int error;

	KASSERT(dhcp_owned());
	if (*so == NULL && (error = (*c->c_ops->do_open)(so)) != 0)
		dhcp_over(c, error);
	return *so != NULL;
}

/* The time of the next step of a family's. */
static int64_t
step_all(const struct dhcp_ops *ops)
{
	struct dhcp_client *c, *next;
	int64_t when = DHCP_NEVER;

	for (c = dhcp_next(ops, NULL); c != NULL; c = next) {
		next = dhcp_next(ops, c);
		if (need_socket(c))
			step(c);
		if (c->c_over)
			remove(c);
		else
			when = MIN(when, c->c_when);
	}
	return when;
}

/* Only so many: who sends without end must not keep us from all else. */
static void
receive_some(u_int i)
{
	int n;

	KASSERT(dhcp_owned() && i < DHCP_FAMILIES);
	for (n = 0; n < BATCH && sockets[i] != NULL &&
	    (*families[i]->do_receive)(sockets[i]); n++)
		continue;
	if (n == BATCH)
		dhcp_wake();
}

static void
close_unused(u_int i)
{

	if (sockets[i] != NULL && dhcp_next(families[i], NULL) == NULL) {
		dhcp_close(sockets[i]);
		sockets[i] = NULL;
	}
}

static void
sleep_till(int64_t when)
{
	int64_t ms = when - dhcp_now();

	KASSERT(dhcp_owned());
	mutex_enter(&dhcp_mtx);
	if (!dhcp_woken && ms > 0) {
		/* It may be far: once an hour it does not hurt to look. */
		ms = MIN(ms, 3600 * 1000);
		(void)cv_timedwait(&dhcp_cv, &dhcp_mtx,
		    MAX(mstohz((int)ms), 1));
	}
	dhcp_woken = false;
	mutex_exit(&dhcp_mtx);
}

static void
dhcp_thread(void *arg)
{
	int64_t when = DHCP_NEVER;
	u_int i;

	dhcp_lwp = curlwp;
	for (;;) {
		sleep_till(when);
		when = DHCP_NEVER;
		for (i = 0; i < DHCP_FAMILIES; i++) {
			receive_some(i);
			when = MIN(when, step_all(families[i]));
			close_unused(i);
		}
	}
}

void
dhcp_init(void)
{

	mutex_init(&dhcp_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	cv_init(&dhcp_cv, "dhcp");
	cv_init(&dhcp_done, "dhcpdone");
}

static int
create_thread(void)
{
	const int error = pfil_add_ihook(interface_changes, NULL, PFIL_IFNET,
	    if_pfil);

	return error != 0 ? error : kthread_create(PRI_NONE, KTHREAD_MPSAFE,
	    NULL, dhcp_thread, NULL, NULL, "dhcp");
}

static int
start_thread(void)
{
	static ONCE_DECL(once);

	return RUN_ONCE(&once, create_thread);
}

/*
 * Programs.
 */

int
dhcp_identify(const char *ifname, u_int *index, uint8_t *lla)
{
	const int bound = curlwp_bind();
	struct psref psref;
	struct ifnet *ifp;
	int error = 0;

	if ((ifp = if_get(ifname, &psref)) == NULL) {
		curlwp_bindx(bound);
		return ENXIO;
	}
	*index = ifp->if_index;
	if (lla == NULL)
		;
	else if (ifp->if_type == IFT_ETHER &&
	    ifp->if_addrlen == ETHER_ADDR_LEN)
		memcpy(lla, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	else
		error = EINVAL;
	if_put(ifp, &psref);
	curlwp_bindx(bound);
	return error;
}

/* One that comes to its end counts only for who waits for that. */
static struct dhcp_client *
find(u_int index, const struct dhcp_ops *ops, bool ending)
{
	struct dhcp_client *c;

	KASSERT(mutex_owned(&dhcp_mtx));
	LIST_FOREACH(c, &clients, c_next) {
		if (c->c_index == index && c->c_ops == ops &&
		    (ending || !c->c_stop))
			break;
	}
	return c;
}

static int
wait_result(struct dhcp_client *c)
{
	int error;

	KASSERT(mutex_owned(&dhcp_mtx));
	c->c_waiters++;
	while (c->c_result == DHCP_PENDING)
		cv_wait(&dhcp_done, &dhcp_mtx);
	error = c->c_result;
	c->c_waiters--;
	release(c);
	return error;
}

int
dhcp_start(const char *ifname, const struct dhcp_ops *ops, int flags,
    bool wait)
{
	struct dhcp_client *new, *c;
	int error;

	if ((error = start_thread()) != 0)
		return error;
	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	if ((error = netconfig_name(new->c_name, ifname)) != 0 ||
	    (error = dhcp_identify(ifname, &new->c_index, new->c_lla)) != 0 ||
	    (error = netconfig_flag(ifname, IFF_UP, true)) != 0) {
		kmem_free(new, sizeof(*new));
		return error;
	}
	new->c_result = DHCP_PENDING;
	new->c_ops = ops;
	new->c_flags = flags;
	mutex_enter(&dhcp_mtx);
	if ((c = find(new->c_index, ops, false)) == NULL) {
		LIST_INSERT_HEAD(&clients, new, c_next);
		dhcp_woken = true;
		cv_signal(&dhcp_cv);
		c = new;
		new = NULL;
	}
	error = wait ? wait_result(c) : 0;
	mutex_exit(&dhcp_mtx);
	if (new != NULL)
		kmem_free(new, sizeof(*new));
	return error;
}

int
dhcp_stop(const char *ifname, const struct dhcp_ops *ops)
{
	struct dhcp_client *c;
	u_int index;
	int error;

	if ((error = dhcp_identify(ifname, &index, NULL)) != 0)
		return error;
	mutex_enter(&dhcp_mtx);
	if ((c = find(index, ops, true)) == NULL) {
		mutex_exit(&dhcp_mtx);
		return ENOENT;
	}
	c->c_stop = true;
	c->c_waiters++;
	dhcp_woken = true;
	cv_signal(&dhcp_cv);
	while (!c->c_gone)
		cv_wait(&dhcp_done, &dhcp_mtx);
	c->c_waiters--;
	release(c);
	mutex_exit(&dhcp_mtx);
	return 0;
}

int
dhcp_confirm(const char *ifname)
{
	struct dhcp_client *c;
	u_int index;
	int error;

	if ((error = dhcp_identify(ifname, &index, NULL)) != 0)
		return error;
	mutex_enter(&dhcp_mtx);
	if ((c = find(index, &dhcp6_ops, false)) == NULL)
		error = ENOENT;
	else {
		c->c_conflict = true;
		dhcp_woken = true;
		cv_signal(&dhcp_cv);
	}
	mutex_exit(&dhcp_mtx);
	return error;
}

int
dhcp_lease(const char *ifname, const struct dhcp_ops *ops, void *lease)
{
	union dhcp_shown *to = lease;
	struct dhcp_client *c;
	int64_t left;
	u_int index;
	int error;

	if ((error = dhcp_identify(ifname, &index, NULL)) != 0)
		return error;
	mutex_enter(&dhcp_mtx);
	if ((c = find(index, ops, false)) == NULL) {
		mutex_exit(&dhcp_mtx);
		return ENOENT;
	}
	left = (c->c_shown_end - dhcp_now()) / 1000;
	memcpy(lease, &c->c_shown, ops->do_size);
	to->ds_head.left = c->c_shown_end == DHCP_NEVER ? UINT32_MAX :
	    (uint32_t)MAX(left, 0);
	mutex_exit(&dhcp_mtx);
	return 0;
}
