/**
 * Delays the TCP connections of one host: "slow by 300 ms". Set up before its clients connect; the delay can then be changed at any time.
 *
 * Read beside: relay.ts, lab-on-bridge.ts
 * Touches the world: a process and a rule in the network namespace of the host.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Host } from '#shared/network-map.ts'
import { within } from './bridge.ts'
import { RELAY_PORT } from './relay.ts'

export class DelayedHost {
  readonly #relay: ChildProcess

  private constructor(relay: ChildProcess) {
    this.#relay = relay
  }

  /** All new connections to the server of the host pass the relay from now on, without a delay at first. */
  static async start({ name, address, port }: Host): Promise<DelayedHost> {
    const [program = '', ...inside] = within(name)
    const script = fileURLToPath(new URL('relay.ts', import.meta.url))
    const relay = spawn(program, [...inside, process.execPath, script, address, String(port)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(relay, 'message')
    const match = ['PREROUTING', '-p', 'tcp', '-d', address, '--dport', String(port)]
    const rule = ['iptables', '-w', '-t', 'nat', '-A', ...match, '-j', 'REDIRECT', '--to-ports', String(RELAY_PORT)]
    execFileSync(program, [...inside, ...rule], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    })
    return new DelayedHost(relay)
  }

  /** @param ms milliseconds in each direction; 0: none */
  async delay(ms: number): Promise<void> {
    this.#relay.send(ms)
    await once(this.#relay, 'message')
  }

  end(): void {
    this.#relay.kill()
  }
}
