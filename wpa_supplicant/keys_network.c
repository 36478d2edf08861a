/* Keys of network={} blocks: the rows and the values with a form of their own. */
#include "wpa_supplicant/keys.h"

#include <stdlib.h>
#include <string.h>

#define FIELD(type, obj, key) ((type *)(void *)((char *)(obj) + (key)->offset))
#define CONST_FIELD(type, obj, key)                                                                \
	((const type *)(const void *)((const char *)(obj) + (key)->offset))

/* --- words --- */

static const struct cfg_word proto_words[] = {
	{"WPA", PROTO_WPA}, {"RSN", PROTO_RSN}, {"WPA2", PROTO_RSN}, {NULL, 0}};
static const struct cfg_word key_mgmt_words[] = {{"WPA-PSK", AKM_PSK}, {"WPA-EAP", AKM_8021X},
	{"IEEE8021X", WPAS_KM_IEEE8021X}, {"NONE", WPAS_KM_NONE}, {"WPA-NONE", WPAS_KM_WPA_NONE},
	{"FT-PSK", AKM_FT_PSK}, {"FT-EAP", AKM_FT_8021X}, {"FT-EAP-SHA384", WPAS_KM_FT_EAP_SHA384},
	{"WPA-PSK-SHA256", AKM_PSK_SHA256}, {"WPA-EAP-SHA256", AKM_8021X_SHA256},
	{"WPA-EAP-SHA384", WPAS_KM_EAP_SHA384}, {"WPS", AKM_WPS}, {"SAE", AKM_SAE},
	{"SAE-EXT-KEY", AKM_SAE_EXT}, {"FT-SAE", AKM_FT_SAE},
	{"FT-SAE-EXT-KEY", WPAS_KM_FT_SAE_EXT}, {"WPA-EAP-SUITE-B", AKM_SUITE_B},
	{"WPA-EAP-SUITE-B-192", AKM_SUITE_B_192}, {"FILS-SHA256", WPAS_KM_FILS256},
	{"FILS-SHA384", WPAS_KM_FILS384}, {"FT-FILS-SHA256", WPAS_KM_FT_FILS256},
	{"FT-FILS-SHA384", WPAS_KM_FT_FILS384}, {"OWE", AKM_OWE}, {"DPP", WPAS_KM_DPP}, {NULL, 0}};
static const struct cfg_word pairwise_words[] = {{"CCMP-256", CIPHER_CCMP256},
	{"GCMP-256", CIPHER_GCMP256}, {"CCMP", CIPHER_CCMP}, {"GCMP", CIPHER_GCMP},
	{"TKIP", CIPHER_TKIP}, {"NONE", CIPHER_NONE}, {NULL, 0}};
static const struct cfg_word group_words[] = {{"CCMP-256", CIPHER_CCMP256},
	{"GCMP-256", CIPHER_GCMP256}, {"CCMP", CIPHER_CCMP}, {"GCMP", CIPHER_GCMP},
	{"TKIP", CIPHER_TKIP}, {"WEP104", CIPHER_WEP104}, {"WEP40", CIPHER_WEP40},
	{"GTK_NOT_USED", CIPHER_GTK_NOT_USED}, {NULL, 0}};
static const struct cfg_word group_mgmt_words[] = {{"AES-128-CMAC", CIPHER_BIP},
	{"BIP-GMAC-128", CIPHER_BIP_GMAC128}, {"BIP-GMAC-256", CIPHER_BIP_GMAC256},
	{"BIP-CMAC-256", CIPHER_BIP_CMAC256}, {NULL, 0}};
static const struct cfg_word auth_alg_words[] = {
	{"OPEN", 1}, {"SHARED", 2}, {"LEAP", 4}, {NULL, 0}};

/* --- addresses --- */

static int bssid_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	uint8_t *field = FIELD(uint8_t, obj, key), mac[MAC_LEN] = {0};
	const char *end;

	if (*value && strcmp(value, "\"\"") != 0 && strcmp(value, "any") != 0 &&
		(mac_parse(value, mac, &end) < 0 || *end))
		return cfg_fail(err, "expected a MAC address xx:xx:xx:xx:xx:xx, or any");
	bool same = mac_equal(field, mac);
	mac_copy(field, mac);
	return same ? 1 : 0;
}

static bool bssid_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const uint8_t *field = CONST_FIELD(uint8_t, obj, key);
	return !mac_is_zero(field) && strbuf_add(out, MACSTR, MAC2STR(field));
}

static int macs_read(const char *text, struct wpas_macs *out)
{
	for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
		struct wpas_mac_mask m, *items;
		memset(m.mask, 0xff, sizeof(m.mask));
		if (mac_parse(text, m.addr, &text) < 0)
			return -1;
		if (*text == '/' && mac_parse(text + 1, m.mask, &text) < 0)
			return -1;
		if (*text && *text != ' ' && *text != '\t')
			return -1;
		items = realloc(out->items, (out->count + 1) * sizeof(*items));
		if (!items)
			return -1;
		out->items = items;
		out->items[out->count++] = m;
	}
	return 0;
}

static int macs_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct wpas_macs *field = FIELD(struct wpas_macs, obj, key), parsed = {NULL, 0};

	if (macs_read(value, &parsed) < 0) {
		free(parsed.items);
		return cfg_fail(err, "expected MAC addresses, each with an optional /mask");
	}
	bool same = parsed.count == field->count &&
		    (!parsed.count || memcmp(parsed.items, field->items,
					      parsed.count * sizeof(*parsed.items)) == 0);
	free(field->items);
	*field = parsed;
	return same ? 1 : 0;
}

static bool macs_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct wpas_macs *field = CONST_FIELD(struct wpas_macs, obj, key);

	for (size_t i = 0; i < field->count; i++) {
		const struct wpas_mac_mask *m = &field->items[i];
		strbuf_add(out, "%s" MACSTR, i ? " " : "", MAC2STR(m->addr));
		if (!mac_is_broadcast(m->mask))
			strbuf_add(out, "/" MACSTR, MAC2STR(m->mask));
	}
	return field->count > 0 && !out->full;
}

static void macs_free(void *obj, const struct cfg_key *key)
{
	struct wpas_macs *field = FIELD(struct wpas_macs, obj, key);
	free(field->items);
	*field = (struct wpas_macs){NULL, 0};
}

/* --- psk: "passphrase", 64 hex digits or ext:NAME --- */

static void psk_free(void *obj, const struct cfg_key *key)
{
	struct wpas_network *n = obj;

	str_wipe_free(n->passphrase);
	str_wipe_free(n->psk_ext);
	n->passphrase = n->psk_ext = NULL;
	wipe(n->psk_hex, sizeof(n->psk_hex));
	n->has_psk_hex = false;
	wpas_network_forget_pmk(n);
}

static int passphrase_parse(
	struct wpas_network *n, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	size_t len = strlen(value);

	if (len < 2 || value[len - 1] != '"')
		return cfg_fail(err, "the closing quote is missing or followed by more text");
	len -= 2;
	if (len < 8 || len > 63)
		return cfg_fail(err, "expected a passphrase of 8..63 characters, got %zu", len);
	for (size_t i = 1; i <= len; i++)
		if ((unsigned char)value[i] < 32 || value[i] == 127)
			return cfg_fail(err, "expected no control characters in the passphrase");
	if (n->passphrase && strlen(n->passphrase) == len &&
		memcmp(n->passphrase, value + 1, len) == 0)
		return 1;
	char *text = strndup(value + 1, len);
	if (!text)
		return cfg_fail(err, "out of memory");
	psk_free(n, key);
	n->passphrase = text;
	return 0;
}

static int psk_parse(void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct wpas_network *n = obj;
	uint8_t psk[PMK_LEN];

	if (value[0] == '"')
		return passphrase_parse(n, key, value, err);
	if (str_starts(value, "ext:", NULL)) {
		bool same = n->psk_ext && strcmp(n->psk_ext, value + 4) == 0;
		if (!same)
			psk_free(n, key);
		return str_replace(&n->psk_ext, value + 4) < 0 ? cfg_fail(err, "out of memory")
		       : same                                  ? 1
							       : 0;
	}
	if (strlen(value) != 2 * PMK_LEN || hex_decode(value, 2 * PMK_LEN, psk, PMK_LEN) < 0)
		return cfg_fail(
			err, "expected \"a passphrase of 8..63 characters\" or 64 hex digits");
	bool same = n->has_psk_hex && bytes_equal_ct(n->psk_hex, psk, PMK_LEN);
	if (!same) {
		psk_free(n, key);
		memcpy(n->psk_hex, psk, PMK_LEN);
		n->has_psk_hex = true;
	}
	wipe(psk, sizeof(psk));
	return same ? 1 : 0;
}

static bool psk_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct wpas_network *n = obj;

	if (n->passphrase)
		return strbuf_add(out, "\"%s\"", n->passphrase);
	if (n->psk_ext)
		return strbuf_add(out, "ext:%s", n->psk_ext);
	return n->has_psk_hex && strbuf_add_hex(out, n->psk_hex, PMK_LEN);
}

/* --- password: string, hash:<hex> or ext:NAME, kept as written behind the prefix --- */

static int password_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	struct cfg_key plain = {.name = key->name, .type = CFG_STRING, .offset = key->offset};
	struct bytes *field = FIELD(struct bytes, obj, key);
	uint8_t hash[16];

	if (!str_starts(value, "hash:", NULL) && !str_starts(value, "ext:", NULL))
		return cfg_set(&plain, obj, value, err);
	if (value[0] == 'h' && (strlen(value) != 5 + 32 || hex_decode(value + 5, 32, hash, 16) < 0))
		return cfg_fail(err, "expected 32 hex digits behind hash:");
	wipe(hash, sizeof(hash));
	if (bytes_equal(field, value, strlen(value)))
		return 1;
	return bytes_set(field, value, strlen(value)) < 0 ? cfg_fail(err, "out of memory") : 0;
}

static bool password_print(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const struct bytes *b = CONST_FIELD(struct bytes, obj, key);

	if (!b->len)
		return false;
	if ((b->len == 37 && memcmp(b->data, "hash:", 5) == 0) ||
		(b->len > 4 && memcmp(b->data, "ext:", 4) == 0))
		return strbuf_add(out, "%.*s", (int)b->len, (const char *)b->data);
	if (!is_printable(b->data, b->len))
		return strbuf_add_hex(out, b->data, b->len);
	return strbuf_add(out, "\"%.*s\"", (int)b->len, (const char *)b->data);
}

static void password_free(void *obj, const struct cfg_key *key)
{
	bytes_clear(FIELD(struct bytes, obj, key));
}

/* --- bgscan: an empty text switches off what the global key switches on --- */

static int bgscan_parse(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	const struct cfg_key string = {.name = key->name, .type = CFG_STRING};
	char **field = FIELD(char *, obj, key), quoted[256];
	struct strbuf s = strbuf_over(quoted, sizeof(quoted));
	struct bytes text = {NULL, 0};
	bool none = strcmp(value, "\"\"") == 0;
	int ret = none ? 0 : cfg_set(&string, &text, value, err);

	if (ret < 0)
		return ret;
	bool ok =
		none ? strbuf_add(&s, "\"\"")
		     : text.len && !memchr(text.data, '\0', text.len) &&
				!memchr(text.data, '\n', text.len) &&
				strbuf_add(&s, "\"%.*s\"", (int)text.len, (const char *)text.data);
	bytes_clear(&text);
	if (!ok)
		return cfg_fail(err, "expected \"module:parameters\" or \"\"");
	bool same = *field && strcmp(*field, quoted) == 0;
	return str_replace(field, quoted) < 0 ? cfg_fail(err, "out of memory") : same ? 1 : 0;
}

/* --- eap: method names --- */

static const char *const eap_methods[] = {"MD5", "TLS", "MSCHAPV2", "PEAP", "TTLS", "GTC", "OTP",
	"LEAP", "SIM", "AKA", "AKA'", "FAST", "TEAP", "PAX", "PSK", "SAKE", "GPSK", "PWD", "EKE",
	"IKEV2", "TNC", "WSC", "UNAUTH-TLS", "WFA-UNAUTH-TLS"};

static int eap_parse_methods(
	void *obj, const struct cfg_key *key, const char *value, struct cfg_error *err)
{
	char **field = FIELD(char *, obj, key);
	const char *p = value + strspn(value, " \t");

	while (*p) {
		size_t n = strcspn(p, " \t"), i = 0;
		while (i < ARRAY_SIZE(eap_methods) &&
			(strlen(eap_methods[i]) != n || strncmp(eap_methods[i], p, n) != 0))
			i++;
		if (i == ARRAY_SIZE(eap_methods))
			return cfg_fail(err, "expected names of EAP methods, like WSC or TTLS");
		p += n;
		p += strspn(p, " \t");
	}
	bool same = *field && strcmp(*field, value) == 0;
	return str_replace(field, value) < 0 ? cfg_fail(err, "out of memory") : same ? 1 : 0;
}

static bool text_print_field(const void *obj, const struct cfg_key *key, struct strbuf *out)
{
	const char *text = *CONST_FIELD(char *, obj, key);
	return text && strbuf_add(out, "%s", text);
}

static void text_free_field(void *obj, const struct cfg_key *key)
{
	str_replace(FIELD(char *, obj, key), NULL);
}

/* --- rows --- */

#define TO_TEXT(x) #x
#define ROW(n, t)                                                                                  \
	.name = #n, .scope = WPAS_NETWORK, .type = t, .offset = offsetof(struct wpas_network, n)
#define ROW_INT(n, lo, hi, d, h)                                                                   \
	{ROW(n, CFG_INT), .min = lo, .max = hi, .flags = CFG_OCTAL, .def = TO_TEXT(d), .help = h},
#define ROW_STR(n, lo, hi, h)                                                                      \
	{ROW(n, CFG_STRING), .min = lo, .max = hi, .flags = CFG_UNSET_NULL, .help = h},
#define ROW_SECRET(n, lo, hi, h)                                                                   \
	{ROW(n, CFG_STRING), .min = lo, .max = hi, .flags = CFG_UNSET_NULL | CFG_SECRET, .help = h},
#define ROW_FLAGS(n, w, d, h)                                                                      \
	{                                                                                          \
		ROW(n, CFG_FLAGS), .words = w, .def = d, .help = h                                 \
	}
#define ROW_INTS(n, h)                                                                             \
	{                                                                                          \
		ROW(n, CFG_CUSTOM), .parse = wpas_ints_parse, .print = wpas_ints_print,            \
				    .free = wpas_ints_free, .help = h                              \
	}
#define ROW_BSSID(n, h)                                                                            \
	{                                                                                          \
		ROW(n, CFG_CUSTOM), .parse = bssid_parse, .print = bssid_print, .help = h          \
	}
#define ROW_MACS(n, h)                                                                             \
	{                                                                                          \
		ROW(n, CFG_CUSTOM), .parse = macs_parse, .print = macs_print, .free = macs_free,   \
				    .help = h                                                      \
	}
#define ROW_PASSWORD(n, h)                                                                         \
	{                                                                                          \
		ROW(n, CFG_CUSTOM), .parse = password_parse, .print = password_print,              \
				    .free = password_free, .flags = CFG_SECRET | CFG_UNSET_NULL,   \
				    .help = h                                                      \
	}
#define ALIAS(old, field, fl)                                                                      \
	{                                                                                          \
		.name = old, .scope = WPAS_NETWORK, .type = CFG_STRING,                            \
		.offset = offsetof(struct wpas_network, field),                                    \
		.flags = CFG_ALIAS | CFG_UNSET_NULL | (fl)                                         \
	}
#define ALIAS_MACS(old, field)                                                                     \
	{                                                                                          \
		.name = old, .scope = WPAS_NETWORK, .type = CFG_CUSTOM,                            \
		.offset = offsetof(struct wpas_network, field), .parse = macs_parse,               \
		.flags = CFG_ALIAS                                                                 \
	}
#define CUSTOM_PROFILE                                                                             \
	{ROW(multi_ap_profile, CFG_INT), .min = 1, .max = 6,                                       \
		.help = "Multi-AP profile we announce."},

const struct cfg_key wpas_network_keys[] = {
	{ROW(ssid, CFG_STRING), .max = SSID_MAX_LEN, .flags = CFG_UNSET_NULL,
		.help = "Network name; unset with key_mgmt=NONE: any open one."},
	ROW_INT(scan_ssid, 0, 1, 0, "Ask for this SSID by name when scanning (hidden networks).")
		ROW_BSSID(bssid, "Only this access point; any."),
	ROW_BSSID(bssid_hint, "Preferred access point."),
	ROW_MACS(bssid_ignore, "Access points never used, MAC[/mask]."),
	ROW_MACS(bssid_accept, "Access points used, MAC[/mask]; empty = all."),
	ALIAS_MACS("bssid_blacklist", bssid_ignore), ALIAS_MACS("bssid_whitelist", bssid_accept),
	{.name = "psk",
		.scope = WPAS_NETWORK,
		.type = CFG_CUSTOM,
		.parse = psk_parse,
		.print = psk_print,
		.free = psk_free,
		.flags = CFG_SECRET,
		.help = "\"passphrase\" of 8..63 characters, 64 hex digits, or ext:NAME."},
	ROW_INT(mem_only_psk, 0, 1, 0, "Ask for the passphrase, never save it.") ROW_SECRET(
		sae_password, 0, 0, "SAE password.") ROW_STR(sae_password_id, 0, 0,
		"SAE password identifier.") ROW_INT(sae_pwe, 0, 4, 4,
		"SAE element derivation; 4 = global key.") ROW_INT(sae_password_id_change, 0, 1, 0,
		"Password identifiers may change."){ROW(alt_sae_password_ids, CFG_TEXT),
		.flags = CFG_NO_SAVE, .help = "Further SAE password identifiers."},
	ROW_FLAGS(proto, proto_words, "WPA RSN", "WPA versions allowed."),
	ROW_FLAGS(key_mgmt, key_mgmt_words, "WPA-PSK WPA-EAP", "Key management allowed."),
	ROW_INT(bg_scan_period, 0, 0, -1, "Background scan period, driver's.")
		ROW_FLAGS(pairwise, pairwise_words, "CCMP TKIP", "Pairwise ciphers allowed."),
	ROW_FLAGS(group, group_words, "CCMP TKIP", "Group ciphers allowed."),
	ROW_FLAGS(group_mgmt, group_mgmt_words, NULL, "Group management ciphers allowed."),
	ROW_FLAGS(auth_alg, auth_alg_words, NULL, "802.11 authentication algorithms."),
	ROW_INTS(scan_freq, "Frequencies to scan, MHz."),
	ROW_INTS(freq_list, "Frequencies this network may use, MHz."),
	{ROW(eap, CFG_CUSTOM), .parse = eap_parse_methods, .print = text_print_field,
		.free = text_free_field, .flags = CFG_UNSET_NULL,
		.help = "EAP methods; this version has GPSK and WSC."},
	ROW_PASSWORD(password, "EAP password; GPSK: at least 16 octets, neither hash: nor ext:."),
	ROW_PASSWORD(machine_password, "EAP machine password."),
	{ROW(mac_value, CFG_TEXT), .flags = CFG_NO_SAVE, .help = "Address for mac_addr=3."},
	ALIAS("key2_id", key_id2, 0), ALIAS("engine2_id", engine_id2, 0),
	ALIAS("cert2_id", cert_id2, 0), ALIAS("ca_cert2_id", ca_cert_id2, 0),
	ALIAS("private_key_passwd2", private_key2_passwd, CFG_SECRET),
	{ROW(bgscan, CFG_CUSTOM), .parse = bgscan_parse, .print = text_print_field,
		.free = text_free_field, .flags = CFG_UNSET_NULL,
		.help = "Background scans of this network, \"simple:S:R:L\"; \"\" = none."},
	WPAS_NET_KEYS_TAIL(ROW_INT, ROW_STR, ROW_SECRET)};
const size_t wpas_network_key_count = ARRAY_SIZE(wpas_network_keys);
