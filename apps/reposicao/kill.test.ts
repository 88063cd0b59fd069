/**
 * Each program, Redis and MySQL are killed (kill -9) while orders and changes arrive. Afterwards every 202 has exactly one effect
 * (testing/kill-story.ts).
 */
import t from 'tap'
import { startServers } from '../../backend/testing/servers.ts'
import { killedMysql, killedRedis, REDIS_FOR_KILLS } from '../testing/killed-server.ts'
import { ticketKillStory } from './testing/kill-story.ts'

const servers = await startServers(t, REDIS_FOR_KILLS)

await ticketKillStory(t, { seed: 20_261_128, servers: [killedMysql(servers), killedRedis(servers)], env: {} })
