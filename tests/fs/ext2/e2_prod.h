/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Use a volume that may be damaged: list, read, stat and, if writing, change
 * and remove what is there.  e2_prod_child() does it in a child process and
 * returns its wait status; a signal means that the kernel crashed or took
 * longer than the given seconds.  What it said is in prod.out.
 */
#ifndef _TESTS_FS_EXT2_E2_PROD_H_
#define _TESTS_FS_EXT2_E2_PROD_H_

#include "e2.h"

void	e2_prod(const char *img, bool writing);
/* A file in memory, for images that no sync has to wait for. */
const char *e2_memory_image(void);
int	e2_prod_child(const char *img, bool writing, unsigned seconds);

#endif /* !_TESTS_FS_EXT2_E2_PROD_H_ */
