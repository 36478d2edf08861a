# Tests. `make check` runs everything; each step is a target of its own.
#   check-build  both compilers, warnings are errors      check-layers  the layer rules of doc/architecture.md
#   unit         cmocka, under ASan+UBSan                 sim           whole daemons on simulated air, virtual clock
#   fuzz-replay  fuzz corpora under ASan+UBSan            hwsim         real daemons on mac80211_hwsim in a VM
#   check-doc    generated pages and man pages            check-install what `make install` and CONFIG_* give
#   cli          the CLIs as black boxes                 conf          the daemons against the interface reference
#   hwsim-6.12   test_offload.py on a newer kernel (not part of check)
#   fuzz-NAME    runs one fuzzer (libFuzzer) for FUZZ_SECONDS

SAN_BUILD := build-san
TESTING_BUILD := build-san-testing
FUZZ_BUILD := build-fuzz
FUZZ_SECONDS ?= 60
sub = +@$(MAKE) --no-print-directory

.PHONY: deps check check-all check-build check-layers check-format check-doc check-install \
	unit unit-run sim sim-run fuzz-replay \
	fuzz-replay-run cli conf conf-run conf-testing hwsim hwsim-6.12 bench demo
deps:
	@tests/deps

check: deps
	$(sub) check-all
check-all:
	@tests/check-all $(MAKE)

check-build:
	$(sub) WERROR=1 all
	$(sub) WERROR=1 BUILD=build-clang CC=clang OPT=-O0 all
check-layers: all
	@tests/check-layers $(BUILD)
check-doc: $(reference_tool)
	@tests/tools/check-doc $< $(REFERENCE)
check-install: all
	@tests/install/run $(MAKE) $(BUILD)
check-format:
	@clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h')

unit:
	$(sub) SAN=1 OPT="-O1 -g" BUILD=$(SAN_BUILD) unit-run
unit-run: $(unit_bins)
	@tests/run-binaries unit $^

sim_bins := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/sim/test_*.c))
sim_objs := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(wildcard tests/sim/test_*.c),$(wildcard tests/sim/*.c)))
$(BUILD)/tests/sim/test_%: $(BUILD)/tests/sim/test_%.o $(sim_objs) $(call libs_of,$(DAEMONS) $(LIBS))
	$(call say,LD,$@)
	$(link) -lcmocka $(LDLIBS) $(dbus_libs)
sim:
	$(sub) SAN=1 OPT="-O1 -g" BUILD=$(SAN_BUILD) sim-run
sim-run: $(sim_bins)
	@tests/run-binaries sim $^

fuzz_names := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_replay_bins := $(addprefix $(BUILD)/tests/fuzz/replay_,$(fuzz_names))
fuzz_libs := $(call libs_of,$(DAEMONS) $(LIBS))
$(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(fuzz_libs)
	$(call say,LD,$@)
	$(link) $(LDLIBS) $(dbus_libs)
$(BUILD)/tests/fuzz/libfuzzer_%: $(BUILD)/tests/fuzz/fuzz_%.o $(fuzz_libs)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS) $(dbus_libs)
fuzz-replay:
	$(sub) SAN=1 OPT="-O1 -g" BUILD=$(SAN_BUILD) fuzz-replay-run
fuzz-replay-run: $(fuzz_replay_bins)
	@tests/run-binaries fuzz $^
fuzz-%:
	$(sub) CC=clang SAN=1 OPT="-O1 -g -fsanitize=fuzzer-no-link" BUILD=$(FUZZ_BUILD) $(FUZZ_BUILD)/tests/fuzz/libfuzzer_$*
	@mkdir -p $(FUZZ_BUILD)/corpus/$*
	$(FUZZ_BUILD)/tests/fuzz/libfuzzer_$* -max_total_time=$(FUZZ_SECONDS) -max_len=8192 \
		-artifact_prefix=$(FUZZ_BUILD)/crash-$*- $(FUZZ_BUILD)/corpus/$* $(wildcard tests/fuzz/corpus/$*)

# Black-box tests of the programs as ordinary processes; the daemons run on simulated air.
pytest := /usr/bin/python3 -m pytest -q -p no:cacheprovider --tb=short
cli: all
	BUILD=$(if $(filter build,$(BUILD)),.,$(BUILD)) $(pytest) tests/cli
conf:
	$(sub) SAN=1 OPT="-O1 -g" BUILD=$(SAN_BUILD) all
	$(sub) HOSTAPD=$(SAN_BUILD)/hostapd/hostapd WPA_SUPPLICANT=$(SAN_BUILD)/wpa_supplicant/wpa_supplicant conf-run
	$(sub) conf-testing
# What needs a test build. Only the few objects that differ are compiled again.
conf-testing:
	@rm -rf $(TESTING_BUILD) && mkdir -p $(TESTING_BUILD)
	@cp -rp $(addprefix $(SAN_BUILD)/,src hostapd wpa_supplicant gen) $(TESTING_BUILD)/
	@find $(TESTING_BUILD) -name '*.d' -delete; rm -f $(addprefix $(TESTING_BUILD)/,$(PROGRAMS))
	$(sub) SAN=1 OPT="-O1 -g" BUILD=$(TESTING_BUILD) CONFIG_TESTING=y all
	HOSTAPD=$(TESTING_BUILD)/hostapd/hostapd WPA_SUPPLICANT=$(TESTING_BUILD)/wpa_supplicant/wpa_supplicant \
	tests/conf/run $(addprefix tests/conf/,test_testing.py test_wps_ext.py test_nfc.py::test_corrupt_pk_hash)
conf-run:
	tests/conf/run

driver_trial := $(BUILD)/tests/hwsim/tools/nl80211_try
$(driver_trial): $(driver_trial).o $(call libs_of,$(uses_drivers))
	$(call say,LD,$@)
	$(link) $(LDLIBS)
hwsim: all $(driver_trial)
	tests/hwsim/run
# Key management of the driver on a kernel that knows more of it: OWE, PORT_AUTHORIZED of access points.
hwsim-6.12: all
	HWSIM_VM_CACHE=$(or $(HWSIM_VM_CACHE),/var/cache/hwsim-vm-6.12) HWSIM_VM_KERNEL=linux-image-6.12-amd64 \
	HWSIM_OUT=$(or $(HWSIM_OUT),build/hwsim-6.12) tests/hwsim/run test_offload.py
bench: all
	tests/bench/run

-include tests/demo/demo.mk
