/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_acl: lists and the form of old releases, lists and modes,
 * what is a list and what is not.
 */
#include "../base/kt.h"

#include <sys/acl.h>
#include <sys/malloc.h>
#include <sys/stat.h>

#include <rump-sys/mem.h>

void	rump_kt_acl_memory(void);
void	rump_kt_acl_modes(void);
void	rump_kt_acl_check(void);

static void
add(struct acl *acl, acl_tag_t tag, uid_t id, acl_perm_t perm)
{
	struct acl_entry *ae = &acl->acl_entry[acl->acl_cnt++];

	ae->ae_tag = tag;
	ae->ae_id = id;
	ae->ae_perm = perm;
}

/* rw-r-----, in entries. */
static struct acl *
minimal(void)
{
	struct acl *acl = acl_alloc(M_WAITOK);

	KT_EQ(0, acl->acl_cnt);
	KT_EQ(ACL_MAX_ENTRIES, acl->acl_maxcnt);
	add(acl, ACL_USER_OBJ, ACL_UNDEFINED_ID, ACL_READ | ACL_WRITE);
	add(acl, ACL_GROUP_OBJ, ACL_UNDEFINED_ID, ACL_READ);
	add(acl, ACL_OTHER, ACL_UNDEFINED_ID, 0);
	return acl;
}

void
rump_kt_acl_memory(void)
{
	struct acl *acl = minimal(), *back = acl_alloc(M_WAITOK);
	static struct oldacl old;
	int i;

	add(acl, ACL_USER, 17, ACL_EXECUTE);
	KT_EQ(0, acl_copy_acl_into_oldacl(acl, &old));
	KT_EQ(4, old.acl_cnt);
	KT(old.acl_entry[3].ae_id == 17 &&
	    old.acl_entry[3].ae_perm == ACL_EXECUTE);
	KT_EQ(0, acl_copy_oldacl_into_acl(&old, back));
	KT(memcmp(acl, back, sizeof(*acl)) == 0);
	old.acl_cnt = OLDACL_MAX_ENTRIES + 1;
	KT_EQ(EINVAL, acl_copy_oldacl_into_acl(&old, back));
	old.acl_cnt = -1;
	KT_EQ(EINVAL, acl_copy_oldacl_into_acl(&old, back));
	for (i = 4; i <= OLDACL_MAX_ENTRIES; i++)
		add(acl, ACL_USER, 100 + i, ACL_READ);
	KT_EQ(EINVAL, acl_copy_acl_into_oldacl(acl, &old));
	acl_free(acl);
	acl_free(back);
	rump_fault_alloc = 1;
	KT(acl_alloc(M_NOWAIT) == NULL);
}

void
rump_kt_acl_modes(void)
{
	struct acl *acl = minimal();

	KT_EQ(0640, acl_posix1e_acl_to_mode(acl));
	KT_EQ(ACL_READ | ACL_WRITE,
	    acl_posix1e_mode_to_perm(ACL_USER_OBJ, 0640));
	KT_EQ(ACL_READ, acl_posix1e_mode_to_perm(ACL_GROUP_OBJ, 0640));
	KT_EQ(ACL_EXECUTE, acl_posix1e_mode_to_perm(ACL_OTHER, 07641));
	KT_EQ(0, acl_posix1e_mode_to_perm(ACL_USER, 0777));
	/* Named entries do not show, the mask does. */
	add(acl, ACL_USER, 17, ACL_PERM_BITS);
	KT_EQ(0640, acl_posix1e_acl_to_mode(acl));
	add(acl, ACL_MASK, ACL_UNDEFINED_ID, ACL_WRITE | ACL_EXECUTE);
	KT_EQ(0630, acl_posix1e_acl_to_mode(acl));
	/* As the default of a directory. */
	KT_EQ(0620, acl_posix1e_newfilemode(0626, acl));
	KT_EQ(S_IFREG | 04600, acl_posix1e_newfilemode(S_IFREG | 04604, acl));
	acl_free(acl);
}

void
rump_kt_acl_check(void)
{
	static const struct {
		acl_tag_t	tag;
		uid_t		id;
		acl_perm_t	perm;
	} bad[] = {
		{ ACL_USER, 17, ACL_READ },		/* without a mask */
		{ ACL_GROUP, 17, ACL_READ },
		{ ACL_USER_OBJ, ACL_UNDEFINED_ID, 0 },	/* a second one */
		{ ACL_OTHER, ACL_UNDEFINED_ID, 0 },
		{ ACL_MASK, 5, 0 },
		{ ACL_MASK, ACL_UNDEFINED_ID, 8 },
		{ ACL_USER | ACL_GROUP, 17, 0 },
		{ ACL_EVERYONE, ACL_UNDEFINED_ID, 0 },
		{ 0, 0, 0 },
	};
	struct acl *acl = minimal();
	size_t i;

	KT_EQ(0, acl_posix1e_check(acl));
	for (i = 0; i < __arraycount(bad); i++) {
		add(acl, bad[i].tag, bad[i].id, bad[i].perm);
		KT_EQ(EINVAL, acl_posix1e_check(acl));
		acl->acl_cnt--;
	}
	add(acl, ACL_MASK, ACL_UNDEFINED_ID, ACL_READ);
	add(acl, ACL_USER, 17, ACL_READ);
	add(acl, ACL_GROUP, 17, ACL_READ);
	KT_EQ(0, acl_posix1e_check(acl));
	add(acl, ACL_USER, 17, ACL_WRITE);
	KT_EQ(EINVAL, acl_posix1e_check(acl));
	acl->acl_cnt = ACL_MAX_ENTRIES + 1;
	KT_EQ(EINVAL, acl_posix1e_check(acl));
	acl->acl_cnt = 2;
	KT_EQ(EINVAL, acl_posix1e_check(acl));
	acl_free(acl);
}
