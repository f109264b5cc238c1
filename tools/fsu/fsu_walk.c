/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking a tree of either side, depth first.  The depth is bounded by the
 * length of a path, the entries of one directory are read before any of them
 * is visited (so a visitor may remove what it is shown), and a directory that
 * cannot be read is reported and counted, not fatal.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

#define	WALK_MAXDEPTH	2000	/* deeper only on a damaged image */

static int
names_add(void *arg, const char *name, uint64_t ino)
{
	struct fsu_names *n = arg;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (n->n_count == n->n_room) {
		n->n_room = n->n_room != 0 ? n->n_room * 2 : 64;
		n->n_name = fsu_realloc(n->n_name,
		    n->n_room * sizeof(*n->n_name));
		n->n_ino = fsu_realloc(n->n_ino,
		    n->n_room * sizeof(*n->n_ino));
	}
	n->n_name[n->n_count] = fsu_strdup(name);
	n->n_ino[n->n_count++] = ino;
	return 0;
}

/* The names in a directory but "." and "..".  Free with fsu_names_free(). */
int
fsu_names_read(struct fsu_side *s, const char *dir, struct fsu_names *n)
{
	int error;

	*n = (struct fsu_names){ 0 };
	error = s->s_ops->o_readdir(s, dir, names_add, n);
	if (error != 0)
		fsu_names_free(n);
	return error;
}

static int
name_cmp(const void *a, const void *b)
{

	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sort by name; the inode numbers lose their meaning. */
void
fsu_names_sort(struct fsu_names *n)
{

	if (n->n_count > 1)
		qsort(n->n_name, n->n_count, sizeof(*n->n_name), name_cmp);
}

void
fsu_names_free(struct fsu_names *n)
{
	size_t i;

	for (i = 0; i < n->n_count; i++)
		free(n->n_name[i]);
	free(n->n_name);
	free(n->n_ino);
	*n = (struct fsu_names){ 0 };
}

static int	walk_one(struct fsu_walk *, const char *, const char *,
		    unsigned);

static int
walk_entries(struct fsu_walk *w, const char *path, const char *rel,
    unsigned depth)
{
	struct fsu_names names;
	char *sub, *subrel;
	size_t i;
	int error;

	error = fsu_names_read(w->w_side, path, &names);
	if (error != 0) {
		if (!w->w_quiet)
			fsu_warn(error, "cannot read directory '%s%s%s'",
			    FSU_SHOW(w->w_side, path));
		w->w_errors++;
		return 0;
	}
	if (w->w_sorted)
		fsu_names_sort(&names);
	for (i = 0; i < names.n_count && error == 0; i++) {
		sub = fsu_join(path, names.n_name[i]);
		subrel = rel[0] == '\0' ? fsu_strdup(names.n_name[i]) :
		    fsu_join(rel, names.n_name[i]);
		error = walk_one(w, sub, subrel, depth + 1);
		free(subrel);
		free(sub);
	}
	fsu_names_free(&names);
	return error;
}

static int
walk_one(struct fsu_walk *w, const char *path, const char *rel, unsigned depth)
{
	struct fsu_stat st;
	int error;

	if (fsu_stopped())
		return EINTR;
	error = w->w_side->s_ops->o_stat(w->w_side, path,
	    depth == 0 && w->w_follow_root, &st);
	if (error != 0) {
		if (!w->w_quiet)
			fsu_warn(error, "cannot access '%s%s%s'",
			    FSU_SHOW(w->w_side, path));
		w->w_errors++;
		return 0;
	}
	if (!S_ISDIR(st.st_mode))
		return w->w_fn(w->w_arg, FSU_FILE, path, rel, &st, depth);
	if (depth >= WALK_MAXDEPTH) {
		if (!w->w_quiet)
			fsu_warn(ELOOP, "'%s%s%s'",
			    FSU_SHOW(w->w_side, path));
		w->w_errors++;
		return 0;
	}
	error = w->w_fn(w->w_arg, FSU_PRE, path, rel, &st, depth);
	if (error == 0)
		error = walk_entries(w, path, rel, depth);
	else if (error == -1)
		return 0;
	if (error == 0)
		error = w->w_fn(w->w_arg, FSU_POST, path, rel, &st, depth);
	return error;
}

/*
 * Visit everything below root, root included.  Returns what stopped the walk:
 * 0 at its end, else the visitor's errno.  Unreadable files are counted in
 * w_errors after a message.
 */
int
fsu_walk(struct fsu_walk *w, const char *root)
{

	return walk_one(w, root, "", 0);
}
