/* SSDP datagrams, and the addresses and URLs in them. */
#include <string.h>

#include "upnp/ssdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ssdp_msg m;
	struct http_url url, other;
	char text[HTTP_URL_TEXT_LEN];
	unsigned mx;

	if (ssdp_parse((const char *)data, size, &m) < 0)
		return 0;
	if (ssdp_search_valid(&m, &mx) && mx > 120)
		__builtin_trap();
	if (!m.location || http_url_parse(m.location, strlen(m.location), &url) < 0)
		return 0;
	/* What was understood can be written and is understood again. */
	http_url_text(&url, text);
	if (http_url_parse(text, strlen(text), &other) < 0 || other.port != url.port ||
		other.addr.s_addr != url.addr.s_addr || strcmp(other.path, url.path) != 0)
		__builtin_trap();
	if (m.st && http_url_join(&url, m.st, &other) == 0)
		http_url_text(&other, text);
	return 0;
}
