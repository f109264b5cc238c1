/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu_console.h: the console and the completion of its lines.
 */
#ifndef FSU_CONSOLE_H
#define FSU_CONSOLE_H

#include <histedit.h>

/* fsu_complete.c: the word before the cursor.  What editline(3) does next. */
unsigned char fsu_console_complete(EditLine *);

/*
 * The names in a directory of the image, one a line, as "ls -AF" has them, or
 * NULL; the caller frees it.
 */
char	*fsu_console_names(const char *dir);

#endif /* FSU_CONSOLE_H */
