/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * O_LARGEFILE as the host's kernel has it: FUSE and F_GETFL show it, while
 * libc's header says 0.  That header and this one do not go together, hence
 * the file.
 */
#include <asm/fcntl.h>

extern const int hostabi_o_largefile;
const int hostabi_o_largefile = O_LARGEFILE;
