/* What the pages of doc/option-reference share. */
#ifndef TESTS_TOOLS_OPTION_REFERENCE_H
#define TESTS_TOOLS_OPTION_REFERENCE_H

extern const char generated[]; /* the comment at the top of a page */

/* Text in a cell: what Markdown would take as markup stands for itself. */
void put_plain(const char *text);
/* Code in a cell. */
void put_code(const char *text);

/* dbus_page.c */
void dbus_page(void);

#endif
