/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running a target without libFuzzer: replay inputs from files, or make some
 * with the target's own mutations, the same ones for the same seed.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define	INPUT_MAX	4096
#define	SECONDS		30	/* one input may take; machines are busy */

static void
usage(void)
{

	fprintf(stderr, "usage: FUZZ_TARGET=name FUZZ_SEEDS=dir fuzz "
	    "[-n runs] [-s seed] [-t seconds] [input ...]\n");
	exit(2);
}

static void
run(const struct fuzz_target *ft, const uint8_t *data, size_t size)
{

	alarm(SECONDS);
	ft->ft_run(data, size);
	alarm(0);
}

static void
replay(const struct fuzz_target *ft, const char *path)
{
	static uint8_t data[INPUT_MAX];
	size_t size;
	FILE *fp;

	if ((fp = fopen(path, "rb")) == NULL)
		err(1, "%s", path);
	size = fread(data, 1, sizeof(data), fp);
	fclose(fp);
	printf("%s: %zu bytes\n", path, size);
	fflush(stdout);
	run(ft, data, size);
}

/* Each run is told, so that the last one printed is the one that crashed. */
static unsigned long
explore(const struct fuzz_target *ft, unsigned long seed, unsigned long runs,
    double seconds)
{
	const clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
	static uint8_t data[INPUT_MAX];
	unsigned long n;
	size_t size;
	int i;

	for (n = 0; n < runs && (seconds <= 0 || clock() < end); n++) {
		fuzz_srand(seed + n);
		for (size = 0, i = fuzz_rand(6) + 1; i > 0; i--)
			size = ft->ft_mutate(data, size, sizeof(data));
		fprintf(stderr, "run -s %lu -n 1\n", seed + n);
		run(ft, data, size);
	}
	return n;
}

int
main(int argc, char **argv)
{
	unsigned long runs = 1000, seed = 1;
	const struct fuzz_target *ft;
	double seconds = 0;
	int c;

	while ((c = getopt(argc, argv, "n:s:t:")) != -1) {
		if (c == 'n')
			runs = strtoul(optarg, NULL, 10);
		else if (c == 's')
			seed = strtoul(optarg, NULL, 10);
		else if (c == 't')
			seconds = strtod(optarg, NULL);
		else
			usage();
	}
	ft = fuzz_target_find(fuzz_env("FUZZ_TARGET"));
	ft->ft_setup();
	if (optind < argc) {
		for (; optind < argc; optind++)
			replay(ft, argv[optind]);
		return 0;
	}
	printf("%lu runs\n", explore(ft, seed, runs, seconds));
	return 0;
}
