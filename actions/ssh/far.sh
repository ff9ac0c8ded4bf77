# The far side of ssh.command. It is read by a shell there from its standard input, as it is, and followed by the words
# of one order (order.ts). It keeps to the protocol of host/README.md: supervisor.sh, which is sent along, starts the command;
# what stands below only looks, as observe.ts and stop-try.ts do, and tells what it sees in lines of its own.
# POSIX sh, util-linux, coreutils, grep and the /proc of Linux. Nothing here may read standard input.

say() { printf '%s\n' "$*" || exit 1; }

# refuse KIND WORDS: nothing was done by this order.
refuse() {
  say "refuse $*"
  exit 0
}

check() {
  for program in flock setsid sync ln mv mkdir head tail wc sha256sum grep date sleep; do
    command -v "$program" >/dev/null || refuse terminal "has no $program: install util-linux, coreutils and grep there"
  done
  { read -r this_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || refuse terminal 'is no Linux with a /proc'
}

# place DIRECTORY RUN TRY EARLIER, the last three encoded: sets home, run, dir, and how the names of all tries of the step begin.
# An empty directory: where Muster's state lies by default.
place() {
  home=$1 earlier=$4
  [ -n "$home" ] || if [ "$(id -u)" = 0 ]; then home=/var/lib/muster; else home=$HOME/.local/state/muster; fi
  run=$home/steps/$2
  dir=$run/$3
  say "at $dir"
}

gone() { refuse unknown "had $dir, and somebody deleted it while its command was at work"; }

put() { # put NAME TEXT: durable, or not there at all
  printf '%s\n' "$2" 2>/dev/null >"$dir/$1.tmp.$$" && sync "$dir/$1.tmp.$$" 2>/dev/null &&
    mv -f "$dir/$1.tmp.$$" "$dir/$1" && sync "$dir" && return
  rm -f "$dir/$1.tmp.$$"
  return 1
}

# make INTENT SUPERVISOR HEARD: the directory of the try, durably. What stands there already is not written again; where its
# command was heard of before (HEARD: yes) it is not made anew.
make() {
  login_umask=$(umask)
  umask 066
  if ! [ -e "$dir/intent" ]; then
    [ "$3" = no ] || gone
    { mkdir -p "$dir/work" && : >>"$dir/log" && sync "$home" "$home/steps" "$run"; } 2>/dev/null &&
      put supervisor.sh "$2" && put "intent.$$" "$1" || refuse retryable "cannot write $dir, nothing was started: is there room, and may it be written?"
    ln "$dir/intent.$$" "$dir/intent" 2>/dev/null
    rm -f "$dir/intent.$$"
    sync "$dir"
  fi
  { read -r standing <"$dir/intent"; } 2>/dev/null || refuse retryable "cannot read $dir/intent, nothing was started"
  [ "$standing" = "$1" ] || refuse unknown "had another call under this try, and this one was not started. Look at $dir"
}

# Whether exactly the supervisor of `started` lives.
alive() {
  [ "$boot" = "$this_boot" ] || return 1
  { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # the fields after the name, which is in brackets: state is the first, start ticks are the 20th
  set -- ${stat##*) }
  [ "$1" != Z ] && shift 19 && [ "$1" = "$ticks" ]
}

# A session bears the pid of its leader, unless that pid has become somebody else's.
session_of() {
  [ -n "$pid" ] && [ "$boot" = "$this_boot" ] && { ! [ -e "/proc/$pid" ] || alive; }
}

# living DIR: the pids of its supervisor's session and of whoever bears its token.
living() {
  {
    session_of && grep -lzE "\) [^ZX] [0-9]+ [0-9]+ $pid " /proc/[0-9]*/stat
    grep -lzxF "MUSTER_TRY=$1" /proc/[0-9]*/environ
  } 2>/dev/null | while IFS=/ read -r _ _ one _; do printf '%s ' "$one"; done
}

lock_held() { # lock_held DIR
  [ -e "$1/lock" ] || return 1
  flock --nonblock --shared --conflict-exit-code 75 "$1/lock" true
  [ $? -eq 75 ]
}

# read_started DIR, read_exit DIR: what stands there, or nothing.
read_started() { boot='' pid='' ticks='' && { read -r boot pid ticks <"$1/started"; } 2>/dev/null; }
read_exit() { code='' && { read -r code _ <"$1/exit"; } 2>/dev/null; }

# look DIR: sets state and code. The order of the questions is that of observe.ts, for its reasons.
look() {
  state=running
  read_started "$1"
  alive && return
  read_exit "$1"
  if [ "$code" != 0 ] && { [ -n "$(living "$1")" ] || lock_held "$1"; }; then return; fi
  read_exit "$1"
  if [ "$code" = 0 ]; then state=ended
  elif [ -e "$1/stop" ]; then state=stopped
  elif [ -n "$code" ]; then state=ended
  elif [ -n "$pid" ]; then state=unknown
  elif [ -e "$1/started" ]; then look "$1"
  else state=never-ran
  fi
}

# Short at first: most commands are.
pause() {
  rounds=$((${rounds:-0} + 1))
  if [ "$rounds" -lt 20 ]; then sleep 0.1; else sleep 1; fi
}

# Earlier tries of the same step that are at work are waited for: a new one never works beside them.
wait_for_earlier() {
  for other in "$run/$earlier"*; do
    while [ "$other" != "$dir" ] && [ -e "$other/intent" ] && look "$other" && [ "$state" = running ]; do
      say "busy $other"
      pause
    done
  done
}

# The log as it grows, its first bytes only; `from` is how much of it was told before.
ship() {
  size=$(($(wc -c <"$dir/log")))
  end=$size
  [ "$end" -le "$most" ] || end=$most
  piece=$((end - from))
  [ "$piece" -gt 0 ] || return 0
  say "log $piece"
  tail -c "+$((from + 1))" "$dir/log" | head -c "$piece"
  from=$end
}

# How it ended, and how its log ends where that was not told.
over() {
  ship
  rest=$((size - from))
  [ "$rest" -le "$tail" ] || rest=$tail
  if [ "$rest" -gt 0 ]; then
    say "tail $rest"
    head -c "$size" "$dir/log" | tail -c "$rest"
  fi
  digest=$(head -c "$size" "$dir/log" | sha256sum)
  began=no
  [ -z "$pid" ] || if [ "$boot" = "$this_boot" ]; then began=yes; else began=before-reboot; fi
  say "over $state ${code:--} $size ${digest%% *} $began"
  exit 0
}

# watch FROM MOST TAIL FUNCTION: until it is over; FUNCTION is called where it has not begun.
watch() {
  from=$1 most=$2 tail=$3
  while :; do
    look "$dir"
    case $state in
    never-ran) $4 ;;
    running)
      ship
      say "alive $size"
      ;;
    *) over ;;
    esac
    pause
  done
}

start() {
  [ -e "$dir/intent" ] || gone
  launches=$((${launches:-0} + 1))
  [ "$launches" -gt 1 ] || wait_for_earlier
  [ "$launches" -le 5 ] || refuse retryable "could not start it: its supervisor ended five times before it could. Is there room in $dir?"
  launch
}

# What has not been started will not be: whoever still meant to start it finds this.
bar() { put stop "$(date +%s)000" || refuse retryable "cannot write $dir/stop: is there room?"; }

# halt GRACE: TERM, so many seconds, KILL; the supervisor is spared, it writes down how the command ended.
halt() {
  trap '' PIPE # Once it is ordered it is done, whether or not anybody hears of it.
  bar
  printf 'ordered\n'
  asked=' ' kill_at=$(($(date +%s) + $1))
  while read_started "$dir"; victims=$(others); [ -n "$victims" ] && now=$(date +%s) && [ "$now" -lt $((kill_at + 5)) ]; do
    for one in $victims; do
      if [ "$now" -ge "$kill_at" ]; then kill -KILL "$one"; else
        case $asked in *" $one "*) ;; *) kill -TERM "$one" ;; esac
        asked="$asked$one "
      fi
    done 2>/dev/null
    sleep 0.1
  done
}

others() {
  for one in $(living "$dir"); do [ "$one" = "$pid" ] || printf '%s ' "$one"; done
}
