/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4): programs of programs.  What comes from outside is copied first and
 * looked at then, so that nobody changes it in between.
 */
#include "bpf_private.h"

/*
 * NULL: no instructions, which takes everything.  EINVAL: too many, or it
 * could do what it must not; EFAULT.  The caller frees it.  Sleeps.
 */
int
bpf_prog_copyin(const struct bpf_program *fp, struct bpf_prog **progp)
{
	struct bpf_prog *prog;
	size_t len;
	int error;

	*progp = NULL;
	if (fp->bf_insns == NULL)
		return fp->bf_len == 0 ? 0 : EINVAL;
	if (fp->bf_len == 0 || fp->bf_len > BPF_MAXINSNS)
		return EINVAL;
	len = fp->bf_len * sizeof(struct bpf_insn);
	prog = kmem_alloc(sizeof(*prog) + len, KM_SLEEP);
	prog->bp_size = sizeof(*prog) + len;
	error = copyin(fp->bf_insns, prog->bp_insns, len);
	if (error == 0 && !bpf_validate(prog->bp_insns, (int)fp->bf_len))
		error = EINVAL;
	if (error != 0) {
		bpf_prog_free(prog);
		return error;
	}
	*progp = prog;
	return 0;
}

void
bpf_prog_free(struct bpf_prog *prog)
{

	if (prog != NULL)
		kmem_free(prog, prog->bp_size);
}
