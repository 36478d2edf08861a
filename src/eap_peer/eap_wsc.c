/* EAP-WSC, peer side: an enrollee behind EAP framing (WSC 2.0, 7.7). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/elements.h"
#include "eap_peer/eap_peer_i.h"
#include "utils/log.h"
#include "wps/wsc_frame.h"

#define PHASE1_WORDS_MAX 16

struct wsc_phase1 {
	bool pbc;
	const char *pin;
	int64_t pw_id; /* -1 = not given */
	int64_t multi_ap;
};

struct eap_wsc {
	struct wps_run *run;
	struct wsc_frame frame;
};

static int parse_pbc(const char *value, struct wsc_phase1 *out)
{
	out->pbc = true;
	return strcmp(value, "1") ? -EINVAL : 0;
}

static int parse_pin(const char *value, struct wsc_phase1 *out)
{
	out->pin = value;
	return *value ? 0 : -EINVAL;
}

static int parse_pw_id(const char *value, struct wsc_phase1 *out)
{
	return parse_int(value, 10, 0, 65535, &out->pw_id);
}

static int parse_multi_ap(const char *value, struct wsc_phase1 *out)
{
	return parse_int(value, 10, 0, 255, &out->multi_ap);
}

static const struct {
	const char *key, *allowed;
	int (*parse)(const char *value, struct wsc_phase1 *out);
} words[] = {
	{"pbc=", "1", parse_pbc},
	{"pin=", "a PIN", parse_pin},
	{"dev_pw_id=", "0..65535", parse_pw_id},
	{"multi_ap=", "0..255", parse_multi_ap},
};

static int parse_word(const char *word, struct wsc_phase1 *out)
{
	const char *value;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!str_starts(word, words[i].key, &value))
			continue;
		int err = words[i].parse(value, out);
		if (err)
			log_msg(LOG_WARN, "EAP-WSC: phase1 %s allows %s", words[i].key,
				words[i].allowed);
		return err;
	}
	/* Not the word itself: it may hold a PIN with a typing error in front. */
	log_msg(LOG_WARN, "EAP-WSC: unknown word in phase1, known: pbc= pin= dev_pw_id= multi_ap=");
	return -EINVAL;
}

/* text is cut into words in place. */
static int parse_phase1(char *text, struct wsc_phase1 *out)
{
	char *word[PHASE1_WORDS_MAX];
	int n = split_words(text, word, PHASE1_WORDS_MAX);

	*out = (struct wsc_phase1){.pw_id = -1};
	for (int i = 0; i < n; i++)
		if (parse_word(word[i], out) < 0)
			return -EINVAL;
	if (out->pbc == (out->pin != NULL)) {
		log_msg(LOG_WARN, "EAP-WSC: phase1 needs either pbc=1 or pin=");
		return -EINVAL;
	}
	if (out->pbc && out->pw_id >= 0 && out->pw_id != DEV_PW_PUSHBUTTON) {
		log_msg(LOG_WARN, "EAP-WSC: phase1 pbc=1 allows dev_pw_id=4 only");
		return -EINVAL;
	}
	return 0;
}

static struct wps_run *new_run(const struct eap_peer_config *cfg, const struct wsc_phase1 *p)
{
	const struct wps_enrollee_params params = {
		.dev = cfg->wps_dev,
		.pw_id = p->pbc         ? DEV_PW_PUSHBUTTON
			 : p->pw_id < 0 ? DEV_PW_DEFAULT
					: (enum wps_dev_password_id)p->pw_id,
		.password = (const uint8_t *)p->pin,
		.password_len = p->pin ? strlen(p->pin) : 0,
		.multi_ap = p->multi_ap ? MULTI_AP_BACKHAUL_STA : 0,
		.peer_mac = cfg->bssid,
		.event = cfg->wps_event,
		.ctx = cfg->wps_ctx,
	};
	return wps_enrollee_new(&params);
}

static void wsc_free(void *method)
{
	struct eap_wsc *m = method;

	wps_run_free(m->run);
	wsc_frame_clear(&m->frame);
	free(m);
}

static void *wsc_init(const struct eap_peer_config *cfg)
{
	struct wsc_phase1 phase1;
	char *text = NULL;
	struct eap_wsc *m = calloc(1, sizeof(*m));
	size_t len = cfg->phase1 ? strlen(cfg->phase1) : 0;

	if (!m || !cfg->wps_dev || str_replace(&text, cfg->phase1 ? cfg->phase1 : "") < 0)
		goto fail;
	if (parse_phase1(text, &phase1) == 0)
		m->run = new_run(cfg, &phase1);
	wipe(text, len); /* the cut words hide the rest from str_wipe_free() */
	free(text);
	if (!m->run)
		goto fail;
	wsc_frame_init(&m->frame, cfg->fragment_size);
	return m;
fail:
	if (m)
		wsc_free(m);
	return NULL;
}

/* What the run wants to say, as the first fragment. */
static int answer(struct eap_wsc *m, struct writer *w)
{
	enum wsc_op op;
	struct bytes msg = {0};

	if (wps_run_next(m->run, &op, &msg) < 0)
		return -ENODATA;
	wsc_frame_queue(&m->frame, op, &msg);
	wsc_frame_write(&m->frame, w);
	return 0;
}

static int wsc_process(void *method, struct reader data, struct writer *w)
{
	struct eap_wsc *m = method;
	enum wsc_op op;
	const uint8_t *msg;
	size_t len;

	switch (wsc_frame_rx(&m->frame, data, &op, &msg, &len)) {
	case WSC_RX_BAD:
		log_msg(LOG_DBG, "EAP-WSC: request dropped, its framing is wrong");
		return -EBADMSG;
	case WSC_RX_MORE:
		wsc_frame_write_ack(w);
		return 0;
	case WSC_RX_FRAG_ACK:
		wsc_frame_write(&m->frame, w);
		return 0;
	case WSC_RX_MESSAGE:
		(void)wps_run_process(m->run, op, msg, len);
		return answer(m, w);
	}
	return -EBADMSG;
}

static void wsc_aborted(void *method)
{
	struct eap_wsc *m = method;
	wps_run_aborted(m->run);
}

const struct eap_peer_method eap_peer_wsc = {
	.name = "WSC",
	.type = EAP_TYPE_EXPANDED,
	.vendor = EAP_VENDOR_WFA,
	.vendor_type = EAP_VENDOR_TYPE_WSC,
	.init = wsc_init,
	.process = wsc_process,
	.aborted = wsc_aborted,
	.free = wsc_free,
};
