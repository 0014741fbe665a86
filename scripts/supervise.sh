# shellcheck shell=bash
# Sourced: supervise TARGET COMMAND [ARGUMENT…] runs COMMAND as if in the foreground, but hands SIGTERM and SIGHUP on to the
# processes that `TARGET PID` names at that moment. (bash would wait for a foreground command before it runs a trap; and to
# make a terminal's process groups anew, as tini does, breaks pipes and Ctrl-C of whoever called.) Ends with COMMAND's status.
supervise() {
  local target=$1 child status
  shift
  # A background command has SIGINT ignored and no input unless told otherwise; it stays in our process group, so the
  # terminal's Ctrl-C reaches it, and us, who only wait.
  env --default-signal=INT,QUIT -- "$@" <&0 &
  child=$!
  # shellcheck disable=SC2064 # the values of now are meant
  trap "kill -TERM \$($target $child) 2>/dev/null || true" TERM HUP
  trap : INT QUIT
  while :; do
    status=0
    wait "$child" || status=$?
    kill -0 "$child" 2>/dev/null || exit "$status"
  done
}
