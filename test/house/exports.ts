/**
 * What a file offers is used: an exported function, constant or class is imported by another file. A type is exported with the function that takes or
 * returns it, and an error with the function that throws it, so that a caller can name them.
 *
 * Read beside: imports.ts
 * Touches the world: through repository.ts.
 */
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { filesMatching } from './repository.ts'

const modules = filesMatching(/\.[tj]s$/)
const EXPORTED = /^export (?:async )?(?:function\*?|const|let|(?:abstract )?class) (\w+)\b(?! extends \w*Error\b)/gm
/** `import { a, type B }`, `export { a } from`, `const { a } = await import(…)`, and `load(…)` in the tests of the pages: the names between the braces. */
const NAMES = /(?:import|export)(?: type)? \{([^}]*)\}|^ *const \{([^}]*)\}.* = \(?await (?:import|load)\(/gm
/** `import * as a from './b.ts'`: all names of a file. */
const WHOLE_FILE = /import \* as \w+ from '(\.[^']+)'/g

t.test('an exported function, constant or class is imported by another file', async t => {
  const imported = new Set(
    modules.flatMap(({ text }) =>
      [...text.matchAll(NAMES)].flatMap(([, fixed, dynamic]) =>
        (fixed ?? dynamic ?? '').split(',').map(
          name =>
            name
              .trim()
              .split(' as ')[0]
              ?.replace(/^type /, '') ?? '',
        ),
      ),
    ),
  )
  const whole = new Set(
    modules.flatMap(({ file, text }) =>
      [...text.matchAll(WHOLE_FILE)].map(([, path = '']) => normalize(join(dirname(file), path))),
    ),
  )
  const exported = modules
    .filter(({ file }) => !whole.has(file))
    .flatMap(({ file, text }) => [...text.matchAll(EXPORTED)].map(([, name = '']) => ({ file, name })))
  t.ok(exported.length > 1000)
  for (const { file, name } of exported) t.ok(imported.has(name), `${file}: ${name} is imported somewhere`)
})
