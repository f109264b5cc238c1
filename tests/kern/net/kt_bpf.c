/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_bpf.
 */
#include "kmb.h"

#include <net/bpf.h>

void	rump_kt_bpf_run(void);
void	rump_kt_bpf_refuse(void);
void	rump_kt_bpf_ext(void);
void	rump_kt_bpf_random(void);

/* An Ethernet frame with a header of IPv4 of 24 bytes. */
static const uint8_t pkt[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00,
	0x46, 0, 0, 40, 1, 2, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1,
	10, 0, 0, 2, 0, 0, 0, 0, 0x12, 0x34, 0x00, 0x35, 0, 8, 0, 0,
};

static u_int
run(const struct bpf_insn *p, int n)
{
	struct mbuf *m;
	u_int flat, chain;
	bpf_args_t args;
	uint32_t mem[BPF_MEMWORDS];

	KT(bpf_validate(p, n));
	flat = bpf_filter(p, pkt, 1000, sizeof(pkt));
	/* The same in pieces of seven bytes. */
	m = m_devget((char *)__UNCONST(pkt), sizeof(pkt), 0, NULL);
	KT(m != NULL);
	m_freem(m_split(m, 46, M_WAIT));
	memset(&args, 0, sizeof(args));
	memset(mem, 0, sizeof(mem));
	args.pkt = (const uint8_t *)m;
	args.wirelen = 1000;
	args.mem = mem;
	chain = bpf_filter_ext(NULL, p, &args);
	m_freem(m);
	KT_EQ(flat, chain);
	return flat;
}
#define	RUN(...)							\
	run((const struct bpf_insn[]){ __VA_ARGS__ },			\
	    sizeof((const struct bpf_insn[]){ __VA_ARGS__ }) /		\
	    sizeof(struct bpf_insn))
#define	RETA	BPF_STMT(BPF_RET | BPF_A, 0)

static u_int
alu(int op, uint32_t a, uint32_t v)
{
	u_int k, x;

	k = RUN(BPF_STMT(BPF_LD | BPF_IMM, a),
	    BPF_STMT(BPF_ALU | op | BPF_K, v), RETA);
	x = RUN(BPF_STMT(BPF_LDX | BPF_IMM, v), BPF_STMT(BPF_LD | BPF_IMM, a),
	    BPF_STMT(BPF_ALU | op | BPF_X, 0), RETA);
	KT_EQ(k, x);
	return k;
}

static u_int
jmp(int op, uint32_t a, uint32_t v)
{

	return RUN(BPF_STMT(BPF_LD | BPF_IMM, a),
	    BPF_JUMP(BPF_JMP | op | BPF_K, v, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 1));
}

void
rump_kt_bpf_run(void)
{

	KT_EQ(96, RUN(BPF_STMT(BPF_RET | BPF_K, 96)));
	KT_EQ(0x0800, RUN(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12), RETA));
	KT_EQ(0x0a000001, RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 26), RETA));
	KT_EQ(17, RUN(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23), RETA));
	/* The port, behind a header of a length that the packet says. */
	KT_EQ(0x35, RUN(BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
	    BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16), RETA));
	KT_EQ(1000, RUN(BPF_STMT(BPF_LD | BPF_LEN, 0), RETA));
	/* The last byte, and one beyond. */
	KT_EQ(7, RUN(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, sizeof(pkt) - 1),
	    BPF_STMT(BPF_RET | BPF_K, 7)));
	KT_EQ(0, RUN(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, sizeof(pkt)),
	    BPF_STMT(BPF_RET | BPF_K, 7)));
	KT_EQ(0, RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, sizeof(pkt) - 3),
	    BPF_STMT(BPF_RET | BPF_K, 7)));
	/* Offsets that would wrap around. */
	KT_EQ(0, RUN(BPF_STMT(BPF_LDX | BPF_IMM, 0xffffffff),
	    BPF_STMT(BPF_LD | BPF_B | BPF_IND, 2),
	    BPF_STMT(BPF_RET | BPF_K, 7)));
	/* Memory begins as zeros. */
	KT_EQ(5, RUN(BPF_STMT(BPF_LD | BPF_IMM, 5), BPF_STMT(BPF_ST, 15),
	    BPF_STMT(BPF_LD | BPF_MEM, 3), BPF_STMT(BPF_MISC | BPF_TAX, 0),
	    BPF_STMT(BPF_LD | BPF_MEM, 15), BPF_STMT(BPF_ALU | BPF_ADD |
	    BPF_X, 0), RETA));
	KT_EQ(9, RUN(BPF_STMT(BPF_LDX | BPF_IMM, 9), BPF_STMT(BPF_STX, 0),
	    BPF_STMT(BPF_LDX | BPF_MEM, 0), BPF_STMT(BPF_MISC | BPF_TXA, 0),
	    RETA));
	KT_EQ(1, alu(BPF_ADD, 0xffffffff, 2));
	KT_EQ(0xffffffff, alu(BPF_SUB, 1, 2));
	KT_EQ(6, alu(BPF_MUL, 3, 2));
	KT_EQ(3, alu(BPF_DIV, 7, 2));
	KT_EQ(1, alu(BPF_MOD, 7, 2));
	KT_EQ(5, alu(BPF_OR, 4, 1));
	KT_EQ(4, alu(BPF_AND, 6, 12));
	KT_EQ(10, alu(BPF_XOR, 6, 12));
	KT_EQ(48, alu(BPF_LSH, 3, 4));
	KT_EQ(0, alu(BPF_LSH, 3, 32));
	KT_EQ(1, alu(BPF_RSH, 16, 4));
	KT_EQ(0, alu(BPF_RSH, 16, 99));
	KT_EQ(0xffffffff, alu(BPF_NEG, 1, 0));
	/* By X that is 0: it ends. */
	KT_EQ(0, RUN(BPF_STMT(BPF_LD | BPF_IMM, 5), BPF_STMT(BPF_ALU |
	    BPF_DIV | BPF_X, 0), BPF_STMT(BPF_RET | BPF_K, 7)));
	KT_EQ(0, RUN(BPF_STMT(BPF_LD | BPF_IMM, 5), BPF_STMT(BPF_ALU |
	    BPF_MOD | BPF_X, 0), BPF_STMT(BPF_RET | BPF_K, 7)));
	KT_EQ(1, jmp(BPF_JEQ, 3, 3));
	KT_EQ(0, jmp(BPF_JEQ, 3, 4));
	KT_EQ(1, jmp(BPF_JGT, 4, 3));
	KT_EQ(0, jmp(BPF_JGT, 3, 3));
	KT_EQ(1, jmp(BPF_JGE, 3, 3));
	KT_EQ(1, jmp(BPF_JSET, 6, 2));
	KT_EQ(0, jmp(BPF_JSET, 6, 9));
	KT_EQ(2, RUN(BPF_STMT(BPF_JMP | BPF_JA, 1), BPF_STMT(BPF_RET | BPF_K,
	    1), BPF_STMT(BPF_RET | BPF_K, 2)));
	KT_EQ(UINT_MAX, bpf_filter(NULL, pkt, 5, 5));
}

#define	RET	BPF_STMT(BPF_RET | BPF_K, 1)

void
rump_kt_bpf_refuse(void)
{
	static struct bpf_insn many[BPF_MAXINSNS + 1];
	static const struct bpf_insn bad[][2] = {
		/* Beyond the end. */
		{ BPF_STMT(BPF_JMP | BPF_JA, 1), RET },
		{ BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), RET },
		{ BPF_JUMP(BPF_JMP | BPF_JEQ, 0, 1, 0), RET },
		{ BPF_JUMP(BPF_JMP | BPF_JEQ, 0, 0, 255), RET },
		{ BPF_STMT(BPF_JMP | 0x50, 0), RET },
		/* Beyond memory. */
		{ BPF_STMT(BPF_ST, BPF_MEMWORDS), RET },
		{ BPF_STMT(BPF_STX, 0xffffffff), RET },
		{ BPF_STMT(BPF_LD | BPF_MEM, BPF_MEMWORDS), RET },
		{ BPF_STMT(BPF_LDX | BPF_MEM, BPF_MEMWORDS), RET },
		/* By zero; no such operations; functions there are none. */
		{ BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RET },
		{ BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 0), RET },
		{ BPF_STMT(BPF_ALU | 0xb0, 0), RET },
		{ BPF_STMT(BPF_LD | 0x18 | BPF_ABS, 0), RET },
		{ BPF_STMT(BPF_LD | BPF_MSH | BPF_B, 0), RET },
		{ BPF_STMT(BPF_LDX | BPF_ABS, 0), RET },
		{ BPF_STMT(BPF_LD | 0xc0, 0), RET },
		{ BPF_STMT(BPF_LD | BPF_ABS, 0x80000000), RET },
		{ BPF_STMT(BPF_MISC | 0x08, 0), RET },
		{ BPF_STMT(BPF_MISC | BPF_COP, 0), RET },
		{ BPF_STMT(BPF_MISC | BPF_COPX, 0), RET },
		{ BPF_STMT(BPF_RET | 0x18, 0), RET },
		/* No end. */
		{ RET, BPF_STMT(BPF_LD | BPF_IMM, 0) },
	};
	u_int i;

	for (i = 0; i < __arraycount(bad); i++)
		KT(!bpf_validate(bad[i], 2));
	for (i = 0; i <= BPF_MAXINSNS; i++)
		many[i] = (struct bpf_insn)RET;
	KT(bpf_validate(many, BPF_MAXINSNS));
	KT(!bpf_validate(many, BPF_MAXINSNS + 1));
	KT(!bpf_validate(many, 0));
	KT(!bpf_validate(many, -1));
	KT(!bpf_validate(NULL, 1));
}

static uint32_t
cop_double(const bpf_ctx_t *bc, bpf_args_t *args, uint32_t a)
{

	return 2 * a;
}

static uint32_t
cop_arg(const bpf_ctx_t *bc, bpf_args_t *args, uint32_t a)
{

	return *(uint32_t *)args->arg;
}

void
rump_kt_bpf_ext(void)
{
	static const bpf_copfunc_t funcs[] = { cop_double, cop_arg };
	struct bpf_insn prog[] = {
		BPF_STMT(BPF_LD | BPF_MEM, 20),
		BPF_STMT(BPF_MISC | BPF_COP, 0),
		RETA,
	};
	struct bpf_insn copx[] = {
		BPF_STMT(BPF_LDX | BPF_IMM, 1),
		BPF_STMT(BPF_MISC | BPF_COPX, 0),
		RETA,
	};
	uint32_t mem[BPF_MAX_MEMWORDS] = { [20] = 21 }, arg = 77;
	bpf_args_t args = { .pkt = pkt, .wirelen = 9, .buflen = 9,
	    .mem = mem, .arg = &arg };
	bpf_ctx_t *bc = bpf_create();

	KT(!bpf_validate_ext(bc, prog, 3));
	KT_EQ(0, bpf_set_cop(bc, funcs, 2));
	KT(!bpf_validate_ext(bc, prog, 3));
	KT_EQ(EINVAL, bpf_set_extmem(bc, BPF_MAX_MEMWORDS + 1, 0));
	KT_EQ(EINVAL, bpf_set_extmem(bc, 4, BPF_MEMWORD_INIT(4)));
	KT_EQ(0, bpf_set_extmem(bc, 21, BPF_MEMWORD_INIT(20)));
	KT(bpf_validate_ext(bc, prog, 3));
	KT_EQ(42, bpf_filter_ext(bc, prog, &args));
	prog[1].k = 2;
	KT(!bpf_validate_ext(bc, prog, 3));
	KT(bpf_validate_ext(bc, copx, 3));
	KT_EQ(77, bpf_filter_ext(bc, copx, &args));
	copx[0].k = 2;
	KT_EQ(0, bpf_filter_ext(bc, copx, &args));
	bpf_destroy(bc);
}

/* What is let through runs to its end and stays inside: for asan to see. */
void
rump_kt_bpf_random(void)
{
	struct bpf_insn prog[12];
	uint64_t state = 7;
	int i, j, let = 0;

	for (i = 0; i < 300000; i++) {
		for (j = 0; j < 12; j++) {
			state = state * 6364136223846793005ULL + 1;
			prog[j].code = (state >> 33) & 0xff;
			prog[j].jt = (state >> 41) % 12;
			prog[j].jf = (state >> 47) % 12;
			prog[j].k = (state >> 60) == 0 ? state >> 30 :
			    (state >> 52) % 64;
		}
		for (j = 1; j <= 12; j++) {
			prog[j - 1].code = i % 2 == 0 ? BPF_RET :
			    prog[j - 1].code;
			if (bpf_validate(prog, j)) {
				(void)bpf_filter(prog, pkt, 60, sizeof(pkt));
				let++;
			}
			prog[j - 1].code = (state >> (j + 20)) & 0xff;
		}
	}
	KT(let > 1000);
}
