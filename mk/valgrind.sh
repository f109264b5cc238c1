#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# valgrind.sh FOLDER...: makes $B/valgrind a copy of the test tree $B/tests, as
# far as kyua sees it, whose programs run under memcheck: scripts that start
# the real ones, and ten times the time for each. Called by check.sh with B and
# TOP set.

for d; do
	from=$B/tests/$d
	to=$B/valgrind/$d
	mkdir -p "$to" || exit 1
	sed 's/timeout=\([0-9]*\)/timeout=\10/' "$from/Kyuafile" \
	    >"$to/Kyuafile" || exit 1
	for p in $(sed -n 's/.*name="\([^"]*\)".*/\1/p' "$from/Kyuafile"); do
		# What is no program of ours, a script, runs as it is.
		with=
		if [ "$(head -c 4 "$from/$p" | tail -c 3)" = ELF ]; then
			with="valgrind -q --error-exitcode=99 --fair-sched=yes"
			with="$with --child-silent-after-fork=yes"
			with="$with --max-threads=2000"
			with="$with --suppressions=$TOP/mk/valgrind.supp"
		fi
		# Kyua tells a test where its files are: beside the real one.
		cat >"$to/$p" <<-EOF
		#!/bin/sh
		with='$with'
		[ "\$*" != -l ] || with=
		n=\$#
		while [ \$n -gt 0 ]; do
		    case \$1 in
		    -s*) set -- "\$@" "-s$from" ;;
		    *) set -- "\$@" "\$1" ;;
		    esac
		    shift
		    n=\$((n - 1))
		done
		exec \$with '$from/$p' "\$@"
		EOF
		chmod +x "$to/$p"
	done
done
