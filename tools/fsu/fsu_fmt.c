/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text forms that several commands print or take: modes, owners, sizes and
 * dates, as ls(1), chmod(1), chown(1) and touch(1) of the host have them.
 * Names of users and groups are the host's.
 */
#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

char
fsu_typechar(uint32_t mode)
{

	switch (mode & S_IFMT) {
	case S_IFDIR:
		return 'd';
	case S_IFLNK:
		return 'l';
	case S_IFCHR:
		return 'c';
	case S_IFBLK:
		return 'b';
	case S_IFIFO:
		return 'p';
	case S_IFSOCK:
		return 's';
	case S_IFREG:
		return '-';
	default:
		return '?';
	}
}

const char *
fsu_typename(const struct fsu_stat *st)
{

	switch (st->st_mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symbolic link";
	case S_IFCHR:
		return "character special file";
	case S_IFBLK:
		return "block special file";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFREG:
		return st->st_size == 0 ? "regular empty file" :
		    "regular file";
	default:
		return "weird file";
	}
}

/* drwxr-sr-t */
void
fsu_modestr(uint32_t mode, char out[11])
{
	static const char bits[] = "rwxrwxrwx";
	int i;

	out[0] = fsu_typechar(mode);
	for (i = 0; i < 9; i++)
		out[i + 1] = (mode & (0400U >> i)) != 0 ? bits[i] : '-';
	if (mode & S_ISUID)
		out[3] = (mode & 0100) != 0 ? 's' : 'S';
	if (mode & S_ISGID)
		out[6] = (mode & 0010) != 0 ? 's' : 'S';
	if (mode & S_ISVTX)
		out[9] = (mode & 0001) != 0 ? 't' : 'T';
	out[10] = '\0';
}

/* The name stays valid until the next call. */
const char *
fsu_user(uint32_t uid, bool numeric)
{
	static uint32_t cached = UINT32_MAX;
	static char text[64];
	const struct passwd *pw;

	if (uid == cached && !numeric)
		return text;
	pw = numeric ? NULL : getpwuid(uid);
	if (pw != NULL)
		(void)snprintf(text, sizeof(text), "%s", pw->pw_name);
	else
		(void)snprintf(text, sizeof(text), "%u", uid);
	cached = numeric ? UINT32_MAX : uid;
	return text;
}

const char *
fsu_group(uint32_t gid, bool numeric)
{
	static uint32_t cached = UINT32_MAX;
	static char text[64];
	const struct group *gr;

	if (gid == cached && !numeric)
		return text;
	gr = numeric ? NULL : getgrgid(gid);
	if (gr != NULL)
		(void)snprintf(text, sizeof(text), "%s", gr->gr_name);
	else
		(void)snprintf(text, sizeof(text), "%u", gid);
	cached = numeric ? UINT32_MAX : gid;
	return text;
}

/* [ugoa]* */
static uint32_t
parse_who(const char **pp, bool *givenp)
{
	uint32_t who;

	for (who = 0, *givenp = false;; (*pp)++) {
		switch (**pp) {
		case 'u':
			who |= S_ISUID | S_IRWXU;
			break;
		case 'g':
			who |= S_ISGID | S_IRWXG;
			break;
		case 'o':
			who |= S_ISVTX | S_IRWXO;
			break;
		case 'a':
			who |= 07777;
			break;
		default:
			return who != 0 ? who : 07777;
		}
		*givenp = true;
	}
}

/* [rwxXst]* or one of [ugo] */
static int
parse_perm(const char **pp, uint32_t mode, bool isdir, uint32_t *permp)
{
	uint32_t perm, from;

	if (**pp == 'u' || **pp == 'g' || **pp == 'o') {
		from = **pp == 'u' ? mode >> 6 :
		    **pp == 'g' ? mode >> 3 : mode;
		*permp = (from & 7) * 0111;
		(*pp)++;
		return 0;
	}
	for (perm = 0;; (*pp)++) {
		switch (**pp) {
		case 'r':
			perm |= 0444;
			break;
		case 'w':
			perm |= 0222;
			break;
		case 'X':
			if (isdir || (mode & 0111) != 0)
				perm |= 0111;
			break;
		case 'x':
			perm |= 0111;
			break;
		case 's':
			perm |= S_ISUID | S_ISGID;
			break;
		case 't':
			perm |= S_ISVTX;
			break;
		case '\0':
		case ',':
		case '+':
		case '-':
		case '=':
			*permp = perm;
			return 0;
		default:
			return EINVAL;
		}
	}
}

/* One clause of a symbolic mode: who, then any number of operators. */
static int
apply_clause(const char **pp, bool isdir, uint32_t mask, uint32_t *modep)
{
	uint32_t who, perm, keep;
	bool given;
	char op;

	who = parse_who(pp, &given);
	if (**pp != '+' && **pp != '-' && **pp != '=')
		return EINVAL;
	while (**pp == '+' || **pp == '-' || **pp == '=') {
		op = *(*pp)++;
		if (parse_perm(pp, *modep, isdir, &perm) != 0)
			return EINVAL;
		perm &= who;
		if (!given)
			perm &= ~mask;
		if (op == '+')
			*modep |= perm;
		else if (op == '-')
			*modep &= ~perm;
		else {
			keep = ~(who & 0777);
			if (!isdir)
				keep &= ~(who & 07000);
			*modep = (*modep & keep) | perm;
		}
	}
	return 0;
}

/*
 * The mode that chmod(1) makes of an old one: octal, or a symbolic list.
 * Only the low twelve bits of old are looked at.  EINVAL: not a mode.
 */
int
fsu_parse_mode(const char *text, uint32_t old, bool isdir, uint32_t mask,
    uint32_t *newp)
{
	const char *p;
	uint32_t mode;
	char *end;

	if (text[0] >= '0' && text[0] <= '7') {
		mode = (uint32_t)strtoul(text, &end, 8);
		if (*end != '\0' || mode > 07777)
			return EINVAL;
		/* as chmod(1): fewer than five digits leave those bits on */
		if (isdir && end - text < 5)
			mode |= old & (S_ISUID | S_ISGID);
		*newp = mode;
		return 0;
	}
	mode = old & 07777;
	for (p = text; *p != '\0';) {
		if (apply_clause(&p, isdir, mask, &mode) != 0)
			return EINVAL;
		if (*p == ',' && p[1] != '\0')
			p++;
		else if (*p != '\0')
			return EINVAL;
	}
	*newp = mode;
	return text[0] != '\0' ? 0 : EINVAL;
}

static int
parse_id(const char *text, int64_t *idp)
{
	char *end;
	unsigned long long v;

	if (text[0] < '0' || text[0] > '9')
		return EINVAL;
	errno = 0;
	v = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || v >= UINT32_MAX)
		return EINVAL;
	*idp = (int64_t)v;
	return 0;
}

/* user, user:group, :group, user: (the user's group); -1 leaves one as is. */
int
fsu_parse_owner(const char *text, int64_t *uidp, int64_t *gidp)
{
	const struct passwd *pw;
	const struct group *gr;
	char *user, *group;
	int error;

	*uidp = *gidp = -1;
	user = fsu_strdup(text);
	group = strchr(user, ':');
	if (group != NULL)
		*group++ = '\0';
	error = 0;
	pw = NULL;
	if (user[0] != '\0' && parse_id(user, uidp) != 0) {
		pw = getpwnam(user);
		if (pw == NULL)
			error = EINVAL;
		else
			*uidp = pw->pw_uid;
	}
	if (error == 0 && group != NULL && group[0] == '\0' && pw != NULL)
		*gidp = pw->pw_gid;
	else if (error == 0 && group != NULL && group[0] != '\0' &&
	    parse_id(group, gidp) != 0) {
		gr = getgrnam(group);
		if (gr == NULL)
			error = EINVAL;
		else
			*gidp = gr->gr_gid;
	}
	free(user);
	return error;
}

/* 123, 4k, 1M, 2G: bytes, units of 1024.  EINVAL, or ERANGE when too large. */
int
fsu_parse_size(const char *text, uint64_t *sizep)
{
	static const char units[] = "kmgtpe";
	const char *u;
	uint64_t v;
	char *end;
	int shift;

	if (text[0] < '0' || text[0] > '9')
		return EINVAL;
	errno = 0;
	v = strtoull(text, &end, 10);
	if (errno != 0)
		return ERANGE;
	shift = 0;
	if (*end != '\0') {
		u = strchr(units, *end | 0x20);
		if (u == NULL || end[1] != '\0')
			return EINVAL;
		shift = ((int)(u - units) + 1) * 10;
	}
	if (shift != 0 && v > (UINT64_MAX >> shift))
		return ERANGE;
	*sizep = v << shift;
	return 0;
}

/* [[CC]YY]MMDDhhmm[.ss] in local time, the form of touch -t. */
int
fsu_parse_stamp(const char *text, struct timespec *ts)
{
	struct tm tm = { .tm_isdst = -1 };
	const char *rest;
	char full[16];
	size_t digits;
	time_t now;
	int year;

	digits = strspn(text, "0123456789");
	if ((digits != 8 && digits != 10 && digits != 12) ||
	    (text[digits] != '\0' && (text[digits] != '.' ||
	    strspn(text + digits + 1, "0123456789") != 2 ||
	    text[digits + 3] != '\0')))
		return EINVAL;
	now = time(NULL);
	if (localtime_r(&now, &tm) == NULL)
		return EINVAL;
	year = tm.tm_year + 1900;
	if (digits == 10) {
		year = (text[0] - '0') * 10 + text[1] - '0';
		year += year < 69 ? 2000 : 1900;
	}
	(void)snprintf(full, sizeof(full), "%04d%.8s", year % 10000,
	    text + (digits == 10 ? 2 : 0));
	tm = (struct tm){ .tm_isdst = -1 };
	rest = strptime(digits == 12 ? text : full, "%Y%m%d%H%M", &tm);
	if (rest == NULL)
		return EINVAL;
	if (text[digits] == '.' &&
	    strptime(text + digits + 1, "%S", &tm) == NULL)
		return EINVAL;
	*ts = (struct timespec){ .tv_sec = mktime(&tm) };
	return 0;
}

/* Behind a time: Z or +hh[[:]mm]; the seconds to take away from UTC. */
static const char *
parse_zone(const char *p, long *offp)
{
	int hours, minutes, n;

	while (*p == ' ')
		p++;
	*offp = 0;
	if (strcmp(p, "Z") == 0 || strcmp(p, "UTC") == 0)
		return "";
	n = 0;
	minutes = 0;
	if ((*p != '+' && *p != '-') || p[1] < '0' || p[1] > '9' ||
	    (sscanf(p + 1, "%2d:%2d%n", &hours, &minutes, &n) != 2 &&
	    sscanf(p + 1, "%2d%2d%n", &hours, &minutes, &n) != 2 &&
	    sscanf(p + 1, "%2d%n", &hours, &n) != 1) ||
	    hours > 24 || minutes < 0 || minutes > 59)
		return NULL;
	*offp = (*p == '-' ? -1L : 1L) * (hours * 3600L + minutes * 60L);
	return p + 1 + n;
}

/*
 * "@seconds", "now", or YYYY-MM-DD[ T]hh:mm[:ss[.frac]][zone], in local time
 * unless a zone is told.
 */
int
fsu_parse_date(const char *text, struct timespec *ts)
{
	struct tm tm;
	const char *p, *rest;
	char *end;
	long scale, off;

	*ts = (struct timespec){ 0 };
	if (strcmp(text, "now") == 0)
		return clock_gettime(CLOCK_REALTIME, ts) != 0 ? errno : 0;
	if (text[0] == '@') {
		ts->tv_sec = strtoll(text + 1, &end, 10);
		p = end == text + 1 ? "x" : end;
	} else {
		tm = (struct tm){ .tm_isdst = -1 };
		p = strptime(text, "%Y-%m-%d", &tm);
		if (p == NULL)
			return EINVAL;
		if (*p == ' ' || *p == 'T') {
			p = strptime(p + 1, "%H:%M", &tm);
			if (p == NULL)
				return EINVAL;
			if (*p == ':' && (p = strptime(p, ":%S", &tm)) == NULL)
				return EINVAL;
		}
		ts->tv_sec = mktime(&tm);
	}
	if (*p == '.' && p[1] >= '0' && p[1] <= '9') {
		for (scale = 100000000, p++; *p >= '0' && *p <= '9'; p++) {
			ts->tv_nsec += (*p - '0') * scale;
			scale /= 10;
		}
	}
	if (*p == '\0' || text[0] == '@')
		return *p == '\0' ? 0 : EINVAL;
	rest = parse_zone(p, &off);
	if (rest == NULL || *rest != '\0')
		return EINVAL;
	tm.tm_isdst = 0;
	ts->tv_sec = timegm(&tm) - off;
	return 0;
}
