/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ext2, the cases of s_threads.c.
 */
#include "s2.h"
#include "../../suite/s_threads.c"
