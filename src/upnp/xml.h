/* XML as UPnP uses it: expat without document types (hence without entities), bounded in depth and
 * text. And the text side of writing it. */
#ifndef UPNP_XML_H
#define UPNP_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "utils/base64.h"
#include "utils/writer.h"

#define XML_DEPTH_MAX 16
#define XML_TEXT_MAX 20480 /* of one element */

struct xml_handler {
	/* depth 1 is the root. ns: name space URI, "" for none; name without prefix. Either may be
	 * NULL as a function. Not 0: parsing ends with this value. */
	int (*open)(void *ctx, unsigned depth, const char *ns, const char *name);
	/* text: of the element itself behind its last child, without blanks around it,
	 * NUL-terminated. */
	int (*close)(void *ctx, unsigned depth, const char *name, const char *text);
};
/* Returns 0, what a callback returned, -EBADMSG (not well-formed, a document type, too deep, too
 * long) or -ENOMEM. */
int xml_parse(const char *data, size_t len, const struct xml_handler *h, void *ctx);

/* Text with the five special characters escaped; bytes that XML 1.0 cannot hold become '?', and so
 * does what is not UTF-8. */
void xml_write_escaped(struct writer *w, const char *text);
void xml_write(struct writer *w, const char *raw); /* as it is */
/* <name>escaped text</name>; NULL text writes nothing. */
void xml_write_element(struct writer *w, const char *name, const char *text);

#endif
