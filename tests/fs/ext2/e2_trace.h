/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kernel wrote to its disk, and when it asked the disk to settle:
 * recorded by hypercalls that this program has in place of the platform's,
 * while tracing is on, into a file.  Another process then makes the images
 * that a kill or a power cut would have left.
 */
#ifndef _TESTS_FS_EXT2_E2_TRACE_H_
#define _TESTS_FS_EXT2_E2_TRACE_H_

#include "e2.h"

/* In the process that has the kernel. */
void	e2_trace_on(const char *file);
void	e2_trace_mark(unsigned mark);

enum { TR_WRITE, TR_BARRIER, TR_MARK };

struct e2_rec {
	int		r_type;
	uint64_t	r_off;		/* of a write; or the mark; or how
					 * many records the barrier covers */
	uint32_t	r_len;
	const uint8_t	*r_data;
};

/* In the one that has not. */
struct e2_trace {
	struct e2_rec	*t_recs;
	unsigned	t_nrecs, t_nwrites;
	uint8_t		*t_base;	/* the image before */
	size_t		t_size;
};
void	e2_trace_load(struct e2_trace *, const char *file, const char *img);
/* The image after the first n records; lose != 0: of what no barrier
 * covers only a part is there, chosen by that number. */
void	e2_trace_image(const struct e2_trace *, unsigned n, unsigned lose,
    const char *img);

#endif /* !_TESTS_FS_EXT2_E2_TRACE_H_ */
