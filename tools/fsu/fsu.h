/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu.h: what the parts of fsu(1) share.
 *
 * A "side" is a file tree that commands work on: an image, mounted in a rump
 * kernel inside this process, or the host's own tree.  Both offer the same
 * operations, with the host's structures and errno values, so that a command
 * is written once.  Every operation returns 0 or a positive host errno.
 */
#ifndef FSU_H
#define FSU_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* What lstat tells, wide enough for every file system. */
struct fsu_stat {
	uint64_t	st_dev;
	uint64_t	st_ino;
	uint32_t	st_mode;	/* S_IF* and permission bits */
	uint64_t	st_nlink;
	uint32_t	st_uid;
	uint32_t	st_gid;
	uint32_t	st_major;	/* of a device node */
	uint32_t	st_minor;
	int64_t		st_size;	/* bytes */
	int64_t		st_blocks;	/* units of 512 bytes */
	uint32_t	st_blksize;
	struct timespec	st_atime_ts;
	struct timespec	st_mtime_ts;
	struct timespec	st_ctime_ts;
	struct timespec	st_btime_ts;	/* tv_sec -1: not known */
};

/* What statvfs tells, in the host's terms. */
struct fsu_statvfs {
	uint64_t	f_bsize;
	uint64_t	f_frsize;
	uint64_t	f_blocks;	/* units of f_frsize */
	uint64_t	f_bfree;
	uint64_t	f_bavail;
	uint64_t	f_files;
	uint64_t	f_ffree;
	uint64_t	f_namemax;
	bool		f_rdonly;
	char		f_fstype[32];
};

/* One directory entry; the name is only valid during the callback. */
typedef int (*fsu_dirent_fn)(void *arg, const char *name, uint64_t ino);

struct fsu_side;

struct fsu_ops {
	int	(*o_stat)(struct fsu_side *, const char *, bool follow,
		    struct fsu_stat *);
	int	(*o_statvfs)(struct fsu_side *, const char *,
		    struct fsu_statvfs *);
	int	(*o_open)(struct fsu_side *, const char *, int oflags,
		    uint32_t mode, int *fdp);
	int	(*o_close)(struct fsu_side *, int);
	int	(*o_pread)(struct fsu_side *, int, void *, size_t, int64_t,
		    size_t *);
	int	(*o_pwrite)(struct fsu_side *, int, const void *, size_t,
		    int64_t, size_t *);
	int	(*o_ftruncate)(struct fsu_side *, int, int64_t);
	int	(*o_fsync)(struct fsu_side *, int);
	int	(*o_seekdata)(struct fsu_side *, int, int64_t, bool hole,
		    int64_t *);
	int	(*o_readdir)(struct fsu_side *, const char *, fsu_dirent_fn,
		    void *);
	int	(*o_readlink)(struct fsu_side *, const char *, char *, size_t);
	int	(*o_mkdir)(struct fsu_side *, const char *, uint32_t);
	int	(*o_rmdir)(struct fsu_side *, const char *);
	int	(*o_unlink)(struct fsu_side *, const char *);
	int	(*o_rename)(struct fsu_side *, const char *, const char *);
	int	(*o_link)(struct fsu_side *, const char *, const char *);
	int	(*o_symlink)(struct fsu_side *, const char *, const char *);
	int	(*o_mknod)(struct fsu_side *, const char *, uint32_t mode,
		    uint32_t major, uint32_t minor);
	int	(*o_chmod)(struct fsu_side *, const char *, uint32_t);
	int	(*o_chown)(struct fsu_side *, const char *, uint32_t, uint32_t,
		    bool follow);
	int	(*o_utimens)(struct fsu_side *, const char *,
		    const struct timespec[2], bool follow);
	/* extended attributes of the file itself, names as the host's */
	int	(*o_listxattr)(struct fsu_side *, const char *, char *,
		    size_t, size_t *);
	int	(*o_getxattr)(struct fsu_side *, const char *, const char *,
		    void *, size_t, size_t *);
	int	(*o_setxattr)(struct fsu_side *, const char *, const char *,
		    const void *, size_t);
	int	(*o_removexattr)(struct fsu_side *, const char *, const char *);
	/* chflags(2)'s flags as the kernel numbers them; EOPNOTSUPP */
	int	(*o_getflags)(struct fsu_side *, const char *, uint32_t *);
	int	(*o_setflags)(struct fsu_side *, const char *, uint32_t);
};

/* The three strings that "%s%s%s" shows as IMAGE:PATH, or a host's path. */
#define	FSU_SHOW(s, path)						\
	(s)->s_name, (s)->s_name[0] != '\0' ? ":" : "", (path)

struct fsu_side {
	const struct fsu_ops	*s_ops;
	const char		*s_name;	/* "" or the image as given */
	struct fsu_image	*s_image;	/* NULL: the host's tree */
};

/* A file named on the command line. */
struct fsu_path {
	struct fsu_side	*p_side;
	char		*p_path;	/* path within the side */
	char		*p_text;	/* as the user wrote it, for messages */
};

/* A command: its table entry, and its body. */
struct fsu_cmd {
	const char	*c_name;
	int		(*c_main)(int, char **);
	bool		c_writes;	/* fsu_writes, unless it knows better */
	const char	*c_usage;
	const char	*c_help;
	bool		c_json;		/* it knows --json */
};

extern const struct fsu_cmd	*fsu_cmd;	/* the one that runs */
extern const char		*fsu_opt_type;	/* -t, or NULL: detect */
extern bool			 fsu_opt_readonly;
extern bool			 fsu_writes;	/* images are to be written */
extern char			*fsu_opt_mount;	/* -o, all of them, or NULL */
extern const char		*fsu_opt_dir;	/* -C, or NULL */
extern int			 fsu_trouble;	/* exit status of a failure */

/* Words of a command line, each allocated, NULL behind the last. */
struct fsu_words {
	char	**w_word;
	size_t	w_count;
};

/* signal.c: leaving early, and leaving */
void	fsu_signal_init(void);
void	fsu_fds_init(void);
bool	fsu_stopped(void);
void	fsu_exit(int status) __attribute__((__noreturn__));

/* main.c */
/* The common options as words, to run this program again; without -C. */
extern struct fsu_words	fsu_opt_common;
/* The nth command, NULL behind the last. */
const struct fsu_cmd *fsu_command(size_t n);
void	fsu_usage(void) __attribute__((__noreturn__));
/* Once getopt has had the options: at least that many operands, or usage. */
void	fsu_skip_options(int *argc, char ***argv, int least);

/* msg.c: messages as coreutils has them */
void	fsu_warn(int error, const char *fmt, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
void	fsu_die(int error, const char *fmt, ...)
	    __attribute__((__format__(__printf__, 2, 3), __noreturn__));
uint32_t fsu_umask(void);
void	fsu_print_name(const char *name);
void	fsu_tell_name(const char *name);
void	*fsu_alloc(size_t);
void	*fsu_realloc(void *, size_t);
char	*fsu_strdup(const char *);
char	*fsu_join(const char *dir, const char *name);
const char *fsu_base(const char *path);
char	*fsu_target_in(const char *dir, const char *path);
char	*fsu_dirname(const char *path);
void	fsu_human(char *buf, size_t buflen, uint64_t bytes);
int	fsu_finish_stdout(int status);

/* side.c: naming and the two kinds of sides */
struct fsu_side *fsu_side_host(void);
int	fsu_parse_path(const char *text, bool hostok, struct fsu_path *);
bool	fsu_names_image(const char *text);
/* "IMAGE:PATH" apart: PATH or NULL, and IMAGE, which the caller frees. */
const char *fsu_split_image(const char *text, char **imagep);
void	fsu_path_free(struct fsu_path *);
struct fsu_path *fsu_operands(int n);
void	fsu_operands_free(void);
struct fsu_path *fsu_parse_all(int argc, char **argv, bool hostok);

/* load.c: drivers that -l names */
void	fsu_load(const char *file);
void	fsu_load_check(void);
void	fsu_load_hint(void);

/* spawn.c: this program again, and others, as processes of their own */
void	fsu_words_add(struct fsu_words *, const char *);
void	fsu_words_self(struct fsu_words *, const char *dir);
void	fsu_words_free(struct fsu_words *);
/* Its exit status as the shell has it; 127 after a message. */
int	fsu_run(char *const argv[]);
/* The same with its output as a text that the caller frees. */
int	fsu_run_output(char *const argv[], bool quiet, char **outp);

/* image.c */
struct fsu_side *fsu_image_side(const char *spec);
int	fsu_image_closeall(void);

/* probe.c */
struct fsu_probe {
	char		pr_type[16];	/* driver's name, "" if unknown */
	char		pr_desc[64];	/* for people: "ext4", "FAT32" ... */
	char		pr_label[64];
	char		pr_uuid[40];
	char		pr_features[512];
	char		pr_state[64];
	const char	*pr_hint;	/* what to do with it, or NULL */
	uint64_t	pr_size;	/* bytes the file system claims */
	uint32_t	pr_bsize;
};

struct fsu_part {
	unsigned	pt_number;	/* from 1 */
	uint64_t	pt_start;	/* bytes */
	uint64_t	pt_size;	/* bytes */
	char		pt_type[40];
	char		pt_name[40];
};

struct fsu_disk;

int	fsu_probe(const struct fsu_disk *, uint64_t off, uint64_t size,
	    struct fsu_probe *);
int	fsu_partitions(const struct fsu_disk *, uint64_t size,
	    const char **tablep, struct fsu_part **, size_t *);

/* walk.c */
enum fsu_visit { FSU_PRE, FSU_FILE, FSU_POST };

/*
 * Called for each file below a root; the path is the full one within the
 * side, rel is the path below the root ("" for the root).  For a directory
 * FSU_PRE comes first and FSU_POST after its entries.  Return 0 to go on, -1
 * in FSU_PRE to leave the directory out, or an errno to stop.
 */
typedef int (*fsu_walk_fn)(void *arg, enum fsu_visit, const char *path,
	    const char *rel, const struct fsu_stat *, unsigned depth);
struct fsu_walk {
	struct fsu_side	*w_side;
	fsu_walk_fn	 w_fn;
	void		*w_arg;
	bool		 w_follow_root;	/* follow a symlink given as the root */
	bool		 w_sorted;	/* entries in the order of their names */
	bool		 w_quiet;	/* no messages: another walk follows */
	int		 w_errors;	/* files that could not be read */
};
int	fsu_walk(struct fsu_walk *, const char *root);

struct fsu_names {
	char	**n_name;
	uint64_t *n_ino;
	size_t	n_count;
	size_t	n_room;
};
int	fsu_names_read(struct fsu_side *, const char *dir, struct fsu_names *);
void	fsu_names_sort(struct fsu_names *);
void	fsu_names_free(struct fsu_names *);

/* fmt.c */
void	fsu_modestr(uint32_t mode, char out[11]);
const char *fsu_user(uint32_t uid, bool numeric);
const char *fsu_group(uint32_t gid, bool numeric);
char	fsu_typechar(uint32_t mode);
const char *fsu_typename(const struct fsu_stat *);
int	fsu_parse_mode(const char *text, uint32_t old, bool isdir,
	    uint32_t umask, uint32_t *newp);
int	fsu_parse_owner(const char *text, int64_t *uidp, int64_t *gidp);
int	fsu_parse_size(const char *text, uint64_t *);
int	fsu_parse_date(const char *text, struct timespec *);
int	fsu_parse_stamp(const char *text, struct timespec *);

/* json.c: one flat object a line, the fields of which fsu(1) lists */
extern bool	fsu_opt_json;
void	fsu_json_open(void);
void	fsu_json_close(void);
void	fsu_json_int(const char *key, int64_t);
void	fsu_json_uint(const char *key, uint64_t);
void	fsu_json_bool(const char *key, bool);
void	fsu_json_time(const char *key, const struct timespec *);
void	fsu_json_text(const char *key, const char *);
void	fsu_json_bytes(const char *key, const void *, size_t);
void	fsu_json_hex(const char *key, const void *, size_t);
bool	fsu_is_utf8(const char *);
const char *fsu_json_type(uint32_t mode);
void	fsu_json_file(struct fsu_side *, const char *path,
	    const struct fsu_stat *);
void	fsu_json_statvfs(const struct fsu_side *, const struct fsu_statvfs *);

/* linktab.c: files met before, by device and inode number */
struct fsu_linktab;
struct fsu_linktab *fsu_linktab_create(void);
const char *fsu_linktab_enter(struct fsu_linktab *, uint64_t dev, uint64_t ino,
	    const char *path);
void	fsu_linktab_destroy(struct fsu_linktab *);

/* copy.c: the copy engine of cp and ecp */
struct fsu_copy {
	struct fsu_side	*cp_src;
	struct fsu_side	*cp_dst;
	bool		 cp_recursive;
	bool		 cp_nofollow;	/* copy symbolic links as such */
	bool		 cp_mode;	/* keep modes, owners, times */
	bool		 cp_sync;	/* a late write error counts */
	bool		 cp_xattr;	/* keep extended attributes */
	bool		 cp_links;	/* keep hard links */
	bool		 cp_force;
	bool		 cp_noclobber;
	bool		 cp_verbose;
	bool		 cp_progress;
	bool		 cp_skipped;	/* the file there is kept */
	int		 cp_sparse;	/* 0 never, 1 as the source, 2 always */
	uint64_t	 cp_files;	/* done */
	uint64_t	 cp_bytes;
	uint64_t	 cp_allfiles;	/* to do, for the progress bar */
	uint64_t	 cp_allbytes;
	int		 cp_errors;
	struct fsu_linktab *cp_tab;
	char		*cp_buf;
	const char	*cp_dstroot;
	size_t		 cp_srcrootlen;
};
/* xattr.c */
int	fsu_xattr_copy(struct fsu_side *, const char *from,
	    struct fsu_side *, const char *to);

int	fsu_copy_args(struct fsu_copy *, struct fsu_path *, int nsrc,
	    struct fsu_path *dst, bool notarget);

int	cmd_ls(int, char **);
int	cmd_cat(int, char **);
int	cmd_cp(int, char **);
int	cmd_ecp(int, char **);
int	cmd_mv(int, char **);
int	cmd_rm(int, char **);
int	cmd_mkdir(int, char **);
int	cmd_rmdir(int, char **);
int	cmd_ln(int, char **);
int	cmd_stat(int, char **);
int	cmd_find(int, char **);
int	cmd_du(int, char **);
int	cmd_df(int, char **);
int	cmd_chmod(int, char **);
int	cmd_chown(int, char **);
int	cmd_touch(int, char **);
int	cmd_info(int, char **);
int	cmd_mknod(int, char **);
int	cmd_mkfifo(int, char **);
int	cmd_write(int, char **);
int	cmd_chflags(int, char **);
int	cmd_xattr(int, char **);
int	cmd_diff(int, char **);
int	cmd_tar(int, char **);
int	cmd_exec(int, char **);
int	cmd_console(int, char **);

#endif /* FSU_H */
