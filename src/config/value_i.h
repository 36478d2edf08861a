/* Inside of the config engine: values by type (value.c), shared with config.c. */
#ifndef CONFIG_VALUE_I_H
#define CONFIG_VALUE_I_H

#include "config/config.h"
#include "utils/mac.h"

/* A parsed value before it is stored; which member counts depends on the type. */
struct cfg_value {
	int64_t number;
	char *text;
	struct bytes bytes;
	uint8_t mac[MAC_LEN];
};

/* What a type can do. The field is the address inside the scope's struct. */
struct cfg_type_ops {
	int (*parse)(const struct cfg_key *key, const char *text, struct cfg_value *v,
		struct cfg_error *err);
	bool (*equal)(const void *field, const struct cfg_value *v);
	/* Moves owned memory out of v. */
	void (*store)(void *field, struct cfg_value *v);
	/* False when unset; nothing is added then. */
	bool (*print)(const struct cfg_key *key, const void *field, struct strbuf *out);
	void (*describe)(const struct cfg_key *key, struct strbuf *out);
};

/* NULL for CUSTOM and IGNORED. */
const struct cfg_type_ops *cfg_type_ops_of(enum cfg_type type);
void cfg_value_clear(struct cfg_value *v);

#endif
