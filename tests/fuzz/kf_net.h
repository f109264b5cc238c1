/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel half does for fuzz_net.c, called on a virtual CPU.
 */
#ifndef _FUZZ_KF_NET_H_
#define _FUZZ_KF_NET_H_

/* "tst0" with its address and a neighbour; its end, that of all interfaces
 * but lo0, and of all routes but lo0's own. */
void	rump_kt_net_make(void);
void	rump_kt_net_end(void);
int	rump_kt_net_there(void);
/* A frame comes in, of at most MCLBYTES; it may be in several pieces. */
void	rump_kt_net_frame(const void *, int, int);
void	rump_kt_net_settle(void);
/* The next frame to send, as much as fits; 0: none. */
int	rump_kt_net_out(void *, int);

/* kf_six.c: before the interface is made; after it was. */
void	rump_kt_six_boot(void);
void	rump_kt_six_make(void);
void	rump_kt_six_settle(void);

#endif /* !_FUZZ_KF_NET_H_ */
