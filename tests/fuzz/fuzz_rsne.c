/* RSN and WPA elements: what is accepted is written and read again with the same meaning. */
#include <stdlib.h>

#include "common/rsn_ie.h"
#include "utils/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsn_ie ie, again;
	uint8_t buf[512];
	char text[256];

	if (rsn_ie_parse(data, size, &ie))
		return 0;
	if (ie.pmkid_count && (ie.pmkids < data || ie.pmkids + 16 * ie.pmkid_count > data + size))
		abort();
	struct strbuf s = strbuf_over(text, sizeof(text));
	rsn_ie_flags(&s, &ie);
	struct writer w = writer_over(buf, sizeof(buf));
	rsn_ie_write(&w, &ie);
	if (!writer_ok(&w))
		return 0;
	/* Suites we have no name for are not written; the rest must come back. */
	if (rsn_ie_parse(buf, w.len, &again))
		return 0;
	if (again.proto != ie.proto || again.group != ie.group || (again.pairwise & ~ie.pairwise) ||
		(again.akm & ~ie.akm))
		abort();
	return 0;
}
