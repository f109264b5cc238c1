/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acl(9): memory for access control lists, and the form that programs of old
 * releases know.
 */

#include <sys/param.h>
#include <sys/acl.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

struct acl *
acl_alloc(int flags)
{
	struct acl *acl;

	acl = malloc(sizeof(*acl), M_TEMP, flags | M_ZERO);
	if (acl != NULL)
		acl->acl_maxcnt = ACL_MAX_ENTRIES;
	return acl;
}

void
acl_free(struct acl *acl)
{

	free(acl, M_TEMP);
}

int
acl_copy_oldacl_into_acl(const struct oldacl *old, struct acl *acl)
{
	int i;

	if (old->acl_cnt < 0 || old->acl_cnt > OLDACL_MAX_ENTRIES)
		return EINVAL;
	memset(acl, 0, sizeof(*acl));
	acl->acl_maxcnt = ACL_MAX_ENTRIES;
	acl->acl_cnt = (unsigned int)old->acl_cnt;
	for (i = 0; i < old->acl_cnt; i++) {
		acl->acl_entry[i].ae_tag = (acl_tag_t)old->acl_entry[i].ae_tag;
		acl->acl_entry[i].ae_id = old->acl_entry[i].ae_id;
		acl->acl_entry[i].ae_perm = old->acl_entry[i].ae_perm;
	}
	return 0;
}

int
acl_copy_acl_into_oldacl(const struct acl *acl, struct oldacl *old)
{
	unsigned int i;

	if (acl->acl_cnt > OLDACL_MAX_ENTRIES)
		return EINVAL;
	memset(old, 0, sizeof(*old));
	old->acl_cnt = (int)acl->acl_cnt;
	for (i = 0; i < acl->acl_cnt; i++) {
		old->acl_entry[i].ae_tag = (oldacl_tag_t)
		    acl->acl_entry[i].ae_tag;
		old->acl_entry[i].ae_id = acl->acl_entry[i].ae_id;
		old->acl_entry[i].ae_perm = (oldacl_perm_t)
		    acl->acl_entry[i].ae_perm;
	}
	return 0;
}
