/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_plist: proplib(3)'s text form, what is refused, and copies
 * to and from processes.  BEGIN and END enclose what must give all its memory
 * back.
 */

#include <sys/ioccom.h>
#include <sys/malloc.h>

#include <prop/proplib.h>

#include <rump/rumpuser.h>
#include <rump-sys/mem.h>

#include "kt.h"

void rump_kt_plist_format(void);
void rump_kt_plist_roundtrip(void);
void rump_kt_plist_accepts(void);
void rump_kt_plist_numbers(void);
void rump_kt_plist_malformed(void);
void rump_kt_plist_truncated(void);
void rump_kt_plist_mutated(void);
void rump_kt_plist_depth(void);
void rump_kt_plist_nomem(void);
void rump_kt_plist_copyin(void);
void rump_kt_plist_copyout(void);

extern volatile size_t prop_bytes;

#define BEGIN	size_t before_ = prop_bytes
#define END	KT_EQ(before_, prop_bytes)

#define OPEN	"<plist version=\"1.0\">"
#define CLOSE	"</plist>"
#define HEAD								\
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"			\
	"<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" " \
	"\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"		\
	"<plist version=\"1.0\">\n"

static char textbuf[200000];

static prop_dictionary_t
sample(void)
{
	prop_dictionary_t pd = prop_dictionary_create();
	prop_array_t pa = prop_array_create();

	KT(prop_array_add_int(pa, -3));
	KT(prop_array_add_uint64(pa, UINT64_MAX));
	KT(prop_array_add_bool(pa, true));
	KT(prop_array_add_string(pa, ""));
	KT(prop_array_add_and_rel(pa, prop_dictionary_create()));
	KT(prop_array_add_and_rel(pa, prop_array_create()));
	KT(prop_array_add_data(pa, NULL, 0));
	KT(prop_dictionary_set_and_rel(pd, "list", pa));
	KT(prop_dictionary_set_data(pd, "a<b", "1234", 4));
	KT(prop_dictionary_set_string(pd, "s", "<&> \"'"));
	return pd;
}

void
rump_kt_plist_format(void)
{
	static const char want[] = HEAD
	    "<dict>\n"
	    "\t<key>a&lt;b</key>\n"
	    "\t<data>MTIzNA==</data>\n"
	    "\t<key>list</key>\n"
	    "\t<array>\n"
	    "\t\t<integer>-3</integer>\n"
	    "\t\t<integer>0xffffffffffffffff</integer>\n"
	    "\t\t<true/>\n"
	    "\t\t<string/>\n"
	    "\t\t<dict/>\n"
	    "\t\t<array/>\n"
	    "\t\t<data/>\n"
	    "\t</array>\n"
	    "\t<key>s</key>\n"
	    "\t<string>&lt;&amp;&gt; \"'</string>\n"
	    "</dict>\n"
	    "</plist>\n";
	BEGIN;
	prop_dictionary_t pd = sample();
	char *text = prop_dictionary_externalize(pd);

	KT(text != NULL);
	kt_streq(text, want);
	free(text, M_TEMP);
	prop_object_release(pd);
	END;
}

static void
roundtrip(prop_object_t obj)
{
	char *text = prop_object_externalize(obj), *again;
	prop_object_t back;

	KT(text != NULL);
	back = prop_object_internalize(text);
	KT(prop_object_equals(obj, back));
	again = prop_object_externalize(back);
	kt_streq(again, text);
	free(text, M_TEMP);
	free(again, M_TEMP);
	prop_object_release(back);
}

void
rump_kt_plist_roundtrip(void)
{
	uint8_t bytes[64];
	BEGIN;
	prop_dictionary_t pd = sample();
	prop_array_t pa = prop_array_create();
	u_int i;

	roundtrip(pd);
	prop_object_release(pd);
	for (i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i * 73 + 5);
		KT(prop_array_add_data(pa, bytes, i));
		KT(prop_array_add_int64(pa, INT64_MIN >> i));
		KT(prop_array_add_uint64(pa, UINT64_MAX >> i));
	}
	KT(prop_array_add_string(pa, "\xc3\xa4 \t \n x"));
	roundtrip(pa);
	prop_object_release(pa);
	roundtrip(prop_bool_create(true));
	END;
}

/* What the root of a text is, or PROP_TYPE_UNKNOWN if it is refused. */
static prop_type_t
root_type(const char *text)
{
	prop_object_t obj = prop_object_internalize(text);
	prop_type_t type = prop_object_type(obj);

	if (obj != NULL)
		prop_object_release(obj);
	return type;
}

static void
accept_data(const char *text, const void *bytes, size_t size)
{
	prop_object_t obj = prop_object_internalize(text);

	KT(prop_data_equals_data(obj, bytes, size));
	prop_object_release(obj);
}

/* Other forms of the same thing. */
void
rump_kt_plist_accepts(void)
{
	static const char *const dicts[] = {
		OPEN "<dict/>" CLOSE,
		OPEN "<dict></dict>" CLOSE,
		"  \n" OPEN " <dict > </dict >\n" CLOSE "\n \t",
		"<plist version='1.0' ><dict /></plist >",
		"<?xml version=\"1.0\"?><!-- c --><!DOCTYPE plist \">\">"
		    "<!-- a -- b -->" OPEN "<!-- > --><dict><!----></dict>"
		    CLOSE "<!-- end -->",
		OPEN "<dict><key>k</key> <!-- x --> <true/></dict>" CLOSE,
	};
	BEGIN;
	prop_object_t obj;
	size_t i;

	for (i = 0; i < __arraycount(dicts); i++)
		KT_EQ(PROP_TYPE_DICTIONARY, root_type(dicts[i]));
	obj = prop_object_internalize(OPEN
	    "<string>&quot;&apos;&amp;lt;</string>" CLOSE);
	KT(prop_string_equals_string(obj, "\"'&lt;"));
	prop_object_release(obj);
	accept_data(OPEN "<data> AA\nE= </data>" CLOSE, "\0\1", 2);
	accept_data(OPEN "<data>////</data>" CLOSE, "\xff\xff\xff", 3);
	accept_data(OPEN "<data></data>" CLOSE, NULL, 0);
	/* Of equal keys the last one counts. */
	obj = prop_object_internalize(OPEN "<dict><key>k</key><integer>1"
	    "</integer><key>k</key><integer>2</integer></dict>" CLOSE);
	KT_EQ(1, prop_dictionary_count(obj));
	KT(prop_number_equals_signed(prop_dictionary_get(obj, "k"), 2));
	prop_object_release(obj);
	END;
}

/* A number's text to its object; the caller releases it. */
static prop_object_t
number(const char *text)
{

	snprintf(textbuf, sizeof(textbuf), OPEN "<integer>%s</integer>" CLOSE,
	    text);
	return prop_object_internalize(textbuf);
}

void
rump_kt_plist_numbers(void)
{
	static const struct {
		const char	*text;
		uint64_t	bits;
		bool		isunsigned;
	} good[] = {
		{ "0", 0, false }, { "-0", 0, false }, { "+7", 7, false },
		{ " 12\n", 12, false }, { "010", 8, false },
		{ "0x10", 16, true }, { "0XaB", 0xab, true },
		{ "-0x10", -16ULL, false },
		{ "9223372036854775807", INT64_MAX, false },
		{ "9223372036854775808", 1ULL << 63, true },
		{ "18446744073709551615", UINT64_MAX, true },
		{ "-9223372036854775808", 1ULL << 63, false },
	};
	static const char *const bad[] = { "", " ", "-", "+", "0x", "x", "--1",
	    "1 2", "12a", "08", "1.5", "18446744073709551616", "- 1",
	    "-9223372036854775809", "0x10000000000000000", "+-1", "1-",
	    "00000000000000000000000000000000000000000001", "&amp;1" };
	BEGIN;
	prop_object_t obj;
	size_t i;

	for (i = 0; i < __arraycount(good); i++) {
		obj = number(good[i].text);
		KT_EQ(PROP_TYPE_NUMBER, prop_object_type(obj));
		KT_EQ(good[i].bits, prop_number_unsigned_value(obj));
		KT_EQ(good[i].isunsigned, prop_number_unsigned(obj));
		prop_object_release(obj);
	}
	for (i = 0; i < __arraycount(bad); i++) {
		if (number(bad[i]) != NULL)
			panic("\"%s\" is a number", bad[i]);
	}
	END;
}

static const char *const malformed[] = {
	"", " ", "<", "<plist>", OPEN, OPEN CLOSE, CLOSE, "plist", "<dict/>",
	"<plist><dict/></plist>",
	"<plist version=\"1.1\"><dict/></plist>",
	"<plist version=\"1.0><dict/></plist>",
	"<plist version=\"1.0\" x=\"y\"><dict/></plist>",
	"<plistversion=\"1.0\"><dict/></plist>",
	"<plist version=\"1.0\"/>",
	"<plist version=\"1.0\"/><dict/></plist>",
	OPEN "<dict/>", OPEN "<dict/></plis>", OPEN "<dict/></plist",
	OPEN "<dict/>" CLOSE "x", OPEN "<dict/>" CLOSE CLOSE,
	OPEN "<dict/><dict/>" CLOSE,
	OPEN "<dict>" CLOSE, OPEN "</dict>" CLOSE, OPEN "<dict></array>" CLOSE,
	OPEN "<dict><true/></dict>" CLOSE,
	OPEN "<dict><key>k</key></dict>" CLOSE,
	OPEN "<dict><key>k</key><key>l</key><true/></dict>" CLOSE,
	OPEN "<dict><key></key><true/></dict>" CLOSE,
	OPEN "<dict><key/><true/></dict>" CLOSE,
	OPEN "<dict><key>k<true/></dict>" CLOSE,
	OPEN "<dict><key>k</key>text<true/></dict>" CLOSE,
	OPEN "<dict><key>k</key><true/>" CLOSE,
	OPEN "<array><key>k</key></array>" CLOSE,
	OPEN "<array>text</array>" CLOSE, OPEN "<array><true></array>" CLOSE,
	OPEN "<array><true/><array></array>" CLOSE,
	OPEN "<true></true>" CLOSE, OPEN "<true>" CLOSE, OPEN "</true>" CLOSE,
	OPEN "<integer/>" CLOSE, OPEN "<integer>1</string>" CLOSE,
	OPEN "<string>a</key>" CLOSE, OPEN "<string>a<b/></string>" CLOSE,
	OPEN "<string>&bogus;</string>" CLOSE, OPEN "<string>&</string>" CLOSE,
	OPEN "<string>&#65;</string>" CLOSE, OPEN "<string>&lt</string>" CLOSE,
	OPEN "<string>a<!-- c --></string>" CLOSE,
	OPEN "<string><![CDATA[x]]></string>" CLOSE,
	OPEN "<string x=\"y\">a</string>" CLOSE,
	OPEN "<data>A</data>" CLOSE, OPEN "<data>AA</data>" CLOSE,
	OPEN "<data>AA=</data>" CLOSE, OPEN "<data>A===</data>" CLOSE,
	OPEN "<data>====</data>" CLOSE, OPEN "<data>AA==AA==</data>" CLOSE,
	OPEN "<data>AA=A</data>" CLOSE, OPEN "<data>AAA*</data>" CLOSE,
	OPEN "<data>&lt;AAA</data>" CLOSE,
	OPEN "<real>1.0</real>" CLOSE, OPEN "<date/>" CLOSE,
	OPEN "<Dict/>" CLOSE, OPEN "< dict/>" CLOSE, OPEN "<dict/ >" CLOSE,
	OPEN "<dictionary/>" CLOSE, OPEN "<di/>" CLOSE, OPEN "<>" CLOSE,
	OPEN "<dict/><!-- " CLOSE, OPEN "<!-- -> <dict/>" CLOSE,
	OPEN "<?pi?><dict/>" CLOSE, "<?xml " OPEN "<dict/>" CLOSE,
	"<!DOCTYPE plist [<!ENTITY a \"b\">]>" OPEN "<dict/>" CLOSE,
	"<!DOCTYPE plist \"" OPEN "<dict/>" CLOSE,
	"<!DOCTYPE a><!DOCTYPE b>" OPEN "<dict/>" CLOSE,
	"<!ENTITY a \"b\">" OPEN "<dict/>" CLOSE,
};

void
rump_kt_plist_malformed(void)
{
	BEGIN;
	size_t i;

	for (i = 0; i < __arraycount(malformed); i++) {
		if (prop_object_internalize(malformed[i]) != NULL)
			panic("accepted: %s", malformed[i]);
	}
	KT(prop_array_internalize(OPEN "<dict/>" CLOSE) == NULL);
	KT(prop_dictionary_internalize(OPEN "<array/>" CLOSE) == NULL);
	/* Keys have a length. */
	memset(textbuf, 'k', PROP_KEY_MAX + 101);
	memcpy(textbuf, OPEN "<dict><key>", sizeof(OPEN "<dict><key>") - 1);
	strlcpy(textbuf + sizeof(OPEN "<dict><key>") - 1 + PROP_KEY_MAX,
	    "</key><true/></dict>" CLOSE, 100);
	KT_EQ(PROP_TYPE_DICTIONARY, root_type(textbuf));
	textbuf[sizeof(OPEN "<dict><key>") - 1 + PROP_KEY_MAX] = 'k';
	strlcpy(textbuf + sizeof(OPEN "<dict><key>") + PROP_KEY_MAX,
	    "</key><true/></dict>" CLOSE, 100);
	KT_EQ(PROP_TYPE_UNKNOWN, root_type(textbuf));
	END;
}

/* Every beginning of a good text is refused, but for the last newline. */
void
rump_kt_plist_truncated(void)
{
	BEGIN;
	prop_dictionary_t pd = sample();
	char *text = prop_dictionary_externalize(pd);
	size_t n, len = strlen(text);

	for (n = 0; n < len; n++) {
		memcpy(textbuf, text, n);
		textbuf[n] = '\0';
		KT_EQ(n == len - 1 ? PROP_TYPE_DICTIONARY : PROP_TYPE_UNKNOWN,
		    root_type(textbuf));
	}
	free(text, M_TEMP);
	prop_object_release(pd);
	END;
}

/*
 * Each byte in turn replaced by something with a meaning: whatever comes of
 * it can be written and read again, and nothing leaks.
 */
void
rump_kt_plist_mutated(void)
{
	static const char with[] = "<>/&;=\"'\n !-[a0\x01\xff";
	BEGIN;
	prop_dictionary_t pd = sample();
	char *text = prop_dictionary_externalize(pd);
	size_t i, j, len = strlen(text);
	prop_object_t obj;

	for (i = 0; i < len; i++) {
		for (j = 0; j < sizeof(with); j++) {
			strlcpy(textbuf, text, sizeof(textbuf));
			textbuf[i] = with[j];
			obj = prop_object_internalize(textbuf);
			if (obj == NULL)
				continue;
			roundtrip(obj);
			prop_object_release(obj);
		}
	}
	free(text, M_TEMP);
	prop_object_release(pd);
	END;
}

/* A text with an integer inside of n collections. */
static void
deep_text(u_int n, const char *open, const char *close)
{
	size_t at;
	u_int i;

	at = strlcpy(textbuf, OPEN, sizeof(textbuf));
	for (i = 0; i < n; i++)
		at += strlcpy(textbuf + at, open, sizeof(textbuf) - at);
	at += strlcpy(textbuf + at, "<integer>1</integer>", 100);
	for (i = 0; i < n; i++)
		at += strlcpy(textbuf + at, close, sizeof(textbuf) - at);
	strlcpy(textbuf + at, CLOSE, 100);
}

void
rump_kt_plist_depth(void)
{
	BEGIN;
	size_t at;

	deep_text(64, "<array>", "</array>");
	KT_EQ(PROP_TYPE_ARRAY, root_type(textbuf));
	deep_text(64, "<dict><key>k</key>", "</dict>");
	KT_EQ(PROP_TYPE_DICTIONARY, root_type(textbuf));
	deep_text(65, "<array>", "</array>");
	KT_EQ(PROP_TYPE_UNKNOWN, root_type(textbuf));
	deep_text(65, "<dict><key>k</key>", "</dict>");
	KT_EQ(PROP_TYPE_UNKNOWN, root_type(textbuf));
	deep_text(10000, "<array>", "</array>");
	KT_EQ(PROP_TYPE_UNKNOWN, root_type(textbuf));
	/* Nothing but the beginnings. */
	at = strlcpy(textbuf, OPEN, sizeof(textbuf));
	while (at + 10 < sizeof(textbuf))
		at += strlcpy(textbuf + at, "<array>", 10);
	KT_EQ(PROP_TYPE_UNKNOWN, root_type(textbuf));
	END;
}

/*
 * Each allocation in turn fails, until none is left to fail.
 */
static u_int
nomem_parse(const char *text)
{
	struct plistref pref = { __UNCONST(text), strlen(text) };
	prop_object_t obj = NULL;
	u_int n;
	int error;

	for (n = 1;; n++) {
		rump_fault_alloc = n;
		error = prop_object_copyin(&pref, &obj);
		if (rump_fault_alloc != 0)
			break;
		KT_EQ(ENOMEM, error);
		KT(obj == NULL);
	}
	rump_fault_alloc = 0;
	KT_EQ(0, error);
	prop_object_release(obj);
	return n;
}

static u_int
nomem_write(prop_object_t obj)
{
	char *text;
	u_int n;

	for (n = 1;; n++) {
		rump_fault_alloc = n;
		text = prop_object_externalize(obj);
		if (rump_fault_alloc != 0)
			break;
		KT(text == NULL);
	}
	rump_fault_alloc = 0;
	KT(text != NULL);
	free(text, M_TEMP);
	return n;
}

/* A function that makes or changes something, made to fail at each step. */
#define NOMEM(expr)							\
	do {								\
		u_int n_;						\
		for (n_ = 1;; n_++) {					\
			rump_fault_alloc = n_;				\
			if (expr)					\
				break;					\
			KT_EQ(0, rump_fault_alloc);			\
		}							\
		KT(n_ > 1 && rump_fault_alloc != 0);			\
		rump_fault_alloc = 0;					\
	} while (0)

static void
nomem_calls(prop_dictionary_t pd)
{
	prop_object_iterator_t pi;
	prop_object_t obj;

	NOMEM((obj = prop_dictionary_copy(pd)) != NULL);
	prop_object_release(obj);
	NOMEM((obj = prop_dictionary_all_keys(pd)) != NULL);
	prop_object_release(obj);
	NOMEM((obj = prop_array_create_with_capacity(10)) != NULL);
	prop_object_release(obj);
	NOMEM((obj = prop_string_create_format("%d", 1)) != NULL);
	prop_object_release(obj);
	NOMEM((obj = prop_string_create_cstring("x")) != NULL);
	NOMEM(prop_string_append(obj, obj));
	KT(prop_string_equals_string(obj, "xx"));
	prop_object_release(obj);
	NOMEM((obj = prop_data_create_copy("x", 1)) != NULL);
	prop_object_release(obj);
	NOMEM((pi = prop_dictionary_iterator(pd)) != NULL);
	prop_object_iterator_release(pi);
	NOMEM(prop_dictionary_set_string(pd, "fresh", "value"));
	NOMEM(prop_dictionary_set_data(pd, "fresh", "value", 5));
	NOMEM(prop_dictionary_set_uint8(pd, "fresh", 1));
}

void
rump_kt_plist_nomem(void)
{
	BEGIN;
	prop_dictionary_t pd = sample();
	char *text = prop_dictionary_externalize(pd);

	KT(nomem_parse(text) > 20);
	KT(nomem_write(pd) > 4);
	nomem_calls(pd);
	free(text, M_TEMP);
	prop_object_release(pd);
	END;
}

static void
copyin_limits(void)
{
	struct plistref pref = { textbuf, 128 * 1024 };
	prop_object_t obj;

	memset(textbuf, ' ', sizeof(textbuf));
	memcpy(textbuf, OPEN "<true/>" CLOSE, sizeof(OPEN "<true/>" CLOSE) - 1);
	KT_EQ(E2BIG, prop_object_copyin(&pref, &obj));
	KT_EQ(0, prop_object_copyin_size(&pref, &obj, 128 * 1024 + 1));
	pref.pref_len--;
	KT_EQ(0, prop_object_copyin(&pref, &obj));
	KT_EQ(E2BIG, prop_object_copyin_size(&pref, &obj, 100));
	KT_EQ(E2BIG, prop_object_copyin_ioctl_size(&pref, IOC_IN, &obj, 100));
	pref.pref_len = SIZE_MAX;
	KT_EQ(E2BIG, prop_object_copyin(&pref, &obj));
	pref.pref_len = 0;
	KT_EQ(EIO, prop_object_copyin(&pref, &obj));
}

void
rump_kt_plist_copyin(void)
{
	static char dict[] = OPEN "<dict/>" CLOSE, array[] = OPEN "<array/>"
	    CLOSE;
	struct plistref dref = { dict, sizeof(dict) };
	struct plistref aref = { array, sizeof(array) - 1 };
	struct plistref bad = { NULL, 10 };
	BEGIN;
	prop_dictionary_t pd = NULL;
	prop_array_t pa = NULL;

	KT_EQ(0, prop_dictionary_copyin(&dref, &pd));
	KT_EQ(PROP_TYPE_DICTIONARY, prop_object_type(pd));
	prop_object_release(pd);
	KT_EQ(0, prop_array_copyin_ioctl(&aref, IOC_INOUT, &pa));
	KT_EQ(PROP_TYPE_ARRAY, prop_object_type(pa));
	prop_object_release(pa);
	pd = NULL;
	pa = NULL;
	KT_EQ(EIO, prop_dictionary_copyin(&aref, &pd));
	KT_EQ(EIO, prop_array_copyin(&dref, &pa));
	KT_EQ(EIO, prop_array_copyin_size(&dref, &pa, 1000));
	KT_EQ(EFAULT, prop_dictionary_copyin(&bad, &pd));
	KT_EQ(EFAULT, prop_dictionary_copyin_ioctl(&dref, IOC_OUT, &pd));
	KT_EQ(EFAULT, prop_array_copyin_ioctl_size(&aref, IOC_VOID, &pa, 99));
	KT_EQ(E2BIG, prop_dictionary_copyin_ioctl_size(&dref, IOC_IN, &pd, 9));
	KT_EQ(E2BIG, prop_dictionary_copyin_size(&dref, &pd, 9));
	KT(pd == NULL && pa == NULL);
	copyin_limits();
	END;
}

void
rump_kt_plist_copyout(void)
{
	struct plistref pref = { NULL, 0 };
	BEGIN;
	prop_dictionary_t pd = sample(), back;
	prop_array_t pa = prop_array_create();

	KT_EQ(EFAULT, prop_dictionary_copyout_ioctl(&pref, IOC_IN, pd));
	KT(pref.pref_plist == NULL);
	KT_EQ(0, prop_dictionary_copyout_ioctl(&pref, IOC_OUT, pd));
	KT_EQ(strlen(pref.pref_plist) + 1, pref.pref_len);
	KT_EQ(0, (uintptr_t)pref.pref_plist & PAGE_MASK);
	KT_EQ(0, prop_dictionary_copyin(&pref, &back));
	KT(prop_dictionary_equals(pd, back));
	prop_object_release(back);
	rumpuser_unmap(pref.pref_plist, round_page(pref.pref_len));
	KT_EQ(0, prop_array_copyout(&pref, pa));
	KT(strstr(pref.pref_plist, "<array/>") != NULL);
	rumpuser_unmap(pref.pref_plist, round_page(pref.pref_len));
	KT_EQ(0, prop_object_copyout(&pref, prop_bool_create(true)));
	rumpuser_unmap(pref.pref_plist, round_page(pref.pref_len));
	rump_fault_alloc = 1;
	KT_EQ(ENOMEM, prop_dictionary_copyout(&pref, pd));
	KT_EQ(EFAULT, prop_array_copyout_ioctl(&pref, IOC_VOID, pa));
	KT_EQ(EFAULT, prop_object_copyout_ioctl(&pref, IOC_IN, pa));
	prop_object_release(pa);
	prop_object_release(pd);
	END;
}
