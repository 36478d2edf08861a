#include "wps/wps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"

const char *wps_error_indication_text(unsigned ei)
{
	static const char *const text[] = {
		[WPS_EI_NO_ERROR] = "No Error",
		[WPS_EI_TKIP_ONLY] = "TKIP Only Prohibited",
		[WPS_EI_WEP] = "WEP Prohibited",
		[WPS_EI_AUTH_FAILURE] = "Authentication Failure",
	};
	return ei < ARRAY_SIZE(text) ? text[ei] : "Unknown";
}

const char *wps_type_text(const uint8_t type[8], char *out)
{
	snprintf(out, WPS_TYPE_TEXT_LEN, "%u-%02X%02X%02X%02X-%u", type[0] << 8 | type[1], type[2],
		type[3], type[4], type[5], type[6] << 8 | type[7]);
	return out;
}

/* One decimal number up to 65535 that must end in `end`; NULL when it does not. */
static const char *parse_u16(const char *text, char end, uint8_t out[2])
{
	unsigned v = 0;
	const char *p = text;
	for (; *p >= '0' && *p <= '9' && v <= 0xffff; p++)
		v = v * 10 + (unsigned)(*p - '0');
	if (p == text || v > 0xffff || *p != end)
		return NULL;
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
	return *p ? p + 1 : p;
}

int wps_type_parse(const char *text, uint8_t type[8])
{
	uint8_t v[8];
	const char *oui = parse_u16(text, '-', v);

	if (!oui || strlen(oui) < 10 || oui[8] != '-' || hex_decode(oui, 8, v + 2, 4) != 4)
		return -EINVAL;
	if (!parse_u16(oui + 9, '\0', v + 6))
		return -EINVAL;
	memcpy(type, v, sizeof(v));
	return 0;
}

const char *wps_uuid_text(const uint8_t uuid[WPS_UUID_LEN], char *out)
{
	static const uint8_t group[] = {4, 2, 2, 2, 6};
	struct strbuf s = strbuf_over(out, WPS_UUID_TEXT_LEN);

	for (size_t i = 0, at = 0; i < ARRAY_SIZE(group); at += group[i], i++) {
		if (i)
			strbuf_add(&s, "-");
		strbuf_add_hex(&s, uuid + at, group[i]);
	}
	return out;
}

int wps_uuid_parse(const char *text, uint8_t uuid[WPS_UUID_LEN])
{
	static const uint8_t group[] = {4, 2, 2, 2, 6};
	uint8_t v[WPS_UUID_LEN];
	size_t at = 0;

	if (strlen(text) < WPS_UUID_TEXT_LEN - 1)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(group); i++) {
		if (i && *text++ != '-')
			return -EINVAL;
		if (hex_decode(text, 2u * group[i], v + at, group[i]) != group[i])
			return -EINVAL;
		text += 2 * group[i];
		at += group[i];
	}
	memcpy(uuid, v, sizeof(v));
	return 0;
}

int wps_uuid_from_mac(const uint8_t mac[MAC_LEN], uint8_t uuid[WPS_UUID_LEN])
{
	static const uint8_t name_space[16] = {0x52, 0x64, 0x80, 0xf8, 0xc9, 0x9b, 0x4b, 0xe5, 0xa6,
		0x55, 0x58, 0xed, 0x5f, 0x5d, 0x60, 0x84};
	const struct crypto_part parts[] = {{name_space, sizeof(name_space)}, {mac, MAC_LEN}};
	uint8_t hash[SHA1_LEN];
	int err = sha1(parts, ARRAY_SIZE(parts), hash);
	if (err)
		return err;
	memcpy(uuid, hash, WPS_UUID_LEN);
	uuid[6] = (uint8_t)(5 << 4 | (uuid[6] & 0x0f)); /* version, RFC 4122, 4.1.3 */
	uuid[8] = 0x80 | (uuid[8] & 0x3f);              /* variant, 4.1.1 */
	return 0;
}

static const struct {
	const char *word;
	uint16_t bits;
} methods[] = {
	{"ethernet", WPS_METHOD_ETHERNET},
	{"label", WPS_METHOD_LABEL},
	{"display", WPS_METHOD_DISPLAY},
	{"ext_nfc_token", WPS_METHOD_EXT_NFC},
	{"int_nfc_token", WPS_METHOD_INT_NFC},
	{"nfc_interface", WPS_METHOD_NFC},
	{"push_button", WPS_METHOD_PUSHBUTTON},
	{"keypad", WPS_METHOD_KEYPAD},
	{"virtual_display", WPS_METHOD_VIRT_DISPLAY},
	{"physical_display", WPS_METHOD_PHY_DISPLAY},
	{"virtual_push_button", WPS_METHOD_VIRT_PUSHBUTTON},
	{"physical_push_button", WPS_METHOD_PHY_PUSHBUTTON},
	{"p2ps", WPS_METHOD_P2PS},
};

static uint16_t method_bits(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (strlen(methods[i].word) == len && !strncmp(methods[i].word, word, len))
			return methods[i].bits;
	return 0;
}

uint16_t wps_config_methods_parse(const char *text)
{
	uint16_t mask = 0;

	while (*text) {
		size_t len = strcspn(text, " \t,");
		mask |= method_bits(text, len);
		text += len + strspn(text + len, " \t,");
	}
	/* WSC 2.0 wants to know which kind of display and button it is. */
	if ((mask & (WPS_METHOD_VIRT_DISPLAY | WPS_METHOD_PHY_DISPLAY)) == WPS_METHOD_DISPLAY)
		mask |= WPS_METHOD_VIRT_DISPLAY;
	if ((mask & (WPS_METHOD_VIRT_PUSHBUTTON | WPS_METHOD_PHY_PUSHBUTTON)) ==
		WPS_METHOD_PUSHBUTTON)
		mask |= WPS_METHOD_VIRT_PUSHBUTTON;
	return mask;
}

/* Weights 3 and 1 from the checksum digit's left neighbour on, WSC 2.0, 7.4.1. */
static uint32_t pin_checksum(uint32_t pin7)
{
	uint32_t sum = 0;
	for (unsigned weight = 3; pin7; pin7 /= 10, weight ^= 2)
		sum += weight * (pin7 % 10);
	return (10 - sum % 10) % 10;
}

bool wps_pin_valid(uint32_t pin)
{
	return pin % 10 == pin_checksum(pin / 10);
}

uint32_t wps_pin_generate(void)
{
	uint32_t v;
	random_bytes(&v, sizeof(v));
	v %= 10000000;
	return v * 10 + pin_checksum(v);
}
