/* Parsers and printers of the configuration keys whose values have a form of their own. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ap/acl.h"
#include "hostapd/keys.h"
#include "utils/file.h"
#include "utils/log.h"
#include "wps/wps.h"

#define MAC_FILE_MAX (16u << 20)
#define CRED_FILE_MAX (64u << 10)

static void *field(void *obj, const struct cfg_key *key)
{
	return (char *)obj + key->offset;
}

static const void *cfield(const void *obj, const struct cfg_key *key)
{
	return (const char *)obj + key->offset;
}

HOSTAPD_PARSER(hostapd_parse_ifname)
{
	size_t len = strlen(value);

	if (len == 0 || len >= IFNAMSIZ || strpbrk(value, "/ \t"))
		return cfg_fail(err, "'%s' is not an interface name (1..%d characters)", value,
			IFNAMSIZ - 1);
	memset(field(obj, key), 0, IFNAMSIZ);
	memcpy(field(obj, key), value, len);
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_ifname)
{
	const char *name = cfield(obj, key);

	return name[0] && strbuf_add(out, "%s", name);
}

HOSTAPD_PARSER(hostapd_parse_country)
{
	char *country = field(obj, key);

	if (!isupper((unsigned char)value[0]) || !isupper((unsigned char)value[1]))
		return cfg_fail(err, "'%s' is not a country code (two capital letters)", value);
	country[0] = value[0];
	country[1] = value[1];
	country[2] = '\0';
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_country)
{
	const char *country = cfield(obj, key);

	return country[0] && strbuf_add(out, "%s", country);
}

HOSTAPD_PARSER(hostapd_parse_ssid)
{
	size_t len = strlen(value);

	if (len == 0 || len > SSID_MAX_LEN)
		return cfg_fail(err, "SSID has %zu bytes, allowed are 1..%d", len, SSID_MAX_LEN);
	return bytes_set(field(obj, key), value, len);
}

/* Raw text cannot hold every byte: what it cannot hold goes out as the alias `ssid2` would read it.
 */
HOSTAPD_PRINTER(hostapd_print_ssid)
{
	const struct bytes *ssid = cfield(obj, key);

	return ssid->len && strbuf_add(out, "%.*s", (int)ssid->len, (const char *)ssid->data);
}

static int check_passphrase(const char *value, struct cfg_error *err)
{
	size_t len = strlen(value);

	if (len < 8 || len > 63)
		return cfg_fail(err, "passphrase has %zu characters, allowed are 8..63", len);
	for (const char *p = value; *p; p++)
		if (iscntrl((unsigned char)*p))
			return cfg_fail(err, "passphrase contains a control character");
	return 0;
}

static int check_psk(const char *value, uint8_t psk[32], struct cfg_error *err)
{
	if (strlen(value) != 64 || hex_decode(value, 64, psk, 32) != 32)
		return cfg_fail(err, "PSK must be exactly 64 hex digits");
	return 0;
}

static int replace_secret_text(char **dst, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	str_wipe_free(*dst);
	*dst = copy;
	return 0;
}

/* A passphrase and a PSK exclude each other: the later line counts. */
static int set_passphrase(
	char **passphrase, struct bytes *psk, const char *value, struct cfg_error *err)
{
	if (check_passphrase(value, err) < 0)
		return -EINVAL;
	bytes_clear(psk);
	return replace_secret_text(passphrase, value);
}

static int set_psk(char **passphrase, struct bytes *psk, const char *value, struct cfg_error *err)
{
	uint8_t raw[32];
	int rc = check_psk(value, raw, err);

	if (rc == 0) {
		str_wipe_free(*passphrase);
		*passphrase = NULL;
		rc = bytes_set(psk, raw, sizeof(raw));
	}
	wipe(raw, sizeof(raw));
	return rc;
}

HOSTAPD_PARSER(hostapd_parse_passphrase)
{
	struct ap_bss_config *b = obj;

	return set_passphrase(&b->wpa_passphrase, &b->wpa_psk, value, err);
}

HOSTAPD_PARSER(hostapd_parse_psk)
{
	struct ap_bss_config *b = obj;

	return set_psk(&b->wpa_passphrase, &b->wpa_psk, value, err);
}

HOSTAPD_PARSER(hostapd_parse_backhaul_passphrase)
{
	struct ap_bss_config *b = obj;

	return set_passphrase(
		&b->multi_ap_backhaul_wpa_passphrase, &b->multi_ap_backhaul_wpa_psk, value, err);
}

HOSTAPD_PARSER(hostapd_parse_backhaul_psk)
{
	struct ap_bss_config *b = obj;

	return set_psk(
		&b->multi_ap_backhaul_wpa_passphrase, &b->multi_ap_backhaul_wpa_psk, value, err);
}

HOSTAPD_PRINTER(hostapd_print_passphrase)
{
	char *const *text = cfield(obj, key);

	return *text && strbuf_add(out, "%s", *text);
}

HOSTAPD_PRINTER(hostapd_print_psk)
{
	const struct bytes *psk = cfield(obj, key);

	return psk->len && strbuf_add_hex(out, psk->data, psk->len);
}

HOSTAPD_PARSER(hostapd_parse_rates)
{
	struct ap_bss_config *b = obj;
	bool basic = key->offset == offsetof(struct ap_bss_config, basic_rates);
	uint16_t rates[ARRAY_SIZE(b->supported_rates)];
	size_t count = 0;
	_cleanup_(freep) char *copy = strdup(value);
	char *save = NULL;

	if (!copy)
		return -ENOMEM;
	for (char *w = strtok_r(copy, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		int64_t rate;
		if (count == ARRAY_SIZE(rates))
			return cfg_fail(err, "more than %zu rates", ARRAY_SIZE(rates));
		if (parse_int(w, 10, 5, 10000, &rate) < 0)
			return cfg_fail(err, "'%s' is not a rate in units of 100 kb/s", w);
		rates[count++] = (uint16_t)rate;
	}
	memcpy(field(obj, key), rates, count * sizeof(rates[0]));
	*(basic ? &b->basic_rate_count : &b->supported_rate_count) = count;
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_rates)
{
	const struct ap_bss_config *b = obj;
	bool basic = key->offset == offsetof(struct ap_bss_config, basic_rates);
	size_t count = basic ? b->basic_rate_count : b->supported_rate_count;
	const uint16_t *rates = cfield(obj, key);

	for (size_t i = 0; i < count; i++)
		strbuf_add(out, "%s%u", i ? " " : "", rates[i]);
	return count > 0;
}

HOSTAPD_PARSER(hostapd_parse_channel)
{
	int64_t channel;

	if (strcmp(value, "acs_survey") == 0)
		return cfg_fail(err, "automatic channel selection is not built: name a channel");
	if (parse_int(value, 10, 0, 255, &channel) < 0)
		return cfg_fail(err, "'%s' is not a channel number (0..255)", value);
	*(int *)field(obj, key) = (int)channel;
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_channel)
{
	return hostapd_print_int(obj, key, out);
}

HOSTAPD_PRINTER(hostapd_print_int)
{
	return strbuf_add(out, "%d", *(const int *)cfield(obj, key));
}

static const struct cfg_word ht_words[] = {
	{"[LDPC]", 0x0001},
	{"[HT40-]", 0x0002},
	{"[HT40+]", 0x0002},
	{"[GF]", 0x0010},
	{"[SHORT-GI-20]", 0x0020},
	{"[SHORT-GI-40]", 0x0040},
	{"[TX-STBC]", 0x0080},
	{"[RX-STBC1]", 0x0100},
	{"[RX-STBC12]", 0x0200},
	{"[RX-STBC123]", 0x0300},
	{"[DELAYED-BA]", 0x0400},
	{"[MAX-AMSDU-7935]", 0x0800},
	{"[DSSS_CCK-40]", 0x1000},
	{"[40-INTOLERANT]", 0x4000},
	{"[LSIG-TXOP-PROT]", 0x8000},
};

HOSTAPD_PARSER(hostapd_parse_ht_capab)
{
	struct ap_radio_config *r = obj;

	for (size_t i = 0; i < ARRAY_SIZE(ht_words); i++)
		if (strstr(value, ht_words[i].word))
			r->ht_capab |= ht_words[i].value;
	r->secondary_channel = strstr(value, "[HT40+]") ? 1 : strstr(value, "[HT40-]") ? -1 : 0;
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_ht_capab)
{
	const struct ap_radio_config *r = obj;
	const char *skip = r->secondary_channel > 0 ? "[HT40-]" : "[HT40+]";

	for (size_t i = 0; i < ARRAY_SIZE(ht_words); i++)
		if ((r->ht_capab & ht_words[i].value) == ht_words[i].value &&
			strcmp(ht_words[i].word, skip) != 0)
			strbuf_add(out, "%s", ht_words[i].word);
	return r->ht_capab != 0;
}

/* `<mac>[ <vlan id>]`, `-<mac>` removes. Returns 0 or cfg_fail(). */
static int parse_acl_line(struct ap_acl *acl, const char *line, struct cfg_error *err)
{
	bool removes = line[0] == '-';
	const char *rest;
	uint8_t addr[MAC_LEN];
	int64_t vlan_id = 0;

	if (mac_parse(line + removes, addr, &rest) < 0)
		return cfg_fail(err, "'%s' does not begin with a MAC address", line);
	rest += strspn(rest, " \t");
	if (*rest && parse_int(rest, 10, 0, 4094, &vlan_id) < 0)
		return cfg_fail(err, "'%s' is not a VLAN id (0..4094)", rest);
	if (removes) {
		ap_acl_remove(acl, addr);
		return 0;
	}
	return ap_acl_add(acl, addr, (int)vlan_id);
}

HOSTAPD_PARSER(hostapd_parse_acl_file)
{
	_cleanup_(bytes_clear) struct bytes text = {0};
	_cleanup_(ap_acl_clear) struct ap_acl grown = {0};
	struct ap_acl *acl = field(obj, key);
	struct cfg_error line_err;
	char *save = NULL;
	int number = 0;
	int rc = file_read(value, MAC_FILE_MAX, &text);

	if (rc == -ENOENT)
		return cfg_fail(err, "MAC list file '%s' not found.", value);
	if (rc < 0)
		return cfg_fail(err, "MAC list file '%s': %s", value, strerror(-rc));
	/* A copy, so that a bad file changes nothing. */
	if (ap_acl_copy(&grown, acl) < 0)
		return -ENOMEM;
	for (char *line = (char *)text.data; line && *line; line = save) {
		size_t len = strcspn(line, "\n");
		save = line[len] ? line + len + 1 : line + len;
		line[len] = '\0';
		number++;
		line[strcspn(line, "\r")] = '\0';
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (parse_acl_line(&grown, line, &line_err) < 0)
			return cfg_fail(err, "Invalid MAC address at line %d in '%s': %.100s",
				number, value, line_err.text);
	}
	struct ap_acl old = *acl;
	*acl = grown;
	grown = old;
	return 0;
}

void hostapd_free_acl(void *obj, const struct cfg_key *key)
{
	ap_acl_clear(field(obj, key));
}

void hostapd_free_bytes(void *obj, const struct cfg_key *key)
{
	bytes_clear(field(obj, key));
}

void hostapd_free_text(void *obj, const struct cfg_key *key)
{
	char **text = field(obj, key);

	str_wipe_free(*text);
	*text = NULL;
}

int hostapd_copy_acl(void *dst, const void *src, const struct cfg_key *key)
{
	struct ap_acl *acl = field(dst, key);

	*acl = (struct ap_acl){0}; /* it was src's */
	return ap_acl_copy(acl, cfield(src, key));
}

int hostapd_copy_bytes(void *dst, const void *src, const struct cfg_key *key)
{
	const struct bytes *from = cfield(src, key);
	struct bytes *to = field(dst, key);

	*to = (struct bytes){0};
	return from->len ? bytes_set(to, from->data, from->len) : 0;
}

int hostapd_copy_text(void *dst, const void *src, const struct cfg_key *key)
{
	char *const *from = cfield(src, key);
	char **to = field(dst, key);

	*to = *from ? strdup(*from) : NULL;
	return *from && !*to ? -ENOMEM : 0;
}

HOSTAPD_PARSER(hostapd_parse_uuid)
{
	uint8_t uuid[WPS_UUID_LEN];

	if (wps_uuid_parse(value, uuid) < 0)
		return cfg_fail(err, "'%s' is not a UUID (8-4-4-4-12 hex digits)", value);
	memcpy(field(obj, key), uuid, sizeof(uuid));
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_uuid)
{
	static const uint8_t none[WPS_UUID_LEN];
	char text[WPS_UUID_TEXT_LEN];

	return memcmp(cfield(obj, key), none, sizeof(none)) != 0 &&
	       strbuf_add(out, "%s", wps_uuid_text(cfield(obj, key), text));
}

HOSTAPD_PARSER(hostapd_parse_device_type)
{
	uint8_t type[8];

	if (wps_type_parse(value, type) < 0)
		return cfg_fail(err, "'%s' is not <category>-<8 hex digits>-<subcategory>", value);
	memcpy(field(obj, key), type, sizeof(type));
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_device_type)
{
	char text[WPS_TYPE_TEXT_LEN];

	return strbuf_add(out, "%s", wps_type_text(cfield(obj, key), text));
}

HOSTAPD_PARSER(hostapd_parse_os_version)
{
	uint8_t version[4];

	if (strlen(value) != 8 || hex_decode(value, 8, version, sizeof(version)) != 4)
		return cfg_fail(err, "'%s' is not an OS version (8 hex digits)", value);
	memcpy(field(obj, key), version, sizeof(version));
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_os_version)
{
	return strbuf_add_hex(out, cfield(obj, key), 4);
}

HOSTAPD_PARSER(hostapd_parse_file_bytes)
{
	struct bytes content = {0};
	struct bytes *dst = field(obj, key);
	int rc = file_read(value, CRED_FILE_MAX, &content);

	if (rc < 0)
		return cfg_fail(err, "could not read '%s': %s", value, strerror(-rc));
	bytes_clear(dst);
	*dst = content;
	return 0;
}

static const struct cfg_word rf_bands[] = {
	{"a", WPS_RF_50GHZ},
	{"b", WPS_RF_24GHZ},
	{"g", WPS_RF_24GHZ},
	{"bg", WPS_RF_24GHZ},
	{"ag", WPS_RF_24GHZ | WPS_RF_50GHZ},
	{"ga", WPS_RF_24GHZ | WPS_RF_50GHZ},
	{"ad", WPS_RF_60GHZ},
};

HOSTAPD_PARSER(hostapd_parse_rf_bands)
{
	for (size_t i = 0; i < ARRAY_SIZE(rf_bands); i++)
		if (strcmp(rf_bands[i].word, value) == 0) {
			*(unsigned *)field(obj, key) = rf_bands[i].value;
			return 0;
		}
	return cfg_fail(err, "unknown band '%s'; allowed are a b g ag ga ad", value);
}

/* Without this key the network would be an open one: that must not happen unnoticed. */
HOSTAPD_PARSER(hostapd_parse_wep_key)
{
	return *value ? cfg_fail(err, "WEP is broken and not supported; remove the wep_key lines "
				      "and set wpa=2 and wpa_passphrase")
		      : 0;
}

HOSTAPD_PRINTER(hostapd_print_rf_bands)
{
	unsigned bands = *(const unsigned *)cfield(obj, key);

	for (size_t i = 0; i < ARRAY_SIZE(rf_bands); i++)
		if (rf_bands[i].value == bands)
			return strbuf_add(out, "%s", rf_bands[i].word);
	return false;
}

HOSTAPD_PARSER(hostapd_parse_cw)
{
	int64_t cw;

	if (parse_int(value, 10, 1, 32767, &cw) < 0 || (cw & (cw + 1)) != 0)
		return cfg_fail(err, "'%s' is not a contention window (1 3 7 15 … 32767)", value);
	*(int *)field(obj, key) = (int)cw;
	return 0;
}

HOSTAPD_PARSER(hostapd_parse_burst)
{
	char whole[8];
	size_t len = strcspn(value, ".");
	int64_t ms, tenth = 0;

	if (len == 0 || len >= sizeof(whole))
		return cfg_fail(err, "'%s' is not a time in ms with one decimal", value);
	memcpy(whole, value, len);
	whole[len] = '\0';
	if (parse_int(whole, 10, 0, 8191, &ms) < 0 ||
		(value[len] && parse_int(value + len + 1, 10, 0, 9, &tenth) < 0))
		return cfg_fail(err, "'%s' is not a time in ms with one decimal", value);
	*(int *)field(obj, key) = (int)(ms * 10 + tenth);
	return 0;
}

HOSTAPD_PARSER(hostapd_parse_list_words)
{
	_cleanup_(freep) char *copy = strdup(value);
	unsigned mask = 0;
	char *save = NULL;

	if (!copy)
		return -ENOMEM;
	for (char *w = strtok_r(copy, " \t\r", &save); w; w = strtok_r(NULL, " \t\r", &save)) {
		const struct cfg_word *known = key->words;
		while (known->word && strcmp(known->word, w) != 0)
			known++;
		if (!known->word)
			return cfg_fail(err, "unknown %s '%s'", key->name, w);
		mask |= known->value;
	}
	if (!mask)
		return cfg_fail(err, "%s names nothing", key->name);
	*(unsigned *)field(obj, key) = mask;
	return 0;
}

HOSTAPD_PRINTER(hostapd_print_list_words)
{
	unsigned mask = *(const unsigned *)cfield(obj, key);
	bool first = true;

	for (const struct cfg_word *w = key->words; w->word; w++)
		if (mask & w->value) {
			strbuf_add(out, "%s%s", first ? "" : " ", w->word);
			first = false;
		}
	return mask != 0;
}
