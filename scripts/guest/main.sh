# Second stage in a guest: a system that tests can live in, then the command, then off.
# /run/job holds this file, `settings` and `command`; `output` and `status` go back there.
box=/run/guest/busybox
cd /run/guest || exit 1
. /run/job/settings
for name in sh modprobe insmod lsmod; do $box ln -s busybox "$name"; done

mounted() {
  $box mkdir -p "$2" 2> /dev/null
  $box mount -t "$1" "$1" "$2" 2> /dev/null || echo "guest: no $1" > /dev/kmsg
}
mounted devpts /dev/pts
mounted tmpfs /dev/shm
mounted cgroup2 /sys/fs/cgroup
mounted bpf /sys/fs/bpf
mounted debugfs /sys/kernel/debug
mounted tracefs /sys/kernel/tracing
mounted securityfs /sys/kernel/security
$box mkdir -p /lib/modules
$box mount --bind "$MODULES" /lib/modules
echo /run/guest/modprobe > /proc/sys/kernel/modprobe
$box hostname guest
$box ifconfig lo 127.0.0.1 up

export HOME=/tmp TERM=dumb PATH="$HOST_PATH:/run/guest"
$box setsid /bin/bash /run/job/command > /run/job/output 2>&1 < /dev/null
echo $? > /run/job/status.new
$box mv /run/job/status.new /run/job/status
$box sync
$box poweroff -f
