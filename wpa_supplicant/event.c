/* Events to monitors and the log. */
#include "wpa_supplicant/supplicant_i.h"

#include <stdio.h>

#define EVENT_MAX 4096

const char *wpas_state_name(enum wpas_state state)
{
	static const char *const names[] = {
		[WPAS_DISCONNECTED] = "DISCONNECTED",
		[WPAS_INTERFACE_DISABLED] = "INTERFACE_DISABLED",
		[WPAS_INACTIVE] = "INACTIVE",
		[WPAS_SCANNING] = "SCANNING",
		[WPAS_AUTHENTICATING] = "AUTHENTICATING",
		[WPAS_ASSOCIATING] = "ASSOCIATING",
		[WPAS_ASSOCIATED] = "ASSOCIATED",
		[WPAS_4WAY] = "4WAY_HANDSHAKE",
		[WPAS_GROUP] = "GROUP_HANDSHAKE",
		[WPAS_COMPLETED] = "COMPLETED",
	};
	return names[state];
}

static void deliver(struct wpas_if *w, enum log_level level, const char *text)
{
	const struct supplicant *s = w->s;
	char prefix[IFNAMSIZ + 16];

	if (w->ctrl)
		ctrl_event(w->ctrl, level, NULL, 0, text);
	if (s->global) {
		snprintf(prefix, sizeof(prefix), "IFNAME=%s ", w->name);
		ctrl_event(s->global, level, prefix, 0, text);
	}
	if (s->params.event)
		s->params.event(s->params.ctx, w->name, text);
}

__attribute__((format(printf, 4, 0))) static void event(
	struct wpas_if *w, enum log_level level, bool logged, const char *fmt, va_list ap)
{
	char text[EVENT_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	log_msg(logged ? level : LOG_DBG, "%s: %s", w->name, text);
	deliver(w, level, text);
}

void wpas_event(struct wpas_if *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	event(w, LOG_INF, true, fmt, ap);
	va_end(ap);
}

void wpas_event_at(struct wpas_if *w, enum log_level level, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	event(w, level, true, fmt, ap);
	va_end(ap);
}

void wpas_event_ctrl(struct wpas_if *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	event(w, LOG_INF, false, fmt, ap);
	va_end(ap);
}

void wpas_event_ctrl_secret(struct wpas_if *w, const char *text, const char *secret)
{
	char whole[EVENT_MAX];

	snprintf(whole, sizeof(whole), "%s%s", text, secret);
	deliver(w, LOG_INF, whole);
	wipe(whole, sizeof(whole));
}

void wpas_log(const struct wpas_if *w, enum log_level level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (level < log_get_level())
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_msg(level, "%s: %s", w->name, text);
}
