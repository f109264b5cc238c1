/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ext2 with blocks of 4 KiB, the cases of s_name.c.
 */
#include "s4.h"
#include "../../suite/s_name.c"
