#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# chain.sh [-n kernels]: boots so many kernels (255 if not given), each a
# process, wires them one behind the other, and pings from the first through
# all the routers to the last. A packet passes at most 254 routers, so more
# kernels are several chains at once. Prints how long it took.
#
# Wire i is a file and the net 10.x.y.0/24 with x * 256 + y = i: kernel i is at
# its left end, .1, and kernel i + 1 at its right end, .2. A router sends what
# it does not know to the right; to the left is the net of the one that pings.

bin=$(cd "${B:-build}/bin" && pwd) || exit 1
kernels=255
while getopts n: o; do
	[ "$o" = n ] && kernels=$OPTARG || kernels=0
done
if [ "$OPTIND" -le $# ] || ! [ "$kernels" -ge 2 ] 2>/dev/null ||
    [ "$kernels" -gt 65536 ]; then
	echo "usage: chain.sh [-n kernels], 2 to 65536 of them" >&2
	exit 2
fi

dir=$(mktemp -d "${TMPDIR:-/dev/shm}/chain.XXXXXX") || exit 1
waiting=
ended() {
	[ -z "$waiting" ] || { kill $waiting; wait; } 2>/dev/null
	rm -rf "$dir"
}
trap ended EXIT
trap 'exit 1' HUP INT TERM
export RUMP_NCPU=1

# net WIRE: the first three numbers of its addresses
net() {
	net=10.$(($1 / 256)).$(($1 % 256))
}

# kernel I FIRST LAST COMMAND...: one of a chain, in place of this shell
kernel() {
	i=$1 first=$2 last=$3
	shift 3
	if [ "$i" -lt "$last" ]; then
		net "$i"
		set -- -e "ifconfig shmif1 link $dir/$i $net.1/24
		    route add default $net.2" "$@"
	fi
	if [ "$i" -gt $((first + 1)) ]; then
		net "$first"
		back=$net
		net $((i - 1))
		set -- -e "route add $back.0/24 $net.1" "$@"
	fi
	if [ "$i" -gt "$first" ]; then
		net $((i - 1))
		set -- -e "ifconfig shmif0 link $dir/$((i - 1)) $net.2/24" "$@"
	fi
	exec "$bin/rumpnet" "$@"
}

# chain FIRST LAST: its kernels but the first, which pings
chain() {
	i=$(($1 + 1))
	while [ $i -lt "$2" ]; do
		kernel $i "$1" "$2" router &
		waiting="$waiting $!"
		i=$((i + 1))
	done
	dest=127.0.0.1
	if [ "$2" -gt "$1" ]; then
		kernel "$2" "$1" "$2" wait &
		waiting="$waiting $!"
		net $(($2 - 1))
		dest=$net.2
	fi
	kernel "$1" "$1" "$2" ping -t 255 -c 1 -i 0.05 -w 60 $dest &
	pings="$pings $!"
}

start=$(date +%s%N)
pings=
first=0
while [ "$first" -lt "$kernels" ]; do
	last=$((first + 254))
	[ "$last" -lt "$kernels" ] || last=$((kernels - 1))
	chain $first $last
	first=$((last + 1))
done
for p in $pings; do
	wait "$p" || { echo "a ping got no answer" >&2; exit 1; }
done
echo "$kernels kernels:" $((($(date +%s%N) - start) / 1000000)) ms
