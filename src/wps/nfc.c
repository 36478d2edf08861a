#include "wps/nfc.h"

#include <errno.h>
#include <string.h>

#include "wps/msg_i.h"
#include "wps/ndef.h"

#define VERSION2 0x20
#define PASSWORD_MIN 16
#define ATTRIBUTES_FIRST 0x10 /* high octet of the WSC attribute types */
#define TLV_HEAD 4

/* --- our own token --- */

const char *wps_oob_text(const uint8_t *password, size_t len, char out[WPS_OOB_TEXT_LEN])
{
	struct strbuf s = strbuf_over(out, WPS_OOB_TEXT_LEN);

	strbuf_add_hex_upper(&s, password, len);
	return out;
}

static int set_key(struct wps_nfc_token *t, struct dh5 *dh)
{
	if (!dh)
		return -EIO;
	dh5_public(dh, t->public_key);
	return dh5_private(dh, &t->private_key);
}

/* Ids of tokens are random so that a registrar with several tells them apart. */
static uint16_t random_id(void)
{
	uint16_t id;

	do
		random_bytes(&id, sizeof(id));
	while (id < DEV_PW_OOB_FIRST);
	return id;
}

int wps_nfc_token_make(struct wps_nfc_token *t)
{
	uint8_t password[WPS_OOB_PASSWORD_MAX];
	struct dh5 *dh = dh5_new();

	wps_nfc_token_clear(t);
	random_bytes(password, sizeof(password));
	int err = set_key(t, dh);
	dh5_free(dh);
	if (!err)
		err = bytes_set(&t->password, password, sizeof(password));
	wipe(password, sizeof(password));
	if (err)
		wps_nfc_token_clear(t);
	else
		t->id = random_id();
	return err;
}

static const char *check_key(const struct wps_nfc_token *t, const struct bytes *public_key)
{
	struct bytes padded = {(uint8_t *)t->public_key, DH5_LEN};

	/* Leading zeros may have been left away. */
	while (padded.len > public_key->len && !*padded.data) {
		padded.data++;
		padded.len--;
	}
	return bytes_equal(public_key, padded.data, padded.len)
		       ? NULL
		       : "wps_nfc_dh_pubkey is not the public key of wps_nfc_dh_privkey";
}

int wps_nfc_token_set(struct wps_nfc_token *t, unsigned id, const struct bytes *password,
	const struct bytes *private_key, const struct bytes *public_key, const char **why)
{
	const char *problem = NULL;
	struct dh5 *dh = NULL;

	wps_nfc_token_clear(t);
	if (id < DEV_PW_OOB_FIRST || id > UINT16_MAX)
		problem = "wps_nfc_dev_pw_id is not 16..65535";
	else if (password->len < PASSWORD_MIN || password->len > WPS_OOB_PASSWORD_MAX)
		problem = "wps_nfc_dev_pw is not of 16 to 32 bytes";
	else if (!(dh = dh5_from_private(private_key->data, private_key->len)) || set_key(t, dh))
		problem = "wps_nfc_dh_privkey is no key of the 1536-bit group";
	else
		problem = check_key(t, public_key);
	dh5_free(dh);
	if (!problem && bytes_set(&t->password, password->data, password->len))
		problem = "out of memory";
	t->id = (uint16_t)id;
	if (problem)
		wps_nfc_token_clear(t);
	if (why)
		*why = problem;
	return problem ? -EINVAL : 0;
}

void wps_nfc_token_clear(struct wps_nfc_token *t)
{
	t->id = 0;
	bytes_clear(&t->password);
	bytes_clear(&t->private_key);
	wipe(t->public_key, sizeof(t->public_key));
}

/* --- attributes written --- */

struct oob_attr {
	uint8_t data[WPS_PK_HASH_LEN + 2 + WPS_OOB_PASSWORD_MAX];
};

/* Out-of-Band Device Password: hash of our public key, id, password (none with a handover). */
static int set_oob(struct wps_msg *m, struct oob_attr *a, const struct wps_nfc_token *t,
	uint16_t id, const struct bytes *password, const struct wps_testing *testing)
{
	const struct crypto_part key = {t->public_key, DH5_LEN};
	struct writer w = writer_over(a->data, sizeof(a->data));
	uint8_t hash[SHA256_LEN];
	int err = sha256(&key, 1, hash);

	if (err)
		return err;
	if (testing && testing->corrupt_pk_hash)
		hash[0] ^= 1;
	writer_bytes(&w, hash, WPS_PK_HASH_LEN);
	writer_be16(&w, id);
	if (password)
		writer_bytes(&w, password->data, password->len);
	wps_set_data(m, WA_OOB_PASSWORD, a->data, w.len);
	wps_set(m, WA_VERSION2, VERSION2);
	return 0;
}

static void set_ap(struct wps_msg *m, const struct wps_nfc_ap *ap)
{
	if (ap && ap->rf_bands)
		wps_set(m, WA_RF_BANDS, ap->rf_bands);
	if (ap && ap->channel)
		wps_set(m, WA_AP_CHANNEL, ap->channel);
	if (ap && ap->mac)
		wps_set_data(m, WA_MAC, ap->mac, MAC_LEN);
}

int wps_nfc_write_password(
	struct writer *w, const struct wps_nfc_token *t, const struct wps_testing *testing)
{
	struct wps_msg m = {0};
	struct oob_attr oob;
	int err = set_oob(&m, &oob, t, t->id, &t->password, testing);

	if (!err)
		err = wps_msg_write(w, WT_NFC_PASSWORD, &m);
	wipe(&oob, sizeof(oob));
	return err;
}

int wps_nfc_write_config(
	struct writer *w, const struct wps_credential *c, const struct wps_nfc_ap *ap)
{
	struct wps_msg m = {0};
	int err = wps_credential_write(w, c);

	set_ap(&m, ap);
	wps_set(&m, WA_VERSION2, VERSION2);
	return err ? err : wps_msg_write(w, WT_NFC_CONFIG, &m);
}

static int write_carrier(struct writer *w, enum wps_table t, const struct wps_msg *m)
{
	struct writer_mark len = writer_begin(w, 2, true);
	int err = wps_msg_write(w, t, m);

	writer_end(w, len);
	return err;
}

int wps_nfc_write_request(struct writer *w, const struct wps_nfc_token *t,
	const uint8_t uuid[WPS_UUID_LEN], const struct wps_testing *testing)
{
	struct wps_msg m = {0};
	struct oob_attr oob;
	int err = set_oob(&m, &oob, t, DEV_PW_NFC_HANDOVER, NULL, testing);

	wps_set_data(&m, WA_UUID_E, uuid, WPS_UUID_LEN);
	return err ? err : write_carrier(w, WT_NFC_REQUEST, &m);
}

int wps_nfc_write_select(struct writer *w, const struct wps_nfc_token *t, const uint8_t *ssid,
	size_t ssid_len, const struct wps_nfc_ap *ap, const struct wps_testing *testing)
{
	struct wps_msg m = {0};
	struct oob_attr oob;
	int err = set_oob(&m, &oob, t, DEV_PW_NFC_HANDOVER, NULL, testing);

	wps_set_data(&m, WA_SSID, ssid, ssid_len);
	set_ap(&m, ap);
	return err ? err : write_carrier(w, WT_NFC_SELECT, &m);
}

int wps_nfc_reply(const struct writer *attributes, bool ndef, struct strbuf *out)
{
	_cleanup_(writer_free) struct writer record = writer_new(512);
	const struct writer *w = attributes;
	size_t start = out->len;

	if (ndef) {
		ndef_write_wps(&record, attributes->buf, attributes->len);
		w = &record;
	}
	if (writer_ok(attributes) && writer_ok(w) && strbuf_add_hex_upper(out, w->buf, w->len) &&
		strbuf_add(out, "\n"))
		return 0;
	strbuf_truncate(out, start);
	return -EMSGSIZE;
}

/* --- what was read --- */

static void take_password(struct reader r, struct wps_oob_password *out)
{
	reader_copy(&r, out->pk_hash, sizeof(out->pk_hash));
	out->id = reader_be16(&r);
	out->len = reader_left(&r);
	reader_copy(&r, out->data, out->len); /* the attribute's row limits it */
}

/* A channel number is of the band named; without one, of 2.4 GHz up to 14, else of 5 GHz. */
static unsigned channel_freq(uint32_t bands, uint32_t channel)
{
	bool low = bands & WPS_RF_24GHZ ? channel <= 14 : !bands && channel <= 14;
	bool high = channel > 14 && (!bands || bands & WPS_RF_50GHZ);

	return low || high ? channel_to_freq(channel) : 0;
}

static int count_credentials(struct wps_nfc_data *d)
{
	struct reader r = d->attributes;
	struct wps_credential c;
	const uint8_t *raw;
	size_t len;

	while (wps_nfc_next_credential(&r, &c, &raw, &len))
		d->credentials++;
	wipe(&c, sizeof(c));
	return reader_ok(&r) ? 0 : -EBADMSG;
}

static int read_attributes(struct reader r, struct wps_nfc_data *out)
{
	struct wps_msg m;

	memset(out, 0, sizeof(*out));
	out->attributes = r;
	if (wps_msg_read(r.p, reader_left(&r), &m) < 0)
		return -EBADMSG;
	out->has_password = wps_has(&m, WA_OOB_PASSWORD);
	if (out->has_password)
		take_password(reader_of(m.v[WA_OOB_PASSWORD].data, m.v[WA_OOB_PASSWORD].len),
			&out->password);
	out->has_uuid = wps_has(&m, WA_UUID_E);
	if (out->has_uuid)
		memcpy(out->uuid, m.v[WA_UUID_E].data, WPS_UUID_LEN);
	out->has_mac = wps_has(&m, WA_MAC);
	if (out->has_mac)
		mac_copy(out->mac, m.v[WA_MAC].data);
	out->ssid_len = m.v[WA_SSID].len;
	if (out->ssid_len)
		memcpy(out->ssid, m.v[WA_SSID].data, out->ssid_len);
	if (m.v[WA_AP_CHANNEL].num)
		out->freq = channel_freq(m.v[WA_RF_BANDS].num, m.v[WA_AP_CHANNEL].num);
	return count_credentials(out);
}

int wps_nfc_read_tag(const uint8_t *data, size_t len, struct wps_nfc_data *out)
{
	struct reader payload = reader_of(data, len);
	int err = len && data[0] == ATTRIBUTES_FIRST ? 0 : ndef_find_wps(data, len, &payload);

	return err ? err : read_attributes(payload, out);
}

int wps_nfc_read_carrier(const uint8_t *data, size_t len, struct wps_nfc_data *out)
{
	struct reader payload;
	int err = ndef_find_wps(data, len, &payload);

	if (err)
		return err;
	struct reader attributes = reader_sub(&payload, reader_be16(&payload));
	return reader_ok(&payload) ? read_attributes(attributes, out) : -EBADMSG;
}

bool wps_nfc_next_credential(
	struct reader *r, struct wps_credential *out, const uint8_t **raw, size_t *raw_len)
{
	struct reader value;
	uint16_t id;

	while (wps_tlv_next(r, &id, &value)) {
		if (id != WPS_ID_CREDENTIAL)
			continue;
		*raw = value.p - TLV_HEAD;
		*raw_len = reader_left(&value) + TLV_HEAD;
		if (wps_credential_read(value.p, reader_left(&value), out) == 0)
			return true;
		r->bad = true;
	}
	return false;
}
