# SPDX-License-Identifier: BSD-2-Clause
#
# Makes everything about system calls out of syscalls.conf (described there):
#
#	awk -f mksyscalls.awk -v out=DIR syscalls.conf
#
# DIR/include/rump/rump_syscalls.h   what programs call
# DIR/kpi/sys/syscall.h              numbers
# DIR/kpi/sys/syscallargs.h          argument structures and handlers
# DIR/src/rump_syscalls.c            wrappers: pack arguments, enter, errno
# DIR/src/init_sysent.c              the table of handlers
#
# A line it cannot understand stops the build.

function die(why)
{
	printf("%s:%d: %s: %s\n", FILENAME, FNR, why, $0) > "/dev/stderr"
	failed = 1
	exit 1
}

function trim(s)
{
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

# "const char *path" -> typ, nam
function split_decl(s)
{
	s = trim(s)
	if (!match(s, /[A-Za-z_][A-Za-z_0-9]*$/))
		die("argument without a name")
	nam = substr(s, RSTART)
	typ = trim(substr(s, 1, RSTART - 1))
	if (typ == "")
		die("argument without a type")
}

function join_decl(t, n)
{
	return t (t ~ /\*$/ ? "" : " ") n
}

# The host may not have the short names of the unsigned types.
function public(t)
{
	sub(/^u_int$/, "unsigned int", t)
	sub(/^u_long$/, "unsigned long", t)
	return t
}

function begin_file(f, what)
{
	printf("/* SPDX-License-Identifier: BSD-2-Clause */\n/*\n") > f
	printf(" * %s\n *\n", what) > f
	printf(" * Made by kern/base/mksyscalls.awk from syscalls.conf; ") > f
	printf("change those.\n */\n") > f
}

BEGIN {
	failed = 0
	n = 0
	last = -1
	FS = "\t+"
	nlet = split("void v mode_t o size_t z ssize_t l long l intptr_t l " \
	    "off_t q dev_t Q u_int u socklen_t u id_t u", let, " ")
	for (i = 1; i < nlet; i += 2)
		letter[let[i]] = let[i + 1]
	letter["unsigned int"] = "u"
}

/^#/ || /^[ \t]*$/ { next }

{
	if (NF != 4 || $1 !~ /^[0-9]+$/)
		die("want number, owner, version, prototype")
	if ($1 + 0 <= last)
		die("numbers must grow")
	last = $1 + 0
	num[n] = last
	owner[n] = $2
	vers[n] = $3
	proto = $4
	open_at = index(proto, "(")
	if (!open_at || proto !~ /\)$/)
		die("no argument list")
	split_decl(substr(proto, 1, open_at - 1))
	ret[n] = typ
	name[n] = nam
	args = substr(proto, open_at + 1, length(proto) - open_at - 1)

	special[n] = 0
	v = vers[n]
	if (v == "-") {
		kname[n] = name[n]
		lname[n] = "rump___sysimpl_" name[n]
	} else if (v == "@pipe") {
		kname[n] = name[n]
		lname[n] = "rump_sys_" name[n]
		special[n] = 1
	} else if (v ~ /^[0-9]+$/) {
		kname[n] = "__" name[n] v
		lname[n] = "rump___sysimpl_" name[n] v
	} else
		die("version")

	varia[n] = -1
	nargs[n] = 0
	if (args != "void") {
		k = split(args, a, /,/)
		for (i = 1; i <= k; i++) {
			s = trim(a[i])
			j = nargs[n]
			if (s == "PAD") {
				at[n, j] = "int"
				an[n, j] = "PAD"
			} else {
				if (s ~ /^\.\.\. /) {
					if (i != k)
						die("'...' is not last")
					varia[n] = j
					s = substr(s, 5)
				}
				split_decl(s)
				at[n, j] = typ
				an[n, j] = nam
			}
			nargs[n]++
		}
	}
	n++
}

function nvis(c,		j, k)
{
	k = 0
	for (j = 0; j < nargs[c]; j++)
		if (an[c, j] != "PAD")
			k++
	return k
}

function proto_text(c, names,		j, s)
{
	s = ""
	for (j = 0; j < nargs[c]; j++) {
		if (an[c, j] == "PAD")
			continue
		if (s != "")
			s = s ", "
		if (varia[c] == j)
			s = s "..."
		else
			s = s (names ? join_decl(public(at[c, j]), an[c, j]) \
			    : public(at[c, j]))
	}
	return s == "" ? "void" : s
}

function write_public(f,		c, j)
{
	begin_file(f, "The system calls of a rump kernel: rump_sys_NAME().")
	print "#ifndef _RUMP_RUMP_SYSCALLS_H_" > f
	print "#define _RUMP_RUMP_SYSCALLS_H_\n" > f
	print "#ifdef _KERNEL" > f
	print "#include <sys/types.h>" > f
	print "#include <sys/fd_set.h>" > f
	print "#include <sys/sigtypes.h>" > f
	print "#include <sys/idtype.h>" > f
	print "#else" > f
	print "#include <sys/types.h>" > f
	print "#include <sys/select.h>" > f
	print "#include <sys/socket.h>" > f
	print "#include <sys/wait.h>" > f
	print "#include <signal.h>" > f
	print "#include <stdint.h>" > f
	print "#include <time.h>" > f
	print "#endif\n" > f
	print "#ifdef __cplusplus\nextern \"C\" {\n#endif\n" > f
	nstr = split("aiocb iovec itimerspec itimerval kevent mmsghdr msghdr " \
	    "pollfd quotactl_args rlimit sigevent sockaddr stat statvfs " \
	    "timespec timeval", str, " ")
	for (j = 1; j <= nstr; j++)
		print "struct " str[j] ";" > f
	print "\n/*" > f
	print " * A call keeps its name in programs; the symbol it is linked" > f
	print " * with says which version of its structures it was built for." > f
	print " */" > f
	print "#define RUMP_SYSLINK(sym)\t__asm__(#sym)\n" > f
	for (c = 0; c < n; c++) {
		printf("%s rump_sys_%s(%s)", public(ret[c]), name[c],
		    proto_text(c, 0)) > f
		if (!special[c])
			printf("\n    RUMP_SYSLINK(%s)", lname[c]) > f
		printf(";\n") > f
	}
	print "\n#ifdef __cplusplus\n}\n#endif" > f
	print "\n#endif /* _RUMP_RUMP_SYSCALLS_H_ */" > f
	close(f)
}

function write_numbers(f,		c)
{
	begin_file(f, "Numbers of the system calls.")
	print "#ifndef _SYS_SYSCALL_H_" > f
	print "#define _SYS_SYSCALL_H_\n" > f
	for (c = 0; c < n; c++)
		printf("#define SYS_%s\t%d\n", kname[c], num[c]) > f
	printf("#define SYS_MAXSYSCALL\t%d\n", last + 1) > f
	print "#define SYS_NSYSENT\t512" > f
	print "\n#endif /* _SYS_SYSCALL_H_ */" > f
	close(f)
}

function write_args(f,		c, j)
{
	begin_file(f, "Arguments and handlers of the system calls.")
	print "#ifndef _SYS_SYSCALLARGS_H_" > f
	print "#define _SYS_SYSCALLARGS_H_\n" > f
	print "#include <sys/types.h>" > f
	print "#include <sys/fd_set.h>" > f
	print "#include <sys/idtype.h>" > f
	print "#include <sys/mount.h>" > f
	print "#include <sys/sched.h>" > f
	print "#include <sys/socket.h>" > f
	print "\n#undef syscallarg" > f
	print "#define syscallarg(x)\t\t\t\t\t\t\\" > f
	print "\tunion {\t\t\t\t\t\t\t\\" > f
	print "\t\tregister_t pad;\t\t\t\t\t\\" > f
	print "\t\tstruct { x datum; } le;\t\t\t\t\\" > f
	print "\t\tstruct {\t\t\t\t\t\\" > f
	print "\t\t\tint8_t pad[(sizeof(register_t) < sizeof(x)) \\" > f
	print "\t\t\t    ? 0 : sizeof(register_t) - sizeof(x)];\t\\" > f
	print "\t\t\tx datum;\t\t\t\t\\" > f
	print "\t\t} be;\t\t\t\t\t\t\\" > f
	print "\t}" > f
	print "#ifndef SCARG" > f
	print "#if _BYTE_ORDER == _BIG_ENDIAN" > f
	print "#define SCARG(p, k)\t((p)->k.be.datum)" > f
	print "#else" > f
	print "#define SCARG(p, k)\t((p)->k.le.datum)" > f
	print "#endif" > f
	print "#endif" > f
	print "#undef check_syscall_args" > f
	print "#define check_syscall_args(call)\t\t\t\t\\" > f
	print "\t_Static_assert(sizeof(struct call##_args) <=\t\t\\" > f
	print "\t    10 * sizeof(register_t), \"too many arguments\");\n" > f
	print "struct lwp;\nstruct aiocb;\nstruct iovec;\nstruct kevent;" > f
	print "struct itimerspec;\nstruct itimerval;\nstruct pollfd;" > f
	print "struct quotactl_args;\nstruct rlimit;\nstruct sigevent;" > f
	print "struct stat;\nstruct statvfs;\nstruct timespec;" > f
	print "struct timeval;\nstruct mmsghdr;\nstruct msghdr;\n" > f
	for (c = 0; c < n; c++) {
		if (nargs[c] == 0 || special[c])
			continue
		printf("struct sys_%s_args {\n", kname[c]) > f
		for (j = 0; j < nargs[c]; j++)
			printf("\tsyscallarg(%s) %s;\n", at[c, j],
			    an[c, j]) > f
		printf("};\ncheck_syscall_args(sys_%s)\n\n", kname[c]) > f
	}
	for (c = 0; c < n; c++) {
		if (nargs[c] == 0 || special[c])
			arg = "void"
		else
			arg = "struct sys_" kname[c] "_args"
		printf("int\tsys_%s(struct lwp *, const %s *,\n" \
		    "\t    register_t *);\n", kname[c], arg) > f
	}
	print "int\tsys_nosys(struct lwp *, const void *, register_t *);" > f
	print "\n#endif /* _SYS_SYSCALLARGS_H_ */" > f
	close(f)
}

function ret_text(t)
{
	if (t == "void")
		return ""
	return "\treturn (" t ")rsys_result(error, retval);\n"
}

function write_wrapper(f, c,		j, arg)
{
	printf("\n%s %s(%s);\n%s\n%s(%s)\n{\n", ret[c], lname[c],
	    proto_text(c, 0), ret[c], lname[c], proto_text(c, 1)) > f
	printf("\tregister_t retval[2];\n") > f
	if (nvis(c))
		printf("\tstruct sys_%s_args callarg;\n", kname[c]) > f
	if (ret[c] != "void")
		print "\tint error;" > f
	if (varia[c] >= 0)
		print "\tva_list ap;" > f
	print "" > f
	for (j = 0; j < nargs[c]; j++) {
		if (an[c, j] == "PAD")
			printf("\tSCARG(&callarg, PAD) = 0;\n") > f
		else if (varia[c] == j) {
			printf("\tva_start(ap, %s);\n", an[c, j - 1]) > f
			printf("\tSCARG(&callarg, %s) = va_arg(ap, %s);\n",
			    an[c, j], at[c, j]) > f
			print "\tva_end(ap);" > f
		} else
			printf("\tSCARG(&callarg, %s) = %s;\n", an[c, j],
			    an[c, j]) > f
	}
	arg = nvis(c) ? "&callarg, sizeof(callarg)" : "NULL, 0"
	printf("\t%srump_syscall(SYS_%s, %s,\n\t    retval);\n",
	    ret[c] == "void" ? "(void)" : "error = ", kname[c], arg) > f
	printf("%s}\n", ret_text(ret[c])) > f
}

function write_pipe(f, c)
{
	printf("\nint rump_sys_%s(int *);\nint\nrump_sys_%s(int *fildes)\n",
	    name[c], name[c]) > f
	print "{\n\tregister_t retval[2];\n\tint error;\n" > f
	printf("\terror = rump_syscall(SYS_%s, NULL, 0, retval);\n",
	    kname[c]) > f
	print "\tif (error == 0) {" > f
	print "\t\tfildes[0] = (int)retval[0];" > f
	print "\t\tfildes[1] = (int)retval[1];\n\t\tretval[0] = 0;\n\t}" > f
	print "\treturn (int)rsys_result(error, retval);\n}" > f
}

function write_wrappers(f,		c)
{
	begin_file(f, "What rump_sys_NAME() is linked with: packs arguments, " \
	    "enters, sets errno.")
	print "#include <sys/param.h>" > f
	print "#include <sys/types.h>" > f
	print "#include <sys/proc.h>" > f
	print "#include <sys/syscall.h>" > f
	print "#include <sys/syscallargs.h>" > f
	print "#include <sys/stdarg.h>" > f
	print "#include <sys/systm.h>\n" > f
	print "#include <rump-sys/kern.h>\n" > f
	print "#include <rump/rumpuser.h>\n" > f
	print "static inline register_t" > f
	print "rsys_result(int error, const register_t *retval)" > f
	print "{\n\n\tif (__predict_true(error == 0))" > f
	print "\t\treturn retval[0];" > f
	print "\trumpuser_seterrno(error);\n\treturn -1;\n}" > f
	for (c = 0; c < n; c++) {
		if (special[c])
			write_pipe(f, c)
		else
			write_wrapper(f, c)
	}
	close(f)
}

# One letter a type, see rump_trace.c.
function type_letter(c, t, nm)
{
	if (nm == "PAD")
		return "-"
	if (t == "const char *")
		return "s"
	if (t ~ /\*$/)
		return "p"
	if (nm ~ /flags?$/ && name[c] ~ /^(_ksem_open|open|openat|pipe2|dup3|kqueue1|paccept|eventfd|timerfd_create)$/)
		return "f"
	if (t == "u_long")
		return "X"
	if (nm ~ /flags?$/)
		return "x"
	if (t in letter)
		return letter[t]
	return "d"
}

# The letter of the result, then those of the arguments.
function call_letters(c,	j, s)
{
	if (special[c])
		return "2"
	s = type_letter(c, ret[c], "")
	for (j = 0; j < nargs[c]; j++)
		s = s type_letter(c, at[c, j], an[c, j])
	return s
}

function write_table(f,		c, i, bits)
{
	begin_file(f, "The table of system call handlers, as it is at boot.")
	print "#include <sys/param.h>" > f
	print "#include <sys/types.h>" > f
	print "#include <sys/proc.h>" > f
	print "#include <sys/syscall.h>" > f
	print "#include <sys/syscallargs.h>" > f
	print "#include <sys/syscallvar.h>" > f
	print "#include <sys/systm.h>\n" > f
	print "#include <rump-sys/kern.h>\n" > f
	print "#define NS(n, s)\t\t\t\t\t\t\\" > f
	print "\t.sy_narg = (n), .sy_argsize = (s)" > f
	print "#define CALL(h)\t\t.sy_call = (sy_call_t *)(void *)(h)\n" > f
	print "struct sysent rump_sysent[SYS_NSYSENT] = {" > f
	c = 0
	for (i = 0; i < 512; i++) {
		if (c >= n || num[c] != i) {
			printf("\t[%d] = { CALL(sys_nosys) },\n", i) > f
			continue
		}
		printf("\t[SYS_%s] = { ", kname[c]) > f
		if (nargs[c] && !special[c])
			printf("NS(%d, sizeof(struct sys_%s_args)),\n\t    ",
			    nargs[c], kname[c]) > f
		printf("CALL(%s) },\n",
		    owner[c] == "base" ? "sys_" kname[c] : "sys_nosys") > f
		c++
	}
	print "};\n" > f
	print "/* One bit a call: do not look for a module that has it. */" > f
	print "const uint32_t rump_sysent_nomodbits[SYS_NSYSENT / 32] = {" > f
	for (i = 0; i < 16; i++)
		print "\t0xffffffff," > f
	print "};\n" > f
	print "/* Names, for messages and traces. */" > f
	print "const char *const rump_syscallnames[SYS_NSYSENT] = {" > f
	for (c = 0; c < n; c++)
		printf("\t[SYS_%s] = \"%s\",\n", kname[c], name[c]) > f
	print "};\n" > f
	print "/* Kinds of their results and arguments, for traces. */" > f
	print "const char *const rump_syscallkinds[SYS_NSYSENT] = {" > f
	for (c = 0; c < n; c++)
		printf("\t[SYS_%s] = \"%s\",\n", kname[c],
		    call_letters(c)) > f
	print "};" > f
	close(f)
}

END {
	if (failed)
		exit 1
	if (out == "") {
		print "mksyscalls.awk: no -v out=DIR" > "/dev/stderr"
		exit 1
	}
	if (last >= 512) {
		print "mksyscalls.awk: numbers end at 511" > "/dev/stderr"
		exit 1
	}
	system("mkdir -p " out "/include/rump " out "/kpi/sys " out "/src")
	write_public(out "/include/rump/rump_syscalls.h")
	write_numbers(out "/kpi/sys/syscall.h")
	write_args(out "/kpi/sys/syscallargs.h")
	write_wrappers(out "/src/rump_syscalls.c")
	write_table(out "/src/init_sysent.c")
}
