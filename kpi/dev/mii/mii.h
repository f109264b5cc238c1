/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface to what drives an Ethernet's wire, IEEE 802.3, section 22:
 * registers of 16 bits, and frames to reach them bit by bit.
 */

#ifndef _DEV_MII_MII_H_
#define	_DEV_MII_MII_H_

#define	MII_NPHY	32		/* addresses on a bus */
#define	MII_ADDRBITS	5
#define	MII_ADDRMASK	(MII_NPHY - 1)

/* Section 22.2.4.5: start, operation, and what turns the direction. */
#define	MII_COMMAND_START	0x01
#define	MII_COMMAND_READ	0x02
#define	MII_COMMAND_WRITE	0x01
#define	MII_COMMAND_ACK		0x02

#define	MII_BMCR	0x00		/* control */
#define	BMCR_RESET	0x8000
#define	BMCR_LOOP	0x4000
#define	BMCR_SPEED0	0x2000		/* 100 Mb/s */
#define	BMCR_AUTOEN	0x1000		/* negotiate */
#define	BMCR_PDOWN	0x0800
#define	BMCR_ISO	0x0400		/* off the bus */
#define	BMCR_STARTNEG	0x0200		/* anew */
#define	BMCR_FDX	0x0100
#define	BMCR_CTEST	0x0080
#define	BMCR_SPEED1	0x0040		/* 1000 Mb/s */

#define	MII_BMSR	0x01		/* status */
#define	BMSR_100T4	0x8000		/* what it can do */
#define	BMSR_100TXFDX	0x4000
#define	BMSR_100TXHDX	0x2000
#define	BMSR_10TFDX	0x1000
#define	BMSR_10THDX	0x0800
#define	BMSR_100T2FDX	0x0400
#define	BMSR_100T2HDX	0x0200
#define	BMSR_EXTSTAT	0x0100		/* there is MII_EXTSR */
#define	BMSR_MFPS	0x0040
#define	BMSR_ACOMP	0x0020		/* negotiated */
#define	BMSR_RFAULT	0x0010
#define	BMSR_ANEG	0x0008		/* it can negotiate */
#define	BMSR_LINK	0x0004		/* up since it was read last */
#define	BMSR_JABBER	0x0002
#define	BMSR_EXTCAP	0x0001

#define	MII_PHYIDR1	0x02		/* who made it */
#define	MII_PHYIDR2	0x03
#define	MII_ANAR	0x04		/* what is told of us: section 28.2.4 */
#define	MII_ANLPAR	0x05		/* what the other end told */
#define	MII_ANER	0x06
#define	MII_ANNP	0x07
#define	MII_ANLPRNP	0x08
#define	MII_100T2CR	0x09		/* of 1000BASE-T as well, section 40 */
#define	MII_GTCR	MII_100T2CR
#define	MII_100T2SR	0x0a
#define	MII_GTSR	MII_100T2SR
#define	MII_EXTSR	0x0f

#endif /* !_DEV_MII_MII_H_ */
