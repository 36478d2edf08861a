/* SSDP messages, http:// addresses, the multicast sockets over the loopback. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "upnp/ssdp.h"

static int parse(const char *text, struct ssdp_msg *m)
{
	return ssdp_parse(text, strlen(text), m);
}

static void test_parse(void **state)
{
	struct ssdp_msg m;

	assert_int_equal(parse("NOTIFY * HTTP/1.1\r\nhost:\t239.255.255.250:1900 \t\r\nNt: a:b\r\n"
			       "NTS:ssdp:alive\r\nUSN:  uuid:1::a:b\r\nX-Other: 1\r\n"
			       "Location: http://10.0.0.1:80/x\r\nNT: second\r\n"
			       "Cache-Control: no-cache=\"Ext\", max-age = 1800\r\n\r\n",
				 &m),
		0);
	assert_int_equal(m.kind, SSDP_NOTIFY);
	assert_string_equal(m.host, "239.255.255.250:1900");
	assert_string_equal(m.nt, "a:b");
	assert_string_equal(m.nts, "ssdp:alive");
	assert_string_equal(m.usn, "uuid:1::a:b");
	assert_string_equal(m.location, "http://10.0.0.1:80/x");
	assert_int_equal(m.max_age, 1800);
	assert_null(m.st);
	assert_int_equal(
		parse("HTTP/1.1 200 OK\r\nST:\r\nCACHE-CONTROL: max-age=x\r\n\r\n", &m), 0);
	assert_int_equal(m.kind, SSDP_RESPONSE);
	assert_string_equal(m.st, "");
	assert_int_equal(m.max_age, 0);
}

static void test_malformed(void **state)
{
	static const char *const bad[] = {"", "\r\n", "NOTIFY * HTTP/1.1", "NOTIFY * HTTP/1.1\r\n",
		"NOTIFY * HTTP/1.1\r\nNT: a\r\n", "NOTIFY * HTTP/1.1\r\nNT a\r\n\r\n",
		"NOTIFY * HTTP/1.1\r\n: a\r\n\r\n", "NOTIFY * HTTP/1.0\r\n\r\n",
		"M+SEARCH * HTTP/1.1\r\n\r\n", "M-SEARCH-* HTTP/1.1\r\n\r\n",
		"M-SEARCH * HTTP/1.1\n\n", "HTTP/1.1 404 OK\r\n\r\n"};
	struct ssdp_msg m;
	char big[SSDP_MAX + 2];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse(bad[i], &m), -EBADMSG);
	assert_int_equal(ssdp_parse("NOTIFY * HTTP/1.1\r\nNT: a\0b\r\n\r\n", 30, &m), -EBADMSG);
	memset(big, 'a', sizeof(big));
	assert_int_equal(ssdp_parse(big, sizeof(big), &m), -EBADMSG);
}

#define SEARCH(host, man, mx, st) "M-SEARCH * HTTP/1.1\r\n" host man mx st "\r\n"
#define HOST "HOST: 239.255.255.250:1900\r\n"
#define MAN "MAN: \"ssdp:discover\"\r\n"
#define ST "ST: ssdp:all\r\n"

static void test_search(void **state)
{
	static const char *const bad[] = {
		SEARCH("", MAN, "MX: 1\r\n", ST),
		SEARCH(HOST, "", "MX: 1\r\n", ST),
		SEARCH(HOST, MAN, "", ST),
		SEARCH(HOST, MAN, "MX: 1\r\n", ""),
		SEARCH("HOST: 239.255.255.250:1901\r\n", MAN, "MX: 1\r\n", ST),
		SEARCH("HOST: example.com\r\n", MAN, "MX: 1\r\n", ST),
		SEARCH(HOST, "MAN: ssdp:discover\r\n", "MX: 1\r\n", ST),
		SEARCH(HOST, MAN, "MX: -1\r\n", ST),
		SEARCH(HOST, MAN, "MX: 1s\r\n", ST),
		SEARCH(HOST, MAN, "MX:\r\n", ST),
	};
	struct ssdp_msg m;
	unsigned mx;

	assert_int_equal(parse(SEARCH(HOST, MAN, "MX: 3\r\n", ST), &m), 0);
	assert_true(ssdp_search_valid(&m, &mx));
	assert_int_equal(mx, 3);
	assert_int_equal(parse(SEARCH("HOST: 239.255.255.250\r\n", MAN, "MX: 130\r\n", ST), &m), 0);
	assert_true(ssdp_search_valid(&m, &mx));
	assert_int_equal(mx, 120);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse(bad[i], &m), 0);
		assert_false(ssdp_search_valid(&m, &mx));
	}
}

static void check_url(const char *text, const char *canonical)
{
	struct http_url u;
	char out[HTTP_URL_TEXT_LEN];

	assert_int_equal(http_url_parse(text, strlen(text), &u), canonical ? 0 : -EINVAL);
	if (canonical)
		assert_string_equal(http_url_text(&u, out), canonical);
}

static void test_urls(void **state)
{
	char longest[HTTP_PATH_MAX + 32] = "http://1.2.3.4";
	size_t n = strlen(longest);

	check_url("http://127.0.0.1:12345/event", "http://127.0.0.1:12345/event");
	check_url("HTTP://127.0.0.1", "http://127.0.0.1:80/");
	check_url("http://127.0.0.1?a=b", "http://127.0.0.1:80/?a=b");
	check_url("http://127.0.0.1/a?b#c", "http://127.0.0.1:80/a?b");
	check_url("http://", NULL);
	check_url("https://127.0.0.1/", NULL);
	check_url("ftp://127.0.0.1/", NULL);
	check_url("http://localhost/", NULL);
	check_url("http://127.0.0.1.example/", NULL);
	check_url("http://user@127.0.0.1/", NULL);
	check_url("http://127.0.0.1:0/", NULL);
	check_url("http://127.0.0.1:/", NULL);
	check_url("http://127.0.0.1:65536/", NULL);
	check_url("http://127.0.0.1:+80/", NULL);
	check_url("http://127.1/", NULL);
	check_url("http://2130706433/", NULL);
	check_url("http://[::1]/", NULL);
	check_url("http://127.0.0.1/a b", NULL);
	check_url("http://127.0.0.1/a\r\nHost: x", NULL);
	memset(longest + n, '/', HTTP_PATH_MAX);
	struct http_url u;
	assert_int_equal(http_url_parse(longest, n + HTTP_PATH_MAX, &u), 0);
	longest[n + HTTP_PATH_MAX] = '/';
	assert_int_equal(http_url_parse(longest, n + HTTP_PATH_MAX + 1, &u), -EINVAL);
}

static void check_join(const char *text, const char *expected)
{
	static const char base_text[] = "http://10.0.0.1:49152/dir/wps_device.xml?x/y";
	struct http_url base, u;
	char out[HTTP_URL_TEXT_LEN];

	assert_int_equal(http_url_parse(base_text, strlen(base_text), &base), 0);
	assert_int_equal(http_url_join(&base, text, &u), expected ? 0 : -EINVAL);
	if (expected)
		assert_string_equal(http_url_text(&u, out), expected);
}

static void test_join(void **state)
{
	check_join("/wps_control", "http://10.0.0.1:49152/wps_control");
	check_join("wps_control", "http://10.0.0.1:49152/dir/wps_control");
	check_join("http://10.0.0.2/c", "http://10.0.0.2:80/c");
	check_join("https://10.0.0.2/c", NULL);
	check_join("a b", NULL);
}

static void test_interface(void **state)
{
	struct upnp_if i;
	char text[128];
	struct strbuf reason = strbuf_over(text, sizeof(text));
	struct in_addr a;

	assert_int_equal(upnp_if_get("lo", &i, &reason), 0);
	inet_pton(AF_INET, "127.44.0.1", &a);
	assert_true(upnp_if_near(&i, a));
	inet_pton(AF_INET, "128.0.0.1", &a);
	assert_false(upnp_if_near(&i, a));
	assert_int_equal(upnp_if_get("nosuchif0", &i, &reason), -ENODEV);
	assert_non_null(strstr(text, "nosuchif0"));
}

static void test_sockets(void **state)
{
	struct upnp_if lo;
	char text[SSDP_MAX], got[SSDP_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));
	struct sockaddr_in from;
	struct ssdp_msg m;

	assert_int_equal(upnp_if_get("lo", &lo, &s), 0);
	int listener = ssdp_open_listener(&lo), second = ssdp_open_listener(&lo),
	    sender = ssdp_open_sender(&lo);
	assert_true(listener >= 0);
	assert_true(second >= 0);
	assert_true(sender >= 0);
	ssdp_begin(&s, SSDP_NOTIFY);
	ssdp_header(&s, "NT", "upnp:%s", "rootdevice");
	ssdp_header(&s, "USN", "test of ours %d", (int)getpid());
	ssdp_end(&s);
	assert_int_equal(ssdp_send(sender, NULL, &s), 0);
	for (;;) { /* others may use the group, too */
		struct pollfd p = {.fd = second, .events = POLLIN};
		assert_int_equal(poll(&p, 1, 5000), 1);
		ssize_t n = ssdp_recv(second, got, sizeof(got), &from);
		if (n == (ssize_t)s.len && memcmp(got, text, s.len) == 0)
			break;
	}
	assert_int_equal(from.sin_addr.s_addr, lo.addr.s_addr);
	assert_int_equal(ssdp_parse(got, s.len, &m), 0);
	assert_string_equal(m.nt, "upnp:rootdevice");
	assert_true(ssdp_recv(listener, got, sizeof(got), &from) > 0);
	close(listener);
	close(second);
	close(sender);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_interface),
		cmocka_unit_test(test_sockets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
