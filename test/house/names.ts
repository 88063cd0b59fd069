/**
 * One word for one thing: a type name is used once in the whole repository.
 *
 * Read beside: docs/glossary.md
 * Touches the world: through repository.ts.
 */
import t from 'tap'
import { filesMatching } from './repository.ts'

t.test('a type name is used once in the whole repository', async t => {
  const places = new Map<string, string[]>()
  for (const { file, text } of filesMatching(/\.ts$/)) {
    for (const [, name = ''] of text.matchAll(/^(?:export )?(?:interface|type|(?:abstract )?class) (\w+)/gm)) {
      places.set(name, [...(places.get(name) ?? []), file])
    }
  }
  for (const [name, found] of places) t.ok(found.length === 1, `${name}: ${found.join(', ')}`)
})
