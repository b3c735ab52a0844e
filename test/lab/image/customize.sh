#!/bin/sh
# Run by mmdebstrap with the new root as $1, while it can still reach the Debian archive.
# From the environment: LAB_OUT (directory for what is not part of the root), LAB_PACKAGES, LAB_PASSWORD.
set -eu
root=$1
here=$(dirname "$0")
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# --- The package repository: what deployment may install, with everything the bare root lacks for it.
mkdir -p "$LAB_OUT/packages" "$LAB_OUT/boot"
# shellcheck disable=SC2086 # a list of words
chroot "$root" apt-get clean
chroot "$root" apt-get install --quiet --yes --download-only --no-install-recommends $LAB_PACKAGES
mv "$root"/var/cache/apt/archives/*.deb "$LAB_OUT/packages/"
(cd "$LAB_OUT/packages" && apt-ftparchive packages . >Packages && apt-ftparchive release . >Release.new && mv Release.new Release)

# --- The guest: a boot sector; with UEFI firmware, which starts none, Debian's own kernel for virtual machines and busybox.
nasm -f bin -o "$LAB_OUT/boot/guest.bin" "$here/guest.asm"
guest=$LAB_OUT/guest
mkdir -p "$root/tmp/guest" "$guest"
kernel=$(chroot "$root" apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
chroot "$root" sh -c 'cd /tmp/guest && apt-get download --quiet "$@"' download "$kernel" busybox-static
for deb in "$root"/tmp/guest/*.deb; do dpkg-deb --extract "$deb" "$guest"; done
rm -rf "$root/tmp/guest"
cp "$guest"/boot/vmlinuz-* "$LAB_OUT/boot/vmlinuz"

tree=$LAB_OUT/initramfs
mkdir -p "$tree/bin" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/modules" "$tree/etc/acpi/PWRF"
cp "$guest/bin/busybox" "$tree/bin/busybox"
cp "$here/guest-init.sh" "$tree/init"
printf '#!/bin/busybox sh\npoweroff -f\n' >"$tree/etc/acpi/PWRF/00000080"
chmod 755 "$tree/init" "$tree/etc/acpi/PWRF/00000080"
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk button evdev; do
  find "$guest/lib/modules" -name "$module.ko" -exec cp {} "$tree/modules/" \;
done
(cd "$tree" && bin/busybox find . | bin/busybox cpio -o -H newc | gzip -9) >"$LAB_OUT/boot/initrd"
rm -rf "$tree" "$guest"

# --- Accounts: root, one who gives a password to sudo, one who need not, one who may not.
for user in admin ops guest; do chroot "$root" useradd --create-home --shell /bin/bash "$user"; done
for user in root admin ops guest; do echo "$user:$LAB_PASSWORD"; done | chroot "$root" chpasswd
echo 'admin ALL=(ALL:ALL) ALL' >"$root/etc/sudoers.d/admin"
echo 'ops ALL=(ALL:ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/ops"
chmod 440 "$root/etc/sudoers.d/admin" "$root/etc/sudoers.d/ops"

cat >"$root/etc/ssh/sshd_config.d/lab.conf" <<'CONF'
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
UseDNS no
CONF
# Each host gets its own when it is made.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/machine-id" "$root/etc/hostname"

# --- libvirt in a container: it can neither make control groups nor a mount namespace per guest.
cat >>"$root/etc/libvirt/qemu.conf" <<'CONF'
cgroup_controllers = []
security_driver = "none"
namespaces = []
user = "root"
group = "root"
CONF

echo 'deb [trusted=yes] file:/srv/packages ./' >"$root/etc/apt/sources.list"
# Hosts live shorter than the page cache of this machine: waiting for the disk gains nothing.
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/lab"
# Python compiles what it needs when it first runs it; compiling all of it takes longer than the whole installation.
chroot "$root" dpkg-divert --quiet --local --rename --divert /usr/bin/py3compile.real --add /usr/bin/py3compile
ln -s /bin/true "$root/usr/bin/py3compile"
mkdir -p "$root/srv/vms" "$root/srv/packages" "$root/var/log/journal"

# --- CPU figures of the host alone.
cp "$here/cpu-figures.sh" "$root/usr/local/sbin/cpu-figures"
cat >"$root/etc/systemd/system/cpu-figures.service" <<'UNIT'
[Unit]
Description=CPU figures of this lab host alone
DefaultDependencies=no
Before=sysinit.target

[Service]
ExecStart=/usr/local/sbin/cpu-figures

[Install]
WantedBy=sysinit.target
UNIT

# What a container has no use for, and would only lengthen every boot.
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service dpkg-db-backup.timer \
  console-getty.service getty@tty1.service systemd-networkd.service systemd-networkd.socket \
  systemd-networkd-wait-online.service systemd-timesyncd.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
chroot "$root" systemctl enable --quiet libvirtd.service ssh.service cpu-figures.service
