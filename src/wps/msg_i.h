/* WSC attributes and messages as tables (WSC 2.0, clauses 8 and 12): one parser, one builder, one
 * check for all of them. */
#ifndef WPS_MSG_I_H
#define WPS_MSG_I_H

#include "wps/wps.h"

/* Every attribute we read or write. Those from WA_WFA_FIRST on are sub-elements of the WFA vendor
 * extension. */
enum wps_attr {
	WA_VERSION,
	WA_MSG_TYPE,
	WA_ENROLLEE_NONCE,
	WA_REGISTRAR_NONCE,
	WA_UUID_E,
	WA_UUID_R,
	WA_MAC,
	WA_PUBLIC_KEY,
	WA_AUTH_FLAGS,
	WA_ENCR_FLAGS,
	WA_CONN_FLAGS,
	WA_CONFIG_METHODS,
	WA_WPS_STATE,
	WA_MANUFACTURER,
	WA_MODEL_NAME,
	WA_MODEL_NUMBER,
	WA_SERIAL,
	WA_PRIMARY_TYPE,
	WA_DEVICE_NAME,
	WA_RF_BANDS,
	WA_ASSOC_STATE,
	WA_DEV_PW_ID,
	WA_CONFIG_ERROR,
	WA_OS_VERSION,
	WA_E_HASH1,
	WA_E_HASH2,
	WA_R_HASH1,
	WA_R_HASH2,
	WA_E_SNONCE1,
	WA_E_SNONCE2,
	WA_R_SNONCE1,
	WA_R_SNONCE2,
	WA_ENCR_SETTINGS,
	WA_CREDENTIAL,
	WA_NETWORK_INDEX,
	WA_SSID,
	WA_AUTH_TYPE,
	WA_ENCR_TYPE,
	WA_NETWORK_KEY,
	WA_REQUEST_TYPE,
	WA_RESPONSE_TYPE,
	WA_AP_SETUP_LOCKED,
	WA_SELECTED_REGISTRAR,
	WA_SEL_REG_METHODS,
	WA_OOB_PASSWORD, /* public key hash, password id, password */
	WA_AP_CHANNEL,
	WA_APPLICATION_EXT,
	WA_VENDOR_EXT, /* one that is not WFA's, content as it is */
	WA_KEY_WRAP_AUTH,
	WA_AUTHENTICATOR,
	WA_WFA_FIRST,
	WA_VERSION2 = WA_WFA_FIRST,
	WA_AUTHORIZED_MACS,
	WA_KEY_SHAREABLE,
	WA_REQUEST_TO_ENROLL,
	WA_SETTINGS_DELAY,
	WA_MULTI_AP,
	WA_COUNT
};

/* The tables of attributes: messages, content of Encrypted Settings, the credential, elements of
 * management frames. */
enum wps_table {
	WT_M1,
	WT_M2,
	WT_M2D,
	WT_M3,
	WT_M4,
	WT_M5,
	WT_M6,
	WT_M7,
	WT_M8,
	WT_ACK,
	WT_NACK,
	WT_DONE,
	WT_SETTINGS_M4,
	WT_SETTINGS_M5,
	WT_SETTINGS_M6,
	WT_SETTINGS_M7,
	WT_SETTINGS_M7_AP, /* enrollee is an AP: its settings */
	WT_SETTINGS_M8,
	WT_SETTINGS_M8_AP, /* enrollee is an AP: its new settings */
	WT_CREDENTIAL,
	WT_BEACON,
	WT_PROBE_RESP,
	WT_PROBE_REQ,
	WT_ASSOC_REQ,
	WT_ASSOC_RESP,
	WT_NFC_PASSWORD,
	WT_NFC_CONFIG,
	WT_NFC_REQUEST,
	WT_NFC_SELECT,
	WT_SET_SELECTED, /* SetSelectedRegistrar of an external registrar */
};

struct wps_value {
	uint32_t num;        /* numbers */
	const uint8_t *data; /* bytes and texts: view; read numbers: their bytes */
	size_t len;
};

/* A message as values: read from received bytes, or filled in to be written. */
struct wps_msg {
	uint64_t present; /* bit per enum wps_attr */
	struct wps_value v[WA_COUNT];
};

static inline bool wps_has(const struct wps_msg *m, enum wps_attr a)
{
	return m->present >> a & 1;
}
static inline void wps_set(struct wps_msg *m, enum wps_attr a, uint32_t num)
{
	m->present |= 1ull << a;
	m->v[a].num = num;
}
/* The bytes are borrowed until the message is written. */
static inline void wps_set_data(struct wps_msg *m, enum wps_attr a, const void *data, size_t len)
{
	m->present |= 1ull << a;
	m->v[a].data = data;
	m->v[a].len = len;
}
/* NULL becomes one blank: fielded parsers refuse an empty text. */
void wps_set_text(struct wps_msg *m, enum wps_attr a, const char *text);

/* Next attribute of a TLV list (type and length of 2 bytes each); false at the end (also of zero
 * padding) and on a malformed rest, which sets r->bad. */
bool wps_tlv_next(struct reader *r, uint16_t *id, struct reader *value);
#define WPS_ID_CREDENTIAL 0x100e
#define WPS_ID_ENROLLEE_NONCE 0x101a
#define WPS_ID_REGISTRAR_NONCE 0x1039
#define WPS_ID_E_SNONCE2 0x1017
#define WPS_ID_KEY_WRAP_AUTH 0x101e

/* Reads all attributes of a list; unknown ones are skipped, the first of a kind counts, texts are
 * cut to the length of their row. Views into data. Returns 0, or -EBADMSG when the list is
 * malformed or another attribute has a length outside its row. */
int wps_msg_read(const uint8_t *data, size_t len, struct wps_msg *out);
/* All required attributes of the table there, and WSC major version 1? Returns 0 or -EBADMSG; logs
 * the missing one. */
int wps_msg_check(const struct wps_msg *m, enum wps_table t);
/* Writes what the table lists and m has, in the table's order, except Authenticator and Key Wrap
 * Authenticator (they cover what is in front). Returns 0, -EINVAL when a required one is not filled
 * in. */
int wps_msg_write(struct writer *w, enum wps_table t, const struct wps_msg *m);
/* One attribute with these bytes. */
void wps_attr_write(struct writer *w, enum wps_attr a, const void *data, size_t len);
/* A row of a table as the parser uses it: what tests of every attribute are made from. id: of the
 * WFA vendor extension's sub-element for attributes from WA_WFA_FIRST on. */
struct wps_row {
	enum wps_attr attr;
	bool required;
	const char *name;
	uint16_t id, min, max;
};
/* Row number i; false behind the last one. */
bool wps_table_row(enum wps_table t, size_t i, struct wps_row *out);
/* Table of a message type, -1 for none. */
int wps_table_of(unsigned msg_type);
const char *wps_msg_name(unsigned msg_type); /* "M1" */

/* Credential attribute content. Returns 0, -EBADMSG, or -ENODATA when the SSID is empty. */
int wps_credential_read(const uint8_t *data, size_t len, struct wps_credential *out);
/* An access point's settings from its M7 or for it in M8. Returns like wps_credential_read(). */
int wps_ap_settings_read(const struct wps_msg *m, struct wps_credential *out);
/* The same written, without a Credential attribute around; index: with a Network Index in front. */
int wps_ap_settings_write(struct writer *w, const struct wps_credential *c, bool index);
/* What of the plain text of Encrypted Settings are settings: without secret nonces and Key Wrap
 * Authenticator. Returns 0 or -ENOMEM. */
int wps_settings_strip(const struct bytes *plain, struct bytes *out);

/* Device texts of a message to peer, printable and NUL-terminated. */
void wps_peer_read(const struct wps_msg *m, struct wps_peer *peer);
void wps_text_read(char *dst, size_t cap, const struct wps_value *v);
/* Manufacturer … device name of dev into m. */
void wps_set_device(struct wps_msg *m, const struct wps_device *dev);
/* Version, and Version2 when the device speaks WSC 2.0. */
void wps_set_version(struct wps_msg *m, const struct wps_device *dev);
/* The table's attributes as whole WPS elements (1024 bytes of content at most). */
int wps_write_element(struct writer *w, enum wps_table t, const struct wps_msg *m);

#endif
