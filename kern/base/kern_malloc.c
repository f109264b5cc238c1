/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc(9): kmem(9) with the size remembered in a header of 16 bytes, for
 * drivers that free without telling it.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#define MALLOC_MAGIC	0x6d6c6363U

struct malloc_header {
	size_t		mh_size;	/* with the header */
	uint32_t	mh_magic;
	uint32_t	mh_pad;
};
_Static_assert(sizeof(struct malloc_header) % 16 == 0, "alignment");

MALLOC_DEFINE(M_DEVBUF, "devbuf", "memory of device drivers");
MALLOC_DEFINE(M_DMAMAP, "DMA map", "bus_dma(9) structures");
MALLOC_DEFINE(M_FREE, "free", "should be on the free list");
MALLOC_DEFINE(M_PCB, "pcb", "protocol control blocks");
MALLOC_DEFINE(M_SOFTINTR, "softintr", "soft interrupts");
MALLOC_DEFINE(M_TEMP, "temp", "short-lived data");
MALLOC_DEFINE(M_RTABLE, "routetbl", "routing tables");
MALLOC_DEFINE(M_FTABLE, "fragtbl", "fragment reassembly");
MALLOC_DEFINE(M_UFSMNT, "UFS mount", "mounted file systems");
MALLOC_DEFINE(M_NETADDR, "NETADDR", "export hosts");
MALLOC_DEFINE(M_IPMOPTS, "ip_moptions", "multicast options");
MALLOC_DEFINE(M_IPMADDR, "in_multi", "multicast addresses");
MALLOC_DEFINE(M_MRTABLE, "mrt", "multicast routing tables");
MALLOC_DEFINE(M_ACPI, "acpi", "ACPI");
MALLOC_DEFINE(M_USB, "USB", "USB general");
MALLOC_DEFINE(M_SUBPROC, "subproc", "process structures");

void
kmeminit(void)
{

	/* kmem_init() did it all. */
}

static struct malloc_header *
header_of(void *p)
{
	struct malloc_header *mh = (struct malloc_header *)p - 1;

	KASSERTMSG(mh->mh_magic == MALLOC_MAGIC, "%p is not from malloc(9)",
	    p);
	return mh;
}

void *
kern_malloc(unsigned long size, int flags)
{
	km_flag_t kmflags = (flags & M_NOWAIT) ? KM_NOSLEEP : KM_SLEEP;
	struct malloc_header *mh;

	if (size > SIZE_MAX / 4) {
		if (flags & (M_NOWAIT | M_CANFAIL))
			return NULL;
		panic("malloc: %lu bytes", size);
	}
	mh = kmem_intr_alloc(size + sizeof(*mh), kmflags);
	if (mh == NULL)
		return NULL;
	mh->mh_size = size + sizeof(*mh);
	mh->mh_magic = MALLOC_MAGIC;
	if (flags & M_ZERO)
		memset(mh + 1, 0, size);
	return mh + 1;
}

void
kern_free(void *p)
{
	struct malloc_header *mh = header_of(p);

	mh->mh_magic = 0;
	kmem_intr_free(mh, mh->mh_size);
}

/*
 * On failure the old memory stays.
 */
void *
kern_realloc(void *p, unsigned long size, int flags)
{
	unsigned long old;
	void *new;

	if (p == NULL)
		return kern_malloc(size, flags);
	if (size == 0) {
		kern_free(p);
		return NULL;
	}
	old = header_of(p)->mh_size - sizeof(struct malloc_header);
	new = kern_malloc(size, flags & ~M_ZERO);
	if (new == NULL)
		return NULL;
	memcpy(new, p, MIN(old, size));
	if (size > old && (flags & M_ZERO) != 0)
		memset((char *)new + old, 0, size - old);
	kern_free(p);
	return new;
}
