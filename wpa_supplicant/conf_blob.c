/* Blobs: files inside of the configuration, `blob-base64-NAME={ … }`. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utils/base64.h"
#include "wpa_supplicant/conf.h"

#define BLOB_MAX (1u << 20)
#define LINE_BYTES 54 /* of data, 72 characters */

static bool name_is_valid(const char *name)
{
	return *name && is_printable(name, strlen(name)) && !strpbrk(name, "\"#");
}

struct wpas_blob *wpas_conf_blob(const struct wpas_conf *c, const char *name)
{
	for (size_t i = 0; i < c->blob_count; i++)
		if (strcmp(c->blobs[i].name, name) == 0)
			return &c->blobs[i];
	return NULL;
}

static struct wpas_blob *add(struct wpas_conf *c, const char *name)
{
	struct wpas_blob *all = realloc(c->blobs, (c->blob_count + 1) * sizeof(*all));

	if (!all)
		return NULL;
	c->blobs = all;
	struct wpas_blob *b = &all[c->blob_count];
	*b = (struct wpas_blob){.name = strdup(name)};
	if (!b->name)
		return NULL;
	c->blob_count++;
	return b;
}

static void drop(struct wpas_conf *c, struct wpas_blob *b)
{
	size_t at = (size_t)(b - c->blobs);

	free(b->name);
	bytes_clear(&b->data);
	memmove(b, b + 1, (c->blob_count - at - 1) * sizeof(*b));
	c->blob_count--;
}

int wpas_conf_set_blob(struct wpas_conf *c, const char *name, const void *data, size_t len)
{
	struct wpas_blob *b = wpas_conf_blob(c, name);

	if (!name_is_valid(name) || len > BLOB_MAX)
		return -EINVAL;
	if (!b)
		b = add(c, name);
	if (!b)
		return -ENOMEM;
	b->in_file = false;
	int err = bytes_set(&b->data, data, len);
	if (err < 0)
		drop(c, b);
	return err;
}

int wpas_conf_remove_blob(struct wpas_conf *c, const char *name)
{
	struct wpas_blob *b = wpas_conf_blob(c, name);

	if (!b)
		return -ENOENT;
	drop(c, b);
	return 0;
}

void wpas_conf_clear_blobs(struct wpas_conf *c)
{
	while (c->blob_count)
		drop(c, &c->blobs[c->blob_count - 1]);
	free(c->blobs);
	c->blobs = NULL;
}

int wpas_conf_read_blob(struct wpas_conf *c, const char *name, const char *text)
{
	struct bytes data = {NULL, 0};
	int err = base64_decode(text, &data);

	if (err == 0)
		err = wpas_conf_set_blob(c, name, data.data, data.len);
	bytes_clear(&data);
	if (err == 0)
		wpas_conf_blob(c, name)->in_file = true;
	return err;
}

void wpas_conf_write_blob(const struct wpas_blob *b, struct writer *out)
{
	static const char begin[] = "\nblob-base64-", open[] = "={\n", end[] = "}\n";

	writer_bytes(out, begin, sizeof(begin) - 1);
	writer_bytes(out, b->name, strlen(b->name));
	writer_bytes(out, open, sizeof(open) - 1);
	for (size_t at = 0; at < b->data.len; at += LINE_BYTES) {
		size_t left = b->data.len - at;
		base64_write(out, b->data.data + at, left < LINE_BYTES ? left : LINE_BYTES);
		writer_u8(out, '\n');
	}
	writer_bytes(out, end, sizeof(end) - 1);
}
