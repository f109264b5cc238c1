/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet bridge: members of a bridge, the addresses behind them, and the
 * spanning tree.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rumpnet.h"

#define	ADDRESSES_MAX	65536	/* a table cannot be larger */

static int
control(const char *name, bool set, unsigned long what, void *data,
    size_t *len)
{
	struct rump_ifdrv ifd;
	int rv;

	memset(&ifd, 0, sizeof(ifd));
	memcpy(ifd.ifd_name, name, strlen(name));
	ifd.ifd_cmd = what;
	ifd.ifd_data = data;
	ifd.ifd_len = *len;
	rv = rn_control(set ? RUMP_SIOCSDRVSPEC : RUMP_SIOCGDRVSPEC, &ifd);
	*len = ifd.ifd_len;
	return rv;
}

static int
change(const char *name, unsigned long what, void *data, size_t len,
    const char *word, const char *arg)
{

	if (control(name, true, what, data, &len) == -1)
		return rn_fail("%s: %s %s", name, word, arg);
	return RN_OK;
}

static bool
set_name(char *to, const char *name)
{

	if (strlen(name) >= RUMP_IFNAMSIZ)
		return false;
	memcpy(to, name, strlen(name));
	return true;
}

/*
 * Words, with what follows them: argv[0] is the word.
 */
static int
member(const char *name, char **argv)
{
	const bool add = strcmp(argv[0], "add") == 0;
	struct rump_ifbreq req;

	memset(&req, 0, sizeof(req));
	if (!set_name(req.ifbr_ifsname, argv[1]))
		return rn_usage("%s is no name of an interface", argv[1]);
	return change(name, add ? RUMP_BRDGADD : RUMP_BRDGDEL, &req,
	    sizeof(req), argv[0], argv[1]);
}

static bool
link_address(const char *s, uint8_t *a)
{
	unsigned int b[6];
	char rest;
	int i;

	if (sscanf(s, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3],
	    &b[4], &b[5], &rest) != 6)
		return false;
	for (i = 0; i < 6; i++)
		a[i] = (uint8_t)b[i];
	return true;
}

static int
set_static(const char *name, char **argv)
{
	struct rump_ifbareq req;

	memset(&req, 0, sizeof(req));
	req.ifba_flags = 1;
	if (!set_name(req.ifba_ifsname, argv[1]))
		return rn_usage("%s is no name of an interface", argv[1]);
	if (!link_address(argv[2], req.ifba_dst))
		return rn_usage("%s is no link address", argv[2]);
	return change(name, RUMP_BRDGSADDR, &req, sizeof(req), argv[0],
	    argv[2]);
}

static int
forget(const char *name, char **argv)
{
	struct rump_ifbareq req;

	memset(&req, 0, sizeof(req));
	req.ifba_flags = 1;
	if (!link_address(argv[1], req.ifba_dst))
		return rn_usage("%s is no link address", argv[1]);
	return change(name, RUMP_BRDGDADDR, &req, sizeof(req), argv[0],
	    argv[1]);
}

/* Numbers of a bridge, in so many bytes. */
static const struct number {
	const char	*n_word;
	unsigned long	n_set;
	unsigned long	n_get;
	size_t		n_size;
} numbers[] = {
	{ "maxaddr", RUMP_BRDGSCACHE, RUMP_BRDGGCACHE, 4 },
	{ "timeout", RUMP_BRDGSTO, RUMP_BRDGGTO, 4 },
	{ "priority", RUMP_BRDGSPRI, RUMP_BRDGGPRI, 2 },
	{ "hello", RUMP_BRDGSHT, RUMP_BRDGGHT, 1 },
	{ "fwddelay", RUMP_BRDGSFD, RUMP_BRDGGFD, 1 },
	{ "maxage", RUMP_BRDGSMA, RUMP_BRDGGMA, 1 },
};
#define	NUMBERS		(sizeof(numbers) / sizeof(numbers[0]))
#define	NUMBERS_TREE	2	/* from here on, of the spanning tree */

static int
set_number(const char *name, char **argv)
{
	const struct number *no = numbers;
	struct rump_ifbrparam p;
	unsigned long n;

	while (strcmp(no->n_word, argv[0]) != 0)
		no++;
	if (!rn_number(argv[1], UINT32_MAX >> (32 - 8 * no->n_size), &n))
		return rn_usage("%s is no number for %s", argv[1], argv[0]);
	memset(&p, 0, sizeof(p));
	if (no->n_size == 1)
		p.ifbrp_int8 = (uint8_t)n;
	else if (no->n_size == 2)
		p.ifbrp_int16 = (uint16_t)n;
	else
		p.ifbrp_int32 = (uint32_t)n;
	return change(name, no->n_set, &p, sizeof(p), argv[0], argv[1]);
}

/* A port of the tree: that it is one, its priority, its cost. */
static int
set_stp(const char *name, char **argv)
{
	struct rump_ifbreq req;
	size_t len = sizeof(req);

	memset(&req, 0, sizeof(req));
	if (!set_name(req.ifbr_ifsname, argv[1]))
		return rn_usage("%s is no name of an interface", argv[1]);
	if (control(name, false, RUMP_BRDGGIFFLGS, &req, &len) == -1)
		return rn_fail("%s: %s %s", name, argv[0], argv[1]);
	if (argv[0][0] == '-')
		req.ifbr_ifsflags &= ~(uint32_t)RUMP_IFBIF_STP;
	else
		req.ifbr_ifsflags |= RUMP_IFBIF_STP;
	return change(name, RUMP_BRDGSIFFLGS, &req, sizeof(req), argv[0],
	    argv[1]);
}

static int
set_port(const char *name, char **argv)
{
	const bool cost = strcmp(argv[0], "ifcost") == 0;
	struct rump_ifbreq req;
	unsigned long n;

	memset(&req, 0, sizeof(req));
	if (!set_name(req.ifbr_ifsname, argv[1]))
		return rn_usage("%s is no name of an interface", argv[1]);
	if (!rn_number(argv[2], UINT8_MAX, &n))
		return rn_usage("%s is no number for %s", argv[2], argv[0]);
	req.ifbr_priority = req.ifbr_path_cost = (uint8_t)n;
	return change(name, cost ? RUMP_BRDGSIFCOST : RUMP_BRDGSIFPRIO, &req,
	    sizeof(req), argv[0], argv[2]);
}

static int
flush(const char *name, char **argv)
{
	struct rump_ifbreq req;

	memset(&req, 0, sizeof(req));
	return change(name, RUMP_BRDGFLUSH, &req, sizeof(req), argv[0], "");
}

static const struct word {
	const char	*w_name;
	int		w_args;
	int		(*w_obey)(const char *, char **);
} words[] = {
	{ "add", 1, member },
	{ "delete", 1, member },
	{ "static", 2, set_static },
	{ "forget", 1, forget },
	{ "flush", 0, flush },
	{ "maxaddr", 1, set_number },
	{ "timeout", 1, set_number },
	{ "stp", 1, set_stp },
	{ "-stp", 1, set_stp },
	{ "priority", 1, set_number },
	{ "hello", 1, set_number },
	{ "fwddelay", 1, set_number },
	{ "maxage", 1, set_number },
	{ "ifpriority", 2, set_port },
	{ "ifcost", 2, set_port },
};

/* One word and what follows it; how many of them, in *used. */
static int
obey(const char *name, char **argv, int *used)
{
	const struct word *w;
	int n;

	for (w = words; w < words + sizeof(words) / sizeof(words[0]); w++) {
		if (strcmp(w->w_name, argv[0]) != 0)
			continue;
		for (n = 1; n <= w->w_args; n++)
			if (argv[n] == NULL)
				return rn_usage("%s wants a value", argv[0]);
		*used = 1 + w->w_args;
		return (*w->w_obey)(name, argv);
	}
	return rn_usage("%s is no word I know", argv[0]);
}

/*
 * Showing it.
 */

/* Of the spanning tree, if there is one. */
static int
show_tree(const char *name)
{
	struct rump_ifbrparam p;
	size_t i, len;

	for (i = NUMBERS_TREE; i < NUMBERS; i++) {
		memset(&p, 0, sizeof(p));
		len = sizeof(p);
		if (control(name, false, numbers[i].n_get, &p, &len) == -1)
			return rn_fail("%s", name);
		(void)printf("%s%s %u", i == NUMBERS_TREE ? "\t" : " ",
		    numbers[i].n_word, numbers[i].n_size == 2 ?
		    (unsigned int)p.ifbrp_int16 : p.ifbrp_int8);
	}
	(void)printf("\n");
	return RN_OK;
}

static bool
show_member(const struct rump_ifbreq *r)
{
	static const char *const states[] = { "disabled", "listening",
	    "learning", "forwarding", "blocking" };
	const bool stp = (r->ifbr_ifsflags & RUMP_IFBIF_STP) != 0;

	(void)printf("%.16s", r->ifbr_ifsname);
	if (stp)
		(void)printf(" stp port %u priority %u cost %u %s",
		    r->ifbr_portno, r->ifbr_priority, r->ifbr_path_cost,
		    r->ifbr_state < sizeof(states) / sizeof(states[0]) ?
		    states[r->ifbr_state] : "?");
	(void)printf("\n");
	return stp;
}

static int
show_members(const char *name)
{
	struct rump_ifbreq *list;
	size_t len = 0, i, n;
	bool tree = false;

	if (control(name, false, RUMP_BRDGGIFS, NULL, &len) == -1)
		return rn_fail("%s", name);
	if ((list = calloc(1, len + 1)) == NULL)
		return rn_failx("out of memory");
	n = len;
	if (len > 0 && control(name, false, RUMP_BRDGGIFS, list, &len) == -1) {
		free(list);
		return rn_fail("%s", name);
	}
	/* More may have come meanwhile: they are not in it. */
	for (i = 0; len <= n && i < len / sizeof(*list); i++)
		tree |= show_member(&list[i]);
	free(list);
	return tree ? show_tree(name) : RN_OK;
}

static void
show_address(const struct rump_ifbareq *a)
{
	const uint8_t *d = a->ifba_dst;

	(void)printf("\t%02x:%02x:%02x:%02x:%02x:%02x %.16s ", d[0], d[1],
	    d[2], d[3], d[4], d[5], a->ifba_ifsname);
	if (a->ifba_flags != 0)
		(void)printf("static\n");
	else
		(void)printf("%" PRId64 " s\n", a->ifba_expire);
}

static int
show_addresses(const char *name)
{
	struct rump_ifbareq *list = calloc(ADDRESSES_MAX, sizeof(*list));
	size_t len = ADDRESSES_MAX * sizeof(*list), i;

	if (list == NULL)
		return rn_failx("out of memory");
	if (control(name, false, RUMP_BRDGRTS, list, &len) == -1) {
		free(list);
		return rn_fail("%s", name);
	}
	for (i = 0; i < len / sizeof(*list); i++)
		show_address(&list[i]);
	free(list);
	return RN_OK;
}

int
rn_bridge(int argc, char **argv)
{
	int i, rv, used = 1;

	if (argc < 2)
		return rn_usage("which bridge?");
	if (argv[1][0] == '\0' || strlen(argv[1]) >= RUMP_IFNAMSIZ)
		return rn_usage("%s is no name of an interface", argv[1]);
	if (argc == 2) {
		rv = show_members(argv[1]);
		return rv != RN_OK ? rv : show_addresses(argv[1]);
	}
	for (i = 2, rv = RN_OK; i < argc && rv == RN_OK; i += used)
		rv = obey(argv[1], argv + i, &used);
	return rv;
}
