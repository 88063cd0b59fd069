/**
 * `fault NAME KIND …`, `fault list`, `fault clear [NAME]`: causes faults on purpose, shows those in force, and ends them.
 *
 * Read beside: fault-arguments.ts (the words), ../fault-client.ts, shared/fault.ts (the kinds)
 * Touches the world: asks the launcher where the lab is, and the admin endpoints of its components.
 */
import { networkMap } from '#shared/network-map.ts'
import { statusOf } from '../control-client.ts'
import { causeFault, clearFaults, faultyHost, faultyHosts, listFaults } from '../fault-client.ts'
import { faultLines, parseFaultArguments } from './fault-arguments.ts'
import type { LabCommand } from './lab-command.ts'

export const fault: LabCommand = {
  accepts: args => args.length > 0,
  run: async (args, { folder, json, print }) => {
    const asked = parseFaultArguments(args)
    const { prefix, ports } = await statusOf(folder)
    const map = networkMap(prefix, ports)
    if (asked.what === 'cause') await causeFault(faultyHost(map, asked.name), asked.body)
    if (asked.what === 'clear')
      await clearFaults(asked.name === undefined ? faultyHosts(map) : [faultyHost(map, asked.name)])
    const faults = await listFaults(faultyHosts(map))
    if (json) print(JSON.stringify({ faults }))
    else for (const line of faultLines(faults, Date.now())) print(line)
    return 0
  },
}
