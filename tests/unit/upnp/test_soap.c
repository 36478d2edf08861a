/* XML, SOAP and base64. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "upnp/soap.h"

#define ENVELOPE(body)                                                                             \
	"<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"" \
	" e:encodingStyle=\"x\"><e:Body>" body "</e:Body></e:Envelope>"
#define ACTION(name, args) "<x:" name " xmlns:x=\"" WFA_SERVICE "\">" args "</x:" name ">"

static int parse(const char *text, struct soap_msg *m)
{
	return soap_parse(text, strlen(text), m);
}

static void test_action(void **state)
{
	struct soap_msg m;
	struct bytes b = {0};

	assert_int_equal(
		parse(ENVELOPE(ACTION("PutMessage", "<NewInMessage>\n EEo\r\nAARA=\n"
						    "</NewInMessage><A>&lt;b&#38;c&gt;</A><B/>")),
			&m),
		0);
	assert_string_equal(m.name, "PutMessage");
	assert_int_equal(m.arg_count, 3);
	assert_string_equal(soap_arg(&m, "A"), "<b&c>");
	assert_string_equal(soap_arg(&m, "B"), "");
	assert_null(soap_arg(&m, "C"));
	assert_int_equal(soap_arg_bytes(&m, "NewInMessage", &b), 0);
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.data, "\x10\x4a\x00\x01\x10", 5);
	assert_int_equal(soap_arg_bytes(&m, "C", &b), -ENOENT);
	bytes_clear(&b);
	soap_clear(&m);
}

static void test_not_soap(void **state)
{
	static const char *const bad[] = {
		"",
		"\r\n\r\n",
		"<a/>",
		"<a>",
		ENVELOPE(""),
		ENVELOPE("<PutMessage/>"), /* no name space */
		ENVELOPE(ACTION("A", "") ACTION("B", "")),
		ENVELOPE(ACTION("A", "<x>")),
		"<Envelope><Body>" ACTION("A", "") "</Body></Envelope>",
		"<!DOCTYPE a [<!ENTITY b \"c\">]>" ENVELOPE(ACTION("A", "<x>1</x>")),
		ENVELOPE(ACTION("A", "<x>&y;</x>")),
		ENVELOPE(ACTION("A", "")) "junk",
		ENVELOPE(ACTION(
			"A234567890123456789012345678901234567890123456789012345678901234", "")),
	};
	struct soap_msg m;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse(bad[i], &m), -EBADMSG);
		assert_int_equal(m.arg_count, 0);
		assert_string_equal(m.name, "");
	}
}

static void test_bounds(void **state)
{
	struct writer w = writer_new(64);
	struct soap_msg m;

	soap_write_begin(&w, "A");
	for (unsigned i = 0; i < SOAP_ARGS_MAX + 5; i++)
		soap_write_text(&w, "x", "1");
	soap_write_end(&w, "A");
	assert_int_equal(soap_parse((const char *)w.buf, w.len, &m), 0);
	assert_int_equal(m.arg_count, SOAP_ARGS_MAX);
	soap_clear(&m);
	w.len = 0;
	for (unsigned i = 0; i < XML_DEPTH_MAX + 1; i++)
		xml_write(&w, "<a>");
	for (unsigned i = 0; i < XML_DEPTH_MAX + 1; i++)
		xml_write(&w, "</a>");
	static const struct xml_handler none = {0};
	assert_int_equal(xml_parse((const char *)w.buf, w.len, &none, NULL), -EBADMSG);
	/* One level less is fine. */
	assert_int_equal(xml_parse((const char *)w.buf + 3, w.len - 7, &none, NULL), 0);
	w.len = 0;
	xml_write(&w, "<a>");
	for (unsigned i = 0; i < XML_TEXT_MAX + 1; i++)
		xml_write(&w, "b");
	xml_write(&w, "</a>");
	assert_int_equal(xml_parse((const char *)w.buf, w.len, &none, NULL), -EBADMSG);
	writer_free(&w);
}

static void test_what_we_write(void **state)
{
	struct writer w = writer_new(64);
	struct soap_msg m;
	struct bytes b = {0};

	soap_write_begin(&w, "XResponse");
	soap_write_bytes(&w, "Bin", "\x00\xff\x10", 3);
	soap_write_text(&w, "Text", "a<b>&\"c'");
	soap_write_end(&w, "XResponse");
	assert_int_equal(soap_parse((const char *)w.buf, w.len, &m), 0);
	assert_string_equal(m.name, "XResponse");
	assert_string_equal(soap_arg(&m, "Text"), "a<b>&\"c'");
	assert_int_equal(soap_arg_bytes(&m, "Bin", &b), 0);
	assert_true(bytes_equal(&b, "\x00\xff\x10", 3));
	bytes_clear(&b);
	soap_clear(&m);

	w.len = 0;
	soap_write_fault(&w, UPNP_INVALID_ARGS);
	assert_int_equal(soap_parse((const char *)w.buf, w.len, &m), 0);
	assert_string_equal(m.name, "Fault");
	assert_int_equal(m.error_code, 402);
	soap_clear(&m);
	writer_free(&w);
}

static void check_escaped(const char *in, const char *out)
{
	struct writer w = writer_new(64);

	xml_write_escaped(&w, in);
	assert_int_equal(w.len, strlen(out));
	assert_memory_equal(w.buf, out, w.len);
	writer_free(&w);
}

static void test_escaping(void **state)
{
	check_escaped("a&b<c>\"'", "a&amp;b&lt;c&gt;&quot;&apos;");
	check_escaped("Gr\xc3\xbc\xc3\x9f\x65\t\xe2\x82\xac\xf0\x9f\x98\x80",
		"Gr\xc3\xbc\xc3\x9f\x65\t\xe2\x82\xac\xf0\x9f\x98\x80");
	check_escaped("\x01\x1f\xff\x80", "????");
	check_escaped("\xc3", "?");           /* cut off */
	check_escaped("\xc0\xaf", "??");      /* overlong */
	check_escaped("\xed\xa0\x80", "???"); /* surrogate */
	check_escaped("\xef\xbf\xbf", "???"); /* U+FFFF */
}

static void test_base64(void **state)
{
	/* RFC 4648, 10 */
	static const char *const pairs[][2] = {{"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
		{"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"", ""}};
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zg===", "Zm9v=", "Zg=a",
		"====", "Zm9?", "Zm9vZ", "Z===", "Zg==Zg=="};
	struct bytes b = {0};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct writer w = writer_new(16);
		base64_write(&w, pairs[i][0], strlen(pairs[i][0]));
		assert_int_equal(w.len, strlen(pairs[i][1]));
		assert_memory_equal(w.buf, pairs[i][1], w.len);
		assert_int_equal(base64_decode(pairs[i][1], &b), 0);
		assert_true(bytes_equal(&b, pairs[i][0], strlen(pairs[i][0])));
		bytes_clear(&b);
		writer_free(&w);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(base64_decode(bad[i], &b), -EBADMSG);
}

static void test_action_header(void **state)
{
	static const char *const bad[] = {"", "foo", WFA_SERVICE "#GetDeviceInfo",
		"\"" WFA_SERVICE "\"", "\"" WFA_SERVICE "#\"", "\"" WFA_SERVICE "#GetDeviceInfo",
		"\"" WFA_SERVICE "23#GetDeviceInfo\"", "\"" WFA_SERVICE "#A\"b"};
	char name[SOAP_NAME_MAX];

	assert_int_equal(soap_action_parse("\"" WFA_SERVICE "#GetDeviceInfo\"", name), 0);
	assert_string_equal(name, "GetDeviceInfo");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(soap_action_parse(bad[i], name), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_action),
		cmocka_unit_test(test_not_soap),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_what_we_write),
		cmocka_unit_test(test_escaping),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_action_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
