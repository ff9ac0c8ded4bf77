#!/bin/sh
# Runs the command of one try at most once. Usage: supervisor.sh DIRECTORY COMMAND [ARGUMENT…]
#
# It is started in a session of its own, as often as anybody likes: whoever holds the lock is the one. The
# command inherits the lock (descriptor 9), so it stays held while something of the command lives, also when
# this shell was killed. What it leaves in DIRECTORY, each written beside, synced and renamed:
#   started   boot id, pid and start ticks of this shell, just before the command is started
#   exit      exit code of the command (128 + n: ended by signal n) and the second it ended
#   unknown   why nobody can say how it ended
# Ends with 0: nothing left to do; 74: could not write, nothing was started; 75: another one holds the lock.
directory=$1
shift

put() { # put NAME TEXT: durable, or not there at all
  printf '%s\n' "$2" 2>/dev/null >"$directory/$1.tmp" && sync "$directory/$1.tmp" &&
    mv -f "$directory/$1.tmp" "$directory/$1" && sync "$directory"
}

# A signal to the whole session must not end the shell that writes down how the command ended. A handler,
# not "ignore": what is ignored here would be ignored by the command as well.
trap : HUP INT TERM

exec 9>>"$directory/lock" || exit 74
flock -n -E 75 9
held=$?
case $held in 0) ;; 75) exit 75 ;; *) exit 74 ;; esac
[ -e "$directory/exit" ] && exit 0
[ -e "$directory/stop" ] && exit 0
if [ -e "$directory/started" ]; then
  [ -e "$directory/unknown" ] || put unknown 'nothing wrote down how the command ended' || exit 74
  exit 0
fi

read -r boot </proc/sys/kernel/random/boot_id
read -r stat <"/proc/$$/stat"
# shellcheck disable=SC2086 # the fields after the name, which is in brackets: start ticks are the 20th of them
set_ticks() { shift 19; ticks=$1; }
set_ticks ${stat##*) }
put started "$boot $$ $ticks" || exit 74

"$@" </dev/null >>"$directory/log" 2>&1
code=$?
# The command is over and must not be taken for lost: with a full disk this waits until there is room. Where
# somebody deleted the directory there is nothing left to tell.
until put exit "$code $(date +%s)"; do
  [ -d "$directory" ] || exit 74
  sleep 1
done
