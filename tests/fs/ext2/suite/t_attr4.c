/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ext2 with blocks of 4 KiB, the cases of s_attr.c.
 */
#include "s4.h"
#include "../../suite/s_attr.c"
