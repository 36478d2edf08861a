# One non-recursive Makefile. `make` builds the programs, `make help` lists the rest.
#   V=1 shows commands, BUILD=dir moves the objects, SAN=1 builds with ASan+UBSan,
#   CONFIG_X=n leaves a feature out (see CONFIG below).

CONFIG_DRIVER_NL80211 ?= y
CONFIG_DRIVER_SIM ?= y
CONFIG_LIBEDIT ?= y
CONFIG_UPNP ?= y
CONFIG_TESTING ?= n
CONFIG_DBUS ?= y

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
DBUS_SERVICEDIR ?= $(PREFIX)/share/dbus-1/system-services
# The bus reads no policies below /usr/local.
DBUS_POLICYDIR ?= $(if $(filter /usr/local,$(PREFIX)),/etc,$(PREFIX)/share)/dbus-1/system.d
DESTDIR ?=
BUILD ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
AR ?= ar
PKG_CONFIG ?= pkg-config
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

WARN := -Wall -Wextra -Wswitch-enum -Wformat=2 -Wshadow -Wvla -Wno-unused-parameter
OPT ?= -O2 -g
comma := ,
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
CFLAGS += -std=gnu11 $(OPT) $(WARN) $(if $(WERROR),-Werror) $(SANFLAGS) -D_GNU_SOURCE -Isrc -I. -I$(BUILD)/gen
DEPFLAGS = -MMD -MP
LDFLAGS += $(SANFLAGS)

pkgs := libcrypto $(if $(filter y,$(CONFIG_DRIVER_NL80211)),libnl-3.0 libnl-genl-3.0) \
	$(if $(filter y,$(CONFIG_UPNP)),expat)
pkg_cflags := $(shell $(PKG_CONFIG) --cflags $(pkgs) 2>/dev/null)
pkg_libs := $(shell $(PKG_CONFIG) --libs $(pkgs) 2>/dev/null)
CFLAGS += $(pkg_cflags)
LDLIBS += $(pkg_libs)
dbus_cflags := $(if $(filter y,$(CONFIG_DBUS)),$(shell $(PKG_CONFIG) --cflags dbus-1 2>/dev/null))
CFLAGS += $(dbus_cflags)
# Programs load it (src/bus/libdbus.h); tests also play the other side with it.
dbus_libs := $(if $(filter y,$(CONFIG_DBUS)),$(shell $(PKG_CONFIG) --libs dbus-1 2>/dev/null))
edit_libs := $(if $(filter y,$(CONFIG_LIBEDIT)),$(shell $(PKG_CONFIG) --libs libedit 2>/dev/null))

# --- libraries: one per folder of src, in order of the layers (a library may use those before it)
DRIVERS := $(if $(filter y,$(CONFIG_DRIVER_NL80211)),nl80211) $(if $(filter y,$(CONFIG_DRIVER_SIM)),sim) none
LIBS := utils crypto common config ctrl wps $(if $(filter y,$(CONFIG_UPNP)),upnp) $(if $(filter y,$(CONFIG_DBUS)),bus) eap_peer eap_server eapol rsn drivers ap
lib_dirs_drivers := src/drivers $(addprefix src/drivers/,$(DRIVERS))
# The daemons without their main.c are libraries too: tests hold several of them in one process.
DAEMONS := hostapd wpa_supplicant
lib_dirs_hostapd := hostapd
lib_dirs_wpa_supplicant := wpa_supplicant $(if $(filter y,$(CONFIG_DBUS)),wpa_supplicant/dbus)
dbus_other := $(if $(filter y,$(CONFIG_DBUS)),wpa_supplicant/dbus_none.c)
cli_edit_other := src/ctrl/cli/$(if $(filter y,$(CONFIG_LIBEDIT)),edit_none.c,edit_libedit.c)
cli_srcs = $(wildcard $(1)/*_cli.c $(1)/cli_*.c) $(filter-out $(cli_edit_other),$(wildcard src/ctrl/cli/*.c))
# Without UPnP the daemons have a file that says so.
upnp_none := $(addsuffix /upnp_none.c,$(DAEMONS))
upnp_other := $(if $(filter y,$(CONFIG_UPNP)),$(upnp_none),$(wildcard hostapd/upnp.c wpa_supplicant/er.c wpa_supplicant/er_*.c))
# Debug aids for tests, never in a program for the field.
testing_other := $(addsuffix $(if $(filter y,$(CONFIG_TESTING)),/testing_none.c,/testing.c),$(DAEMONS))
not_in_lib = $(upnp_other) $(dbus_other) $(testing_other) $(addsuffix /main.c,$(DAEMONS)) wpa_supplicant/nfc_pw_token.c $(foreach d,$(DAEMONS),$(call cli_srcs,$(d)))
srcs_of = $(filter-out $(not_in_lib),$(wildcard $(addsuffix /*.c,$(or $(lib_dirs_$(1)),src/$(1)))))
objs_of = $(patsubst %.c,$(BUILD)/%.o,$(call srcs_of,$(1)))
# What each library's unit tests link with (mirrors the layer rules of check-layers).
uses_utils := utils
uses_crypto := utils crypto
uses_common := utils common
uses_config := utils config
uses_ctrl := utils ctrl
uses_wps := utils crypto common wps
uses_upnp := utils crypto common wps upnp
uses_bus := utils bus
uses_eap_peer := utils crypto common wps eap_peer
uses_eap_server := utils crypto common wps eap_server
uses_eapol := utils crypto common wps eap_peer eap_server eapol
uses_rsn := utils crypto common rsn
uses_drivers := utils crypto common rsn drivers
uses_ap := $(LIBS)
uses_hostapd := hostapd $(LIBS)
uses_wpa_supplicant := wpa_supplicant $(LIBS)

libs_of = $(patsubst %,$(BUILD)/lib%.a,$(1))
ALL_LIBS := $(call libs_of,$(LIBS))

# --- programs: a daemon is its main.c and its library; a CLI is *_cli.c and cli_*.c
hostapd_cli_objs := $(patsubst %.c,$(BUILD)/%.o,$(call cli_srcs,hostapd))
wpa_cli_objs := $(patsubst %.c,$(BUILD)/%.o,$(call cli_srcs,wpa_supplicant))
PROGRAMS := hostapd/hostapd hostapd/hostapd_cli wpa_supplicant/wpa_supplicant wpa_supplicant/wpa_cli \
	wpa_supplicant/nfc_pw_token
# Tests build with another BUILD; their programs then stay below it.
prog = $(if $(filter build,$(BUILD)),,$(BUILD)/)$(1)

.PHONY: all install clean help doc
all: $(foreach p,$(PROGRAMS),$(call prog,$(p)))

# Drivers register by a generated table: CONFIG_DRIVER_X=n drops the row and the objects. (PPID: several make may run.)
$(BUILD)/gen/driver_table.c: Makefile FORCE
	@mkdir -p $(@D)
	@{ echo '#include "drivers/driver.h"'; \
	   for d in $(DRIVERS); do echo "extern const struct driver driver_$$d;"; done; \
	   echo 'const struct driver *const driver_table[] = {'; \
	   for d in $(DRIVERS); do echo "	&driver_$$d,"; done; echo '	0};'; } > $@.$$PPID
	@cmp -s $@.$$PPID $@ && rm $@.$$PPID || mv $@.$$PPID $@
FORCE:

$(BUILD)/libdrivers.a: $(BUILD)/gen/driver_table.o
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(DEPFLAGS) -c -o $@ $<

# Loaded only when an interface for UPnP is configured (src/utils/lazy.h), under the names they have here.
soname = $(shell objdump -p "`$(PKG_CONFIG) --variable=libdir $(1)`/$(or $(2),$(1)).so" | sed -n 's/^ *SONAME *//p')
$(BUILD)/src/upnp/http_client.o: CFLAGS += -DCURL_SONAME='"$(call soname,libcurl)"' $(shell $(PKG_CONFIG) --cflags libcurl)
$(BUILD)/src/upnp/http_server.o: CFLAGS += -DMHD_SONAME='"$(call soname,libmicrohttpd)"' $(shell $(PKG_CONFIG) --cflags libmicrohttpd)

$(BUILD)/src/bus/libdbus.o: CFLAGS += -DDBUS_SONAME='"$(call soname,dbus-1,libdbus-1)"'
libdbus_names := $(if $(filter y,$(CONFIG_DBUS)),$(BUILD)/gen/libdbus_names.h)
$(libdbus_names): src/bus/libdbus.list Makefile
	@mkdir -p $(@D)
	@{ echo '/* From src/bus/libdbus.list. */'; echo 'struct libdbus {'; \
	   sed 's/.*/	__typeof__(&) *&;/' $<; echo '};'; \
	   echo '#define LIBDBUS_SYMBOLS' $$(sed 's/.*/SYMBOL(&),/' $<); \
	   echo '#ifndef LIBDBUS_NO_NAMES'; sed 's/.*/#define & libdbus.&/' $<; echo '#endif'; } > $@

$(BUILD)/%.o: %.c | $(libdbus_names)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(DEPFLAGS) -c -o $@ $<

define lib_rule
$(BUILD)/lib$(1).a: $(call objs_of,$(1))
	$$(call say,AR,$$@)
	@mkdir -p $$(@D)
	$$(Q)rm -f $$@; $$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(LIBS) $(DAEMONS),$(eval $(call lib_rule,$(l))))

link = $(Q)mkdir -p $(@D); $(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

$(call prog,hostapd/hostapd): $(BUILD)/hostapd/main.o $(call libs_of,hostapd) $(ALL_LIBS)
	$(call say,LD,$@)
	$(link) $(LDLIBS)
$(call prog,wpa_supplicant/wpa_supplicant): $(BUILD)/wpa_supplicant/main.o $(call libs_of,wpa_supplicant) $(ALL_LIBS)
	$(call say,LD,$@)
	$(link) $(LDLIBS)
$(call prog,hostapd/hostapd_cli): $(hostapd_cli_objs) $(call libs_of,ctrl utils)
	$(call say,LD,$@)
	$(link) $(edit_libs)
$(call prog,wpa_supplicant/wpa_cli): $(wpa_cli_objs) $(call libs_of,ctrl utils)
	$(call say,LD,$@)
	$(link) $(edit_libs)

$(call prog,wpa_supplicant/nfc_pw_token): $(BUILD)/wpa_supplicant/nfc_pw_token.o $(call libs_of,wps common crypto utils)
	$(call say,LD,$@)
	$(link) $(LDLIBS)

# --- unit tests: tests/unit/<lib>/test_*.c, each a cmocka program
# `make unit-wps` builds and runs those of one library.
unit_srcs := $(wildcard tests/unit/*/test_*.c)
unit_bins := $(patsubst %.c,$(BUILD)/%,$(unit_srcs))
define unit_rule
$(BUILD)/tests/unit/$(1)/test_%: $(BUILD)/tests/unit/$(1)/test_%.o $(call libs_of,$(uses_$(1)))
	$$(call say,LD,$$@)
	$$(link) -lcmocka $$(LDLIBS) $$(dbus_libs)
.PHONY: unit-$(1)
unit-$(1): $(filter $(BUILD)/tests/unit/$(1)/%,$(unit_bins))
	@set -e; for t in $$^; do echo "== $$$$t"; $$$$t; done
endef
$(foreach l,$(LIBS) $(DAEMONS),$(eval $(call unit_rule,$(l))))

# --- doc/option-reference: pages made from the tables of the daemons
REFERENCE := hostapd wpa_supplicant commands dbus
reference_tool := $(BUILD)/tests/tools/option_reference
$(reference_tool): $(BUILD)/tests/tools/option_reference.o $(BUILD)/tests/tools/dbus_page.o $(call libs_of,$(DAEMONS)) $(ALL_LIBS)
	$(call say,LD,$@)
	$(link) $(LDLIBS)
doc: $(reference_tool)
	$(Q)set -e; for p in $(REFERENCE); do $< $$p > doc/option-reference/$$p.md; done

include $(wildcard tests/tests.mk)

# Files that name where the programs are: *.in.
units := $(wildcard hostapd/systemd/*.in) $(filter-out $(if $(filter y,$(CONFIG_DBUS)),,%/wpa_supplicant.service.in),$(wildcard wpa_supplicant/systemd/*.in))
install_in = set -e; install -d $(DESTDIR)$(2); for f in $(1); do n=$${f\#\#*/}; \
	sed 's|@SBINDIR@|$(SBINDIR)|g' $$f | install -m 644 /dev/stdin $(DESTDIR)$(2)/$${n%.in}; done
.PHONY: install-dbus
install-dbus:
	$(call install_in,wpa_supplicant/dbus/fi.w1.wpa_supplicant1.service.in,$(DBUS_SERVICEDIR))
	install -d $(DESTDIR)$(DBUS_POLICYDIR)
	install -m 644 wpa_supplicant/dbus/dbus-wpa_supplicant.conf $(DESTDIR)$(DBUS_POLICYDIR)/

install: all $(if $(filter y,$(CONFIG_DBUS)),install-dbus)
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(MANDIR)/man5
	install -m 755 $(foreach p,$(PROGRAMS),$(call prog,$(p))) $(DESTDIR)$(SBINDIR)/
	install -m 644 doc/man/*.8 $(DESTDIR)$(MANDIR)/man8/
	install -m 644 doc/man/*.5 $(DESTDIR)$(MANDIR)/man5/
	$(call install_in,$(units),$(UNITDIR))

help:
	@echo 'build      all (default), install, clean, doc (doc/option-reference)'
	@echo 'try        demo: onboarding of a mesh node on simulated air; bench: against Debian, in the VM'
	@echo 'test       check: everything below, after installing what is missing (deps)'
	@echo '           check-all: the same without installing'
	@echo '           check-build check-layers check-format check-doc check-install'
	@echo '           unit sim fuzz-replay cli conf hwsim'
	@echo 'parts      unit-LIB: $(LIBS) $(DAEMONS)'
	@echo '           fuzz-NAME: $(fuzz_names)'
	@echo 'variables  V=1 WERROR=1 SAN=1 BUILD=dir CC= OPT= DESTDIR= PREFIX=$(PREFIX) SBINDIR= MANDIR='
	@echo '           UNITDIR= DBUS_SERVICEDIR= DBUS_POLICYDIR='
	@echo '           CONFIG_DRIVER_NL80211=n CONFIG_DRIVER_SIM=n CONFIG_LIBEDIT=n CONFIG_UPNP=n CONFIG_DBUS=n CONFIG_TESTING=y FUZZ_SECONDS=$(FUZZ_SECONDS)'

clean:
	rm -rf build build-* $(PROGRAMS)

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
