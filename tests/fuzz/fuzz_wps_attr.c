/* WPS attribute lists: elements, messages, credentials. */
#include <errno.h>
#include <string.h>

#include "common/elements.h"
#include "utils/log.h"
#include "wps/msg_i.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wps_info info;
	struct wps_msg msg;
	struct wps_peer peer = {0};
	struct wps_credential cred;
	struct bytes content = {0};

	log_set_level(LOG_ERR);
	if (wps_info_parse(data, size, &info) == 0)
		(void)wps_info_authorized(&info, info.uuid);
	if (wps_msg_read(data, size, &msg) == 0) {
		for (int t = WT_M1; t <= WT_ASSOC_RESP; t++) {
			uint8_t buf[8192];
			struct writer w = writer_over(buf, sizeof(buf));
			if (wps_msg_check(&msg, (enum wps_table)t) < 0)
				continue;
			/* What has all that is required can be written again. */
			if (wps_msg_write(&w, (enum wps_table)t, &msg) == -EINVAL)
				__builtin_trap();
		}
		wps_peer_read(&msg, &peer);
	}
	if (wps_credential_read(data, size, &cred) == 0 && !cred.ssid_len)
		__builtin_trap();
	if (elements_wps(data, size, &content) == 0 && content.len)
		(void)wps_info_parse(content.data, content.len, &info);
	bytes_clear(&content);
	return 0;
}
