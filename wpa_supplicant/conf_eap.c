/* Networks of 802.1X: which of them can be used. */
#include <string.h>

#include "wpa_supplicant/conf.h"

#define METHODS_MAX 32
#define PASSWORD_MIN 16 /* of the weakest ciphersuite of GPSK */

/* A word of eap=; without the key every method may be used. */
static bool names_our_method(const struct wpas_network *n)
{
	char *text = NULL, *word[METHODS_MAX];
	bool ours = !n->eap;

	if (!n->eap || str_replace(&text, n->eap) < 0)
		return ours;
	for (int i = split_words(text, word, METHODS_MAX) - 1; i >= 0; i--)
		ours |= strcmp(word[i], "GPSK") == 0;
	str_wipe_free(text);
	return ours;
}

/* Zero octets do not travel in an EAP identity. */
static bool bad_identity(const struct bytes *b)
{
	return b->len && (b->len >= WPAS_IDENTITY_CAP || memchr(b->data, 0, b->len));
}

static bool not_plain(const struct bytes *password)
{
	return (password->len > 4 && memcmp(password->data, "ext:", 4) == 0) ||
	       (password->len == 37 && memcmp(password->data, "hash:", 5) == 0);
}

static bool complete(const struct wpas_network *n)
{
	return n->identity.len && n->password.len;
}

static bool only_1x(const struct wpas_network *n)
{
	return n->key_mgmt && !(n->key_mgmt & ~WPAS_AKMS_1X);
}

/* NULL: none. */
static const char *obstacle(const struct wpas_network *n)
{
	if (!names_our_method(n))
		return "eap names no method this version has; it has GPSK";
	if (not_plain(&n->password))
		return "EAP-GPSK needs the password itself, neither hash: nor ext:";
	if (n->password.len && n->password.len < PASSWORD_MIN)
		return "EAP-GPSK needs a password of at least 16 octets";
	if (bad_identity(&n->identity) || bad_identity(&n->anonymous_identity))
		return "EAP identities have at most 255 octets, none of them zero";
	if (!n->eap && !complete(n))
		return "key_mgmt asks for EAP, but there are no eap, identity and password";
	return NULL;
}

const char *wpas_network_unusable(const struct wpas_network *n)
{
	const char *problem = wpas_network_problem(n);

	return problem || !only_1x(n) ? problem : obstacle(n);
}

bool wpas_network_eap_able(const struct wpas_network *n)
{
	return !obstacle(n) && (complete(n) || only_1x(n));
}

const char *wpas_network_lacks_secret(const struct wpas_network *n)
{
	if (wpas_network_lacks_psk(n))
		return "PSK_PASSPHRASE";
	if (!only_1x(n) || obstacle(n))
		return NULL;
	return !n->identity.len ? "IDENTITY" : !n->password.len ? "PASSWORD" : NULL;
}
