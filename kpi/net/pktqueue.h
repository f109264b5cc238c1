/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input queues of protocols, one per virtual CPU and a soft interrupt that
 * empties it, pktqueue(9): packets of one flow go to one CPU, by a hash.
 */

#ifndef _NET_PKTQUEUE_H_
#define	_NET_PKTQUEUE_H_

#ifdef _KERNEL
#include <sys/sysctl.h>

struct mbuf;

typedef struct pktqueue pktqueue_t;
typedef uint32_t (*pktq_rps_hash_func_t)(const struct mbuf *);

#define	PKTQ_MAXLEN	4096
#define	PKTQ_RPS_HASH_NAME_LEN 32

typedef enum { PKTQ_MAXLEN_COUNT, PKTQ_NITEMS, PKTQ_DROPS } pktq_count_t;

pktqueue_t *pktq_create(size_t, void (*)(void *), void *);
void	pktq_destroy(pktqueue_t *);
/* False: no room, the packet is still the caller's. */
bool	pktq_enqueue(pktqueue_t *, struct mbuf *, const u_int);
struct mbuf *pktq_dequeue(pktqueue_t *);
void	pktq_barrier(pktqueue_t *);
void	pktq_ifdetach(void);
void	pktq_flush(pktqueue_t *);
int	pktq_set_maxlen(pktqueue_t *, size_t);

uint32_t pktq_rps_hash(const pktq_rps_hash_func_t *, const struct mbuf *);
extern const pktq_rps_hash_func_t pktq_rps_hash_default;

uint64_t pktq_get_count(pktqueue_t *, pktq_count_t);
void	pktq_sysctl_setup(pktqueue_t *, struct sysctllog **,
	    const struct sysctlnode *, const int);
int	sysctl_pktq_rps_hash_handler(SYSCTLFN_PROTO);
#endif

#endif /* !_NET_PKTQUEUE_H_ */
