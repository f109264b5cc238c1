/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loaded driver, the cases of s_attr.c.
 */
#include "dr.h"
#include "../suite/s_attr.c"
