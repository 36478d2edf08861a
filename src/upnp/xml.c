#include "upnp/xml.h"

#include <ctype.h>
#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "utils/reader.h"

#define NS_SEPARATOR '\n' /* in no URI and in no name */

struct parse {
	XML_Parser expat;
	const struct xml_handler *h;
	void *ctx;
	unsigned depth;
	struct writer text;
	int result;
};

static void stop(struct parse *p, int result)
{
	if (p->result == 0)
		p->result = result;
	XML_StopParser(p->expat, XML_FALSE);
}

/* "uri<separator>name" or "name". */
static const char *split_name(char *both, const char **ns)
{
	char *at = strchr(both, NS_SEPARATOR);

	*ns = at ? both : "";
	if (!at)
		return both;
	*at = '\0';
	return at + 1;
}

static void on_open(void *ctx, const XML_Char *both, const XML_Char **attributes)
{
	struct parse *p = ctx;
	const char *ns = NULL;

	if (p->result)
		return;
	if (++p->depth > XML_DEPTH_MAX) {
		stop(p, -EBADMSG);
		return;
	}
	p->text.len = 0;
	_cleanup_(freep) char *copy = strdup(both);
	const char *name = copy ? split_name(copy, &ns) : NULL;
	int result = !name ? -ENOMEM : p->h->open ? p->h->open(p->ctx, p->depth, ns, name) : 0;
	if (result)
		stop(p, result);
}

/* Cuts blanks off both ends, in place. */
static const char *trimmed(struct writer *w)
{
	char *text = (char *)w->buf;

	while (w->len > 1 && isspace((unsigned char)text[w->len - 2])) {
		text[w->len - 2] = '\0';
		w->len--;
	}
	return text + strspn(text, " \t\r\n");
}

static void on_close(void *ctx, const XML_Char *both)
{
	struct parse *p = ctx;
	const char *name = strchr(both, NS_SEPARATOR);

	if (p->result)
		return;
	name = name ? name + 1 : both;
	writer_u8(&p->text, 0);
	if (!writer_ok(&p->text)) {
		stop(p, -ENOMEM);
		return;
	}
	int result = p->h->close ? p->h->close(p->ctx, p->depth, name, trimmed(&p->text)) : 0;
	p->text.len = 0;
	p->depth--;
	if (result)
		stop(p, result);
}

static void on_text(void *ctx, const XML_Char *text, int len)
{
	struct parse *p = ctx;

	if (p->result)
		return;
	if (p->text.len + (size_t)len > XML_TEXT_MAX)
		stop(p, -EBADMSG);
	else
		writer_bytes(&p->text, text, (size_t)len);
}

static void on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
	const XML_Char *public, int internal)
{
	stop(ctx, -EBADMSG);
}

int xml_parse(const char *data, size_t len, const struct xml_handler *h, void *ctx)
{
	struct parse p = {.h = h, .ctx = ctx, .text = writer_new(256)};

	p.expat = XML_ParserCreateNS(NULL, NS_SEPARATOR);
	if (!p.expat) {
		writer_free(&p.text);
		return -ENOMEM;
	}
	XML_SetUserData(p.expat, &p);
	XML_SetElementHandler(p.expat, on_open, on_close);
	XML_SetCharacterDataHandler(p.expat, on_text);
	XML_SetStartDoctypeDeclHandler(p.expat, on_doctype);
	bool ok = len <= INT32_MAX && XML_Parse(p.expat, data, (int)len, 1) == XML_STATUS_OK;
	XML_ParserFree(p.expat);
	writer_free(&p.text);
	if (p.result)
		return p.result;
	return ok ? 0 : -EBADMSG;
}

void xml_write(struct writer *w, const char *raw)
{
	writer_bytes(w, raw, strlen(raw));
}

/* Length of the UTF-8 character at p that XML 1.0 allows; 0 when there is none. */
static unsigned char_len(const unsigned char *p)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t first;
	} forms[] = {
		{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
	for (unsigned n = 0; n < ARRAY_SIZE(forms); n++) {
		if ((p[0] & forms[n].mask) != forms[n].lead)
			continue;
		uint32_t code = p[0] & (unsigned char)~forms[n].mask;
		for (unsigned i = 1; i <= n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (p[i] & 0x3fu);
		}
		bool control = code < 0x20 && !strchr("\t\n\r", (int)code);
		bool bad = control || code < forms[n].first || (code >= 0xd800 && code <= 0xdfff) ||
			   code == 0xfffe || code == 0xffff || code > 0x10ffff;
		return bad ? 0 : n + 1;
	}
	return 0;
}

void xml_write_escaped(struct writer *w, const char *text)
{
	static const char *const names[256] = {['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
		['\''] = "&apos;"};
	const unsigned char *p = (const unsigned char *)text;

	while (*p) {
		unsigned n = char_len(p);
		if (names[*p])
			xml_write(w, names[*p]);
		else if (n)
			writer_bytes(w, p, n);
		else
			writer_u8(w, '?');
		p += n ? n : 1;
	}
}

void xml_write_element(struct writer *w, const char *name, const char *text)
{
	if (!text)
		return;
	xml_write(w, "<");
	xml_write(w, name);
	xml_write(w, ">");
	xml_write_escaped(w, text);
	xml_write(w, "</");
	xml_write(w, name);
	xml_write(w, ">\n");
}
