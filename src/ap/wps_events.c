/* What the WPS registrar of a BSS and its runs report: events for programs, the file of PIN
 * requests, settings to take over. */
#include "ap/ap_i.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void on_elements_changed(void *ctx)
{
	ap_wps_update_elements(ctx);
	ap_beacon_refresh(ctx);
}

/* Everybody near can make us write: there is an end to it. */
#define PIN_REQUESTS_MAX (1 << 20)

/* Returns a descriptor of the file, which may be a pipe of a program, or negative errno. */
static int open_pin_requests(const char *path)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);

	if (fd < 0)
		return -errno;
	int err = fstat(fd, &st) < 0                                      ? -errno
		  : S_ISREG(st.st_mode) && st.st_size >= PIN_REQUESTS_MAX ? -EFBIG
									  : 0;
	if (err == 0)
		return fd;
	close(fd);
	return err;
}

/* One tab-separated line per enrollee that asks for a PIN, in one write: programs read meanwhile.
 * The texts have no control bytes (the parser of M1 saw to it). */
static void log_pin_request(const struct ap_bss *b, const struct wps_peer *p)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN], text[512];
	struct strbuf line = strbuf_over(text, sizeof(text));
	const char *path = b->cfg->wps_pin_requests;

	if (!path)
		return;
	_cleanup_(closep) int fd = open_pin_requests(path);
	strbuf_add(&line, "%lld\t%s\t" MACSTR "\t%s\t%s\t%s\t%s\t%s\t%s\n", (long long)time(NULL),
		wps_uuid_text(p->uuid, uuid), MAC2STR(p->mac), p->device_name, p->manufacturer,
		p->model_name, p->model_number, p->serial_number,
		wps_type_text(p->primary_type, type));
	if (fd >= 0 && write(fd, line.buf, line.len) == (ssize_t)line.len)
		return;
	log_msg(LOG_ERR, "wps_pin_requests '%s' cannot be written: %s", path,
		strerror(fd < 0 ? -fd : errno));
}

static void pin_needed(struct ap_bss *b, const struct wps_peer *p)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];

	ap_event(b, LOG_INF, EV_WPS_PIN_NEEDED "%s " MACSTR " [%s|%s|%s|%s|%s|%s]",
		wps_uuid_text(p->uuid, uuid), MAC2STR(p->mac), p->device_name, p->manufacturer,
		p->model_name, p->model_number, p->serial_number,
		wps_type_text(p->primary_type, type));
	log_pin_request(b, p);
}

static void enrollee_seen(struct ap_bss *b, const uint8_t *mac, const struct wps_info *i)
{
	char uuid[WPS_UUID_TEXT_LEN], type[WPS_TYPE_TEXT_LEN];

	ap_event(b, LOG_INF, EV_WPS_ENROLLEE_SEEN MACSTR " %s %s 0x%x %u %u [%s]", MAC2STR(mac),
		wps_uuid_text(i->uuid, uuid), wps_type_text(i->primary_type, type),
		i->config_methods, i->dev_password_id, i->request_type, i->device_name);
}

static void on_reg_event(void *ctx, enum wps_reg_event_kind kind, const struct wps_peer *peer,
	const uint8_t *mac, const struct wps_info *info)
{
	struct ap_bss *b = ctx;

	switch (kind) {
	case WPS_REG_PBC_ACTIVE:
		ap_event(b, LOG_INF, EV_WPS_PBC_ACTIVE);
		break;
	case WPS_REG_PBC_DISABLE:
		ap_event(b, LOG_INF, EV_WPS_PBC_DISABLE);
		break;
	case WPS_REG_PBC_TIMEOUT:
		ap_event(b, LOG_INF, EV_WPS_TIMEOUT);
		break;
	case WPS_REG_CANCEL:
		ap_event(b, LOG_INF, EV_WPS_CANCEL);
		break;
	case WPS_REG_OVERLAP:
		ap_event(b, LOG_INF, EV_WPS_OVERLAP);
		break;
	case WPS_REG_PIN_NEEDED:
		pin_needed(b, peer);
		break;
	case WPS_REG_ENROLLEE_SEEN:
		enrollee_seen(b, mac, info);
		break;
	case WPS_REG_SETUP_LOCKED:
		ap_event(b, LOG_INF, EV_WPS_AP_SETUP_LOCKED);
		break;
	case WPS_REG_SETUP_UNLOCKED:
		ap_event(b, LOG_INF, EV_WPS_AP_SETUP_UNLOCKED);
		break;
	case WPS_REG_AP_PIN_DISABLED:
		ap_event(b, LOG_INF, EV_WPS_AP_PIN_DISABLED);
		break;
	case WPS_REG_AP_PIN_FAILED:
		if (b->radio->ops->wps_ap_pin_failed)
			b->radio->ops->wps_ap_pin_failed(b->radio->ctx, b);
		break;
	}
}

static void report_fail(struct ap_bss *b, const struct wps_event *ev)
{
	if (ev->error_indication)
		ap_event(b, LOG_INF, EV_WPS_FAIL "msg=%u config_error=%u reason=%u (%s)", ev->msg,
			ev->config_error, ev->error_indication,
			wps_error_indication_text(ev->error_indication));
	else
		ap_event(b, LOG_INF, EV_WPS_FAIL "msg=%u config_error=%u", ev->msg,
			ev->config_error);
}

static void hand_over(struct ap_bss *b, const struct ap_wps_settings *s)
{
	if (b->radio->ops->wps_settings)
		b->radio->ops->wps_settings(b->radio->ctx, b, s);
}

static void new_settings(struct ap_bss *b, const struct wps_event *ev)
{
	hand_over(b, &(struct ap_wps_settings){
			     .cred = ev->cred, .raw = ev->raw, .raw_len = ev->raw_len});
}

/* The first enrollee of an unconfigured access point has the random key that was made for it: from
 * now on it is this network's (WSC 2.0, 5.2). */
void ap_wps_become_configured(struct ap_bss *b)
{
	struct wps_credential c = {
		.auth_type = WPS_AUTH_WPAPSK | WPS_AUTH_WPA2PSK,
		.encr_type = WPS_ENCR_TKIP | WPS_ENCR_AES,
		.ssid_len = b->cfg->ssid.len,
		.key_len = AP_WPS_KEY_LEN,
	};

	log_msg(LOG_INF, "%s: configured by the first WPS enrollee", b->cfg->interface);
	if (c.ssid_len)
		memcpy(c.ssid, b->cfg->ssid.data, c.ssid_len);
	memcpy(c.key, b->first.key, AP_WPS_KEY_LEN);
	mac_copy(c.mac, b->addr);
	hand_over(b, &(struct ap_wps_settings){.cred = &c, .first_enrollee = true});
	wipe(&c, sizeof(c));
}

static void reg_success(struct ap_bss *b, const struct wps_peer *peer)
{
	char uuid[WPS_UUID_TEXT_LEN];

	ap_event(b, LOG_INF, EV_WPS_REG_SUCCESS MACSTR " %s", MAC2STR(peer->mac),
		wps_uuid_text(peer->uuid, uuid));
	b->first.done = b->first.key[0] && mac_equal(b->first.mac, peer->mac);
	ap_wps_peers_add(b, peer);
	if (b->radio->ops->wps_completed)
		b->radio->ops->wps_completed(b->radio->ctx, b, peer);
}

static void success(struct ap_bss *b)
{
	ap_event(b, LOG_INF, EV_WPS_SUCCESS);
	if (!b->first.done)
		return;
	b->first.done = false;
	ap_wps_become_configured(b);
}

static void on_run_event(void *ctx, const struct wps_event *ev)
{
	struct ap_bss *b = ctx;

	switch (ev->kind) {
	case WPS_EVENT_SUCCESS:
		success(b);
		break;
	case WPS_EVENT_FAIL:
		report_fail(b, ev);
		break;
	case WPS_EVENT_M2D:
		ap_event(b, LOG_INF, EV_WPS_M2D);
		break;
	case WPS_EVENT_REG_SUCCESS:
		reg_success(b, ev->peer);
		break;
	case WPS_EVENT_CRED_SENT:
		ap_event(b, LOG_INF, EV_WPS_CRED_SENT MACSTR " %s", MAC2STR(ev->peer->mac),
			ev->cred->backhaul ? "backhaul" : "own");
		break;
	case WPS_EVENT_AP_SETTINGS:
		new_settings(b, ev);
		break;
	case WPS_EVENT_CREDENTIAL:
		break; /* of enrollees that are stations */
	}
}

static bool on_forward(void *ctx, const uint8_t mac[MAC_LEN], const uint8_t *msg, size_t len)
{
	struct ap_bss *b = ctx;
	const struct ap_ops *ops = b->radio->ops;

	return ops->wps_forward && ops->wps_forward(b->radio->ctx, b, mac, msg, len);
}

static void on_forward_probe(void *ctx, const uint8_t mac[MAC_LEN], const uint8_t *data, size_t len)
{
	struct ap_bss *b = ctx;

	if (b->radio->ops->wps_forward_probe)
		b->radio->ops->wps_forward_probe(b->radio->ctx, b, mac, data, len);
}

const struct wps_registrar_ops ap_wps_registrar_ops = {
	.forward = on_forward,
	.forward_probe = on_forward_probe,
	.elements_changed = on_elements_changed,
	.reg_event = on_reg_event,
	.run_event = on_run_event,
	.credential = ap_wps_credential,
	.ap_settings = ap_wps_ap_settings,
};
