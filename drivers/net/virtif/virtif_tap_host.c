/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links by tap devices of Linux, which give and take frames with a header that
 * says what is left undone.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_tun.h>

#include "virtif_backend.h"

#define	QUEUES_MAX	8
#define	OPTION		",queues="

/* NAME[,queues=N]: N, or 0. */
static int
parse(struct virtif *v, const char *spec, char name[IFNAMSIZ], long *queues)
{
	const char *option = strchr(spec, ',');
	const size_t len = option != NULL ? (size_t)(option - spec) :
	    strlen(spec);
	char *end;

	*queues = 0;
	if (len >= IFNAMSIZ)
		return EINVAL;
	memcpy(name, spec, len);
	name[len] = '\0';
	if (option == NULL)
		return 0;
	if (strncmp(option, OPTION, strlen(OPTION)) != 0)
		return virtif_why(v, EINVAL, "no such option: %s", option + 1);
	option += strlen(OPTION);
	*queues = strtol(option, &end, 10);
	if (*option < '0' || *option > '9' || *end != '\0' ||
	    *queues < 1 || *queues > QUEUES_MAX)
		return virtif_why(v, EINVAL, "queues: 1 to %d, not %s",
		    QUEUES_MAX, option);
	return 0;
}

static int
open_queue(struct virtif *v, const char *name, short flags, bool *offload)
{
	const unsigned int undone = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 |
	    TUN_F_TSO_ECN;
	struct ifreq ifr;

	if ((v->v_fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC)) == -1)
		return errno;
	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, name, strlen(name));
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | flags;
	if (ioctl(v->v_fd, TUNSETIFF, &ifr) == -1)
		return errno;
	v->v_vnethdr = true;
	*offload = ioctl(v->v_fd, TUNSETOFFLOAD, undone) == 0;
	return 0;
}

static int
tap_open(struct virtif *v, const char *spec, bool *offload)
{
	char name[IFNAMSIZ];
	struct virtif *queue = v;
	long queues, i;
	int error;

	if ((error = parse(v, spec, name, &queues)) != 0)
		return error;
	if (queues == 0)
		return open_queue(v, name, 0, offload);
	for (i = 0; i < queues && error == 0; i++) {
		if (i > 0 && (queue = virtif_add_queue(v)) == NULL)
			return errno;
		error = open_queue(queue, name, IFF_MULTI_QUEUE, offload);
	}
	if (error == EINVAL)
		return virtif_why(v, error,
		    "%s is no tap device that may have several queues", name);
	return error == 0 ? 0 : virtif_why(v, error,
	    "%s: %ld of %ld queues", name, i - 1, queues);
}

const struct virtif_kind virtif_tap = {
	.vk_name = "tap", .vk_open = tap_open,
};
