/* autoscan: a plan for the time between scans that found nothing to connect to. */
#include <errno.h>

#include "wpa_supplicant/supplicant_i.h"

#define LONGEST 86400 /* s */

/* Numbers behind `name:`, separated by colons. False: another plan, or not so many. */
static bool plan_is(const char *plan, const char *name, int64_t *numbers, int count)
{
	char copy[64], *save = NULL;
	const char *rest;

	if (!str_starts(plan, name, &rest) || *rest != ':' || strlen(rest + 1) >= sizeof(copy))
		return false;
	strbuf_add(&(struct strbuf){copy, 0, sizeof(copy), false}, "%s", rest + 1);
	for (char *t = strtok_r(copy, ":", &save); t; t = strtok_r(NULL, ":", &save))
		if (count-- == 0 || parse_int(t, 10, 1, LONGEST, numbers++) < 0)
			return false;
	return count == 0;
}

unsigned wpas_autoscan_interval(struct wpas_if *w, unsigned otherwise)
{
	const char *plan = w->conf->autoscan;
	int64_t n[2];

	if (!plan)
		return otherwise;
	if (plan_is(plan, "periodic", n, 1))
		return (unsigned)n[0];
	if (!plan_is(plan, "exponential", n, 2))
		return otherwise;
	int64_t next = w->scan.autoscan_last ? w->scan.autoscan_last * n[0] : n[0];
	w->scan.autoscan_last = (unsigned)(next < n[1] ? next : n[1]);
	return w->scan.autoscan_last;
}

int wpas_set_autoscan(struct wpas_if *w, const char *plan, struct cfg_error *err)
{
	int ret = wpas_conf_set(w->conf, "autoscan", plan, err);

	if (ret < 0)
		return ret;
	w->scan.autoscan_last = 0;
	if (timer_running(&w->scan.timer)) /* sooner, if the plan says so */
		wpas_scan_retry(w);
	return 0;
}
