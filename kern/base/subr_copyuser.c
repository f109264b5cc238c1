/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copyin(9), copyout(9) and relatives.
 *
 * A local client shares the kernel's memory, so copying is copying, except
 * that NULL and its neighbourhood give EFAULT as programs expect.  Memory of
 * a remote client is reached through the operations in rump_sysproxy_ops;
 * those may sleep and give the virtual CPU back meanwhile.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <uvm/uvm_extern.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

/* No object of a program lives below this address. */
#define USER_MIN	((uintptr_t)PAGE_SIZE)

static inline bool
local_p(const struct vmspace *vm)
{

	return vm == vmspace_kernel() || vm == rump_vmspace_local;
}

static inline bool
bad_addr(const void *uaddr, size_t len)
{

	return (uintptr_t)uaddr < USER_MIN ||
	    (uintptr_t)uaddr + len < (uintptr_t)uaddr;
}

int
copyin_vmspace(struct vmspace *vm, const void *uaddr, void *kaddr, size_t len)
{

	if (len == 0)
		return 0;
	if (__predict_false(bad_addr(uaddr, len)))
		return EFAULT;
	if (__predict_true(local_p(vm))) {
		memcpy(kaddr, uaddr, len);
		return 0;
	}
	return rump_sysproxy_copyin(RUMP_SPVM2CTL(vm), uaddr, kaddr, len);
}

int
copyout_vmspace(struct vmspace *vm, const void *kaddr, void *uaddr,
    size_t len)
{

	if (len == 0)
		return 0;
	if (__predict_false(bad_addr(uaddr, len)))
		return EFAULT;
	if (__predict_true(local_p(vm))) {
		memcpy(uaddr, kaddr, len);
		return 0;
	}
	return rump_sysproxy_copyout(RUMP_SPVM2CTL(vm), kaddr, uaddr, len);
}

int
copyin(const void *uaddr, void *kaddr, size_t len)
{

	return copyin_vmspace(curproc->p_vmspace, uaddr, kaddr, len);
}

int
copyout(const void *kaddr, void *uaddr, size_t len)
{

	return copyout_vmspace(curproc->p_vmspace, kaddr, uaddr, len);
}

int
kcopy(const void *from, void *to, size_t len)
{

	memcpy(to, from, len);
	return 0;
}

/*
 * Copy a string of at most len bytes with its NUL; *done counts that too.
 */
int
copystr(const void *from, void *to, size_t len, size_t *done)
{
	size_t n;

	n = strnlen(from, len);
	if (n < len)
		n++;
	memcpy(to, from, n);
	if (done != NULL)
		*done = n;
	if (n == 0 || ((const char *)to)[n - 1] != '\0')
		return ENAMETOOLONG;
	return 0;
}

int
copyinstr(const void *uaddr, void *kaddr, size_t len, size_t *done)
{
	struct vmspace *vm = curproc->p_vmspace;
	size_t got = len;
	int error;

	if (__predict_false(bad_addr(uaddr, 0)))
		return EFAULT;
	if (__predict_true(local_p(vm)))
		return copystr(uaddr, kaddr, len, done);
	error = rump_sysproxy_copyinstr(RUMP_SPVM2CTL(vm), uaddr, kaddr,
	    &got);
	if (done != NULL)
		*done = got;
	if (error == 0 && strnlen(kaddr, len) == len)
		error = ENAMETOOLONG;
	return error;
}

int
copyoutstr(const void *kaddr, void *uaddr, size_t len, size_t *done)
{
	struct vmspace *vm = curproc->p_vmspace;
	size_t got;

	if (__predict_false(bad_addr(uaddr, 0)))
		return EFAULT;
	if (__predict_true(local_p(vm)))
		return copystr(kaddr, uaddr, len, done);
	got = strnlen(kaddr, len);
	if (got == len)
		return ENAMETOOLONG;
	got++;
	if (done != NULL)
		*done = got;
	return rump_sysproxy_copyoutstr(RUMP_SPVM2CTL(vm), kaddr, uaddr,
	    &got);
}

int
copyin_proc(struct proc *p, const void *uaddr, void *kaddr, size_t len)
{

	return copyin_vmspace(p->p_vmspace, uaddr, kaddr, len);
}

int
copyout_proc(struct proc *p, const void *kaddr, void *uaddr, size_t len)
{

	return copyout_vmspace(p->p_vmspace, kaddr, uaddr, len);
}

int
copyin_pid(pid_t pid, const void *uaddr, void *kaddr, size_t len)
{
	struct vmspace *vm;
	struct proc *p;
	int error;

	mutex_enter(&proc_lock);
	p = proc_find(pid);
	vm = p != NULL ? p->p_vmspace : NULL;
	if (vm != NULL)
		uvmspace_addref(vm);
	mutex_exit(&proc_lock);
	if (vm == NULL)
		return ESRCH;
	error = copyin_vmspace(vm, uaddr, kaddr, len);
	uvmspace_free(vm);
	return error;
}

/*
 * Pointers inside an ioctl's argument: the kernel's own or the user's.
 */
int
ioctl_copyin(int ioctlflags, const void *src, void *dst, size_t len)
{

	if (ioctlflags & FKIOCTL)
		return kcopy(src, dst, len);
	return copyin(src, dst, len);
}

int
ioctl_copyout(int ioctlflags, const void *src, void *dst, size_t len)
{

	if (ioctlflags & FKIOCTL)
		return kcopy(src, dst, len);
	return copyout(src, dst, len);
}

/*
 * Single words; they do not tear in local memory.
 */
#define UFETCH(bits)							\
int									\
ufetch_##bits(const uint##bits##_t *uaddr, uint##bits##_t *valp)	\
{									\
									\
	if ((uintptr_t)uaddr & (sizeof(*uaddr) - 1))			\
		return EFAULT;						\
	if (bad_addr(uaddr, sizeof(*uaddr)))				\
		return EFAULT;						\
	if (local_p(curproc->p_vmspace)) {				\
		*valp = *(const volatile uint##bits##_t *)uaddr;	\
		return 0;						\
	}								\
	return copyin(uaddr, valp, sizeof(*valp));			\
}

#define USTORE(bits)							\
int									\
ustore_##bits(uint##bits##_t *uaddr, uint##bits##_t val)		\
{									\
									\
	if ((uintptr_t)uaddr & (sizeof(*uaddr) - 1))			\
		return EFAULT;						\
	if (bad_addr(uaddr, sizeof(*uaddr)))				\
		return EFAULT;						\
	if (local_p(curproc->p_vmspace)) {				\
		*(volatile uint##bits##_t *)uaddr = val;		\
		return 0;						\
	}								\
	return copyout(&val, uaddr, sizeof(val));			\
}

UFETCH(8)
UFETCH(16)
UFETCH(32)
UFETCH(64)
USTORE(8)
USTORE(16)
USTORE(32)
USTORE(64)

/* The C types by their names. */
#define UACCESS(name, type, bits)					\
int									\
ufetch_##name(const type *uaddr, type *valp)				\
{									\
									\
	_Static_assert(sizeof(type) * 8 == bits, "size");		\
	return ufetch_##bits((const uint##bits##_t *)uaddr,		\
	    (uint##bits##_t *)valp);					\
}									\
int									\
ustore_##name(type *uaddr, type val)					\
{									\
									\
	return ustore_##bits((uint##bits##_t *)uaddr, val);		\
}

UACCESS(char, unsigned char, 8)
UACCESS(short, unsigned short, 16)
UACCESS(int, unsigned int, 32)
UACCESS(long, unsigned long, 64)

int
ufetch_ptr(const void **uaddr, void **valp)
{

	return ufetch_64((const uint64_t *)(const void *)uaddr,
	    (uint64_t *)(void *)valp);
}

int
ustore_ptr(void **uaddr, void *val)
{

	return ustore_64((uint64_t *)(void *)uaddr, (uintptr_t)val);
}

#define UCAS(bits)							\
int									\
ucas_##bits(volatile uint##bits##_t *uaddr, uint##bits##_t old,		\
    uint##bits##_t new, uint##bits##_t *ret)				\
{									\
									\
	if ((uintptr_t)uaddr & (sizeof(*uaddr) - 1))			\
		return EFAULT;						\
	if (bad_addr((const void *)(uintptr_t)uaddr, sizeof(*uaddr)))	\
		return EFAULT;						\
	if (!local_p(curproc->p_vmspace))				\
		return ENOSYS;						\
	(void)__atomic_compare_exchange_n(uaddr, &old, new, false,	\
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);			\
	*ret = old;							\
	return 0;							\
}

UCAS(32)
UCAS(64)

int
ucas_int(volatile int *uaddr, int old, int new, int *ret)
{

	return ucas_32((volatile uint32_t *)uaddr, (uint32_t)old,
	    (uint32_t)new, (uint32_t *)ret);
}

int
ucas_ptr(volatile void *uaddr, void *old, void *new, void *ret)
{

	return ucas_64(uaddr, (uintptr_t)old, (uintptr_t)new, ret);
}
