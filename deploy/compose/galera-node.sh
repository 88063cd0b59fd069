#!/bin/bash
# One MySQL node of compose.ha.yaml: MariaDB's official image as a node of a Galera cluster, with the settings of `npm start -- --ha`.
#
#   bash galera-node.sh NAME ADDRESS
#
#   a node is ready                    join it: it sends what is missing, or all data
#   no node is ready                   write down the own last transaction, and wait until all three have done so; then the newest one begins
#   a node runs, without a majority    wait. It was left alone by the two others: docker compose restart NAME, and it takes part in the choice
#
# A position is removed before its server is started. So three positions mean that no server runs, and that the newest one has all that was
# acknowledged.
#
# Read beside: lab/galera-settings.ts (each setting and its reason), lab/galera.ts
set -euo pipefail
name=$1 address=$2
nodes=172.20.0.3,172.20.0.63,172.20.0.64
data=/var/lib/mysql positions=/positions

provider="base_host=$address;gmcast.listen_addr=tcp://$address:4567;ist.recv_addr=$address:4568;gcache.size=16M"
provider+=";evs.keepalive_period=PT0.4S;evs.inactive_check_period=PT0.4S"
provider+=";evs.suspect_timeout=PT1.5S;evs.inactive_timeout=PT3S;evs.install_timeout=PT3S;evs.join_retrans_period=PT0.3S"
server=(
  mariadbd
  --wsrep_on=ON
  --wsrep_provider=/usr/lib/galera/libgalera_smm.so
  --wsrep_cluster_name=lab
  "--wsrep_cluster_address=gcomm://$nodes"
  "--wsrep_node_name=$name"
  "--wsrep_node_address=$address"
  "--wsrep_sst_receive_address=$address:4444"
  --wsrep_sst_method=mariabackup
  --wsrep_sst_auth=mysql: # the user mysql@localhost of the image: known by its socket, without a password
  --wsrep_sync_wait=1
  "--wsrep_provider_options=$provider"
  --binlog_format=ROW
  --innodb_autoinc_lock_mode=2
  --default_storage_engine=InnoDB
)

# The name of a node that accepts statements.
ready_node() {
  local node
  for node in ${nodes//,/ }; do
    [[ $node != "$address" ]] || continue
    if timeout 2 mariadb -h "$node" -ulab -plab -N -e "SHOW STATUS LIKE 'wsrep_ready'" 2>/dev/null | grep -q ON; then
      echo "$node"
      return
    fi
  done
}

# The number of the last transaction that this node has; after a crash only InnoDB has it. -1: the node has no data yet.
position=''
if [[ -e $data/grastate.dat ]]; then
  position=$(gosu mysql "${server[@]}" --wsrep-recover 2>&1 | sed -n 's/.*Recovered position: *//p' | tail -n 1)
fi
echo "${position##*:}" | sed 's/^$/-1/' >"$positions/.$name"
mv "$positions/.$name" "$positions/$name"

newest() {
  local best='' most=-2 number each
  for each in mysql mysql2 mysql3; do
    [[ -e $positions/$each ]] || return 0 # not all are here
    number=$(<"$positions/$each")
    if ((number > most)); then best=$each most=$number; fi
  done
  echo "$best"
}

echo "$name: transaction ${position:-none}; waiting for a node that is ready, or for the positions of all three"
until joins=$(ready_node) && [[ -n $joins ]]; do
  [[ $(newest) != "$name" ]] || break
  sleep 0.5
done
rm -f "$positions/$name" "$data/gvwstate.dat"
if [[ -z $joins ]]; then
  [[ ! -e $data/grastate.dat ]] || sed -i 's/^safe_to_bootstrap: 0/safe_to_bootstrap: 1/' "$data/grastate.dat"
  server+=(--wsrep-new-cluster)
elif [[ -z $position ]]; then
  mkdir -p "$data/mysql" # tells the entrypoint of the image that there is nothing to initialize
fi
if [[ -n $position ]]; then server+=("--wsrep_start_position=$position"); fi
exec docker-entrypoint.sh "${server[@]}"
