/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, the cases of s_threads.c.
 */
#include "tm.h"
#include "../suite/s_threads.c"
