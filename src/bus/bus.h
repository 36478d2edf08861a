/* Objects on a D-Bus bus, described by tables: the rows of methods, properties and signals give
 * dispatch, introspection, PropertiesChanged and the reference page. Knows nothing of what the
 * objects mean. D-Bus specification 0.38. */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "bus/value.h"
#include "utils/eloop.h"

struct bus;
struct bus_object;
struct bus_call; /* a method call being answered */

#define BUS_ERROR_FAILED "org.freedesktop.DBus.Error.Failed"
#define BUS_ERROR_INVALID_ARGS "org.freedesktop.DBus.Error.InvalidArgs"

/* Arguments in rows: `name:signature` separated by blanks, "" for none. Every table ends with a
 * row without name. */
struct bus_method {
	const char *name, *in, *out;
	/* Answers with bus_reply() or bus_fail(); neither: an empty reply. The arguments have the
	 * types of `in`. ctx is the object's. */
	void (*handle)(void *ctx, struct bus_call *call);
	const char *help;
};

enum bus_property_flags {
	BUS_SIGNALLED = 1 << 0, /* its changes are told by PropertiesChanged */
	BUS_AT_ONCE = 1 << 1,   /* … without waiting for others */
	BUS_ANY_TYPE = 1 << 2,  /* set takes values of other types, too, and checks them itself */
};
struct bus_property {
	const char *name, *type; /* one complete type */
	/* Appends one value of `type`. 0 or -errno: reading fails. NULL: cannot be read. */
	int (*get)(void *ctx, const struct bus_property *p, struct bus_out *out);
	/* `in` stands at a value of `type`. 0, or -errno, with bus_fail() when there is more to
	 * say. NULL: read-only. */
	int (*set)(void *ctx, const struct bus_property *p, DBusMessageIter *in,
		struct bus_call *call);
	unsigned flags;
	const void *arg; /* of the row, for get and set */
	const char *help;
};

struct bus_signal {
	const char *name, *args, *help;
	bool hidden; /* sent, but clients must not see it in introspection */
};

struct bus_interface {
	const char *name;
	const struct bus_method *methods; /* tables may be NULL */
	const struct bus_property *properties;
	const struct bus_signal *signals;
};

struct bus_params {
	const char *address; /* NULL: the system bus */
	const char *name;    /* well-known name to own */
	void *ctx;
};

/* Joins the bus in the background; a lost bus is joined again, with every object. NULL: no
 * memory, or no libdbus (logged). */
struct bus *bus_new(struct eloop *loop, const struct bus_params *p);
/* Blocks until the name is ours, at most this long. 0, or -errno: -ETIMEDOUT, -EEXIST the name has
 * another owner, -ECONNREFUSED no bus, -EACCES the bus does not let us (all logged). */
int bus_wait(struct bus *b, unsigned milliseconds);
/* Every object must be gone. NULL is fine. */
void bus_free(struct bus *b);

/* interfaces: borrowed, ends with NULL. The path must be a valid one, not in use. NULL on failure
 * (logged). */
struct bus_object *bus_object_new(
	struct bus *b, const char *path, const struct bus_interface *const *interfaces, void *ctx);
/* Changes not told yet are told before. NULL is fine. */
void bus_object_free(struct bus_object *o);
const char *bus_object_path(const struct bus_object *o);
void *bus_object_ctx(const struct bus_object *o);
/* The object at a path, NULL: none of ours. */
struct bus_object *bus_object_find(struct bus *b, const char *path);

/* This property of this interface changed: told within 5 ms, values as they are then. Unknown
 * names and properties without BUS_SIGNALLED are ignored. o NULL is fine. */
void bus_changed(struct bus_object *o, const char *interface, const char *property);
/* Tells now what changed on the object. */
void bus_flush(struct bus_object *o);

/* A signal of the object: false when there is nobody to send it to (the bus is away); else append
 * the arguments to *out and end with bus_signal_send(). o NULL: false. */
struct bus_message {
	struct bus_out out;
	DBusMessage *msg;
	struct bus_object *object;
};
bool bus_signal_begin(
	struct bus_object *o, const char *interface, const char *name, struct bus_message *m);
/* Only to this client; before bus_signal_send(). */
void bus_signal_to(struct bus_message *m, const char *client);
void bus_signal_send(struct bus_message *m);

/* Every readable property of an interface as one a{sv}. 0, or the error of the getter that
 * failed. */
int bus_put_properties(struct bus_object *o, const char *interface, struct bus_out *out);

/* --- answering a call --- */

/* Stands at the first argument. */
DBusMessageIter *bus_args(struct bus_call *call);
struct bus_out *bus_reply(struct bus_call *call);
const char *bus_sender(const struct bus_call *call); /* unique name of the client */
/* The answer is this error; text NULL: none. */
void bus_fail(struct bus_call *call, const char *error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* … with two texts. */
void bus_fail_detail(
	struct bus_call *call, const char *error, const char *text, const char *detail);
bool bus_failed(const struct bus_call *call);

/* Calls left() when the client (unique name) leaves the bus, or the bus goes away; the watch is
 * over then. NULL: no memory. */
struct bus_client;
struct bus_client *bus_client_watch(
	struct bus *b, const char *name, void (*left)(void *ctx), void *ctx);
void bus_client_unwatch(struct bus_client *c); /* NULL is fine */
const char *bus_client_name(const struct bus_client *c);

/* Introspection data of an object into a text the caller frees. NULL: no memory. */
char *bus_introspect(struct bus_object *o);

#endif
