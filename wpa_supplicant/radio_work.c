/* Command RADIO_WORK: external programs ask for the radio; one at a time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "wpa_supplicant/supplicant_i.h"

#define DEFAULT_TIMEOUT 10 /* s */

static void start_next(struct wpas_if *w);

static void work_free(struct wpas_radio_work *r)
{
	TAILQ_REMOVE(&r->w->works, r, link);
	timer_stop(&r->timer);
	free(r);
}

static void on_timeout(struct timer *t, void *ctx)
{
	struct wpas_radio_work *r = ctx;
	struct wpas_if *w = r->w;

	wpas_event(w, "EXT-RADIO-WORK-TIMEOUT %u", r->id);
	work_free(r);
	start_next(w);
}

static void start_work(struct timer *t, void *ctx)
{
	struct wpas_radio_work *r = ctx;

	r->started = true;
	r->since = timers_now(r->w->s->timers);
	wpas_event(r->w, "EXT-RADIO-WORK-START %u", r->id);
	timer_start(r->w->s->timers, &r->timer, r->timeout * USEC_PER_SEC, on_timeout, r);
}

static void start_next(struct wpas_if *w)
{
	struct wpas_radio_work *r = TAILQ_FIRST(&w->works);

	if (r && !r->started) /* from a timer: the reply with the id goes first */
		timer_start(w->s->timers, &r->timer, 0, start_work, r);
}

void wpas_radio_work_clear(struct wpas_if *w)
{
	while (!TAILQ_EMPTY(&w->works))
		work_free(TAILQ_FIRST(&w->works));
}

static enum ctrl_result add(struct wpas_if *w, const char *args, struct strbuf *out)
{
	struct wpas_radio_work *r = calloc(1, sizeof(*r));
	int64_t freq = 0, timeout = DEFAULT_TIMEOUT;
	char text[16];

	if (!r)
		return CTRL_FAIL;
	size_t n = strcspn(args, " ");
	bool ok = n > 0 && n < sizeof(r->name);
	if (ctrl_arg(args, "freq", text, sizeof(text)))
		ok = ok && parse_int(text, 10, 0, 100000, &freq) == 0;
	if (ctrl_arg(args, "timeout", text, sizeof(text)))
		ok = ok && parse_int(text, 10, 1, 3600, &timeout) == 0;
	if (!ok) {
		free(r);
		return CTRL_FAIL;
	}
	memcpy(r->name, args, n);
	r->w = w;
	r->id = ++w->next_work;
	r->freq = (unsigned)freq;
	r->timeout = (unsigned)timeout;
	TAILQ_INSERT_TAIL(&w->works, r, link);
	start_next(w);
	strbuf_add(out, "%u", r->id);
	return CTRL_REPLIED;
}

static enum ctrl_result done(struct wpas_if *w, const char *text)
{
	struct wpas_radio_work *r;
	int64_t id;

	if (parse_int(text, 10, 0, UINT32_MAX, &id) < 0)
		return CTRL_FAIL;
	TAILQ_FOREACH (r, &w->works, link) {
		if (r->id != id)
			continue;
		work_free(r);
		start_next(w);
		return CTRL_OK;
	}
	return CTRL_FAIL;
}

static enum ctrl_result show(const struct wpas_if *w, struct strbuf *out)
{
	uint64_t now = timers_now(w->s->timers);
	const struct wpas_radio_work *r;

	TAILQ_FOREACH (r, &w->works, link) {
		uint64_t age = r->started ? now - r->since : 0;
		strbuf_add(out, "ext:%s@%s:%u:%d:%llu.%06llu\n", r->name, w->name, r->freq,
			r->started, (unsigned long long)(age / USEC_PER_SEC),
			(unsigned long long)(age % USEC_PER_SEC));
	}
	return CTRL_REPLIED;
}

static enum ctrl_result cmd_radio_work(void *ctx, char *args, struct ctrl_request *req)
{
	if (strncmp(args, "add ", 4) == 0)
		return add(ctx, args + 4, req->reply);
	if (strncmp(args, "done ", 5) == 0)
		return done(ctx, args + 5);
	if (strcmp(args, "show") == 0)
		return show(ctx, req->reply);
	return CTRL_FAIL;
}

const struct ctrl_command wpas_cmds_radio[] = {
	{"RADIO_WORK", CTRL_ARGS, 0, cmd_radio_work,
		"add <name> [freq=] [timeout=] | done <id> | show = use of the radio"},
	{NULL, CTRL_EXACT, 0, NULL, NULL}};
