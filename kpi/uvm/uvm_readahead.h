/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_readahead.h: the read-ahead window of one object.
 * Locks: o the object's vmobjlock.
 */
#ifndef _UVM_UVM_READAHEAD_H_
#define	_UVM_UVM_READAHEAD_H_

#include <sys/types.h>
#include <uvm/uvm_param.h>

struct uvm_object;
struct uvm_ractx;

#ifdef _KERNEL
struct uvm_ractx {
	off_t	ra_next;	/* o: where the reader is expected */
	size_t	ra_winsize;	/* o: window, 0 = not reading in order */
	off_t	ra_winstart;	/* o: begin of what was asked last */
	off_t	ra_winend;	/* o: end of what was asked so far */
};

void	uvm_ra_init(void);
struct uvm_ractx *uvm_ra_allocctx(void);
void	uvm_ra_freectx(struct uvm_ractx *);
void	uvm_ra_request(struct uvm_ractx *, int, struct uvm_object *, off_t,
	    size_t);
int	uvm_readahead(struct uvm_object *, off_t, off_t);
#endif /* _KERNEL */

#endif /* !_UVM_UVM_READAHEAD_H_ */
