/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu mknod, mkfifo, write and chflags: what images need and cp cannot make.
 * mknod and mkfifo are those of the host, write is a redirection into an image,
 * chflags is that of NetBSD.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump_abi.h>

#include "fsu.h"

/* A number that fits a device number; octal and hexadecimal as in C. */
static uint32_t
device_number(const char *what, const char *text)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 0);
	if (end == text || *end != '\0' || errno != 0 || n > UINT32_MAX ||
	    text[0] == '-')
		fsu_die(0, "invalid %s device number '%s'", what, text);
	return (uint32_t)n;
}

/* The mode of -m, or what the mask leaves of 0666. */
static uint32_t
node_mode(const char *text)
{
	uint32_t mode;

	if (text == NULL)
		return 0666 & ~fsu_umask();
	if (fsu_parse_mode(text, 0666, false, fsu_umask(), &mode) != 0 ||
	    (mode & ~07777U) != 0)
		fsu_die(0, "invalid mode: '%s'", text);
	return mode;
}

/* The mask must not take away what -m asks for. */
static int
make_node(struct fsu_path *p, uint32_t type, uint32_t mode, uint32_t maj,
    uint32_t min)
{
	const struct fsu_ops *ops = p->p_side->s_ops;
	int error;

	error = ops->o_mknod(p->p_side, p->p_path, type | mode, maj, min);
	if (error == 0)
		error = ops->o_chmod(p->p_side, p->p_path, mode);
	if (error != 0)
		fsu_warn(error, "cannot create '%s'", p->p_text);
	return error != 0;
}

static const char *
mode_option(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "mode", required_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 }
	};
	const char *mode;
	int ch;

	mode = NULL;
	while ((ch = getopt_long(argc, argv, "m:", longopts, NULL)) != -1) {
		if (ch != 'm')
			fsu_usage();
		mode = optarg;
	}
	return mode;
}

int
cmd_mknod(int argc, char **argv)
{
	uint32_t type, mode, maj, min;
	const char *text;

	text = mode_option(argc, argv);
	fsu_skip_options(&argc, &argv, 2);
	mode = node_mode(text);
	type = argv[1][0] == 'p' ? S_IFIFO : argv[1][0] == 'b' ? S_IFBLK :
	    argv[1][0] == 'c' || argv[1][0] == 'u' ? S_IFCHR : 0;
	if (type == 0 || argv[1][1] != '\0')
		fsu_die(0, "invalid device type '%s': it is b, c, u or p",
		    argv[1]);
	if (argc != (type == S_IFIFO ? 2 : 4))
		fsu_usage();
	maj = min = 0;
	if (type != S_IFIFO) {
		maj = device_number("major", argv[2]);
		min = device_number("minor", argv[3]);
	}
	return make_node(fsu_parse_all(1, argv, false), type, mode, maj, min);
}

int
cmd_mkfifo(int argc, char **argv)
{
	struct fsu_path *p;
	const char *text;
	uint32_t mode;
	int i, status;

	text = mode_option(argc, argv);
	fsu_skip_options(&argc, &argv, 1);
	mode = node_mode(text);
	p = fsu_parse_all(argc, argv, false);
	for (i = 0, status = 0; i < argc; i++)
		status |= make_node(&p[i], S_IFIFO, mode, 0, 0);
	return status;
}

/* Standard input, all of it, to an open file. */
static int
write_input(struct fsu_path *p, int fd, int64_t off)
{
	const size_t buflen = 1 << 18;
	size_t at, done;
	ssize_t n;
	char *buf;
	int error;

	buf = fsu_alloc(buflen);
	for (error = 0; error == 0;) {
		n = read(STDIN_FILENO, buf, buflen);
		if (n < 0 && errno == EINTR && !fsu_stopped())
			continue;
		if (n <= 0) {
			error = n < 0 ? errno : 0;
			break;
		}
		for (at = 0; at < (size_t)n && error == 0; at += done) {
			error = p->p_side->s_ops->o_pwrite(p->p_side, fd,
			    buf + at, (size_t)n - at, off, &done);
			if (error == 0 && done == 0)
				error = EIO;
			off += (int64_t)done;
		}
	}
	free(buf);
	return error;
}

static int
write_file(struct fsu_path *p, int oflags, int64_t off, bool append)
{
	const struct fsu_ops *ops = p->p_side->s_ops;
	struct fsu_stat st;
	int error, cerror, fd;

	error = ops->o_stat(p->p_side, p->p_path, true, &st);
	if (error == 0 && !S_ISREG(st.st_mode))
		error = S_ISDIR(st.st_mode) ? EISDIR : EOPNOTSUPP;
	else if (error == 0 && append)
		off = st.st_size;
	else if (error == ENOENT && (oflags & O_CREAT) != 0)
		error = 0;
	if (error == 0)
		error = ops->o_open(p->p_side, p->p_path, oflags, 0666, &fd);
	if (error == 0) {
		error = write_input(p, fd, off);
		cerror = ops->o_close(p->p_side, fd);
		error = error != 0 ? error : cerror;
	}
	if (error != 0)
		fsu_warn(error, "cannot write '%s'", p->p_text);
	return error != 0;
}

int
cmd_write(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "append", no_argument, NULL, 'a' },
		{ "no-create", no_argument, NULL, 'c' },
		{ "offset", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 }
	};
	int oflags = O_WRONLY | O_CREAT | O_TRUNC;
	uint64_t off;
	bool append;
	int ch;

	off = 0;
	append = false;
	while ((ch = getopt_long(argc, argv, "aco:", longopts, NULL)) != -1) {
		switch (ch) {
		case 'a':
			append = true;
			oflags = (oflags & ~O_TRUNC) | O_APPEND;
			break;
		case 'c':
			oflags &= ~O_CREAT;
			break;
		case 'o':
			if (fsu_parse_size(optarg, &off) != 0 ||
			    off > INT64_MAX)
				fsu_die(0, "invalid offset '%s'", optarg);
			oflags &= ~O_TRUNC;
			break;
		default:
			fsu_usage();
		}
	}
	fsu_skip_options(&argc, &argv, 1);
	if (argc != 1 || (append && off != 0))
		fsu_usage();
	return write_file(fsu_parse_all(1, argv, false), oflags, (int64_t)off,
	    append);
}

/* Names of chflags(1); the first of a flag is what is printed. */
static const struct {
	const char	*fl_name;
	uint32_t	 fl_bit;
} flagnames[] = {
	{ "nodump", RUMP_UF_NODUMP },
	{ "uchg", RUMP_UF_IMMUTABLE }, { "uchange", RUMP_UF_IMMUTABLE },
	{ "uimmutable", RUMP_UF_IMMUTABLE },
	{ "uappnd", RUMP_UF_APPEND }, { "uappend", RUMP_UF_APPEND },
	{ "opaque", RUMP_UF_OPAQUE },
	{ "arch", RUMP_SF_ARCHIVED }, { "archived", RUMP_SF_ARCHIVED },
	{ "schg", RUMP_SF_IMMUTABLE }, { "schange", RUMP_SF_IMMUTABLE },
	{ "simmutable", RUMP_SF_IMMUTABLE },
	{ "sappnd", RUMP_SF_APPEND }, { "sappend", RUMP_SF_APPEND },
};
#define	NFLAGNAMES	(sizeof(flagnames) / sizeof(flagnames[0]))

/* Which flags are set and cleared; "dump" is "nonodump". */
struct flag_change {
	struct fsu_side	*fc_side;
	uint32_t	 fc_set;
	uint32_t	 fc_clear;
	bool		 fc_verbose;
	int		 fc_status;
};

static uint32_t
flag_bit(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NFLAGNAMES; i++) {
		if (strncmp(name, flagnames[i].fl_name, len) == 0 &&
		    flagnames[i].fl_name[len] == '\0')
			return flagnames[i].fl_bit;
	}
	return 0;
}

static void
flag_word(struct flag_change *fc, const char *word, size_t len)
{
	uint32_t bit;

	bit = flag_bit(word, len);
	if (bit != 0) {
		fc->fc_set |= bit;
		fc->fc_clear &= ~bit;
		return;
	}
	if (len == 4 && strncmp(word, "dump", 4) == 0)
		bit = RUMP_UF_NODUMP;
	else if (len > 2 && strncmp(word, "no", 2) == 0)
		bit = flag_bit(word + 2, len - 2);
	if (bit == 0)
		fsu_die(0, "invalid flag '%.*s'", (int)len, word);
	fc->fc_clear |= bit;
	fc->fc_set &= ~bit;
}

/* Words joined by commas, "none", or all flags as an octal number. */
static void
parse_flags(struct flag_change *fc, const char *text)
{
	char *end;
	size_t len;

	if (text[0] >= '0' && text[0] <= '9') {
		fc->fc_set = (uint32_t)strtoul(text, &end, 8);
		fc->fc_clear = ~fc->fc_set;
		if (*end != '\0')
			fsu_die(0, "invalid flags '%s'", text);
		return;
	}
	if (strcmp(text, "none") == 0) {
		fc->fc_clear = ~0U;
		return;
	}
	do {
		len = strcspn(text, ",");
		flag_word(fc, text, len);
		text += len;
	} while (*text++ == ',');
}

static void
print_flags(uint32_t flags)
{
	const char *sep;
	size_t i;

	sep = "";
	for (i = 0; i < NFLAGNAMES; i++) {
		if ((flags & flagnames[i].fl_bit) == 0)
			continue;
		(void)printf("%s%s", sep, flagnames[i].fl_name);
		flags &= ~flagnames[i].fl_bit;
		sep = ",";
	}
	if (sep[0] == '\0')
		(void)fputs("none", stdout);
}

static void
change_flags(struct flag_change *fc, const char *path)
{
	const struct fsu_ops *ops = fc->fc_side->s_ops;
	uint32_t old, new;
	int error;

	error = ops->o_getflags(fc->fc_side, path, &old);
	new = (old | fc->fc_set) & ~fc->fc_clear;
	if (error == 0 && new != old)
		error = ops->o_setflags(fc->fc_side, path, new);
	if (error != 0) {
		fsu_warn(error, "changing flags of '%s%s%s'",
		    FSU_SHOW(fc->fc_side, path));
		fc->fc_status = 1;
	} else if (fc->fc_verbose) {
		print_flags(new);
		(void)putchar('\t');
		fsu_print_name(path);
		(void)putchar('\n');
	}
}

static int
flags_visit(void *arg, enum fsu_visit what, const char *path, const char *rel,
    const struct fsu_stat *st, unsigned depth)
{

	(void)rel;
	(void)st;
	(void)depth;
	if (what != FSU_PRE)
		change_flags(arg, path);
	return 0;
}

static void
flags_one(struct flag_change *fc, struct fsu_path *p, bool recursive)
{
	struct fsu_walk w = {
		.w_side = p->p_side, .w_fn = flags_visit, .w_arg = fc,
	};

	fc->fc_side = p->p_side;
	if (!recursive) {
		change_flags(fc, p->p_path);
		return;
	}
	if (fsu_walk(&w, p->p_path) != 0 || w.w_errors != 0)
		fc->fc_status = 1;
}

int
cmd_chflags(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "recursive", no_argument, NULL, 'R' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	struct flag_change fc = { 0 };
	struct fsu_path *p;
	bool recursive;
	int ch, i;

	recursive = false;
	while ((ch = getopt_long(argc, argv, "+Rv", longopts, NULL)) != -1) {
		if (ch == 'R')
			recursive = true;
		else if (ch == 'v')
			fc.fc_verbose = true;
		else
			fsu_usage();
	}
	fsu_skip_options(&argc, &argv, 2);
	parse_flags(&fc, argv[0]);
	p = fsu_parse_all(argc - 1, argv + 1, false);
	for (i = 0; i < argc - 1; i++)
		flags_one(&fc, &p[i], recursive);
	return fc.fc_status;
}
