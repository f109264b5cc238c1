/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine of bpf(4): an accumulator A, an index X, words of memory, and a
 * packet that is read and never written.
 *
 * Programs come from anybody.  bpf_validate() lets through those that end:
 * jumps go forward and stay inside, memory and constants are in range, and the
 * last instruction returns.  What depends on the packet is checked as it runs;
 * a load beyond the packet ends the program with 0, the packet is not taken.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/bpf.h>

#include <lib/libkern/libkern.h>

/* A run. */
struct run {
	const bpf_ctx_t	*r_bc;
	bpf_args_t	*r_args;
	uint32_t	*r_mem;
	uint32_t	r_a;
	uint32_t	r_x;
	bool		r_out;		/* of the packet: it is over */
};

/*
 * Reading packets: n bytes at an offset as a number, in network order.
 */
static uint32_t
number(const uint8_t *p, u_int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

static uint32_t
load(struct run *r, uint64_t off, u_int n)
{
	const bpf_args_t *args = r->r_args;
	const struct mbuf *m;
	uint8_t bytes[sizeof(uint32_t)];
	size_t len = 0;

	if (args->buflen != 0) {
		if (off + n > args->buflen) {
			r->r_out = true;
			return 0;
		}
		return number(args->pkt + off, n);
	}
	/* A chain: as long as it is, whatever its header says. */
	for (m = (const void *)args->pkt; m != NULL && len < off + n;
	    m = m->m_next)
		len += m->m_len;
	if (off + n > len) {
		r->r_out = true;
		return 0;
	}
	m_copydata(__UNCONST(args->pkt), (int)off, (int)n, bytes);
	return number(bytes, n);
}

static u_int
load_size(uint16_t code)
{

	switch (BPF_SIZE(code)) {
	case BPF_W:
		return 4;
	case BPF_H:
		return 2;
	default:
		return 1;
	}
}

static void
run_ld(struct run *r, const struct bpf_insn *pc)
{

	switch (BPF_MODE(pc->code)) {
	case BPF_IMM:
		r->r_a = pc->k;
		break;
	case BPF_ABS:
		r->r_a = load(r, pc->k, load_size(pc->code));
		break;
	case BPF_IND:
		/* They are added as they are, so that none wraps around. */
		r->r_a = load(r, (uint64_t)r->r_x + pc->k,
		    load_size(pc->code));
		break;
	case BPF_MEM:
		r->r_a = r->r_mem[pc->k];
		break;
	case BPF_LEN:
		r->r_a = (uint32_t)r->r_args->wirelen;
		break;
	}
}

static void
run_ldx(struct run *r, const struct bpf_insn *pc)
{

	switch (BPF_MODE(pc->code)) {
	case BPF_IMM:
		r->r_x = pc->k;
		break;
	case BPF_MEM:
		r->r_x = r->r_mem[pc->k];
		break;
	case BPF_LEN:
		r->r_x = (uint32_t)r->r_args->wirelen;
		break;
	case BPF_MSH:
		/* The length of a header of IPv4. */
		r->r_x = (load(r, pc->k, 1) & 0xf) << 2;
		break;
	}
}

/* False: there is no such result, the program ends. */
static bool
run_alu(struct run *r, const struct bpf_insn *pc)
{
	const uint32_t v = BPF_SRC(pc->code) == BPF_X ? r->r_x : pc->k;

	switch (BPF_OP(pc->code)) {
	case BPF_ADD:
		r->r_a += v;
		break;
	case BPF_SUB:
		r->r_a -= v;
		break;
	case BPF_MUL:
		r->r_a *= v;
		break;
	case BPF_DIV:
		if (v == 0)
			return false;
		r->r_a /= v;
		break;
	case BPF_MOD:
		if (v == 0)
			return false;
		r->r_a %= v;
		break;
	case BPF_OR:
		r->r_a |= v;
		break;
	case BPF_AND:
		r->r_a &= v;
		break;
	case BPF_XOR:
		r->r_a ^= v;
		break;
	case BPF_LSH:
		r->r_a = v < 32 ? r->r_a << v : 0;
		break;
	case BPF_RSH:
		r->r_a = v < 32 ? r->r_a >> v : 0;
		break;
	case BPF_NEG:
		r->r_a = -r->r_a;
		break;
	}
	return true;
}

/* How many instructions to skip. */
static uint32_t
run_jmp(const struct run *r, const struct bpf_insn *pc)
{
	const uint32_t v = BPF_SRC(pc->code) == BPF_X ? r->r_x : pc->k;
	bool yes = false;

	switch (BPF_OP(pc->code)) {
	case BPF_JA:
		return pc->k;
	case BPF_JEQ:
		yes = r->r_a == v;
		break;
	case BPF_JGT:
		yes = r->r_a > v;
		break;
	case BPF_JGE:
		yes = r->r_a >= v;
		break;
	case BPF_JSET:
		yes = (r->r_a & v) != 0;
		break;
	}
	return yes ? pc->jt : pc->jf;
}

static bool
run_misc(struct run *r, const struct bpf_insn *pc)
{
	const bpf_ctx_t *bc = r->r_bc;

	switch (BPF_MISCOP(pc->code)) {
	case BPF_TAX:
		r->r_x = r->r_a;
		return true;
	case BPF_TXA:
		r->r_a = r->r_x;
		return true;
	case BPF_COP:
		r->r_a = (*bc->copfuncs[pc->k])(bc, r->r_args, r->r_a);
		return true;
	case BPF_COPX:
		/* Which one is known now only. */
		if (bc == NULL || r->r_x >= bc->nfuncs)
			return false;
		r->r_a = (*bc->copfuncs[r->r_x])(bc, r->r_args, r->r_a);
		return true;
	default:
		return false;
	}
}

/* One instruction that is no return: false ends the program. */
static bool
step(struct run *r, const struct bpf_insn **pcp)
{
	const struct bpf_insn *pc = (*pcp)++;

	switch (BPF_CLASS(pc->code)) {
	case BPF_LD:
		run_ld(r, pc);
		return !r->r_out;
	case BPF_LDX:
		run_ldx(r, pc);
		return !r->r_out;
	case BPF_ST:
		r->r_mem[pc->k] = r->r_a;
		return true;
	case BPF_STX:
		r->r_mem[pc->k] = r->r_x;
		return true;
	case BPF_ALU:
		return run_alu(r, pc);
	case BPF_JMP:
		*pcp += run_jmp(r, pc);
		return true;
	default:
		return run_misc(r, pc);
	}
}

static u_int
returned(const struct run *r, const struct bpf_insn *pc)
{

	return BPF_RVAL(pc->code) == BPF_A ? r->r_a : pc->k;
}

/* The program is one that was let through, in the same context. */
u_int
bpf_filter_ext(const bpf_ctx_t *bc, const struct bpf_insn *pc,
    bpf_args_t *args)
{
	struct run r = { .r_bc = bc, .r_args = args, .r_mem = args->mem };

	/* None at all takes everything. */
	if (pc == NULL)
		return UINT_MAX;
	for (;;) {
		if (BPF_CLASS(pc->code) == BPF_RET)
			return returned(&r, pc);
		if (!step(&r, &pc))
			return 0;
	}
}

u_int
bpf_filter(const struct bpf_insn *pc, const u_char *p, u_int wirelen,
    u_int buflen)
{
	uint32_t mem[BPF_MEMWORDS] = { 0 };
	bpf_args_t args = {
		.pkt = p,
		.wirelen = wirelen,
		.buflen = buflen,
		.mem = mem,
	};

	return bpf_filter_ext(NULL, pc, &args);
}

/*
 * Validation.
 */
static bool
size_ok(uint16_t code)
{

	return BPF_SIZE(code) == BPF_W || BPF_SIZE(code) == BPF_H ||
	    BPF_SIZE(code) == BPF_B;
}

static bool
load_ok(const struct bpf_insn *p, u_int words)
{
	const uint16_t code = p->code;

	switch (BPF_MODE(code)) {
	case BPF_ABS:
	case BPF_IND:
		/* As far as a chain can be long. */
		return BPF_CLASS(code) == BPF_LD && size_ok(code) &&
		    p->k <= INT_MAX / 2;
	case BPF_IMM:
	case BPF_LEN:
		return BPF_SIZE(code) == BPF_W;
	case BPF_MEM:
		return BPF_SIZE(code) == BPF_W && p->k < words;
	case BPF_MSH:
		return BPF_CLASS(code) == BPF_LDX && BPF_SIZE(code) == BPF_B &&
		    p->k <= INT_MAX / 2;
	default:
		return false;
	}
}

static bool
alu_ok(const struct bpf_insn *p)
{

	switch (BPF_OP(p->code)) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_OR:
	case BPF_AND:
	case BPF_XOR:
	case BPF_NEG:
	case BPF_LSH:
	case BPF_RSH:
		return true;
	case BPF_DIV:
	case BPF_MOD:
		return BPF_SRC(p->code) == BPF_X || p->k != 0;
	default:
		return false;
	}
}

/* left: instructions behind this one. */
static bool
jmp_ok(const struct bpf_insn *p, u_int left)
{

	switch (BPF_OP(p->code)) {
	case BPF_JA:
		return p->k < left;
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		return p->jt < left && p->jf < left;
	default:
		return false;
	}
}

static bool
misc_ok(const bpf_ctx_t *bc, const struct bpf_insn *p)
{

	switch (BPF_MISCOP(p->code)) {
	case BPF_TAX:
	case BPF_TXA:
		return true;
	case BPF_COP:
		return bc != NULL && bc->copfuncs != NULL && p->k < bc->nfuncs;
	case BPF_COPX:
		return bc != NULL && bc->copfuncs != NULL;
	default:
		return false;
	}
}

static bool
insn_ok(const bpf_ctx_t *bc, const struct bpf_insn *p, u_int left)
{
	const u_int words = bc != NULL && bc->extwords != 0 ? bc->extwords :
	    BPF_MEMWORDS;

	switch (BPF_CLASS(p->code)) {
	case BPF_LD:
	case BPF_LDX:
		return load_ok(p, words);
	case BPF_ST:
	case BPF_STX:
		return p->k < words;
	case BPF_ALU:
		return alu_ok(p);
	case BPF_JMP:
		return jmp_ok(p, left);
	case BPF_RET:
		return BPF_RVAL(p->code) == BPF_K ||
		    BPF_RVAL(p->code) == BPF_A;
	default:
		return misc_ok(bc, p);
	}
}

int
bpf_validate_ext(const bpf_ctx_t *bc, const struct bpf_insn *insns, int n)
{
	int i;

	if (insns == NULL || n < 1 || n > BPF_MAXINSNS)
		return 0;
	for (i = 0; i < n; i++) {
		if (!insn_ok(bc, &insns[i], n - i - 1))
			return 0;
	}
	return BPF_CLASS(insns[n - 1].code) == BPF_RET;
}

int
bpf_validate(const struct bpf_insn *insns, int n)
{

	return bpf_validate_ext(NULL, insns, n);
}

/*
 * Contexts: functions and memory that a program has beside its own.
 */
bpf_ctx_t *
bpf_create(void)
{

	return kmem_zalloc(sizeof(bpf_ctx_t), KM_SLEEP);
}

void
bpf_destroy(bpf_ctx_t *bc)
{

	kmem_free(bc, sizeof(*bc));
}

int
bpf_set_cop(bpf_ctx_t *bc, const bpf_copfunc_t *funcs, size_t n)
{

	bc->copfuncs = funcs;
	bc->nfuncs = n;
	return 0;
}

int
bpf_set_extmem(bpf_ctx_t *bc, size_t words, bpf_memword_init_t preinited)
{

	if (words > BPF_MAX_MEMWORDS || preinited >> words != 0)
		return EINVAL;
	bc->extwords = words;
	bc->preinited = preinited;
	return 0;
}
