#!/bin/bash
# One MySQL node of compose.ha.yaml: MariaDB's official image as a node of a Galera cluster, with the settings of `npm start -- --ha`.
#
#   bash galera-node.sh NAME ADDRESS
#
#   no data yet, node `mysql`     begins the cluster, unless another node answers
#   no data yet, another node     waits for a node that answers, and gets all data from it
#   data                          joins; begins the cluster only if it was the last one to end (safe_to_bootstrap: 1) and no other node answers
#
# After a crash of all three, each one reads its last position, and they form the cluster again when all of them are there (pc.recovery).
# Do not remove the volume of `mysql` alone while the other nodes are stopped: it would begin with an empty database.
#
# Read beside: lab/galera-settings.ts (each setting and its reason), lab/galera.ts
set -euo pipefail
name=$1 address=$2
nodes=172.20.0.3,172.20.0.63,172.20.0.64
data=/var/lib/mysql

provider="base_host=$address;gmcast.listen_addr=tcp://$address:4567;ist.recv_addr=$address:4568;gcache.size=16M"
provider+=";evs.keepalive_period=PT0.4S;evs.inactive_check_period=PT0.4S"
provider+=";evs.suspect_timeout=PT1.5S;evs.inactive_timeout=PT3S;evs.install_timeout=PT3S"
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

another_node_answers() {
  local node
  for node in ${nodes//,/ }; do
    [[ $node == "$address" ]] || ! timeout 1 bash -c "exec 3<>/dev/tcp/$node/4567" 2>/dev/null || return 0
  done
  return 1
}

# UUID:number of the last transaction; after a crash only InnoDB has it. Without it, the node would get all data again.
last_position() {
  gosu mysql "${server[@]}" --wsrep-recover 2>&1 | sed -n 's/.*Recovered position: *//p' | tail -n 1
}

if [[ ! -e $data/grastate.dat ]]; then
  if [[ $name == mysql ]] && ! another_node_answers; then
    server+=(--wsrep-new-cluster)
  else
    until another_node_answers; do sleep 0.5; done
    mkdir -p "$data/mysql" # tells the entrypoint of the image that there is nothing to initialize
  fi
else
  position=$(last_position)
  if grep -q 'safe_to_bootstrap: 1' "$data/grastate.dat" && ! another_node_answers; then server+=(--wsrep-new-cluster); fi
  if [[ -n $position ]]; then server+=("--wsrep_start_position=$position"); fi
fi
exec docker-entrypoint.sh "${server[@]}"
