/* Makes an NFC password token: the lines for a configuration file, and the record for the tag. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utils/version.h"
#include "wps/nfc.h"

#define RECORD_CAP 512

static void print_hex(const char *name, const void *data, size_t len)
{
	char text[2 * DH5_LEN + 1];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_add_hex_upper(&s, data, len);
	printf("%s=%s\n", name, text);
	wipe(text, sizeof(text));
}

/* As settings; the record is a comment, so that the whole output may go into the file. */
static int print_token(const struct wps_nfc_token *t)
{
	_cleanup_(writer_free) struct writer w = writer_new(128);
	char text[RECORD_CAP];
	struct strbuf record = strbuf_over(text, sizeof(text));
	int err = wps_nfc_write_password(&w, t, NULL);

	if (!err)
		err = wps_nfc_reply(&w, true, &record);
	if (err)
		return err;
	printf("wps_nfc_dev_pw_id=%u\n", t->id);
	print_hex("wps_nfc_dh_pubkey", t->public_key, sizeof(t->public_key));
	print_hex("wps_nfc_dh_privkey", t->private_key.data, t->private_key.len);
	print_hex("wps_nfc_dev_pw", t->password.data, t->password.len);
	printf("# NDEF record for the tag:\n# %s", text);
	wipe(text, sizeof(text));
	return 0;
}

int main(int argc, char **argv)
{
	struct wps_nfc_token token = {0};

	if (argc > 1) {
		bool version = strcmp(argv[1], "-v") == 0;
		fprintf(version ? stdout : stderr, "nfc_pw_token %s\n", VERSION_TEXT);
		if (!version)
			fprintf(stderr, "usage: nfc_pw_token\nPrints a new NFC password token.\n");
		return version ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	int err = wps_nfc_token_make(&token);
	if (!err)
		err = print_token(&token);
	wps_nfc_token_clear(&token);
	if (!err && fflush(stdout) == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "nfc_pw_token: no token could be made\n");
	return EXIT_FAILURE;
}
