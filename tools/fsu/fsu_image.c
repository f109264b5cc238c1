/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images: boots the kernel when the first one is named, mounts each under a
 * directory of its own, and unmounts all at the end.  Every image has a
 * process of its own in the kernel, with the image as its root directory, so
 * that absolute symbolic links stay inside of it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperrno2host.h>

#include "fsu.h"
#include "fsu_disk.h"
#include "fsu_image.h"
#include "fsu_mount.h"

static struct fsu_image *images;
static unsigned nimages;

static int
rump_err(long rv)
{

	return rv < 0 ? rump_errno2host(errno) : 0;
}

/* A host file and the window in it that the name selects. */
struct window {
	char		*wi_file;
	uint64_t	 wi_off;
	uint64_t	 wi_size;
	bool		 wi_parts;	/* it has partitions, and none is named */
};

static int
select_partition(const struct fsu_disk *d, const char *spec, unsigned number,
    struct window *w)
{
	struct fsu_part *parts;
	const char *table;
	size_t n, i;
	int error;

	error = fsu_partitions(d, w->wi_size, &table, &parts, &n);
	if (error != 0)
		return error;
	for (i = 0; i < n; i++) {
		if (parts[i].pt_number == number)
			break;
	}
	if (number != 0 && i == n) {
		fsu_warn(0, "%s: no partition %u (%s, %zu partitions)", spec,
		    number, table != NULL ? table : "no partition table", n);
		error = ENXIO;
	} else if (number != 0) {
		w->wi_off = parts[i].pt_start;
		w->wi_size = parts[i].pt_size;
	} else
		w->wi_parts = n != 0;
	free(parts);
	return error;
}

/* FILE or FILE#N, the latter unless there is a file of that whole name. */
static unsigned
split_partition(char *file)
{
	unsigned long n;
	char *hash, *end;

	hash = strrchr(file, '#');
	if (hash == NULL || access(file, F_OK) == 0)
		return 0;
	n = strtoul(hash + 1, &end, 10);
	if (end == hash + 1 || *end != '\0' || n == 0 || n > 9999)
		return 0;
	*hash = '\0';
	return (unsigned)n;
}

/* Find the image's file, its window, and what the window holds. */
static int
open_window(const char *spec, struct window *w, struct fsu_probe *pr)
{
	struct fsu_disk d;
	unsigned part;
	int error;

	*w = (struct window){ .wi_file = fsu_strdup(spec) };
	part = split_partition(w->wi_file);
	error = fsu_disk_open(w->wi_file, &d);
	if (error == 0) {
		w->wi_size = d.d_size;
		error = select_partition(&d, spec, part, w);
		if (error == 0)
			error = fsu_probe(&d, w->wi_off, w->wi_size, pr);
		fsu_disk_close(&d);
	}
	if (error != 0)
		free(w->wi_file);
	return error;
}

int
fsu_image_window(const char *spec, char **filep, uint64_t *offp,
    uint64_t *sizep, struct fsu_probe *pr)
{
	struct window w;
	int error;

	error = open_window(spec, &w, pr);
	if (error != 0)
		return error;
	*filep = w.wi_file;
	*offp = w.wi_off;
	*sizep = w.wi_size;
	return 0;
}

static void
boot(void)
{
	int error;

	if (nimages != 0)
		return;
	error = rump_init();
	if (error != 0)
		fsu_die(rump_errno2host(error), "cannot boot a rump kernel");
	fsu_load_check();
}

/* In a fresh process of the kernel: mount, and make the image its root. */
static int
mount_image(struct fsu_image *im, const char *type, const struct fsu_mount *mt)
{
	int error;

	error = rump_err(rump_sys_mkdir(im->im_dir, 0755));
	if (error == 0)
		error = rump_err(rump_sys_mount(type, im->im_dir, mt->mt_flags,
		    mt->mt_args, mt->mt_size));
	if (error != 0)
		return error;
	im->im_mounted = true;
	error = rump_err(rump_sys_chroot(im->im_dir));
	if (error == 0)
		error = rump_err(rump_sys_chdir("/"));
	(void)rump_sys_umask((mode_t)fsu_umask());
	return error;
}

/* A network block device has a name for the kernel, too. */
static int
serve(const struct window *w)
{
	struct fsu_nbd *nbd;
	int error;

	if (fsu_nbd_end(w->wi_file) == NULL)
		return 0;
	error = fsu_nbd_open(w->wi_file, &nbd);
	return error != 0 ? error : fsu_nbd_serve(nbd);
}

static int
attach_image(struct fsu_image *im, const struct window *w, const char *type)
{
	struct fsu_mount mt = { .mt_flags = RUMP_MNT_NODEV };
	int error;

	(void)snprintf(im->im_dev, sizeof(im->im_dev), "/image%u/%.200s",
	    nimages, fsu_base(im->im_spec));
	(void)snprintf(im->im_dir, sizeof(im->im_dir), "/mnt%u", nimages);
	if (!fsu_writes)
		mt.mt_flags |= RUMP_MNT_RDONLY;
	fsu_mount_args(type, im->im_dev, &mt);
	if (fsu_opt_readonly)
		mt.mt_flags |= RUMP_MNT_RDONLY;
	error = serve(w);
	if (error != 0)
		return error;
	/* out of the root directory of the image entered last */
	rump_pub_lwproc_switch(NULL);
	error = rump_pub_etfs_register_withsize(im->im_dev, w->wi_file,
	    RUMP_ETFS_BLK, w->wi_off, w->wi_size);
	if (error == 0)
		error = rump_pub_lwproc_rfork(RUMP_RFCFDG);
	error = rump_errno2host(error);
	if (error == 0) {
		im->im_lwp = rump_pub_lwproc_curlwp();
		error = mount_image(im, type, &mt);
	}
	fsu_mount_free(&mt);
	return error;
}

static bool
is_writer(void)
{

	return fsu_writes && !fsu_opt_readonly;
}

/* Partitions, one a line, as they are named. */
static void
list_partitions(const struct window *w)
{
	struct fsu_part *parts;
	struct fsu_probe pr;
	struct fsu_disk d;
	const char *table;
	char size[16];
	size_t n, i;

	if (fsu_disk_open(w->wi_file, &d) != 0)
		return;
	if (fsu_partitions(&d, d.d_size, &table, &parts, &n) == 0) {
		for (i = 0; i < n; i++) {
			if (fsu_probe(&d, parts[i].pt_start,
			    parts[i].pt_size, &pr) != 0)
				pr = (struct fsu_probe){ 0 };
			fsu_human(size, sizeof(size), parts[i].pt_size);
			fsu_warn(0, "  %s#%u:  %s, %s, %s", w->wi_file,
			    parts[i].pt_number, size, parts[i].pt_type,
			    pr.pr_desc[0] != '\0' ? pr.pr_desc :
			    "no file system found");
		}
		free(parts);
	}
	fsu_disk_close(&d);
}

/* There is nothing in it that a driver is known for. */
static void
explain_content(const char *spec, const struct window *w,
    const struct fsu_probe *pr)
{

	if (pr->pr_desc[0] != '\0')
		fsu_warn(0, "%s: it is %s, for which there is no driver%s%s",
		    spec, pr->pr_desc, pr->pr_hint != NULL ? "; " : "",
		    pr->pr_hint != NULL ? pr->pr_hint : "");
	else if (w->wi_parts) {
		fsu_warn(0, "%s: it has a partition table; name a partition:",
		    spec);
		list_partitions(w);
	} else
		fsu_warn(0, "%s: no file system found", spec);
}

/* How to have a damaged file system of type ext repaired. */
static void
explain_repair(const struct window *w, const struct fsu_probe *pr)
{

	if (strcmp(pr->pr_type, "ext2fs") != 0 ||
	    fsu_nbd_end(w->wi_file) != NULL)
		return;
	if (w->wi_off == 0)
		fsu_warn(0, "\"e2fsck -f '%s'\" may repair it", w->wi_file);
	else
		fsu_warn(0, "\"e2fsck -f '%s?offset=%ju'\" may repair it",
		    w->wi_file, (uintmax_t)w->wi_off);
}

static void
explain_mount(int error, const char *spec, const char *type,
    const struct window *w, const struct fsu_probe *pr)
{
	char *user;

	if (error == EBUSY) {
		user = fsu_disk_user(w->wi_file, false);
		fsu_warn(0, "%s: the image is in use%s%s", spec,
		    user != NULL ? ": " : "", user != NULL ? user : "");
		free(user);
	} else if (error == ENODEV) {
		fsu_warn(0, "%s: there is no driver for %s", spec,
		    fsu_opt_type == NULL ? pr->pr_desc : type);
		fsu_load_hint();
	} else if (error == EROFS && is_writer())
		fsu_warn(0, "%s: it cannot be written to: %s", spec,
		    fsu_nbd_end(w->wi_file) != NULL ?
		    "the server does not let anybody" :
		    access(w->wi_file, W_OK) != 0 ? strerror(errno) :
		    "the file system can only be mounted read-only");
	else {
		fsu_warn(error, "%s: cannot mount it as %s", spec, type);
		if (error == EINVAL || error == EUCLEAN || error == EIO)
			explain_repair(w, pr);
	}
}

/*
 * A loop device takes no lock that would keep us from writing below it; and
 * who reads should know that somebody writes.
 */
static int
check_users(const char *spec, const struct window *w)
{
	const struct fsu_image *im;
	char *user;
	int error;

	for (im = images; im != NULL; im = im->im_next) {
		if (strcmp(im->im_file, w->wi_file) == 0)
			return 0;
	}
	user = fsu_disk_user(w->wi_file, true);
	if (user == NULL)
		return 0;
	error = is_writer() ? EBUSY : 0;
	fsu_warn(0, error != 0 ? "%s: the image is in use: %s" :
	    "%s: warning: what is read may be in the middle of a change: %s",
	    spec, user);
	free(user);
	return error;
}

/*
 * The side of an image named on the command line, mounted when it is met
 * first.  NULL after a message.
 */
struct fsu_side *
fsu_image_side(const char *spec)
{
	struct fsu_image *im;
	struct fsu_probe pr;
	struct window w;
	const char *type;
	int error;

	for (im = images; im != NULL; im = im->im_next) {
		if (strcmp(im->im_spec, spec) == 0)
			return im->im_mounted ? &im->im_side : NULL;
	}
	if (open_window(spec, &w, &pr) != 0)
		return NULL;
	type = fsu_opt_type != NULL ? fsu_opt_type : pr.pr_type;
	if (type[0] == '\0')
		explain_content(spec, &w, &pr);
	if (type[0] == '\0' || check_users(spec, &w) != 0) {
		free(w.wi_file);
		return NULL;
	}
	boot();
	im = fsu_alloc(sizeof(*im));
	im->im_spec = fsu_strdup(spec);
	im->im_file = w.wi_file;
	im->im_side = (struct fsu_side){
		.s_ops = &fsu_image_ops, .s_name = im->im_spec, .s_image = im,
	};
	im->im_next = images;
	images = im;
	error = attach_image(im, &w, type);
	nimages++;
	if (error != 0)
		explain_mount(error, spec, type, &w, &pr);
	return error == 0 ? &im->im_side : NULL;
}

/* Let system calls that follow work on this image. */
void
fsu_image_enter(struct fsu_image *im)
{

	if (rump_pub_lwproc_curlwp() != im->im_lwp)
		rump_pub_lwproc_switch(im->im_lwp);
}

/*
 * Unmount every image.  What could not be written is an error here at the
 * latest.  Returns the number of images that were not put away well.
 */
int
fsu_image_closeall(void)
{
	struct fsu_image *im;
	int error, failed;

	failed = 0;
	for (im = images; im != NULL; im = im->im_next) {
		if (im->im_lwp == NULL)
			continue;
		fsu_image_enter(im);
		rump_pub_lwproc_releaselwp();
		im->im_lwp = NULL;
		if (!im->im_mounted)
			continue;
		im->im_mounted = false;
		error = rump_err(rump_sys_unmount(im->im_dir, 0));
		if (error != 0) {
			fsu_warn(error, "%s: cannot unmount", im->im_spec);
			failed++;
		}
	}
	fsu_nbd_closeall();
	return failed;
}
