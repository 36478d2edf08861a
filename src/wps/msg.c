#include "wps/msg_i.h"

#include <errno.h>
#include <string.h>

#include "utils/log.h"

enum codec { U8, U16, BYTES, TEXT, SEAL /* covers what is in front of it; written apart */ };

#define WSC_VERSION1 0x10
#define ID_VENDOR_EXT 0x1049

/* Attributes, WSC 2.0 table 28; WFA sub-elements, table 29. Columns: id, codec, min and max length.
 * A max above what the standard gives is what is met in the field. */
static const struct attr_row {
	const char *name;
	uint16_t id;
	uint8_t codec;
	uint16_t min, max;
} attrs[WA_COUNT] = {
	[WA_VERSION] = {"Version", 0x104a, U8, 1, 1},
	[WA_MSG_TYPE] = {"Message Type", 0x1022, U8, 1, 1},
	[WA_ENROLLEE_NONCE] = {"Enrollee Nonce", WPS_ID_ENROLLEE_NONCE, BYTES, 16, 16},
	[WA_REGISTRAR_NONCE] = {"Registrar Nonce", WPS_ID_REGISTRAR_NONCE, BYTES, 16, 16},
	[WA_UUID_E] = {"UUID-E", 0x1047, BYTES, 16, 16},
	[WA_UUID_R] = {"UUID-R", 0x1048, BYTES, 16, 16},
	[WA_MAC] = {"MAC Address", 0x1020, BYTES, 6, 6},
	[WA_PUBLIC_KEY] = {"Public Key", 0x1032, BYTES, 1, 192},
	[WA_AUTH_FLAGS] = {"Authentication Type Flags", 0x1004, U16, 2, 2},
	[WA_ENCR_FLAGS] = {"Encryption Type Flags", 0x1010, U16, 2, 2},
	[WA_CONN_FLAGS] = {"Connection Type Flags", 0x100d, U8, 1, 1},
	[WA_CONFIG_METHODS] = {"Config Methods", 0x1008, U16, 2, 2},
	[WA_WPS_STATE] = {"Wi-Fi Simple Configuration State", 0x1044, U8, 1, 1},
	[WA_MANUFACTURER] = {"Manufacturer", 0x1021, TEXT, 0, 64},
	[WA_MODEL_NAME] = {"Model Name", 0x1023, TEXT, 0, 32},
	[WA_MODEL_NUMBER] = {"Model Number", 0x1024, TEXT, 0, 32},
	[WA_SERIAL] = {"Serial Number", 0x1042, TEXT, 0, 32},
	[WA_PRIMARY_TYPE] = {"Primary Device Type", 0x1054, BYTES, 8, 8},
	[WA_DEVICE_NAME] = {"Device Name", 0x1011, TEXT, 0, 32},
	[WA_RF_BANDS] = {"RF Bands", 0x103c, U8, 1, 1},
	[WA_ASSOC_STATE] = {"Association State", 0x1002, U16, 2, 2},
	[WA_DEV_PW_ID] = {"Device Password ID", 0x1012, U16, 2, 2},
	[WA_CONFIG_ERROR] = {"Configuration Error", 0x1009, U16, 2, 2},
	[WA_OS_VERSION] = {"OS Version", 0x102d, BYTES, 4, 4},
	[WA_E_HASH1] = {"E-Hash1", 0x1014, BYTES, 32, 32},
	[WA_E_HASH2] = {"E-Hash2", 0x1015, BYTES, 32, 32},
	[WA_R_HASH1] = {"R-Hash1", 0x103d, BYTES, 32, 32},
	[WA_R_HASH2] = {"R-Hash2", 0x103e, BYTES, 32, 32},
	[WA_E_SNONCE1] = {"E-SNonce1", 0x1016, BYTES, 16, 16},
	[WA_E_SNONCE2] = {"E-SNonce2", WPS_ID_E_SNONCE2, BYTES, 16, 16},
	[WA_R_SNONCE1] = {"R-SNonce1", 0x103f, BYTES, 16, 16},
	[WA_R_SNONCE2] = {"R-SNonce2", 0x1040, BYTES, 16, 16},
	[WA_ENCR_SETTINGS] = {"Encrypted Settings", 0x1018, BYTES, 32, 0xffff},
	[WA_CREDENTIAL] = {"Credential", WPS_ID_CREDENTIAL, BYTES, 0, 0xffff},
	[WA_NETWORK_INDEX] = {"Network Index", 0x1026, U8, 1, 1},
	[WA_SSID] = {"SSID", 0x1045, BYTES, 0, SSID_MAX_LEN},
	[WA_AUTH_TYPE] = {"Authentication Type", 0x1003, U16, 2, 2},
	[WA_ENCR_TYPE] = {"Encryption Type", 0x100f, U16, 2, 2},
	[WA_NETWORK_KEY] = {"Network Key", 0x1027, BYTES, 0, 65},
	[WA_REQUEST_TYPE] = {"Request Type", 0x103a, U8, 1, 1},
	[WA_RESPONSE_TYPE] = {"Response Type", 0x103b, U8, 1, 1},
	[WA_AP_SETUP_LOCKED] = {"AP Setup Locked", 0x1057, U8, 1, 1},
	[WA_SELECTED_REGISTRAR] = {"Selected Registrar", 0x1041, U8, 1, 1},
	[WA_SEL_REG_METHODS] = {"Selected Registrar Config Methods", 0x1053, U16, 2, 2},
	[WA_OOB_PASSWORD] = {"Out-of-Band Device Password", 0x102c, BYTES, 22, 54},
	[WA_AP_CHANNEL] = {"AP Channel", 0x1001, U16, 2, 2},
	[WA_APPLICATION_EXT] = {"Application Extension", 0x1058, BYTES, 0, 512},
	[WA_VENDOR_EXT] = {"Vendor Extension", ID_VENDOR_EXT, BYTES, 0, 1024},
	[WA_KEY_WRAP_AUTH] = {"Key Wrap Authenticator", WPS_ID_KEY_WRAP_AUTH, SEAL, 8, 8},
	[WA_AUTHENTICATOR] = {"Authenticator", 0x1005, SEAL, 8, 8},
	[WA_VERSION2] = {"Version2", 0, U8, 1, 1},
	[WA_AUTHORIZED_MACS] = {"AuthorizedMACs", 1, BYTES, 6, 30},
	[WA_KEY_SHAREABLE] = {"Network Key Shareable", 2, U8, 1, 1},
	[WA_REQUEST_TO_ENROLL] = {"Request to Enroll", 3, U8, 1, 1},
	[WA_SETTINGS_DELAY] = {"Settings Delay Time", 4, U8, 1, 1},
	[WA_MULTI_AP] = {"Multi-AP", 6, U8, 1, 1},
};
_Static_assert(WA_COUNT <= 64, "struct wps_msg.present has one bit per attribute");

/* attribute, required */
struct row {
	uint8_t attr;
	bool required;
};
#define R true
#define O false
#define DEVICE_ROWS                                                                                \
	{WA_MANUFACTURER, R}, {WA_MODEL_NAME, R}, {WA_MODEL_NUMBER, R}, {WA_SERIAL, R},            \
		{WA_PRIMARY_TYPE, R},                                                              \
	{                                                                                          \
		WA_DEVICE_NAME, R                                                                  \
	}
#define HEAD_ROWS                                                                                  \
	{WA_VERSION, R},                                                                           \
	{                                                                                          \
		WA_MSG_TYPE, R                                                                     \
	}
#define FLAG_ROWS                                                                                  \
	{WA_AUTH_FLAGS, R}, {WA_ENCR_FLAGS, R}, {WA_CONN_FLAGS, R},                                \
	{                                                                                          \
		WA_CONFIG_METHODS, R                                                               \
	}
#define SEALED_ROWS                                                                                \
	{WA_ENCR_SETTINGS, R}, {WA_VERSION2, O},                                                   \
	{                                                                                          \
		WA_AUTHENTICATOR, R                                                                \
	}

static const struct row m1_rows[] = {HEAD_ROWS, {WA_UUID_E, R}, {WA_MAC, R}, {WA_ENROLLEE_NONCE, R},
	{WA_PUBLIC_KEY, R}, FLAG_ROWS, {WA_WPS_STATE, R}, DEVICE_ROWS, {WA_RF_BANDS, R},
	{WA_ASSOC_STATE, R}, {WA_DEV_PW_ID, R}, {WA_CONFIG_ERROR, R}, {WA_OS_VERSION, R},
	{WA_VERSION2, O}, {WA_MULTI_AP, O}, {WA_VENDOR_EXT, O}};
static const struct row m2_rows[] = {HEAD_ROWS, {WA_ENROLLEE_NONCE, R}, {WA_REGISTRAR_NONCE, R},
	{WA_UUID_R, R}, {WA_PUBLIC_KEY, R}, FLAG_ROWS, DEVICE_ROWS, {WA_RF_BANDS, R},
	{WA_ASSOC_STATE, R}, {WA_CONFIG_ERROR, R}, {WA_DEV_PW_ID, R}, {WA_OS_VERSION, R},
	{WA_ENCR_SETTINGS, O}, {WA_VERSION2, O}, {WA_AUTHENTICATOR, R}};
static const struct row m2d_rows[] = {HEAD_ROWS, {WA_ENROLLEE_NONCE, R}, {WA_REGISTRAR_NONCE, R},
	{WA_UUID_R, R}, FLAG_ROWS, DEVICE_ROWS, {WA_RF_BANDS, R}, {WA_ASSOC_STATE, R},
	{WA_CONFIG_ERROR, R}, {WA_DEV_PW_ID, O}, {WA_OS_VERSION, R}, {WA_VERSION2, O}};
static const struct row m3_rows[] = {HEAD_ROWS, {WA_REGISTRAR_NONCE, R}, {WA_E_HASH1, R},
	{WA_E_HASH2, R}, {WA_VERSION2, O}, {WA_AUTHENTICATOR, R}};
static const struct row m4_rows[] = {
	HEAD_ROWS, {WA_ENROLLEE_NONCE, R}, {WA_R_HASH1, R}, {WA_R_HASH2, R}, SEALED_ROWS};
static const struct row from_enrollee_rows[] = {HEAD_ROWS, {WA_REGISTRAR_NONCE, R}, SEALED_ROWS};
static const struct row from_registrar_rows[] = {HEAD_ROWS, {WA_ENROLLEE_NONCE, R}, SEALED_ROWS};
static const struct row ack_rows[] = {
	HEAD_ROWS, {WA_ENROLLEE_NONCE, R}, {WA_REGISTRAR_NONCE, R}, {WA_VERSION2, O}};
static const struct row nack_rows[] = {HEAD_ROWS, {WA_ENROLLEE_NONCE, R}, {WA_REGISTRAR_NONCE, R},
	{WA_CONFIG_ERROR, R}, {WA_VERSION2, O}};
static const struct row settings_m4_rows[] = {{WA_R_SNONCE1, R}, {WA_KEY_WRAP_AUTH, R}};
static const struct row settings_m5_rows[] = {{WA_E_SNONCE1, R}, {WA_KEY_WRAP_AUTH, R}};
static const struct row settings_m6_rows[] = {{WA_R_SNONCE2, R}, {WA_KEY_WRAP_AUTH, R}};
static const struct row settings_m7_rows[] = {{WA_E_SNONCE2, R}, {WA_KEY_WRAP_AUTH, R}};
/* Open networks may come without a key. */
static const struct row settings_m7_ap_rows[] = {{WA_E_SNONCE2, R}, {WA_SSID, R}, {WA_MAC, R},
	{WA_AUTH_TYPE, R}, {WA_ENCR_TYPE, R}, {WA_NETWORK_KEY, O}, {WA_KEY_WRAP_AUTH, R}};
static const struct row settings_m8_ap_rows[] = {{WA_NETWORK_INDEX, O}, {WA_SSID, R},
	{WA_AUTH_TYPE, R}, {WA_ENCR_TYPE, R}, {WA_NETWORK_KEY, O}, {WA_MAC, R},
	{WA_KEY_WRAP_AUTH, R}};
static const struct row settings_m8_rows[] = {{WA_CREDENTIAL, R}, {WA_KEY_WRAP_AUTH, R}};
static const struct row credential_rows[] = {{WA_NETWORK_INDEX, O}, {WA_SSID, R}, {WA_AUTH_TYPE, R},
	{WA_ENCR_TYPE, R}, {WA_NETWORK_KEY, O}, {WA_MAC, R}};
static const struct row beacon_rows[] = {{WA_VERSION, R}, {WA_WPS_STATE, R},
	{WA_AP_SETUP_LOCKED, O}, {WA_SELECTED_REGISTRAR, O}, {WA_DEV_PW_ID, O},
	{WA_SEL_REG_METHODS, O}, {WA_UUID_E, O}, {WA_RF_BANDS, O}, {WA_VERSION2, O},
	{WA_AUTHORIZED_MACS, O}, {WA_APPLICATION_EXT, O}};
static const struct row probe_resp_rows[] = {{WA_VERSION, R}, {WA_WPS_STATE, R},
	{WA_AP_SETUP_LOCKED, O}, {WA_SELECTED_REGISTRAR, O}, {WA_DEV_PW_ID, O},
	{WA_SEL_REG_METHODS, O}, {WA_RESPONSE_TYPE, R}, {WA_UUID_E, R}, DEVICE_ROWS,
	{WA_CONFIG_METHODS, R}, {WA_RF_BANDS, O}, {WA_VERSION2, O}, {WA_AUTHORIZED_MACS, O},
	{WA_APPLICATION_EXT, O}};
static const struct row set_selected_rows[] = {{WA_VERSION, R}, {WA_SELECTED_REGISTRAR, R},
	{WA_DEV_PW_ID, R}, {WA_SEL_REG_METHODS, R}, {WA_UUID_R, O}, {WA_VERSION2, O},
	{WA_AUTHORIZED_MACS, O}};
static const struct row probe_req_rows[] = {{WA_VERSION, R}, {WA_REQUEST_TYPE, R},
	{WA_CONFIG_METHODS, R}, {WA_UUID_E, R}, {WA_PRIMARY_TYPE, R}, {WA_RF_BANDS, R},
	{WA_ASSOC_STATE, R}, {WA_CONFIG_ERROR, R}, {WA_DEV_PW_ID, R}, {WA_MANUFACTURER, O},
	{WA_MODEL_NAME, O}, {WA_MODEL_NUMBER, O}, {WA_DEVICE_NAME, O}, {WA_VERSION2, O},
	{WA_REQUEST_TO_ENROLL, O}};
static const struct row assoc_req_rows[] = {
	{WA_VERSION, R}, {WA_REQUEST_TYPE, R}, {WA_VERSION2, O}};
static const struct row assoc_resp_rows[] = {
	{WA_VERSION, R}, {WA_RESPONSE_TYPE, R}, {WA_VERSION2, O}};

/* NFC tokens and handover messages, WSC 2.0, clause 10 (a configuration token's credentials stand
 * in front). */
static const struct row nfc_password_rows[] = {{WA_OOB_PASSWORD, R}, {WA_VERSION2, O}};
static const struct row nfc_config_rows[] = {
	{WA_RF_BANDS, O}, {WA_AP_CHANNEL, O}, {WA_MAC, O}, {WA_VERSION2, O}};
static const struct row nfc_request_rows[] = {
	{WA_OOB_PASSWORD, R}, {WA_UUID_E, R}, {WA_VERSION2, O}};
static const struct row nfc_select_rows[] = {{WA_OOB_PASSWORD, R}, {WA_SSID, R}, {WA_RF_BANDS, O},
	{WA_AP_CHANNEL, O}, {WA_MAC, O}, {WA_VERSION2, O}};

#define TABLE(rows)                                                                                \
	{                                                                                          \
		rows, ARRAY_SIZE(rows)                                                             \
	}
static const struct table {
	const struct row *row;
	size_t count;
} tables[] = {
	[WT_M1] = TABLE(m1_rows),
	[WT_M2] = TABLE(m2_rows),
	[WT_M2D] = TABLE(m2d_rows),
	[WT_M3] = TABLE(m3_rows),
	[WT_M4] = TABLE(m4_rows),
	[WT_M5] = TABLE(from_enrollee_rows),
	[WT_M6] = TABLE(from_registrar_rows),
	[WT_M7] = TABLE(from_enrollee_rows),
	[WT_M8] = TABLE(from_registrar_rows),
	[WT_ACK] = TABLE(ack_rows),
	[WT_NACK] = TABLE(nack_rows),
	[WT_DONE] = TABLE(ack_rows),
	[WT_SETTINGS_M4] = TABLE(settings_m4_rows),
	[WT_SETTINGS_M5] = TABLE(settings_m5_rows),
	[WT_SETTINGS_M6] = TABLE(settings_m6_rows),
	[WT_SETTINGS_M7] = TABLE(settings_m7_rows),
	[WT_SETTINGS_M7_AP] = TABLE(settings_m7_ap_rows),
	[WT_SETTINGS_M8] = TABLE(settings_m8_rows),
	[WT_SETTINGS_M8_AP] = TABLE(settings_m8_ap_rows),
	[WT_CREDENTIAL] = TABLE(credential_rows),
	[WT_BEACON] = TABLE(beacon_rows),
	[WT_PROBE_RESP] = TABLE(probe_resp_rows),
	[WT_PROBE_REQ] = TABLE(probe_req_rows),
	[WT_ASSOC_REQ] = TABLE(assoc_req_rows),
	[WT_ASSOC_RESP] = TABLE(assoc_resp_rows),
	[WT_NFC_PASSWORD] = TABLE(nfc_password_rows),
	[WT_NFC_CONFIG] = TABLE(nfc_config_rows),
	[WT_NFC_REQUEST] = TABLE(nfc_request_rows),
	[WT_NFC_SELECT] = TABLE(nfc_select_rows),
	[WT_SET_SELECTED] = TABLE(set_selected_rows),
};

static const struct {
	const char *name;
	int table;
} messages[] = {
	[WPS_BEACON] = {"Beacon", -1},
	[WPS_PROBE_REQ] = {"Probe Request", -1},
	[WPS_PROBE_RESP] = {"Probe Response", -1},
	[WPS_M1] = {"M1", WT_M1},
	[WPS_M2] = {"M2", WT_M2},
	[WPS_M2D] = {"M2D", WT_M2D},
	[WPS_M3] = {"M3", WT_M3},
	[WPS_M4] = {"M4", WT_M4},
	[WPS_M5] = {"M5", WT_M5},
	[WPS_M6] = {"M6", WT_M6},
	[WPS_M7] = {"M7", WT_M7},
	[WPS_M8] = {"M8", WT_M8},
	[WPS_WSC_ACK] = {"WSC_ACK", WT_ACK},
	[WPS_WSC_NACK] = {"WSC_NACK", WT_NACK},
	[WPS_WSC_DONE] = {"WSC_Done", WT_DONE},
};

bool wps_table_row(enum wps_table t, size_t i, struct wps_row *out)
{
	if (i >= tables[t].count)
		return false;
	const struct row *row = &tables[t].row[i];
	const struct attr_row *a = &attrs[row->attr];
	*out = (struct wps_row){
		(enum wps_attr)row->attr, row->required, a->name, a->id, a->min, a->max};
	return true;
}

int wps_table_of(unsigned msg_type)
{
	if (msg_type >= ARRAY_SIZE(messages) || !messages[msg_type].name)
		return -1;
	return messages[msg_type].table;
}

const char *wps_msg_name(unsigned msg_type)
{
	if (msg_type >= ARRAY_SIZE(messages) || !messages[msg_type].name)
		return "unknown message";
	return messages[msg_type].name;
}

/* Some enrollees pad M1 with zeros behind the last attribute. */
static bool only_zeros_left(struct reader r)
{
	while (reader_left(&r))
		if (reader_u8(&r))
			return false;
	return true;
}

bool wps_tlv_next(struct reader *r, uint16_t *id, struct reader *value)
{
	if (!reader_ok(r) || reader_at_end(r) || only_zeros_left(*r))
		return false;
	*id = reader_be16(r);
	*value = reader_sub(r, reader_be16(r));
	return reader_ok(r);
}

static int store(struct wps_msg *m, enum wps_attr a, struct reader value)
{
	const struct attr_row *row = &attrs[a];
	size_t len = reader_left(&value);

	if (row->codec == TEXT && len > row->max)
		len = row->max; /* devices of the field have long names */
	if (len < row->min || len > row->max) {
		log_msg(LOG_DBG, "WPS: %s of %zu bytes, expected %u..%u", row->name, len, row->min,
			row->max);
		return -EBADMSG;
	}
	if (wps_has(m, a))
		return 0;
	wps_set_data(m, a, value.p, len);
	if (row->codec <= U16)
		m->v[a].num = (uint32_t)reader_uint(&value, row->min, true);
	return 0;
}

static int find_attr(uint16_t id, int from, int to)
{
	for (int a = from; a < to; a++)
		if (attrs[a].id == id)
			return a;
	return -1;
}

static int read_wfa_extension(struct reader r, struct wps_msg *m)
{
	while (reader_left(&r)) {
		uint8_t id = reader_u8(&r);
		struct reader value = reader_sub(&r, reader_u8(&r));
		if (!reader_ok(&r)) {
			log_msg(LOG_DBG, "WPS: sub-element %u of the WFA extension is cut off", id);
			return -EBADMSG;
		}
		int a = find_attr(id, WA_WFA_FIRST, WA_COUNT);
		if (a >= 0 && store(m, (enum wps_attr)a, value) < 0)
			return -EBADMSG;
	}
	return 0;
}

static int read_attr(uint16_t id, struct reader value, struct wps_msg *m)
{
	if (id == ID_VENDOR_EXT) {
		struct reader content = value;
		if (reader_be24(&content) == EAP_VENDOR_WFA && reader_ok(&content))
			return read_wfa_extension(content, m);
	}
	int a = find_attr(id, 0, WA_WFA_FIRST);
	return a < 0 ? 0 : store(m, (enum wps_attr)a, value);
}

int wps_msg_read(const uint8_t *data, size_t len, struct wps_msg *out)
{
	struct reader r = reader_of(data, len), value;
	uint16_t id;

	memset(out, 0, sizeof(*out));
	while (wps_tlv_next(&r, &id, &value))
		if (read_attr(id, value, out) < 0)
			return -EBADMSG;
	if (!reader_ok(&r)) {
		log_msg(LOG_DBG, "WPS: attribute list of %zu bytes is cut off", len);
		return -EBADMSG;
	}
	return 0;
}

int wps_msg_check(const struct wps_msg *m, enum wps_table t)
{
	for (size_t i = 0; i < tables[t].count; i++) {
		const struct row *row = &tables[t].row[i];
		if (row->required && !wps_has(m, (enum wps_attr)row->attr)) {
			log_msg(LOG_DBG, "WPS: attribute %s is missing", attrs[row->attr].name);
			return -EBADMSG;
		}
	}
	if (wps_has(m, WA_VERSION) && m->v[WA_VERSION].num >> 4 != WSC_VERSION1 >> 4) {
		log_msg(LOG_DBG, "WPS: version 0x%x is not 1.x", m->v[WA_VERSION].num);
		return -EBADMSG;
	}
	return 0;
}

static void write_value(struct writer *w, const struct attr_row *row, const struct wps_value *v)
{
	switch ((enum codec)row->codec) {
	case U8:
		writer_u8(w, (uint8_t)v->num);
		break;
	case U16:
		writer_be16(w, (uint16_t)v->num);
		break;
	case BYTES:
	case TEXT:
	case SEAL:
		writer_bytes(w, v->data, v->len < row->max ? v->len : row->max);
		break;
	}
}

static void write_attr(struct writer *w, enum wps_attr a, const struct wps_value *v)
{
	const struct attr_row *row = &attrs[a];
	bool wfa = a >= WA_WFA_FIRST;

	if (wfa)
		writer_u8(w, (uint8_t)row->id);
	else
		writer_be16(w, row->id);
	struct writer_mark len = writer_begin(w, wfa ? 1 : 2, true);
	write_value(w, row, v);
	writer_end(w, len);
}

void wps_attr_write(struct writer *w, enum wps_attr a, const void *data, size_t len)
{
	write_attr(w, a, &(struct wps_value){0, data, len});
}

/* The sub-elements of a table stand next to each other and go into one vendor extension. Returns
 * the rows used. */
static size_t write_wfa_extension(
	struct writer *w, const struct row *row, size_t count, const struct wps_msg *m)
{
	size_t n = 0;
	bool any = false;

	for (; n < count && row[n].attr >= WA_WFA_FIRST; n++)
		any |= wps_has(m, (enum wps_attr)row[n].attr);
	if (!any)
		return n;
	writer_be16(w, ID_VENDOR_EXT);
	struct writer_mark len = writer_begin(w, 2, true);
	writer_be24(w, EAP_VENDOR_WFA);
	for (size_t i = 0; i < n; i++)
		if (wps_has(m, (enum wps_attr)row[i].attr))
			write_attr(w, (enum wps_attr)row[i].attr, &m->v[row[i].attr]);
	writer_end(w, len);
	return n;
}

int wps_msg_write(struct writer *w, enum wps_table t, const struct wps_msg *m)
{
	const struct row *row = tables[t].row;
	size_t count = tables[t].count;

	for (size_t i = 0; i < count;) {
		enum wps_attr a = (enum wps_attr)row[i].attr;
		if (a >= WA_WFA_FIRST) {
			i += write_wfa_extension(w, &row[i], count - i, m);
			continue;
		}
		bool seal = attrs[a].codec == SEAL;
		if (wps_has(m, a) && !seal)
			write_attr(w, a, &m->v[a]);
		else if (row[i].required && !seal)
			return -EINVAL;
		i++;
	}
	return writer_ok(w) ? 0 : -EMSGSIZE;
}

void wps_set_text(struct wps_msg *m, enum wps_attr a, const char *text)
{
	const char *s = text && *text ? text : " ";
	wps_set_data(m, a, s, strlen(s));
}

void wps_set_device(struct wps_msg *m, const struct wps_device *dev)
{
	wps_set_text(m, WA_MANUFACTURER, dev->manufacturer);
	wps_set_text(m, WA_MODEL_NAME, dev->model_name);
	wps_set_text(m, WA_MODEL_NUMBER, dev->model_number);
	wps_set_text(m, WA_SERIAL, dev->serial_number);
	wps_set_data(m, WA_PRIMARY_TYPE, dev->primary_type, sizeof(dev->primary_type));
	wps_set_text(m, WA_DEVICE_NAME, dev->device_name);
}
