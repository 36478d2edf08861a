/* What this build and this radio can do, as clients ask for it. */
#include <ctype.h>

#include "wpa_supplicant/dbus/if_i.h"

#define WORDS_CAP 512
#define WORDS_MAX 40

/* Names of key management on the bus, in this order, and in GET_CAPABILITY. */
struct word {
	const char *bus, *control;
};
static const struct word key_mgmts[] = {{"none", "NONE"}, {"ieee8021x", "IEEE8021X"},
	{"wpa-eap", "WPA-EAP"}, {"wpa-ft-eap", "FT-EAP"}, {"wpa-eap-sha256", "WPA-EAP-SHA256"},
	{"wpa-psk", "WPA-PSK"}, {"wpa-ft-psk", "FT-PSK"}, {"wpa-psk-sha256", "WPA-PSK-SHA256"},
	{"wpa-none", "WPA-NONE"}, {"wps", NULL}, {"sae", "SAE"}, {"owe", "OWE"}, {NULL, NULL}};
static const struct word modes[] = {{"infrastructure", NULL}, {"ad-hoc", "IBSS"}, {"ap", "AP"},
	{"p2p", "P2P"}, {"mesh", "MESH"}, {NULL, NULL}};
static const struct word scans[] = {
	{"active", NULL}, {"passive", NULL}, {"ssid", NULL}, {NULL, NULL}};

struct list {
	const char *words[WORDS_MAX];
	size_t count;
	char text[WORDS_CAP];
};

static void lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* Words of a GET_CAPABILITY answer. */
static void read_words(const struct wpas_if *w, const char *field, bool lower_case, struct list *l)
{
	struct strbuf text = strbuf_over(l->text, sizeof(l->text));
	char *save = NULL;

	l->count = 0;
	wpas_capability(w, field, &text);
	if (lower_case)
		lower(l->text);
	for (char *word = strtok_r(l->text, " ", &save); word && l->count < WORDS_MAX;
		word = strtok_r(NULL, " ", &save))
		l->words[l->count++] = word;
}

static bool has(const struct list *l, const char *word)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->words[i], word) == 0)
			return true;
	return false;
}

static void translate(struct list *l, const struct word *names)
{
	const char *out[WORDS_MAX];
	size_t n = 0;

	for (; names->bus; names++)
		if (!names->control || has(l, names->control))
			out[n++] = names->bus;
	memcpy(l->words, out, n * sizeof(out[0]));
	l->count = n;
}

static const struct {
	const char *key, *field;
	const struct word *names; /* NULL: the same words in lower case */
} lists[] = {{"Pairwise", "pairwise", NULL}, {"Group", "group", NULL},
	{"GroupMgmt", "group_mgmt", NULL}, {"KeyMgmt", "key_mgmt", key_mgmts},
	{"Protocol", "proto", NULL}, {"AuthAlg", "auth_alg", NULL}, {"Scan", "", scans},
	{"Modes", "modes", modes}};

int wpas_dbus_get_capabilities(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct bus_dict d;
	struct list l;

	bus_dict_open(out, &d);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		read_words(w, lists[i].field, !lists[i].names, &l);
		if (lists[i].names)
			translate(&l, lists[i].names);
		bus_dict_strs(&d, lists[i].key, l.words, l.count);
	}
	bus_dict_i32(&d, "MaxScanSSID", (int32_t)wpas_if_caps(w)->max_scan_ssids);
	bus_dict_close(&d);
	return 0;
}

/* --- of the daemon --- */

int wpas_dbus_get_eap_methods(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	struct list l;

	read_words(NULL, "eap", false, &l);
	bus_put_strs(out, l.words, l.count);
	return 0;
}

/* A feature is here when GET_CAPABILITY has its word. */
static const struct {
	const char *bus, *field, *control;
} features[] = {{"ap", "modes", "AP"}, {"ibss-rsn", "modes", "IBSS"}, {"p2p", "modes", "P2P"},
	{"pmf", "group_mgmt", "AES-128-CMAC"}, {"mesh", "modes", "MESH"},
	{"fils", "key_mgmt", "FILS-SHA256"}, {"ft", "key_mgmt", "FT-PSK"},
	{"sha384", "key_mgmt", "WPA-EAP-SUITE-B-192"}, {"owe", "key_mgmt", "OWE"},
	{"suiteb192", "key_mgmt", "WPA-EAP-SUITE-B-192"}, {"wep_disabled", NULL, NULL}};

int wpas_dbus_get_root_capabilities(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const char *names[ARRAY_SIZE(features)];
	struct list l;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		if (features[i].field)
			read_words(NULL, features[i].field, false, &l);
		if (!features[i].field || has(&l, features[i].control))
			names[n++] = features[i].bus;
	}
	bus_put_strs(out, names, n);
	return 0;
}
