/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * veilfs on tmpfs, the cases of s_posix.c.
 */
#include "vl.h"
#define	fs_mount_args	vl_mount_args
#include "../../fs/suite/s_posix.c"
