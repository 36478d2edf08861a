/* Wi-Fi Simple Configuration (WSC 2.0.x): shared types, protocol runs, elements.
 *
 * A protocol run (wps_run) is one registration protocol instance M1..M8 in the enrollee or the
 * registrar role. It does no I/O: EAP-WSC (eap_peer, eap_server) feeds it messages and sends what
 * it produces. */
#ifndef WPS_WPS_H
#define WPS_WPS_H

#include "common/eap.h"
#include "common/ieee80211.h"
#include "utils/bytes.h"
#include "utils/text.h"
#include "utils/timer.h"

#define WPS_UUID_LEN 16
#define WPS_WALK_TIME (120 * USEC_PER_SEC)

enum wps_dev_password_id {
	DEV_PW_DEFAULT = 0, /* PIN */
	DEV_PW_USER = 1,
	DEV_PW_MACHINE = 2,
	DEV_PW_REKEY = 3,
	DEV_PW_PUSHBUTTON = 4,
	DEV_PW_REGISTRAR = 5,
	DEV_PW_NFC_HANDOVER = 7,
	DEV_PW_OOB_FIRST = 0x10, /* from here on: of an NFC password token */
};
#define WPS_PK_HASH_LEN 20 /* of OOB Device Password: first bytes of SHA-256 of a public key */
enum wps_state { WPS_STATE_OFF = 0, WPS_STATE_UNCONFIGURED = 1, WPS_STATE_CONFIGURED = 2 };
enum wps_config_method {
	WPS_METHOD_USBA = 0x0001,
	WPS_METHOD_ETHERNET = 0x0002,
	WPS_METHOD_LABEL = 0x0004,
	WPS_METHOD_DISPLAY = 0x0008,
	WPS_METHOD_EXT_NFC = 0x0010,
	WPS_METHOD_INT_NFC = 0x0020,
	WPS_METHOD_NFC = 0x0040,
	WPS_METHOD_PUSHBUTTON = 0x0080,
	WPS_METHOD_KEYPAD = 0x0100,
	WPS_METHOD_VIRT_PUSHBUTTON = 0x0280,
	WPS_METHOD_PHY_PUSHBUTTON = 0x0480,
	WPS_METHOD_P2PS = 0x1000,
	WPS_METHOD_VIRT_DISPLAY = 0x2008,
	WPS_METHOD_PHY_DISPLAY = 0x4008,
};
/* Without config_methods in the configuration. */
#define WPS_METHODS_DEFAULT                                                                        \
	((uint16_t)(WPS_METHOD_DISPLAY | WPS_METHOD_VIRT_DISPLAY | WPS_METHOD_KEYPAD |             \
		    WPS_METHOD_NFC))
enum wps_auth_type {
	WPS_AUTH_OPEN = 0x01,
	WPS_AUTH_WPAPSK = 0x02,
	WPS_AUTH_SHARED = 0x04,
	WPS_AUTH_WPA = 0x08,
	WPS_AUTH_WPA2 = 0x10,
	WPS_AUTH_WPA2PSK = 0x20
};
enum wps_encr_type { WPS_ENCR_NONE = 1, WPS_ENCR_WEP = 2, WPS_ENCR_TKIP = 4, WPS_ENCR_AES = 8 };
enum wps_rf_band { WPS_RF_24GHZ = 1, WPS_RF_50GHZ = 2, WPS_RF_60GHZ = 4 };
enum wps_msg_type {
	WPS_BEACON = 1,
	WPS_PROBE_REQ = 2,
	WPS_PROBE_RESP = 3,
	WPS_M1 = 4,
	WPS_M2 = 5,
	WPS_M2D = 6,
	WPS_M3 = 7,
	WPS_M4 = 8,
	WPS_M5 = 9,
	WPS_M6 = 10,
	WPS_M7 = 11,
	WPS_M8 = 12,
	WPS_WSC_ACK = 13,
	WPS_WSC_NACK = 14,
	WPS_WSC_DONE = 15
};
enum wps_request_type {
	WPS_REQ_ENROLLEE_INFO = 0,
	WPS_REQ_ENROLLEE = 1,
	WPS_REQ_REGISTRAR = 2,
	WPS_REQ_WLAN_REGISTRAR = 3
};
enum wps_response_type { WPS_RESP_ENROLLEE = 1, WPS_RESP_REGISTRAR = 2, WPS_RESP_AP = 3 };
enum wps_config_error {
	WPS_CFG_NO_ERROR = 0,
	WPS_CFG_OOB_READ_ERROR = 1,
	WPS_CFG_DECRYPTION_CRC_FAILURE = 2,
	WPS_CFG_24_CHANNEL_NOT_SUPPORTED = 3,
	WPS_CFG_50_CHANNEL_NOT_SUPPORTED = 4,
	WPS_CFG_SIGNAL_TOO_WEAK = 5,
	WPS_CFG_NETWORK_AUTH_FAILURE = 6,
	WPS_CFG_NETWORK_ASSOC_FAILURE = 7,
	WPS_CFG_MULTIPLE_PBC_DETECTED = 12,
	WPS_CFG_ROGUE_SUSPECTED = 13,
	WPS_CFG_DEVICE_BUSY = 14,
	WPS_CFG_SETUP_LOCKED = 15,
	WPS_CFG_MSG_TIMEOUT = 16,
	WPS_CFG_REG_SESS_TIMEOUT = 17,
	WPS_CFG_DEV_PASSWORD_AUTH_FAILURE = 18,
	WPS_CFG_PUBLIC_KEY_HASH_MISMATCH = 20,
};
/* "reason=" of WPS-FAIL: WFA vendor error indication. */
enum wps_error_indication {
	WPS_EI_NO_ERROR = 0,
	WPS_EI_TKIP_ONLY = 1,
	WPS_EI_WEP = 2,
	WPS_EI_AUTH_FAILURE = 3
};
const char *wps_error_indication_text(unsigned ei); /* "No Error", "TKIP Only Prohibited", … */

/* What a test build may falsify. */
struct wps_testing {
	bool corrupt_pk_hash; /* hashes handed over by NFC are wrong in one bit */
	bool stub_cred; /* M8 has a credential of an unknown network in front of the real one */
	bool force_auth, force_encr; /* M1 and M2 offer these types */
	uint16_t force_auth_types, force_encr_types;
};

/* Who we are in WPS messages and elements. Texts NULL = empty. */
struct wps_device {
	uint8_t mac[MAC_LEN];
	uint8_t uuid[WPS_UUID_LEN];
	const char *device_name, *manufacturer, *model_name, *model_number, *serial_number;
	uint8_t primary_type[8]; /* category(2) OUI+type(4) sub-category(2) */
	uint8_t os_version[4];
	uint16_t config_methods;
	uint8_t rf_bands;
	bool ap; /* we are the AP (M1 as enrollee AP: auth/encr, connection types) */
	enum wps_state wps_state;
	uint8_t version2;                  /* 0x20; testing may change it */
	const struct bytes *vendor_ext_m1; /* NULL = none */
	const struct wps_testing *testing; /* NULL = nothing is falsified */
};

struct wps_credential {
	uint8_t ssid[SSID_MAX_LEN];
	size_t ssid_len;
	uint16_t auth_type, encr_type;
	uint8_t key[64];
	size_t key_len;
	uint8_t mac[MAC_LEN];
	bool backhaul; /* it is the Multi-AP backhaul BSS's (registrar side, for WPS-CRED-SENT) */
};

struct writer;
/* The whole Credential attribute. Returns 0 or negative. */
int wps_credential_write(struct writer *w, const struct wps_credential *c);

/* The peer as its messages describe it; strings are NUL-terminated copies. */
struct wps_peer {
	uint8_t mac[MAC_LEN];
	uint8_t uuid[WPS_UUID_LEN];
	char device_name[33], manufacturer[65], model_name[33], model_number[33], serial_number[33];
	uint8_t primary_type[8];
	uint16_t config_methods, dev_password_id, assoc_state, config_error;
	uint16_t auth_types, encr_types;
	uint8_t rf_bands;
	uint8_t multi_ap; /* value of the Multi-AP sub-element in M1; 0 when absent */
	uint8_t version2; /* 0 = WSC 1.0 */
};

/* "6-0050F204-1". out needs WPS_TYPE_TEXT_LEN. */
#define WPS_TYPE_TEXT_LEN 22
const char *wps_type_text(const uint8_t type[8], char *out);
int wps_type_parse(const char *text, uint8_t type[8]); /* 0, -EINVAL */
/* 8-4-4-4-12 hex. */
#define WPS_UUID_TEXT_LEN 37
const char *wps_uuid_text(const uint8_t uuid[WPS_UUID_LEN], char *out);
int wps_uuid_parse(const char *text, uint8_t uuid[WPS_UUID_LEN]);
/* Version 5 UUID of a MAC address (RFC 4122, WSC name space of the field: 52 64 80 f8 c9 9b 4b e5
 * a6 55 58 ed 5f 5d 60 84). */
int wps_uuid_from_mac(const uint8_t mac[MAC_LEN], uint8_t uuid[WPS_UUID_LEN]);
/* "push_button virtual_display" to a mask; unknown words are skipped. Plain display / push_button
 * add the virtual bit. */
uint16_t wps_config_methods_parse(const char *text);
/* Checksum digit rules, WSC 7.4.1. */
bool wps_pin_valid(uint32_t pin);
uint32_t wps_pin_generate(void); /* 8 digits with checksum, 0..99999999 */

/* --- protocol runs --- */

struct wps_run;
enum wps_result {
	WPS_R_CONTINUE, /* wps_run_next() has a message */
	WPS_R_PENDING,  /* an external registrar has the word; wps_run_set_wake() tells of its
			   answer, which wps_run_next() then has */
	WPS_R_IGNORED,  /* message did not fit the state and is dropped */
	WPS_R_DONE,     /* run ended well (nothing more to send) */
	WPS_R_FAILED,   /* run over; ends in EAP-Failure. wps_run_next() may have a last message
			   (NACK) before */
};

enum wps_event_kind {
	WPS_EVENT_CREDENTIAL, /* enrollee: one per credential in M8; raw = whole attribute 0x100e…
			       */
	WPS_EVENT_SUCCESS,
	WPS_EVENT_FAIL,        /* msg, config_error, error_indication */
	WPS_EVENT_M2D,         /* peer */
	WPS_EVENT_REG_SUCCESS, /* registrar: WSC_Done received; peer */
	WPS_EVENT_CRED_SENT,   /* registrar: M8 built; cred */
	WPS_EVENT_AP_SETTINGS, /* registrar of an AP: its settings from M7; AP as enrollee: new
				  settings from M8, Done sent. cred; raw = the settings' attributes
				  (what WPS-NEW-AP-SETTINGS shows) */
};
struct wps_event {
	enum wps_event_kind kind;
	const struct wps_peer *peer;
	const struct wps_credential *cred;
	const uint8_t *raw;
	size_t raw_len;
	unsigned msg, config_error, error_indication;
};
/* Called from inside the run: do not free the run (nor its EAP or port entity) here, but in the
 * result of those. FAIL with msg 0: cut off from outside. */
typedef void (*wps_event_fn)(void *ctx, const struct wps_event *ev);

/* Our own NFC password token: what `pin=nfc-pw` of the EAP peer stands for. */
struct wps_oob {
	uint16_t id;              /* DEV_PW_OOB_FIRST.., or DEV_PW_NFC_HANDOVER (no password) */
	struct bytes password;    /* upper-case hex text of the one on the token */
	struct bytes private_key; /* the one whose public key's hash is on it */
};

struct wps_enrollee_params {
	const struct wps_device *dev; /* must outlive the run */
	enum wps_dev_password_id pw_id;
	const uint8_t *password; /* PIN digits; NULL with DEV_PW_PUSHBUTTON (then "00000000") */
	size_t password_len;
	uint8_t multi_ap; /* value of the Multi-AP sub-element in M1 (MULTI_AP_BACKHAUL_STA), 0 =
			     none */
	const struct bytes
		*private_key; /* of an NFC token whose hash was handed over; NULL: fresh */
	const uint8_t *registrar_pk_hash; /* WPS_PK_HASH_LEN: M2's key must have it; NULL = any */
	const uint8_t *peer_mac;          /* registrar/AP address, for logs */
	wps_event_fn event;
	void *ctx;
};
/* Enrollee run: the first wps_run_process() is WSC_OP_START. NULL on failure. */
struct wps_run *wps_enrollee_new(const struct wps_enrollee_params *p);

struct wps_registrar; /* registrar.h */
/* Registrar run towards an enrollee at `mac`; takes M1 first. */
struct wps_run *wps_registrar_run_new(struct wps_registrar *reg, const uint8_t mac[MAC_LEN]);
/* The AP as enrollee of a registrar that knows the AP PIN (EAP identity of a registrar, or UPnP).
 * No WSC_Start: wps_run_next() has M1 at once. While the registrar object has no AP PIN or is
 * locked, M1 says Setup Locked and M2 is refused with it. */
struct wps_run *wps_ap_enrollee_new(struct wps_registrar *reg, const uint8_t peer_mac[MAC_LEN]);

/* Registrar of an AP (WPS_REG of a station, UPnP external registrar): learns or writes its
 * settings. */
struct wps_ap_registrar_params {
	const struct wps_device *dev;   /* ours; must outlive the run */
	enum wps_dev_password_id pw_id; /* DEV_PW_DEFAULT for the AP PIN */
	const uint8_t *password;
	size_t password_len;
	const struct wps_credential *settings; /* new settings for M8; NULL = learn: M7 is answered
						  with WSC_NACK, config_error 0 */
	const struct bytes *private_key;       /* NULL: fresh */
	const uint8_t *peer_mac;
	wps_event_fn event; /* AP_SETTINGS at M7, then FAIL msg=11 (learn) or SUCCESS at Done */
	void *ctx;
};
/* Takes M1 first. NULL on failure. */
struct wps_run *wps_ap_registrar_new(const struct wps_ap_registrar_params *p);

void wps_run_free(struct wps_run *run); /* wipes */
/* One received message (op and WSC message without EAP framing). */
enum wps_result wps_run_process(
	struct wps_run *run, enum wsc_op op, const uint8_t *msg, size_t len);
/* The message to send now. Returns 0, or -ENODATA when there is none. */
int wps_run_next(struct wps_run *run, enum wsc_op *op, struct bytes *msg);
/* After WPS_R_PENDING: fn is called when wps_run_next() has the external registrar's answer. From
 * inside the registrar: feed the run from a timer. */
void wps_run_set_wake(struct wps_run *run, void (*fn)(void *ctx), void *ctx);
/* Run was cut off from outside (EAP failure, timeout): emits WPS_EVENT_FAIL unless it ended
 * already. */
void wps_run_aborted(struct wps_run *run);

/* --- elements --- */

/* What WPS elements say (beacon, probe response, probe request, association). */
struct wps_info {
	uint8_t version, version2;
	enum wps_state state;
	bool ap_setup_locked, selected_registrar;
	bool has_password_id, has_sel_reg_methods, has_config_methods, has_uuid;
	uint16_t dev_password_id, sel_reg_methods, config_methods;
	uint8_t uuid[WPS_UUID_LEN];
	uint8_t authorized_macs[5][MAC_LEN];
	unsigned authorized_count;
	uint8_t request_type, response_type;
	bool has_request_type, request_to_enroll;
	uint8_t rf_bands;
	uint8_t primary_type[8];
	bool has_primary_type;
	char device_name[33], manufacturer[65], model_name[33], model_number[33], serial_number[33];
	uint16_t config_error, assoc_state;
	uint8_t multi_ap;
};
/* From concatenated element content (elements_wps()). Returns 0 or -EBADMSG (malformed TLV). */
int wps_info_parse(const uint8_t *data, size_t len, struct wps_info *out);
/* An active push button registrar / our MAC (or broadcast) authorised. */
bool wps_info_pbc_active(const struct wps_info *i);
bool wps_info_authorized(const struct wps_info *i, const uint8_t mac[MAC_LEN]);

/* Whole vendor elements (fragmented when long). */
int wps_write_probe_req(struct writer *w, const struct wps_device *dev,
	enum wps_dev_password_id pw_id, enum wps_request_type type);
int wps_write_assoc_req(struct writer *w, enum wps_request_type type, const struct wps_device *dev);
int wps_write_assoc_resp(struct writer *w, const struct wps_device *dev);

#endif
