/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logfs, the cases of s_posix.c.
 */
#include "lg.h"
#include "../../fs/suite/s_posix.c"
