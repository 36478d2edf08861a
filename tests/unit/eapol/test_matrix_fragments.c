/* Fragments of messages (WSC 2.0, 7.7) lost, repeated, interleaved, with flags and lengths that
 * contradict each other. */
#include "matrix.h"

#define OP frame[WSC_AT]
#define FLAGS frame[WSC_AT + 1]
#define FRAGMENT 130

enum place { FIRST = 1, MIDDLE = 2, LAST = 4, ANY = 7, WHOLE = 8 };

struct trick {
	const char *name;
	unsigned where;
	/* Returns how many copies arrive. */
	unsigned (*apply)(struct link *l, bool to_ap, uint8_t *frame, size_t *len);
	bool always; /* to all of this side from then on */
	bool fatal;  /* the message can never become whole */
	const char *rule;
};

struct spoiler {
	const struct trick *fault;
	unsigned target, seen;
	bool applied, to_ap;
	bool in_parts[2];
};

/* --- changes --- */

static void set_len(uint8_t *frame, size_t *len, size_t n)
{
	struct writer eapol = writer_over(frame + 2, 2), eap = writer_over(frame + 6, 2);

	*len = n;
	writer_be16(&eapol, (uint16_t)(n - 4));
	writer_be16(&eap, (uint16_t)(n - 4));
}

static unsigned total_of(const uint8_t *frame)
{
	return frame[MESSAGE_AT] * 256u + frame[MESSAGE_AT + 1];
}

static void set_total(uint8_t *frame, unsigned total)
{
	frame[MESSAGE_AT] = (uint8_t)(total >> 8);
	frame[MESSAGE_AT + 1] = (uint8_t)total;
}

/* A length field in front of the data. */
static void add_total(uint8_t *frame, size_t *len, unsigned total)
{
	memmove(frame + MESSAGE_AT + 2, frame + MESSAGE_AT, *len - MESSAGE_AT);
	FLAGS |= WSC_FLAG_LENGTH;
	set_total(frame, total);
	set_len(frame, len, *len + 2);
}

static unsigned lose(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	return 0;
}
static unsigned twice(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	return 2;
}
static unsigned longer(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	frame[*len] = 0x55;
	set_len(frame, len, *len + 1);
	return 1;
}
static unsigned shorter(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_len(frame, len, *len - 1);
	return 1;
}
static unsigned without_data(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_len(frame, len, MESSAGE_AT + (FLAGS & WSC_FLAG_LENGTH ? 2 : 0));
	return 1;
}
static unsigned other_more(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	FLAGS ^= WSC_FLAG_MORE;
	return 1;
}
static unsigned without_total(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	FLAGS &= (uint8_t)~WSC_FLAG_LENGTH;
	memmove(frame + MESSAGE_AT, frame + MESSAGE_AT + 2, *len - MESSAGE_AT - 2);
	set_len(frame, len, *len - 2);
	return 1;
}
static unsigned total_0(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_total(frame, 0);
	return 1;
}
static unsigned total_more(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_total(frame, total_of(frame) + 1);
	return 1;
}
static unsigned total_less(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_total(frame, total_of(frame) - 1);
	return 1;
}
static unsigned total_small(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_total(frame, FRAGMENT);
	return 1;
}
static unsigned total_50001(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_total(frame, 50001);
	return 1;
}
static unsigned total_max(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	set_total(frame, 65535);
	return 1;
}
static unsigned new_total(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	add_total(frame, len, 1234);
	return 1;
}
static unsigned whole_with_total(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	add_total(frame, len, (unsigned)(*len - MESSAGE_AT));
	return 1;
}
static unsigned whole_with_other_total(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	add_total(frame, len, (unsigned)(*len - MESSAGE_AT - 1));
	return 1;
}
static unsigned whole_with_more(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	add_total(frame, len, (unsigned)(*len - MESSAGE_AT));
	FLAGS |= WSC_FLAG_MORE;
	return 1;
}
static unsigned other_op(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	OP = WSC_OP_DONE;
	return 1;
}

/* Another frame comes first. A request that comes between has its own identifier. */
static void interleave(struct link *l, bool to_ap, uint8_t *frame, size_t *len, uint8_t op,
	uint8_t flags, size_t n)
{
	uint8_t *other = calloc(1, *len + LINK_ROOM);
	size_t other_len;

	memcpy(other, frame, *len);
	other[5] = (uint8_t)(frame[5] + (to_ap ? 0 : 100));
	other[WSC_AT] = op;
	other[WSC_AT + 1] = flags;
	set_len(other, &other_len, MESSAGE_AT + n);
	link_queue(l, to_ap, other, other_len);
	free(other);
}

static unsigned message_between(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	interleave(l, to_ap, frame, len, WSC_OP_MSG, 0, 20);
	return 1;
}
static unsigned nack_between(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	interleave(l, to_ap, frame, len, WSC_OP_NACK, WSC_FLAG_MORE, 20);
	return 1;
}
static unsigned ack_between(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	interleave(l, to_ap, frame, len, WSC_OP_FRAG_ACK, 0, 0);
	return 1;
}

static const char again[] = "dropped; it comes again as it should be (EAP repeats)";
static const char sums[] = "the fault shows with the last fragment: what cannot add up is dropped";
static const struct trick faults[] = {
	{"lost", ANY | WHOLE, lose, false, false, "EAP repeats"},
	{"lost for ever", ANY | WHOLE, lose, true, true, "EAP gives up"},
	{"twice", ANY | WHOLE, twice, false, false, "the identifier shows it"},
	{"longer", FIRST | MIDDLE, longer, false, true, sums},
	{"shorter", FIRST | MIDDLE, shorter, false, true, sums},
	{"longer at the end", LAST, longer, false, false, again},
	{"shorter at the end", LAST, shorter, false, false, again},
	{"without data", ANY, without_data, false, false, again},
	{"More Fragments wrong", ANY, other_more, false, false, again},
	{"length lacks", FIRST, without_total, false, false, again},
	{"length 0", FIRST, total_0, false, false, again},
	{"length too much by 1", FIRST, total_more, false, true, sums},
	{"length too little by 1", FIRST, total_less, false, true, sums},
	{"length of the first fragment", FIRST, total_small, false, false, again},
	{"length 50001", FIRST, total_50001, false, false, again},
	{"length always 50001", FIRST, total_50001, true, true, "EAP gives up"},
	{"length 65535", FIRST, total_max, false, false, again},
	{"another length", MIDDLE | LAST, new_total, false, false, again},
	{"length of a whole message", WHOLE, whole_with_total, true, false, "allowed"},
	{"other length of a whole message", WHOLE, whole_with_other_total, false, false, again},
	{"More Fragments of a whole message", WHOLE, whole_with_more, false, false, again},
	{"other op code", MIDDLE | LAST, other_op, false, false, again},
	{"a message between", MIDDLE | LAST, message_between, false, false,
		"does not continue what has begun"},
	{"a fragment of a NACK between", MIDDLE | LAST, nack_between, false, false,
		"does not continue what has begun"},
	{"a fragment's acknowledgement between", MIDDLE | LAST, ack_between, false, false,
		"nothing was sent"},
};

/* --- the runs --- */

static enum place place_of(struct spoiler *s, bool to_ap, const uint8_t *frame)
{
	bool more = FLAGS & WSC_FLAG_MORE, begun = s->in_parts[to_ap];

	s->in_parts[to_ap] = more;
	return more ? (FLAGS & WSC_FLAG_LENGTH ? FIRST : MIDDLE) : begun ? LAST : WHOLE;
}

static unsigned filter(struct link *l, bool to_ap, uint8_t *frame, size_t *len)
{
	struct spoiler *s = ((struct world *)l->owner)->middle;

	if (*len <= MESSAGE_AT || frame[1] != 0 || frame[8] != EAP_TYPE_EXPANDED ||
		OP != WSC_OP_MSG)
		return 1;
	if (!(place_of(s, to_ap, frame) & s->fault->where))
		return 1;
	bool now = s->applied ? s->fault->always && to_ap == s->to_ap : s->seen++ == s->target;
	if (!now)
		return 1;
	s->applied = true;
	s->to_ap = to_ap;
	return s->fault->apply(l, to_ap, frame, len);
}

/* How many there are in an undisturbed run. */
static unsigned fragments_for(const struct scenario *sc, const struct trick *trick)
{
	const struct outcome o = {.rule = "undisturbed", .as_usual = true};
	struct spoiler s = {.fault = trick, .target = UINT32_MAX};

	matrix_run(sc, filter, &s, "undisturbed", &o);
	return s.seen;
}

static void one_fault(const struct scenario *sc, const struct trick *trick, unsigned target)
{
	struct spoiler s = {.fault = trick, .target = target};
	const struct outcome o = {
		.rule = trick->rule, .as_usual = !trick->fatal, .sta = "!", .ap = "!"};
	char what[96];

	snprintf(what, sizeof(what), "fragment %u %s", target, trick->name);
	matrix_run(sc, filter, &s, what, &o);
	assert_true(s.applied);
}

static void all_faults(const struct scenario *whole)
{
	struct scenario sc = *whole;

	sc.fragment_size = FRAGMENT;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		unsigned count = fragments_for(&sc, &faults[i]);
		assert_true(count > 0);
		for (unsigned target = 0; target < count; target++)
			one_fault(&sc, &faults[i], target);
	}
	print_message("%u runs\n", matrix_runs);
	assert_int_equal(matrix_wrong, 0);
	matrix_runs = 0;
}

static void test_station(void **state)
{
	all_faults(&sta_enrollee);
}

static void test_access_point(void **state)
{
	all_faults(&ap_enrollee);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_station),
		cmocka_unit_test(test_access_point),
	};
	return cmocka_run_group_tests(tests, matrix_setup, matrix_teardown);
}
