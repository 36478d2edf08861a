/* The control point against scripted devices: requests go into a list, the test answers them. */
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upnp/cp_i.h"

#define UUID_TEXT "27ea801a-9e5c-4e73-bd82-f89cbcd10d7e"
#define TYPE "urn:schemas-wifialliance-org:device:WFADevice:1"
#define SERVICE "urn:schemas-wifialliance-org:service:WFAWLANConfig:1"
#define REQUESTS_MAX 40

struct request {
	char method[16], url[HTTP_URL_TEXT_LEN], headers[512];
	char *body;
	http_answer_fn done;
	void *ctx;
	bool cancelled;
};

struct rig {
	struct eloop *loop;
	struct upnp_cp *cp;
	struct request requests[REQUESTS_MAX];
	unsigned count;
	struct upnp_cp_device *ready;
	unsigned readies, gones, events, stops;
	unsigned type;
	uint8_t mac[6];
	char msg[64];
	size_t msg_len;
	/* of actions */
	int err;
	unsigned answers;
};

static struct http_transfer *fake_send(void *ctx, const struct http_send *req)
{
	struct rig *r = ctx;
	assert_true(r->count < REQUESTS_MAX);
	struct request *q = &r->requests[r->count++];
	struct strbuf h = strbuf_over(q->headers, sizeof(q->headers));

	snprintf(q->method, sizeof(q->method), "%s", req->method);
	http_url_text(&req->url, q->url);
	for (const char *const *line = req->headers; line && *line; line++)
		strbuf_add(&h, "%s\n", *line);
	q->body = strndup(req->body ? req->body : "", req->body_len);
	q->done = req->done;
	q->ctx = req->ctx;
	return (struct http_transfer *)(void *)q;
}

static void fake_cancel(void *ctx, struct http_transfer *t)
{
	((struct request *)(void *)t)->cancelled = true;
}

static void answer(
	struct rig *r, unsigned i, int err, unsigned status, const char *headers, const char *body)
{
	struct request *q = &r->requests[i];
	const struct http_answer a = {.err = err,
		.status = status,
		.headers = headers,
		.body = body,
		.body_len = strlen(body)};
	assert_true(i < r->count && q->done && !q->cancelled);
	http_answer_fn done = q->done;
	q->done = NULL;
	done(q->ctx, &a);
}

static void on_ready(void *ctx, struct upnp_cp_device *d)
{
	struct rig *r = ctx;
	r->ready = d;
	r->readies++;
}
static void on_gone(void *ctx, struct upnp_cp_device *d)
{
	((struct rig *)ctx)->gones++;
}
static void on_event(void *ctx, struct upnp_cp_device *d, unsigned type, const uint8_t mac[6],
	const uint8_t *msg, size_t len)
{
	struct rig *r = ctx;
	assert_ptr_equal(d, r->ready);
	assert_true(len <= sizeof(r->msg));
	r->events++;
	r->type = type;
	memcpy(r->mac, mac, 6);
	memcpy(r->msg, msg, len);
	r->msg_len = len;
}
static void on_stopped(void *ctx)
{
	((struct rig *)ctx)->stops++;
}
static const struct upnp_cp_ops ops = {on_ready, on_gone, on_event, on_stopped};

static struct in_addr addr(const char *text)
{
	struct in_addr a;
	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return a;
}

static struct rig *rig_new(const char *filter)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct upnp_if iface = {.name = "lan", .index = 1};

	iface.addr = addr("192.168.1.2");
	iface.mask = addr("255.255.255.0");
	r->loop = eloop_new(ELOOP_VIRTUAL);
	r->cp = cp_alloc(r->loop, &iface, addr(filter), &ops, r);
	assert_non_null(r->cp);
	r->cp->http = (struct cp_http){fake_send, fake_cancel, r};
	r->cp->port = 49152;
	r->cp->event_id = 77;
	return r;
}

static void rig_free(struct rig *r)
{
	upnp_cp_free(r->cp);
	eloop_free(r->loop);
	for (unsigned i = 0; i < r->count; i++)
		free(r->requests[i].body);
	free(r);
}

static void ssdp(struct rig *r, const char *from, const char *text)
{
	cp_ssdp_input(r->cp, text, strlen(text), addr(from));
}

#define FOUND(usn, location)                                                                       \
	"HTTP/1.1 200 OK\r\nST: " TYPE "\r\n" usn "location:" location                             \
	"\r\ncache-control:max-age=100\r\n\r\n"
#define USN "USN: uuid:" UUID_TEXT "::" TYPE "\r\n"
#define HERE "http://192.168.1.1:80/wps/foo.xml"

#define DESCRIPTION(udn, urls)                                                                     \
	"<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>"          \
	"<deviceType>" TYPE "</deviceType><friendlyName>AP &lt;1&gt;</friendlyName>"               \
	"<manufacturer>Company</manufacturer><modelName>WAP</modelName>" udn                       \
	"<serviceList><service><serviceType>" SERVICE "</serviceType>" urls                        \
	"</service></serviceList></device></root>"
#define UDN "<UDN>uuid:" UUID_TEXT "</UDN>"
#define URLS "<controlURL>control</controlURL><eventSubURL>/event</eventSubURL>"
#define SID "SID: uuid:7eb3342a-8a5f-47fe-a585-0785bfec6d8a\r\n"

static void get_ready(struct rig *r)
{
	ssdp(r, "192.168.1.1", FOUND(USN, HERE));
	answer(r, 0, 0, 200, "", DESCRIPTION(UDN, URLS));
	answer(r, 1, 0, 200, SID "TIMEOUT: Second-1000\r\n", "");
	assert_int_equal(r->readies, 1);
}

static const char action_answer[] =
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
	"<u:GetDeviceInfoResponse xmlns:u=\"" SERVICE "\"><NewDeviceInfo>aGVs\nbG8=</NewDeviceInfo>"
	"</u:GetDeviceInfoResponse></s:Body></s:Envelope>";

static void on_done(void *ctx, int err, const uint8_t *msg, size_t len)
{
	struct rig *r = ctx;
	r->answers++;
	r->err = err;
	r->msg_len = len;
	if (len && len <= sizeof(r->msg))
		memcpy(r->msg, msg, len);
}

/* --- documents --- */

static void test_describe(void **state)
{
	static const char text[] = DESCRIPTION(UDN, URLS);
	struct cp_description d;

	assert_int_equal(cp_describe(text, strlen(text), &d), 0);
	assert_string_equal(d.texts[CP_FRIENDLY_NAME], "AP <1>");
	assert_string_equal(d.texts[CP_MANUFACTURER], "Company");
	assert_string_equal(d.texts[CP_UDN], "uuid:" UUID_TEXT);
	assert_null(d.texts[CP_MODEL_URL]);
	assert_string_equal(d.control_url, "control");
	assert_string_equal(d.event_url, "/event");
	cp_description_clear(&d);
}

static void test_describe_embedded(void **state)
{
	static const char text[] =
		"<root><device><deviceType>urn:other:1</deviceType><friendlyName>Router"
		"</friendlyName><serviceList><service><serviceType>" SERVICE "</serviceType>"
		"<eventSubURL>/wrong</eventSubURL></service></serviceList><deviceList><device>"
		"<deviceType>" TYPE "</deviceType><friendlyName>Wi-Fi</friendlyName><serviceList>"
		"<service><serviceType>urn:other:2</serviceType><eventSubURL>/other</eventSubURL>"
		"</service><service><serviceType>" SERVICE "</serviceType><eventSubURL>/right"
		"</eventSubURL></service></serviceList></device><device><deviceType>x</deviceType>"
		"</device></deviceList></device></root>";
	struct cp_description d;

	assert_int_equal(cp_describe(text, strlen(text), &d), 0);
	assert_string_equal(d.texts[CP_FRIENDLY_NAME], "Wi-Fi");
	assert_string_equal(d.event_url, "/right");
	assert_null(d.control_url);
	cp_description_clear(&d);
}

static void test_describe_refused(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
		{"", -EBADMSG},
		{"foo", -EBADMSG},
		{"<root></root>", -ENOENT},
		{"<root><device></device></root>", -ENOENT},
		{"<root><device><deviceType>urn:x:1</deviceType></device></root>", -ENOENT},
		{"<root><device><deviceType>" TYPE "</deviceType>", -EBADMSG},
		{"<!DOCTYPE a [<!ENTITY b \"c\">]><root><device><deviceType>" TYPE
		 "</deviceType></device></root>",
			-EBADMSG},
	};
	struct cp_description d;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(
			cp_describe(cases[i].text, strlen(cases[i].text), &d), cases[i].err);
}

static void test_uuid(void **state)
{
	static const char *const bad[] = {"", "uuid:", "uuid:27ea801a", UUID_TEXT,
		"uuid:27ea801a-9e5c-4e73-bd82-f89cbcd10d7",
		"uuid:27ea801a-9e5c-4e73-bd82_f89cbcd10d7e"};
	uint8_t uuid[UPNP_UUID_LEN];

	assert_int_equal(cp_uuid_parse("UUID:" UUID_TEXT "::x", uuid), 0);
	assert_int_equal(uuid[0], 0x27);
	assert_int_equal(uuid[15], 0x7e);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(cp_uuid_parse(bad[i], uuid), -EINVAL);
}

/* --- discovery --- */

static void test_advertisements_refused(void **state)
{
	static const char *const cases[] = {
		"FOO",
		"M-SEARCH * HTTP/1.1\r\nST: " TYPE "\r\nlocation:" HERE
		"\r\ncache-control:max-age=100\r\n\r\n",
		"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nlocation:" HERE
		"\r\ncache-control:max-age=100\r\n\r\n",
		"HTTP/1.1 200 OK\r\nST: " TYPE "\r\ncache-control:max-age=100\r\n\r\n",
		"HTTP/1.1 200 OK\r\nST: " TYPE "\r\nlocation:" HERE "\r\n\r\n",
		"HTTP/1.1 200 OK\r\nST: " TYPE "\r\nlocation:" HERE
		"\r\ncache-control:max-age=0\r\n\r\n",
		FOUND(USN, "http://192.168.2.1/foo.xml"),
		FOUND(USN, "http://ap.example.com/foo.xml"),
		FOUND(USN, "https://192.168.1.1/foo.xml"),
	};
	struct rig *r = rig_new("0.0.0.0");

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ssdp(r, "192.168.1.1", cases[i]);
	ssdp(r, "192.168.2.1", FOUND(USN, HERE));
	assert_int_equal(r->count, 0);
	assert_int_equal(r->cp->device_count, 0);
	ssdp(r, "192.168.1.1", FOUND(USN, HERE));
	assert_int_equal(r->count, 1);
	rig_free(r);
}

static void test_filter(void **state)
{
	struct rig *r = rig_new("192.168.1.7");

	ssdp(r, "192.168.1.1", FOUND(USN, HERE));
	assert_int_equal(r->count, 0);
	ssdp(r, "192.168.1.7", FOUND(USN, "http://192.168.1.7/"));
	assert_int_equal(r->count, 1);
	rig_free(r);
}

static void test_life(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	ssdp(r, "192.168.1.1", FOUND(USN, HERE));
	ssdp(r, "192.168.1.1", FOUND(USN, HERE)); /* its copies change nothing */
	assert_int_equal(r->count, 1);
	assert_string_equal(r->requests[0].method, "GET");
	assert_string_equal(r->requests[0].url, HERE);
	answer(r, 0, 0, 200, "", DESCRIPTION(UDN, URLS));
	assert_string_equal(r->requests[1].method, "SUBSCRIBE");
	assert_string_equal(r->requests[1].url, "http://192.168.1.1:80/event");
	assert_string_equal(r->requests[1].headers,
		"CALLBACK: <http://192.168.1.2:49152/event/77/1>\nNT: upnp:event\n"
		"TIMEOUT: Second-1800\n");
	assert_int_equal(r->readies, 0);
	answer(r, 1, 0, 200, SID "TIMEOUT: Second-40\r\n", "");
	assert_int_equal(r->readies, 1);
	assert_string_equal(upnp_cp_info(r->ready)->friendly_name, "AP <1>");
	assert_string_equal(upnp_cp_info(r->ready)->model_url, "");
	assert_int_equal(upnp_cp_info(r->ready)->uuid[0], 0x27);

	eloop_advance(r->loop, 29 * USEC_PER_SEC);
	assert_int_equal(r->count, 2);
	eloop_advance(r->loop, 2 * USEC_PER_SEC);
	assert_int_equal(r->count, 3);
	assert_string_equal(r->requests[2].method, "SUBSCRIBE");
	assert_string_equal(r->requests[2].headers,
		"SID: uuid:7eb3342a-8a5f-47fe-a585-0785bfec6d8a\nTIMEOUT: Second-1800\n");
	answer(r, 2, 0, 200, SID, "");
	assert_int_equal(r->gones, 0);
	eloop_advance(r->loop, 100 * USEC_PER_SEC); /* max-age */
	assert_int_equal(r->gones, 1);
	assert_string_equal(r->requests[r->count - 1].method, "UNSUBSCRIBE");
	rig_free(r);
}

static void test_renewal_refused(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	ssdp(r, "192.168.1.1",
		"HTTP/1.1 200 OK\r\nST: " SERVICE "\r\nlocation:" HERE
		"\r\ncache-control:max-age=5000\r\n\r\n");
	answer(r, 0, 0, 200, "", DESCRIPTION(UDN, URLS));
	answer(r, 1, 0, 200, SID "TIMEOUT: Second-40\r\n", "");
	eloop_advance(r->loop, 31 * USEC_PER_SEC);
	answer(r, 2, 0, 412, "", "");
	assert_int_equal(r->gones, 1);
	/* It was restarted and is met anew. */
	ssdp(r, "192.168.1.1", FOUND(USN, HERE));
	assert_string_equal(r->requests[3].method, "GET");
	rig_free(r);
}

static void test_byebye(void **state)
{
	static const char bye[] =
		"NOTIFY * HTTP/1.1\r\nNT: " SERVICE "\r\nNTS: ssdp:byebye\r\n" USN "\r\n";
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	ssdp(r, "192.168.1.66", bye); /* nobody else's word counts */
	assert_int_equal(r->gones, 0);
	ssdp(r, "192.168.1.1", bye);
	assert_int_equal(r->gones, 1);
	assert_int_equal(r->count, 2);
	rig_free(r);
}

static void test_moved(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	ssdp(r, "192.168.1.1", FOUND(USN, "http://192.168.1.1:81/wps/foo.xml"));
	assert_int_equal(r->gones, 1);
	assert_string_equal(r->requests[r->count - 1].url, "http://192.168.1.1:81/wps/foo.xml");
	rig_free(r);
}

static void test_many(void **state)
{
	struct rig *r = rig_new("0.0.0.0");
	char text[400];

	/* More than the table holds; the client refuses more than it can do at a time. */
	for (unsigned i = 0; i < CP_DEVICES_MAX; i++) {
		snprintf(text, sizeof(text),
			"HTTP/1.1 200 OK\r\nST: " TYPE "\r\nlocation:http://192.168.1.%u/\r\n"
			"cache-control:max-age=100\r\n\r\n",
			i + 10);
		ssdp(r, "192.168.1.1", text);
	}
	assert_int_equal(r->cp->device_count, CP_DEVICES_MAX);
	ssdp(r, "192.168.1.1", FOUND(USN, HERE));
	assert_int_equal(r->cp->device_count, CP_DEVICES_MAX);
	rig_free(r);
}

/* --- description and subscription that fail --- */

static void test_failures(void **state)
{
	static const struct {
		int err;
		unsigned status;
		const char *body;
		bool subscribes;
	} cases[] = {
		{-ETIMEDOUT, 0, "", false},
		{0, 404, DESCRIPTION(UDN, URLS), false},
		{0, 200, "", false},
		{0, 200, DESCRIPTION(UDN, "<controlURL>/c</controlURL>"), false},
		{0, 200, DESCRIPTION(UDN, "<eventSubURL>http://example.com/e</eventSubURL>"),
			false},
		{0, 200, DESCRIPTION(UDN, "<eventSubURL>http://10.0.0.1/e</eventSubURL>"), false},
		{0, 200, DESCRIPTION("<UDN>uuid:</UDN>", URLS), true},
		{0, 200, DESCRIPTION("", "<eventSubURL>/e</eventSubURL>"), true},
		{0, 200,
			DESCRIPTION(UDN, "<eventSubURL>/e</eventSubURL>"
					 "<controlURL>http://example.com/c</controlURL>"),
			true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rig *r = rig_new("0.0.0.0");
		ssdp(r, "192.168.1.1", FOUND("", HERE));
		answer(r, 0, cases[i].err, cases[i].status, "", cases[i].body);
		assert_int_equal(r->count, cases[i].subscribes ? 2 : 1);
		if (!cases[i].subscribes) { /* tried again later, not at once */
			ssdp(r, "192.168.1.1", FOUND("", HERE));
			assert_int_equal(r->count, 1);
			eloop_advance(r->loop, 6 * USEC_PER_SEC);
			ssdp(r, "192.168.1.1", FOUND("", HERE));
			assert_int_equal(r->count, 2);
		}
		eloop_advance(r->loop, 101 * USEC_PER_SEC);
		assert_int_equal(r->gones, 1);
		rig_free(r);
	}
}

static void test_subscription_refused(void **state)
{
	static const struct {
		int err;
		unsigned status;
		const char *headers;
		unsigned readies;
	} cases[] = {{-ECONNREFUSED, 0, "", 0}, {0, 500, SID, 0}, {0, 200, "", 1},
		{0, 200, "SID: FOO\r\n", 1}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rig *r = rig_new("0.0.0.0");
		ssdp(r, "192.168.1.1", FOUND(USN, HERE));
		answer(r, 0, 0, 200, "", DESCRIPTION(UDN, URLS));
		answer(r, 1, cases[i].err, cases[i].status, cases[i].headers, "");
		assert_int_equal(r->readies, cases[i].readies);
		assert_int_equal(r->count, 2);
		rig_free(r);
	}
}

/* --- actions --- */

static void test_actions_in_turn(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 0x1f};
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	assert_int_equal(upnp_cp_get_device_info(r->ready, on_done, r), 0);
	assert_int_equal(
		upnp_cp_put_wlan_response(r->ready, mac, (const uint8_t *)"hello", 5, on_done, r),
		0);
	assert_int_equal(r->count, 3);
	assert_string_equal(r->requests[2].method, "POST");
	assert_string_equal(r->requests[2].url, "http://192.168.1.1:80/wps/control");
	assert_non_null(
		strstr(r->requests[2].headers, "SOAPACTION: \"" SERVICE "#GetDeviceInfo\""));
	answer(r, 2, 0, 200, "", action_answer);
	assert_int_equal(r->answers, 1);
	assert_int_equal(r->err, 0);
	assert_int_equal(r->msg_len, 5);
	assert_memory_equal(r->msg, "hello", 5);
	assert_int_equal(r->count, 4);
	assert_non_null(strstr(r->requests[3].body, "<NewMessage>aGVsbG8=</NewMessage>"));
	assert_non_null(strstr(r->requests[3].body, "<NewWLANEventType>2</NewWLANEventType>"));
	assert_non_null(strstr(
		r->requests[3].body, "<NewWLANEventMAC>02:00:00:00:00:1f</NewWLANEventMAC>"));
	answer(r, 3, 0, 200, "", "");
	assert_int_equal(r->answers, 2);
	assert_int_equal(r->err, 0);
	rig_free(r);
}

static void test_action_answers(void **state)
{
	static const struct {
		int err;
		unsigned status;
		const char *body;
		int result;
	} cases[] = {
		{-ETIMEDOUT, 0, "", -ETIMEDOUT},
		{0, 500, action_answer, -EREMOTEIO},
		{0, 200, "", -EBADMSG},
		{0, 200,
			"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
			"<u:PutMessageResponse xmlns:u=\"" SERVICE "\"/></s:Body></s:Envelope>",
			-EBADMSG},
		{0, 200,
			"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
			"<u:GetDeviceInfoResponse xmlns:u=\"" SERVICE
			"\"><NewDeviceInfo>***</NewDeviceInfo></u:GetDeviceInfoResponse></s:Body>"
			"</s:Envelope>",
			-EBADMSG},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rig *r = rig_new("0.0.0.0");
		get_ready(r);
		assert_int_equal(upnp_cp_get_device_info(r->ready, on_done, r), 0);
		answer(r, 2, cases[i].err, cases[i].status, "", cases[i].body);
		assert_int_equal(r->answers, 1);
		assert_int_equal(r->err, cases[i].result);
		assert_int_equal(r->msg_len, 0);
		rig_free(r);
	}
}

static void test_action_limits(void **state)
{
	struct rig *r = rig_new("0.0.0.0");
	int other;

	get_ready(r);
	for (unsigned i = 0; i < CP_ACTIONS_MAX; i++)
		assert_int_equal(
			upnp_cp_get_device_info(r->ready, on_done, i % 2 ? (void *)r : &other), 0);
	assert_int_equal(upnp_cp_get_device_info(r->ready, on_done, r), -ENOBUFS);
	/* The one under way is heard to its end, nobody is told. */
	upnp_cp_forget(r->ready, &other);
	answer(r, 2, 0, 200, "", action_answer);
	assert_int_equal(r->answers, 0);
	answer(r, 3, 0, 200, "", action_answer);
	assert_int_equal(r->answers, 1);
	rig_free(r);
}

static void test_action_without_url(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	ssdp(r, "192.168.1.1", FOUND(USN, HERE));
	answer(r, 0, 0, 200, "", DESCRIPTION(UDN, "<eventSubURL>/e</eventSubURL>"));
	answer(r, 1, 0, 200, SID, "");
	assert_int_equal(r->readies, 1);
	assert_int_equal(upnp_cp_get_device_info(r->ready, on_done, r), -ENOSYS);
	rig_free(r);
}

/* A device that goes takes its actions with it. */
static void test_gone_while_called(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	assert_int_equal(upnp_cp_get_device_info(r->ready, on_done, r), 0);
	eloop_advance(r->loop, 101 * USEC_PER_SEC);
	assert_int_equal(r->gones, 1);
	assert_true(r->requests[2].cancelled);
	assert_int_equal(r->answers, 0);
	rig_free(r);
}

/* --- events --- */

#define EVENT(value)                                                                               \
	"<?xml version=\"1.0\"?><e:propertyset xmlns:e=\"urn:schemas-upnp-org:event-1-0\">"        \
	"<e:property><STAStatus>1</STAStatus></e:property><e:property><WLANEvent>" value           \
	"</WLANEvent></e:property></e:propertyset>"

static unsigned notify(struct rig *r, const char *method, const char *path, const char *body)
{
	return cp_event_input(r->cp, method, path, addr("192.168.1.1"), body, strlen(body));
}

static void test_events(void **state)
{
	/* type 2, "02:00:00:00:00:05", "abc" */
	static const char good[] = EVENT("AjAyOjAwOjAwOjAw\nOjAwOjA1YWJj");
	static const uint8_t mac[] = {2, 0, 0, 0, 0, 5};
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	assert_int_equal(notify(r, "NOTIFY", "/event/77/1", good), 200);
	assert_int_equal(r->events, 1);
	assert_int_equal(r->type, UPNP_WLAN_EAP);
	assert_memory_equal(r->mac, mac, 6);
	assert_int_equal(r->msg_len, 3);
	assert_memory_equal(r->msg, "abc", 3);
	assert_int_equal(
		notify(r, "NOTIFY", "/event/77/1", EVENT("ATAyOjAwOjAwOjAwOjAwOjAw")), 200);
	assert_int_equal(r->events, 2);
	assert_int_equal(r->msg_len, 0);
	rig_free(r);
}

static void test_events_refused(void **state)
{
	static const struct {
		const char *method, *path, *body;
		unsigned status;
	} cases[] = {
		{"NOTIFY", "/event/77/1123", EVENT("AjAyOjAwOjAwOjAwOjAwOjA1"), 404},
		{"NOTIFY", "/event/77", EVENT("AjAyOjAwOjAwOjAwOjAwOjA1"), 404},
		{"NOTIFY", "/event/123456789/123", EVENT("AjAyOjAwOjAwOjAwOjAwOjA1"), 404},
		{"NOTIFY", "/foobar/77/1", EVENT("AjAyOjAwOjAwOjAwOjAwOjA1"), 404},
		{"FOOBAR", "/event/77/1", EVENT("AjAyOjAwOjAwOjAwOjAwOjA1"), 501},
		{"NOTIFY", "/event/77/1", "", 200}, {"NOTIFY", "/event/77/1", "<a/>", 200},
		{"NOTIFY", "/event/77/1", EVENT(""), 200},
		{"NOTIFY", "/event/77/1", EVENT("*"), 200},
		{"NOTIFY", "/event/77/1", EVENT("AA=="), 200}, /* too short */
		{"NOTIFY", "/event/77/1", EVENT("AHF3ZXJ0eXVpb3Bhc2RmZ2hqa2x6eGN2Ym5t"),
			200}, /* no MAC */
	};
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(
			notify(r, cases[i].method, cases[i].path, cases[i].body), cases[i].status);
	assert_int_equal(cp_event_input(r->cp, "NOTIFY", "/event/77/1", addr("10.0.0.1"),
				 EVENT("AjAyOjAwOjAwOjAwOjAwOjA1"), 100),
		200);
	assert_int_equal(r->events, 0);
	rig_free(r);
}

/* --- the end --- */

static void test_stop(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	upnp_cp_stop(r->cp);
	assert_int_equal(r->gones, 1);
	assert_string_equal(r->requests[2].method, "UNSUBSCRIBE");
	assert_string_equal(r->requests[2].url, "http://192.168.1.1:80/event");
	assert_string_equal(
		r->requests[2].headers, "SID: uuid:7eb3342a-8a5f-47fe-a585-0785bfec6d8a\n");
	eloop_advance(r->loop, USEC_PER_SEC);
	assert_int_equal(r->stops, 0);
	answer(r, 2, 0, 200, "", "");
	assert_int_equal(r->stops, 0);
	eloop_advance(r->loop, 1);
	assert_int_equal(r->stops, 1);
	rig_free(r);
}

/* The end of a selection is told beside whatever is under way, and waited for. */
static void test_stop_deselects(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	assert_int_equal(upnp_cp_get_device_info(r->ready, on_done, r), 0);
	assert_int_equal(upnp_cp_last_selected_registrar(r->ready, (const uint8_t *)"hello", 5), 0);
	assert_non_null(
		strstr(r->requests[3].headers, "SOAPACTION: \"" SERVICE "#SetSelectedRegistrar\""));
	assert_non_null(strstr(r->requests[3].body, "<NewMessage>aGVsbG8=</NewMessage>"));
	upnp_cp_stop(r->cp);
	assert_true(r->requests[2].cancelled);
	assert_false(r->requests[3].cancelled);
	answer(r, 4, 0, 200, "", ""); /* UNSUBSCRIBE */
	eloop_advance(r->loop, 1);
	assert_int_equal(r->stops, 0);
	answer(r, 3, 0, 200, "", "");
	eloop_advance(r->loop, 1);
	assert_int_equal(r->stops, 1);
	rig_free(r);
}

static void test_stop_is_bounded(void **state)
{
	struct rig *r = rig_new("0.0.0.0");

	get_ready(r);
	upnp_cp_stop(r->cp);
	eloop_advance(r->loop, 4 * USEC_PER_SEC);
	assert_int_equal(r->stops, 1);
	upnp_cp_free(r->cp);
	assert_true(r->requests[2].cancelled);
	r->cp = NULL;
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_describe),
		cmocka_unit_test(test_describe_embedded),
		cmocka_unit_test(test_describe_refused),
		cmocka_unit_test(test_uuid),
		cmocka_unit_test(test_advertisements_refused),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_renewal_refused),
		cmocka_unit_test(test_byebye),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_subscription_refused),
		cmocka_unit_test(test_actions_in_turn),
		cmocka_unit_test(test_action_answers),
		cmocka_unit_test(test_action_limits),
		cmocka_unit_test(test_action_without_url),
		cmocka_unit_test(test_gone_while_called),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_refused),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stop_deselects),
		cmocka_unit_test(test_stop_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
