/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "ext2": volumes of ext2, ext3 and ext4.
 *
 * An input chooses one of the images in the folder FUZZ_SEEDS, how to mount
 * it, and edits: byte 0 is the image, byte 1 has flags, then come edits of
 * EDIT_SIZE bytes.  So inputs stay small and every edit hits a structure.
 * A driver that is told to panic on errors does: that setting is never made.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef d_fileno			/* glibc's name for d_ino */

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumpvfs_if_pub.h>

#include "fuzz.h"
#include "fuzz_ext2.h"

#define	MNT		"/mnt"
#define	IMAGES_MAX	256
#define	NAMES		80	/* a volume is looked at so far */
#define	IMAGE_MAX	(16 * 1024 * 1024)

/* Byte 1 of an input. */
#define	F_WRITE		0x01	/* mount for writing */
#define	F_NOMEND	0x02	/* leave checksums wrong */
#define	F_UPDATE	0x04	/* read-only first, then for writing */
#define	F_FORCE		0x08	/* unmount by force */

/* An edit: kind, operation, number, offset, value; little endian. */
#define	EDIT_SIZE	10
#define	EDITS_MAX	40
#define	OP_ALIGN	0x10	/* offset to a multiple of 4 */
#define	OP_HEAD		0x20	/* in the first 64 bytes */

static struct image images[IMAGES_MAX];
static uint32_t nimages;

static void
load_base(struct image *im, const char *path)
{
	struct stat st;
	void *map;
	int fd;

	if ((fd = open(path, O_RDONLY)) == -1 || fstat(fd, &st) == -1)
		fuzz_die("%s: cannot open", path);
	if (st.st_size > 0 && st.st_size <= IMAGE_MAX) {
		map = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
		if (map == MAP_FAILED)
			fuzz_die("%s: cannot map", path);
		im->im_base = map;
		im->im_size = st.st_size;
	}
	close(fd);
}

/* Images are mostly nothing: know which pages are not. */
static void
find_pages(struct image *im)
{
	const uint32_t n = im->im_size / IMAGE_PAGE;
	static const uint8_t zero[IMAGE_PAGE];
	uint32_t i;

	if ((im->im_pages = calloc(n + 1, sizeof(*im->im_pages))) == NULL)
		fuzz_die("no memory");
	for (i = 0; i < n; i++)
		if (memcmp(im->im_base + (size_t)i * IMAGE_PAGE, zero,
		    IMAGE_PAGE) != 0)
			im->im_pages[im->im_npages++] = i;
}

/* The file that the kernel has as its disk. */
static void
make_device(struct image *im)
{
	char path[64];

	im->im_fd = memfd_create("image", 0);
	if (im->im_fd == -1 || ftruncate(im->im_fd, im->im_size) == -1)
		fuzz_die("no memory for an image");
	im->im_data = mmap(NULL, im->im_size, PROT_READ | PROT_WRITE,
	    MAP_SHARED, im->im_fd, 0);
	if (im->im_data == MAP_FAILED)
		fuzz_die("no memory for an image");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", im->im_fd);
	snprintf(im->im_dev, sizeof(im->im_dev), "/img%u", nimages);
	if (rump_pub_etfs_register(im->im_dev, path, RUMP_ETFS_BLK) != 0)
		fuzz_die("cannot register an image");
}

static void
load(const char *dir, const char *name)
{
	struct image *im = &images[nimages];
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	load_base(im, path);
	if (im->im_base == NULL || !image_map(im)) {
		if (im->im_base != NULL)
			munmap((void *)(uintptr_t)im->im_base, im->im_size);
		memset(im, 0, sizeof(*im));
		return;
	}
	if ((im->im_name = strdup(name)) == NULL)
		fuzz_die("no memory");
	find_pages(im);
	make_device(im);
	nimages++;
}

static int
is_image(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot != NULL && strcmp(dot, ".img") == 0;
}

static void
ext2_setup(void)
{
	const char *dir = fuzz_env("FUZZ_SEEDS");
	struct dirent **names;
	int i, n;

	if (rump_init() != 0 || rump_sys_mkdir(MNT, 0755) == -1)
		fuzz_die("cannot boot");
	if ((n = scandir(dir, &names, is_image, alphasort)) == -1)
		fuzz_die("%s: cannot read", dir);
	for (i = 0; i < n; i++) {
		if (nimages < IMAGES_MAX)
			load(dir, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (nimages == 0)
		fuzz_die("%s: no images", dir);
}

static void
restore(struct image *im)
{
	uint32_t i;

	if (fallocate(im->im_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    0, im->im_size) == -1)
		fuzz_die("cannot clear an image");
	for (i = 0; i < im->im_npages; i++)
		memcpy(im->im_data + (size_t)im->im_pages[i] * IMAGE_PAGE,
		    im->im_base + (size_t)im->im_pages[i] * IMAGE_PAGE,
		    IMAGE_PAGE);
	for (i = 0; i < im->im_npieces; i++)
		im->im_pieces[i].p_dirty = false;
}

static const uint32_t values[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 15, 16, 28, 31, 32, 60, 64, 127,
	128, 255, 256, 511, 512, 1023, 1024, 2048, 4095, 4096, 0x7fff, 0x8000,
	0x8001, 0xf30a, 0xffff, 0x10000, 0x80000, 0x200000, 0x10000000,
	0x7fffffff, 0x80000000, 0xea020000, 0xfffffffe, 0xffffffff,
};
#define	NVALUES		(sizeof(values) / sizeof(values[0]))

/* Apply one edit of at least four bytes' room at b. */
static void
edit_at(struct image *im, const struct piece *p, uint8_t *b, size_t room,
    unsigned op, uint32_t value)
{
	const uint32_t first = im->im_first[p->p_kind];
	const struct piece *q;

	switch (op & 7) {
	case 0:
		*b = value & 0xff;
		break;
	case 1:
		put16(b, value & 0xffff);
		break;
	case 2:
		put32(b, value);
		break;
	case 3:
		put16(b, get16(b) + (value & 0xffff));
		break;
	case 4:		/* a pointer to some other structure */
		q = &im->im_pieces[value % im->im_npieces];
		put32(b, q->p_off / im->im_bsize);
		break;
	case 5:		/* the same as another of its kind */
		q = &im->im_pieces[first + value % im->im_count[p->p_kind]];
		memcpy(im->im_data + p->p_off, im->im_base + q->p_off,
		    p->p_len < q->p_len ? p->p_len : q->p_len);
		break;
	case 6:
		if ((op & 8) != 0)
			put32be(b, values[value % NVALUES]);
		else if ((value & 0x10000) != 0)
			put16(b, values[value % NVALUES] & 0xffff);
		else
			put32(b, values[value % NVALUES]);
		break;
	default:
		memset(b, value >> 8 & 0xff, value % room);
		break;
	}
}

static void
edit(struct image *im, const uint8_t *e)
{
	unsigned kind = e[0] % PK_NKINDS, i;
	const unsigned op = e[1];
	struct piece *p;
	uint32_t off;

	for (i = 0; im->im_count[kind] == 0 && i < PK_NKINDS; i++)
		kind = (kind + 1) % PK_NKINDS;
	p = &im->im_pieces[im->im_first[kind] +
	    get16(e + 2) % im->im_count[kind]];
	off = get16(e + 4) % ((op & OP_HEAD) != 0 && p->p_len > 68 ? 64 :
	    p->p_len - 4);
	if ((op & OP_ALIGN) != 0)
		off &= ~3U;
	p->p_dirty = true;
	edit_at(im, p, im->im_data + p->p_off + off, p->p_len - off, op,
	    get32(e + 6));
}

static void
use(const struct image *im, unsigned flags)
{
	struct { char *fspec; } args = { (char *)(uintptr_t)im->im_dev };
	const bool write = (flags & F_WRITE) != 0;

	/* What is not written is read. */
	if (!write || (flags & F_UPDATE) != 0 || rump_sys_mount("ext2fs",
	    MNT, 0, &args, sizeof(args)) == -1) {
		if (rump_sys_mount("ext2fs", MNT, RUMP_MNT_RDONLY, &args,
		    sizeof(args)) == -1)
			return;
		fuzz_fs_use(MNT, false, NAMES);
	}
	if (write) {
		(void)rump_sys_mount("ext2fs", MNT, RUMP_MNT_UPDATE, &args,
		    sizeof(args));
		fuzz_fs_use(MNT, true, NAMES);
	}
	if (rump_sys_unmount(MNT, (flags & F_FORCE) != 0 ? RUMP_MNT_FORCE :
	    0) == -1 && rump_sys_unmount(MNT, RUMP_MNT_FORCE) == -1)
		fuzz_die("cannot unmount: %s", strerror(errno));
}

static void
ext2_run(const uint8_t *data, size_t size)
{
	const unsigned flags = size > 1 ? data[1] : 0;
	struct image *im;
	struct e2_sb *sb;
	size_t at;

	im = &images[size > 0 ? data[0] % nimages : 0];
	restore(im);
	for (at = 2; at + EDIT_SIZE <= size &&
	    at < 2 + EDITS_MAX * EDIT_SIZE; at += EDIT_SIZE)
		edit(im, data + at);
	sb = (void *)(im->im_data + E2_SBOFF);
	if (get16(&sb->s_errors) == E2_ERRORS_PANIC)
		put16(&sb->s_errors, E2_ERRORS_RO);
	if ((flags & F_NOMEND) == 0)
		image_mend(im);
	if (getenv("FUZZ_KEEP") != NULL)
		printf("image %s, %s, data in /proc/%d/fd/%d\n", im->im_name,
		    (flags & F_WRITE) != 0 ? "writing" : "read-only",
		    getpid(), im->im_fd);
	use(im, flags);
}

/* Add an edit, drop one, or change what is done with the image. */
static size_t
ext2_mutate(uint8_t *data, size_t size, size_t max)
{
	uint8_t *e;
	int i;

	if (max < 2 + EDIT_SIZE)
		return size;
	if (size < 2) {
		data[0] = fuzz_rand(256);
		data[1] = fuzz_rand(4) == 0 ? 2 : fuzz_rand(16) & ~F_NOMEND;
		size = 2;
	}
	size = 2 + (size - 2) / EDIT_SIZE * EDIT_SIZE;
	switch (fuzz_rand(8)) {
	case 0:
		/* The first ones are our own, each of another kind. */
		data[0] = fuzz_rand(fuzz_rand(4) == 0 ? 256 : 18);
		return size;
	case 1:
		data[1] = fuzz_rand(16) & ~F_NOMEND;
		return size;
	case 2:
		if (size >= 2 + EDIT_SIZE) {
			size -= EDIT_SIZE;
			return size;
		}
		break;
	default:
		break;
	}
	if (size + EDIT_SIZE > max || size >= 2 + EDITS_MAX * EDIT_SIZE)
		e = data + 2;
	else {
		e = data + size;
		size += EDIT_SIZE;
	}
	for (i = 0; i < EDIT_SIZE; i++)
		e[i] = fuzz_rand(256);
	/* Most fields are words, and most of what matters is in front. */
	e[1] = fuzz_rand(8) | (fuzz_rand(4) ? OP_ALIGN : 0) |
	    (fuzz_rand(2) ? OP_HEAD : 0) | (fuzz_rand(2) ? 8 : 0);
	if (fuzz_rand(2) == 0)
		put32(e + 6, values[fuzz_rand(NVALUES)]);
	return size;
}

const struct fuzz_target fuzz_target_ext2 = {
	.ft_name = "ext2",
	.ft_setup = ext2_setup,
	.ft_run = ext2_run,
	.ft_mutate = ext2_mutate,
};
