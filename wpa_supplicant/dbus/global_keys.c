/* Every global key of the configuration is a text property of the interface. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "wpa_supplicant/dbus/dbus_i.h"
#include "wpa_supplicant/keys.h"

#define VALUE_MAX 250 /* octets a client may set */
#define TEXT_FIRST 256
#define TEXT_MAX (1024 * 1024)

struct wpas_dbus_names {
	char name[64];
};

/* Those with a property of a type of their own. */
static const char *const elsewhere[] = {"ap_scan", "country", "fast_reauth", "bss_expiration_age",
	"bss_expiration_scan_count", "pkcs11_engine_path", "pkcs11_module_path", "scan_interval"};

static bool has_property(const struct cfg_key *key)
{
	if (key->scope != WPAS_GLOBAL || key->type == CFG_IGNORED || key->flags & CFG_ALIAS)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++)
		if (strcmp(key->name, elsewhere[i]) == 0)
			return false;
	return true;
}

/* update_config → UpdateConfig */
static void camel_case(const char *key, char *out, size_t cap)
{
	size_t n = 0;
	bool raise = true;

	for (; *key && n + 1 < cap; key++) {
		if (*key == '_') {
			raise = true;
			continue;
		}
		out[n++] = raise ? (char)toupper((unsigned char)*key) : *key;
		raise = false;
	}
	out[n] = '\0';
}

char *wpas_dbus_key_text(const struct cfg_key *key, const void *obj)
{
	for (size_t cap = TEXT_FIRST; cap <= TEXT_MAX; cap *= 8) {
		char *text = malloc(cap);
		if (!text)
			return NULL;
		struct strbuf value = strbuf_over(text, cap);
		bool is_set = cfg_print(key, obj, &value) && value.len;
		if (is_set && !value.full)
			return text;
		wipe(text, cap);
		free(text);
		if (!is_set && !value.full)
			return NULL;
	}
	return NULL;
}

void wpas_dbus_put_key(struct bus_out *out, const struct cfg_key *key, const void *obj)
{
	char *text = wpas_dbus_key_text(key, obj);

	bus_put_str(out, text ? text : "");
	free(text);
}

static int get_key(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_if *i = ctx;
	const struct cfg_key *key = p->arg;

	if (key->flags & (CFG_SECRET | WPAS_NOT_READABLE))
		bus_put_str(out, "");
	else
		wpas_dbus_put_key(out, key, i->w->conf);
	return 0;
}

static int set_key(
	void *ctx, const struct bus_property *p, DBusMessageIter *in, struct bus_call *call)
{
	const struct wpas_dbus_if *i = ctx;
	const struct cfg_key *key = p->arg;
	const char *value = "";
	struct cfg_error err;

	bus_get_str(in, &value);
	if (strlen(value) > VALUE_MAX) {
		bus_fail(call, BUS_ERROR_INVALID_ARGS, "Interface property %s value too large",
			p->name);
		return -EMSGSIZE;
	}
	if (wpas_set_key(i->w, key->name, value, &err) >= 0)
		return 0;
	bus_fail(call, BUS_ERROR_INVALID_ARGS, "Failed to set interface property %s", p->name);
	return -EINVAL;
}

static size_t count_fixed(void)
{
	size_t n = 0;
	while (wpas_dbus_if_fixed_properties[n].name)
		n++;
	return n;
}

int wpas_dbus_make_if_properties(struct wpas_dbus *d)
{
	const struct cfg_table *keys = wpas_keys_table(d->s->keys);
	size_t n = count_fixed();

	d->if_properties = calloc(n + cfg_count(keys) + 1, sizeof(*d->if_properties));
	d->key_names = calloc(cfg_count(keys), sizeof(*d->key_names));
	if (!d->if_properties || !d->key_names)
		return -ENOMEM;
	memcpy(d->if_properties, wpas_dbus_if_fixed_properties, n * sizeof(*d->if_properties));
	for (size_t k = 0; k < cfg_count(keys); k++) {
		const struct cfg_key *key = cfg_at(keys, k);
		if (!has_property(key))
			continue;
		camel_case(key->name, d->key_names[k].name, sizeof(d->key_names[k].name));
		d->if_properties[n++] = (struct bus_property){.name = d->key_names[k].name,
			.type = "s",
			.get = get_key,
			.set = set_key,
			.arg = key,
			.help = key->help};
	}
	return 0;
}

void wpas_dbus_free_if_properties(struct wpas_dbus *d)
{
	free(d->if_properties);
	free(d->key_names);
}
