/* Commands that change or apply the configuration of a radio or BSS. */
#include "hostapd/hostapd_i.h"

#include <errno.h>

#define REASON_CAP 512

static enum ctrl_result result(int err)
{
	return err < 0 ? CTRL_FAIL : CTRL_OK;
}

static enum ctrl_result cmd_enable(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	char text[REASON_CAP];
	struct strbuf reason = strbuf_over(text, sizeof(text));

	return result(hostapd_iface_enable(b->iface, &reason));
}

static enum ctrl_result cmd_disable(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;

	if (!ap_radio_active(b->iface->radio))
		return CTRL_FAIL;
	/* Settings that came by WPS are in memory: ENABLE brings them. */
	timer_stop(&b->iface->wps_reload.timer);
	ap_radio_disable(b->iface->radio);
	return CTRL_OK;
}

static bool config_is_good(const struct hostapd_bss *b)
{
	struct cfg_error err = {""};

	if (hostapd_conf_check(b->iface->conf, true, &err) == 0)
		return true;
	log_msg(LOG_ERR, "%s", err.text);
	return false;
}

static enum ctrl_result cmd_reload(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;

	return config_is_good(b) ? result(hostapd_iface_reload(b->iface)) : CTRL_FAIL;
}

static enum ctrl_result cmd_reload_bss(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;

	return config_is_good(b) ? result(hostapd_bss_reload(b)) : CTRL_FAIL;
}

static enum ctrl_result cmd_reload_config(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	return result(hostapd_iface_reload_config(b->iface));
}

static enum ctrl_result cmd_reload_wpa_psk(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	return result(ap_bss_reload_psk(b->ap));
}

static enum ctrl_result cmd_update_beacon(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	return result(ap_bss_update_beacon(b->ap));
}

static enum ctrl_result cmd_stop_ap(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	return result(ap_radio_stop_beaconing(b->iface->radio));
}

/* Values that must not be taken although their row would. */
static int check_value(
	struct hostapd_bss *b, const char *key, const char *value, struct cfg_error *err)
{
	if (strcmp(key, "interface") == 0 &&
		!hostapd_bss_can_rename(hostapd_bss_first(b->iface), value))
		return cfg_fail(err, "only a radio that is down can get another, unused interface");
	if (strcmp(key, "driver") == 0 && !driver_find(value))
		return cfg_fail(err, "no driver '%s' is built in", value);
	return 0;
}

/* A radio that runs the handshakes and takes no keys of ours could not start with some values any
 * more: better to say so now than at the next start. What was impossible before may be on its way
 * to become possible. */
static int check_key_mgmt(
	const struct hostapd_bss *b, const struct hostapd_conf *changed, struct cfg_error *err)
{
	struct cfg_error before;
	struct strbuf of_before = strbuf_over(before.text, sizeof(before.text));
	struct strbuf reason = strbuf_over(err->text, sizeof(err->text));

	if (ap_bss_key_mgmt_check(b->ap, hostapd_bss_conf(b), &of_before) < 0)
		return 0;
	return ap_bss_key_mgmt_check(b->ap, changed->bss[hostapd_bss_index(b)], &reason);
}

/* Stores the value, unless the whole configuration would be inconsistent with it. */
static int set_checked(
	struct hostapd_bss *b, const char *key, const char *value, struct cfg_error *err)
{
	struct hostapd_conf *conf = b->iface->conf;
	struct hostapd_conf *changed = hostapd_conf_copy(conf);
	size_t n = hostapd_bss_index(b);
	int rc = changed ? hostapd_conf_set(changed, n, key, value, err) : -ENOMEM;

	if (rc == 0)
		rc = hostapd_conf_check(changed, false, err);
	if (rc == 0)
		rc = check_key_mgmt(b, changed, err);
	if (rc == 0)
		rc = hostapd_conf_set(conf, n, key, value, err);
	hostapd_conf_free(changed);
	return rc;
}

/* Most values count from the next RELOAD, ENABLE or UPDATE_BEACON; these at once. */
static void act_at_once(struct hostapd_bss *b, const char *key)
{
	if (strcmp(key, "interface") == 0)
		hostapd_bss_rename(hostapd_bss_first(b->iface));
	else if (strcmp(key, "accept_mac_file") == 0 || strcmp(key, "deny_mac_file") == 0)
		ap_bss_apply_acl(b->ap);
	else if (strcmp(key, "ap_pin") == 0)
		ap_bss_wps_take_ap_pin(b->ap);
	else if (str_starts(key, "wmm_ac_", NULL) || str_starts(key, "wme_ac_", NULL))
		ap_bss_update_beacon(b->ap);
}

static enum ctrl_result cmd_set(void *ctx, char *args, struct ctrl_request *req)
{
	struct hostapd_bss *b = ctx;
	struct cfg_error err = {""};
	char *value = strchr(args, ' ');

	if (!value)
		return CTRL_FAIL;
	*value++ = '\0';
	int rc = hostapd_testing_set(b, args, value);
	if (rc != -ENOENT)
		return result(rc);
	rc = check_value(b, args, value, &err);
	if (rc == 0)
		rc = set_checked(b, args, value, &err);
	if (rc < 0) {
		log_msg(LOG_ERR, "%s: SET %s: %s", b->ifname, args, err.text);
		return CTRL_FAIL;
	}
	act_at_once(b, args);
	return CTRL_OK;
}

const struct ctrl_command hostapd_commands_config[] = {
	{"ENABLE", CTRL_EXACT, 0, cmd_enable, "= bring the radio up"},
	{"DISABLE", CTRL_EXACT, 0, cmd_disable, "= take the radio down, configuration stays"},
	{"RELOAD", CTRL_EXACT, 0, cmd_reload, "= apply changed values to the radio's BSSs"},
	{"RELOAD_BSS", CTRL_EXACT, 0, cmd_reload_bss, "= apply changed values to this BSS"},
	{"RELOAD_CONFIG", CTRL_EXACT, 0, cmd_reload_config, "= read the configuration file again"},
	{"RELOAD_WPA_PSK", CTRL_EXACT, 0, cmd_reload_wpa_psk, "= read wpa_psk_file again"},
	{"UPDATE_BEACON", CTRL_EXACT, 0, cmd_update_beacon, "= rebuild the Beacon frame"},
	{"STOP_AP", CTRL_EXACT, 0, cmd_stop_ap, "= stop beaconing"},
	{"SET", CTRL_ARGS, CTRL_SECRET, cmd_set, "<key> <value> = change a configuration value"},
	{0},
};
