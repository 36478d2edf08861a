/* A wpa_supplicant configuration text: parsed, rendered, and the rendering parsed again. */
#include <stdlib.h>

#include "utils/log.h"
#include "wpa_supplicant/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(const struct cfg_table *table, const struct bytes *text)
{
	struct wpas_conf *c = wpas_conf_new(table);
	unsigned id = 0;

	/* What was accepted and written has to be accepted again. */
	if (wpas_conf_parse(c, "rendered", (const char *)text->data, text->len, false, &id) != 0)
		abort();
	wpas_conf_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wpas_keys *keys = wpas_keys_new();
	const struct cfg_table *table = wpas_keys_table(keys);
	struct wpas_conf *c = wpas_conf_new(table);
	struct writer w = writer_new(256);
	struct bytes text = {NULL, 0};
	unsigned id = 0;

	log_set_level(LOG_ERR + 1);
	bytes_set(&c->text, data, size);
	int errors =
		wpas_conf_parse(c, "fuzz", (const char *)c->text.data, c->text.len, false, &id);
	if (errors == 0 && wpas_conf_render(c, &w) == 0 && writer_steal(&w, &text) == 0)
		again(table, &text);
	bytes_clear(&text);
	writer_free(&w);
	wpas_conf_free(c);
	wpas_keys_free(keys);
	return 0;
}
