#!/bin/sh
# One Redis of compose.ha.yaml with a Sentinel beside it, with the settings of `npm start -- --ha`. Both are one host: when the server ends,
# the container ends, and the Sentinel with it.
#
#   sh redis-node.sh ADDRESS
#
# Read beside: lab/sentinel.ts, lab/sentinel-file.ts (each setting and its reason)
set -eu
address=$1
file=/data/sentinel.conf

# The master that the running Sentinels name; when none runs, the one in this Sentinel's file; without a file, the first host of the map.
master=
for other in 172.20.0.4 172.20.0.73 172.20.0.74; do
  [ "$other" != "$address" ] || continue
  answer=$(timeout 1 redis-cli -h "$other" -p 26379 --raw SENTINEL GET-MASTER-ADDR-BY-NAME lab 2>/dev/null | head -n 1) || true
  case $answer in 172.20.0.*) master=$answer && break ;; esac
done
if [ -z "$master" ] && [ -e "$file" ]; then master=$(sed -n 's/^sentinel monitor lab \([0-9.]*\) .*/\1/p' "$file"); fi
if [ -z "$master" ]; then master=172.20.0.4; fi

# They differ, so that two Sentinels do not begin a fail-over at the same moment.
case $address in 172.20.0.4) down_after=700 ;; 172.20.0.73) down_after=800 ;; *) down_after=900 ;; esac
if [ ! -e "$file" ]; then
  cat >"$file" <<END
port 26379
bind $address
dir "/data"
protected-mode no
sentinel announce-ip $address
sentinel monitor lab $master 6379 2
sentinel down-after-milliseconds lab $down_after
sentinel failover-timeout lab 2000
sentinel parallel-syncs lab 2
END
fi
redis-server "$file" --sentinel &
# No line of the file can set these periods. The Sentinel listens soon.
(
  for _ in $(seq 100); do
    redis-cli -h "$address" -p 26379 SENTINEL DEBUG PING-PERIOD 300 INFO-PERIOD 500 TILT-PERIOD 5000 >/dev/null 2>&1 && exit
    sleep 0.1
  done
) &

set -- --bind "$address" --dir /data --save '' --appendonly yes --protected-mode no --replica-announce-ip "$address" \
  --min-replicas-to-write 1 --min-replicas-max-lag 2 --repl-ping-replica-period 1 --repl-timeout 5 --repl-diskless-sync-delay 0
if [ "$master" != "$address" ]; then set -- "$@" --replicaof "$master 6379"; fi
exec redis-server "$@"
