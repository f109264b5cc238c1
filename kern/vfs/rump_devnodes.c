/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_devnodes.c: making device nodes below /dev, for the base and for the
 * other factions, which call through the rump_vfs_* hooks when their devices
 * attach.  A node that is there already is left as it is.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "rump_devnodes.h"
#include "vfs_syscalls.h"

/*
 * Whatever the file mode mask of the process was, everybody may use it.
 */
static int
opentoall(const char *devname)
{
	struct vattr va;
	struct vnode *vp;
	int error;

	error = namei_simple_kernel(devname, NSM_NOFOLLOW_NOEMULROOT, &vp);
	if (error != 0)
		return error;
	vattr_null(&va);
	va.va_mode = 0666;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_SETATTR(vp, &va, kauth_cred_get());
	vput(vp);
	return error;
}

static int
makeonedevnode(dev_t devtype, const char *devname, devmajor_t devmaj,
    devminor_t devmin)
{
	int error;

	KASSERT(devtype == S_IFCHR || devtype == S_IFBLK);
	error = do_mknodat(curlwp, AT_FDCWD, devname, 0666 | devtype,
	    makedev(devmaj, devmin), UIO_SYSSPACE);
	if (error == EEXIST)
		return 0;
	return error != 0 ? error : opentoall(devname);
}

void
rump_vfs_devnode(const char *name, devmajor_t cmajor, devminor_t unit)
{
	int error = makeonedevnode(S_IFCHR, name, cmajor, unit);

	if (error != 0)
		printf("cannot make %s: error %d\n", name, error);
}

/*
 * Nodes devbase + minor number + letter, for nnodes minors; without a letter
 * devbase + minor number.
 */
static int
makedevnodes(dev_t devtype, const char *devbase, char minchar,
    devmajor_t devmaj, devminor_t devminbase, int nnodes)
{
	char name[MAXPATHLEN];
	devminor_t mn;
	int error, len;

	for (mn = devminbase; mn < devminbase + nnodes; mn++) {
		len = minchar != '\0' ?
		    snprintf(name, sizeof(name), "%s%d%c", devbase,
		    mn - devminbase, minchar) :
		    snprintf(name, sizeof(name), "%s%d", devbase,
		    mn - devminbase);
		if (len >= sizeof(name))
			return ENAMETOOLONG;
		error = makeonedevnode(devtype, name, devmaj, mn);
		if (error != 0)
			return error;
	}
	return 0;
}

static int
makesymlink(const char *target, const char *name)
{
	int error;

	error = do_symlinkat(curlwp, target, AT_FDCWD, name, UIO_SYSSPACE);
	return error == EEXIST ? 0 : error;
}

/*
 * The nodes a table of the device switch asks for.
 */
void
rump_vfs_builddevs(struct devsw_conv *devs, size_t count)
{
	char name[MAXPATHLEN];
	int error;
	size_t i;

	for (i = 0; i < count; i++) {
		if (devs[i].d_class == DEVNODE_DONTBOTHER)
			continue;
		snprintf(name, sizeof(name), "/dev/%s", devs[i].d_name);
		if (devs[i].d_class == DEVNODE_SINGLE)
			error = makeonedevnode(S_IFCHR, name, devs[i].d_cmajor,
			    (devs[i].d_flags & DEVNODE_FLAG_ISMINOR1) ? 1 : 0);
		else
			error = makedevnodes(S_IFCHR, name, '\0',
			    devs[i].d_cmajor, 0, devs[i].d_vectdim[0]);
		if (error != 0)
			printf("cannot make %s: error %d\n", name, error);
	}
}

void
rump_devnodes_init(void)
{

	rump_vfs_makeonedevnode = makeonedevnode;
	rump_vfs_makedevnodes = makedevnodes;
	rump_vfs_makesymlink = makesymlink;
}
