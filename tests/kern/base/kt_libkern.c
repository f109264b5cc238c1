/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_libkern: memory, strings, numbers, sorting, digests and
 * checksums against known answers and against naive versions.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bitops.h>
#include <sys/errno.h>
#include <sys/hash.h>
#include <sys/md5.h>
#include <sys/sha1.h>
#include <sys/uuid.h>
#include <lib/libkern/libkern.h>
#include <lib/libkern/crc16.h>
#include <dev/clock_subr.h>

#include "kt.h"

void rump_kt_memory(void);
void rump_kt_strings(void);
void rump_kt_numbers(void);
void rump_kt_sort(void);
void rump_kt_digests(void);
void rump_kt_bits(void);
void rump_kt_bytes(void);
void rump_kt_uuid(void);
void rump_kt_dates(void);
void rump_kt_bits_memory(void);

#define	ARENA	8192

/* Through pointers, so that the compiler does not do the work itself. */
static void *(*volatile vmemcpy)(void *, const void *, size_t) = (memcpy);
static void *(*volatile vmemmove)(void *, const void *, size_t) = memmove;
static void *(*volatile vmemset)(void *, int, size_t) = (memset);
static int (*volatile vmemcmp)(const void *, const void *, size_t) = (memcmp);

static uint8_t arena[ARENA], model[ARENA];

static void
fill(void)
{
	size_t i;

	for (i = 0; i < ARENA; i++)
		arena[i] = model[i] = (uint8_t)(i * 7 + (i >> 8));
}

static void
compare(const char *what, size_t dst, size_t src, size_t n)
{
	size_t i;

	for (i = 0; i < ARENA; i++) {
		if (arena[i] != model[i])
			panic("kt: %s(%zu, %zu, %zu): byte %zu is %#x, "
			    "not %#x", what, dst, src, n, i, arena[i],
			    model[i]);
	}
}

static void
model_move(size_t dst, size_t src, size_t n)
{
	volatile uint8_t *m = model;
	size_t i;

	for (i = 0; i < n; i++) {
		if (dst <= src)
			m[dst + i] = m[src + i];
		else
			m[dst + n - 1 - i] = m[src + n - 1 - i];
	}
}

static void
move_once(size_t dst, size_t src, size_t n)
{
	size_t i;

	fill();
	model_move(dst, src, n);
	vmemmove(arena + dst, arena + src, n);
	compare("memmove", dst, src, n);
	if (dst + n > src && src + n > dst)
		return;
	fill();
	model_move(dst, src, n);
	KT(vmemcpy(arena + dst, arena + src, n) == arena + dst);
	compare("memcpy", dst, src, n);
	KT_EQ(0, vmemcmp(arena + dst, arena + src, n));
	fill();
	for (i = 0; i < n; i++)
		((volatile uint8_t *)model)[dst + i] = (uint8_t)n;
	vmemset(arena + dst, (int)n, n);
	compare("memset", dst, src, n);
}

void
rump_kt_memory(void)
{
	static const size_t sizes[] = {
		0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 64,
		65, 66, 80, 127, 128, 129, 200, 255, 256, 257, 1000, 2047,
		2048, 2049, 3000
	};
	static const int deltas[] = { 0, 1, 3, 8, 15, 16, 17, 63, 64, 65 };
	size_t i, j, off;

	for (i = 0; i < __arraycount(sizes); i++) {
		for (off = 0; off < 20; off += 3)
			move_once(4096 + off, off / 2, sizes[i]);
		for (j = 0; j < __arraycount(deltas); j++) {
			move_once(2000, 2000 + deltas[j], sizes[i]);
			move_once(2000 + deltas[j], 2000, sizes[i]);
		}
	}
	KT(vmemcmp("abcdefgh1", "abcdefgh2", 9) < 0);
	KT(vmemcmp("abcd\377fgh", "abcd\001fgh", 8) > 0);
	KT(vmemcmp("\200", "\001", 1) > 0);
	KT(memchr("hello", 'l', 5) != NULL);
	KT(memchr("hello", 'o', 4) == NULL);
	kt_streq(memmem("one two", 8, "two", 3), "two");
	KT(memmem("one", 3, "three", 5) == NULL);
	KT_EQ(1, consttime_memequal("abc", "abc", 3));
	KT_EQ(0, consttime_memequal("abc", "abd", 3));
}

void
rump_kt_strings(void)
{
	char buf[16], list[] = "a,b;;c", *p = list;

	KT_EQ(5, strlcpy(buf, "hello", sizeof(buf)));
	kt_streq(buf, "hello");
	KT_EQ(5, strlcpy(buf, "hello", 3));
	kt_streq(buf, "he");
	buf[0] = 'x';
	KT_EQ(5, strlcpy(buf, "hello", 0));
	KT_EQ('x', buf[0]);
	KT_EQ(2, strlcpy(buf, "ab", sizeof(buf)));
	KT_EQ(6, strlcat(buf, "cdef", 5));
	kt_streq(buf, "abcd");
	KT_EQ(4, strlcat(buf, "x", 3));
	strncpy(buf, "ab", 6);
	KT_EQ(0, memcmp(buf, "ab\0\0\0\0", 6));
	strncpy(buf, "abcdef", 3);
	KT_EQ(0, memcmp(buf, "abc\0", 4));

	KT_EQ(3, strnlen("hello", 3));
	KT_EQ(0, strncmp("abc", "abd", 2));
	KT(strncmp("abc", "abd", 3) < 0);
	KT(strncmp("\377", "a", 1) > 0);
	KT_EQ(0, strncasecmp("HeLLo", "hEllO!", 5));
	KT(strcasecmp("a", "B") < 0);
	kt_streq(strchr("hello", 'l'), "llo");
	kt_streq(strchr("hello", '\0'), "");
	KT(strchr("hello", 'z') == NULL);
	kt_streq(strrchr("hello", 'l'), "lo");
	kt_streq(strstr("hello", "ll"), "llo");
	KT(strstr("hello", "lll") == NULL);
	kt_streq(strstr("hello", ""), "hello");
	KT_EQ(4, strspn("aabbc", "ab"));
	KT_EQ(2, strcspn("aabbc", "bc"));
	kt_streq(strpbrk("hello", "ol"), "llo");

	kt_streq(strsep(&p, ",;"), "a");
	kt_streq(strsep(&p, ",;"), "b");
	kt_streq(strsep(&p, ",;"), "");
	kt_streq(strsep(&p, ",;"), "c");
	KT(strsep(&p, ",;") == NULL);
}

void
rump_kt_numbers(void)
{
	char *end;
	int status;

	KT_EQ(123, strtoul("123abc", &end, 10));
	kt_streq(end, "abc");
	KT_EQ(0x1f, strtoul("  0x1fz", &end, 0));
	kt_streq(end, "z");
	KT_EQ(0755, strtoul("0755", NULL, 0));
	KT_EQ(0, strtoul("0x", &end, 0));
	kt_streq(end, "x");
	KT_EQ(35 * 36 + 35, strtoul("zz", NULL, 36));
	KT_EQ(-1, strtoul("-1", NULL, 10));
	KT_EQ(-42, strtol("-42", &end, 10));
	kt_streq(end, "");
	KT_EQ(7, strtol("+7", NULL, 10));
	KT_EQ(INT64_MIN, strtoll("-9223372036854775808", NULL, 10));
	KT_EQ(INT64_MAX, strtoll("99999999999999999999", NULL, 10));
	KT_EQ(INT64_MIN, strtoll("-99999999999999999999", NULL, 10));
	KT(strtoull("18446744073709551615", NULL, 10) == UINT64_MAX);
	KT(strtoull("18446744073709551616", NULL, 10) == UINT64_MAX);
	KT_EQ(0, strtoul("  x", &end, 10));
	kt_streq(end, "  x");
	KT_EQ(12, strtoi("12", NULL, 10, 0, 100, &status));
	KT_EQ(0, status);
	KT_EQ(100, strtoi("120", NULL, 10, 0, 100, &status));
	KT_EQ(ERANGE, status);
	KT_EQ(12, strtoi("12x", NULL, 10, 0, 100, &status));
	KT_EQ(ENOTSUP, status);
	KT_EQ(0, strtoi("x", NULL, 10, 0, 100, &status));
	KT_EQ(ECANCELED, status);
	KT_EQ(5, strtou("1", NULL, 10, 5, 9, &status));
	KT_EQ(ERANGE, status);
	KT_EQ(59, bcdtobin(0x59));
	KT_EQ(0x37, bintobcd(37));
	KT_EQ(htonl(0x0a0102ff), inet_addr("10.1.2.255"));
	KT_EQ(0xffffffffU, inet_addr("10.1.2.256"));
	KT_EQ(0xffffffffU, inet_addr("10.1.2"));
	KT_EQ(0xffffffffU, inet_addr("10.1.2.3x"));
	kt_streq(intoa(htonl(0xc0a80001)), "192.168.0.1");
}

static int
cmp_int(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

void
rump_kt_sort(void)
{
	static int v[1000];
	int tmp, n, i;
	long sum;

	for (n = 0; n <= 1000; n = n < 20 ? n + 1 : n * 2 - 7) {
		for (i = 0, sum = 0; i < n; i++)
			sum += v[i] = (int)(random() % 500);
		KT_EQ(0, kheapsort(v, n, sizeof(v[0]), cmp_int, &tmp));
		for (i = 0; i < n; i++) {
			KT(i == 0 || v[i - 1] <= v[i]);
			sum -= v[i];
		}
		KT_EQ(0, sum);
	}
	KT_EQ(EINVAL, kheapsort(v, 2, 0, cmp_int, &tmp));
}

static const char *
hex(const uint8_t *d, size_t n)
{
	static char buf[64];
	size_t i;

	for (i = 0; i < n; i++)
		snprintf(buf + 2 * i, 3, "%02x", d[i]);
	return buf;
}

static void
md5(uint8_t *d, const char *s, size_t n, size_t step)
{
	MD5_CTX ctx;
	size_t i;

	MD5Init(&ctx);
	for (i = 0; i < n; i += step)
		MD5Update(&ctx, (const u_char *)s + i, MIN(step, n - i));
	MD5Final(d, &ctx);
}

static void
sha1(uint8_t *d, const char *s, size_t n, size_t step)
{
	SHA1_CTX ctx;
	size_t i;

	SHA1Init(&ctx);
	for (i = 0; i < n; i += step)
		SHA1Update(&ctx, (const u_char *)s + i, MIN(step, n - i));
	SHA1Final(d, &ctx);
}

void
rump_kt_digests(void)
{
	static const char two[] =
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	uint8_t d[20], e[20];
	size_t n, step;

	/* RFC 1321, A.5 */
	md5(d, "", 0, 1);
	kt_streq(hex(d, 16), "d41d8cd98f00b204e9800998ecf8427e");
	md5(d, "message digest", 14, 5);
	kt_streq(hex(d, 16), "f96b697d7cb7938d525a2f31aaf161d0");
	/* FIPS 180-1, appendices A and B */
	sha1(d, "abc", 3, 3);
	kt_streq(hex(d, 20), "a9993e364706816aba3e25717850c26c9cd0d89d");
	sha1(d, two, 56, 56);
	kt_streq(hex(d, 20), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	fill();
	for (n = 50; n < 140; n++) {
		for (step = 1; step < 70; step += 17) {
			md5(d, (char *)arena, n, n);
			md5(e, (char *)arena, n, step);
			KT_EQ(0, memcmp(d, e, 16));
			sha1(d, (char *)arena, n, n);
			sha1(e, (char *)arena, n, step);
			KT_EQ(0, memcmp(d, e, 20));
		}
	}
	KT_EQ(0xcbf43926, crc32(0, (const uint8_t *)"123456789", 9));
	KT_EQ(0xcbf43926,
	    crc32(crc32(0, (const uint8_t *)"1234", 4),
	    (const uint8_t *)"56789", 5));
	KT_EQ(0xbb3d, crc16(0, (const uint8_t *)"123456789", 9));
	KT_EQ(5381 * 33 + 'a', hash32_str("a", HASH32_STR_INIT));
	KT_EQ(hash32_strn("abc", 2, HASH32_STR_INIT),
	    hash32_buf("ab", 2, HASH32_BUF_INIT));
	KT(murmurhash2("abc", 3, 0) != murmurhash2("abd", 3, 0));
	KT_EQ(0, murmurhash2("", 0, 0));
}

void
rump_kt_bits(void)
{
	static const uint32_t divisors[] = {
		1, 2, 3, 5, 7, 10, 127, 1000, 65535, 65537, 0x7fffffff,
		0x80000000, 0xffffffff
	};
	__BITMAP_TYPE(, uint32_t, 70) map;
	uint32_t m, v;
	uint8_t s1, s2;
	size_t i;
	int bit;

	KT_EQ(0, ffs32(0));
	KT_EQ(41, ffs64(1ULL << 40));
	KT_EQ(0, fls32(0));
	KT_EQ(32, fls32(0x80000000));
	KT_EQ(1, fls64(1));
	KT_EQ(0, ilog2(1));
	KT_EQ(12, ilog2(4097));
	for (bit = 0; bit < 64; bit++) {
		uint64_t w = 1ULL << bit;

		KT_EQ(bit, ilog2(w));
		KT_EQ(bit, popcount64(w - 1));
		KT_EQ(w, __BIT(bit));
	}
	KT_EQ(0xf0, __BITS(7, 4));
	KT_EQ(0xf0, __BITS(4, 7));
	KT_EQ(0xb, __SHIFTOUT(0xabcd, __BITS(11, 8)));
	KT_EQ(0xb00, __SHIFTIN(0xb, __BITS(11, 8)));
	for (i = 0; i < __arraycount(divisors); i++) {
		fast_divide32_prepare(divisors[i], &m, &s1, &s2);
		for (bit = 0; bit < 2000; bit++) {
			v = bit < 33 ? (uint32_t)((1ULL << bit) - 1) :
			    random() * 2 + (random() & 1);
			KT_EQ(v / divisors[i],
			    fast_divide32(v, divisors[i], m, s1, s2));
			KT_EQ(v % divisors[i],
			    fast_remainder32(v, divisors[i], m, s1, s2));
		}
	}
	__BITMAP_ZERO(&map);
	__BITMAP_SET(69, &map);
	__BITMAP_SET(3, &map);
	__BITMAP_CLR(3, &map);
	KT(__BITMAP_ISSET(69, &map) && !__BITMAP_ISSET(3, &map));
	KT_EQ(16, roundup(13, 8));
	KT_EQ(8, rounddown(13, 8));
	KT_EQ(2, howmany(13, 8));
}

static char dumped[512];

static void __printflike(1, 2)
dump_out(const char *fmt, ...)
{
	size_t n = strlen(dumped);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(dumped + n, sizeof(dumped) - n, fmt, ap);
	va_end(ap);
}

void
rump_kt_bytes(void)
{
	u_char table[256] = { ['x'] = 2 };
	char buf[32], want[160];

	KT_EQ(3, scanc(5, (const u_char *)"abxcd", table, 2));
	KT_EQ(0, scanc(5, (const u_char *)"abxcd", table, 1));
	KT_EQ(2, skpc('a', 4, (u_char *)__UNCONST("aab ")));
	KT_EQ(7, strnvisx(buf, sizeof(buf), " a\001\\\n ", 6,
	    VIS_OCTAL | VIS_SAFE | VIS_TRIM));
	kt_streq(buf, "a\\001\\\\");
	KT_EQ(-1, strnvisx(buf, 4, "\001", 1, VIS_OCTAL));
	hexdump(dump_out, NULL, "0123456789abcdef\n", 17);
	snprintf(want, sizeof(want), "0000  %s  |0123456789abcdef|\n"
	    "0010  0a%47s|.|\n", "30 31 32 33 34 35 36 37 38 39 61 62 63 64"
	    " 65 66", "");
	kt_streq(dumped, want);
}

static void
date(time_t secs, int y, int mo, int d, int h, int mi, int s, int wday)
{
	struct clock_ymdhms dt;

	KT_EQ(0, clock_secs_to_ymdhms(secs, &dt));
	KT_EQ(y, dt.dt_year);
	KT_EQ(mo, dt.dt_mon);
	KT_EQ(d, dt.dt_day);
	KT_EQ(h, dt.dt_hour);
	KT_EQ(mi, dt.dt_min);
	KT_EQ(s, dt.dt_sec);
	KT_EQ(wday, dt.dt_wday);
	KT_EQ(secs, clock_ymdhms_to_secs(&dt));
}

void
rump_kt_dates(void)
{
	struct clock_ymdhms dt;
	time_t day;

	date(0, 1970, 1, 1, 0, 0, 0, 4);
	date(951782399, 2000, 2, 28, 23, 59, 59, 1);
	date(951782400, 2000, 2, 29, 0, 0, 0, 2);
	date(2147483647, 2038, 1, 19, 3, 14, 7, 2);
	date(4107542400, 2100, 3, 1, 0, 0, 0, 1);
	for (day = 0; day < 200000; day += 13) {
		KT_EQ(0, clock_secs_to_ymdhms(day * 86400 + 4711, &dt));
		KT_EQ(day * 86400 + 4711, clock_ymdhms_to_secs(&dt));
	}
	dt = (struct clock_ymdhms){ .dt_year = 2100, .dt_mon = 2,
	    .dt_day = 29 };
	KT_EQ(-1, clock_ymdhms_to_secs(&dt));
	dt = (struct clock_ymdhms){ .dt_year = 1969, .dt_mon = 12,
	    .dt_day = 31 };
	KT_EQ(-1, clock_ymdhms_to_secs(&dt));
	KT(clock_secs_to_ymdhms(-1, &dt) != 0);
}

void
rump_kt_bits_memory(void)
{
	char secret[8] = "secret";

	KT_EQ(0, ffs(0));
	KT_EQ(1, ffs(1));
	KT_EQ(32, ffs(INT_MIN));
	KT_EQ(0, popcount32(0));
	KT_EQ(32, popcount32(0xffffffff));
	KT_EQ(64, popcount64(UINT64_MAX));
	KT(explicit_memset(secret, 0, sizeof(secret)) == secret);
	KT(secret[0] == 0 && secret[5] == 0);
}

/* The namespace of names in the DNS, RFC 4122, appendix C. */
void
rump_kt_uuid(void)
{
	static const uint8_t be[17] = { 0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad,
	    0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
	static const uint8_t le[8] = { 0x10, 0xb8, 0xa7, 0x6b, 0xad, 0x9d,
	    0xd1, 0x11 };
	static const char text[] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
	struct uuid u, v;
	uint8_t buf[18];
	char s[64];

	uuid_dec_be(be, &u);
	KT_EQ(0x6ba7b810, u.time_low);
	KT_EQ(0x80, u.clock_seq_hi_and_reserved);
	KT_EQ(36, uuid_snprintf(s, sizeof(s), &u));
	KT_EQ(0, strcmp(text, s));
	memset(s, 'x', sizeof(s));
	KT_EQ(36, uuid_snprintf(s, 9, &u));
	KT_EQ(0, strcmp("6ba7b810", s));
	KT_EQ('x', s[9]);
	memset(buf, 0xee, sizeof(buf));
	uuid_enc_le(buf + 1, &u);
	KT_EQ(0, memcmp(le, buf + 1, 8));
	KT_EQ(0, memcmp(be + 8, buf + 9, 8));
	KT_EQ(0xee, buf[17]);
	memset(&v, 0, sizeof(v));
	uuid_dec_le(buf + 1, &v);
	KT_EQ(0, memcmp(&u, &v, sizeof(u)));
	uuid_enc_be(buf + 1, &v);
	KT_EQ(0, memcmp(be, buf + 1, 16));
	KT_EQ(0xee, buf[0]);
	KT_EQ(0xee, buf[17]);
}
