/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, the cases of s_data.c.
 */
#include "tm.h"
#include "../suite/s_data.c"
