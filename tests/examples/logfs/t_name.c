/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logfs, the cases of s_name.c.
 */
#include "lg.h"
#include "../../fs/suite/s_name.c"
