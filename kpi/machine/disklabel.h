/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where this machine keeps a disk's label, and which partitions a disk has.
 * struct cpu_disklabel is opaque; readdisklabel(9) takes a NULL one.
 */

#ifndef _MACHINE_DISKLABEL_H_
#define	_MACHINE_DISKLABEL_H_

#define	LABELSECTOR		1	/* sector of the label */
#define	LABELOFFSET		0	/* and the offset there */
#define	LABELUSESMBR		1	/* the BSD partition of an MBR */
#define	MAXPARTITIONS		16
#define	OLDMAXPARTITIONS	8
#define	RAW_PART		3	/* the whole disk is partition d */

struct cpu_disklabel {
	int	cd_dummy;		/* no information of the machine */
};

#endif /* !_MACHINE_DISKLABEL_H_ */
