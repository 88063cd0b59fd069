import { readFileSync } from 'node:fs'
import t from 'tap'
import { APPLICATIONS } from '#shared/applications.ts'
import { missingRecords } from './missing-records.ts'

const zone = readFileSync(new URL('../dns-server/zones/db.meutrabalho.com.br', import.meta.url), 'utf8')

t.test('missingRecords() finds every application in the zone of the repository', async t => {
  t.equal(missingRecords(zone, APPLICATIONS), undefined)
})

t.test('missingRecords() names the applications that an older zone does not have, and the cure', async t => {
  const older = zone.replaceAll(/^(?:cadastro|acesso|tickets-servers)\s.*$/gm, '; removed')
  t.match(
    missingRecords(older, APPLICATIONS),
    /não tem todos os registros de cadastro, reposicao: .*npm run lab -- reset$/,
  )
  t.match(missingRecords('www IN A 127.20.0.20\n', APPLICATIONS), /ingressos, cadastro, reposicao/)
})
