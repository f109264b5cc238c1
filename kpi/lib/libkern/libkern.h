/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's C library: assertions, minimum and maximum, characters,
 * strings, memory, sorting, checksums.  Comes with <sys/systm.h>.
 *
 * Nothing here sleeps or allocates.  String functions read only as far as
 * their contract says; callers hand in kernel addresses, never a user's.
 */

#ifndef _LIB_LIBKERN_LIBKERN_H_
#define	_LIB_LIBKERN_LIBKERN_H_

#include <sys/types.h>
#include <sys/inttypes.h>
#include <sys/null.h>
#include <sys/stdarg.h>
#include <sys/container_of.h>

#define	LIBKERN_INLINE	static __inline __attribute__((__unused__))

/*
 * Minimum and maximum by type; MIN() and MAX() evaluate twice.
 */
#define	__LIBKERN_MINMAX(pfx, T)					\
LIBKERN_INLINE T							\
pfx##min(T a, T b)							\
{									\
	return a < b ? a : b;						\
}									\
LIBKERN_INLINE T							\
pfx##max(T a, T b)							\
{									\
	return a > b ? a : b;						\
}

__LIBKERN_MINMAX(i, int)
__LIBKERN_MINMAX(l, long)
__LIBKERN_MINMAX(ui, u_int)
__LIBKERN_MINMAX(ul, u_long)

#undef	__LIBKERN_MINMAX

LIBKERN_INLINE int
abs(int j)
{
	return j < 0 ? -j : j;
}

LIBKERN_INLINE long
labs(long j)
{
	return j < 0 ? -j : j;
}

LIBKERN_INLINE long long
llabs(long long j)
{
	return j < 0 ? -j : j;
}

/*
 * Characters: ASCII only, whatever the locale of the host program.
 */
LIBKERN_INLINE int
isspace(int ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

LIBKERN_INLINE int
isupper(int ch)
{
	return ch >= 'A' && ch <= 'Z';
}

LIBKERN_INLINE int
islower(int ch)
{
	return ch >= 'a' && ch <= 'z';
}

LIBKERN_INLINE int
isalpha(int ch)
{
	return isupper(ch) || islower(ch);
}

LIBKERN_INLINE int
isdigit(int ch)
{
	return ch >= '0' && ch <= '9';
}

LIBKERN_INLINE int
isalnum(int ch)
{
	return isalpha(ch) || isdigit(ch);
}

LIBKERN_INLINE int
isxdigit(int ch)
{
	return isdigit(ch) || (ch >= 'A' && ch <= 'F') ||
	    (ch >= 'a' && ch <= 'f');
}

LIBKERN_INLINE int
iscntrl(int ch)
{
	return (ch >= 0 && ch <= 0x1f) || ch == 0x7f;
}

LIBKERN_INLINE int
isascii(int ch)
{
	return (ch & ~0x7f) == 0;
}

LIBKERN_INLINE int
isgraph(int ch)
{
	return ch > ' ' && ch < 0x7f;
}

LIBKERN_INLINE int
isprint(int ch)
{
	return ch >= ' ' && ch < 0x7f;
}

LIBKERN_INLINE int
ispunct(int ch)
{
	return isgraph(ch) && !isalnum(ch);
}

LIBKERN_INLINE int
toupper(int ch)
{
	return islower(ch) ? ch - 0x20 : ch;
}

LIBKERN_INLINE int
tolower(int ch)
{
	return isupper(ch) ? ch + 0x20 : ch;
}

/*
 * Assertions.  KASSERT() is part of every DIAGNOSTIC kernel, KDASSERT() of
 * DEBUG ones, where the check is expensive.  The MSG forms take a format
 * and what belongs to it.
 */
#define	__KASSERTSTR							\
	"kernel %sassertion \"%s\" failed: file \"%s\", line %d "

#define	assert(e)	(__predict_true((e)) ? (void)0 :		\
	kern_assert(__KASSERTSTR, "", #e, __FILE__, __LINE__))

#ifdef DIAGNOSTIC
#define	_DIAGASSERT(a)	assert(a)
#define	KASSERTMSG(e, msg, ...)						\
	(__predict_true((e)) ? (void)0 :				\
	kern_assert(__KASSERTSTR msg, "diagnostic ", #e,		\
	    __FILE__, __LINE__, ##__VA_ARGS__))
#define	KASSERT(e)							\
	(__predict_true((e)) ? (void)0 :				\
	kern_assert(__KASSERTSTR, "diagnostic ", #e, __FILE__, __LINE__))
#else
#define	_DIAGASSERT(a)	(void)0
#define	KASSERTMSG(e, msg, ...)	((void)0)
#define	KASSERT(e)	((void)0)
#endif

#ifdef DEBUG
#define	KDASSERTMSG(e, msg, ...)					\
	(__predict_true((e)) ? (void)0 :				\
	kern_assert(__KASSERTSTR msg, "debugging ", #e,		\
	    __FILE__, __LINE__, ##__VA_ARGS__))
#define	KDASSERT(e)							\
	(__predict_true((e)) ? (void)0 :				\
	kern_assert(__KASSERTSTR, "debugging ", #e, __FILE__, __LINE__))
#else
#define	KDASSERTMSG(e, msg, ...)	((void)0)
#define	KDASSERT(e)	((void)0)
#endif

#define	CTASSERT(x)		__CTASSERT(x)
#define	CTASSERT_SIGNED(x)	__CTASSERT_SIGNED(x)
#define	CTASSERT_UNSIGNED(x)	__CTASSERT_UNSIGNED(x)

void	kern_assert(const char *, ...) __printflike(1, 2);

/*
 * Memory and strings.  The compiler knows the ones that are macros and
 * may do them itself; the functions exist as well.
 */
void	*memcpy(void *, const void *, size_t);
int	 memcmp(const void *, const void *, size_t);
void	*memset(void *, int, size_t);
void	*memmove(void *, const void *, size_t);
void	*memchr(const void *, int, size_t);
void	*memmem(const void *, size_t, const void *, size_t);
#define	memcpy(d, s, l)		__builtin_memcpy(d, s, l)
#define	memcmp(a, b, l)		__builtin_memcmp(a, b, l)
#define	memset(d, v, l)		__builtin_memset(d, v, l)

char	*strcpy(char *, const char *);
int	 strcmp(const char *, const char *);
size_t	 strlen(const char *);
#define	strcpy(d, s)		__builtin_strcpy(d, s)
#define	strcmp(a, b)		__builtin_strcmp(a, b)
#define	strlen(a)		__builtin_strlen(a)

size_t	 strnlen(const char *, size_t);
char	*strncpy(char *, const char *, size_t);
char	*strcat(char *, const char *);
int	 strncmp(const char *, const char *, size_t);
char	*strchr(const char *, int);
char	*strrchr(const char *, int);
char	*strstr(const char *, const char *);
char	*strpbrk(const char *, const char *);
size_t	 strspn(const char *, const char *);
size_t	 strcspn(const char *, const char *);
char	*strsep(char **, const char *);
size_t	 strlcpy(char *__restrict, const char *__restrict, size_t);
size_t	 strlcat(char *__restrict, const char *__restrict, size_t);
int	 strcasecmp(const char *, const char *);
int	 strncasecmp(const char *, const char *, size_t);

/* Not left out by the compiler; time independent of the content. */
void	*explicit_memset(void *, int, size_t);
int	 consttime_memequal(const void *, const void *, size_t);

/* BSD names of the same things. */
#define	bcopy(src, dst, len)	memmove(dst, src, len)
#define	bzero(src, len)		memset(src, 0, len)
#define	bcmp(a, b, len)		memcmp(a, b, len)
void	(bcopy)(const void *, void *, size_t);
void	(bzero)(void *, size_t);
int	(bcmp)(const void *, const void *, size_t);

/* Position of the first set bit from 1, 0: none. */
int	ffs(int);
#define	ffs(x)			__builtin_ffs(x)
int	ffsl(long);
#define	ffsl(x)			__builtin_ffsl(x)
int	popcount(unsigned int) __constfunc;
int	popcountl(unsigned long) __constfunc;
int	popcountll(unsigned long long) __constfunc;
int	popcount32(uint32_t) __constfunc;
int	popcount64(uint64_t) __constfunc;

/*
 * Numbers in strings; base 0 takes it from the prefix.  No errno: overflow
 * gives the limit, strtoi() and strtou() report through a pointer.
 */
unsigned long		strtoul(const char *, char **, int);
unsigned long long	strtoull(const char *, char **, int);
long			strtol(const char *, char **, int);
long long		strtoll(const char *, char **, int);
quad_t			strtoq(const char *, char **, int);
u_quad_t		strtouq(const char *, char **, int);
intmax_t		strtoi(const char *__restrict, char **__restrict, int,
			    intmax_t, intmax_t, int *);
uintmax_t		strtou(const char *__restrict, char **__restrict, int,
			    uintmax_t, uintmax_t, int *);

/* Binary coded decimal. */
unsigned int	bcdtobin(unsigned int);
unsigned int	bintobcd(unsigned int);

/* Internet addresses as text; intoa()'s result lives until the next call. */
char		*intoa(u_int32_t);
#define	inet_ntoa(a)	intoa((a).s_addr)
u_int32_t	inet_addr(const char *);

/*
 * Searching bytes: scanc() stops at the first whose table entry has a bit
 * of the mask, skpc() at the first that differs; both return what is left.
 */
int	scanc(u_int, const u_char *, const u_char *, int);
int	skpc(int, size_t, u_char *);

/*
 * pmatch(9): 2 if the pattern (?, *, [a-z], [^a-z]) matches the string, 1 if a
 * beginning of it, whose longest ends at the last argument, 0 if none; -1 for
 * a bad pattern.
 */
int	pmatch(const char *, const char *, const char **);

/* In place, not stable; the last argument is room for one element. */
int	kheapsort(void *, size_t, size_t,
	    int (*)(const void *, const void *), void *);

/* Checksums and pseudo random numbers (not for secrets). */
uint32_t	crc32(uint32_t, const uint8_t *, size_t);
struct disklabel;
uint16_t	dkcksum(const struct disklabel *);
uint16_t	dkcksum_sized(const struct disklabel *, size_t);
uint32_t	random(void);
void		srandom(unsigned long);
uint32_t	murmurhash2(const void *, size_t, uint32_t);

/* A word with the names of its bits: snprintb(3). */
int	snprintb(char *, size_t, const char *, uint64_t);
int	snprintb_m(char *, size_t, const char *, uint64_t, size_t);
void	hexdump(void (*)(const char *, ...) __printflike(1, 2),
	    const char *, const void *, size_t);

/* Unprintable characters made visible; a subset of vis(3). */
#define	VIS_OCTAL	0x0001
#define	VIS_SAFE	0x0020
#define	VIS_TRIM	0x1000
int	 strnvisx(char *, size_t, const char *, size_t, int);

#endif /* !_LIB_LIBKERN_LIBKERN_H_ */
