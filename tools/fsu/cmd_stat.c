/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu stat, du and df: what inodes and file systems say of themselves, in the
 * forms of stat(1), du(1) and df(1).
 */
#include <sys/stat.h>

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

/* %x, %y, %z, %w: a time as people read it. */
static bool
stat_time(const struct timespec *ts)
{
	struct tm tm;
	char when[64], zone[16];

	if (ts->tv_sec == -1 || localtime_r(&ts->tv_sec, &tm) == NULL)
		return printf("-") > 0;
	(void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	(void)strftime(zone, sizeof(zone), "%z", &tm);
	return printf("%s.%09ld %s", when, ts->tv_nsec, zone) > 0;
}

static void
time_line(const char *label, const struct timespec *ts)
{

	(void)printf("%s: ", label);
	(void)stat_time(ts);
	(void)putchar('\n');
}

static void
stat_long(struct fsu_path *p, const struct fsu_stat *st)
{
	char mode[11], target[4096];

	(void)printf("  File: ");
	fsu_print_name(p->p_text);
	if (S_ISLNK(st->st_mode) && p->p_side->s_ops->o_readlink(p->p_side,
	    p->p_path, target, sizeof(target)) == 0) {
		(void)printf(" -> ");
		fsu_print_name(target);
	}
	(void)printf("\n  Size: %-15jd Blocks: %-10jd IO Block: %-6u %s\n",
	    (intmax_t)st->st_size, (intmax_t)st->st_blocks, st->st_blksize,
	    fsu_typename(st));
	(void)printf("Inode: %-15ju Links: %ju", (uintmax_t)st->st_ino,
	    (uintmax_t)st->st_nlink);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		(void)printf("     Device type: %u,%u", st->st_major,
		    st->st_minor);
	fsu_modestr(st->st_mode, mode);
	(void)printf("\nAccess: (%04o/%s)  Uid: (%5u/%8s)   ",
	    st->st_mode & 07777, mode, st->st_uid,
	    fsu_user(st->st_uid, false));
	(void)printf("Gid: (%5u/%8s)\n", st->st_gid,
	    fsu_group(st->st_gid, false));
	time_line("Access", &st->st_atime_ts);
	time_line("Modify", &st->st_mtime_ts);
	time_line("Change", &st->st_ctime_ts);
	time_line(" Birth", &st->st_btime_ts);
}

/* %N: the name, quoted, and where a link leads. */
static bool
stat_name(struct fsu_path *p, const struct fsu_stat *st)
{
	char target[4096];

	(void)putchar('\'');
	fsu_print_name(p->p_text);
	(void)putchar('\'');
	if (S_ISLNK(st->st_mode) && p->p_side->s_ops->o_readlink(p->p_side,
	    p->p_path, target, sizeof(target)) == 0) {
		(void)printf(" -> '");
		fsu_print_name(target);
		(void)putchar('\'');
	}
	return true;
}

/* One directive of stat -c; false for one that is not known. */
static bool
stat_directive(char c, struct fsu_path *p, const struct fsu_stat *st)
{
	char mode[11];

	switch (c) {
	case 'a':
		return printf("%o", st->st_mode & 07777) > 0;
	case 'A':
		fsu_modestr(st->st_mode, mode);
		return printf("%s", mode) > 0;
	case 'b':
		return printf("%jd", (intmax_t)st->st_blocks) > 0;
	case 'B':
		return printf("512") > 0;
	case 'f':
		return printf("%x", st->st_mode) > 0;
	case 'F':
		return printf("%s", fsu_typename(st)) > 0;
	case 'g':
		return printf("%u", st->st_gid) > 0;
	case 'G':
		return printf("%s", fsu_group(st->st_gid, false)) > 0;
	case 'h':
		return printf("%ju", (uintmax_t)st->st_nlink) > 0;
	case 'i':
		return printf("%ju", (uintmax_t)st->st_ino) > 0;
	case 'n':
		fsu_print_name(p->p_text);
		return true;
	case 'N':
		return stat_name(p, st);
	case 'o':
		return printf("%u", st->st_blksize) > 0;
	case 's':
		return printf("%jd", (intmax_t)st->st_size) > 0;
	case 't':
		return printf("%x", st->st_major) > 0;
	case 'T':
		return printf("%x", st->st_minor) > 0;
	case 'u':
		return printf("%u", st->st_uid) > 0;
	case 'U':
		return printf("%s", fsu_user(st->st_uid, false)) > 0;
	case 'w':
		return stat_time(&st->st_btime_ts);
	case 'x':
		return stat_time(&st->st_atime_ts);
	case 'y':
		return stat_time(&st->st_mtime_ts);
	case 'z':
		return stat_time(&st->st_ctime_ts);
	case 'W':
		return printf("%jd", st->st_btime_ts.tv_sec == -1 ?
		    (intmax_t)0 : (intmax_t)st->st_btime_ts.tv_sec) > 0;
	case 'X':
		return printf("%jd", (intmax_t)st->st_atime_ts.tv_sec) > 0;
	case 'Y':
		return printf("%jd", (intmax_t)st->st_mtime_ts.tv_sec) > 0;
	case 'Z':
		return printf("%jd", (intmax_t)st->st_ctime_ts.tv_sec) > 0;
	case '%':
		return putchar('%') != EOF;
	default:
		return false;
	}
}

static void
stat_format(const char *fmt, struct fsu_path *p, const struct fsu_stat *st)
{

	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%' || fmt[1] == '\0')
			(void)putchar(*fmt);
		else if (!stat_directive(*++fmt, p, st))
			(void)putchar('?');
	}
	(void)putchar('\n');
}

static int
stat_fs(struct fsu_path *p)
{
	struct fsu_statvfs sv;
	int error;

	error = p->p_side->s_ops->o_statvfs(p->p_side, p->p_path, &sv);
	if (error != 0) {
		fsu_warn(error, "cannot read file system information for '%s'",
		    p->p_text);
		return 1;
	}
	if (fsu_opt_json) {
		fsu_json_statvfs(p->p_side, &sv);
		return 0;
	}
	(void)printf("  File: \"%s\"\n    Namelen: %-7ju Type: %s%s\n",
	    p->p_text, (uintmax_t)sv.f_namemax, sv.f_fstype,
	    sv.f_rdonly ? " (read-only)" : "");
	(void)printf("Block size: %-10ju Fundamental block size: %ju\n",
	    (uintmax_t)sv.f_bsize, (uintmax_t)sv.f_frsize);
	(void)printf("Blocks: Total: %-10ju Free: %-10ju Available: %ju\n",
	    (uintmax_t)sv.f_blocks, (uintmax_t)sv.f_bfree,
	    (uintmax_t)sv.f_bavail);
	(void)printf("Inodes: Total: %-10ju Free: %ju\n",
	    (uintmax_t)sv.f_files, (uintmax_t)sv.f_ffree);
	return 0;
}

static int
stat_one(struct fsu_path *p, bool follow, const char *fmt)
{
	struct fsu_stat st;
	int error;

	error = p->p_side->s_ops->o_stat(p->p_side, p->p_path, follow, &st);
	if (error != 0) {
		fsu_warn(error, "cannot stat '%s'", p->p_text);
		return 1;
	}
	if (fsu_opt_json)
		fsu_json_file(p->p_side, p->p_path, &st);
	else if (fmt != NULL)
		stat_format(fmt, p, &st);
	else
		stat_long(p, &st);
	return 0;
}

int
cmd_stat(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "dereference", no_argument, NULL, 'L' },
		{ "file-system", no_argument, NULL, 'f' },
		{ "format", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 }
	};
	struct fsu_path *p;
	const char *fmt;
	bool follow, fs;
	int ch, i, status;

	fmt = NULL;
	follow = fs = false;
	while ((ch = getopt_long(argc, argv, "c:fL", longopts, NULL)) != -1) {
		switch (ch) {
		case 'c':
			fmt = optarg;
			break;
		case 'f':
			fs = true;
			break;
		case 'L':
			follow = true;
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, 1);
	p = fsu_parse_all(argc, argv, false);
	for (i = 0, status = 0; i < argc; i++)
		status |= fs ? stat_fs(&p[i]) : stat_one(&p[i], follow, fmt);
	return status;
}

struct du_opts {
	struct fsu_linktab *d_tab;
	const char	*d_text;	/* how the root was named */
	uint64_t	*d_sum;		/* a sum for each depth, bytes */
	unsigned	 d_maxdepth;
	bool		 d_all;
	bool		 d_human;
	bool		 d_apparent;
	uint64_t	 d_unit;
};

static void
du_print(const struct du_opts *o, uint64_t bytes, const char *name)
{
	char buf[16];

	if (o->d_human) {
		fsu_human(buf, sizeof(buf), bytes);
		(void)printf("%s\t", buf);
	} else
		(void)printf("%ju\t",
		    (uintmax_t)((bytes + o->d_unit - 1) / o->d_unit));
	fsu_print_name(name);
	(void)putchar('\n');
}

static void
du_entry(const struct du_opts *o, uint64_t bytes, const char *rel,
    unsigned depth)
{
	char *name;

	if (depth > o->d_maxdepth)
		return;
	name = rel[0] != '\0' ? fsu_join(o->d_text, rel) :
	    fsu_strdup(o->d_text);
	du_print(o, bytes, name);
	free(name);
}

static int
du_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{
	struct du_opts *o = arg;
	uint64_t bytes;

	if (what == FSU_POST) {
		du_entry(o, o->d_sum[depth], rel, depth);
		if (depth > 0)
			o->d_sum[depth - 1] += o->d_sum[depth];
		return 0;
	}
	bytes = o->d_apparent ? (uint64_t)st->st_size :
	    (uint64_t)st->st_blocks * 512;
	if ((what == FSU_PRE || st->st_nlink > 1 || depth == 0) &&
	    fsu_linktab_enter(o->d_tab, st->st_dev,
	    st->st_ino, path) != NULL)
		return what == FSU_PRE ? -1 : 0;
	if (what == FSU_PRE) {
		o->d_sum[depth] = bytes;
		return 0;
	}
	if (depth > 0)
		o->d_sum[depth - 1] += bytes;
	if (depth == 0 || o->d_all)
		du_entry(o, bytes, rel, depth);
	if (depth == 0)
		o->d_sum[0] = bytes;
	return 0;
}

static void
du_option(struct du_opts *o, int ch)
{
	uint64_t n;

	switch (ch) {
	case 'a':
		o->d_all = true;
		break;
	case 'b':
		o->d_apparent = true;
		o->d_unit = 1;
		break;
	case 'd':
		if (fsu_parse_size(optarg, &n) != 0 || n > 100000)
			fsu_die(0, "invalid maximum depth '%s'", optarg);
		o->d_maxdepth = (unsigned)n;
		break;
	case 'h':
		o->d_human = true;
		break;
	case 'k':
		o->d_unit = 1024;
		break;
	case 's':
		o->d_maxdepth = 0;
		break;
	case 'A':
		o->d_apparent = true;
		break;
	default:
		fsu_usage();
	}
}

int
cmd_du(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "apparent-size", no_argument, NULL, 'A' },
		{ "human-readable", no_argument, NULL, 'h' },
		{ "max-depth", required_argument, NULL, 'd' },
		{ "summarize", no_argument, NULL, 's' },
		{ "total", no_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 }
	};
	struct du_opts o = { .d_maxdepth = ~0U, .d_unit = 1024 };
	struct fsu_walk w = { .w_fn = du_visit, .w_arg = &o };
	struct fsu_path *p;
	uint64_t total;
	bool wanttotal;
	int ch, i, status;

	wanttotal = false;
	while ((ch = getopt_long(argc, argv, "abcd:hks", longopts, NULL)) !=
	    -1) {
		if (ch == 'c')
			wanttotal = true;
		else
			du_option(&o, ch);
	}
	fsu_skip_options(&argc, &argv, 1);
	p = fsu_parse_all(argc, argv, false);
	o.d_tab = fsu_linktab_create();
	o.d_sum = fsu_alloc(sizeof(*o.d_sum) * 4096);
	for (i = 0, status = 0, total = 0; i < argc; i++) {
		w.w_side = p[i].p_side;
		o.d_text = p[i].p_text;
		o.d_sum[0] = 0;
		if (fsu_walk(&w, p[i].p_path) != 0)
			status = 1;
		total += o.d_sum[0];
	}
	if (wanttotal)
		du_print(&o, total, "total");
	fsu_linktab_destroy(o.d_tab);
	free(o.d_sum);
	return status != 0 || w.w_errors != 0;
}

static void
df_number(char *buf, size_t len, uint64_t blocks, uint64_t size, bool human)
{

	if (human)
		fsu_human(buf, len, blocks * size);
	else
		(void)snprintf(buf, len, "%ju",
		    (uintmax_t)(blocks * size + 1023) / 1024);
}

static int
df_one(struct fsu_path *p, bool human, bool inodes)
{
	struct fsu_statvfs v;
	char all[24], used[24], avail[24], pct[24];
	uint64_t nused, nall;
	int error;

	error = p->p_side->s_ops->o_statvfs(p->p_side, p->p_path, &v);
	if (error != 0) {
		fsu_warn(error, "%s", p->p_text);
		return 1;
	}
	if (fsu_opt_json) {
		fsu_json_statvfs(p->p_side, &v);
		return 0;
	}
	if (inodes) {
		nused = v.f_files - v.f_ffree;
		nall = v.f_files;
		(void)snprintf(all, sizeof(all), "%ju", (uintmax_t)v.f_files);
		(void)snprintf(used, sizeof(used), "%ju", (uintmax_t)nused);
		(void)snprintf(avail, sizeof(avail), "%ju",
		    (uintmax_t)v.f_ffree);
	} else {
		nused = v.f_blocks - v.f_bfree;
		nall = nused + v.f_bavail;
		df_number(all, sizeof(all), v.f_blocks, v.f_frsize, human);
		df_number(used, sizeof(used), nused, v.f_frsize, human);
		df_number(avail, sizeof(avail), v.f_bavail, v.f_frsize, human);
	}
	if (nall == 0)
		(void)snprintf(pct, sizeof(pct), "-");
	else
		(void)snprintf(pct, sizeof(pct), "%ju%%",
		    (uintmax_t)((nused * 100 + nall - 1) / nall));
	(void)printf("%-24s %-8s %10s %10s %10s %5s\n", p->p_side->s_name,
	    v.f_fstype, all, used, avail, pct);
	return 0;
}

int
cmd_df(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "human-readable", no_argument, NULL, 'h' },
		{ "inodes", no_argument, NULL, 'i' },
		{ NULL, 0, NULL, 0 }
	};
	struct fsu_path *p;
	bool human, inodes;
	int ch, i, status;

	human = inodes = false;
	while ((ch = getopt_long(argc, argv, "hik", longopts, NULL)) != -1) {
		if (ch == 'h')
			human = true;
		else if (ch == 'i')
			inodes = true;
		else if (ch != 'k')
			fsu_usage();
	}
	fsu_skip_options(&argc, &argv, 1);
	p = fsu_parse_all(argc, argv, false);
	if (!fsu_opt_json)
		(void)printf("%-24s %-8s %10s %10s %10s %5s\n", "Image",
		    "Type", inodes ? "Inodes" : human ? "Size" : "1K-blocks",
		    inodes ? "IUsed" : "Used", inodes ? "IFree" : "Available",
		    inodes ? "IUse%" : "Use%");
	for (i = 0, status = 0; i < argc; i++)
		status |= df_one(&p[i], human, inodes);
	return status;
}
