/**
 * A private Kafka: one node in KRaft mode (broker and controller in one process), its data in a folder of ours, on an address of ours.
 *
 * Read beside: kafka-jars.ts (where its program comes from), redis.ts; https://kafka.apache.org/documentation/#kraft
 * Touches the world: runs Java and opens two TCP ports (9092, and 9093 for the controller).
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Child, damagedData, type Place } from './child.ts'

export interface KafkaPlace extends Place {
  /** The folder of Kafka's jars. */
  readonly jars: string
}

const run = promisify(execFile)

/** Small enough for a laptop, and enough for a class. */
const MEMORY = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
const READY_WITHIN_MS = 60_000
/** Any UUID in base64: it only has to stay the same for the data. */
const CLUSTER_ID = 'bWV1dHJhYmFsaG8tbGFiMA'

/** Starts the broker and waits until its port is open. @throws ChildFailure when it ends by itself */
export async function startKafka({
  address,
  port = 9092,
  folder,
  jars,
  logFile,
  onChild,
  within = [],
}: KafkaPlace): Promise<Child> {
  const home = resolve(folder)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const settings = join(home, 'server.properties')
  writeFileSync(settings, settingsFor(address, port, join(home, 'data')))
  const logging = join(home, 'log4j2.yaml')
  writeFileSync(logging, LOGGING)
  const java = ['java', ...MEMORY, `-Dlog4j2.configurationFile=${logging}`, '-cp', join(jars, '*')]
  if (!existsSync(join(home, 'data', 'meta.properties'))) {
    const [program = '', ...words] = [...java, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', settings]
    await run(program, words)
  }
  const child = Child.start({
    name: 'kafka',
    logFile,
    advice: damagedData(folder),
    command: [...within, ...java, 'kafka.Kafka', settings],
  })
  onChild?.(child)
  try {
    await child.orEnd(untilItListens(address, port))
  } catch (error) {
    await child.kill()
    throw error
  }
  return child
}

/** The port is opened when the broker has joined its controller and can serve. */
async function untilItListens(address: string, port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    const open = await new Promise<boolean>(settled => {
      const socket = connect(port, address)
      socket.once('connect', () => settled(true)).once('error', () => settled(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    if (Date.now() > deadline)
      throw new Error(`Kafka não respondeu · did not answer within ${READY_WITHIN_MS / 1000} s: ${address}:${port}`)
    await pause(100)
  }
}

function settingsFor(address: string, port: number, data: string): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${address}:9093
controller.listener.names=CONTROLLER
listeners=LAB://${address}:${port},CONTROLLER://${address}:9093
advertised.listeners=LAB://${address}:${port}
listener.security.protocol.map=LAB:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=LAB
log.dirs=${data}
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
# A group begins as soon as its first member is there.
group.initial.rebalance.delay.ms=0
num.network.threads=1
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
`
}

const LOGGING = `Configuration:
  Appenders:
    Console:
      name: console
      PatternLayout:
        pattern: "%d %p %c{1} %m%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        ref: console
`
