#!/bin/sh
# Keeps one lab host powered: the mains and the firmware of a real machine.
# usage: power.sh HOST-DIRECTORY SWITCH COMMAND...   COMMAND is systemd-nspawn with all its arguments.
# Exit status 133 of nspawn means that the host rebooted itself (a poison pill, "reboot"): it is started again with
# network interfaces and firewall rules as new, after the seconds in firmware-s. Anything else leaves it off.
set -eu
directory=$1 switch=$2
shift 2

# A control group of its own for each host, or systemd inside cannot manage its units.
while read -r group; do echo $$ >"$group/cgroup.procs"; done <"$directory/cgroups"

unplug() {
  nsenter --net="$switch" ip -force -batch "$directory/unplug.batch" || echo 'power: some ports were not there' >&2
  if mountpoint --quiet "$directory/netns"; then umount "$directory/netns"; fi
}

# Where all of a host was killed at once, this script with it (a test run that was ended hard), its network is still there.
if mountpoint --quiet "$directory/netns"; then unplug; fi

while :; do
  : >"$directory/netns"
  unshare --net="$directory/netns" true
  nsenter --net="$switch" ip -batch "$directory/plug.batch"
  nsenter --net="$directory/netns" ip -batch "$directory/nics.batch"
  status=0
  # nspawn mounts /sys from where it is started: /sys/class/net is then the host's, not this machine's.
  nsenter --net="$directory/netns" "$@" || status=$?
  echo "power: systemd-nspawn ended with $status" >&2
  unplug
  [ "$status" = 133 ] || break
  if [ -e "$directory/firmware-s" ]; then sleep "$(cat "$directory/firmware-s")"; fi
done
