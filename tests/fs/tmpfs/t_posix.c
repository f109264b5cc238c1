/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, the cases of s_posix.c.
 */
#include "tm.h"
#include "../suite/s_posix.c"
