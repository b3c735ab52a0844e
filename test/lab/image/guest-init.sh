#!/bin/busybox sh
# The only program of a guest with UEFI firmware, which starts no boot sector: the same as guest.asm, on a kernel.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk button evdev; do
  [ ! -f /modules/$module.ko ] || insmod /modules/$module.ko
done
# The power button ("virsh shutdown") ends the guest.
acpid -d -l /dev/null >/dev/null 2>&1 &

disk=/dev/vda
boot=$(cat /proc/sys/kernel/random/boot_id)
while [ ! -b $disk ]; do sleep 0.1; done
sectors=$(cat /sys/block/vda/size)
tick=$(dd if=$disk bs=512 skip=1 count=1 2>/dev/null | sed -n 's/^tick=\([0-9]*\) .*/\1/p')
tick=${tick:-0}
echo "minime guest up: boot=$boot tick=$tick" >/dev/console
while :; do
  tick=$((tick + 1))
  printf 'tick=%d boot=%s\n' $tick "$boot" | dd of=/record bs=512 conv=sync 2>/dev/null
  dd if=/record of=$disk bs=512 seek=$(((tick - 1) % (sectors - 2) + 2)) conv=notrunc,fsync 2>/dev/null
  dd if=/record of=$disk bs=512 seek=1 conv=notrunc,fsync 2>/dev/null
  sleep 1
done
