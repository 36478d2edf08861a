/* SOAP messages, their base64 arguments, and XML in general. */
#include <string.h>

#include "upnp/soap.h"

static void again(const struct soap_msg *m)
{
	struct writer w = writer_new(256);
	struct soap_msg other;

	soap_write_begin(&w, "Action");
	for (unsigned i = 0; i < m->arg_count; i++)
		soap_write_text(&w, "Arg", m->args[i].value);
	soap_write_end(&w, "Action");
	if (soap_parse((const char *)w.buf, w.len, &other) < 0 || other.arg_count != m->arg_count)
		__builtin_trap();
	soap_clear(&other);
	writer_free(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct soap_msg m;
	struct bytes b = {0};

	if (soap_parse((const char *)data, size, &m) < 0)
		return 0;
	for (unsigned i = 0; i < m.arg_count; i++) {
		if (soap_arg_bytes(&m, m.args[i].name, &b) == 0)
			bytes_clear(&b);
	}
	again(&m);
	soap_clear(&m);
	return 0;
}
