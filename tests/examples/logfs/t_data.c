/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logfs, the cases of s_data.c.
 */
#include "lg.h"
#include "../../fs/suite/s_data.c"
