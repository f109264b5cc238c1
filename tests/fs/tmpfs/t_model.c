/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs, the cases of s_model.c.
 */
#include "tm.h"
#include "../suite/s_model.c"
