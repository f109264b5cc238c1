/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For kernel halves of tests: how many files are open.
 */
#ifndef _TESTS_NET_LOCAL_KT_FILES_H_
#define _TESTS_NET_LOCAL_KT_FILES_H_

#include <sys/file.h>
#include <sys/mutex.h>

/* Files that nobody has open any more stay on the list for the next open. */
static inline int
kt_files(void)
{
	struct file *fp;
	int n = 0;

	mutex_enter(&filelist_lock);
	LIST_FOREACH(fp, &filehead, f_list)
		n += fp->f_count != 0;
	mutex_exit(&filelist_lock);
	return n;
}

#endif /* !_TESTS_NET_LOCAL_KT_FILES_H_ */
