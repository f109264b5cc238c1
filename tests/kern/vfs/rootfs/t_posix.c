/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root file system, the cases of s_posix.c.
 */
#include "rt.h"
#include "../../../fs/suite/s_posix.c"
