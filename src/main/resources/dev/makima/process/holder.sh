#!/bin/sh
# Holds one agent: its only parent, in a session of its own, so that the agent outlives the daemon and its exit
# status is never lost. Plain POSIX, for dash and busybox; a copy lies in each launch directory, because a shell reads
# its script as it goes and an upgrade must not change it underneath.
#
# holder.sh LAUNCH OUT ERR BOOT NAMESPACE UNSET SH SETSID MV TAIL KIND RESET CGROUP ENV WATCH COMMAND [ARGUMENT...]
#
# The environment is the agent's, so every name of ours has a prefix: a shell hands a changed variable on.
__makima_launch=$1 __makima_out=$2 __makima_err=$3 __makima_boot=$4 __makima_namespace=$5 __makima_unset=$6
__makima_sh=$7 __makima_setsid=$8 __makima_mv=$9
shift 9
__makima_tail=$1 __makima_kind=$2 __makima_reset=$3 __makima_cgroup=$4 __makima_env=$5 __makima_watch=$6
shift 6

# Caught, not ignored: a caught signal is default again in the agent, an ignored one would stay ignored there.
trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2 TSTP TTIN TTOU

__makima_field20() {
    shift 19
    __makima_ticks=$1
}

# Sets __makima_ticks to the start time of process $1: field 22 of its stat, 20 after the name, which may hold spaces.
__makima_start() {
    __makima_ticks=0
    { read -r __makima_stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    __makima_field20 ${__makima_stat##*) }
}

# Feeds the agent: what is appended to "in" goes down the pipe, and nobody who writes to "in" ever waits for the agent.
# Its complaints go to a file, so that what it wrote to the pipe can be counted.
case $__makima_kind in
gnu) "$__makima_tail" -c +1 -f -s 0.25 --pid="$$" "$__makima_launch/in" 2>>"$__makima_launch/feed" >"$__makima_launch/p" & ;;
*) "$__makima_tail" -c +1 -f "$__makima_launch/in" 2>>"$__makima_launch/feed" >"$__makima_launch/p" & ;;
esac
__makima_feeder=$!
__makima_start "$__makima_feeder"
__makima_fed=$__makima_ticks
__makima_start "$$"
printf '%s %s %s %s\n%s %s %s %s\n' \
    "$$" "$__makima_ticks" "$__makima_boot" "$__makima_namespace" \
    "$__makima_feeder" "$__makima_fed" "$__makima_boot" "$__makima_namespace" >"$__makima_launch/holder"

# Only an agent with a lease has a watch, which gets WATCH for its PATH.
__makima_watcher=
if [ -n "$__makima_watch" ]; then
    "$__makima_env" -i PATH="$__makima_watch" \
        "$__makima_sh" "$__makima_launch/watch.sh" "$__makima_launch" "$__makima_cgroup" &
    __makima_watcher=$!
fi

# In the foreground, since background children of a shell ignore SIGINT. It tells its identity before it is the agent.
__makima_inner='
field20() {
    shift 19
    __makima_ticks=$1
}
# Before it tells who it is, so that an agent which is known is in its cgroup. Where the cgroup is gone it starts all the
# same, and its standard error says so: then it is found by its tree and its environment.
[ -z "$5" ] || echo 0 >"$5/cgroup.procs"
read -r __makima_stat <"/proc/$$/stat"
field20 ${__makima_stat##*) }
printf "%s %s %s %s\n" "$$" "$__makima_ticks" "$2" "$3" >"$1/id"
# The daemon may have hung since it last looked at the lease: where that is over by now, the agent begins when it is in
# force again. All that stops an agent, or lets it go on, does so with this shell too.
while [ -n "$6" ]; do
    __makima_until= __makima_now=0.00
    { read -r __makima_until __makima_rest <"$1/lease"; } 2>/dev/null
    { read -r __makima_now __makima_rest </proc/uptime; } 2>/dev/null
    case $__makima_until in "" | *[!0-9]*) __makima_until=0 ;; esac
    [ "${__makima_now%.*}${__makima_now#*.}" -ge "$__makima_until" ] || break
    PATH=$6 sleep 1 || break
done
[ -z "$4" ] || unset $4
shift 6
case $1 in
-*)
    # Some shells take this for an option of exec, and not all of them know "exec --".
    __makima_path=$(command -v -- "$1") || { echo "$1: not found" >&2; exit 127; }
    shift
    set -- "$__makima_path" "$@"
    ;;
esac
exec "$@"'
# In a subshell of its own: else the shell itself has the agent's standard error while it waits, and writes "Killed" there.
# RESET is an env that can undo what the daemon's starter made it ignore (nohup, a background job); no shell can.
if [ -n "$__makima_reset" ]; then
    (exec "$__makima_setsid" "$__makima_reset" --default-signal "$__makima_sh" -c "$__makima_inner" agent \
        "$__makima_launch" "$__makima_boot" "$__makima_namespace" "$__makima_unset" "$__makima_cgroup" \
        "$__makima_watch" "$@") \
        <"$__makima_launch/p" >>"$__makima_out" 2>>"$__makima_err"
else
    (exec "$__makima_setsid" "$__makima_sh" -c "$__makima_inner" agent \
        "$__makima_launch" "$__makima_boot" "$__makima_namespace" "$__makima_unset" "$__makima_cgroup" \
        "$__makima_watch" "$@") \
        <"$__makima_launch/p" >>"$__makima_out" 2>>"$__makima_err"
fi
__makima_status=$?

# Over bytes that were written before, so that a full disk does not lose the status; by rename, so that it is whole.
printf '%03d\n' "$__makima_status" 1<>"$__makima_launch/exit.tmp"
"$__makima_mv" -f "$__makima_launch/exit.tmp" "$__makima_launch/exit"

# Feeder and watch may have ended long ago and their numbers be others' now: only children of ours.
__makima_end() {
    if { read -r __makima_stat <"/proc/$2/stat"; } 2>/dev/null; then
        case ${__makima_stat##*) } in
        ?" $$ "*) kill "$1" "$2" 2>/dev/null ;;
        esac
    fi
}
__makima_end -9 "$__makima_feeder"
[ -z "$__makima_watcher" ] || __makima_end -15 "$__makima_watcher"
exit 0
