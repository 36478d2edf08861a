#include "wps/run_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"

static const char *const state_names[] = {
	[RUN_AWAIT_START] = "AWAIT_START",
	[RUN_AWAIT_M1] = "AWAIT_M1",
	[RUN_AWAIT_M2] = "AWAIT_M2",
	[RUN_AWAIT_M2D_ACK] = "AWAIT_M2D_ACK",
	[RUN_AWAIT_M3] = "AWAIT_M3",
	[RUN_AWAIT_M4] = "AWAIT_M4",
	[RUN_AWAIT_M5] = "AWAIT_M5",
	[RUN_AWAIT_M6] = "AWAIT_M6",
	[RUN_AWAIT_M7] = "AWAIT_M7",
	[RUN_AWAIT_M8] = "AWAIT_M8",
	[RUN_AWAIT_DONE] = "AWAIT_DONE",
	[RUN_AWAIT_ACK] = "AWAIT_ACK",
	[RUN_AWAIT_EXTERNAL] = "AWAIT_EXTERNAL",
	[RUN_AWAIT_NACK] = "AWAIT_NACK",
	[RUN_AWAIT_END] = "AWAIT_END",
	[RUN_ENDED] = "ENDED",
};

void wps_run_enter(struct wps_run *run, enum wps_run_state next, const char *reason)
{
	log_msg(LOG_DBG, "WPS %s: %s -> %s (%s)", run->role->name, state_names[run->state],
		state_names[next], reason);
	run->state = next;
}

struct wps_run *wps_run_alloc(const struct wps_role *role, const struct wps_device *dev,
	enum wps_run_state first, wps_event_fn event, void *ctx)
{
	struct wps_run *run = calloc(1, sizeof(*run));
	if (!run)
		return NULL;
	run->role = role;
	run->dev = dev;
	run->state = first;
	run->event = event;
	run->ctx = ctx;
	return run;
}

void wps_run_free(struct wps_run *run)
{
	if (!run)
		return;
	if (run->role->cleanup)
		run->role->cleanup(run);
	dh5_free(run->dh);
	bytes_clear(&run->out);
	bytes_clear(&run->last);
	bytes_clear(&run->pk_e);
	bytes_clear(&run->pk_r);
	bytes_clear(&run->password);
	bytes_clear(&run->alt_password);
	bytes_clear(&run->private_key);
	wipe(run, sizeof(*run));
	free(run);
}

void wps_run_emit(struct wps_run *run, struct wps_event *ev)
{
	ev->peer = &run->peer;
	if (ev->kind == WPS_EVENT_SUCCESS || ev->kind == WPS_EVENT_FAIL) {
		run->reported = true;
		if (run->role->ended)
			run->role->ended(run, ev);
	}
	if (run->event)
		run->event(run->ctx, ev);
}

int wps_run_emit_settings(
	struct wps_run *run, const struct wps_credential *c, const struct bytes *plain)
{
	struct bytes raw = {0};

	int err = wps_settings_strip(plain, &raw);
	if (!err)
		wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_AP_SETTINGS,
					  .cred = c,
					  .raw = raw.data,
					  .raw_len = raw.len});
	bytes_clear(&raw);
	return err;
}

void wps_run_fail(struct wps_run *run, unsigned msg, unsigned config_error, unsigned indication)
{
	if (run->reported)
		return;
	wps_run_emit(run, &(struct wps_event){.kind = WPS_EVENT_FAIL,
				  .msg = msg,
				  .config_error = config_error,
				  .error_indication = indication});
}

void wps_run_set_wake(struct wps_run *run, void (*fn)(void *ctx), void *ctx)
{
	run->relay.wake = fn;
	run->relay.wake_ctx = ctx;
}

void wps_run_aborted(struct wps_run *run)
{
	/* Of who only knocked at an access point no registration failed. */
	bool begun = run->state != RUN_AWAIT_M1 || !run->registrar;

	if (run->state == RUN_ENDED)
		return;
	wps_run_enter(run, RUN_ENDED, "cut off");
	if (begun)
		wps_run_fail(run, 0, WPS_CFG_NO_ERROR, WPS_EI_NO_ERROR);
}

/* --- sending --- */

void wps_run_begin(struct wps_run *run, struct wps_msg *m, unsigned type)
{
	memset(m, 0, sizeof(*m));
	wps_set_version(m, run->dev);
	wps_set(m, WA_MSG_TYPE, type);
	wps_set_data(m, WA_ENROLLEE_NONCE, run->nonce_e, WPS_NONCE_LEN);
	wps_set_data(m, WA_REGISTRAR_NONCE, run->nonce_r, WPS_NONCE_LEN);
}

/* Everything WPS devices do in Authentication, Encryption and Connection Type Flags. */
void wps_run_set_common(struct wps_run *run, struct wps_msg *m)
{
	wps_set(m, WA_CONN_FLAGS, 1 /* ESS */);
	wps_set_device(m, run->dev);
	wps_set(m, WA_RF_BANDS, run->dev->rf_bands);
	wps_set(m, WA_ASSOC_STATE, 0);
	memcpy(run->os_version, run->dev->os_version, sizeof(run->os_version));
	run->os_version[0] |= 0x80; /* reserved, always 1 */
	wps_set_data(m, WA_OS_VERSION, run->os_version, sizeof(run->os_version));
}

void wps_run_set_types(const struct wps_run *run, struct wps_msg *m, uint16_t auth, uint16_t encr)
{
	const struct wps_testing *t = run->dev->testing;

	wps_set(m, WA_AUTH_FLAGS, t && t->force_auth ? t->force_auth_types : auth);
	wps_set(m, WA_ENCR_FLAGS, t && t->force_encr ? t->force_encr_types : encr);
}

static bool is_sealed(unsigned type)
{
	return type >= WPS_M2 && type <= WPS_M8 && type != WPS_M2D;
}

static int set_out(struct wps_run *run, struct writer *w, enum wsc_op op)
{
	bytes_clear(&run->out);
	int err = writer_steal(w, &run->out);
	run->has_out = !err;
	run->out_op = op;
	return err;
}

int wps_run_send(struct wps_run *run, unsigned type, struct wps_msg *m)
{
	_cleanup_(writer_free) struct writer w = writer_new(512);
	int err = wps_msg_write(&w, (enum wps_table)wps_table_of(type), m);
	if (!err && is_sealed(type))
		err = wps_seal(&run->keys, &run->last, &w);
	if (!err)
		err = bytes_set(&run->last, w.buf, w.len);
	if (!err)
		err = set_out(run, &w, WSC_OP_MSG);
	if (!err)
		run->last_sent = type;
	return err;
}

int wps_run_send_plain(struct wps_run *run, unsigned type, enum wsc_op op)
{
	struct wps_msg m;
	_cleanup_(writer_free) struct writer w = writer_new(128);

	wps_run_begin(run, &m, type);
	wps_set(&m, WA_CONFIG_ERROR, run->config_error); /* only NACK's table has it */
	int err = wps_msg_write(&w, (enum wps_table)wps_table_of(type), &m);
	return err ? err : set_out(run, &w, op);
}

int wps_run_send_settings(
	struct wps_run *run, unsigned type, struct wps_msg *m, struct writer *plain)
{
	struct bytes sealed = {0};
	int err = wps_settings_encrypt(&run->keys, plain, &sealed);
	writer_free(plain);
	if (!err) {
		wps_set_data(m, WA_ENCR_SETTINGS, sealed.data, sealed.len);
		err = wps_run_send(run, type, m);
	}
	bytes_clear(&sealed);
	return err;
}

int wps_run_next(struct wps_run *run, enum wsc_op *op, struct bytes *msg)
{
	if (!run->has_out)
		return -ENODATA;
	*op = run->out_op;
	bytes_clear(msg);
	*msg = run->out;
	run->out = (struct bytes){NULL, 0};
	run->has_out = false;
	return 0;
}

/* --- keys and proofs --- */

int wps_run_make_key(struct wps_run *run, struct bytes *pub)
{
	uint8_t key[DH5_LEN];

	run->dh = run->private_key.len
			  ? dh5_from_private(run->private_key.data, run->private_key.len)
			  : dh5_new();
	bytes_clear(&run->private_key);
	if (!run->dh)
		return -EIO;
	dh5_public(run->dh, key);
	return bytes_set(pub, key, sizeof(key));
}

bool wps_run_key_is(const struct wps_value *key, const uint8_t hash[WPS_PK_HASH_LEN])
{
	uint8_t is[SHA256_LEN];
	const struct crypto_part part = {key->data, key->len};

	return sha256(&part, 1, is) == 0 && bytes_equal_ct(is, hash, WPS_PK_HASH_LEN);
}

int wps_run_derive(struct wps_run *run, const struct bytes *peer_key)
{
	uint8_t secret[DH5_LEN];
	int err = dh5_shared(run->dh, peer_key->data, peer_key->len, secret);
	if (!err)
		err = wps_keys_derive(secret, run->nonce_e, run->mac_e, run->nonce_r, &run->keys);
	wipe(secret, sizeof(secret));
	/* Not needed again: forward secrecy as early as possible. */
	dh5_free(run->dh);
	run->dh = NULL;
	if (!err && run->password.len) /* a handover has none */
		err = wps_keys_psk(
			&run->keys, run->password.data, run->password.len, run->psk1, run->psk2);
	return err;
}

int wps_run_verify(struct wps_run *run, const struct wps_in *in)
{
	int err = wps_unseal(&run->keys, &run->last, in->data, in->len, &in->m);
	return err ? err : bytes_set(&run->last, in->data, in->len);
}

int wps_run_own_half(struct wps_run *run, const uint8_t snonce[WPS_NONCE_LEN],
	const uint8_t psk[WPS_PSK_LEN], uint8_t out[WPS_HASH_LEN])
{
	return wps_keys_half_hash(&run->keys, snonce, psk, &run->pk_e, &run->pk_r, out);
}

int wps_run_open_settings(struct wps_run *run, const struct wps_value *v, enum wps_table settings,
	struct bytes *plain, struct wps_msg *m)
{
	int err = wps_settings_decrypt(&run->keys, v, settings, plain, m);
	if (err == -EBADMSG)
		run->config_error = WPS_CFG_DECRYPTION_CRC_FAILURE;
	return err;
}

int wps_run_open_half(struct wps_run *run, const struct wps_in *in, enum wps_table settings,
	enum wps_attr nonce, const uint8_t psk[WPS_PSK_LEN], const uint8_t hash[WPS_HASH_LEN],
	struct bytes *plain, struct wps_msg *m)
{
	uint8_t expect[WPS_HASH_LEN];

	int err = wps_run_open_settings(run, &in->m.v[WA_ENCR_SETTINGS], settings, plain, m);
	if (!err)
		err = wps_run_own_half(run, m->v[nonce].data, psk, expect);
	if (!err && !bytes_equal_ct(expect, hash, WPS_HASH_LEN)) {
		log_msg(LOG_DBG, "WPS %s: the peer has another device password", run->role->name);
		run->config_error = WPS_CFG_DEV_PASSWORD_AUTH_FAILURE;
		err = -EBADMSG;
	}
	wipe(expect, sizeof(expect));
	return err;
}

int wps_run_check_half(struct wps_run *run, const struct wps_in *in, enum wps_table settings,
	enum wps_attr nonce, const uint8_t psk[WPS_PSK_LEN], const uint8_t hash[WPS_HASH_LEN])
{
	struct bytes plain = {0};
	struct wps_msg m;

	int err = wps_run_open_half(run, in, settings, nonce, psk, hash, &plain, &m);
	bytes_clear(&plain);
	return err;
}

/* --- receiving --- */

/* The nonces a message carries are those of this run, 7.2. M1 and M2 bring them. */
static bool in_transaction(const struct wps_run *run, const struct wps_msg *m, unsigned type)
{
	bool brings_e = type == WPS_M1, brings_r = type == WPS_M2 || type == WPS_M2D;

	/* A registrar that refuses M1 has not told its nonce before; nor does the enrollee know it
	 * in its answer to that. */
	if (type == WPS_WSC_NACK && (run->state == RUN_AWAIT_M2 || run->state == RUN_AWAIT_NACK))
		brings_r = true;
	/* M2D begins nothing: enrollees need not keep its nonce, and existing ones answer with
	 * zeros. */
	if (run->last_sent == WPS_M2D && (type == WPS_WSC_ACK || type == WPS_WSC_NACK))
		brings_r = true;

	if (wps_has(m, WA_ENROLLEE_NONCE) && !brings_e &&
		memcmp(m->v[WA_ENROLLEE_NONCE].data, run->nonce_e, WPS_NONCE_LEN))
		return false;
	return !wps_has(m, WA_REGISTRAR_NONCE) || brings_r ||
	       !memcmp(m->v[WA_REGISTRAR_NONCE].data, run->nonce_r, WPS_NONCE_LEN);
}

/* Reads and checks a message; 0 or -EBADMSG. type is set as far as known. */
static int read_in(const struct wps_run *run, const uint8_t *data, size_t len, struct wps_in *in)
{
	in->data = data;
	in->len = len;
	in->type = 0;
	if (wps_msg_read(data, len, &in->m) < 0)
		return -EBADMSG;
	in->type = in->m.v[WA_MSG_TYPE].num;
	int table = wps_table_of(in->type);
	if (table < 0 || wps_msg_check(&in->m, (enum wps_table)table) < 0)
		return -EBADMSG;
	if (!in_transaction(run, &in->m, in->type)) {
		log_msg(LOG_DBG, "WPS %s: %s is not of this run (nonce)", run->role->name,
			wps_msg_name(in->type));
		return -EBADMSG;
	}
	return 0;
}

static const struct wps_step *find_step(const struct wps_run *run, unsigned type)
{
	for (size_t i = 0; i < run->role->step_count; i++) {
		const struct wps_step *s = &run->role->steps[i];
		if (s->state == run->state && (!type || s->msg == type))
			return s;
	}
	return NULL;
}

/* Who sent an M1 or M2 that cannot be read as a whole shall know our NACK as meant for it. */
static void take_nonce(uint16_t which, uint8_t nonce[WPS_NONCE_LEN], const uint8_t *msg, size_t len)
{
	struct reader r = reader_of(msg, len), value;
	uint16_t id;

	while (wps_tlv_next(&r, &id, &value)) {
		if (id != which || reader_left(&value) != WPS_NONCE_LEN)
			continue;
		reader_copy(&value, nonce, WPS_NONCE_LEN);
		return;
	}
}

static enum wps_result refuse(struct wps_run *run, unsigned msg)
{
	if (run->state == RUN_AWAIT_M2)
		run->reported = false; /* an M2D before was no end, this is one */
	wps_run_fail(run, msg, run->config_error, run->error_indication);
	if (wps_run_send_plain(run, WPS_WSC_NACK, WSC_OP_NACK) < 0) {
		wps_run_enter(run, RUN_ENDED, "NACK could not be built");
		return WPS_R_FAILED;
	}
	wps_run_enter(run, run->role->refused, "refused");
	return run->state == RUN_AWAIT_NACK ? WPS_R_CONTINUE : WPS_R_FAILED;
}

static enum wps_result process_msg(struct wps_run *run, const uint8_t *data, size_t len)
{
	struct wps_in in;
	const struct wps_step *expected = find_step(run, 0);

	if (!expected)
		return WPS_R_IGNORED;
	int err = read_in(run, data, len, &in);
	const struct wps_step *step = err ? NULL : find_step(run, in.type);
	if (!step) {
		log_msg(LOG_DBG, "WPS %s: expected %s, got %s%s", run->role->name,
			wps_msg_name(expected->msg), err ? "a malformed " : "",
			wps_msg_name(in.type));
		run->config_error = WPS_CFG_NO_ERROR;
		if (run->state == RUN_AWAIT_M1)
			take_nonce(WPS_ID_ENROLLEE_NONCE, run->nonce_e, data, len);
		if (run->state == RUN_AWAIT_M2)
			take_nonce(WPS_ID_REGISTRAR_NONCE, run->nonce_r, data, len);
		return refuse(run, expected->msg);
	}
	log_msg(LOG_DBG, "WPS %s: received %s", run->role->name, wps_msg_name(in.type));
	run->config_error = WPS_CFG_NO_ERROR;
	if (step->handle(run, &in) < 0)
		return refuse(run, in.type);
	return run->state == RUN_AWAIT_END && !run->has_out ? WPS_R_DONE : WPS_R_CONTINUE;
}

enum wps_result wps_run_nacked(struct wps_run *run, unsigned config_error)
{
	log_msg(LOG_DBG, "WPS %s: the peer gives up, config_error=%u", run->role->name,
		config_error);
	wps_run_fail(run, run->last_sent, config_error, WPS_EI_NO_ERROR);
	run->config_error = WPS_CFG_NO_ERROR;
	if (wps_run_send_plain(run, WPS_WSC_NACK, WSC_OP_NACK) < 0)
		log_msg(LOG_DBG, "WPS %s: NACK could not be built", run->role->name);
	wps_run_enter(run, RUN_AWAIT_END, "NACK");
	return WPS_R_FAILED;
}

static enum wps_result process_start(struct wps_run *run)
{
	if (run->state != RUN_AWAIT_START)
		return WPS_R_IGNORED;
	if (run->role->start(run) < 0) {
		log_msg(LOG_ERR, "WPS: M1 could not be built, the run cannot start");
		wps_run_fail(run, WPS_M1, WPS_CFG_NO_ERROR, WPS_EI_NO_ERROR);
		wps_run_enter(run, RUN_ENDED, "no M1");
		return WPS_R_FAILED;
	}
	return WPS_R_CONTINUE;
}

/* ACK, NACK, Done: checked like messages, but dropped when wrong (they carry no proof of their
 * sender). */
static bool read_plain(const struct wps_run *run, unsigned type, const uint8_t *data, size_t len,
	struct wps_in *in)
{
	return read_in(run, data, len, in) == 0 && in->type == type;
}

static enum wps_result process_relayed(
	struct wps_run *run, enum wsc_op op, const uint8_t *msg, size_t len)
{
	struct wps_in in;

	if (read_in(run, msg, len, &in) < 0 || op != wps_op_of(in.type))
		return WPS_R_IGNORED;
	return wps_relay_message(run, &in);
}

static enum wps_result process_nack(struct wps_run *run, const uint8_t *msg, size_t len)
{
	struct wps_in in;

	if (!read_plain(run, WPS_WSC_NACK, msg, len, &in))
		return WPS_R_IGNORED;
	if (run->state == RUN_AWAIT_M2) {
		memcpy(run->nonce_r, in.m.v[WA_REGISTRAR_NONCE].data, WPS_NONCE_LEN);
		run->reported = false; /* as above: M2D was no end */
	}
	return run->role->nack(run, in.m.v[WA_CONFIG_ERROR].num);
}

/* ACK and Done. One of this run that comes when none is due is the end of it, for both sides at
 * once: there is nothing left that could follow. */
static enum wps_result process_plain(struct wps_run *run, unsigned type,
	enum wps_result (*handle)(struct wps_run *run), const uint8_t *msg, size_t len)
{
	struct wps_in in;

	if (!read_plain(run, type, msg, len, &in))
		return WPS_R_IGNORED;
	enum wps_result result = handle ? handle(run) : WPS_R_IGNORED;
	if (result != WPS_R_IGNORED || run->state == RUN_AWAIT_START)
		return result;
	const struct wps_step *expected = find_step(run, 0);
	wps_run_fail(
		run, expected ? expected->msg : run->last_sent, WPS_CFG_NO_ERROR, WPS_EI_NO_ERROR);
	wps_run_enter(run, RUN_ENDED, "ACK or Done out of turn");
	return WPS_R_FAILED;
}

enum wps_result wps_run_process(struct wps_run *run, enum wsc_op op, const uint8_t *msg, size_t len)
{
	if (run->state == RUN_ENDED)
		return WPS_R_IGNORED;
	if (run->relay.active)
		return process_relayed(run, op, msg, len);
	switch (op) {
	case WSC_OP_START:
		return run->role->start ? process_start(run) : WPS_R_IGNORED;
	case WSC_OP_MSG:
		return process_msg(run, msg, len);
	case WSC_OP_ACK:
		return process_plain(run, WPS_WSC_ACK, run->role->ack, msg, len);
	case WSC_OP_NACK:
		return process_nack(run, msg, len);
	case WSC_OP_DONE:
		return process_plain(run, WPS_WSC_DONE, run->role->done, msg, len);
	case WSC_OP_FRAG_ACK:
		return WPS_R_IGNORED;
	}
	return WPS_R_IGNORED;
}
