/**
 * Shell: hashes passwords and does nothing else: the most logins that one core can do. It sends its count on request.
 *
 * Read beside: backend/passwords/hasher.ts
 * Opens nothing; exchanges messages with bench/backend.ts over the IPC channel.
 */
import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { COST, HASH_LENGTH, SALT_LENGTH } from '../backend/passwords/phc.ts'

const hash = promisify(argon2)
const message = 'ana-no-laboratorio'
const CONCURRENCY = 2
let count = 0
let running = false

async function loop(): Promise<void> {
  while (running) {
    await hash('argon2id', { message, nonce: randomBytes(SALT_LENGTH), tagLength: HASH_LENGTH, ...COST })
    count++
  }
}

process.on('message', (wanted: 'start' | 'stop') => {
  running = wanted === 'start'
  if (running) {
    count = 0
    for (let i = 0; i < CONCURRENCY; i++) void loop()
  } else {
    process.send?.({ count })
  }
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
