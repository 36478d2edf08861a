/* Inside of the control point. */
#ifndef UPNP_CP_I_H
#define UPNP_CP_I_H

#include <sys/queue.h>

#include "upnp/cp_point.h"
#include "upnp/http_client.h"
#include "upnp/http_server.h"
#include "utils/writer.h"

#define CP_DEVICES_MAX 32
#define CP_ACTIONS_MAX 16    /* waiting at one device */
#define CP_MAX_AGE_MAX 86400 /* s */
#define CP_SID_MAX 128

/* How requests go out: the real client, or a test's. */
struct cp_http {
	struct http_transfer *(*send)(void *ctx, const struct http_send *req);
	void (*cancel)(void *ctx, struct http_transfer *t);
	void *ctx;
};

enum cp_state {
	CP_DESCRIBING,  /* the description is on its way */
	CP_SUBSCRIBING, /* SUBSCRIBE is on its way */
	CP_READY,
	CP_FAILED, /* not usable; tried again when it advertises itself later */
};

enum cp_text {
	CP_FRIENDLY_NAME,
	CP_MANUFACTURER,
	CP_MANUFACTURER_URL,
	CP_MODEL_DESCRIPTION,
	CP_MODEL_NAME,
	CP_MODEL_NUMBER,
	CP_MODEL_URL,
	CP_SERIAL_NUMBER,
	CP_UDN,
	CP_TEXT_COUNT
};

/* What a description document says about its first WFADevice. */
struct cp_description {
	char *texts[CP_TEXT_COUNT]; /* NULL = absent */
	char *control_url, *event_url;
};
/* Returns 0, -EBADMSG, -ENOENT (no WFADevice in it) or -ENOMEM; out is empty then. */
int cp_describe(const char *data, size_t len, struct cp_description *out);
void cp_description_clear(struct cp_description *d);
/* "uuid:<text>", what follows is not looked at. Returns 0 or -EINVAL. */
int cp_uuid_parse(const char *text, uint8_t uuid[UPNP_UUID_LEN]);

struct cp_action {
	TAILQ_ENTRY(cp_action) link;
	const char *name;
	struct bytes body;
	const char *result; /* argument of the answer with the message; NULL = none */
	upnp_cp_done_fn done;
	void *ctx;
};

struct upnp_cp_device {
	LIST_ENTRY(upnp_cp_device) link;
	struct upnp_cp *cp;
	enum cp_state state;
	bool has_uuid;
	struct upnp_cp_info info;
	struct cp_description description; /* the texts of info */
	unsigned id;                       /* in our event URL */
	struct http_url location, control, event;
	bool has_control;
	char sid[CP_SID_MAX];
	struct timer expire, renew, retry_hold, call_again;
	struct http_transfer *transfer; /* description or (re)subscription */
	struct http_transfer *calling;  /* of the first action */
	TAILQ_HEAD(, cp_action) actions;
	void *user;
};

/* A last request on its way; outlives the device. */
struct cp_farewell {
	LIST_ENTRY(cp_farewell) link;
	struct upnp_cp *cp;
	struct http_transfer *transfer;
};

struct upnp_cp {
	struct eloop *loop;
	struct upnp_if iface;
	struct in_addr filter;
	const struct upnp_cp_ops *ops;
	void *ctx;
	struct http_client *client;
	struct cp_http http;
	struct http_server *server;
	uint16_t port;
	unsigned event_id, next_device;
	int listen_fd, search_fd;
	struct eloop_fd *listen_watch, *search_watch;
	struct timer search_again, stop;
	bool stopping;
	LIST_HEAD(, upnp_cp_device) devices;
	unsigned device_count;
	LIST_HEAD(, cp_farewell) farewells;
};

/* cp_point.c. A control point without sockets. */
struct upnp_cp *cp_alloc(struct eloop *loop, const struct upnp_if *iface, struct in_addr filter,
	const struct upnp_cp_ops *ops, void *ctx);
void cp_ssdp_input(struct upnp_cp *cp, const char *data, size_t len, struct in_addr from);

/* cp_device.c */
struct upnp_cp_device *cp_device_new(struct upnp_cp *cp, const struct http_url *location);
/* Describes and subscribes, unless it failed just now. */
void cp_device_start(struct upnp_cp_device *d);
/* Path of its event URL into out; returns out. */
const char *cp_event_path(const struct upnp_cp_device *d, char *out, size_t cap);
/* Forgets it; tell: it is sent UNSUBSCRIBE. silent: without `gone`. */
void cp_device_remove(struct upnp_cp_device *d, bool tell, bool silent);
/* Its timeout, done and ctx are set. 0, -ENOMEM, -ENOBUFS. */
int cp_farewell_send(struct upnp_cp *cp, const struct http_send *what);
void cp_farewells_clear(struct upnp_cp *cp);
void cp_stop_check(struct upnp_cp *cp); /* nothing left under way: stopped */

/* cp_action.c */
void cp_actions_resume(struct timer *t, void *ctx);
void cp_actions_clear(struct upnp_cp_device *d);

/* cp_event.c. Answers an HTTP request; returns its status. */
unsigned cp_event_input(struct upnp_cp *cp, const char *method, const char *path,
	struct in_addr from, const char *body, size_t len);

#endif
