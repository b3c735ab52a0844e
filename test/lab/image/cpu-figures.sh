#!/bin/sh
# Gives a lab host CPU figures of its own: what its processes use, of all cores. Containers see their machine's in /proc/stat, so that
# one busy host would make all look busy, and none would be fit to take a VM.
set -eu
figures=/run/cpu-figures
# cgroup v1, in hundredths of a second; cgroup v2, in microseconds.
v1=/sys/fs/cgroup/cpuacct/cpuacct.stat v2=/sys/fs/cgroup/cpu.stat

# In hundredths of a second, as in /proc/stat.
used() {
  if [ -r "$v1" ]; then
    { read -r _ user && read -r _ system; } <"$v1"
  else
    while read -r name value; do
      case $name in
        user_usec) user=$((value / 10000)) ;;
        system_usec) system=$((value / 10000)) ;;
      esac
    done <"$v2"
  fi
}
now() {
  read -r up _ </proc/uptime
  now=${up%.*}${up#*.}
}

cores=$(grep -c '^cpu[0-9]' /proc/stat)
rest=$(grep -v '^cpu' /proc/stat)
used
now
user0=$user system0=$system since=$now

# Always of the same length, so that a reader never finds half a file: nothing is cut off before it is written.
line() { printf '%s %012d 0 %012d %012d 0 0 0 0 0 0\n' "$@"; }
figures() {
  used
  now
  user=$((user - user0)) system=$((system - system0))
  idle=$(((now - since) * cores - user - system))
  [ "$idle" -ge 0 ] || idle=0
  line 'cpu ' "$user" "$system" "$idle"
  core=0
  while [ "$core" -lt "$cores" ]; do
    line "cpu$core" $((user / cores)) $((system / cores)) $((idle / cores))
    core=$((core + 1))
  done
  printf '%s\n' "$rest"
}

figures >"$figures"
mount --bind "$figures" /proc/stat
while sleep 1; do
  text=$(figures)
  printf '%s\n' "$text" 1<>"$figures"
done
