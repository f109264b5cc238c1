/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acl(9): lists as POSIX.1e has them, section 23, and permission bits.
 */

#include <sys/param.h>
#include <sys/acl.h>
#include <sys/errno.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/* How far the three bits of an entry lie in a mode; -1 for other entries. */
static int
tag_shift(acl_tag_t tag)
{

	switch (tag) {
	case ACL_USER_OBJ:
		return 6;
	case ACL_GROUP_OBJ:
	case ACL_MASK:
		return 3;
	case ACL_OTHER:
		return 0;
	default:
		return -1;
	}
}

/* The bits of a mode have the values of ACL_READ, ACL_WRITE, ACL_EXECUTE. */
CTASSERT(S_IROTH == ACL_READ && S_IWOTH == ACL_WRITE &&
    S_IXOTH == ACL_EXECUTE);

acl_perm_t
acl_posix1e_mode_to_perm(acl_tag_t tag, mode_t mode)
{
	int shift = tag_shift(tag);

	if (shift < 0 || tag == ACL_MASK)
		return 0;
	return mode >> shift & ACL_PERM_BITS;
}

/*
 * A mask, where there is one, is what the group's bits show.
 */
mode_t
acl_posix1e_acl_to_mode(struct acl *acl)
{
	const struct acl_entry *ae;
	mode_t mode = 0, mask = 0;
	bool masked = false;
	unsigned int i;

	for (i = 0; i < acl->acl_cnt; i++) {
		ae = &acl->acl_entry[i];
		if (ae->ae_tag == ACL_MASK) {
			masked = true;
			mask = (mode_t)(ae->ae_perm & ACL_PERM_BITS) << 3;
		} else if (tag_shift(ae->ae_tag) >= 0)
			mode |= (mode_t)(ae->ae_perm & ACL_PERM_BITS) <<
			    tag_shift(ae->ae_tag);
	}
	return masked ? (mode & ~(mode_t)S_IRWXG) | mask : mode;
}

/* Of users and of groups a list may have several, but each one once. */
static bool
entry_repeats(const struct acl *acl, unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++) {
		if (acl->acl_entry[j].ae_tag == acl->acl_entry[i].ae_tag &&
		    acl->acl_entry[j].ae_id == acl->acl_entry[i].ae_id)
			return true;
	}
	return false;
}

static bool
entry_valid(const struct acl_entry *ae)
{
	bool named = ae->ae_tag == ACL_USER || ae->ae_tag == ACL_GROUP;

	if (!named && tag_shift(ae->ae_tag) < 0)
		return false;
	return (ae->ae_perm & ~ACL_PERM_BITS) == 0 &&
	    named == (ae->ae_id != ACL_UNDEFINED_ID);
}

/*
 * Each of owner, group and others once; a mask at most once, and certainly
 * with named entries.
 */
int
acl_posix1e_check(struct acl *acl)
{
	const acl_tag_t base = ACL_USER_OBJ | ACL_GROUP_OBJ | ACL_OTHER;
	acl_tag_t tags = 0;
	unsigned int i;

	if (acl->acl_cnt > ACL_MAX_ENTRIES)
		return EINVAL;
	for (i = 0; i < acl->acl_cnt; i++) {
		if (!entry_valid(&acl->acl_entry[i]) || entry_repeats(acl, i))
			return EINVAL;
		tags |= acl->acl_entry[i].ae_tag;
	}
	if ((tags & base) != base)
		return EINVAL;
	if ((tags & (ACL_USER | ACL_GROUP)) != 0 && (tags & ACL_MASK) == 0)
		return EINVAL;
	return 0;
}

/*
 * A new file has no more permissions than its maker asked for and the
 * directory's default list grants.
 */
mode_t
acl_posix1e_newfilemode(mode_t cmode, struct acl *dacl)
{

	return (cmode & ACL_PRESERVE_MASK) |
	    (cmode & ACL_OVERRIDE_MASK & acl_posix1e_acl_to_mode(dacl));
}
