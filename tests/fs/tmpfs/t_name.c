/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, the cases of s_name.c.
 */
#include "tm.h"
#include "../suite/s_name.c"
