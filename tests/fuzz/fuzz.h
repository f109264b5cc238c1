/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a target of the fuzzer is, and what targets share.
 *
 * A target turns any string of bytes into work for a kernel in this process.
 * It must not end the process, whatever the bytes are: that, a report of a
 * sanitizer, or more than a few seconds, is a bug found.
 */
#ifndef _FUZZ_FUZZ_H_
#define _FUZZ_FUZZ_H_

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fuzz_target {
	const char *ft_name;
	/*
	 * Once, before the first run: boot the kernel, load what FUZZ_SEEDS
	 * names.  Ends the process with a line if it cannot.
	 */
	void	(*ft_setup)(void);
	void	(*ft_run)(const uint8_t *, size_t);
	/*
	 * Change an input of a size in a buffer of max bytes in a way that
	 * makes sense for the target; returns the new size.
	 */
	size_t	(*ft_mutate)(uint8_t *, size_t, size_t max);
};

extern const struct fuzz_target fuzz_target_bpf;
extern const struct fuzz_target fuzz_target_dhcp;
extern const struct fuzz_target fuzz_target_eth;
extern const struct fuzz_target fuzz_target_ext2;
extern const struct fuzz_target fuzz_target_ioctl;
extern const struct fuzz_target fuzz_target_ip4;
extern const struct fuzz_target fuzz_target_ip6;
extern const struct fuzz_target fuzz_target_route;
extern const struct fuzz_target fuzz_target_sock;
extern const struct fuzz_target fuzz_target_tcp;
extern const struct fuzz_target fuzz_target_udp;

/* fuzz_target.c */

/* The target of that name; ends the process if there is none. */
const struct fuzz_target *fuzz_target_find(const char *name);
/* What getenv() has, or ends the process with a line that it is missing. */
const char *fuzz_env(const char *name);
void	fuzz_die(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2), noreturn));
/* Choices while mutating: the same seed gives the same ones. */
void	fuzz_srand(uint64_t seed);
uint32_t fuzz_rand(uint32_t below);

/* fuzz_fs.c */

/*
 * Use a mounted file system: list, stat, read, seek, attributes and, if
 * writing, create, write, truncate, rename, link and remove.  Errors do not
 * matter.  names: how many it looks at, at most.
 */
void	fuzz_fs_use(const char *mountpoint, bool writing, unsigned names);

#endif /* !_FUZZ_FUZZ_H_ */
