# SPDX-License-Identifier: BSD-2-Clause
#
# Turns vnode_if.conf into the three generated files of the vnode interface:
#	awk -v out=DIR -f mkvnodeif.awk vnode_if.conf
# writes DIR/kpi/sys/vnode_if.h, DIR/src/vnode_if.c and DIR/src/rump_vnode_if.c.

function fail(msg)
{
	printf "%s:%d: %s\n", FILENAME, FNR, msg > "/dev/stderr"
	failed = 1
	exit 1
}

# "struct vnode *" + "vp" reads "struct vnode *vp"; "int" + "x", "int x".
function decl(type, name)
{
	if (type ~ /\*$/)
		return type name
	return type " " name
}

function words(from, to,	i, s)
{
	for (i = from; i <= to; i++)
		s = s (i == from ? "" : " ") $i
	return s
}

/^[ \t]*(#|$)/ { next }

$1 == "op" {
	n = ++nops
	name[n] = $2
	version[n] = 1
	for (i = 3; i <= NF; i++) {
		if ($i ~ /^version=[0-9]+$/)
			version[n] = substr($i, 9)
		else if ($i == "fstrans" || $i == "hook" || $i == "raw")
			flag[n, $i] = 1
		else
			fail("unknown word " $i)
	}
	next
}

$1 == "arg" {
	if (!n)
		fail("argument before the first op")
	a = ++nargs[n]
	kind[n, a] = $2
	first = 3
	if ($2 == "vp") {
		lock[n, a] = $3
		use[n, a] = $4
		first = 5
		if ($3 !~ /^(locked|exclusive|unlocked|any)$/)
			fail("unknown lock state " $3)
		if ($4 !~ /^(keep|rele|put|unlock)$/)
			fail("unknown use " $4)
	} else if ($2 != "vpp" && $2 != "val")
		fail("unknown kind " $2)
	type[n, a] = words(first, NF - 1)
	arg[n, a] = $NF
	next
}

$1 == "ctx" {
	ctxtype[n] = words(2, NF - 1)
	ctxname[n] = $NF
	next
}

{ fail("cannot read this line") }

function sname(o)
{
	return "vop_" name[o] (version[o] > 1 ? "_v" version[o] : "") "_args"
}

function params(o,	a, s)
{
	for (a = 1; a <= nargs[o]; a++)
		s = s (a > 1 ? ",\n    " : "") decl(type[o, a], arg[o, a])
	return s
}

function protoargs(o,	a, s, t)
{
	for (a = 1; a <= nargs[o]; a++) {
		t = type[o, a]
		s = s (a > 1 ? ", " : "") t
	}
	return s
}

function intro(f, what)
{
	print "/* SPDX-License-Identifier: BSD-2-Clause */" > f
	print "/*\n * " what "\n * Made from kern/vfs/vnode_if.conf by " \
	    "mkvnodeif.awk: change those instead.\n */" > f
}

function header(f,	o, a)
{
	intro(f, "Arguments, descriptors and entry points of every vnode " \
	    "operation;\n * included through <sys/vnode.h>.")
	print "#ifndef _SYS_VNODE_IF_H_\n#define _SYS_VNODE_IF_H_\n" > f
	print "#include <sys/types.h>\n#include <sys/acl.h>\n" > f
	print "#ifdef _KERNEL\n" > f
	print "extern const struct vnodeop_desc vop_default_desc;" > f
	print "#define VOP_DEFAULT_DESCOFFSET 0" > f
	for (o = 1; o <= nops; o++) {
		printf "\nstruct %s {\n", sname(o) > f
		print "\tconst struct vnodeop_desc *a_desc;" > f
		for (a = 1; a <= nargs[o]; a++)
			printf "\t%s;\n", decl(type[o, a], "a_" arg[o, a]) > f
		if (ctxname[o] != "")
			printf "\t%s;\n", decl(ctxtype[o], "ctx_" ctxname[o]) > f
		print "};" > f
		printf "extern const struct vnodeop_desc vop_%s_desc;\n", \
		    name[o] > f
		printf "#define VOP_%s_DESCOFFSET %d\n", toupper(name[o]), o > f
		printf "int\tVOP_%s(%s);\n", toupper(name[o]), protoargs(o) > f
		if (flag[o, "raw"])
			printf "int\tvop_%s_raw(%s);\n", name[o], \
			    protoargs(o) > f
	}
	print "\n#define VNODE_OPS_COUNT " nops + 1 > f
	print "extern const struct vnodeop_desc * const vfs_op_descs[];" > f
	print "\n#endif /* _KERNEL */\n\n#endif /* _SYS_VNODE_IF_H_ */" > f
}

function descflags(o,	a, v, s)
{
	for (a = 1; a <= nargs[o]; a++) {
		if (kind[o, a] != "vp")
			continue
		if (use[o, a] == "rele")
			s = s (s ? " | " : "") "VDESC_VP" v + 0 "_WILLRELE"
		if (use[o, a] == "put")
			s = s (s ? " | " : "") "VDESC_VP" v + 0 "_WILLPUT"
		v++
	}
	return s ? s : 0
}

function off(o, a)
{
	return "VOPARG_OFFSETOF(struct " sname(o) ", a_" arg[o, a] ")"
}

function findarg(o, k, t,	a)
{
	for (a = 1; a <= nargs[o]; a++)
		if ((k != "" && kind[o, a] == k) || (t != "" && type[o, a] == t))
			return a
	return 0
}

function desc(f, o,	a)
{
	printf "\nstatic const int vop_%s_vp_offsets[] = {\n", name[o] > f
	for (a = 1; a <= nargs[o]; a++)
		if (kind[o, a] == "vp")
			printf "\t%s,\n", off(o, a) > f
	print "\tVDESC_NO_OFFSET\n};" > f
	printf "const struct vnodeop_desc vop_%s_desc = {\n", name[o] > f
	printf "\t.vdesc_offset = %d,\n\t.vdesc_name = \"vop_%s\",\n", \
	    o, name[o] > f
	printf "\t.vdesc_flags = %s,\n", descflags(o) > f
	printf "\t.vdesc_vp_offsets = vop_%s_vp_offsets,\n", name[o] > f
	a = findarg(o, "vpp")
	printf "\t.vdesc_vpp_offset = %s,\n", \
	    a ? off(o, a) : "VDESC_NO_OFFSET" > f
	a = findarg(o, "", "kauth_cred_t")
	printf "\t.vdesc_cred_offset = %s,\n", \
	    a ? off(o, a) : "VDESC_NO_OFFSET" > f
	a = findarg(o, "", "struct componentname *")
	printf "\t.vdesc_componentname_offset = %s,\n};\n", \
	    a ? off(o, a) : "VDESC_NO_OFFSET" > f
}

# The vnode an operation is dispatched on; rename goes to the target's.
function pivot(o)
{
	return name[o] == "rename" ? "tdvp" : arg[o, findarg(o, "vp")]
}

function body(f, o,	a, up, vp)
{
	up = toupper(name[o])
	vp = pivot(o)
	printf "\nint\n%s(%s)\n{\n", flag[o, "raw"] ? "vop_" name[o] "_raw" : \
	    "VOP_" up, params(o) > f
	printf "\tstruct %s a;\n\tstruct vop_frame fr;\n\tint error;\n\n", \
	    sname(o) > f
	for (a = 1; a <= nargs[o]; a++)
		if (kind[o, a] == "vp" && lock[o, a] != "any")
			printf "\tvop_assert_%s(\"vop_%s\", %s);\n", \
			    lock[o, a], name[o], arg[o, a] > f
	printf "\ta.a_desc = VDESC(vop_%s);\n", name[o] > f
	for (a = 1; a <= nargs[o]; a++)
		printf "\ta.a_%s = %s;\n", arg[o, a], arg[o, a] > f
	if (ctxname[o] != "")
		printf "\ta.ctx_%s = 0;\n", ctxname[o] > f
	if (flag[o, "hook"])
		printf "\tvop_%s_pre(&a, &fr);\n", name[o] > f
	printf "\tvop_enter%s(&fr, %s);\n", \
	    flag[o, "fstrans"] ? "_fstrans" : "", vp > f
	printf "\terror = VCALL(%s, VOP_%s_DESCOFFSET, &a);\n", vp, up > f
	printf "\tvop_exit%s(&fr);\n", flag[o, "fstrans"] ? "_fstrans" : "" > f
	if (flag[o, "hook"])
		printf "\tvop_%s_post(&a, &fr, error);\n", name[o] > f
	print "\treturn error;\n}" > f
}

function source(f,	o)
{
	intro(f, "Dispatch of the vnode operations, with the lock protocol " \
	    "asserted, and\n * the table of their descriptors.")
	print "#include <sys/param.h>\n#include <sys/systm.h>" > f
	print "#include <sys/vnode_impl.h>\n#include <sys/mount.h>" > f
	print "#include <sys/fstrans.h>\n\n#include \"vnode_if_hooks.h\"\n" > f
	print "const struct vnodeop_desc vop_default_desc = {" > f
	print "\t.vdesc_offset = 0,\n\t.vdesc_name = \"default\"," > f
	print "\t.vdesc_vpp_offset = VDESC_NO_OFFSET," > f
	print "\t.vdesc_cred_offset = VDESC_NO_OFFSET," > f
	print "\t.vdesc_componentname_offset = VDESC_NO_OFFSET,\n};" > f
	for (o = 1; o <= nops; o++) {
		desc(f, o)
		body(f, o)
	}
	print "\nconst struct vnodeop_desc * const vfs_op_descs[] = {" > f
	print "\t&vop_default_desc," > f
	for (o = 1; o <= nops; o++)
		printf "\t&vop_%s_desc,\n", name[o] > f
	print "\tNULL\n};" > f
}

function rumpsource(f,	o, a, up)
{
	intro(f, "RUMP_VOP_*: the vnode operations for programs outside of " \
	    "the kernel,\n * which enter it for the length of the call.")
	print "#include <sys/param.h>\n#include <sys/vnode.h>" > f
	print "#include <sys/systm.h>\n\n#include <rump-sys/kern.h>" > f
	for (o = 1; o <= nops; o++) {
		up = toupper(name[o])
		printf "\nint\tRUMP_VOP_%s(%s);\nint\nRUMP_VOP_%s(%s)\n{\n", \
		    up, protoargs(o), up, params(o) > f
		printf "\tint error;\n\n\trump_schedule();\n" > f
		printf "\terror = VOP_%s(", up > f
		for (a = 1; a <= nargs[o]; a++)
			printf "%s%s", (a > 1 ? ", " : ""), arg[o, a] > f
		print ");\n\trump_unschedule();\n\treturn error;\n}" > f
	}
}

END {
	if (failed)
		exit 1
	header(out "/kpi/sys/vnode_if.h")
	source(out "/src/vnode_if.c")
	rumpsource(out "/src/rump_vnode_if.c")
}
