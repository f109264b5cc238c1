/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of SLIP packets that bpf(4) shows: direction, then the compressed
 * header as it was on the line.
 */

#ifndef _NET_SLIP_H_
#define	_NET_SLIP_H_

#define	SLIP_HDRLEN	16	/* of both */
#define	SLX_DIR		0	/* where the direction is */
#define	SLX_CHDR	1	/* where the header is */
#define	CHDR_LEN	15	/* of the header */

#define	SLIPDIR_IN	0
#define	SLIPDIR_OUT	1

#endif /* !_NET_SLIP_H_ */
