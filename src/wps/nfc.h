/* WPS over NFC (WSC 2.0, clause 10): password tokens, configuration tokens and the carrier records
 * of connection handover, as attributes; NDEF around them is ndef.h. */
#ifndef WPS_NFC_H
#define WPS_NFC_H

#include "crypto/crypto.h"
#include "utils/reader.h"
#include "utils/writer.h"
#include "wps/wps.h"

#define WPS_OOB_PASSWORD_MAX 32

/* A device password that was handed over: in the registration protocol it counts as its upper-case
 * hex text. */
struct wps_oob_password {
	uint8_t pk_hash[WPS_PK_HASH_LEN]; /* of the public key of the one it came from */
	uint16_t id;                      /* DEV_PW_NFC_HANDOVER: there is no password */
	uint8_t data[WPS_OOB_PASSWORD_MAX];
	size_t len;
};
#define WPS_OOB_TEXT_LEN (2 * WPS_OOB_PASSWORD_MAX + 1)
const char *wps_oob_text(const uint8_t *password, size_t len, char out[WPS_OOB_TEXT_LEN]);

/* Our own token: a key pair, and a password for those who read the tag. */
struct wps_nfc_token {
	uint16_t id; /* 0 = there is none */
	struct bytes password, private_key;
	uint8_t public_key[DH5_LEN];
};
/* A new password, id and key pair; the old ones are wiped. 0 or -errno. */
int wps_nfc_token_make(struct wps_nfc_token *t);
/* From configuration. -EINVAL: the id is below DEV_PW_OOB_FIRST, the password is not of 16..32
 * bytes, the private key is none of the group, or the public key is not its own; `why` (may be
 * NULL) then says which. */
int wps_nfc_token_set(struct wps_nfc_token *t, unsigned id, const struct bytes *password,
	const struct bytes *private_key, const struct bytes *public_key, const char **why);
void wps_nfc_token_clear(struct wps_nfc_token *t);

/* --- attributes written --- */

/* testing: as struct wps_device has it, NULL = none. */

/* Where an access point is; zeros = not told. */
struct wps_nfc_ap {
	uint8_t rf_bands; /* enum wps_rf_band, one */
	uint16_t channel;
	const uint8_t *mac;
};

int wps_nfc_write_password(
	struct writer *w, const struct wps_nfc_token *t, const struct wps_testing *testing);
/* Configuration token: the network of a credential. */
int wps_nfc_write_config(
	struct writer *w, const struct wps_credential *c, const struct wps_nfc_ap *ap);
/* Carrier records of connection handover: the attributes with their length in front. */
int wps_nfc_write_request(struct writer *w, const struct wps_nfc_token *t,
	const uint8_t uuid[WPS_UUID_LEN], const struct wps_testing *testing);
int wps_nfc_write_select(struct writer *w, const struct wps_nfc_token *t, const uint8_t *ssid,
	size_t ssid_len, const struct wps_nfc_ap *ap, const struct wps_testing *testing);
/* What a command answers: upper-case hex and a line feed, in an NDEF record if asked for. Returns
 * 0, -EMSGSIZE: too long for the reply (nothing added). */
int wps_nfc_reply(const struct writer *attributes, bool ndef, struct strbuf *out);

/* --- what was read --- */

struct wps_nfc_data {
	struct reader attributes; /* view of the bytes read */
	bool has_password, has_uuid, has_mac;
	struct wps_oob_password password;
	uint8_t uuid[WPS_UUID_LEN], mac[MAC_LEN];
	uint8_t ssid[SSID_MAX_LEN];
	size_t ssid_len;
	unsigned credentials; /* how many */
	unsigned freq;        /* MHz, of AP Channel and RF Bands; 0 = not told */
};
/* A tag: bare attributes (they begin with 0x10) or an NDEF message with a WPS record. Wipe *out
 * after use. Returns 0, -EBADMSG (malformed: record, attribute, a credential), -ENOENT (no WPS
 * record). */
int wps_nfc_read_tag(const uint8_t *data, size_t len, struct wps_nfc_data *out);
/* A carrier record, or a whole handover message with one. Same errors. */
int wps_nfc_read_carrier(const uint8_t *data, size_t len, struct wps_nfc_data *out);
/* Credentials one after the other; start with r = data->attributes. raw: the whole attribute. */
bool wps_nfc_next_credential(
	struct reader *r, struct wps_credential *out, const uint8_t **raw, size_t *raw_len);

#endif
