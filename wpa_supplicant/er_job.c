/* Runs of the external registrar with an access point: its AP PIN opens its settings. GetDeviceInfo
 * brings M1, each PutMessage takes our next message and brings the answer (WFAWLANConfig:1, 2.4).
 */
#include <errno.h>
#include <stdlib.h>

#include "wpa_supplicant/er_i.h"

static const char *const state_names[] = {
	[ER_JOB_NONE] = "NONE",
	[ER_JOB_INFO] = "INFO",
	[ER_JOB_ANSWER] = "ANSWER",
	[ER_JOB_LAST] = "LAST",
};

static void enter(struct er_ap *ap, enum er_job_state state, const char *reason)
{
	wpas_log(ap->er->w, LOG_DBG, "ER run with " MACSTR ": %s -> %s (%s)", MAC2STR(ap->mac),
		state_names[ap->job.state], state_names[state], reason);
	ap->job.state = state;
}

static void end(struct er_ap *ap, const char *reason)
{
	struct er_job *job = &ap->job;

	enter(ap, ER_JOB_NONE, reason);
	upnp_cp_forget(ap->dev, job);
	wps_run_free(steal_ptr(&job->run));
	str_wipe_free(steal_ptr(&job->pin));
	wipe(&job->settings, sizeof(job->settings));
}

void er_job_clear(struct er_ap *ap)
{
	if (ap->job.state != ER_JOB_NONE)
		end(ap, "given up");
}

/* Ends with WPS-FAIL unless the run has reported its end already. */
static void fail(struct er_ap *ap, const char *reason)
{
	static const struct wps_event failed = {.kind = WPS_EVENT_FAIL};

	if (ap->job.run)
		wps_run_aborted(ap->job.run);
	else
		wpas_er_emit_fail(ap->er->w, &failed);
	end(ap, reason);
}

void er_job_abort(struct er_ap *ap)
{
	if (ap->job.state != ER_JOB_NONE)
		fail(ap, "access point gone");
}

/* --- events of the run --- */

static void on_settings(struct er_ap *ap, const struct wps_credential *c)
{
	struct wpas_if *w = ap->er->w;
	char uuid[WPS_UUID_TEXT_LEN], ssid[SSID_TEXT_CAP], text[256], key[4 * sizeof(c->key) + 1];
	struct strbuf s = strbuf_over(text, sizeof(text)), k = strbuf_over(key, sizeof(key));

	if (er_settings_set(ap->er, ap->uuid, c) < 0)
		wpas_log(w, LOG_ERR, "ER: out of memory, settings not kept");
	strbuf_add_escaped(&k, c->key, c->key_len);
	strbuf_add(&s, "WPS-ER-AP-SETTINGS uuid=%s ssid=%s auth_type=0x%04x encr_type=0x%04x key=",
		wps_uuid_text(ap->uuid, uuid), ssid_text(c->ssid, c->ssid_len, ssid, sizeof(ssid)),
		c->auth_type, c->encr_type);
	wpas_log(w, LOG_INF, "%s[REMOVED]", text);
	wpas_event_ctrl_secret(w, text, key);
	wipe(key, sizeof(key));
}

static void on_run_event(void *ctx, const struct wps_event *ev)
{
	struct er_ap *ap = ctx;

	switch (ev->kind) {
	case WPS_EVENT_AP_SETTINGS:
		on_settings(ap, ev->cred);
		break;
	case WPS_EVENT_SUCCESS:
		if (ap->job.write && er_settings_set(ap->er, ap->uuid, &ap->job.settings) < 0)
			wpas_log(ap->er->w, LOG_ERR, "ER: out of memory, settings not kept");
		wpas_event(ap->er->w, "WPS-SUCCESS ");
		break;
	case WPS_EVENT_FAIL:
		wpas_er_emit_fail(ap->er->w, ev);
		break;
	case WPS_EVENT_CREDENTIAL:
	case WPS_EVENT_M2D:
	case WPS_EVENT_REG_SUCCESS:
	case WPS_EVENT_CRED_SENT:
		break;
	}
}

/* --- messages --- */

static void on_answer(void *ctx, int err, const uint8_t *msg, size_t len);

/* Sends what the run has. last: its end is reached. */
static void send_next(struct er_ap *ap, bool last)
{
	enum wsc_op op;
	struct bytes msg = {0};

	if (wps_run_next(ap->job.run, &op, &msg) < 0) {
		if (last)
			end(ap, "run over");
		else
			fail(ap, "nothing to answer");
		return;
	}
	enter(ap, last ? ER_JOB_LAST : ER_JOB_ANSWER, "message to the access point");
	int err = upnp_cp_put_message(ap->dev, msg.data, msg.len, on_answer, &ap->job);
	bytes_clear(&msg);
	if (err < 0)
		fail(ap, strerror(-err));
}

static void process(struct er_ap *ap, const uint8_t *msg, size_t len)
{
	struct er_msg m;

	if (er_msg_read(msg, len, &m) < 0) {
		fail(ap, "malformed message");
		return;
	}
	switch (wps_run_process(ap->job.run, er_msg_op(m.type), msg, len)) {
	case WPS_R_CONTINUE:
		send_next(ap, false);
		break;
	case WPS_R_DONE:
	case WPS_R_FAILED:
		send_next(ap, true);
		break;
	case WPS_R_PENDING:
	case WPS_R_IGNORED:
		fail(ap, "message out of turn");
		break;
	}
}

static void on_answer(void *ctx, int err, const uint8_t *msg, size_t len)
{
	struct er_ap *ap = container_of((struct er_job *)ctx, struct er_ap, job);

	if (ap->job.state == ER_JOB_LAST)
		end(ap, "run over");
	else if (err < 0 || len == 0)
		fail(ap, err < 0 ? strerror(-err) : "access point is silent");
	else
		process(ap, msg, len);
}

static void on_info(void *ctx, int err, const uint8_t *msg, size_t len)
{
	struct er_job *job = ctx;
	struct er_ap *ap = container_of(job, struct er_ap, job);
	const struct wps_ap_registrar_params p = {
		.dev = &ap->er->w->wps.dev,
		.pw_id = DEV_PW_DEFAULT,
		.password = (const uint8_t *)job->pin,
		.password_len = strlen(job->pin),
		.settings = job->write ? &job->settings : NULL,
		.peer_mac = ap->mac,
		.event = on_run_event,
		.ctx = ap,
	};

	if (err < 0 || len == 0) {
		fail(ap, err < 0 ? strerror(-err) : "no M1");
		return;
	}
	job->run = wps_ap_registrar_new(&p);
	if (job->run)
		process(ap, msg, len);
	else
		fail(ap, "out of memory");
}

int er_job_start(struct er_ap *ap, const char *pin, const struct wps_credential *settings)
{
	struct er_job *job = &ap->job;

	if (job->state == ER_JOB_LAST)
		end(ap, "the next one begins");
	if (job->state != ER_JOB_NONE)
		return -EBUSY;
	if (str_replace(&job->pin, pin) < 0)
		return -ENOMEM;
	job->write = settings != NULL;
	if (settings)
		job->settings = *settings;
	enter(ap, ER_JOB_INFO, settings ? "write settings" : "learn settings");
	int err = upnp_cp_get_device_info(ap->dev, on_info, job);
	if (err < 0)
		end(ap, strerror(-err));
	return err;
}
