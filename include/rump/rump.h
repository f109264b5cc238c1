/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump(3): boot a rump kernel in this process and make calls on it.
 *
 *	rump_boot_*(), rump_pub_etfs_register() ...	before rump_init() or,
 *							where noted, after it
 *	rump_init()					once
 *	rump_sys_*() of rump/rump_syscalls.h, rump_pub_*()
 *
 * Source and binary interface are NetBSD's.  The kernel's own sources read
 * this header as well, for the types.
 */
#ifndef _RUMP_RUMP_H_
#define	_RUMP_RUMP_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stddef.h>
#include <stdint.h>
#endif

/* The type of the kernel's machine registers, whatever the host calls so. */
#if defined(_KERNEL) || defined(__NetBSD__)
#define	RUMP_REGISTER_T	register_t
#else
#define	RUMP_REGISTER_T	long
#ifndef __BIT_TYPES_DEFINED__
typedef RUMP_REGISTER_T register_t;
#endif
#endif

/* How a host file appears inside the kernel. */
enum rump_etfs_type {
	RUMP_ETFS_REG,			/* regular file */
	RUMP_ETFS_BLK,			/* block device */
	RUMP_ETFS_CHR,			/* character device */
	RUMP_ETFS_DIR,			/* directory, not what is below it */
	RUMP_ETFS_DIR_SUBDIRS		/* directory with all that is below */
};
#define	RUMP_ETFS_SIZE_ENDOFF	((uint64_t)-1)	/* to the end of the file */

/* A host file for the boot itself; eb_status is set by then to an errno. */
struct rump_boot_etfs {
	const char *eb_key;		/* path inside the kernel */
	const char *eb_hostpath;
	enum rump_etfs_type eb_type;
	uint64_t eb_begin;		/* bytes; of a block device */
	uint64_t eb_size;		/* or RUMP_ETFS_SIZE_ENDOFF */

	struct rump_boot_etfs *_eb_next;	/* the kernel's */
	int eb_status;			/* out: -1 until done */
};

/* What becomes of a signal that the kernel sends to a process. */
enum rump_sigmodel {
	RUMP_SIGMODEL_PANIC,		/* a fatal one panics */
	RUMP_SIGMODEL_IGNORE,
	RUMP_SIGMODEL__HOST_NOTANYMORE,
	RUMP_SIGMODEL_RAISE,		/* is sent to the host process */
	RUMP_SIGMODEL_RECORD		/* is kept, as on a real kernel */
};

/* Direction of rump_pub_uio_setup(). */
enum rump_uiorw {
	RUMPUIO_READ,
	RUMPUIO_WRITE
};

/* rump_pub_lwproc_rfork(): what the new process gets of the descriptors. */
#define	RUMP_RFFD_SHARE	0x00		/* the same table */
#define	RUMP_RFFD_COPY	0x01		/* a copy */
#define	RUMP_RFFD_CLEAR	0x02		/* an empty table */
#define	RUMP_RFFDG	RUMP_RFFD_COPY
#define	RUMP_RFCFDG	RUMP_RFFD_CLEAR

/* rump_pub_freecn(): release the credentials, too. */
#define	RUMPCN_FREECRED	0x02

/* rump_daemonize_done(): not an error. */
#define	RUMP_DAEMONIZE_SUCCESS	0

struct lwp;
struct modinfo;
struct rump_dsosets;
struct uio;

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Boot.  The results are 0 or an errno of NetBSD.
 *
 * rump_boot_gethowto(), sethowto(): RUMP_RB_*, RUMP_AB_* of rumpdefs.h, before
 *	rump_init().
 * rump_boot_setsigmodel(): before rump_init().  The first one is the default.
 * rump_boot_etfs_register(): queues a host file for rump_init(), for files
 *	that must be there before drivers attach.  The structure stays.
 * rump_init(): boots.  Another call does nothing and returns what the first
 *	one did.
 * rump_init_callback(f): boots, and calls f in the new kernel just before
 *	process 1 is made.
 * rump_init_server(url): serves remote clients at url, after rump_init().
 */
void	rump_boot_etfs_register(struct rump_boot_etfs *);
int	rump_boot_gethowto(void);
void	rump_boot_sethowto(int);
void	rump_boot_setsigmodel(enum rump_sigmodel);
int	rump_init(void);
int	rump_init_callback(void (*)(void));
int	rump_init_server(const char *);

/*
 * rump_daemonize_begin(), done(): as rumpuser_daemonize_*(); begin comes before
 *	rump_init(), done(error) after it.
 */
int	rump_daemonize_begin(void);
int	rump_daemonize_done(int);

/*
 * rump_schedule(), unschedule(): enter and leave the kernel by hand, to call
 *	kernel functions that do not do it themselves.  No host call that
 *	blocks in between.
 * rump_getversion(): the kernel's version as a number, NetBSD's
 *	__NetBSD_Version__.  rump_pub_getversion() is the same.
 * rump_nativeabi_p(): not zero if system calls could be made with the host's
 *	own structures, that is on a NetBSD host of the same version.
 * rump_printevcnts(): event counters to the console.
 * rump_dso_error(dso, &module, &init): what became of the modules of a loaded
 *	shared object, after rump_init().  dso is what dlsym() has for
 *	"rump_dsosets" in it.  0, or the first error and the module's name;
 *	init is 1 if the module's initialisation returned it, 0 if the module
 *	was not taken: EEXIST for one of the same name, EPROGMISMATCH for
 *	another version of the kernel, EINVAL for its class or name.  ENOEXEC:
 *	it has no module.  ENOENT: it did not register.
 */
int	rump_dso_error(const struct rump_dsosets *, const char **, int *);
void	rump_schedule(void);
void	rump_unschedule(void);
int	rump_getversion(void);
int	rump_pub_getversion(void);
int	rump_nativeabi_p(void);
void	rump_printevcnts(void);

#ifdef __cplusplus
}
#endif

#include <rump/rumpdefs.h>
#include <rump/rumpkern_if_pub.h>
#include <rump/rumpvfs_if_pub.h>
#include <rump/rumpnet_if_pub.h>

#endif /* !_RUMP_RUMP_H_ */
