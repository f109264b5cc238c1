/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kheapsort(9): sorts an array in place in n log n steps whatever the
 * order, without recursion or allocation.  Not stable.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <lib/libkern/libkern.h>

struct heap {
	char	*h_base;
	size_t	h_size;		/* of an element */
	int	(*h_cmp)(const void *, const void *);
	char	*h_tmp;		/* room for one element */
};

static char *
element(const struct heap *h, size_t i)
{

	return h->h_base + i * h->h_size;
}

/*
 * Puts the element in h_tmp where it belongs, from position i of n down:
 * greater children move up past it.
 */
static void
sift(const struct heap *h, size_t i, size_t n)
{
	size_t child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && h->h_cmp(element(h, child),
		    element(h, child + 1)) < 0)
			child++;
		if (h->h_cmp(element(h, child), h->h_tmp) <= 0)
			break;
		memcpy(element(h, i), element(h, child), h->h_size);
		i = child;
	}
	memcpy(element(h, i), h->h_tmp, h->h_size);
}

int
kheapsort(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *), void *tmp)
{
	const struct heap h = {
		.h_base = base, .h_size = size, .h_cmp = cmp, .h_tmp = tmp
	};
	size_t i;

	if (n <= 1)
		return 0;
	if (size == 0)
		return EINVAL;
	KASSERT(tmp != NULL);
	for (i = n / 2; i-- > 0; ) {
		memcpy(tmp, element(&h, i), size);
		sift(&h, i, n);
	}
	while (--n > 0) {
		memcpy(tmp, element(&h, n), size);
		memcpy(element(&h, n), element(&h, 0), size);
		sift(&h, 0, n);
	}
	return 0;
}
