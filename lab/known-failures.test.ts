import t from 'tap'
import { knownFailure } from './known-failures.ts'

t.test('knownFailure() explains what the machine lacks, in whichever words a program reports it', async t => {
  for (const [log, sentence] of [
    [
      `2026-11-28  9:51:23 0 [Warning] mariadbd: Disk is full writing './mysql/db.MAI' (Errcode: 28 "No space left on device"). Waiting for someone to free space...`,
      /the disk is full; free some space$/,
    ],
    ['42:M 22 Nov 2026 02:17:46.210 # Write error writing append only file: No space left on device', /disk is full/],
    ["Error: ENOSPC: no space left on device, write '.lab/zones/db'", /disk is full/],
    ['mariadbd: Can\'t create file (Errcode: 30 "Read-only file system")', /the disk can only be read; use another/],
    [
      "2040-01-01  0:00:00 0 [ERROR] This server doesn't support dates later than 2038",
      /^o relógio .* the clock of this machine is past January 2038, .*; set the clock: date$/,
    ],
  ] as const) {
    t.match(knownFailure(log), sentence, log)
  }
  t.equal(knownFailure('[ERROR] InnoDB: Invalid log header checksum'), undefined)
})
