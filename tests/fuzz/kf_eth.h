/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel half does for fuzz_eth.c, called on a virtual CPU.
 */
#ifndef _FUZZ_KF_ETH_H_
#define _FUZZ_KF_ETH_H_

#define	KF_PORTS	3	/* interfaces tst0, tst1, tst2 */

/*
 * With tst0 of kf_net.c: vlan0 (tag 5) on it, vlan1 (6) on that; bridge0 with
 * tst1, tst2 and vlan2, which is tag 7 of tst0.
 */
void	rump_kt_eth_make(void);
void	rump_kt_eth_frame(int port, const void *, int, int csum, int tag);
/* The bridge forgets what it has learnt. */
void	rump_kt_eth_flush(void);
void	rump_kt_eth_drain(void);

#endif /* !_FUZZ_KF_ETH_H_ */
