/**
 * Each of the three processes is killed between any two of its steps, many times, and Redis once, while people sign up and an admin decides.
 * Afterwards every sign-up that was answered with 202 has exactly one effect. ../kafka-kill.test.ts does the same with Kafka.
 *
 * The seed decides after which step each process is killed. The relay between a process and its databases counts the steps
 * (testing/killed-process.ts), so nothing in the programs is there for this test.
 */
import t from 'tap'
import { startServers } from '../../backend/testing/servers.ts'
import { killedRedis, REDIS_FOR_KILLS } from '../testing/killed-server.ts'
import { killStory } from './testing/kill-story.ts'

const servers = await startServers(t, REDIS_FOR_KILLS)

t.test('every 202 has exactly one effect, wherever the processes are killed', async t => {
  await killStory(t, { seed: 20_261_128, kills: 4, servers: [killedRedis(servers)], env: {} })
})
