/* Key hierarchy and sealing of the registration protocol (WSC 2.0, clause 7). */
#ifndef WPS_KEYS_I_H
#define WPS_KEYS_I_H

#include "crypto/crypto.h"
#include "wps/msg_i.h"

#define WPS_NONCE_LEN 16
#define WPS_HASH_LEN SHA256_LEN
#define WPS_PSK_LEN 16
#define WPS_AUTH_LEN 8

struct wps_keys {
	uint8_t auth[32], wrap[16], emsk[32];
};

/* AuthKey, KeyWrapKey, EMSK from the Diffie-Hellman secret (192 bytes), nonces and the enrollee's
 * address, 7.3. */
int wps_keys_derive(const uint8_t secret[DH5_LEN], const uint8_t nonce_e[WPS_NONCE_LEN],
	const uint8_t mac_e[MAC_LEN], const uint8_t nonce_r[WPS_NONCE_LEN], struct wps_keys *out);
/* PSK1 and PSK2 of the two halves of the device password, 7.4. */
int wps_keys_psk(const struct wps_keys *k, const uint8_t *password, size_t len,
	uint8_t psk1[WPS_PSK_LEN], uint8_t psk2[WPS_PSK_LEN]);
/* E-Hash or R-Hash of one half, 7.4. */
int wps_keys_half_hash(const struct wps_keys *k, const uint8_t snonce[WPS_NONCE_LEN],
	const uint8_t psk[WPS_PSK_LEN], const struct bytes *pk_e, const struct bytes *pk_r,
	uint8_t out[WPS_HASH_LEN]);

/* Authenticator attribute behind what w holds, covering the previous message and w, 7.2. */
int wps_seal(const struct wps_keys *k, const struct bytes *previous, struct writer *w);
/* Does the message end in an Authenticator that is right? Returns 0 or -EBADMSG. */
int wps_unseal(const struct wps_keys *k, const struct bytes *previous, const uint8_t *msg,
	size_t len, const struct wps_msg *m);
/* Encrypted Settings attribute of this plain text (Key Wrap Authenticator added), 7.5. Wipes
 * nothing of plain. */
int wps_settings_encrypt(const struct wps_keys *k, const struct writer *plain, struct bytes *out);
/* Plain text of a received Encrypted Settings value, its attributes read and checked against the
 * table. Returns 0; -EBADMSG: padding or Key Wrap Authenticator are wrong; -EINVAL: the content is.
 * The views of m live in plain. */
int wps_settings_decrypt(const struct wps_keys *k, const struct wps_value *v, enum wps_table t,
	struct bytes *plain, struct wps_msg *m);

#endif
