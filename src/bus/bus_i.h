/* Inside of the D-Bus library. */
#ifndef BUS_BUS_I_H
#define BUS_BUS_I_H

#include <sys/queue.h>

#include <uthash.h>

#include "bus/bus.h"

#define BUS_PROPERTIES "org.freedesktop.DBus.Properties"
#define BUS_INTROSPECTABLE "org.freedesktop.DBus.Introspectable"

enum bus_state {
	BUS_AWAY,   /* no connection; trying again */
	BUS_HELLO,  /* asked for a unique name */
	BUS_NAMING, /* asked for our name */
	BUS_UP,
};

struct bus_interface_state {
	const struct bus_interface *rows;
	size_t property_count;
	uint8_t *dirty; /* one per property */
	bool any_dirty;
};

struct bus_object {
	UT_hash_handle hh; /* by path */
	TAILQ_ENTRY(bus_object) dirty_link;
	struct bus *bus;
	char *path;
	void *ctx;
	struct bus_interface_state *interfaces;
	size_t interface_count;
	bool registered, dirty;
};

struct bus_loop; /* loop.c */

struct bus {
	struct eloop *loop;
	struct timers *timers;
	char *address, *name;
	enum bus_state state;
	int error; /* why it is not up, -errno */
	DBusConnection *conn;
	struct bus_loop *io;
	DBusPendingCall *pending; /* Hello, RequestName */
	struct timer retry, flush;
	uint64_t retry_delay;
	struct bus_object *objects; /* hash */
	TAILQ_HEAD(bus_dirty, bus_object) dirty;
	LIST_HEAD(, bus_client) clients; /* watched */
};

struct bus_call {
	struct bus *bus;
	DBusMessage *msg, *reply; /* reply: the answer or the error */
	DBusMessageIter args;
	struct bus_out out;
	bool has_out, failed;
};

/* loop.c: descriptors, timeouts and dispatching of one connection. NULL: no memory. */
struct bus_loop *bus_loop_new(struct eloop *loop, DBusConnection *conn);
void bus_loop_free(struct bus_loop *l);

/* bus.c: the connection is of no use any more; it is dropped from a timer, for libdbus may be
 * calling us. Logs; joins again. */
void bus_lost(struct bus *b, int err, const char *why);
void bus_forget_call(DBusPendingCall **p);

/* client.c */
void bus_clients_gone(struct bus *b); /* the bus is away, and all of them with it */
void bus_client_changed(struct bus *b, DBusMessage *msg); /* NameOwnerChanged */

/* object.c */
void bus_objects_register(struct bus *b);   /* all, on a new connection */
void bus_objects_unregister(struct bus *b); /* the connection is gone */
struct bus_interface_state *bus_object_interface(struct bus_object *o, const char *name);

/* dispatch.c */
/* A method call to an object, which may be gone afterwards: the reply, whether the caller wants one
 * or not; NULL with *known false: none of its methods, with *known true: no memory. */
DBusMessage *bus_answer(struct bus_object *o, DBusMessage *msg, bool *known);
DBusHandlerResult bus_dispatch(DBusConnection *conn, DBusMessage *msg, void *object);

/* change.c */
void bus_flush_all(struct bus *b);

/* args.c: `name:signature` words. False: no more. */
struct bus_arg {
	const char *name, *type;
	int name_len, type_len;
};
bool bus_arg_next(const char **args, struct bus_arg *out);
/* All signatures in one text of at most cap bytes. */
void bus_args_signature(const char *args, char *out, size_t cap);
#define BUS_SIGNATURE_CAP 64

#endif
