/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images: boots the kernel when the first one is named, mounts each under a
 * directory of its own, and unmounts all at the end.  Every image has a
 * process of its own in the kernel, with the image as its root directory, so
 * that absolute symbolic links stay inside of it.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperrno2host.h>

#include "fsu.h"
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
	char		 wi_hint[128];	/* how to name a partition, or "" */
};

static int
file_size(int fd, uint64_t *sizep)
{
	off_t end;

	end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		return errno;
	*sizep = (uint64_t)end;
	return 0;
}

static int
select_partition(int fd, const char *spec, unsigned number, struct window *w)
{
	struct fsu_part *parts;
	const char *table;
	size_t n, i;
	int error;

	error = fsu_partitions(fd, w->wi_size, &table, &parts, &n);
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
	} else if (n != 0)
		(void)snprintf(w->wi_hint, sizeof(w->wi_hint),
		    "it has %zu partitions: name one, as in %.40s#%u", n,
		    fsu_base(w->wi_file), parts[0].pt_number);
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
	struct stat sb;
	unsigned part;
	int fd, error;

	*w = (struct window){ .wi_file = fsu_strdup(spec) };
	part = split_partition(w->wi_file);
	fd = open(w->wi_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &sb) != 0) {
		error = errno;
		fsu_warn(error, "cannot open image '%s'", w->wi_file);
		goto out;
	}
	error = S_ISREG(sb.st_mode) || S_ISBLK(sb.st_mode) ? 0 : EINVAL;
	if (error != 0) {
		fsu_warn(0, "'%s' is not a disk image: it is a %s",
		    w->wi_file, S_ISDIR(sb.st_mode) ? "directory" :
		    "special file");
		goto out;
	}
	error = file_size(fd, &w->wi_size);
	if (error == 0)
		error = select_partition(fd, spec, part, w);
	if (error == 0)
		error = fsu_probe(fd, w->wi_off, w->wi_size, pr);
	if (error != 0 && error != ENXIO)
		fsu_warn(error, "cannot read image '%s'", w->wi_file);
out:
	if (fd >= 0)
		(void)close(fd);
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

static int
attach_image(struct fsu_image *im, const struct window *w, const char *type)
{
	struct fsu_mount mt = { .mt_flags = RUMP_MNT_NODEV };
	int error;

	(void)snprintf(im->im_dev, sizeof(im->im_dev), "/image%u/%.200s",
	    nimages, fsu_base(im->im_spec));
	(void)snprintf(im->im_dir, sizeof(im->im_dir), "/mnt%u", nimages);
	if (!fsu_cmd->c_writes)
		mt.mt_flags |= RUMP_MNT_RDONLY;
	fsu_mount_args(type, im->im_dev, &mt);
	if (fsu_opt_readonly)
		mt.mt_flags |= RUMP_MNT_RDONLY;
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

static void
explain_mount(int error, const char *spec, const char *type,
    const struct fsu_probe *pr)
{

	if (error == EBUSY)
		fsu_warn(0, "%s: the image is in use", spec);
	else if (error == ENODEV) {
		fsu_warn(0, "%s: there is no driver for %s", spec,
		    fsu_opt_type == NULL ? pr->pr_desc : type);
		fsu_load_hint();
	} else
		fsu_warn(error, "%s: cannot mount it as %s", spec, type);
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
	if (type[0] == '\0') {
		if (pr.pr_desc[0] != '\0')
			fsu_warn(0, "%s: there is no driver for %s", spec,
			    pr.pr_desc);
		else
			fsu_warn(0, "%s: no file system found%s%s", spec,
			    w.wi_hint[0] != '\0' ? "; " : "", w.wi_hint);
		free(w.wi_file);
		return NULL;
	}
	boot();
	im = fsu_alloc(sizeof(*im));
	im->im_spec = fsu_strdup(spec);
	im->im_side = (struct fsu_side){
		.s_ops = &fsu_image_ops, .s_name = im->im_spec, .s_image = im,
	};
	im->im_next = images;
	images = im;
	error = attach_image(im, &w, type);
	nimages++;
	if (error != 0)
		explain_mount(error, spec, type, &pr);
	free(w.wi_file);
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
	return failed;
}
