/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entries that clang's libFuzzer calls.  FUZZ_TARGET names the target.
 * Half of all mutations are the target's, half the library's own.
 */
#include "fuzz.h"

int	LLVMFuzzerInitialize(int *, char ***);
int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);
size_t	LLVMFuzzerCustomMutator(uint8_t *, size_t, size_t, unsigned int);
size_t	LLVMFuzzerMutate(uint8_t *, size_t, size_t);

static const struct fuzz_target *target;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{

	target = fuzz_target_find(fuzz_env("FUZZ_TARGET"));
	target->ft_setup();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{

	target->ft_run(data, size);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
    unsigned int seed)
{

	fuzz_srand(seed);
	if (target->ft_mutate == NULL || fuzz_rand(2) == 0)
		return LLVMFuzzerMutate(data, size, max);
	return target->ft_mutate(data, size, max);
}
