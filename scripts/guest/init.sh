#!/bin/busybox sh
# First process of a guest. Its root becomes the host's, seen read-only through virtiofs, with a layer of memory on top:
# the guest may write wherever it likes, and nothing of it stays. The folder "job" is shared for writing.
/bin/busybox mkdir -p /proc /sys /dev /host /layer /root
/bin/busybox --install -s /bin
PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
give_up() {
  echo "guest: $1" > /dev/kmsg
  poweroff -f
}
for module in /modules/*.ko; do
  insmod "$module" || echo "guest: cannot load $module" > /dev/kmsg
done
mount -t virtiofs -o ro host /host || give_up "cannot see the host's files"
mount -t tmpfs layer /layer && mkdir /layer/changes /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/changes,workdir=/layer/work overlay /root || give_up "cannot stack the root"
for name in proc sys dev; do
  mkdir -p "/root/$name"
  mount --move "/$name" "/root/$name"
done
mount -t tmpfs run /root/run
mkdir -p /root/run/job /root/run/guest
cp /bin/busybox /root/run/guest/
mount -t virtiofs job /root/run/job || give_up "cannot see the job"
exec switch_root /root /run/guest/busybox sh /run/job/main.sh
