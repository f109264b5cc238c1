/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program that an interface runs for each packet, so that a link by AF_XDP
 * has it: five instructions, with which no compiler and no library is needed.
 * It is bound by a bpf link, which ends with our descriptor, even if the
 * process is killed.
 */

#include <sys/syscall.h>

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>

#include "virtif_xdp.h"

static int
bpf(int cmd, union bpf_attr *attr)
{

	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* Queues that have no socket in the map keep their packets. */
static int
make_map(uint32_t queue)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_XSKMAP;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = queue + 1;
	return bpf(BPF_MAP_CREATE, &attr);
}

static int
set_map(int map, uint32_t queue, int sock)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map;
	attr.key = (uintptr_t)&queue;
	attr.value = (uintptr_t)&sock;
	return bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

/* return bpf_redirect_map(&map, ctx->rx_queue_index, XDP_PASS); */
static int
load_program(int map)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = BPF_REG_2,
		    .src_reg = BPF_REG_1,
		    .off = offsetof(struct xdp_md, rx_queue_index) },
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = BPF_REG_1,
		    .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
		{ .code = 0 },	/* the upper half of the number */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3,
		    .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static const char license[] = "Dual BSD/GPL";
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_XDP;
	attr.expected_attach_type = BPF_XDP;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = sizeof(insns) / sizeof(insns[0]);
	attr.license = (uintptr_t)license;
	return bpf(BPF_PROG_LOAD, &attr);
}

/* In the driver where it can do that, or else above it. */
static int
bind_program(int prog, unsigned int ifindex)
{
	static const uint32_t modes[] = { XDP_FLAGS_DRV_MODE,
	    XDP_FLAGS_SKB_MODE };
	union bpf_attr attr;
	int fd = -1;
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]) && fd == -1; i++) {
		memset(&attr, 0, sizeof(attr));
		attr.link_create.prog_fd = (uint32_t)prog;
		attr.link_create.target_ifindex = ifindex;
		attr.link_create.attach_type = BPF_XDP;
		attr.link_create.flags = modes[i];
		fd = bpf(BPF_LINK_CREATE, &attr);
	}
	return fd;
}

int
virtif_xdp_attach(struct xdp_redirect *xr, int sock, unsigned int ifindex,
    uint32_t queue)
{
	int error;

	xr->xr_prog = xr->xr_link = -1;
	if ((xr->xr_map = make_map(queue)) != -1 &&
	    set_map(xr->xr_map, queue, sock) != -1 &&
	    (xr->xr_prog = load_program(xr->xr_map)) != -1 &&
	    (xr->xr_link = bind_program(xr->xr_prog, ifindex)) != -1)
		return 0;
	error = errno;
	virtif_xdp_detach(xr);
	return error;
}

void
virtif_xdp_detach(struct xdp_redirect *xr)
{

	if (xr->xr_link != -1)
		(void)close(xr->xr_link);
	if (xr->xr_prog != -1)
		(void)close(xr->xr_prog);
	if (xr->xr_map != -1)
		(void)close(xr->xr_map);
	xr->xr_link = xr->xr_prog = xr->xr_map = -1;
}
