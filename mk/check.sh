#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check.sh [FOLDER[:PROGRAM[:CASE]]]: runs the tests below $B/tests with kyua,
# shows each failure with its output and the command that replays it, and ends
# with the line "N passed, N failed". Called by "make check" with B, TOP,
# FLAVOUR, ARCHFLAG, CCFLAG, CASE, GDB and VALGRIND set; exits 1 when something
# failed.

root=$B/tests
what=${1%%:*}
rest=${1#"$what"}
rest=${rest#:}
[ -n "$rest" ] || rest=$CASE
case $FLAVOUR in
'') goal=check ;;
cov) goal='FLAVOUR=cov check' ;;
*) goal=$FLAVOUR ;;
esac
[ -z "$VALGRIND" ] || goal=valgrind
make="make $ARCHFLAG $CCFLAG $goal"
make=$(echo $make)
# The driver that is tested is part of how a failure is replayed.
[ -z "$CHECK_SO" ] || make="make ${FLAVOUR:+FLAVOUR=$FLAVOUR }check-driver \
SO=$CHECK_SO TYPE=$CHECK_TYPE MKFS='$CHECK_MKFS' FSCK='$CHECK_FSCK'\
${CHECK_KIB:+ KIB=$CHECK_KIB}"

# Folders: exactly the one named, or else all with that text in their path.
what=${what#tests/}
what=${what%/}
folders=$(cd "$TOP/tests" && find . -name Makefile | sed 's|^\./||; s|/*Makefile$||' |
    LC_ALL=C sort | while read -r d; do
	[ -f "$root/$d/Kyuafile" ] || continue
	case $d/ in
	"$what"/*) echo "$d" ;;
	*) case $what in '') echo "$d" ;; esac ;;
	esac
done)
if [ -z "$folders" ] && [ -n "$what" ]; then
	folders=$(cd "$TOP/tests" && find . -path "*$what*/Makefile" |
	    sed 's|^\./||; s|/Makefile$||' | LC_ALL=C sort |
	    while read -r d; do
		[ -f "$root/$d/Kyuafile" ] && echo "$d"
	    done)
fi
if [ -z "$folders" ]; then
	echo "no tests in '$what'" >&2
	echo "0 passed, 0 failed"
	[ -z "$what" ]
	exit
fi

if [ -n "$GDB" ]; then
	prog=${rest%%:*}
	tc=${rest#*:}
	d=$(echo "$folders" | head -n 1)
	if [ ! -x "$root/$d/$prog" ] || [ "$tc" = "$rest" ]; then
		echo "GDB=1 wants one case: T=$d:program:case" >&2
		exit 1
	fi
	work=$(mktemp -d) && cd "$work" || exit 1
	gdb -q --args "$root/$d/$prog" -s "$root/$d" -v unprivileged-user=nobody \
	    "$tc"
	rm -rf "$work"
	exit 0
fi

if [ -n "$VALGRIND" ]; then
	B=$B TOP=$TOP sh "$TOP/mk/valgrind.sh" $folders || exit 1
	root=$B/valgrind
fi

# One Kyuafile that includes the chosen folders' own.
kyuafile=$root/Kyuafile
{
	echo 'syntax(2)'
	for d in $folders; do
		echo "include('$d/Kyuafile')"
	done
} >"$kyuafile"
filter=
if [ -n "$rest" ]; then
	for d in $folders; do
		[ -x "$root/$d/${rest%%:*}" ] && filter="$filter $d/$rest"
	done
	if [ -z "$filter" ]; then
		echo "no program ${rest%%:*} in: $folders" >&2
		exit 1
	fi
fi
db=$B/kyua.db
log=$B/kyua.log
rm -f "$db"

# What a sanitizer finds must fail the case.
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:exitcode=66}
LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$TOP/mk/lsan.supp:print_suppressions=0}
export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS LSAN_OPTIONS

KYUA_CONFDIR=/nonexistent
export KYUA_CONFDIR
kyua --loglevel=warning --logfile="$B/kyua.internal.log" \
    -v parallelism="${JOBS:-$(($(nproc) * 2))}" test --kyuafile="$kyuafile" \
    --results-file="$db" $filter >"$log" 2>&1
rc=$?

awk '/ -> / && / (passed|failed|broken|skipped|expected_failure)/' "$log" |
    sed 's/^/  /'
if ! grep -q ' -> ' "$log"; then
	cat "$log" >&2
	echo "0 passed, 0 failed"
	exit 1
fi

# Failures, with what they printed.
bad=$(awk '/ -> +(failed|broken)/ { print $1 }' "$log")
if [ -n "$bad" ]; then
	kyua report --verbose --results-file="$db" \
	    --results-filter=failed,broken 2>/dev/null |
	    awk -v make="$make" '
	function replay(	dir) {
		if (id == "")
			return
		dir = id
		sub(/\/[^\/]*$/, "", dir)
		rest = substr(id, length(dir) + 2)
		printf "Replay: %s T=%s:%s\n", make, dir, rest
		id = ""
	}
	/^===> (Failed|Broken|Skipped|Summary|Expected)/ {
		replay()
		show = 0
		next
	}
	/^===> [^ ]+:[^ ]+$/ {
		replay()
		id = $2
		printf "\n--- FAILED %s\n", id
		show = 1
		next
	}
	/^Metadata:/ { meta = 1; next }
	meta && /^    / { next }
	{ meta = 0 }
	/^(Start time|End time|Duration):/ || !NF { next }
	show
	END { replay() }'
	echo
fi
awk '
/ -> +(passed|expected_failure)/ { p++ }
/ -> +(failed|broken)/ { f++ }
/ -> +skipped/ { s++ }
END {
	printf "%d passed, %d failed", p, f
	if (s)
		printf ", %d skipped", s
	print ""
	exit f > 0
}' "$log" || exit 1
exit $rc
