/* Elements of a frame body, and what is read inside some of them. */
#include <stdlib.h>

#include "common/elements.h"
#include "utils/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is found must lie inside the input. */
static void check(const struct elem_view *v, const uint8_t *data, size_t size)
{
	if (v->data && (v->data < data || v->data + v->len > data + size))
		abort();
}

static void use_views(const struct elements *e, const uint8_t *data, size_t size)
{
	const struct elem_view *const all[] = {&e->ssid, &e->supp_rates, &e->ext_supp_rates,
		&e->ds_params, &e->country, &e->rsn, &e->rsnx, &e->wpa, &e->wmm, &e->ht_cap,
		&e->ht_operation, &e->vht_cap, &e->ext_capab, &e->multi_ap, &e->supp_oper_classes,
		&e->tim};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		check(all[i], data, size);
}

/* What was accepted comes back the same when written and read again. */
static void multi_ap_round(const struct multi_ap *m)
{
	uint8_t buf[64];
	struct writer w = writer_over(buf, sizeof(buf));
	struct elements e;
	struct multi_ap again;

	multi_ap_write(&w, m);
	if (!writer_ok(&w) || elements_parse(buf, w.len, &e) || elements_multi_ap(&e, &again))
		abort();
	if (again.flags != m->flags || again.vlanid != m->vlanid)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elements e;
	struct multi_ap m;
	struct bytes wps = {0};
	size_t len;

	(void)elements_parse(data, size, &e);
	use_views(&e, data, size);
	if (e.multi_ap.data && elements_multi_ap(&e, &m) == 0)
		multi_ap_round(&m);
	if (multi_ap_parse(data, size, &m) == 0)
		multi_ap_round(&m);
	if (elements_wps(data, size, &wps) == 0 && !e.wps_count && wps.len)
		abort();
	bytes_clear(&wps);
	const uint8_t *found = element_find(data, size, EID_VENDOR, VENDOR_WPS, &len);
	if ((found != NULL) != (e.wps_count > 0))
		abort();
	return 0;
}
