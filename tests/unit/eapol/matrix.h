/* Runs in which one message is spoilt, and the rules for their end. */
#ifndef TESTS_EAPOL_MATRIX_H
#define TESTS_EAPOL_MATRIX_H

#include "middle.h"

/* A kind of run, whole when nobody interferes. */
struct scenario {
	const char *name, *identity, *phase1;
	uint16_t pw_id;
	bool station_is_registrar, external, pressed;
	bool handover;        /* both know the hash of the other's key; phase1 is made of it */
	size_t fragment_size; /* 0: no message needs fragments */
	const char *pin;      /* the AP's for stations */
	const char *sta, *ap; /* how it ends for them: lines of the events */
};

static const struct scenario sta_enrollee = {.name = "station as enrollee",
	.identity = WSC_IDENTITY_ENROLLEE,
	.phase1 = "pbc=1",
	.pw_id = DEV_PW_PUSHBUTTON,
	.pressed = true,
	.sta = "success",
	.ap = "success"};
static const struct scenario ap_enrollee = {.name = "AP as enrollee",
	.identity = WSC_IDENTITY_REGISTRAR,
	.phase1 = "pin=" PIN
		  " new_ssid=6e6577 new_auth=WPA2PSK new_encr=CCMP new_key=6e65772070617373",
	.station_is_registrar = true,
	.sta = "success",
	.ap = "success"};
static const struct scenario relayed = {.name = "external registrar",
	.identity = WSC_IDENTITY_ENROLLEE,
	.phase1 = "pbc=1",
	.pw_id = DEV_PW_PUSHBUTTON,
	.external = true,
	.sta = "success",
	.ap = "success"};
/* Without password: M2D, ACK. */
static const struct scenario no_password = {.name = "no password",
	.identity = WSC_IDENTITY_ENROLLEE,
	.phase1 = "pbc=1",
	.pw_id = DEV_PW_PUSHBUTTON,
	.sta = "m2d dev_password_id=0 config_error=0",
	.ap = NULL};
/* NACK of the station, NACK of the AP. */
static const struct scenario wrong_pin = {.name = "station with wrong PIN",
	.identity = WSC_IDENTITY_ENROLLEE,
	.phase1 = "pin=99995670",
	.pin = PIN,
	.sta = "fail msg=8 config_error=18 reason=0",
	.ap = "fail msg=8 config_error=18 reason=0"};
static const struct scenario wrong_ap_pin = {.name = "wrong AP PIN",
	.identity = WSC_IDENTITY_REGISTRAR,
	.phase1 = "pin=99995670",
	.station_is_registrar = true,
	.sta = "fail msg=8 config_error=18 reason=0",
	.ap = "fail msg=8 config_error=18 reason=0"};

/* M1, M2 with the settings, Done. */
static const struct scenario handed_over = {.name = "connection handover",
	.identity = WSC_IDENTITY_ENROLLEE,
	.pw_id = DEV_PW_NFC_HANDOVER,
	.handover = true,
	.sta = "success",
	.ap = "success"};

/* What must come of a run. */
struct outcome {
	const char *rule;     /* why, with clause */
	bool as_usual;        /* the scenario's own end */
	const char *sta, *ap; /* else: the last word of both, "" = any failure, NULL =
					 nothing, "!" = failures or nothing */
};

static inline bool from_enrollee(unsigned type)
{
	return type == WPS_M1 || type == WPS_M3 || type == WPS_M5 || type == WPS_M7 ||
	       type == WPS_WSC_DONE;
}

/* Does this message of the scenario go to the access point? */
static inline bool goes_to_ap(const struct scenario *sc, unsigned type)
{
	return from_enrollee(type) != sc->station_is_registrar;
}

static struct bytes station_key, ap_key;
static struct wps_oob station_oob; /* how the station is made to use it */

static inline int matrix_setup(void **state)
{
	struct dh5 *dh = dh5_new();
	int err = dh5_private(dh, &station_key);
	dh5_free(dh);
	dh = dh5_new();
	err |= dh5_private(dh, &ap_key);
	dh5_free(dh);
	return err;
}
static inline int matrix_teardown(void **state)
{
	bytes_clear(&station_key);
	bytes_clear(&ap_key);
	return 0;
}

static inline void hash_of(const struct bytes *private_key, uint8_t out[WPS_PK_HASH_LEN])
{
	struct dh5 *dh = dh5_from_private(private_key->data, private_key->len);
	uint8_t pub[DH5_LEN], hash[SHA256_LEN];
	const struct crypto_part part = {pub, sizeof(pub)};

	dh5_public(dh, pub);
	dh5_free(dh);
	assert_int_equal(sha256(&part, 1, hash), 0);
	memcpy(out, hash, WPS_PK_HASH_LEN);
}

static inline void tap(struct world *w, char *phase1, size_t cap)
{
	uint8_t hash[WPS_PK_HASH_LEN];
	char hex[2 * WPS_PK_HASH_LEN + 1];

	hash_of(&station_key, hash);
	assert_int_equal(
		wps_registrar_add_oob(w->l->reg, hash, DEV_PW_NFC_HANDOVER, NULL, 0, &ap_key), 0);
	hash_of(&ap_key, hash);
	snprintf(phase1, cap, "dev_pw_id=7 pkhash=%s",
		hex_encode(hash, sizeof(hash), hex, sizeof(hex)));
}

/* Registrars and station ready for a run of the scenario. */
static inline void scenario_start(struct world *w, const struct scenario *sc)
{
	struct link *l = w->l;
	char phase1[96];

	l->text[l->text_len = 0] = '\0';
	l->got_count = 0;
	l->fragment_size = sc->fragment_size;
	w->subscribed = sc->external;
	wps_run_free(w->er_run);
	w->er_run = NULL;
	if (sc->pressed)
		assert_int_equal(wps_registrar_pbc(l->reg), 0);
	if (sc->external)
		assert_int_equal(wps_registrar_pbc(w->er), 0);
	if (sc->pin)
		assert_int_equal(wps_registrar_add_pin(l->reg, l->sta_dev.uuid,
					 (const uint8_t *)sc->pin, strlen(sc->pin), 0, NULL),
			0);
	if (sc->station_is_registrar)
		assert_int_equal(wps_registrar_set_ap_pin(l->reg, PIN, 0), 0);
	station_oob = (struct wps_oob){.id = sc->pw_id, .private_key = station_key};
	if (sc->handover)
		tap(w, phase1, sizeof(phase1));
	link_up_as(l, sc->identity, sc->handover ? phase1 : sc->phase1, &station_oob);
}

/* The last word of this side, success, failure or M2D (after which a run may go on), and how many
 * there are: a run must have one. */
static inline int last_word(const struct link *l, const char *side, char *word, size_t cap)
{
	static const char *const kinds[] = {"success", "fail ", "m2d "};
	const char *line = l->text;
	bool m2d = false;
	int count = 0;

	word[0] = '\0';
	for (; *line; line = strchr(line, '\n') + 1) {
		size_t len = strcspn(line, "\n"), skip = strlen(side);
		if (strncmp(line, side, skip) != 0)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			if (!strncmp(line + skip, kinds[i], strlen(kinds[i])) && len - skip < cap) {
				memcpy(word, line + skip, len - skip);
				word[len - skip] = '\0';
				count += !m2d;
				m2d = i == 2;
			}
	}
	return count;
}

static inline bool ends_as(const struct link *l, const char *side, const char *expected)
{
	char word[128];
	int n = last_word(l, side, word, sizeof(word));

	if (!expected)
		return n == 0;
	if (*expected == '!')
		return n == 0 || str_starts(word, "fail ", NULL);
	return n == 1 && (*expected ? !strcmp(word, expected) : str_starts(word, "fail ", NULL));
}

static unsigned matrix_wrong, matrix_runs;

static inline void matrix_complain(const struct world *w, const struct scenario *sc,
	const char *what, const struct outcome *o, const char *why)
{
	matrix_wrong++;
	print_error("%s, %s: %s\n  rule: %s\n  expected sta: %s, ap: %s\n%s\n", sc->name, what, why,
		o->rule, o->as_usual ? sc->sta : o->sta, o->as_usual ? sc->ap : o->ap, w->l->text);
}

static inline void matrix_judge(
	struct world *w, const struct scenario *sc, const char *what, const struct outcome *o)
{
	const struct link *l = w->l;

	if (!ends_as(l, "sta:", o->as_usual ? sc->sta : o->sta))
		matrix_complain(w, sc, what, o, "the station ends otherwise");
	else if (!ends_as(l, "ap:", o->as_usual ? sc->ap : o->ap))
		matrix_complain(w, sc, what, o, "the access point ends otherwise");
	else if (!l->supp_over || !l->auth_over)
		matrix_complain(w, sc, what, o, "the run does not end");
	else if (strcmp(sc->sta, "success") == 0 && strstr(l->text, "ap-pin-failed"))
		matrix_complain(w, sc, what, o, "counted as a guess of the AP PIN");
}

/* The same access point, and the next station. */
static inline void matrix_next_station(
	struct world *w, const struct scenario *sc, const char *what, const struct outcome *o)
{
	link_down(w->l);
	w->l->filter = NULL;
	scenario_start(w, &sta_enrollee);
	link_pass(w->l, USEC_PER_SEC);
	if (!ends_as(w->l, "sta:", "success") || w->l->got_count != 1)
		matrix_complain(w, sc, what, o, "the next station is not served");
}

/* All requests are given up within this time. */
#define PATIENCE (150 * USEC_PER_SEC)

static inline void matrix_run(const struct scenario *sc, link_filter filter, void *middle,
	const char *what, const struct outcome *o)
{
	struct world w;

	matrix_runs++;
	world_up(&w);
	w.middle = middle;
	w.l->filter = filter;
	scenario_start(&w, sc);
	link_pass(w.l, PATIENCE);
	matrix_judge(&w, sc, what, o);
	matrix_next_station(&w, sc, what, o);
	world_down(&w);
}

/* One message type of the scenario, changed. */
static inline void matrix_spoil(const struct scenario *sc, unsigned type, bool to_ap,
	middle_change change, bool seals, const void *how, const char *what,
	const struct outcome *o)
{
	struct middle s = {.type = type,
		.to_ap = to_ap,
		.change = change,
		.seals = seals,
		.how = how,
		.private_key = &station_key,
		.station_is_registrar = sc->station_is_registrar};

	matrix_run(sc, middle_filter, &s, what, o);
	if (!s.hits) {
		matrix_wrong++;
		print_error("%s, %s: there was no such message\n", sc->name, what);
	}
	middle_clear(&s);
}

/* Texts of outcomes. */
struct outcome_text {
	char text[64];
};
static inline struct outcome refused(
	struct outcome_text *t, unsigned msg, unsigned config_error, const char *rule)
{
	snprintf(t->text, sizeof(t->text), "fail msg=%u config_error=%u reason=0", msg,
		config_error);
	return (struct outcome){.rule = rule, .sta = t->text, .ap = t->text};
}

#endif
