/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet ifconfig: interfaces, what they are and what is changed of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

/* Names are checked when they are first seen. */
static void
set_name(char *to, const char *name)
{

	memset(to, 0, RUMP_IFNAMSIZ);
	memcpy(to, name, strlen(name));
}

static struct rump_ifreq
request(const char *name)
{
	struct rump_ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	set_name(ifr.ifr_name, name);
	return ifr;
}

static int
simple(unsigned long cmd, const char *name, const char *what)
{
	struct rump_ifreq ifr = request(name);

	return rn_control(cmd, &ifr) == -1 ? rn_fail("%s: %s", name, what) :
	    RN_OK;
}

static int
create(const char *name)
{
	const int rv = rn_load(name);

	return rv != RN_OK ? rv : simple(RUMP_SIOCIFCREATE, name, "create");
}

static int
set_link(const char *name, const char *link)
{
	struct rump_ifdrv ifd;
	char *text = NULL;

	memset(&ifd, 0, sizeof(ifd));
	set_name(ifd.ifd_name, name);
	if (link == NULL)
		ifd.ifd_cmd = RUMP_IFLINKSTR_UNSET;
	else {
		if ((text = strdup(link)) == NULL)
			return rn_failx("out of memory");
		ifd.ifd_data = text;
		ifd.ifd_len = strlen(link) + 1;
	}
	if (rn_control(RUMP_SIOCSLINKSTR, &ifd) == -1) {
		(void)rn_fail("%s: link %s", name, link != NULL ? link : "");
		free(text);
		return RN_FAILED;
	}
	free(text);
	return RN_OK;
}

static int
set_flag(const char *name, bool up)
{
	struct rump_ifreq ifr = request(name);

	if (rn_control(RUMP_SIOCGIFFLAGS, &ifr) == -1)
		return rn_fail("%s", name);
	if (up)
		ifr.ifr_flags |= RUMP_IFF_UP;
	else
		ifr.ifr_flags &= (int16_t)~RUMP_IFF_UP;
	if (rn_control(RUMP_SIOCSIFFLAGS, &ifr) == -1)
		return rn_fail("%s: %s", name, up ? "up" : "down");
	return RN_OK;
}

static int
set_mtu(const char *name, const char *text)
{
	struct rump_ifreq ifr = request(name);
	unsigned long mtu;

	if (!rn_number(text, 1 << 20, &mtu))
		return rn_usage("%s is no mtu", text);
	ifr.ifr_mtu = (int)mtu;
	if (rn_control(RUMP_SIOCSIFMTU, &ifr) == -1)
		return rn_fail("%s: mtu %lu", name, mtu);
	return RN_OK;
}

static int
add_address6(const char *name, const char *text)
{
	struct rump_in6_aliasreq ifra;
	union rn_host addr, mask;

	memset(&ifra, 0, sizeof(ifra));
	set_name(ifra.ifra_name, name);
	if (!rn_net(text, &addr, &mask) || strchr(text, '/') == NULL)
		return rn_usage("%s is no address/bits", text);
	ifra.ifra_addr = addr.in6;
	ifra.ifra_prefixmask = mask.in6;
	ifra.ifra_lifetime.ia6t_vltime = RUMP_ND6_INFINITE_LIFETIME;
	ifra.ifra_lifetime.ia6t_pltime = RUMP_ND6_INFINITE_LIFETIME;
	if (rn_control_by(RUMP_AF_INET6, RUMP_SIOCAIFADDR_IN6, &ifra) == -1)
		return rn_fail("%s: %s", name, text);
	return RN_OK;
}

/* Routers make addresses, whatever net.inet6.ip6.accept_rtadv says. */
static int
set_autoconf(const char *name, bool on)
{
	const uint32_t flags = RUMP_ND6_IFF_ACCEPT_RTADV |
	    RUMP_ND6_IFF_OVERRIDE_RTADV;
	struct rump_in6_ndireq ndi;

	memset(&ndi, 0, sizeof(ndi));
	set_name(ndi.ifname, name);
	if (rn_control_by(RUMP_AF_INET6, RUMP_SIOCGIFINFO_IN6, &ndi) == -1)
		return rn_fail("%s", name);
	ndi.flags &= ~flags;
	if (on)
		ndi.flags |= flags;
	if (rn_control_by(RUMP_AF_INET6, RUMP_SIOCSIFINFO_FLAGS, &ndi) == -1)
		return rn_fail("%s: %sautoconf", name, on ? "" : "-");
	return set_flag(name, true);
}

static int
add_address(const char *name, const char *text)
{
	struct rump_in_aliasreq ifra;

	if (strchr(text, ':') != NULL)
		return add_address6(name, text);
	memset(&ifra, 0, sizeof(ifra));
	set_name(ifra.ifra_name, name);
	if (!rn_prefix(text, &ifra.ifra_addr, &ifra.ifra_mask) ||
	    strchr(text, '/') == NULL)
		return rn_usage("%s is neither a word I know nor "
		    "address/bits", text);
	rn_sin(&ifra.ifra_broadaddr, ifra.ifra_addr.sin_addr |
	    ~ifra.ifra_mask.sin_addr);
	if (rn_control(RUMP_SIOCAIFADDR, &ifra) == -1)
		return rn_fail("%s: %s", name, text);
	return RN_OK;
}

static int
delete_address6(const char *name, const char *text)
{
	struct rump_in6_ifreq ifr;
	union rn_host addr;

	memset(&ifr, 0, sizeof(ifr));
	set_name(ifr.ifr_name, name);
	if (!rn_host(text, &addr))
		return rn_usage("%s is no address", text);
	ifr.ifr_addr = addr.in6;
	if (rn_control_by(RUMP_AF_INET6, RUMP_SIOCDIFADDR_IN6, &ifr) == -1)
		return rn_fail("%s: -%s", name, text);
	return RN_OK;
}

static int
delete_address(const char *name, const char *text)
{
	struct rump_ifreq ifr = request(name);

	if (strchr(text, ':') != NULL)
		return delete_address6(name, text);
	if (!rn_address(text, &ifr.ifr_in))
		return rn_usage("%s is no address", text);
	if (rn_control(RUMP_SIOCDIFADDR, &ifr) == -1)
		return rn_fail("%s: -%s", name, text);
	return RN_OK;
}

/* Tag and parent of a vlan; NULL: none. */
static int
set_vlan(const char *name, const char *tag, const char *parent)
{
	struct rump_ifreq ifr = request(name);
	struct rump_vlanreq vlr;
	unsigned long number = 0;

	memset(&vlr, 0, sizeof(vlr));
	if (parent != NULL) {
		if (!rn_number(tag, 4094, &number) || number == 0)
			return rn_usage("%s is no tag", tag);
		if (strlen(parent) >= sizeof(vlr.vlr_parent))
			return rn_usage("%s is no name of an interface",
			    parent);
		set_name(vlr.vlr_parent, parent);
	}
	vlr.vlr_tag = (uint16_t)number;
	ifr.ifr_data = &vlr;
	if (rn_control(RUMP_SIOCSETVLAN, &ifr) == -1)
		return rn_fail("%s: vlan %lu of %s", name, number,
		    parent != NULL ? parent : "nobody");
	return RN_OK;
}

/* "vlan" tag "vlanif" parent */
static int
change_vlan(const char *name, char **argv, int *used)
{

	*used = 4;
	if (argv[1] == NULL || argv[2] == NULL ||
	    strcmp(argv[2], "vlanif") != 0 || argv[3] == NULL)
		return rn_usage("vlan wants a tag, vlanif and an interface");
	return set_vlan(name, argv[1], argv[3]);
}

/* A word and what it takes; how many words were used, in *used. */
static int
change(const char *name, char **argv, int *used)
{
	const char *w = argv[0];

	*used = 1;
	if (strcmp(w, "create") == 0)
		return create(name);
	if (strcmp(w, "destroy") == 0)
		return simple(RUMP_SIOCIFDESTROY, name, w);
	if (strcmp(w, "up") == 0 || strcmp(w, "down") == 0)
		return set_flag(name, w[0] == 'u');
	if (strcmp(w, "autoconf") == 0 || strcmp(w, "-autoconf") == 0)
		return set_autoconf(name, w[0] == 'a');
	/* Addresses say what they are. */
	if (strcmp(w, "inet") == 0 || strcmp(w, "inet6") == 0)
		return RN_OK;
	if (strcmp(w, "-link") == 0)
		return set_link(name, NULL);
	if (strcmp(w, "-vlanif") == 0)
		return set_vlan(name, NULL, NULL);
	if (strcmp(w, "vlan") == 0)
		return change_vlan(name, argv, used);
	if (w[0] == '-')
		return delete_address(name, w + 1);
	*used = 2;
	if (strcmp(w, "link") == 0 || strcmp(w, "mtu") == 0) {
		if (argv[1] == NULL)
			return rn_usage("%s wants a value", w);
		return w[0] == 'l' ? set_link(name, argv[1]) :
		    set_mtu(name, argv[1]);
	}
	*used = 1;
	return add_address(name, w);
}

/*
 * Showing them.
 */
static void
show_flags(int flags)
{
	static const struct {
		int flag;
		const char *name;
	} names[] = {
		{ RUMP_IFF_UP, "UP" }, { RUMP_IFF_BROADCAST, "BROADCAST" },
		{ RUMP_IFF_LOOPBACK, "LOOPBACK" },
		{ RUMP_IFF_POINTOPOINT, "POINTOPOINT" },
		{ RUMP_IFF_RUNNING, "RUNNING" }, { RUMP_IFF_NOARP, "NOARP" },
		{ RUMP_IFF_PROMISC, "PROMISC" },
		{ RUMP_IFF_ALLMULTI, "ALLMULTI" },
		{ RUMP_IFF_OACTIVE, "OACTIVE" },
		{ RUMP_IFF_SIMPLEX, "SIMPLEX" },
		{ RUMP_IFF_MULTICAST, "MULTICAST" },
	};
	const char *sep = "<";
	size_t i;

	(void)printf("flags=0x%x", (unsigned int)flags & 0xffff);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((flags & names[i].flag) != 0) {
			(void)printf("%s%s", sep, names[i].name);
			sep = ",";
		}
	}
	(void)printf("%s", *sep == ',' ? ">" : "");
}

static void
show_link(const char *name, const struct rump_sockaddr_dl *sdl)
{
	char text[4096];
	struct rump_ifdrv ifd = { .ifd_len = sizeof(text), .ifd_data = text };
	const char *lladdr = sdl->sdl_data + sdl->sdl_nlen;
	struct rump_vlanreq vlr;
	struct rump_ifreq ifr = request(name);
	int i;

	set_name(ifd.ifd_name, name);
	if (rn_control(RUMP_SIOCGLINKSTR, &ifd) == 0)
		(void)printf("\tlink %s\n", text);
	ifr.ifr_data = &vlr;
	if (rn_control(RUMP_SIOCGETVLAN, &ifr) == 0 && vlr.vlr_tag != 0)
		(void)printf("\tvlan %u vlanif %.16s\n",
		    (unsigned int)vlr.vlr_tag, vlr.vlr_parent);
	for (i = 0; i < sdl->sdl_alen; i++)
		(void)printf("%s%02x", i == 0 ? "\taddress: " : ":",
		    (unsigned int)(uint8_t)lladdr[i]);
	if (sdl->sdl_alen > 0)
		(void)putchar('\n');
}

/* Its name, or NULL if it is not one to show. */
static const char *
show_interface(const struct rump_if_msghdr *ifm, const char *only, char *name)
{
	static const char *const state[] = { "", ", no link", "" };
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_dl *sdl;
	const struct rump_if_data *d = &ifm->ifm_data;

	if (!rn_addrs(ifm, ifm->ifm_msglen, sizeof(*ifm), ifm->ifm_addrs,
	    sa) || (sdl = (const void *)sa[RUMP_RTAX_IFP]) == NULL ||
	    sdl->sdl_nlen >= RUMP_IFNAMSIZ || sdl->sdl_nlen + sdl->sdl_alen >
	    sdl->sdl_len - (int)offsetof(struct rump_sockaddr_dl, sdl_data))
		return NULL;
	memcpy(name, sdl->sdl_data, sdl->sdl_nlen);
	name[sdl->sdl_nlen] = '\0';
	if (only != NULL && strcmp(name, only) != 0)
		return NULL;
	(void)printf("%s: ", name);
	show_flags(ifm->ifm_flags);
	(void)printf(" mtu %ju%s\n", (uintmax_t)d->ifi_mtu,
	    d->ifi_link_state >= 0 && d->ifi_link_state <= 2 ?
	    state[d->ifi_link_state] : "");
	show_link(name, sdl);
	(void)printf("\tinput: %ju packets, %ju bytes, %ju errors, %ju drops\n"
	    "\toutput: %ju packets, %ju bytes, %ju errors\n",
	    (uintmax_t)d->ifi_ipackets, (uintmax_t)d->ifi_ibytes,
	    (uintmax_t)d->ifi_ierrors, (uintmax_t)d->ifi_iqdrops,
	    (uintmax_t)d->ifi_opackets, (uintmax_t)d->ifi_obytes,
	    (uintmax_t)d->ifi_oerrors);
	return name;
}

static void
show_address6(const struct rump_ifa_msghdr *ifam,
    const struct rump_sockaddr *sa[RUMP_RTAX_MAX])
{
	static const struct {
		int flag;
		const char *name;
	} names[] = {
		{ RUMP_IN6_IFF_ANYCAST, "anycast" },
		{ RUMP_IN6_IFF_TENTATIVE, "tentative" },
		{ RUMP_IN6_IFF_DUPLICATED, "duplicated" },
		{ RUMP_IN6_IFF_DETACHED, "detached" },
		{ RUMP_IN6_IFF_DEPRECATED, "deprecated" },
		{ RUMP_IN6_IFF_AUTOCONF, "autoconf" },
		{ RUMP_IN6_IFF_TEMPORARY, "temporary" },
	};
	size_t i;

	(void)printf("\tinet6 %s/%d", rn_host_text(sa[RUMP_RTAX_IFA]),
	    rn_host_bits(sa[RUMP_RTAX_NETMASK], RUMP_AF_INET6));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((ifam->ifam_addrflags & names[i].flag) != 0)
			(void)printf(" %s", names[i].name);
	}
	(void)putchar('\n');
}

static void
show_address(const struct rump_ifa_msghdr *ifam)
{
	const struct rump_sockaddr *sa[RUMP_RTAX_MAX];
	const struct rump_sockaddr_in *a, *b;

	if (!rn_addrs(ifam, ifam->ifam_msglen, sizeof(*ifam),
	    ifam->ifam_addrs, sa))
		return;
	a = (const void *)sa[RUMP_RTAX_IFA];
	b = (const void *)sa[RUMP_RTAX_BRD];
	if (a != NULL && a->sin_family == RUMP_AF_INET6)
		show_address6(ifam, sa);
	if (a == NULL || a->sin_family != RUMP_AF_INET)
		return;
	(void)printf("\tinet %s/%d", rn_text(a->sin_addr),
	    rn_host_bits(sa[RUMP_RTAX_NETMASK], RUMP_AF_INET));
	if (b != NULL && b->sin_family == RUMP_AF_INET &&
	    b->sin_addr != a->sin_addr)
		(void)printf(" broadcast %s", rn_text(b->sin_addr));
	(void)putchar('\n');
}

static int
show(const char *only)
{
	size_t len, off;
	char *buf = rn_dump(RUMP_NET_RT_IFLIST, &len);
	char name[RUMP_IFNAMSIZ];
	const char *shown = NULL;
	bool any = false;

	if (buf == NULL)
		return rn_fail("interfaces");
	for (off = 0; len - off >= sizeof(struct rump_ifa_msghdr);) {
		const struct rump_if_msghdr *ifm = (const void *)(buf + off);

		if (ifm->ifm_msglen < sizeof(struct rump_ifa_msghdr) ||
		    ifm->ifm_msglen > len - off)
			break;
		if (ifm->ifm_type == RUMP_RTM_IFINFO &&
		    ifm->ifm_msglen >= sizeof(*ifm))
			shown = show_interface(ifm, only, name);
		else if (ifm->ifm_type == RUMP_RTM_NEWADDR && shown != NULL)
			show_address((const void *)ifm);
		any = any || shown != NULL;
		off += ifm->ifm_msglen;
	}
	free(buf);
	if (only != NULL && !any)
		return rn_failx("there is no interface %s", only);
	return RN_OK;
}

int
rn_ifconfig(int argc, char **argv)
{
	struct rump_ifreq ifr;
	int i, used, rv = RN_OK;

	if (argc == 1)
		return show(NULL);
	if (argv[1][0] == '\0' || strlen(argv[1]) >= RUMP_IFNAMSIZ)
		return rn_usage("%s is no name of an interface", argv[1]);
	if (argc == 2)
		return show(argv[1]);
	/* What is set up is there. */
	ifr = request(argv[1]);
	if (strcmp(argv[2], "create") != 0 &&
	    rn_control(RUMP_SIOCGIFFLAGS, &ifr) == -1 && errno == RUMP_ENXIO)
		rv = create(argv[1]);
	for (i = 2; i < argc && rv == RN_OK; i += used)
		rv = change(argv[1], argv + i, &used);
	return rv;
}
