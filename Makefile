# Every verb is a script in scripts/; ARGS reaches it: make up ARGS=--bare
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up build test conformance bench lint lab install deb clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 22

up: ## install what is missing, build, run the cloud on http://127.0.0.1:8080
	@scripts/up $(ARGS)

build: ## only build
	@scripts/build

test: ## all tests; what moves guest packets runs in the isolated lab
	@scripts/test $(ARGS)

conformance: ## OpenStack's own acceptance tests; ARGS="LIST REGEX" for fewer of them
	@scripts/openstack-clients tempest >/dev/null
	@ARCUS_BUNDLED_IMAGE=$$(scripts/build) scripts/lab scripts/conformance $(ARGS)

bench: ## measure and report
	@scripts/bench $(ARGS)

lint: ## formatting, clippy, shell scripts
	@scripts/lint

lab: ## a shell in the isolated lab (`make up` in it touches nothing outside)
	@scripts/lab

install: ## PREFIX=DIR: the program to DIR/bin, its assets to DIR/share/arcus
	@scripts/install "$(PREFIX)"

deb: ## a Debian package of the program, its assets and its services
	@scripts/deb

clean: ## remove what was built, keep what was downloaded
	@. scripts/env.sh && rm -rf "$$CARGO_TARGET_DIR" "$$ARCUS_CACHE/images"
