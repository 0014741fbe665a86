# shellcheck shell=bash
# Sourced by what looks after the lab's cloud: which machines there are, and what runs on each.
scratch=${ARCUS_LAB_SCRATCH:-}
fail() { echo "${0##*/}: $*" >&2; exit 1; }
[[ ${ARCUS_LAB:-} == 1 && $scratch ]] || fail "runs only inside a lab: scripts/lab cloud ${0##*/} $*"
[[ ! ${ARCUS_MACHINE:-} ]] || fail "runs in the lab, not on one of its machines."

# shellcheck disable=SC2034 # for those who source this
{
  machines="control compute1 compute2"
  compute_hosts="compute1 compute2"
  declare -A addresses=([lab]=10.77.0.1 [control]=10.77.0.10 [compute1]=10.77.0.21 [compute2]=10.77.0.22)
  declare -A roles=([control]="api scheduler conductor network" [compute1]=compute [compute2]=compute)
}
