/* Base64, RFC 4648 section 4. */
#ifndef UTILS_BASE64_H
#define UTILS_BASE64_H

#include <stddef.h>

#include "utils/bytes.h"
#include "utils/writer.h"

/* Without line breaks. */
void base64_write(struct writer *w, const void *data, size_t len);
/* Blanks and line breaks between are fine. Returns 0, -EBADMSG, -ENOMEM. */
int base64_decode(const char *text, struct bytes *out);

#endif
