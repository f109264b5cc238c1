# SPDX-License-Identifier: BSD-2-Clause
#
# fsu console, with lines from a file and typed at a terminal; -C, which it is
# made of; and completion in bash.

. "$TOP/tests/tools/fsu/fsu.subr"

atf_test_case lines
lines_body() {
	image
	atf_check fsu mkdir -p d.img:/a/b
	echo inside | fsu write "d.img:/a/sp ace" || atf_fail write
	echo hostfile >h
	cat >script <<'EOT'
# a comment, and an empty line

pwd
cd a
pwd
ls
cat "sp ace"
cat 'sp ace' sp\ ace
mkdir c
cd c/../b
pwd
cd ..
touch -d @5 b/new
stat -c '%Y %n' b/new
ecp h :b/h
cat b/h
ecp :/a/b/h out
!cat out; exit 9
status
cat nosuch
status
cd nosuch
cd sp\ ace
frob
unclosed "quote
cd
pwd
df -i
find -name h
exit 7
not reached
EOT
	cat >want <<'EOT'
d.img:/
d.img:/a
b
sp ace
inside
inside
inside
d.img:/a/b
5 b/new
hostfile
hostfile
9
1
d.img:/
EOT
	atf_check -s exit:7 -o save:out -e save:err -x \
	    "fsu console d.img <script"
	sed '/^Image/,$d' out >got
	atf_check -o file:want cat got
	atf_check -o match:'^\./a/b/h$' cat out
	atf_check -o match:'fsu cat: nosuch: No such file' \
	    -o match:"cannot stat '/a/nosuch'" \
	    -o match:"'/a/sp ace': Not a directory" \
	    -o match:"'frob' is not a command" \
	    -o match:'a quote is not closed' cat err
	clean
}

atf_test_case status
status_body() {
	image
	atf_check -s exit:1 -e match:'cannot open image' fsu console no.img
	atf_check -s exit:1 -e match:'No such file' fsu console d.img:/none
	atf_check -s exit:2 -e match:'^usage: fsu console' fsu console
	atf_check -o inline:'d.img:/lost+found\n' \
	    -x "echo pwd | fsu console d.img:/lost+found"
	atf_check -s exit:2 -e ignore -x "echo 'ls nope' | fsu console d.img"
	atf_check -s exit:2 -e match:'this is the console' \
	    -x "echo console d.img | fsu console d.img"
	atf_check -s exit:2 -e match:'usage: exit' \
	    -x "echo exit x | fsu console d.img"
	# common options hold for each command
	atf_check -s exit:1 -e match:'Read-only file system' \
	    -x "echo mkdir x | fsu -r console d.img"
	atf_check -s exit:0 -o match:'In the console' -o match:'Commands:' \
	    -x "echo help | fsu console d.img"
	clean
}

atf_test_case terminal
terminal_body() {
	image
	atf_check fsu mkdir d.img:/directory
	echo text | fsu write "d.img:/directory/one file" || atf_fail write
	HOME=$PWD
	export HOME
	printf '%s\n' 'ca<TAB>dir<TAB>on<TAB>' '<UP>' 'cd dir<TAB>' 'pwd' \
	    '!exec tail -f word<INT>' 'status<SHOWS>130' 'exit 4' >keys
	# one process that says so and waits: a shell between two commands may
	# take an interrupt for neither of them
	echo waiting >word
	atf_check -o save:out -x \
	    "python3 $TOP/tests/tools/fsu/console_pty.py d.img <keys"
	atf_check -o match:'^status 4$' -o match:'^d.img:/directory$' \
	    -o match:'^130$' cat out
	atf_check_equal 2 "$(grep -c '^text$' out)"
	# the next console remembers
	printf '%s\n' '<UP><UP><UP><UP>' 'exit' >keys
	atf_check -o match:'^d.img:/$' -x \
	    "python3 $TOP/tests/tools/fsu/console_pty.py d.img <keys"
	clean
}

atf_test_case directory
directory_head() {
	atf_set descr "-C: names without an image are in a directory of one"
}
directory_body() {
	image
	atf_check fsu -C d.img mkdir -p a/b
	atf_check -x "echo one | fsu -C d.img:/a write f:g"
	atf_check -o inline:'b\nf:g\n' fsu -C d.img:/a ls
	atf_check -o inline:'one\n' fsu -C d.img:/a cat f:g
	atf_check -o inline:'one\none\n' fsu -C d.img:/a/b cat ../f:g /a/f:g
	echo host >f
	atf_check fsu -C d.img:/a/b ecp f :
	atf_check -o inline:'host\n' fsu cat d.img:/a/b/f
	mke2fs -q -t ext2 e.img 4M
	atf_check fsu -C d.img:/a cp b/f e.img:/copied
	atf_check -o inline:'host\n' fsu -C d.img:/a cat e.img:/copied
	atf_check fsu -C d.img:/a mv b/f h
	atf_check -o inline:'host\n' fsu cat d.img:/a/h
	atf_check -s exit:1 -e match:'cannot open image' fsu -C no.img ls
	atf_check -o match:'type: +ext2$' fsu -C d.img:/a info
	atf_check -o match:'^d.img ' fsu -C d.img:/a df
	atf_check -o inline:'host\n' fsu -C d.img:/a exec :h cat
	atf_check fsu -C d.img:/a diff f :h
	atf_check -s exit:2 -e match:'^usage' fsu -C d.img:/a rm
	clean
	clean e.img
}

atf_test_case bash
bash_body() {
	[ -r /usr/share/bash-completion/bash_completion ] ||
	    atf_skip "no bash-completion"
	image
	atf_check fsu mkdir -p d.img:/dir/sub
	atf_check fsu touch d.img:/dir/file d.img:/dirty
	comp() {
		bash "$TOP/tests/tools/fsu/complete.bash" \
		    "$TOP/tools/fsu/fsu.bash" "$@" | sed 's/ *$//'
	}
	comp 'fsu ec' 'fsu ls d.img:/dir' 'fsu ls d.img:/dir/' \
	    'fsu -r ls d.img:/dir/s' 'fsu ls d.i' 'fsu_tar --ex' \
	    'fsu xattr g' 'fsu ls none.img:/' >got
	printf '%s\n' ecp '/dir/ /dirty' '/dir/file  /dir/sub/' /dir/sub/ \
	    d.img --extract get '' >want
	atf_check -o file:want cat got
	# every command is offered
	comp 'fsu ' | tr ' ' '\n' | grep '^[a-z]' | sort >got
	fsu --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' |
	    sort >want
	atf_check -o file:want cat got
	atf_check_equal 26 "$(wc -l <got)"
}

atf_init_test_cases() {
	for c in lines status terminal directory bash; do
		atf_add_test_case $c
	done
}
