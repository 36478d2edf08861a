/* What a control point posts: the SOAPACTION header as first line, then the body; GetDeviceInfo
 * came before, so that messages reach a protocol run. */
#include <string.h>

#include "upnp/device_i.h"
#include "utils/log.h"

static void on_changed(void *ctx)
{
}

static void on_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
}

static void on_run_event(void *ctx, const struct wps_event *ev)
{
}

static int on_credential(void *ctx, const struct wps_peer *peer, struct wps_credential *out)
{
	return -1;
}

static void post(struct upnp_device *d, const char *header, const char *body, size_t len)
{
	struct in_addr client = {htonl(INADDR_LOOPBACK)};
	struct writer out = writer_new(256);

	upnp_device_action(d, client, header, body, len, &out);
	writer_free(&out);
}

static void start_run(struct upnp_device *d)
{
	struct writer w = writer_new(256);

	soap_write_begin(&w, "GetDeviceInfo");
	soap_write_end(&w, "GetDeviceInfo");
	post(d, "\"" WFA_SERVICE "#GetDeviceInfo\"", (const char *)w.buf, w.len);
	writer_free(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct wps_registrar_ops ops = {.elements_changed = on_changed,
		.reg_event = on_reg_event,
		.run_event = on_run_event,
		.credential = on_credential};
	const struct wps_registrar_config cfg = {
		.dev = {.ap = true, .wps_state = WPS_STATE_CONFIGURED, .version2 = 0x20}};
	struct upnp_device d = {.timers = timers_new()};
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	char header[128] = "";

	log_set_level(LOG_ERR);
	TAILQ_INIT(&d.subscriptions);
	TAILQ_INIT(&d.runs);
	if (end && (size_t)(end - data) < sizeof(header)) {
		memcpy(header, data, (size_t)(end - data));
		size -= (size_t)(end + 1 - data);
		data = end + 1;
	}
	struct wps_registrar *reg = wps_registrar_new(d.timers, &cfg, &ops, NULL);
	if (!reg || wps_registrar_set_ap_pin(reg, "12345670", 0) < 0 ||
		upnp_device_add(&d, reg) < 0)
		__builtin_trap();
	start_run(&d);
	post(&d, header, (const char *)data, size);
	upnp_device_remove(&d, reg);
	wps_registrar_free(reg);
	timers_free(d.timers);
	return 0;
}
