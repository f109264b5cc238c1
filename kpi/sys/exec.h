/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What remains of exec in a kernel that loads no programs: the argument
 * block that is left in an image, and the types that interfaces mention.
 */

#ifndef _SYS_EXEC_H_
#define	_SYS_EXEC_H_

#include <sys/types.h>

struct exec_package;
struct execsw;
struct lwp;

struct ps_strings {
	char	**ps_argvstr;		/* argument strings */
	int	ps_nargvstr;
	char	**ps_envstr;		/* environment strings */
	int	ps_nenvstr;
};

#endif /* !_SYS_EXEC_H_ */
