/* EAP-WSC, peer side, in a live run. */
#include "wsc_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	wsc_fuzz_run(true, data, size);
	return 0;
}
