/* hostapd's configuration object: BSS sections, files, SET, the full check. */
#include "hostapd/conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/driver.h"
#include "hostapd/keys.h"
#include "utils/file.h"
#include "utils/log.h"

#define LINE_MAX_LEN 4095

static struct hostapd_conf *conf_new(void)
{
	struct hostapd_conf *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->keys = cfg_table_new(hostapd_keys, hostapd_keys_count());
	if (!c->keys) {
		free(c);
		return NULL;
	}
	c->radio.local_pwr_constraint = -1;
	c->radio.rts_threshold = c->radio.fragm_threshold = DRV_NO_THRESHOLD;
	cfg_set_defaults(c->keys, HOSTAPD_RADIO, &c->radio);
	return c;
}

struct ap_bss_config *hostapd_conf_bss_new(void)
{
	struct ap_bss_config *b = calloc(1, sizeof(*b));
	struct cfg_table *keys = b ? cfg_table_new(hostapd_keys, hostapd_keys_count()) : NULL;

	if (!keys) {
		free(b);
		return NULL;
	}
	cfg_set_defaults(keys, HOSTAPD_BSS, b);
	cfg_table_free(keys);
	return b;
}

void hostapd_conf_bss_free(const struct hostapd_conf *c, struct ap_bss_config *b)
{
	if (!b)
		return;
	cfg_free_fields(c->keys, HOSTAPD_BSS, b);
	free(b);
}

int hostapd_conf_bss_append(struct hostapd_conf *c, struct ap_bss_config *b)
{
	struct ap_bss_config **grown = reallocarray(c->bss, c->bss_count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	c->bss = grown;
	c->bss[c->bss_count++] = b;
	return 0;
}

struct ap_bss_config *hostapd_conf_bss_take(struct hostapd_conf *c, size_t i)
{
	struct ap_bss_config *b = c->bss[i];

	if (i >= c->bss_count - c->added)
		c->added--;
	c->bss_count--;
	memmove(&c->bss[i], &c->bss[i + 1], (c->bss_count - i) * sizeof(*c->bss));
	return b;
}

void hostapd_conf_free(struct hostapd_conf *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->bss_count; i++)
		hostapd_conf_bss_free(c, c->bss[i]);
	free(c->bss);
	cfg_free_fields(c->keys, HOSTAPD_RADIO, &c->radio);
	cfg_table_free(c->keys);
	free(c->path);
	free(c->given_ifname);
	free(c);
}

struct ap_bss_config *hostapd_conf_bss_copy(
	const struct hostapd_conf *c, const struct ap_bss_config *b)
{
	struct ap_bss_config *copy = malloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *b;
	if (cfg_copy_fields(c->keys, HOSTAPD_BSS, copy, b) == 0)
		return copy;
	hostapd_conf_bss_free(c, copy);
	return NULL;
}

/* From the first-th on. */
static int copy_bsses(struct hostapd_conf *to, const struct hostapd_conf *from, size_t first)
{
	for (size_t i = first; i < from->bss_count; i++) {
		struct ap_bss_config *b = hostapd_conf_bss_copy(from, from->bss[i]);
		if (!b || hostapd_conf_bss_append(to, b) < 0) {
			hostapd_conf_bss_free(to, b);
			return -ENOMEM;
		}
	}
	return 0;
}

struct hostapd_conf *hostapd_conf_copy(const struct hostapd_conf *c)
{
	struct hostapd_conf *copy = calloc(1, sizeof(*copy));

	if (!copy)
		return NULL;
	copy->keys = cfg_table_new(hostapd_keys, hostapd_keys_count());
	if (!copy->keys) {
		free(copy);
		return NULL;
	}
	copy->radio = c->radio;
	if (cfg_copy_fields(copy->keys, HOSTAPD_RADIO, &copy->radio, &c->radio) == 0 &&
		str_replace(&copy->path, c->path) == 0 &&
		str_replace(&copy->given_ifname, c->given_ifname) == 0 &&
		copy_bsses(copy, c, 0) == 0) {
		copy->added = c->added;
		return copy;
	}
	hostapd_conf_free(copy);
	return NULL;
}

int hostapd_conf_keep_added(
	struct hostapd_conf *to, const struct hostapd_conf *from, struct cfg_error *err)
{
	if (copy_bsses(to, from, from->bss_count - from->added) < 0)
		return -ENOMEM;
	to->added = from->added;
	return hostapd_conf_check(to, true, err);
}

static int append_new_bss(struct hostapd_conf *c, const char *ifname, struct cfg_error *err)
{
	struct ap_bss_config *b = hostapd_conf_bss_new();
	int rc = b ? hostapd_conf_bss_append(c, b) : -ENOMEM;

	if (rc < 0) {
		hostapd_conf_bss_free(c, b);
		return rc;
	}
	if (!ifname)
		return 0;
	return hostapd_parse_ifname(b, cfg_find(c->keys, "interface", HOSTAPD_BSS), ifname, err);
}

struct hostapd_conf *hostapd_conf_new_default(const char *ifname)
{
	struct hostapd_conf *c = conf_new();
	struct cfg_error err;

	if (c && append_new_bss(c, ifname, &err) < 0) {
		hostapd_conf_free(c);
		return NULL;
	}
	return c;
}

static bool is_ignored(const char *name)
{
	for (size_t i = 0; hostapd_keys_ignored[i]; i++)
		if (strcmp(hostapd_keys_ignored[i], name) == 0)
			return true;
	return false;
}

static bool is_number(const struct cfg_key *key)
{
	return key->type == CFG_INT || key->type == CFG_BOOL || key->parse == hostapd_parse_channel;
}

/* Numbers in files of the field carry blanks, a CR or a comment behind them: those may stay. */
static void trim_number(char *value)
{
	size_t digits = strcspn(value, " \t\r");
	size_t blank = strspn(value + digits, " \t\r");

	if (value[digits + blank] == '\0' || value[digits + blank] == '#')
		value[digits] = '\0';
}

/* One row on the object of its scope. */
static int set_key(struct hostapd_conf *c, size_t bss, const struct cfg_key *key, const char *value,
	struct cfg_error *err)
{
	void *obj = key->scope == HOSTAPD_RADIO ? (void *)&c->radio : (void *)c->bss[bss];
	_cleanup_(freep) char *copy = strdup(value);
	int rc;

	if (!copy)
		return -ENOMEM;
	if (is_number(key))
		trim_number(copy);
	rc = cfg_set(key, obj, copy, err);
	if (key->flags & CFG_SECRET)
		wipe(copy, strlen(copy));
	return rc < 0 ? rc : 0;
}

int hostapd_conf_set(struct hostapd_conf *c, size_t bss, const char *name, const char *value,
	struct cfg_error *err)
{
	const struct cfg_key *key = cfg_find(c->keys, name, -1);

	if (strcmp(name, "interface") == 0)
		bss = 0;
	if (key)
		return set_key(c, bss, key, value, err);
	if (!is_ignored(name))
		return cfg_fail(err, "unknown configuration item '%s'", name);
	log_msg(LOG_DBG, "configuration item '%s' is not acted on by this version", name);
	return 0;
}

/* --- files --- */

struct loading {
	struct hostapd_conf *conf;
};

static int load_pair(struct loading *l, const char *name, const char *value, struct cfg_error *err)
{
	struct hostapd_conf *c = l->conf;

	if (strcmp(name, "bss") == 0)
		return append_new_bss(c, value, err);
	return hostapd_conf_set(c, c->bss_count - 1, name, value, err);
}

static int load_line(void *ctx, struct cfg_line *line)
{
	struct loading *l = ctx;
	struct cfg_error err = {""};
	char *equals;

	if (!line->text) {
		log_msg(LOG_ERR, "Line %u: longer than %d characters in '%s'", line->number,
			LINE_MAX_LEN, line->file);
		return -EINVAL;
	}
	if (line->text[0] == '#' || line->text[0] == '\0')
		return 0;
	equals = strchr(line->text, '=');
	if (!equals) {
		log_msg(LOG_ERR, "Line %u: invalid line '%s'", line->number, line->text);
		return -EINVAL;
	}
	*equals = '\0';
	if (load_pair(l, line->text, equals + 1, &err) == 0)
		return 0;
	if (err.text[0] && str_starts(err.text, "unknown configuration item", NULL))
		log_msg(LOG_ERR, "Line %u: %s", line->number, err.text);
	else
		log_msg(LOG_ERR, "Line %u: %s: %s", line->number, line->text, err.text);
	return -EINVAL;
}

static int name_first_bss(struct hostapd_conf *c, const char *ifname, struct cfg_error *err)
{
	if (!ifname)
		return 0;
	if (str_replace(&c->given_ifname, ifname) < 0)
		return -ENOMEM;
	return hostapd_conf_set(c, 0, "interface", ifname, err);
}

struct hostapd_conf *hostapd_conf_load(const char *path, const char *ifname, int *errors)
{
	struct hostapd_conf *c = hostapd_conf_new_default(NULL);
	struct loading l = {c};
	struct cfg_error err = {""};
	int count;

	if (errors)
		*errors = -ENOMEM;
	if (!c)
		return NULL;
	count = cfg_read_lines(path, LINE_MAX_LEN, load_line, &l);
	if (count < 0) {
		log_msg(LOG_ERR, "Could not open configuration file '%s' for reading.", path);
	} else if (name_first_bss(c, ifname, &err) < 0 || hostapd_conf_check(c, true, &err) < 0) {
		log_msg(LOG_ERR, "%s", err.text);
		count++;
	}
	if (count > 0)
		log_msg(LOG_ERR, "%d errors found in configuration file '%s'", count, path);
	if (errors)
		*errors = count;
	c->path = count == 0 ? path_absolute(path) : NULL; /* -B changes the directory */
	if (count != 0 || !c->path) {
		hostapd_conf_free(c);
		return NULL;
	}
	return c;
}

/* --- DUP_NETWORK --- */

int hostapd_conf_copy_key(const struct hostapd_conf *from, size_t from_bss, struct hostapd_conf *to,
	size_t to_bss, const char *name)
{
	static const char *const allowed[] = {
		"wpa", "wpa_key_mgmt", "wpa_pairwise", "rsn_pairwise", "wpa_passphrase", "wpa_psk"};
	const struct cfg_key *key = NULL;
	struct cfg_error err;
	char text[512];
	struct strbuf out = strbuf_over(text, sizeof(text));
	int rc = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		if (strcmp(allowed[i], name) == 0)
			key = cfg_find(from->keys, name, HOSTAPD_BSS);
	if (!key)
		return -EINVAL;
	if (cfg_print(key, from->bss[from_bss], &out))
		rc = set_key(to, to_bss, cfg_find(to->keys, name, HOSTAPD_BSS), text, &err);
	wipe(text, sizeof(text));
	return rc;
}
