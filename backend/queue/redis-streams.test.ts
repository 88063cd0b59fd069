/**
 * The broker on Redis Streams, with real Redis and MariaDB.
 */
import t from 'tap'
import { startServers } from '../testing/servers.ts'
import { openBench } from './testing/broker-bench.ts'
import { brokerCases } from './testing/broker-cases.ts'
import { failureCases } from './testing/failure-cases.ts'

await startServers(t)
const bench = await openBench(t, {})
brokerCases(t, bench)
failureCases(t, bench)
