#include "ap/passphrase.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "crypto/crypto.h"

/* There may be ten thousand of them: no more room than needed. */
struct ap_passphrase {
	UT_hash_handle hh;
	uint8_t psk[PMK_LEN];
	bool derived;
	char text[];
};

struct ap_passphrases {
	struct bytes ssid;
	struct ap_passphrase *by_text;
};

struct ap_passphrases *ap_passphrases_new(const struct bytes *ssid)
{
	struct ap_passphrases *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
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
		wipe(e->text, strlen(e->text));
		wipe(e->psk, sizeof(e->psk));
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
	size_t len = strlen(text);

	if (e)
		return e;
	e = calloc(1, sizeof(*e) + len + 1);
	if (!e)
		return NULL;
	memcpy(e->text, text, len + 1);
	HASH_ADD_KEYPTR(hh, p->by_text, e->text, len, e);
	if (old && bytes_equal(&old->ssid, p->ssid.data, p->ssid.len))
		known = find(old, text);
	e->derived = known && known->derived;
	if (e->derived)
		memcpy(e->psk, known->psk, sizeof(e->psk));
	return e;
}

const uint8_t *ap_passphrase_psk(const struct ap_passphrases *p, struct ap_passphrase *e)
{
	if (!e->derived && psk_from_passphrase(e->text, p->ssid.data, p->ssid.len, e->psk) < 0)
		return NULL;
	e->derived = true;
	return e->psk;
}

bool ap_passphrase_derived(const struct ap_passphrase *e)
{
	return e->derived;
}
