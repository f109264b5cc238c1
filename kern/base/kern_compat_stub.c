/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hooks for binary compatibility, all unset: nothing in the tree serves older
 * releases, a module of somebody else may.
 */
#include <sys/compat_stub.h>

struct compat_vndioctl_30_hook_t compat_vndioctl_30_hook;
struct compat_vndioctl_50_hook_t compat_vndioctl_50_hook;
struct net_inet6_nd_90_hook_t net_inet6_nd_90_hook;
