/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --json: one object of a line for each file, image or difference (RFC 8259).
 * Objects are flat; a field that does not apply is left out.  Names in an image
 * are bytes: where those are not UTF-8 (RFC 3629), U+FFFD stands for each byte
 * that is not, and a second field, the name with "_hex" behind it, has them
 * all.
 */
#include <sys/stat.h>

#include <inttypes.h>
#include <string.h>

#include "fsu.h"

bool		fsu_opt_json;
static bool	json_first;

void
fsu_json_open(void)
{

	(void)putchar('{');
	json_first = true;
}

void
fsu_json_close(void)
{

	(void)fputs("}\n", stdout);
}

static void
json_key(const char *key, const char *suffix)
{

	(void)printf("%s\"%s%s\":", json_first ? "" : ",", key, suffix);
	json_first = false;
}

void
fsu_json_int(const char *key, int64_t n)
{

	json_key(key, "");
	(void)printf("%" PRId64, n);
}

void
fsu_json_uint(const char *key, uint64_t n)
{

	json_key(key, "");
	(void)printf("%" PRIu64, n);
}

void
fsu_json_bool(const char *key, bool yes)
{

	json_key(key, "");
	(void)fputs(yes ? "true" : "false", stdout);
}

/* Seconds since 1970 with all nine digits, as a number. */
void
fsu_json_time(const char *key, const struct timespec *ts)
{
	int64_t sec;
	long nsec;
	bool negative;

	negative = ts->tv_sec < 0;
	sec = ts->tv_sec;
	nsec = ts->tv_nsec;
	if (negative && nsec != 0) {
		sec++;
		nsec = 1000000000 - nsec;
	}
	json_key(key, "");
	(void)printf("%s%" PRId64 ".%09ld", negative ? "-" : "",
	    negative ? -sec : sec, nsec);
}

/* The length of the character of UTF-8 that begins here, 0 if none does. */
static size_t
utf8_length(const uint8_t *p, size_t len)
{
	size_t n, i;
	uint32_t c;

	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
		return 0;
	c = p[0] & (0x7fU >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	/* too long a form, a surrogate, beyond the last one */
	if ((n == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) ||
	    (n == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 0;
	return n;
}

bool
fsu_is_utf8(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t len, n;

	for (len = strlen(text); len != 0; p += n, len -= n) {
		n = utf8_length(p, len);
		if (n == 0)
			return false;
	}
	return true;
}

static void
json_char(const uint8_t *p, size_t n)
{

	if (n == 0)
		(void)fputs("\\ufffd", stdout);
	else if (p[0] == '"' || p[0] == '\\')
		(void)printf("\\%c", p[0]);
	else if (p[0] < ' ' || p[0] == 0x7f)
		(void)printf("\\u%04x", p[0]);
	else
		(void)fwrite(p, 1, n, stdout);
}

void
fsu_json_hex(const char *key, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t i;

	json_key(key, "_hex");
	(void)putchar('"');
	for (i = 0; i < len; i++)
		(void)printf("%02x", p[i]);
	(void)putchar('"');
}

void
fsu_json_bytes(const char *key, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t i, n;
	bool good;

	json_key(key, "");
	(void)putchar('"');
	for (i = 0, good = true; i < len; i += n != 0 ? n : 1) {
		n = utf8_length(p + i, len - i);
		good &= n != 0;
		json_char(p + i, n);
	}
	(void)putchar('"');
	if (!good)
		fsu_json_hex(key, bytes, len);
}

void
fsu_json_text(const char *key, const char *text)
{

	fsu_json_bytes(key, text, strlen(text));
}

const char *
fsu_json_type(uint32_t mode)
{

	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symlink";
	case S_IFCHR:
		return "char";
	case S_IFBLK:
		return "block";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFREG:
		return "regular";
	default:
		return "unknown";
	}
}

/* A file: path is within the side. */
void
fsu_json_file(struct fsu_side *s, const char *path, const struct fsu_stat *st)
{
	char mode[8], target[4096];

	fsu_json_open();
	fsu_json_text("image", s->s_name);
	fsu_json_text("path", path);
	fsu_json_text("type", fsu_json_type(st->st_mode));
	(void)snprintf(mode, sizeof(mode), "%04o", st->st_mode & 07777);
	fsu_json_text("mode", mode);
	fsu_json_uint("inode", st->st_ino);
	fsu_json_uint("links", st->st_nlink);
	fsu_json_uint("uid", st->st_uid);
	fsu_json_uint("gid", st->st_gid);
	fsu_json_int("size", st->st_size);
	fsu_json_int("allocated", st->st_blocks * 512);
	fsu_json_time("atime", &st->st_atime_ts);
	fsu_json_time("mtime", &st->st_mtime_ts);
	fsu_json_time("ctime", &st->st_ctime_ts);
	if (st->st_btime_ts.tv_sec != -1)
		fsu_json_time("btime", &st->st_btime_ts);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		fsu_json_uint("major", st->st_major);
		fsu_json_uint("minor", st->st_minor);
	}
	if (S_ISLNK(st->st_mode) && s->s_ops->o_readlink(s, path, target,
	    sizeof(target)) == 0)
		fsu_json_text("target", target);
	fsu_json_close();
}

/* A file system: sizes are bytes. */
void
fsu_json_statvfs(const struct fsu_side *s, const struct fsu_statvfs *sv)
{

	fsu_json_open();
	fsu_json_text("image", s->s_name);
	fsu_json_text("type", sv->f_fstype);
	fsu_json_bool("read_only", sv->f_rdonly);
	fsu_json_uint("block_size", sv->f_frsize);
	fsu_json_uint("size", sv->f_blocks * sv->f_frsize);
	fsu_json_uint("used", (sv->f_blocks - sv->f_bfree) * sv->f_frsize);
	fsu_json_uint("free", sv->f_bfree * sv->f_frsize);
	fsu_json_uint("available", sv->f_bavail * sv->f_frsize);
	fsu_json_uint("inodes", sv->f_files);
	fsu_json_uint("inodes_used", sv->f_files - sv->f_ffree);
	fsu_json_uint("inodes_free", sv->f_ffree);
	fsu_json_uint("name_max", sv->f_namemax);
	fsu_json_close();
}
