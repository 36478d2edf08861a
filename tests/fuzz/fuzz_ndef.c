/* NFC: tags and carrier records as a reader hands them over. */
#include <errno.h>
#include <string.h>

#include "utils/log.h"
#include "wps/ndef.h"
#include "wps/nfc.h"

static void use(const struct wps_nfc_data *d)
{
	struct reader r = d->attributes;
	struct wps_credential c;
	const uint8_t *raw;
	size_t len;
	unsigned n = 0;

	while (wps_nfc_next_credential(&r, &c, &raw, &len)) {
		/* Views into the tag, read whole. */
		if (len < 4 || raw[0] != 0x10 || (size_t)(raw[2] << 8 | raw[3]) + 4 != len)
			__builtin_trap();
		n++;
	}
	if (n != d->credentials || d->password.len > sizeof(d->password.data) ||
		d->ssid_len > sizeof(d->ssid))
		__builtin_trap();
}

/* What was written around the attributes is found again. */
static void wrap(const uint8_t *data, size_t size)
{
	struct writer w = writer_new(64);
	struct reader payload;

	ndef_write_wps(&w, data, size);
	if (!writer_ok(&w) || ndef_find_wps(w.buf, w.len, &payload) < 0 ||
		reader_left(&payload) != size || (size && memcmp(payload.p, data, size) != 0))
		__builtin_trap();
	writer_free(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wps_nfc_data d;

	log_set_level(LOG_ERR);
	if (wps_nfc_read_tag(data, size, &d) == 0)
		use(&d);
	if (wps_nfc_read_carrier(data, size, &d) == 0)
		use(&d);
	wrap(data, size);
	return 0;
}
