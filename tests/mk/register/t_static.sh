# SPDX-License-Identifier: BSD-2-Clause
#
# A fully static program: its components register through link sets, and the
# linker's dropping of unused sections takes none of them away.

atf_test_case all_static
all_static_head() {
	atf_set descr 'boot and registration without shared objects'
}
all_static_body() {
	atf_check -o inline:'tmpfs 1 own 1\n' "$(atf_get_srcdir)/allstatic"
}

atf_init_test_cases() {
	atf_add_test_case all_static
}
