/* Passwords and keys that enrollees handed over out of band (NFC), WSC 2.0, clause 10. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"
#include "wps/registrar_i.h"

#define TOKENS_MAX 64 /* handovers that never led to a run push each other out */

bool wps_is_token_id(uint16_t pw_id)
{
	return pw_id == DEV_PW_NFC_HANDOVER || pw_id >= DEV_PW_OOB_FIRST;
}

static void token_remove(struct wps_registrar *r, struct wps_token *t)
{
	TAILQ_REMOVE(&r->tokens, t, next);
	r->token_count--;
	bytes_clear(&t->password);
	bytes_clear(&t->private_key);
	free(t);
}

void wps_tokens_clear(struct wps_registrar *r)
{
	while (!TAILQ_EMPTY(&r->tokens))
		token_remove(r, TAILQ_FIRST(&r->tokens));
}

/* Handovers have one id for all: their key tells them apart. */
static void remove_equal(struct wps_registrar *r, uint16_t id, const uint8_t *pk_hash)
{
	struct wps_token *t = TAILQ_FIRST(&r->tokens), *next;

	for (; t; t = next) {
		next = TAILQ_NEXT(t, next);
		if (t->id == id && (id != DEV_PW_NFC_HANDOVER ||
					   !memcmp(t->pk_hash, pk_hash, WPS_PK_HASH_LEN)))
			token_remove(r, t);
	}
}

int wps_registrar_add_oob(struct wps_registrar *r, const uint8_t pk_hash[WPS_PK_HASH_LEN],
	uint16_t pw_id, const uint8_t *password, size_t password_len,
	const struct bytes *private_key)
{
	if (!wps_is_token_id(pw_id) || (!password_len && pw_id != DEV_PW_NFC_HANDOVER))
		return -EINVAL;
	struct wps_token *t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->id = pw_id;
	memcpy(t->pk_hash, pk_hash, WPS_PK_HASH_LEN);
	if (bytes_set(&t->password, password, password_len) < 0 ||
		(private_key &&
			bytes_set(&t->private_key, private_key->data, private_key->len) < 0)) {
		bytes_clear(&t->password);
		free(t);
		return -ENOMEM;
	}
	remove_equal(r, pw_id, pk_hash);
	if (r->token_count == TOKENS_MAX)
		token_remove(r, TAILQ_LAST(&r->tokens, wps_token_list));
	t->number = ++r->token_number;
	TAILQ_INSERT_HEAD(&r->tokens, t, next);
	r->token_count++;
	wps_registrar_end_pbc(r);
	wps_registrar_select(r, SELECTED_TOKEN, "password handed over");
	return 0;
}

enum wps_password_answer wps_token_password(
	struct wps_registrar *r, struct wps_run *run, const struct wps_value *key)
{
	struct wps_token *t;
	bool known = false;

	TAILQ_FOREACH (t, &r->tokens, next) {
		if (t->id != run->peer.dev_password_id)
			continue;
		known = true;
		if (wps_run_key_is(key, t->pk_hash))
			break;
	}
	if (!t)
		return known ? WPS_PASSWORD_KEY_MISMATCH : WPS_PASSWORD_NONE;
	if (bytes_set(&run->password, t->password.data, t->password.len) < 0 ||
		bytes_set(&run->private_key, t->private_key.data, t->private_key.len) < 0)
		return WPS_PASSWORD_NONE;
	run->token = t->number;
	return WPS_PASSWORD_OK;
}

void wps_token_used_elsewhere(struct wps_registrar *r, uint16_t id)
{
	struct wps_token *t = NULL;

	if (id != DEV_PW_NFC_HANDOVER)
		TAILQ_FOREACH (t, &r->tokens, next)
			if (t->id == id)
				break;
	if (t)
		wps_token_release(r, t->number, true);
}

void wps_token_release(struct wps_registrar *r, unsigned number, bool used)
{
	struct wps_token *t;

	TAILQ_FOREACH (t, &r->tokens, next)
		if (t->number == number)
			break;
	if (!t || !used)
		return;
	token_remove(r, t);
	if (r->selection == SELECTED_TOKEN && TAILQ_EMPTY(&r->tokens))
		wps_registrar_select(r, SELECTED_NOT, "no token left");
}
