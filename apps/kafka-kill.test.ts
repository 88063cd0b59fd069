/**
 * The kill tests with Kafka as the broker: each program of cadastro (and, on request, of reposicao), Kafka and Redis are killed. Skipped, with the reason,
 * where Java or Maven is missing or Kafka cannot be fetched.
 *
 * Each program of cadastro is killed once: a consumer that was killed is replaced after ten seconds, when its session in Kafka has expired.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { prefix, startServers } from '../backend/testing/servers.ts'
import { startKafka } from '../lab/kafka.ts'
import { findKafka } from '../lab/kafka-jars.ts'
import { killStory } from './cadastro/testing/kill-story.ts'
import { ticketKillStory } from './reposicao/testing/kill-story.ts'
import { type KilledServer, killedMysql, killedRedis, REDIS_FOR_KILLS } from './testing/killed-server.ts'

const found = await findKafka()
t.test('with Kafka as the broker', { skip: 'why' in found ? found.why : false }, async t => {
  if ('why' in found) return
  const folder = mkdtempSync(join(tmpdir(), 'kafka-kill-'))
  const place = { address: `${prefix}.7`, folder: join(folder, 'kafka'), logFile: join(folder, 'kafka.log'), ...found }
  let [kafka, servers] = await Promise.all([startKafka(place), startServers(t, REDIS_FOR_KILLS)])
  t.teardown(async () => {
    await kafka.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  const killedKafka: KilledServer = {
    name: 'kafka',
    kill: () => kafka.kill(),
    start: async () => {
      kafka = await startKafka(place)
    },
  }
  const seed = Number(process.env.SEED ?? 20_261_128)
  const env = { BROKER: `kafka://${prefix}.7:9092` }
  // Another minute: `KAFKA_KILLS=all npm test -- apps/kafka-kill.test.ts`.
  if (process.env.KAFKA_KILLS === 'all')
    t.test('reposicao: every 202 is in MySQL once', t =>
      ticketKillStory(t, { seed, servers: [killedMysql(servers), killedRedis(servers), killedKafka], env }),
    )
  t.test('cadastro: every 202 has exactly one effect', t =>
    killStory(t, { seed, kills: 1, servers: [killedRedis(servers), killedKafka], env }),
  )
})
