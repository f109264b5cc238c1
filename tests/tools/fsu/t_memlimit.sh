# SPDX-License-Identifier: BSD-2-Clause
#
# fsu with little memory (RUMP_MEMLIMIT): copies of files far larger than the
# limit, and of many small ones, arrive; or the kernel refuses to boot.

. "$TOP/tests/tools/fsu/fsu.subr"

# there and back with a limit
large() {
	head -c 67108864 /dev/urandom >big
	image ext2 80M
	RUMP_MEMLIMIT=$1
	export RUMP_MEMLIMIT
	atf_check fsu ecp big d.img:/big
	clean
	atf_check fsu ecp d.img:/big out
	atf_check cmp big out
	clean
}

for limit in 768k 1m 2m 4m 8m 16m; do
	atf_test_case large_$limit
	eval "large_${limit}_body() { large $limit; }"
done

atf_test_case refused
refused_body() {
	image
	for limit in 1 64k 767k; do
		RUMP_MEMLIMIT=$limit atf_check -s exit:1 \
		    -e match:"RUMP_MEMLIMIT=$limit is too little" \
		    -e match:'cannot boot a rump kernel' fsu ls d.img:/
	done
	RUMP_MEMLIMIT=12q atf_check -s exit:1 \
	    -e match:'RUMP_MEMLIMIT: bad size: 12q' fsu ls d.img:/
	clean
	RUMP_MEMLIMIT=768k atf_check -o ignore fsu ls d.img:/
}

atf_test_case many
many_body() {
	mkdir t
	for d in 1 2 3; do
		mkdir t/$d
		(cd t/$d && seq 1 1200 | split -a 3 -l 2 - f)
	done
	(cd t && find . -type f | sort | xargs cat | cksum) >want
	image ext2 64M
	RUMP_MEMLIMIT=768k
	export RUMP_MEMLIMIT
	atf_check fsu ecp -r t d.img:/t
	clean
	atf_check fsu ecp -r d.img:/t out
	(cd out && find . -type f | sort | xargs cat | cksum) >got
	atf_check -o file:want cat got
	atf_check fsu rm -r d.img:/t
	clean
}

atf_init_test_cases() {
	for limit in 768k 1m 2m 4m 8m 16m; do
		atf_add_test_case large_$limit
	done
	atf_add_test_case refused
	atf_add_test_case many
}
