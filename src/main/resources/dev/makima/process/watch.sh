#!/bin/sh
# Keeps one agent's lease where no daemon does: one that was killed, stopped, or hangs. When the time is over that the
# last daemon wrote down, and none has written a later one, all of the run stands still until a daemon lets it go on:
# its task may be another daemon's by then. Asleep but for a moment every few seconds; ends with its agent.
#
# watch.sh LAUNCH CGROUP
#
# Started by the holder, in the holder's session, with nothing in its environment but a PATH that leads to sleep, grep
# and mv: nothing takes it for a part of the run. Plain POSIX, for dash and busybox.
launch=$1 cgroup=$2 holder=$PPID
run=${launch%/*}
run=${run##*/}
agent= began= sleeper=
set -f
# Whoever works in a directory keeps it from being removed.
cd /

# It ends by itself; the holder's TERM is a reason to look at once.
trap '[ -z "$sleeper" ] || kill -9 "$sleeper" 2>/dev/null' TERM
trap : HUP INT QUIT PIPE ALRM USR1 USR2 TSTP TTIN TTOU

fields() {
    [ $# -ge 20 ] || return 1
    state=$1 parent=$2 group=$3 session=$4
    shift 19
    ticks=$1
}

# Sets state, parent, group, session and ticks (its start) of process $1; fails where there is none. The name of a
# process may hold spaces, parentheses and line breaks.
look() {
    text=
    { while read -r part || [ -n "$part" ]; do text="$text$part "; done <"/proc/$1/stat"; } 2>/dev/null
    fields ${text##*) }
}

# Whether process $1, started at $2, lives.
lives() {
    look "$1" && [ "$ticks" = "$2" ] && case $state in [ZXx]) false ;; esac
}

# Sets until (in hundredths of a second since the machine's start) and every (in seconds). What cannot be read is over:
# to stand still without a reason is mended by the next daemon, to work on without one by nobody.
read_lease() {
    until= every=
    { read -r until every rest <"$launch/lease"; } 2>/dev/null
    case $until in '' | *[!0-9]*) until=0 ;; esac
    case $every in '' | 0 | *[!0-9]*) every=10 ;; esac
}

# The daemon writes over the file in place, so that a full disk is no hindrance: a look may find half of each.
read_lease_twice() {
    read_lease
    seen=
    while [ "$seen" != "$until" ]; do
        seen=$until
        read_lease
    done
}

# Sets family to "pid:ticks " of each process of the run: the agent's group and session, those with the run's cookie in
# their environment, and all their descendants; not the holder's session.
find_family() {
    set +f
    marked=" $(grep -lszxF "MAKIMA_RUN=$run" /proc/[0-9]*/environ) "
    set -- /proc/[0-9]*
    set -f
    # One on each line.
    marked=" $(echo $marked) "
    lives "$agent" "$began" && leader=$agent || leader=none
    processes= family=' '
    for place in "$@"; do
        pid=${place#/proc/}
        look "$pid" || continue
        case $state in [ZXx]) continue ;; esac
        [ "$pid" -gt 1 ] && [ "$session" != "$own" ] || continue
        processes="$processes $pid:$parent:$ticks"
        case " $group $session " in *" $leader "*) family="$family$pid:$ticks " ;; esac
        case $marked in *" $place/environ "*) family="$family$pid:$ticks " ;; esac
    done
    more=yes
    while [ -n "$more" ]; do
        more=
        for process in $processes; do
            pid=${process%%:*} ticks=${process##*:}
            parent=${process#*:}
            parent=${parent%:*}
            case $family in *" $pid:"*) continue ;; esac
            case $family in *" $parent:"*) family="$family$pid:$ticks " more=yes ;; esac
        done
    done
}

# Whether process $1 stands still with its cgroup: a signal would be seen by shells with job control.
is_frozen() {
    [ -n "$frozen" ] || return 1
    {
        while read -r line; do
            case $line/ in *"/${cgroup##*/}/"*) return 0 ;; esac
        done <"/proc/$1/cgroup"
    } 2>/dev/null
    return 1
}

# As the daemon does it: until two looks one after the other find nothing that moves.
stop_all() {
    look "$$"
    own=$session frozen=
    if [ -n "$cgroup" ]; then
        { echo 1 >"$cgroup/cgroup.freeze"; } 2>/dev/null && frozen=yes
    fi
    told=' ' calm=0 rounds=0
    while [ "$calm" -lt 2 ] && [ "$rounds" -lt 20 ]; do
        calm=$((calm + 1)) rounds=$((rounds + 1))
        find_family
        for process in $family; do
            pid=${process%:*}
            # Its number may be another's by now.
            lives "$pid" "${process#*:}" || continue
            # In the middle of a vfork it comes to the stop as soon as it can.
            case $state$told in [Tt]* | D*" $process "*) continue ;; esac
            is_frozen "$pid" && continue
            kill -STOP "$pid" 2>/dev/null
            told="$told$process " calm=0
        done
    done
}

while [ ! -e "$launch/exit" ]; do
    [ -n "$began" ] || { read -r agent began rest <"$launch/id"; } 2>/dev/null
    if [ -n "$began" ]; then
        lives "$agent" "$began" || break
    else
        # No agent yet, and none to come without its holder.
        look "$$" && [ "$parent" = "$holder" ] || break
    fi
    read_lease_twice
    { read -r now rest </proc/uptime; } 2>/dev/null || now=0.00
    now=${now%.*}${now#*.}
    left=$every
    if [ "$now" -lt "$until" ]; then
        left=$(((until - now + 99) / 100))
    elif [ -z "$began" ]; then
        left=1
    elif [ ! -e "$launch/stopped" ]; then
        # Said before, in case we end in between, and after, in case a daemon let it go on in between: it has to again.
        mv -f "$launch/watching" "$launch/stopped" 2>/dev/null
        stop_all
        mv -f "$launch/watching" "$launch/stopped" 2>/dev/null
    fi
    # Not longer at once: this sleep does not count what the machine is suspended.
    [ "$left" -le "$every" ] || left=$every
    sleep "$left" &
    sleeper=$!
    wait "$sleeper"
    # Without sleep it would never rest.
    case $? in 126 | 127) break ;; esac
    sleeper=
done
exit 0
