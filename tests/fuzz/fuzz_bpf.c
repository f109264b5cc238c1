/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "bpf": programs for the machine of bpf(4), and packets.
 *
 * A record is an instruction: its kind says which of good[], the data what is
 * flipped in its code, how far it jumps, and its constant.  A kind of PACKET
 * has bytes of the packet instead, and CUT says how many of them are not
 * there and in what pieces the rest comes.  What the kernel lets through is
 * run by it, in one piece and in several, and by a second machine here, which
 * trusts nothing; they have to agree, or the process ends.
 */
#include <stdlib.h>
#include <string.h>

#include <rump/rump.h>

#include "fuzz.h"
#include "fuzz_net.h"
#include "kf_bpf.h"

#define	INSNS_MAX	64
#define	PACKET_MAX	512
#define	WORDS		16
#define	PACKET		62	/* kinds */
#define	CUT		63

struct work {
	struct kf_insn	w_insns[INSNS_MAX];
	int		w_ninsns;
	uint8_t		w_packet[PACKET_MAX];
	unsigned	w_len, w_cap, w_piece;
};

/* Registers of the second machine. */
struct second {
	const struct work *s_work;
	uint32_t	s_a, s_x, s_mem[WORDS];
	bool		s_over;		/* and what it says of the packet: */
	uint32_t	s_result;
};

/* Codes that mean something: class, size or operation, mode or source. */
static const uint16_t good[] = {
	0x20, 0x28, 0x30, 0x40, 0x48, 0x50,	/* ld of the packet */
	0x00, 0x60, 0x80,			/* ld: constant, memory, len */
	0x01, 0x61, 0x81, 0xb1,			/* ldx, with 4*(P[k]&15) */
	0x02, 0x03,				/* st, stx */
	0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x84, 0x94, 0xa4,
	0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c, 0x6c, 0x7c, 0x9c, 0xac,
	0x05, 0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d,
	0x06, 0x16,				/* ret */
	0x07, 0x87,				/* tax, txa */
	0x27, 0x47,				/* calls that nobody offers */
};

static void
stop(struct second *s, uint32_t result)
{

	s->s_over = true;
	s->s_result = result;
}

/* Bytes of the packet; beyond it the program ends with 0. */
static uint32_t
fetch(struct second *s, uint64_t at, unsigned n)
{
	uint32_t v = 0;

	if (at + n > s->s_work->w_cap) {
		stop(s, 0);
		return 0;
	}
	for (; n > 0; n--)
		v = v << 8 | s->s_work->w_packet[at++];
	return v;
}

static uint32_t *
word(struct second *s, uint32_t k)
{

	if (k >= WORDS)
		fuzz_die("word %u was let through", k);
	return &s->s_mem[k];
}

/* What a load gives; the accumulator or the index stays when it ends. */
static uint32_t
loaded(struct second *s, const struct kf_insn *i, uint32_t old)
{
	static const unsigned sizes[] = { 4, 2, 1, 0 };
	const unsigned n = sizes[i->code >> 3 & 3];
	uint32_t v;

	switch (i->code >> 5) {
	case 0:
		return i->k;
	case 1:
		v = fetch(s, i->k, n);
		break;
	case 2:
		v = fetch(s, (uint64_t)i->k + s->s_x, n);
		break;
	case 3:
		return *word(s, i->k);
	case 4:
		return s->s_work->w_len;
	case 5:
		v = (fetch(s, i->k, 1) & 15) * 4;
		break;
	default:
		fuzz_die("code %#x was let through", i->code);
	}
	return s->s_over ? old : v;
}

static void
compute(struct second *s, const struct kf_insn *i)
{
	const uint32_t v = (i->code & 8) != 0 ? s->s_x : i->k, a = s->s_a;

	switch (i->code & 0xf0) {
	case 0x00: s->s_a = a + v; break;
	case 0x10: s->s_a = a - v; break;
	case 0x20: s->s_a = a * v; break;
	case 0x30: if (v == 0) stop(s, 0); else s->s_a = a / v; break;
	case 0x40: s->s_a = a | v; break;
	case 0x50: s->s_a = a & v; break;
	case 0x60: s->s_a = v > 31 ? 0 : a << v; break;
	case 0x70: s->s_a = v > 31 ? 0 : a >> v; break;
	case 0x80: s->s_a = 0 - a; break;
	case 0x90: if (v == 0) stop(s, 0); else s->s_a = a % v; break;
	case 0xa0: s->s_a = a ^ v; break;
	default: fuzz_die("code %#x was let through", i->code);
	}
}

static uint32_t
jumped(const struct second *s, const struct kf_insn *i)
{
	const uint32_t v = (i->code & 8) != 0 ? s->s_x : i->k, a = s->s_a;

	switch (i->code & 0xf0) {
	case 0x00: return i->k;
	case 0x10: return a == v ? i->jt : i->jf;
	case 0x20: return a > v ? i->jt : i->jf;
	case 0x30: return a >= v ? i->jt : i->jf;
	case 0x40: return (a & v) != 0 ? i->jt : i->jf;
	default: fuzz_die("code %#x was let through", i->code);
	}
}

/* How many instructions to skip. */
static uint32_t
step(struct second *s, const struct kf_insn *i)
{

	switch (i->code & 7) {
	case 0: s->s_a = loaded(s, i, s->s_a); break;
	case 1: s->s_x = loaded(s, i, s->s_x); break;
	case 2: *word(s, i->k) = s->s_a; break;
	case 3: *word(s, i->k) = s->s_x; break;
	case 4: compute(s, i); break;
	case 5: return jumped(s, i);
	case 6: stop(s, (i->code & 0x18) == 0x10 ? s->s_a : i->k); break;
	default:
		if ((i->code & 0xf8) == 0)
			s->s_x = s->s_a;
		else if ((i->code & 0xf8) == 0x80)
			s->s_a = s->s_x;
		else
			fuzz_die("code %#x was let through", i->code);
	}
	return 0;
}

static uint32_t
second_opinion(const struct work *w)
{
	struct second s = { .s_work = w };
	uint64_t pc;

	for (pc = 0; !s.s_over; pc++) {
		if (pc >= (uint64_t)w->w_ninsns)
			fuzz_die("it runs past its end");
		pc += step(&s, &w->w_insns[pc]);
	}
	return s.s_result;
}

static void
insn(struct work *w, struct rec *r)
{
	struct kf_insn *i;
	uint32_t high;

	if (w->w_ninsns == INSNS_MAX)
		return;
	i = &w->w_insns[w->w_ninsns++];
	i->code = good[r->r_kind % (sizeof(good) / sizeof(good[0]))];
	i->code ^= rec_8(r);
	i->jt = rec_8(r);
	i->jf = rec_8(r);
	i->k = rec_8(r);
	if (r->r_len > 0) {
		high = (uint32_t)rec_16(r) << 16;
		i->k |= high | (uint32_t)rec_8(r) << 8;
	}
}

static void
packet(struct work *w, struct rec *r)
{
	size_t n = r->r_len;

	if (n > PACKET_MAX - w->w_len)
		n = PACKET_MAX - w->w_len;
	memcpy(w->w_packet + w->w_len, r->r_data, n);
	w->w_len += (unsigned)n;
}

static uint32_t
kernel_says(const struct work *w, unsigned piece)
{
	uint32_t rv;

	rump_schedule();
	rv = rump_kt_bpf_run(w->w_insns, w->w_packet, w->w_len, w->w_cap,
	    piece);
	rump_unschedule();
	return rv;
}

static void
compare(struct work *w, unsigned cut)
{
	uint32_t one, some, other;
	int valid;

	rump_schedule();
	valid = rump_kt_bpf_valid(w->w_insns, w->w_ninsns);
	rump_unschedule();
	if (!valid)
		return;
	w->w_cap = cut < w->w_len ? w->w_len - cut : w->w_len;
	one = kernel_says(w, 0);
	some = kernel_says(w, w->w_piece);
	other = second_opinion(w);
	if (one != other || some != other)
		fuzz_die("%#x in one piece, %#x in pieces of %u, %#x", one,
		    some, w->w_piece, other);
}

/* A program that does not return ends with an instruction that does. */
static void
bpf_run(const uint8_t *data, size_t size)
{
	struct work w;
	unsigned cut = 0;
	struct rec r;

	memset(&w, 0, sizeof(w));
	w.w_piece = 1;
	while (rec_next(&data, &size, &r)) {
		if (r.r_kind == PACKET)
			packet(&w, &r);
		else if (r.r_kind == CUT) {
			cut = rec_8(&r);
			w.w_piece = 1u + rec_8(&r) % 100;
		} else
			insn(&w, &r);
	}
	compare(&w, cut);
	if (w.w_ninsns < INSNS_MAX) {
		w.w_insns[w.w_ninsns++] = (struct kf_insn){ .code = 0x16 };
		compare(&w, cut);
	}
}

const struct fuzz_target fuzz_target_bpf = {
	.ft_name = "bpf", .ft_setup = net_boot, .ft_run = bpf_run,
	.ft_mutate = rec_mutate,
};
