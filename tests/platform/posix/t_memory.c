/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory hypercalls: alignment, zeroed and executable pages, and refusals
 * (limits of the process, sizes that wrap around) as errors.
 */
#include <errno.h>
#include <string.h>

#include "fakehyp.h"

static bool
aligned(const void *p, uintptr_t align)
{

	return ((uintptr_t)p & (align - 1)) == 0;
}

ATF_TC_WITHOUT_HEAD(malloc_align);
ATF_TC_BODY(malloc_align, tc)
{
	int align;
	void *p;

	for (align = 1; align <= 65536; align *= 2) {
		OK(rumpuser_malloc(100, align, &p));
		ATF_CHECK(aligned(p, (uintptr_t)align));
		memset(p, 1, 100);
		rumpuser_free(p, 100);
	}
	OK(rumpuser_malloc(24, 0, &p));
	ATF_CHECK(aligned(p, sizeof(void *)));
	rumpuser_free(p, 24);
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_malloc(1, 3, &p));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_malloc(1, -8, &p));
}

ATF_TC_WITHOUT_HEAD(anonmmap);
ATF_TC_BODY(anonmmap, tc)
{
	size_t page = rumpuser_getpagesize(), i;
	char *p;
	void *v;
	int bit;

	for (bit = 0; bit <= 22; bit++) {
		OK(rumpuser_anonmmap(NULL, 3 * page, bit, 0, &v));
		ATF_CHECK(aligned(v, (uintptr_t)1 << bit));
		ATF_CHECK(aligned(v, page));
		p = v;
		for (i = 0; i < 3 * page; i++)
			ATF_REQUIRE_EQ(0, p[i]);
		memset(p, 1, 3 * page);
		rumpuser_unmap(p, page);
		rumpuser_unmap(p + page, 2 * page);
	}
}

ATF_TC_WITHOUT_HEAD(executable);
ATF_TC_BODY(executable, tc)
{
#if defined(__x86_64__)
	static const unsigned char ret42[] = { 0xb8, 42, 0, 0, 0, 0xc3 };
	int (*func)(void);
	void *v;

	OK(rumpuser_anonmmap(NULL, 1, 0, 1, &v));
	memcpy(v, ret42, sizeof(ret42));
	memcpy(&func, &v, sizeof(func));
	ATF_CHECK_EQ(42, func());
	rumpuser_unmap(v, rumpuser_getpagesize());
#else
	atf_tc_skip("no machine code at hand for this processor");
#endif
}

/* A hint: contents stay, and what became huge pages is given back in parts. */
ATF_TC_WITHOUT_HEAD(prefault);
ATF_TC_BODY(prefault, tc)
{
	const size_t huge = (size_t)2 << 20, part = huge / 8;
	size_t i;
	char *p;
	void *v;

	OK(rumpuser_anonmmap(NULL, 2 * huge, 21, 0, &v));
	p = v;
	memset(p, 1, 2 * huge);
	rumpuser_prefault(p, huge);
	rumpuser_prefault(p + huge, part);
	for (i = 0; i < 2 * huge; i++)
		ATF_REQUIRE_EQ(1, p[i]);
	rumpuser_unmap(p, part);
	for (i = part; i < 2 * huge; i++)
		ATF_REQUIRE_EQ(1, p[i]);
	for (i = 1; i < 16; i++)
		rumpuser_unmap(p + i * part, part);
	errno = EDOM;
	rumpuser_prefault(p, huge);	/* nothing is there: no harm */
	ATF_CHECK_EQ(EDOM, errno);
}

ATF_TC_WITHOUT_HEAD(refusals);
ATF_TC_BODY(refusals, tc)
{
	void *v;

	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_anonmmap(NULL, 0, 0, 0, &v));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_anonmmap(NULL, 1, 64, 0, &v));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_anonmmap(NULL, 1, -1, 0, &v));
	ATF_CHECK_EQ(RUMP_ENOMEM,
	    rumpuser_anonmmap(NULL, SIZE_MAX - 10, 0, 0, &v));
	ATF_CHECK_EQ(RUMP_ENOMEM,
	    rumpuser_anonmmap(NULL, SIZE_MAX / 2, 20, 0, &v));
	ATF_CHECK_EQ(RUMP_ENOMEM,
	    rumpuser_anonmmap(NULL, 8192, 63, 0, &v));
}

ATF_TC_WITHOUT_HEAD(limit);
ATF_TC_BODY(limit, tc)
{
	void *v;

	fake_limit_memory();
	ATF_CHECK_EQ(RUMP_ENOMEM, rumpuser_anonmmap(NULL, 64 << 20, 0, 0, &v));
	ATF_CHECK_EQ(RUMP_ENOMEM, rumpuser_anonmmap(NULL, 64 << 20, 21, 0,
	    &v));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, malloc_align);
	ATF_TP_ADD_TC(tp, anonmmap);
	ATF_TP_ADD_TC(tp, executable);
	ATF_TP_ADD_TC(tp, prefault);
	ATF_TP_ADD_TC(tp, refusals);
	ATF_TP_ADD_TC(tp, limit);
	return atf_no_error();
}
