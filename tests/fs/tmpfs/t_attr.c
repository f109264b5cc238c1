/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, the cases of s_attr.c.
 */
#include "tm.h"
#include "../suite/s_attr.c"
