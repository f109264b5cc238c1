# SPDX-License-Identifier: BSD-2-Clause
#
# The options of -o, value by value: what a file system gets in its structure
# and as flags of the mount. Offsets and numbers are those of NetBSD's
# mount_x(8) on a 64-bit machine.
# Covers: vfsops(9)

. "$TOP/tests/mk/kit.subr"

# The file systems of k_args.c, which print what they get.
args() {
	kit
	mkdir args && cd args
	cp "$TOP/tests/tools/fsu/k_args.c" args.c
	threelines rumpfs_args args.c
	make >out 2>&1 || { cat out; atf_fail "make"; }
	cd ..
	head -c 64k /dev/zero >x.img
}
# gets TYPE OPTIONS LINE...: exactly these lines are printed, and no more.
gets() {
	type=$1
	options=$2
	shift 2
	printf '%s\n' "$@" >want
	fsu -l args/librumpfs_args.so -t "$type" ${options:+-o "$options"} \
	    ls x.img: >out 2>err
	atf_check_equal 1 $?
	grep -v '^fsu ls: x.img: cannot mount it as' err >got
	atf_check -o file:want cat got
	atf_check_equal 1 "$(grep -c "cannot mount it as $type" err)"
}
# says TEXT TYPE OPTIONS: refused, and this is why.
says() {
	atf_check -s exit:1 -o empty -e match:"^fsu ls: $1" \
	    fsu -l args/librumpfs_args.so -t "$2" -o "$3" ls x.img:
}

atf_test_case generic
generic_body() {
	args
	d="0: '/image0/x.img'"
	# reading is read-only and without devices
	gets ffs '' 'ffs: flags 0x11 length 8' "$d"
	while read -r name flags; do
		gets ffs $name "ffs: flags $flags length 8" "$d"
	done <<'EOT'
ro 0x11
rdonly 0x11
rw 0x10
nordonly 0x10
acls 0x200011
noacls 0x11
nfs4acls 0x200011
nonfs4acls 0x11
posix1eacls 0x811
noposix1eacls 0x11
async 0x51
noasync 0x11
noatime 0x4000011
atime 0x11
automounted 0x10000011
nocoredump 0x8011
dev 0x1
nodev 0x11
nodevmtime 0x40000011
discard 0x800011
noexec 0x15
extattr 0x1000011
hidden 0x100011
log 0x2000011
relatime 0x20011
softdep 0x80000011
nosuid 0x19
symperm 0x20000011
sync 0x13
union 0x31
rw,noatime,sync 0x4000012
async,noasync,exec,noexec 0x15
EOT
	# -r is stronger than rw; several -o are one
	atf_check -s exit:1 -e match:'flags 0x11 ' fsu -r \
	    -l args/librumpfs_args.so -t ffs -o rw ls x.img:
	atf_check -s exit:1 -e match:'flags 0x4000012 ' \
	    fsu -l args/librumpfs_args.so -t ffs -o rw,sync -o noatime ls x.img:
	atf_check -s exit:1 -e match:'flags 0x10 ' \
	    fsu -l args/librumpfs_args.so -t ffs mkdir x.img:/x
	atf_check -s exit:1 -e match:'flags 0x11 ' \
	    fsu -l args/librumpfs_args.so -t ffs -o ro mkdir x.img:/x
}

atf_test_case types
types_body() {
	args
	d="0: '/image0/x.img'"
	gets lfs '' 'lfs: flags 0x11 length 8' "$d"
	gets hfs '' 'hfs: flags 0x11 length 8' "$d"
	gets sysvbfs '' 'sysvbfs: flags 0x11 length 8' "$d"
	gets msdos '' 'msdos: flags 0x11 length 168' "$d" '144: 0x1ed' \
	    '148: 0x10' '152: 0x3' '156: 0x1ed'
	gets msdos uid=1,gid=2,mask=640,dirmask=0751,gmtoff=-3600,version=2 \
	    'msdos: flags 0x11 length 168' "$d" '136: 0x1' '140: 0x2' \
	    '144: 0x1a0' '148: 0x10' '152: 0x2' '156: 0x1e9' \
	    '160: 0xfffff1f0'
	gets msdos shortname,longname,nowin95,gemdosfs,utf8,mask=0,dirmask=0 \
	    'msdos: flags 0x11 length 168' "$d" '148: 0x3f' '152: 0x3'
	gets msdos uid=root,nowin95,win95,mask=0,dirmask=0 \
	    'msdos: flags 0x11 length 168' "$d" '148: 0x10' '152: 0x3'
	gets cd9660 '' 'cd9660: flags 0x11 length 144' "$d"
	gets cd9660 norrip,gens 'cd9660: flags 0x11 length 144' "$d" \
	    '136: 0x3'
	gets cd9660 nrr,extatt,nojoliet 'cd9660: flags 0x11 length 144' \
	    "$d" '136: 0xd'
	gets cd9660 nomaplcase,rrcaseins 'cd9660: flags 0x11 length 144' \
	    "$d" '136: 0x30'
	gets cd9660 nocasetrans,casetrans,rrip,joliet \
	    'cd9660: flags 0x11 length 144' "$d"
	gets ntfs uid=3,gid=4,mask=700,caseins \
	    'ntfs: flags 0x11 length 160' "$d" '136: 0x3' '140: 0x4' \
	    '144: 0x1c0' '152: 0x1'
	gets ntfs allnames 'ntfs: flags 0x11 length 160' "$d" '144: 0x1ed' \
	    '152: 0x2'
	gets udf '' 'udf: flags 0x11 length 80' '0: 0x1' \
	    "8: '/image0/x.img'"
	gets udf session=-1,closesession,gmtoff=60,uid=5,gid=6,nobodyuid=7,nobodygid=8,sectorsize=2k \
	    'udf: flags 0x11 length 80' '0: 0x1' "8: '/image0/x.img'" \
	    '16: 0xffffffff' '20: 0x1' '24: 0x3c' '28: 0x5' '32: 0x6' \
	    '36: 0x7' '40: 0x8' '44: 0x800'
	gets efs '' 'efs: flags 0x11 length 16' "$d"
	gets efs version=2 'efs: flags 0x11 length 16' "$d" '8: 0x2'
	gets v7fs '' 'v7fs: flags 0x11 length 16' "$d" '8: 0x4d2'
	gets v7fs be 'v7fs: flags 0x11 length 16' "$d" '8: 0x10e1'
	gets v7fs pdp 'v7fs: flags 0x11 length 16' "$d" '8: 0xd54'
	gets v7fs be,le 'v7fs: flags 0x11 length 16' "$d" '8: 0x4d2'
	gets nilfs gmtoff=-60,checkpoint=4294967298 \
	    'nilfs: flags 0x11 length 64' '0: 0x1' "8: '/image0/x.img'" \
	    '20: 0xffffffc4' '24: 0x2' '28: 0x1'
	gets ptyfs '' 'ptyfs: flags 0x11 length 16' '0: 0x2' '4: 0x4' \
	    '8: 0x190'
	gets ptyfs gid=9,mode=666,chroot 'ptyfs: flags 0x11 length 16' \
	    '0: 0x2' '4: 0x9' '8: 0x1b6' '12: 0x1'
	gets kernfs '' 'kernfs: flags 0x11 length 0'
	gets null target=/some/dir 'null: flags 0x11 length 136' \
	    "0: '/some/dir'"
	gets overlay target=/a 'overlay: flags 0x11 length 136' "0: '/a'"
	gets umap target=/a,fsid=5 'umap: flags 0x11 length 168' "0: '/a'" \
	    '160: 0x5'
	gets union target=/low 'union: flags 0x11 length 16' "0: '/low'" \
	    '8: 0x1'
	gets union target=/low,below 'union: flags 0x11 length 16' \
	    "0: '/low'" '8: 0x2'
	gets union replace,target=/low 'union: flags 0x11 length 16' \
	    "0: '/low'" '8: 0x3'
	# a type nobody knows: the layout most have
	gets mine '' 'mine: flags 0x11 length 512' "$d"
}

atf_test_case own_table
own_table_body() {
	args
	own() {
		o=$1
		shift
		fsu -l args/librumpfs_args.so -t own -o "$o" ls x.img: \
		    2>err && atf_fail "mounted"
		for line; do
			atf_check -o match:"^$line\$" cat err
		done
	}
	# defaults, and the device's pointer
	own ro 'own: flags 0x11 length 64' '48: 0x1110000' '60: 0x5' \
	    '40: 0x[0-9a-f]+'
	own i1=-128,i2=-32768 '0: 0x80000080'
	own i1=127,i2=32767 '0: 0x7fff007f'
	own i4=-2147483648 '4: 0x80000000'
	own i4=2147483647 '4: 0x7fffffff'
	own i8=-9223372036854775808 '12: 0x80000000'
	own i8=9223372036854775807 '8: 0xffffffff' '12: 0x7fffffff'
	own u1=255,u2=65535 '16: 0xffff00ff'
	own u4=4294967295 '20: 0xffffffff'
	own u8=18446744073709551615 '24: 0xffffffff' '28: 0xffffffff'
	own u4=1k '20: 0x400'
	own u8=5g '24: 0x40000000' '28: 0x1'
	own text=hello "32: 'hello'"
	own mode=7777,on,off '48: 0x81010fff'
	own noon,nooff '48: 0x1100000'
	own uid=70000,gid=80000 '52: 0x11170' '56: 0x13880'
	own seven '60: 0x7'
	own seven,nine '60: 0x9'
	# its own names come first
	own log 'own: flags 0x11 length 64' '60: 0x1'
	for i in 1 2 3 4; do
		says "broken$i: the driver's table rump_mountargs_broken$i makes no sense" \
		    broken$i ro
	done
}

atf_test_case refused
refused_body() {
	args
	says "'frob' is no option of msdos, which has uid=, gid=, mask=, .*, utf8; and all types have ro, .* union" \
	    msdos frob
	says "'frob' is no option of hfs, which has none of its own" hfs frob
	says "'frob' is no option of mine, which has none" mine frob=1
	says "'nouid' is no option of msdos" msdos nouid
	says "'' is no option of hfs" hfs ro,
	says "'update' is no option of hfs" hfs update
	says "'UID' is no option of msdos" msdos UID=1
	says "option 'utf8' takes no value" msdos utf8=1
	says "option 'ro' takes no value" msdos ro=1
	says "option 'be' takes no value" v7fs be=1
	says "option 'uid' needs a value" msdos uid
	says "option 'uid' needs a value" msdos uid=
	says "option 'target' needs a value" null target=
	says "option 'uid': 'no_such_user' is no valid value" \
	    msdos uid=no_such_user
	says "option 'uid': 'root:' is no valid value" msdos uid=root:
	says "option 'gid': 'no_such_group' is no valid value" \
	    msdos gid=no_such_group
	says "option 'mask': '888' is no valid value" msdos mask=888
	says "option 'mask': '755x' is no valid value" msdos mask=755x
	says "option 'mask': '17777' is out of range" msdos mask=17777
	says "option 'gmtoff': 'x' is no valid value" msdos gmtoff=x
	says "option 'gmtoff': '2147483648' is out of range" \
	    msdos gmtoff=2147483648
	says "option 'sectorsize': '-1' is no valid value" udf sectorsize=-1
	says "option 'sectorsize': '4g' is out of range" udf sectorsize=4g
	says "option 'i1': '128' is out of range" own i1=128
	says "option 'i1': '-129' is out of range" own i1=-129
	says "option 'i2': '32768' is out of range" own i2=32768
	says "option 'i8': '9223372036854775808' is out of range" \
	    own i8=9223372036854775808
	says "option 'u1': '256' is out of range" own u1=256
	says "option 'u2': '64k' is out of range" own u2=64k
	says "option 'u8': '18446744073709551616' is out of range" \
	    own u8=18446744073709551616
	says "option 'i4': '--1' is no valid value" own i4=--1
	says "option 'i4': '1kk' is no valid value" own i4=1kk
}

atf_test_case really
really_head() {
	atf_set require.progs mke2fs
}
really_body() {
	PATH=$B/emu:$B/bin:$PATH:/sbin:/usr/sbin
	small_image d.img
	atf_check -o match:hello fsu -o noatime ls d.img:
	atf_check -s exit:1 -e match:'Read-only file system' \
	    fsu -o ro mkdir d.img:/x
	atf_check -s exit:1 -e match:"'uid' is no option of ext2fs, which" \
	    fsu -o uid=5 ls d.img:
	# rw for a command that reads: the volume is marked and put away
	atf_check -o ignore fsu -o rw,noatime cat d.img:/hello
	atf_check -o ignore -e ignore e2fsck -fn d.img
	# a tmpfs, with a limit
	atf_check -o match:'^drwxr-x--- .* 7 +9 ' fsu -t tmpfs \
	    -o mode=750,uid=7,gid=9 ls -lnd d.img:
	atf_check -o match:' 1024 ' fsu -t tmpfs -o size=1m df -k d.img:
	head -c 2M /dev/zero >big
	atf_check -s exit:1 -e match:'No space left' \
	    fsu -t tmpfs -o size=1m ecp big d.img:/big
	atf_check fsu -t tmpfs -o size=4m ecp big d.img:/big
	atf_check -s exit:1 -e match:'cannot mount it as tmpfs: Invalid' \
	    fsu -t tmpfs -o inodes=1 ls d.img:
}

atf_init_test_cases() {
	for t in generic types own_table refused really; do
		atf_add_test_case $t
	done
}
