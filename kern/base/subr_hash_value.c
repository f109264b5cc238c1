/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash_value(): replaces an address by a number that is the same each time
 * but tells nothing, for callers that may not see kernel addresses.  The
 * number is a digest of a secret and the value; the secret is made at the
 * first use.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cprng.h>
#include <sys/kauth.h>
#include <sys/once.h>
#include <sys/proc.h>
#include <sys/sha1.h>

static uint8_t hash_secret[32];		/* constant after hash_once */
static ONCE_DECL(hash_once)

static int
make_secret(void)
{

	cprng_strong(kern_cprng, hash_secret, sizeof(hash_secret), 0);
	return 0;
}

void
hash_value_ensure_initialized(void)
{

	RUN_ONCE(&hash_once, make_secret);
}

/* Destination and its size; source and its size. */
void
hash_value(void *dst, size_t dsize, const void *src, size_t ssize)
{
	uint8_t digest[SHA1_DIGEST_LENGTH];
	SHA1_CTX ctx;

	KASSERT(dsize <= sizeof(digest));
	hash_value_ensure_initialized();
	SHA1Init(&ctx);
	SHA1Update(&ctx, hash_secret, sizeof(hash_secret));
	SHA1Update(&ctx, src, (unsigned int)ssize);
	SHA1Final(digest, &ctx);
	memcpy(dst, digest, dsize);
}

/* Whether this process may see kernel addresses: the super-user may. */
bool
get_expose_address(struct proc *p)
{

	return kauth_cred_geteuid(p->p_cred) == 0;
}
