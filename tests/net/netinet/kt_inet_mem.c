/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_inet_mem: which allocation fails.
 */
#include "../../kern/base/kt.h"
#include "../../kern/base/kt_fault.h"
