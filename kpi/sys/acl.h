/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access control lists: the structures and constants of acl(3) and the VOP_
 * ACL operations.  No file system of this tree stores them yet.
 */
#ifndef _SYS_ACL_H_
#define _SYS_ACL_H_

#include <sys/types.h>
#ifdef _KERNEL
#include <sys/kmem.h>	/* through <sys/vnode.h>, for file systems */
#endif

#define	POSIX1E_ACL_ACCESS_EXTATTR_NAMESPACE	EXTATTR_NAMESPACE_SYSTEM
#define	POSIX1E_ACL_ACCESS_EXTATTR_NAME		"posix1e.acl_access"
#define	POSIX1E_ACL_DEFAULT_EXTATTR_NAMESPACE	EXTATTR_NAMESPACE_SYSTEM
#define	POSIX1E_ACL_DEFAULT_EXTATTR_NAME	"posix1e.acl_default"
#define	NFS4_ACL_EXTATTR_NAMESPACE		EXTATTR_NAMESPACE_SYSTEM
#define	NFS4_ACL_EXTATTR_NAME			"nfs4.acl"

#define	OLDACL_MAX_ENTRIES	32
#define	ACL_MAX_ENTRIES		254

typedef uint32_t	acl_tag_t;
typedef uint32_t	acl_perm_t;
typedef uint16_t	acl_entry_type_t;
typedef uint16_t	acl_flag_t;
typedef int		acl_type_t;
typedef int		*acl_permset_t;
typedef uint16_t	*acl_flagset_t;
typedef int		oldacl_tag_t;
typedef mode_t		oldacl_perm_t;

struct oldacl_entry {
	oldacl_tag_t	ae_tag;
	uid_t		ae_id;
	oldacl_perm_t	ae_perm;
};

struct oldacl {
	int			acl_cnt;
	struct oldacl_entry	acl_entry[OLDACL_MAX_ENTRIES];
};

struct acl_entry {
	acl_tag_t		ae_tag;
	uid_t			ae_id;
	acl_perm_t		ae_perm;
	acl_entry_type_t	ae_entry_type;
	acl_flag_t		ae_flags;
};
typedef struct acl_entry	*acl_entry_t;

struct acl {
	unsigned int		acl_maxcnt;
	unsigned int		acl_cnt;
	int			acl_spare[4];
	struct acl_entry	acl_entry[ACL_MAX_ENTRIES];
};

/* tags */
#define	ACL_UNDEFINED_TAG	0x00000000
#define	ACL_USER_OBJ		0x00000001
#define	ACL_USER		0x00000002
#define	ACL_GROUP_OBJ		0x00000004
#define	ACL_GROUP		0x00000008
#define	ACL_MASK		0x00000010
#define	ACL_OTHER		0x00000020
#define	ACL_OTHER_OBJ		ACL_OTHER
#define	ACL_EVERYONE		0x00000040

/* types of lists */
#define	ACL_TYPE_ACCESS_OLD	0x00000000
#define	ACL_TYPE_DEFAULT_OLD	0x00000001
#define	ACL_TYPE_ACCESS		0x00000002
#define	ACL_TYPE_DEFAULT	0x00000003
#define	ACL_TYPE_NFS4		0x00000004

/* permissions */
#define	ACL_EXECUTE		0x0001
#define	ACL_WRITE		0x0002
#define	ACL_READ		0x0004
#define	ACL_PERM_NONE		0x0000
#define	ACL_PERM_BITS		(ACL_EXECUTE | ACL_WRITE | ACL_READ)
#define	ACL_POSIX1E_BITS	(ACL_EXECUTE | ACL_WRITE | ACL_READ)

/* permissions of NFSv4 lists, with ACL_EXECUTE; some have two names */
#define	ACL_READ_DATA		0x00000008
#define	ACL_LIST_DIRECTORY	0x00000008
#define	ACL_WRITE_DATA		0x00000010
#define	ACL_ADD_FILE		0x00000010
#define	ACL_APPEND_DATA		0x00000020
#define	ACL_ADD_SUBDIRECTORY	0x00000020
#define	ACL_READ_NAMED_ATTRS	0x00000040
#define	ACL_WRITE_NAMED_ATTRS	0x00000080
#define	ACL_DELETE_CHILD	0x00000100
#define	ACL_READ_ATTRIBUTES	0x00000200
#define	ACL_WRITE_ATTRIBUTES	0x00000400
#define	ACL_DELETE		0x00000800
#define	ACL_READ_ACL		0x00001000
#define	ACL_WRITE_ACL		0x00002000
#define	ACL_WRITE_OWNER		0x00004000
#define	ACL_SYNCHRONIZE		0x00008000

#define	ACL_READ_SET		(ACL_READ_DATA | ACL_READ_NAMED_ATTRS | \
    ACL_READ_ATTRIBUTES | ACL_READ_ACL)
#define	ACL_WRITE_SET		(ACL_WRITE_DATA | ACL_APPEND_DATA | \
    ACL_WRITE_NAMED_ATTRS | ACL_WRITE_ATTRIBUTES)
#define	ACL_FULL_SET		(ACL_READ_SET | ACL_WRITE_SET | ACL_EXECUTE | \
    ACL_DELETE_CHILD | ACL_DELETE | ACL_WRITE_ACL | ACL_WRITE_OWNER | \
    ACL_SYNCHRONIZE)
#define	ACL_MODIFY_SET		(ACL_FULL_SET & \
    ~(ACL_WRITE_ACL | ACL_WRITE_OWNER))
#define	ACL_NFS4_PERM_BITS	ACL_FULL_SET

/* ae_entry_type, of NFSv4 lists; no audit and no alarm is made */
#define	ACL_ENTRY_TYPE_ALLOW	0x0100
#define	ACL_ENTRY_TYPE_DENY	0x0200
#define	ACL_ENTRY_TYPE_AUDIT	0x0400
#define	ACL_ENTRY_TYPE_ALARM	0x0800

/* ae_flags, of NFSv4 lists */
#define	ACL_ENTRY_FILE_INHERIT		0x0001
#define	ACL_ENTRY_DIRECTORY_INHERIT	0x0002
#define	ACL_ENTRY_NO_PROPAGATE_INHERIT	0x0004
#define	ACL_ENTRY_INHERIT_ONLY		0x0008
#define	ACL_ENTRY_SUCCESSFUL_ACCESS	0x0010
#define	ACL_ENTRY_FAILED_ACCESS		0x0020
#define	ACL_ENTRY_INHERITED		0x0080
#define	ACL_FLAGS_BITS		(ACL_ENTRY_FILE_INHERIT | \
    ACL_ENTRY_DIRECTORY_INHERIT | ACL_ENTRY_NO_PROPAGATE_INHERIT | \
    ACL_ENTRY_INHERIT_ONLY | ACL_ENTRY_SUCCESSFUL_ACCESS | \
    ACL_ENTRY_FAILED_ACCESS | ACL_ENTRY_INHERITED)

#define	ACL_UNDEFINED_ID	((uid_t)-1)

#define	ACL_OVERRIDE_MASK	(S_IRWXU | S_IRWXG | S_IRWXO)
#define	ACL_PRESERVE_MASK	(~ACL_OVERRIDE_MASK)

#ifdef _KERNEL
/* Empty lists; the argument is that of malloc(9). */
struct acl *acl_alloc(int);
void	acl_free(struct acl *);
/* EINVAL: too many entries. */
int	acl_copy_oldacl_into_acl(const struct oldacl *, struct acl *);
int	acl_copy_acl_into_oldacl(const struct acl *, struct oldacl *);
/* Modes and lists; check: 0, or EINVAL for what is no list for access. */
acl_perm_t acl_posix1e_mode_to_perm(acl_tag_t, mode_t);
mode_t	acl_posix1e_acl_to_mode(struct acl *);
int	acl_posix1e_check(struct acl *);
mode_t	acl_posix1e_newfilemode(mode_t, struct acl *);

/*
 * The same for NFSv4 lists.  A list is trivial if it says no more than a mode
 * does: what chmod(2) makes of it.  The last function makes the list, empty
 * before, of a new file from its directory's and its mode.  Owners are not
 * looked at; the last argument of it and of check is whether it is a directory.
 */
void	acl_nfs4_sync_acl_from_mode(struct acl *, mode_t, int);
void	__acl_nfs4_sync_mode_from_acl(mode_t *, const struct acl *);
int	acl_nfs4_is_trivial(const struct acl *, int);
int	acl_nfs4_check(const struct acl *, int);
void	acl_nfs4_compute_inherited_acl(const struct acl *, struct acl *,
	    mode_t, int, int);
#endif

#endif /* _SYS_ACL_H_ */
