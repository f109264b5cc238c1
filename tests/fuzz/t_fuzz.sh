# SPDX-License-Identifier: BSD-2-Clause
# A few seconds of each target's own mutations, the same ones each time, and
# that a run can be told apart from one that failed.

fuzz=$B/tests/fuzz/fuzz

atf_test_case ext2
ext2_head() {
	atf_set descr "damaged volumes of ext2, ext3 and ext4"
	atf_set require.progs "mke2fs debugfs e2fsck"
}
ext2_body() {
	FUZZ_TARGET=ext2 FUZZ_SEEDS=seeds
	export FUZZ_TARGET FUZZ_SEEDS
	atf_check sh "$TOP/tests/fuzz/seeds_ext2.sh" seeds
	"$fuzz" -n 3000 -t 5 >out 2>err || {
		grep '^run -s' err | tail -n 1 >&2
		tail -n 20 err >&2
		atf_fail "a run ended the process"
	}
	atf_check -o match:'^[1-9][0-9]* runs$' tail -n 1 out
	# The seeds themselves, as they are.
	atf_check -o match:': 2 bytes' -e ignore "$fuzz" seeds/inputs/*
}

# net TARGET: the target's own mutations, the same ones each time
net() {
	atf_test_case $1
	eval "$1_head() { atf_set descr 'what comes to target $1'; }
	$1_body() { net_body $1; }"
}
net_body() {
	FUZZ_TARGET=$1
	export FUZZ_TARGET
	"$fuzz" -n 5000 -t 4 >out 2>err || {
		grep '^run -s' err | tail -n 1 >&2
		tail -n 20 err >&2
		atf_fail "a run ended the process"
	}
	atf_check -o match:'^[1-9][0-9]* runs$' tail -n 1 out
}
net bpf
net dhcp
net eth
net ioctl
net ip4
net ip6
net route
net sock
net tcp
net udp

# Inputs that once found something.
atf_test_case found
found_body() {
	for f in "$TOP"/tests/fuzz/found/*; do
		name=${f##*/}
		atf_check -o match:bytes -e ignore \
		    env FUZZ_TARGET=${name%%-*} "$fuzz" "$f"
	done
}

atf_test_case usage
usage_head() {
	atf_set descr "what is missing is said"
}
usage_body() {
	atf_check -s exit:1 -e match:'FUZZ_TARGET is not set' \
	    env -u FUZZ_TARGET "$fuzz" -n 1
	atf_check -s exit:1 -e match:'no target nothing' \
	    env FUZZ_TARGET=nothing "$fuzz" -n 1
	mkdir empty
	atf_check -s exit:1 -e match:'empty: no images' \
	    env FUZZ_TARGET=ext2 FUZZ_SEEDS=empty "$fuzz" -n 1
	atf_check -s exit:2 -e match:usage env FUZZ_TARGET=ext2 "$fuzz" -z
}

atf_init_test_cases() {
	for c in bpf dhcp eth ext2 ioctl ip4 ip6 route sock tcp \
	    udp found; do
		atf_add_test_case $c
	done
	atf_add_test_case usage
}
