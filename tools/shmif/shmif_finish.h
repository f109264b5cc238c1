/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame as it would have been on a wire.
 */
#ifndef _SHMIF_FINISH_H_
#define	_SHMIF_FINISH_H_

#include <stddef.h>
#include <stdint.h>

#include "shmif_bus.h"

/*
 * Computes the checksum of TCP or UDP that the frame's header says is left
 * undone.  A frame whose header makes no sense stays as it is.
 */
void	shmif_finish(uint8_t *frame, size_t len, const struct shmif_frame *);

#endif /* !_SHMIF_FINISH_H_ */
