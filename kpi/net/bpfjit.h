/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiler of bpf programs, a module that bpf does without if it is not
 * there.
 */

#ifndef _NET_BPFJIT_H_
#define	_NET_BPFJIT_H_

#include <sys/types.h>

#include <net/bpf.h>

#ifdef _KERNEL
struct bpfjit_ops {
	/* NULL: it could not be compiled. */
	bpfjit_func_t	(*bj_generate_code)(const bpf_ctx_t *,
			    const struct bpf_insn *, size_t);
	void		(*bj_free_code)(bpfjit_func_t);
};
extern struct bpfjit_ops bpfjit_module_ops;
#endif

#endif /* !_NET_BPFJIT_H_ */
