/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_sockopt: struct sockopt.
 */
#include "../base/kt.h"

#include <sys/mbuf.h>
#include <sys/socketvar.h>

#include <rump-sys/mem.h>

void	rump_kt_sockopt_memory(void);

/* Values that need memory and those that do not. */
void
rump_kt_sockopt_memory(void)
{
	struct sockopt sopt;
	char buf[100], out[100];
	struct mbuf *m;
	int v;

	memset(buf, 7, sizeof(buf));
	sockopt_init(&sopt, 1, 2, 0);
	KT_EQ(0, sockopt_setint(&sopt, 5));
	KT(sopt.sopt_data == sopt.sopt_buf);
	KT_EQ(0, sockopt_getint(&sopt, &v));
	KT_EQ(5, v);
	KT_EQ(EINVAL, sockopt_get(&sopt, buf, 2));
	KT_EQ(EINVAL, sockopt_set(&sopt, buf, 5));
	sockopt_destroy(&sopt);

	/* Memory that does not come. */
	sockopt_init(&sopt, 1, 2, 0);
	rump_fault_alloc = 1;
	KT_EQ(ENOMEM, sockopt_set(&sopt, buf, sizeof(buf)));
	KT_EQ(0, rump_fault_alloc);
	KT_EQ(0, sockopt_set(&sopt, buf, sizeof(buf)));
	KT_EQ(sizeof(buf), sopt.sopt_retsize);
	rump_fault_alloc = 1;
	KT(sockopt_getmbuf(&sopt) == NULL);
	m = sockopt_getmbuf(&sopt);
	KT(m != NULL && m->m_len == (int)sizeof(buf));
	sockopt_destroy(&sopt);

	sockopt_init(&sopt, 1, 2, 0);
	KT_EQ(0, sockopt_setmbuf(&sopt, m));
	KT_EQ(0, sockopt_get(&sopt, out, sizeof(out)));
	KT_EQ(0, memcmp(buf, out, sizeof(out)));
	m = sockopt_getmbuf(&sopt);
	sockopt_destroy(&sopt);
	sockopt_init(&sopt, 1, 2, 10);
	KT_EQ(EINVAL, sockopt_setmbuf(&sopt, m));
	sockopt_destroy(&sopt);
}
