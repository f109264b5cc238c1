# SPDX-License-Identifier: BSD-2-Clause
#
# A page fetched by one kernel from another.
# Covers: shmif(4), tcp(4)

PATH=$(atf_get_srcdir):$PATH

# The server, once it listens.
serve() {
	mkfifo ready
	httpd bus 10.0.0.1 "$1" >ready &
	server=$!
	read -r line <ready
	atf_check_equal ready "$line"
}
get() {
	httpget bus 10.0.0.$1 10.0.0.1 /index.html
}

atf_test_case fetch
fetch_body() {
	head -c 3000001 /dev/urandom >page
	serve page
	printf 'HTTP/1.0 200 OK\r\n\r\n' | cat - page >want
	for client in 2 3 4; do
		get $client >got || atf_fail "client $client"
		atf_check cmp want got
	done
	kill $server
}

# From the host's own server, of Python, at a port that it says.
atf_test_case outside
outside_head() {
	atf_set require.progs python3
}
outside_body() {
	mkdir www
	head -c 100000 /dev/urandom >www/page
	cat >serve.py <<EOF
import functools, http.server
h = functools.partial(http.server.SimpleHTTPRequestHandler, directory='www')
s = http.server.HTTPServer(('127.0.0.1', 0), h)
print(s.server_port, flush=True)
s.serve_forever()
EOF
	mkfifo port
	python3 serve.py >port 2>log &
	server=$!
	read -r number <port
	webget 10.0.2.2 $number /page >got 2>err || case $(cat err) in
	*ibslirp*|*'without the library'*)
		kill $server
		atf_skip "there is no libslirp" ;;
	*) atf_fail "$(cat err)" ;;
	esac
	tail -c 100000 got >body
	atf_check cmp body www/page
	atf_check -s exit:1 -e match:'10.0.2.2: Connection refused' \
	    webget 10.0.2.2 1 /
	kill $server
}

atf_test_case missing
missing_body() {
	serve nofile
	atf_check -o match:'^HTTP/1.0 404' httpget bus 10.0.0.2 10.0.0.1 /
	kill $server
}

atf_test_case refuse
refuse_body() {
	atf_check -s exit:2 -e match:usage httpget
	atf_check -s exit:2 -e match:usage httpd
	atf_check -s exit:2 -e match:usage webget here 80 /
	atf_check -s exit:2 -e match:'no address' httpget bus here there /
	atf_check -s exit:1 -e match:'no/such/file: ' \
	    httpget no/such/file 10.0.0.2 10.0.0.1 /
	atf_check -s exit:1 -e match:'127.0.0.1: ' \
	    httpget bus 10.0.0.2 127.0.0.1 /
}

atf_init_test_cases() {
	atf_add_test_case fetch
	atf_add_test_case outside
	atf_add_test_case missing
	atf_add_test_case refuse
}
