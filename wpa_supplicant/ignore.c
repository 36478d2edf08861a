#include "wpa_supplicant/ignore.h"

#include <stdlib.h>

#include "wpa_supplicant/ctrl_iface.h"

void wpas_ignore_init(struct wpas_ignore *g)
{
	TAILQ_INIT(&g->list);
}

/* Seconds, by how often the BSS failed. */
static unsigned hold_time(unsigned count)
{
	static const unsigned seconds[] = {10, 10, 60, 120, 600, 1800};
	if (count >= ARRAY_SIZE(seconds))
		count = ARRAY_SIZE(seconds);
	return seconds[count - 1];
}

static struct wpas_ignored *find(struct wpas_if *w, const uint8_t *bssid)
{
	struct wpas_ignored *i;
	TAILQ_FOREACH (i, &w->ignore.list, link)
		if (mac_equal(i->bssid, bssid))
			return i;
	return NULL;
}

void wpas_ignore_add(struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	uint64_t now = timers_now(w->s->timers);
	struct wpas_ignored *i = find(w, bssid);

	if (!i) {
		i = calloc(1, sizeof(*i));
		if (!i)
			return;
		mac_copy(i->bssid, bssid);
		TAILQ_INSERT_HEAD(&w->ignore.list, i, link);
	}
	i->count++;
	i->since = now;
	i->until = now + hold_time(i->count) * USEC_PER_SEC;
	if (i->count == 1)
		wpas_event(w, "Added BSSID " MACSTR " into ignore list, ignoring for %u seconds",
			MAC2STR(bssid), hold_time(1));
	else
		wpas_event(w,
			"BSSID " MACSTR
			" ignore list count incremented to %u, ignoring for %u seconds",
			MAC2STR(bssid), i->count, hold_time(i->count));
}

bool wpas_ignore_has(struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	const struct wpas_ignored *i = find(w, bssid);
	return i && i->until > timers_now(w->s->timers);
}

static void drop(struct wpas_if *w, struct wpas_ignored *i, const char *why)
{
	wpas_event(w, "Removed BSSID " MACSTR " from ignore list%s", MAC2STR(i->bssid), why);
	TAILQ_REMOVE(&w->ignore.list, i, link);
	free(i);
}

void wpas_ignore_remove(struct wpas_if *w, const uint8_t bssid[MAC_LEN])
{
	struct wpas_ignored *i = find(w, bssid);
	if (i)
		drop(w, i, "");
}

bool wpas_ignore_clear(struct wpas_if *w)
{
	struct wpas_ignored *i;
	bool any = !TAILQ_EMPTY(&w->ignore.list);

	while ((i = TAILQ_FIRST(&w->ignore.list)) != NULL)
		drop(w, i, " (clear)");
	return any;
}

/* The count is remembered for an hour, so that a bad AP is held longer each time. */
void wpas_ignore_expire(struct wpas_if *w)
{
	uint64_t now = timers_now(w->s->timers);
	struct wpas_ignored *i = TAILQ_FIRST(&w->ignore.list), *next;

	for (; i; i = next) {
		next = TAILQ_NEXT(i, link);
		if (now >= i->since + 3600 * USEC_PER_SEC)
			drop(w, i, " (expired)");
	}
}

bool wpas_ignore_release(struct wpas_if *w)
{
	uint64_t now = timers_now(w->s->timers);
	struct wpas_ignored *i;
	bool any = false;

	TAILQ_FOREACH (i, &w->ignore.list, link) {
		any |= i->until > now;
		if (i->until > now)
			i->until = now;
	}
	return any;
}

void wpas_ignore_free(struct wpas_ignore *g)
{
	struct wpas_ignored *i;

	while ((i = TAILQ_FIRST(&g->list)) != NULL) {
		TAILQ_REMOVE(&g->list, i, link);
		free(i);
	}
}
