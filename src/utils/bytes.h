/* Bytes: owned byte strings, wiping, scoped cleanup. */
#ifndef UTILS_BYTES_H
#define UTILS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

/* Scoped ownership: `_cleanup_(x_freep) struct x *x = x_new();` and
 * `return steal_ptr(&x);` to hand it out. */
#define _cleanup_(f) __attribute__((cleanup(f)))
#define steal_ptr(pp)                                                                              \
	({                                                                                         \
		__typeof__(*(pp)) _stolen = *(pp);                                                 \
		*(pp) = NULL;                                                                      \
		_stolen;                                                                           \
	})

/* free() for `_cleanup_`: any pointer variable. */
void freep(void *pp);
/* fclose()/close() for `_cleanup_`. NULL and -1 are fine. */
void fclosep(void *file_pp);
void closep(int *fd);

/* Overwrites `len` bytes so that the compiler cannot drop it. For secrets. */
void wipe(void *p, size_t len);
/* Constant-time comparison for secrets, MICs, authenticators. */
bool bytes_equal_ct(const void *a, const void *b, size_t len);

/* Owned bytes; data is NULL when len is 0. */
struct bytes {
	uint8_t *data;
	size_t len;
};

/* Replaces the content of `b` by a copy. Returns 0, or -ENOMEM (then `b` is empty). */
int bytes_set(struct bytes *b, const void *data, size_t len);
/* Wipes, frees, empties. */
void bytes_clear(struct bytes *b);
bool bytes_equal(const struct bytes *a, const void *data, size_t len);

/* strdup that accepts NULL; replaces *dst, freeing (and wiping) the old text. Returns 0 or -ENOMEM.
 */
int str_replace(char **dst, const char *src);
/* Wipes and frees a text holding a secret. */
void str_wipe_free(char *s);

#endif
