/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logfs, the cases of s_model.c.
 */
#include "lg.h"
#include "../../fs/suite/s_model.c"
