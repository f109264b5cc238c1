/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of -o: generic ones become flags of mount(2), a type's own go
 * into its structure, by the table its driver carries or fsu_mounttab.c has
 * (rumpmount(3)).  A type without a table gets the layout most have: the
 * device's path first, then zeros.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rumpdefs.h>
#include <rump/rumpmount.h>

#include "fsu.h"
#include "fsu_mount.h"

struct generic {
	int	flags;
};

#define	ON(name, flag)							\
	RUMP_MOUNTOPT(name, FLAG, struct generic, flags, RUMP_MNT_##flag)
#define	OFF(name, flag)							\
	RUMP_MOUNTOPT(name, NOFLAG, struct generic, flags, RUMP_MNT_##flag)

static const struct rump_mountopt generic_opts[] = {
	ON("ro", RDONLY), ON("rdonly", RDONLY), OFF("rw", RDONLY),
	ON("acls", ACLS), ON("nfs4acls", NFS4ACLS),
	ON("posix1eacls", POSIX1EACLS),
	ON("async", ASYNC), OFF("atime", NOATIME),
	ON("automounted", AUTOMOUNTED), OFF("coredump", NOCOREDUMP),
	OFF("dev", NODEV), OFF("devmtime", NODEVMTIME),
	ON("discard", DISCARD), OFF("exec", NOEXEC), ON("extattr", EXTATTR),
	ON("hidden", IGNORE), ON("log", LOG), ON("relatime", RELATIME),
	ON("softdep", SOFTDEP), OFF("suid", NOSUID), ON("symperm", SYMPERM),
	ON("sync", SYNCHRONOUS), ON("union", UNION),
};
static const struct rump_mountargs generic =
    RUMP_MOUNTARGS(struct generic, NULL, generic_opts);

#define	COMMON_SIZE	512
static const struct rump_mountopt common_opts[] = {
	{ NULL, RUMP_MOUNT_FSPEC, sizeof(char *), 0, 0 },
};
static const struct rump_mountargs common = {
	.ma_version = RUMP_MOUNTARGS_VERSION, .ma_size = COMMON_SIZE,
	.ma_opts = common_opts, .ma_nopts = 1,
};

static bool
opt_sound(const struct rump_mountargs *ma, const struct rump_mountopt *mo)
{
	unsigned int size = mo->mo_size;

	if (size != 1 && size != 2 && size != 4 && size != 8)
		return false;
	if (mo->mo_offset > ma->ma_size || size > ma->ma_size - mo->mo_offset)
		return false;
	switch (mo->mo_kind) {
	case RUMP_MOUNT_FSPEC:
		return size == sizeof(char *);
	case RUMP_MOUNT_STRING:
		return size == sizeof(char *) && mo->mo_name != NULL;
	default:
		return mo->mo_name != NULL && mo->mo_kind < RUMP_MOUNT_FSPEC;
	}
}

/* A driver's own table is as good as its author. */
static bool
table_sound(const struct rump_mountargs *ma)
{
	unsigned int i;

	if (ma->ma_version != RUMP_MOUNTARGS_VERSION ||
	    ma->ma_size > RUMP_MOUNTARGS_MAXSIZE)
		return false;
	for (i = 0; i < ma->ma_nopts; i++) {
		if (!opt_sound(ma, &ma->ma_opts[i]))
			return false;
	}
	return true;
}

static const struct rump_mountargs *
table_of(const char *type)
{
	const struct rump_mountargs *ma;
	char *symbol;

	if (asprintf(&symbol, "rump_mountargs_%s", type) < 0)
		fsu_die(ENOMEM, "%s", type);
	ma = dlsym(RTLD_DEFAULT, symbol);
	if (ma != NULL && !table_sound(ma))
		fsu_die(0, "%s: the driver's table %s makes no sense", type,
		    symbol);
	free(symbol);
	if (ma == NULL)
		ma = fsu_mounttab(type);
	return ma != NULL ? ma : &common;
}

static uint64_t
field_get(const void *field, unsigned int size)
{
	uint64_t v8;
	uint32_t v4;
	uint16_t v2;

	switch (size) {
	case 1:
		return *(const uint8_t *)field;
	case 2:
		memcpy(&v2, field, sizeof(v2));
		return v2;
	case 4:
		memcpy(&v4, field, sizeof(v4));
		return v4;
	default:
		memcpy(&v8, field, sizeof(v8));
		return v8;
	}
}

static void
field_put(void *field, unsigned int size, uint64_t v)
{
	uint32_t v4 = (uint32_t)v;
	uint16_t v2 = (uint16_t)v;
	uint8_t v1 = (uint8_t)v;

	memcpy(field, size == 1 ? &v1 : size == 2 ? (void *)&v2 :
	    size == 4 ? (void *)&v4 : (void *)&v, size);
}

/* A number, with a sign if that may be; ERANGE if the field is too small. */
static int
parse_number(const char *text, bool may_be_negative, unsigned int size,
    uint64_t *vp)
{
	uint64_t v, limit;
	bool negative;
	int error;

	negative = may_be_negative && text[0] == '-';
	error = fsu_parse_size(text + negative, &v);
	if (error != 0)
		return error;
	limit = UINT64_MAX >> (64 - 8 * size);
	if (may_be_negative)
		limit = limit / 2 + negative;
	if (v > limit)
		return ERANGE;
	*vp = negative ? -v : v;
	return 0;
}

static int
parse_mode(const char *text, uint64_t *vp)
{
	size_t len;

	len = strspn(text, "01234567");
	if (len == 0 || text[len] != '\0')
		return EINVAL;
	*vp = strtoul(text, NULL, 8);
	return *vp > 07777 ? ERANGE : 0;
}

/* A user or, with a colon put before it, a group. */
static int
parse_who(const char *text, bool group, uint64_t *vp)
{
	int64_t uid, gid;
	char *who;
	int error;

	if (strchr(text, ':') != NULL ||
	    asprintf(&who, "%s%s", group ? ":" : "", text) < 0)
		return EINVAL;
	error = fsu_parse_owner(who, &uid, &gid);
	free(who);
	if (error == 0 && (group ? gid : uid) == -1)
		error = EINVAL;
	*vp = (uint64_t)(group ? gid : uid);
	return error;
}

static int
parse_value(const struct rump_mountopt *mo, const char *text, uint64_t *vp)
{
	int error;

	switch (mo->mo_kind) {
	case RUMP_MOUNT_INT:
	case RUMP_MOUNT_UINT:
		return parse_number(text, mo->mo_kind == RUMP_MOUNT_INT,
		    mo->mo_size, vp);
	case RUMP_MOUNT_STRING:
		*vp = (uintptr_t)text;
		return 0;
	case RUMP_MOUNT_MODE:
		error = parse_mode(text, vp);
		break;
	default:
		error = parse_who(text, mo->mo_kind == RUMP_MOUNT_GID, vp);
		break;
	}
	if (error == 0 && *vp > UINT64_MAX >> (64 - 8 * mo->mo_size))
		error = ERANGE;
	return error;
}

static bool
is_flag(const struct rump_mountopt *mo)
{

	return mo->mo_kind == RUMP_MOUNT_FLAG ||
	    mo->mo_kind == RUMP_MOUNT_NOFLAG;
}

/* Does the word name this option?  *nop is set for "no" in front of it. */
static bool
names(const struct rump_mountopt *mo, const char *word, bool *nop)
{

	*nop = false;
	if (mo->mo_kind == RUMP_MOUNT_FSPEC)
		return false;
	if (strcmp(mo->mo_name, word) == 0)
		return true;
	*nop = true;
	return is_flag(mo) && strncmp(word, "no", 2) == 0 &&
	    strcmp(mo->mo_name, word + 2) == 0;
}

static const struct rump_mountopt *
find_opt(const struct rump_mountargs *ma, const char *word, bool *nop)
{
	unsigned int i;

	for (i = 0; i < ma->ma_nopts; i++) {
		if (names(&ma->ma_opts[i], word, nop))
			return &ma->ma_opts[i];
	}
	return NULL;
}

/* The new value of a field that was old. */
static uint64_t
new_value(const struct rump_mountopt *mo, bool no, const char *value,
    uint64_t old)
{
	uint64_t v;
	int error;

	if (is_flag(mo) || mo->mo_kind == RUMP_MOUNT_SET) {
		if (value != NULL)
			fsu_die(0, "option '%s' takes no value", mo->mo_name);
		if (mo->mo_kind == RUMP_MOUNT_SET)
			return mo->mo_bits;
		return (mo->mo_kind == RUMP_MOUNT_FLAG) != no ?
		    old | mo->mo_bits : old & ~mo->mo_bits;
	}
	if (value == NULL || value[0] == '\0')
		fsu_die(0, "option '%s' needs a value", mo->mo_name);
	error = parse_value(mo, value, &v);
	if (error != 0)
		fsu_die(0, "option '%s': '%s' is %s", mo->mo_name, value,
		    error == ERANGE ? "out of range" : "no valid value");
	return v;
}

static void
apply(const struct rump_mountopt *mo, bool no, const char *value, void *args)
{
	char *field;

	field = (char *)args + mo->mo_offset;
	field_put(field, mo->mo_size, new_value(mo, no, value,
	    field_get(field, mo->mo_size)));
}

/* The names in a table, as "a, b=, noc". */
static char *
list_names(const struct rump_mountargs *ma)
{
	const struct rump_mountopt *mo;
	char *text, *more;
	unsigned int i;

	text = fsu_strdup("");
	for (i = 0; i < ma->ma_nopts; i++) {
		mo = &ma->ma_opts[i];
		if (mo->mo_kind == RUMP_MOUNT_FSPEC)
			continue;
		if (asprintf(&more, "%s%s%s%s", text, text[0] != '\0' ? ", " :
		    "", mo->mo_name, is_flag(mo) ||
		    mo->mo_kind == RUMP_MOUNT_SET ? "" : "=") < 0)
			fsu_die(ENOMEM, "-o");
		free(text);
		text = more;
	}
	return text;
}

static void
one_word(char *word, const char *type, const struct rump_mountargs *ma,
    void *args, struct generic *flags)
{
	const struct rump_mountopt *mo;
	char *value, *own;
	bool no;

	value = strchr(word, '=');
	if (value != NULL)
		*value++ = '\0';
	mo = find_opt(ma, word, &no);
	if (mo != NULL) {
		apply(mo, no, value, args);
		return;
	}
	mo = find_opt(&generic, word, &no);
	if (mo != NULL) {
		apply(mo, no, value, flags);
		return;
	}
	own = list_names(ma);
	fsu_die(0, "'%s' is no option of %s, which has %s; and all types "
	    "have %s", word, type, own[0] != '\0' ? own : "none of its own",
	    list_names(&generic));
}

/*
 * What to hand to mount(2): mt_flags has the flags to begin with.  An option
 * that is said twice counts as said last; one that makes no sense ends the
 * program.
 */
void
fsu_mount_args(const char *type, char *fspec, struct fsu_mount *mt)
{
	const struct rump_mountargs *ma;
	struct generic flags = { mt->mt_flags };
	char *rest, *word, *field;
	unsigned int i;

	ma = table_of(type);
	mt->mt_size = ma->ma_size;
	mt->mt_args = ma->ma_size != 0 ? fsu_alloc(ma->ma_size) : NULL;
	if (ma->ma_defaults != NULL && ma->ma_size != 0)
		memcpy(mt->mt_args, ma->ma_defaults, ma->ma_size);
	for (i = 0; i < ma->ma_nopts; i++) {
		field = (char *)mt->mt_args + ma->ma_opts[i].mo_offset;
		if (ma->ma_opts[i].mo_kind == RUMP_MOUNT_FSPEC)
			field_put(field, sizeof(fspec), (uintptr_t)fspec);
	}
	mt->mt_words = fsu_opt_mount != NULL ? fsu_strdup(fsu_opt_mount) :
	    NULL;
	rest = mt->mt_words;
	while ((word = strsep(&rest, ",")) != NULL)
		one_word(word, type, ma, mt->mt_args, &flags);
	mt->mt_flags = flags.flags;
}

void
fsu_mount_free(struct fsu_mount *mt)
{

	free(mt->mt_args);
	free(mt->mt_words);
}
