/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links by AF_PACKET, to an interface of the host.  Frames have a header that
 * says what is left undone.
 *
 * What comes in lies in a ring of slots that Linux fills and we empty, without
 * a system call for a frame: TPACKET_V2, as the blocks of V3 are handed over
 * when they are full or milliseconds old.  Where Linux refuses a ring frames
 * are read from the socket.  What goes out is written to the socket in any
 * case: a slot of a ring out is given back when the interface lets go of the
 * packet, while who has the other end of a pair of veth still reads it.
 */

#include <sys/mman.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include "virtif_backend.h"

#define	TAG_LEN		4	/* IEEE 802.1Q: a type and a number */
#define	NO_RING		",noring"

/* A slot has room for the largest frame; slots do not lie across blocks. */
#define	SLOT_SIZE	TPACKET_ALIGN(TPACKET2_HDRLEN + ROOM_BEFORE +	\
			    VNET_HDRLEN + VIRTIF_FRAMEMAX)
#define	ROOM_BEFORE	16	/* of a frame: for a tag */
#define	BLOCK_SIZE	(1024u * 1024)
#define	BLOCKS		8u
#define	BLOCK_SLOTS	(BLOCK_SIZE / SLOT_SIZE)
#define	SLOTS		(BLOCKS * BLOCK_SLOTS)

/* All of the thread that receives. */
struct packet_ring {
	uint8_t		*pr_map;
	unsigned int	pr_next;	/* slot */
	bool		pr_held;	/* that slot was given out */
};

static int
packet_socket(struct virtif *v)
{
	const int on = 1;

	v->v_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (v->v_fd == -1)
		return errno;
	v->v_vnethdr = setsockopt(v->v_fd, SOL_PACKET, PACKET_VNET_HDR, &on,
	    sizeof(on)) == 0;
	/* Linux takes tags of VLANs out of frames. */
	if (setsockopt(v->v_fd, SOL_PACKET, PACKET_AUXDATA, &on,
	    sizeof(on)) == -1)
		return errno;
	/* What we send is not for us; older hosts do not know that. */
	(void)setsockopt(v->v_fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
	    sizeof(on));
	return 0;
}

/* The slots; MAP_FAILED: there is no ring. */
static void *
map_ring(int fd)
{
	const struct tpacket_req req = { .tp_block_size = BLOCK_SIZE,
	    .tp_block_nr = BLOCKS, .tp_frame_size = SLOT_SIZE,
	    .tp_frame_nr = SLOTS };
	const int version = TPACKET_V2, before = ROOM_BEFORE;

	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
	    sizeof(version)) == -1 ||
	    setsockopt(fd, SOL_PACKET, PACKET_RESERVE, &before,
	    sizeof(before)) == -1 ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req,
	    sizeof(req)) == -1)
		return MAP_FAILED;
	return mmap(NULL, (size_t)BLOCKS * BLOCK_SIZE, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
}

/* Without a ring there is another socket, to be read. */
static int
make_ring(struct virtif *v)
{
	struct packet_ring *pr = calloc(1, sizeof(*pr));

	if (pr == NULL)
		return ENOMEM;
	pr->pr_map = map_ring(v->v_fd);
	if (pr->pr_map != MAP_FAILED) {
		v->v_private = pr;
		return 0;
	}
	free(pr);
	(void)close(v->v_fd);
	return packet_socket(v);
}

static void
packet_close(struct virtif *v)
{
	struct packet_ring *pr = v->v_private;

	if (pr == NULL)
		return;
	(void)munmap(pr->pr_map, (size_t)BLOCKS * BLOCK_SIZE);
	free(pr);
	v->v_private = NULL;
}

/* Frames come from here on. */
static int
packet_bind(int fd, int ifindex)
{
	const struct sockaddr_ll sll = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = ifindex };
	const struct packet_mreq mreq = { .mr_ifindex = ifindex,
	    .mr_type = PACKET_MR_PROMISC };

	return bind(fd, (const struct sockaddr *)&sll, sizeof(sll)) == -1 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == -1 ? errno : 0;
}

static int
packet_open(struct virtif *v, const char *arg, bool *offload)
{
	const size_t len = strcspn(arg, ",");
	char name[IF_NAMESIZE];
	int ifindex, error;

	if (arg[len] != '\0' && strcmp(arg + len, NO_RING) != 0)
		return virtif_why(v, EINVAL, "no such option: %s", arg + len);
	if (len >= sizeof(name))
		return ENXIO;
	memcpy(name, arg, len);
	name[len] = '\0';
	if ((ifindex = (int)if_nametoindex(name)) == 0)
		return ENXIO;
	if ((error = packet_socket(v)) == 0 && arg[len] == '\0')
		error = make_ring(v);
	if (error == 0 && (error = packet_bind(v->v_fd, ifindex)) != 0)
		packet_close(v);
	*offload = v->v_vnethdr;
	return error;
}

/*
 * In.
 */

/* Puts a tag behind the addresses of a frame; there is room before it. */
static uint8_t *
put_tag(const struct virtif *v, uint8_t *frame, uint16_t type, uint16_t tag)
{
	const size_t before = (v->v_vnethdr ? VNET_HDRLEN : 0) + 2 * ETH_ALEN;
	const uint16_t tagged[2] = { htons(type), htons(tag) };
	struct virtio_net_hdr vh;

	memmove(frame - TAG_LEN, frame, before);
	frame -= TAG_LEN;
	memcpy(frame + before, tagged, TAG_LEN);
	if (!v->v_vnethdr)
		return frame;
	memcpy(&vh, frame, sizeof(vh));
	if ((vh.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
		vh.csum_start = (uint16_t)(vh.csum_start + TAG_LEN);
	memcpy(frame, &vh, sizeof(vh));
	return frame;
}

static uint16_t
tag_type(uint32_t status, uint16_t tpid)
{

	return (status & TP_STATUS_VLAN_TPID_VALID) != 0 ? tpid : ETH_P_8021Q;
}

static struct tpacket2_hdr *
slot(const struct packet_ring *pr)
{

	return (void *)(pr->pr_map +
	    (size_t)(pr->pr_next / BLOCK_SLOTS) * BLOCK_SIZE +
	    (size_t)(pr->pr_next % BLOCK_SLOTS) * SLOT_SIZE);
}

/* The slot is Linux's again. */
static void
next_slot(struct packet_ring *pr)
{

	__atomic_store_n(&slot(pr)->tp_status, TP_STATUS_KERNEL,
	    __ATOMIC_RELEASE);
	pr->pr_next = (pr->pr_next + 1) % SLOTS;
	pr->pr_held = false;
}

static long
ring_recv(struct virtif *v, const void **data)
{
	const size_t vlen = v->v_vnethdr ? VNET_HDRLEN : 0;
	struct packet_ring *pr = v->v_private;
	struct tpacket2_hdr *th;
	uint8_t *frame;
	uint32_t status;
	size_t len;

	if (pr->pr_held)
		next_slot(pr);
	th = slot(pr);
	status = __atomic_load_n(&th->tp_status, __ATOMIC_ACQUIRE);
	if ((status & TP_STATUS_USER) == 0)
		return 0;
	pr->pr_held = true;
	frame = (uint8_t *)th + th->tp_mac - vlen;
	len = vlen + th->tp_snaplen;
	if (th->tp_snaplen >= 2 * ETH_ALEN &&
	    (status & TP_STATUS_VLAN_VALID) != 0) {
		frame = put_tag(v, frame, tag_type(status, th->tp_vlan_tpid),
		    th->tp_vlan_tci);
		len += TAG_LEN;
	}
	*data = frame;
	/* A part of a frame is none, and shorter than any. */
	return th->tp_snaplen < th->tp_len ? 1 : (long)len;
}

/* The tag that a frame had; false: none. */
static bool
lost_tag(struct msghdr *msg, uint16_t *type, uint16_t *tag)
{
	struct tpacket_auxdata aux;
	const struct cmsghdr *cm = CMSG_FIRSTHDR(msg);

	if (cm == NULL || cm->cmsg_level != SOL_PACKET ||
	    cm->cmsg_type != PACKET_AUXDATA ||
	    cm->cmsg_len < CMSG_LEN(sizeof(aux)))
		return false;
	memcpy(&aux, CMSG_DATA(cm), sizeof(aux));
	*type = tag_type(aux.tp_status, aux.tp_vlan_tpid);
	*tag = aux.tp_vlan_tci;
	return (aux.tp_status & TP_STATUS_VLAN_VALID) != 0;
}

static long
socket_recv(struct virtif *v, const void **data)
{
	const size_t before = (v->v_vnethdr ? VNET_HDRLEN : 0) + 2 * ETH_ALEN;
	union {
		struct cmsghdr cm;
		char room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec iov = { .iov_base = v->v_buf + TAG_LEN,
	    .iov_len = VIRTIF_BUFSIZE - TAG_LEN };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof(control) };
	uint16_t type, tag;
	ssize_t n;

	do {
		n = recvmsg(v->v_fd, &msg, 0);
	} while (n == -1 && errno == EINTR);
	*data = v->v_buf + TAG_LEN;
	if (n >= (ssize_t)before && lost_tag(&msg, &type, &tag)) {
		*data = put_tag(v, v->v_buf + TAG_LEN, type, tag);
		n += TAG_LEN;
	}
	return virtif_received(n);
}

static long
packet_recv(struct virtif *v, const void **data)
{

	return v->v_private != NULL ? ring_recv(v, data) :
	    socket_recv(v, data);
}

const struct virtif_kind virtif_packet = {
	.vk_name = "packet", .vk_open = packet_open, .vk_close = packet_close,
	.vk_recv = packet_recv,
};
