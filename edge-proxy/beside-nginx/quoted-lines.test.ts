/**
 * The nginx directives that the documentation quotes are the ones that the tests run.
 *
 * Read beside: nginx.conf, side-by-side.ts, docs/in-bind-nginx-express.md
 * Touches nothing but the files it reads.
 */

import { readFileSync } from 'node:fs'
import t from 'tap'

t.test('docs/in-bind-nginx-express.md quotes only lines of nginx.conf, or lines that are filled into it', async t => {
  const docs = readFileSync('docs/in-bind-nginx-express.md', 'utf8')
  const section = docs.split('## Edge proxy and nginx')[1]?.split('\n## ')[0] ?? ''
  const source = ['nginx.conf', 'nginx.ts'].map(file => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n')
  const quoted = [...section.matchAll(/```nginx\n([\s\S]*?)```/g)].flatMap(([, fence = '']) => fence.trim().split('\n'))
  t.ok(quoted.length > 10)
  for (const line of quoted) t.ok(source.includes(line.trim()), line)
})
