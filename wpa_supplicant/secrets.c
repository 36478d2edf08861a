/* Secrets of networks that clients bring when they are needed. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

#define VALUE_CAP 512

static const struct field {
	const char *name, *key;
	bool quoted; /* the key wants quotes around what the client sends */
} fields[] = {{"IDENTITY", "identity", true}, {"PASSWORD", "password", true},
	{"NEW_PASSWORD", "password", true}, {"PIN", "pin", true},
	{"PASSPHRASE", "private_key_passwd", true}, {"PSK_PASSPHRASE", "psk", false}};

void wpas_secret_request(struct wpas_if *w, struct wpas_network *n)
{
	char ssid[SSID_TEXT_CAP];

	const char *field = wpas_network_lacks_secret(n), *text = "PSK or passphrase";

	if (strcmp(field, "PSK_PASSPHRASE") != 0)
		text = strcmp(field, "IDENTITY") == 0 ? "Identity" : "Password";
	n->secret_asked = true;
	wpas_event(w, "CTRL-REQ-%s-%u:%s needed for SSID %s", field, n->id, text,
		ssid_text(n->ssid.data, n->ssid.len, ssid, sizeof(ssid)));
	wpas_dbus_network_request(w, n, field, text);
}

static int store(
	struct wpas_if *w, struct wpas_network *n, const struct field *f, const char *value)
{
	char text[VALUE_CAP];
	struct strbuf out = strbuf_over(text, sizeof(text));
	struct cfg_error err;
	int ret = -EINVAL;

	if (strbuf_add(&out, f->quoted ? "\"%s\"" : "%s", value))
		ret = wpas_network_set(w->conf, n, f->key, text, &err);
	else
		cfg_fail(&err, "the value is too long");
	wipe(text, sizeof(text));
	if (ret < 0)
		wpas_log(w, LOG_WARN, "the answer for %s of network %u is refused: %s", f->name,
			n->id, err.text);
	return ret < 0 ? ret : 0;
}

int wpas_secret_reply(
	struct wpas_if *w, struct wpas_network *n, const char *field, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(fields[i].name, field) != 0)
			continue;
		int err = store(w, n, &fields[i], value);
		if (err < 0)
			return err;
		wpas_network_forget_pmk(n);
		n->secret_asked = false;
		if (w->state < WPAS_AUTHENTICATING && !w->conn.user_disconnected)
			wpas_reconnect(w);
		return 0;
	}
	return -ENOENT;
}

/* `<field>-<network id>:<value>` */
static enum ctrl_result cmd_reply(void *ctx, char *args, struct ctrl_request *req)
{
	struct wpas_if *w = ctx;
	char *dash = strchr(args, '-'), *value = dash ? strchr(dash, ':') : NULL;
	int64_t id;

	if (!value)
		return CTRL_FAIL;
	*dash++ = '\0';
	*value++ = '\0';
	if (parse_int(dash, 10, 0, INT32_MAX, &id) < 0)
		return CTRL_FAIL;
	struct wpas_network *n = wpas_conf_network(w->conf, (unsigned)id);
	return n && wpas_secret_reply(w, n, args, value) == 0 ? CTRL_OK : CTRL_FAIL;
}

const struct ctrl_command wpas_cmds_secrets[] = {
	{"CTRL-RSP-", CTRL_PREFIX, CTRL_SECRET, cmd_reply,
		"<field>-<network id>:<value> = answer to a CTRL-REQ event"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
