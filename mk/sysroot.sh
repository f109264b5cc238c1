#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# sysroot.sh DIR: puts the libraries that Debian's cross compiler lacks (ATF
# for the tests, liburing, what fsu is linked with) into DIR, with those they
# need in turn. They are fetched for the architecture AK_CROSS with lists and
# settings of their own below DIR, so the system's package manager does not
# learn of another architecture. Needs no root.

dir=$1
[ -f "$dir/.done" ] && exit 0
case $AK_CROSS in
aarch64) arch=arm64 ;;
*) echo "no Debian architecture known for $AK_CROSS" >&2; exit 1 ;;
esac
packages='libatf-dev liburing-dev libarchive-dev libedit-dev libnbd-dev
    libpcap-dev libslirp-dev libvdeplug-dev'
# what comes with the compiler
there='^(libc6|libc6-dev|libc-dev-bin|linux-libc-dev|libgcc-s1|gcc-.*-base)$'
mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" \
    "$dir/apt/deb" || exit 1
: >"$dir/apt/status"
dir=$(cd "$dir" && pwd)
apt() {
	apt-get -q -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
	    -o Dir::State="$dir/apt" -o Dir::State::status="$dir/apt/status" \
	    -o Dir::State::lists="$dir/apt/lists" -o Dir::Cache="$dir/apt/cache" \
	    -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}
fetch() {
	apt update || return
	all=$(apt -s --no-install-recommends install $packages |
	    awk '/^Inst / { print $2 }' | sed 's/:.*//' | grep -Ev "$there")
	[ -n "$all" ] && cd "$dir/apt/deb" && apt download $all
}
log=$dir/apt/log
echo "Fetching for $AK_CROSS: $packages"
if ! fetch >"$log" 2>&1; then
	cat "$log" >&2
	echo "could not fetch: $packages" >&2
	exit 1
fi
for deb in "$dir"/apt/deb/*.deb; do
	dpkg -x "$deb" "$dir" || exit 1
done
# On a system these are one folder.
if [ -d "$dir/lib" ]; then
	cp -a "$dir/lib/." "$dir/usr/lib/" && rm -rf "$dir/lib" || exit 1
fi
rm -rf "$dir/apt"
touch "$dir/.done"
