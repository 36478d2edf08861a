/* Elements a user adds to frames of ours. */
#include "wpa_supplicant/supplicant_i.h"

#include <errno.h>

struct bytes *wpas_elem_slot(struct wpas_if *w, int64_t frame)
{
	return frame >= 0 && frame < WPAS_VENDOR_ELEMS ? &w->vendor[frame].ies : NULL;
}

bool wpas_elem_valid(const void *data, size_t len)
{
	struct reader r = reader_of(data, len);
	struct element e;

	while (element_next(&r, &e))
		;
	return len && reader_at_end(&r);
}

int wpas_elem_add(struct bytes *slot, const void *data, size_t len)
{
	struct bytes sum = {NULL, 0};

	if (!wpas_elem_valid(data, len))
		return -EINVAL;
	struct writer w = writer_new(slot->len + len);
	writer_bytes(&w, slot->data, slot->len);
	writer_bytes(&w, data, len);
	int err = writer_steal(&w, &sum);
	writer_free(&w);
	if (err < 0)
		return err;
	bytes_clear(slot);
	*slot = sum;
	return 0;
}

int wpas_elem_remove(struct bytes *slot, const void *data, size_t len)
{
	for (size_t i = 0; len && i + len <= slot->len; i++) {
		if (memcmp(slot->data + i, data, len) != 0)
			continue;
		memmove(slot->data + i, slot->data + i + len, slot->len - i - len);
		slot->len -= len;
		if (!slot->len)
			bytes_clear(slot);
		return 0;
	}
	return -ENOENT;
}
