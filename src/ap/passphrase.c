#include "ap/passphrase.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uthash.h>

#include "crypto/crypto.h"

struct ap_passphrase {
	UT_hash_handle hh;
	TAILQ_ENTRY(ap_passphrase) link; /* while not derived */
	struct ap_passphrases *owner;
	bool derived;
	uint8_t psk[PMK_LEN];
	char text[64];
};

struct ap_passphrases {
	struct bytes ssid;
	struct ap_passphrase *by_text;
	TAILQ_HEAD(, ap_passphrase) waiting;
};

struct ap_passphrases *ap_passphrases_new(const struct bytes *ssid)
{
	struct ap_passphrases *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	TAILQ_INIT(&p->waiting);
	if (bytes_set(&p->ssid, ssid->data, ssid->len) < 0) {
		free(p);
		return NULL;
	}
	return p;
}

void ap_passphrases_free(struct ap_passphrases *p)
{
	struct ap_passphrase *e, *tmp;

	if (!p)
		return;
	HASH_ITER (hh, p->by_text, e, tmp) {
		HASH_DEL(p->by_text, e);
		wipe(e, sizeof(*e));
		free(e);
	}
	bytes_clear(&p->ssid);
	free(p);
}

static struct ap_passphrase *find(const struct ap_passphrases *p, const char *text)
{
	struct ap_passphrase *e;

	HASH_FIND_STR(p->by_text, text, e);
	return e;
}

struct ap_passphrase *ap_passphrases_add(
	struct ap_passphrases *p, const char *text, const struct ap_passphrases *old)
{
	struct ap_passphrase *e = find(p, text);
	const struct ap_passphrase *known = NULL;

	if (e)
		return e;
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->owner = p;
	strncpy(e->text, text, sizeof(e->text) - 1);
	HASH_ADD_STR(p->by_text, text, e);
	if (old && bytes_equal(&old->ssid, p->ssid.data, p->ssid.len))
		known = find(old, text);
	e->derived = known && known->derived;
	if (e->derived)
		memcpy(e->psk, known->psk, sizeof(e->psk));
	else
		TAILQ_INSERT_TAIL(&p->waiting, e, link);
	return e;
}

const uint8_t *ap_passphrase_psk(struct ap_passphrase *e)
{
	const struct bytes *ssid = &e->owner->ssid;

	if (e->derived)
		return e->psk;
	if (psk_from_passphrase(e->text, ssid->data, ssid->len, e->psk) < 0)
		return NULL;
	e->derived = true;
	TAILQ_REMOVE(&e->owner->waiting, e, link);
	return e->psk;
}

bool ap_passphrases_derive_one(struct ap_passphrases *p)
{
	struct ap_passphrase *e = TAILQ_FIRST(&p->waiting);

	/* One that fails stays for the station that asks for it. */
	return e && ap_passphrase_psk(e) && !TAILQ_EMPTY(&p->waiting);
}
