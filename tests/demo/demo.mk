# make demo: the whole onboarding on simulated air, see tests/demo/demo.py. A second make reads what the packages brought.
.PHONY: demo demo-run
demo:
	@tests/deps build
	@tests/demo/need-python
	$(sub) CONFIG_DRIVER_SIM=y all
	$(sub) demo-run
demo-run:
	@python3 tests/demo/demo.py --programs $(or $(patsubst build,.,$(filter build,$(BUILD))),$(BUILD)) --out demo-out
