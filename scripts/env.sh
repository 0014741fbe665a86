# shellcheck shell=bash
# Sourced by every script: where things are. Set a variable before to move one.
ARCUS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ARCUS_CACHE=${ARCUS_CACHE:-$HOME/.cache/arcus}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$ARCUS_CACHE/target}
export PATH=$ARCUS_CACHE/bin:$HOME/.cargo/bin:$PATH:/usr/sbin:/sbin
cd "$ARCUS_ROOT" || exit

say() { printf '%s\n' "arcus: $*" >&2; }
die() { say "$*"; exit 1; }

# /dev/kvm may exist where it does not work (nested without hardware help): ask for the modules that drive real hardware.
kvm_usable() { [[ -c /dev/kvm && (-d /sys/module/kvm_intel || -d /sys/module/kvm_amd) ]]; }
