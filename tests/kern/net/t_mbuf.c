/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mbufs: getting and freeing, shared storage, copies, writing into chains,
 * headers and tags, queues; misuse.
 *
 * Covers: mbuf(9), m_tag(9)
 */
#include "../base/hk.h"

HK_CASE(mbuf_get)
HK_CASE(mbuf_ext)
HK_CASE(mbuf_copym)
HK_CASE(mbuf_dup)
HK_CASE(mbuf_copydata)
HK_CASE(mbuf_copyback)
HK_CASE(mbuf_cow)
HK_CASE(mbuf_append)
HK_CASE(mbuf_devget)
HK_CASE(mbuf_hdr)
HK_CASE(mbuf_tags)
HK_CASE(mbuf_queues)
HK_CASE(mbuf_print)

void	rump_kt_mbuf_misuse(int);

static int misuse_how;

static void
misuse(void)
{

	(void)rump_init();
	rump_schedule();
	rump_kt_mbuf_misuse(misuse_how);
}

ATF_TC_WITHOUT_HEAD(mbuf_misuse);
ATF_TC_BODY(mbuf_misuse, tc)
{
	static const char *const text[] = {
		"m_copydata: length is 1 bytes too much",
		"m_copydata: offset is 2 bytes behind the chain",
		"m_copym: offset -1",
		"m_dup: length -2",
		"m_makewritable: length is 1 bytes too much",
		"m_split: length -1",
		"m_prepend: length 401",
		"m_apply: length is 5 bytes too much",
		"has no header",
		"is in a queue",
		"has a header inside a packet",
		"has 30 bytes, not 31",
		"its buffer is",
		"m_copyback: offset",
		"m_devget: length",
		"its buffer is",
		"is free already",
	};

	for (misuse_how = 0; misuse_how < (int)(sizeof(text) /
	    sizeof(text[0])); misuse_how++)
		hk_panics(misuse, text[misuse_how]);
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(mbuf_get, 2);
	HK_ADD(mbuf_ext, 2);
	HK_ADD(mbuf_copym, 2);
	HK_ADD(mbuf_dup, 2);
	HK_ADD(mbuf_copydata, 2);
	HK_ADD(mbuf_copyback, 2);
	HK_ADD(mbuf_cow, 2);
	HK_ADD(mbuf_append, 2);
	HK_ADD(mbuf_devget, 2);
	HK_ADD(mbuf_hdr, 2);
	HK_ADD(mbuf_tags, 2);
	HK_ADD(mbuf_queues, 2);
	HK_ADD(mbuf_print, 2);
	ATF_TP_ADD_TC(tp, mbuf_misuse);
	return atf_no_error();
}
