# SPDX-License-Identifier: BSD-2-Clause
#
# Images behind servers of network block devices: qemu-nbd(8) with formats of
# its own, nbdkit(1) for servers that lack something or fail. They listen on
# sockets in the folder of the test.

. "$TOP/tests/tools/fsu/fsu.subr"

U="nbd+unix:///?socket=s"

# serve COMMAND...: run a server, wait until it listens on "s"
serve() {
	rm -f s
	"$@" >server.out 2>&1 &
	echo $! >pid
	for i in $(seq 200); do
		[ ! -S s ] || return 0
		kill -0 "$(cat pid)" 2>/dev/null || break
		sleep 0.1
	done
	cat server.out
	atf_fail "the server does not come up"
}

finish() {
	kill "$(cat pid)" 2>/dev/null || true
	while kill -0 "$(cat pid)" 2>/dev/null; do
		sleep 0.05
	done
	rm -f pid
}

cleanup_server() {
	[ ! -f pid ] || kill "$(cat pid)" 2>/dev/null || true
}

atf_test_case formats cleanup
formats_body() {
	tree
	image
	for fmt in raw qcow2 vmdk; do
		qemu-img convert -O $fmt d.img q.$fmt
		serve qemu-nbd -t -f $fmt -k "$PWD/s" q.$fmt
		atf_check -o match:'type: +ext2$' fsu info "$U"
		atf_check fsu ecp -a t "$U:/t"
		atf_check fsu diff -rp t "$U:/t"
		atf_check -o match:'^hello$' fsu ls "$U:/t"
		atf_check -o inline:'hello\n' fsu -C "$U:/t" cat hello
		atf_check -o match:'^lost.found$' fsu ls "$U"
		for bio in sync threads uring; do
			atf_check env RUMP_BIO=$bio fsu diff -r t "$U:/t"
		done
		finish
		qemu-img convert -f $fmt -O raw q.$fmt e.img
		clean e.img
		atf_check fsu diff -rp t e.img:/t
	done
}
formats_cleanup() {
	cleanup_server
}

atf_test_case partition cleanup
partition_body() {
	truncate -s 40M disk
	printf 'label: dos\nstart=2048,size=16384,type=83\nstart=20480,size=40960,type=83\n' |
	    sfdisk -q disk || atf_fail sfdisk
	mke2fs -q -t ext2 p2 20M
	dd if=p2 of=disk bs=512 seek=20480 conv=notrunc status=none
	serve nbdkit -f -U "$PWD/s" file disk
	atf_check -s exit:1 -e match:'it has a partition table' \
	    -e match:'socket=s#2: .*ext2' fsu ls "$U"
	atf_check fsu mkdir "$U#2:/new"
	atf_check -o inline:'lost+found\nnew\n' fsu ls "$U#2:/"
	atf_check -s exit:1 -e match:'no partition 3' fsu ls "$U#3:/"
	finish
	dd if=disk of=p2 bs=512 skip=20480 count=40960 status=none
	clean p2
}
partition_cleanup() {
	cleanup_server
}

atf_test_case exports cleanup
exports_body() {
	image
	serve qemu-nbd -t -f raw -x 'two words' -k "$PWD/s" d.img
	atf_check -o inline:'lost+found\n' \
	    fsu ls 'nbd+unix:///two%20words?socket=s:/'
	atf_check -s exit:1 -e match:'cannot use the server of' \
	    fsu ls 'nbd+unix:///nosuch?socket=s:/'
	finish
	atf_check -s exit:1 -e match:'cannot use the server of .*No such file' \
	    fsu ls 'nbd+unix:///?socket=nosocket'
	atf_check -s exit:1 -e match:"cannot use the server of 'nbd://localhost:1'" \
	    fsu ls nbd://localhost:1
	atf_check -s exit:1 -e match:"server of 'nbd://localhost:1/x'" \
	    fsu cat nbd://localhost:1/x:/f
	atf_check -s exit:1 -e match:"server of 'nbd://\\[::1\\]:1/'" \
	    fsu cat 'nbd://[::1]:1/:/f'
}
exports_cleanup() {
	cleanup_server
}

atf_test_case readonly cleanup
readonly_body() {
	image
	serve qemu-nbd -r -t -f raw -k "$PWD/s" d.img
	atf_check -o inline:'lost+found\n' fsu ls "$U:/"
	atf_check -s exit:1 \
	    -e match:'cannot be written to: the server does not let anybody' \
	    fsu mkdir "$U:/x"
	finish
	clean
}
readonly_cleanup() {
	cleanup_server
}

atf_test_case durable cleanup
durable_head() {
	atf_set descr "writes are flushed, zeros are sent as zeros"
}
durable_body() {
	image
	serve nbdkit -f -U "$PWD/s" --filter=log file d.img logfile=log
	head -c 2M /dev/zero >zeros
	atf_check fsu ecp --sparse=never zeros "$U:/zeros"
	atf_check -o match:'Flush' -o match:' Zero ' -o match:' Write ' cat log
	# the last thing that changes the disk is followed by a flush
	last=$(grep -n -E ' (Write|Zero) ' log | tail -1 | cut -d: -f1)
	flush=$(grep -n ' Flush ' log | tail -1 | cut -d: -f1)
	fua=$(sed -n "${last}p" log | grep -c 'fua=1')
	[ "$flush" -gt "$last" ] || [ "$fua" = 1 ] ||
	    atf_fail "the end is not flushed"
	finish
	clean
	atf_check fsu diff zeros d.img:/zeros
	# a server that can do neither, nor FUA, is used all the same
	cat >plain.sh <<'EOT'
#!/bin/sh
case $1 in
get_size) stat -c %s d.img ;;
pread) dd if=d.img iflag=skip_bytes,count_bytes skip=$4 count=$3 status=none ;;
pwrite) dd of=d.img oflag=seek_bytes seek=$4 conv=notrunc status=none ;;
can_write|can_flush) exit 0 ;;
flush) echo flush >>flushes ;;
*) exit 2 ;;
esac
EOT
	chmod +x plain.sh
	serve nbdkit -f -U "$PWD/s" sh ./plain.sh
	atf_check fsu ecp --sparse=never zeros "$U:/more"
	[ -s flushes ] || atf_fail "nothing was flushed"
	finish
	clean
	atf_check fsu diff zeros d.img:/more
}
durable_cleanup() {
	cleanup_server
}

atf_test_case failing cleanup
failing_body() {
	tree
	image
	# reads fail
	serve nbdkit -f -U "$PWD/s" --filter=error file d.img \
	    error-pread-rate=100% error=EIO
	atf_check -s exit:1 -e not-empty fsu ls "$U:/"
	finish
	# writes fail; the image is as it was
	cksum <d.img >before
	serve nbdkit -f -U "$PWD/s" --filter=error file d.img \
	    error-pwrite-rate=100% error-zero-rate=100% error=ENOSPC
	atf_check -s exit:1 -e not-empty fsu ecp -a t "$U:/t"
	finish
	cksum <d.img >after
	atf_check cmp before after
	# blocks that the kernel cannot write
	serve nbdkit -f -U "$PWD/s" --filter=blocksize-policy file d.img \
	    blocksize-minimum=4096 blocksize-preferred=4096
	atf_check -s exit:1 -e match:'blocks are larger than 512' \
	    fsu ls "$U:/"
	finish
}
failing_cleanup() {
	cleanup_server
}

atf_test_case disconnect cleanup
disconnect_body() {
	image
	head -c 8M /dev/urandom >big
	mkfifo in
	serve nbdkit -f -U "$PWD/s" file d.img
	fsu write "$U:/f" <in >out 2>err &
	fsu=$!
	exec 3>in
	cat big >&3 2>/dev/null
	kill -9 "$(cat pid)"
	rm -f pid
	cat big >&3 2>/dev/null || true
	exec 3>&-
	rc=0
	wait $fsu || rc=$?
	atf_check_equal 1 $rc
	atf_check -o match:'Input/output error|cannot unmount' cat err
	atf_check_equal 1 "$(grep -c 'the server has gone away' err)"
}
disconnect_cleanup() {
	cleanup_server
}

atf_init_test_cases() {
	for c in formats partition exports readonly durable failing \
	    disconnect; do
		atf_add_test_case $c
	done
}
