/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Services of the base that are called from inside: kauth(9), uiomove(9),
 * copyin(9), sysctl(9), evcnt(9), module(9) and components, devsw(9), signals,
 * cprng(9) and rnd(9).
 *
 * Covers: copy(9), cprng(9), driver(9), evcnt(9), kauth(9), log(9)
 * Covers: module(9), rnd(9), signal(9), sysctl(9), ufetch(9), uiomove(9)
 */
#include "hk.h"

HK_CASE(kauth)
HK_CASE(kauth_vnode)
HK_CASE(cred)
HK_CASE(uucred)
HK_CASE(lwp)
HK_CASE(uio)
HK_CASE(copy)
HK_CASE(sysctl)
HK_CASE(sysctl_log)
HK_CASE(evcnt)
HK_CASE(module)
HK_CASE(components)
HK_CASE(devsw)
HK_CASE(random)
HK_CASE(evcnt_static)
HK_CASE(kauth_more)
HK_CASE(cprng_words)

void	rump_kt_signal(void);
void	rump_kt_trapsignal(void);

HK_CASE(donice)

ATF_TC_WITHOUT_HEAD(signal);
ATF_TC_BODY(signal, tc)
{

	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	hk_boot("2");
	rump_schedule();
	rump_kt_signal();
	rump_kt_trapsignal();
	rump_unschedule();
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(kauth, 2);
	HK_ADD(kauth_vnode, 2);
	HK_ADD(cred, 2);
	HK_ADD(uucred, 2);
	HK_ADD(lwp, 2);
	HK_ADD(uio, 2);
	HK_ADD(copy, 2);
	HK_ADD(sysctl, 2);
	HK_ADD(sysctl_log, 2);
	HK_ADD(evcnt, 2);
	HK_ADD(module, 2);
	HK_ADD(components, 2);
	HK_ADD(devsw, 2);
	HK_ADD(random, 2);
	HK_ADD(evcnt_static, 2);
	HK_ADD(kauth_more, 2);
	HK_ADD(cprng_words, 2);
	ATF_TP_ADD_TC(tp, signal);
	HK_ADD(donice, 2);
	return atf_no_error();
}
