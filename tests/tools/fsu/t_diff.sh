# SPDX-License-Identifier: BSD-2-Clause
#
# fsu diff, and --json of every command that has it: Python reads what it
# prints.

. "$TOP/tests/tools/fsu/fsu.subr"

atf_test_case same
same_body() {
	tree
	image
	atf_check fsu ecp -a t d.img:/t
	atf_check fsu diff -rp t d.img:/t
	atf_check fsu diff -rp d.img:/t t
	atf_check fsu diff d.img:/t/hello t/hello
	# a file against a directory: its namesake there
	atf_check fsu diff t/hello d.img:/t
	cp d.img e.img
	atf_check fsu diff -rp d.img: e.img:
	clean
}

atf_test_case differences
differences_body() {
	tree
	image
	atf_check fsu ecp -a t d.img:/t
	atf_check -x "echo x | fsu write -o 19999 d.img:/t/a/b/numbers"
	atf_check fsu rm d.img:/t/a/zero
	atf_check fsu mkdir d.img:/t/a/zero
	atf_check fsu touch d.img:/t/more
	atf_check fsu rm d.img:/t/abs
	atf_check fsu ln -sf elsewhere d.img:/t/a/soft
	atf_check fsu chmod 700 d.img:/t/empty
	cat >want <<'EOT'
Files t/a/b/numbers and d.img:/t/a/b/numbers differ
Symbolic links t/a/soft and d.img:/t/a/soft differ
File t/a/zero is a regular empty file while file d.img:/t/a/zero is a directory
Only in t: abs
Only in d.img:/t: more
EOT
	atf_check -s exit:1 -o file:want fsu diff -r t d.img:/t
	atf_check -s exit:1 -o match:'t/empty and d.img:/t/empty differ in mode' \
	    fsu diff -rp t d.img:/t
	# without -r the directories below are not looked into
	printf 'Only in t: abs\nOnly in d.img:/t: more\n' >want
	atf_check -s exit:1 -o file:want fsu diff t d.img:/t
	# same size, one byte at the end
	truncate -s 1M big
	atf_check fsu ecp big d.img:/big
	printf x | dd of=big bs=1 seek=1048575 conv=notrunc status=none
	atf_check -s exit:1 -o match:'differ$' fsu diff big d.img:/big
}

atf_test_case trouble
trouble_body() {
	image
	mkdir t
	atf_check -s exit:2 -e match:'d.img:/no: No such file' \
	    fsu diff d.img:/no d.img:/
	atf_check -s exit:2 -e match:'nohost: No such file' \
	    fsu diff nohost d.img:/
	atf_check -s exit:2 -e match:'cannot open image' \
	    fsu diff none.img:/ d.img:/
	atf_check -s exit:2 -e match:'^usage: fsu diff' fsu diff d.img:/
	atf_check -s exit:2 -e match:'write error' \
	    -x "fsu diff t d.img: >/dev/full"
}

# each line an object with at least these fields
fields() {
	python3 - "$@" <<'EOT' || atf_fail "the output is not as documented"
import json, sys
for line in open("out", encoding="utf-8"):
    o = json.loads(line)
    for f in sys.argv[1:]:
        assert f in o, (f, o)
EOT
}

atf_test_case json
json_body() {
	tree
	[ ! -e t/a/null ] || rm t/a/null
	image
	atf_check fsu ecp -a t d.img:/t
	atf_check fsu mknod d.img:/t/null c 1 3
	atf_check fsu xattr set user.k v d.img:/t/hello
	file="image path type mode inode links uid gid size allocated \
	    atime mtime ctime"
	atf_check -o save:out fsu ls -AR --json d.img:/t
	fields $file
	atf_check_equal "$(fsu find d.img:/t -mindepth 1 | wc -l)" \
	    "$(wc -l <out)"
	atf_check -o save:out fsu find --json d.img:/t
	fields $file
	atf_check -o save:out fsu find --json d.img:/t -type c
	fields $file major minor
	atf_check_equal 1 "$(wc -l <out)"
	atf_check -o save:out fsu stat --json d.img:/t/abs
	fields $file target
	atf_check -o save:out fsu stat --json d.img:/t/hello
	python3 - <<'EOT' || atf_fail "a value is wrong"
import json
o = json.load(open("out"))
assert o["image"] == "d.img" and o["path"] == "/t/hello", o
assert o["type"] == "regular" and o["mode"] == "0644", o
assert o["size"] == 6 and o["links"] == 2, o
assert o["mtime"] == 981173106.5, o
EOT
	fs="image type read_only block_size size used free available inodes \
	    inodes_used inodes_free"
	atf_check -o save:out fsu df --json d.img
	fields $fs
	atf_check -o save:out fsu stat -f --json d.img:
	fields $fs
	atf_check -o save:out fsu info --json d.img
	fields image size type driver label uuid features state fs_size \
	    block_size truncated
	atf_check -o save:out fsu xattr --json list d.img:/t/hello
	fields image path name size value
	atf_check -s exit:1 -o save:out fsu diff --json -r t d.img:/t
	fields difference right right_image
	atf_check -s exit:2 -e match:'^usage' fsu cat --json d.img:/t/hello
	# behind "--" it is a name
	atf_check -s exit:2 -o ignore -e match:"cannot access '--json'" \
	    fsu ls -- d.img: --json
}

atf_test_case json_bytes
json_bytes_head() {
	atf_set descr "names that are not UTF-8, or would break a line"
}
json_bytes_body() {
	mkdir t
	for f in '\377\376x' 'a\nb' 'q"\\q' '\303\244' '\355\240\200' \
	    '\360\237\230\200' '\300\200' '\001'; do
		: >"t/$(printf "$f")"
	done
	image
	atf_check fsu ecp -a t d.img:/t
	atf_check -o save:out fsu find --json d.img:/t -mindepth 1
	python3 - <<'EOT' || atf_fail "a name is wrong"
import json, os
seen = set()
for line in open("out", encoding="utf-8"):
    o = json.loads(line)
    if "path_hex" in o:
        name = bytes.fromhex(o["path_hex"])
        assert "\ufffd" in o["path"], o
    else:
        name = o["path"].encode("utf-8")
    seen.add(name.split(b"/")[-1])
assert seen == set(os.listdir(b"t")), (seen, os.listdir(b"t"))
EOT
}

atf_init_test_cases() {
	for c in same differences trouble json json_bytes; do
		atf_add_test_case $c
	done
}
