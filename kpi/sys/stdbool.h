/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bool, true and false, as C's <stdbool.h> has them.
 */

#ifndef _SYS_STDBOOL_H_
#define	_SYS_STDBOOL_H_

#ifndef __cplusplus
#define	bool	_Bool
#define	true	1
#define	false	0
#endif
#define	__bool_true_false_are_defined	1

#endif /* !_SYS_STDBOOL_H_ */
