/**
 * The files that a header names after "Read beside:" exist.
 *
 * Read beside: ../house.test.ts
 * Touches the world: through repository.ts.
 */
import { posix } from 'node:path'
import t from 'tap'
import { files, filesMatching } from './repository.ts'

const known = new Set(files)
/** The lines from "Read beside:" to the next part of the header. */
const BESIDE = /^ \* Read beside:(.*(?:\n \* {2,}.*)*)/m
/** A path of this repository. Not in backquotes, where it is a kind of file (any `main.ts`), and not in an address of the web. */
const PATH = /(?<![\w`/:.#-])(?:#shared\/)?[\w./-]*\w\.(?:ts|js|md|sh|sql)(?![\w`])/g

t.test(
  '"Read beside" names files that exist, from the folder of the file or from the root of the repository',
  async t => {
    let checked = 0
    for (const { file, text } of filesMatching(/\.(?:ts|js)$/)) {
      // A name without a folder may follow a path: "../public/explain.js and texts.js".
      let folder = posix.dirname(file)
      for (const [path] of (BESIDE.exec(text)?.[1] ?? '').replace(/https?:\S*/g, '').matchAll(PATH)) {
        const name = path.replace('#shared/', 'shared/')
        const places = [posix.join(posix.dirname(file), name), name, posix.join(folder, name)]
        const found = places.find(place => known.has(place))
        t.ok(found, `${file}: ${path}`)
        if (found) folder = posix.dirname(found)
        checked++
      }
    }
    t.ok(checked > 1_000, `${checked} names`)
  },
)
