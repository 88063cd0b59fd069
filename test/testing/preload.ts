/**
 * Loaded by tap before each test file (.taprc, `node-arg`). It makes the start of processes cheaper, and changes nothing that a test sees.
 *
 * Source maps: tap switches them on, and Node then parses the maps of all files of tap: 0.4 s of CPU for each test file. Our own
 * files need none, because the types are replaced by spaces.
 *
 * Compile cache: the processes that a test starts share what Node has compiled: 0.3 s of CPU less for each. The test file itself is compiled
 * without it: with a cache, V8 counts whole functions for the coverage, without it also the branches inside.
 *
 * Read beside: .taprc, ../run.ts, compileCache() in lab/start-component.ts; node:module ("Module compile cache")
 * Touches the world: the settings of this process, and the environment of those that it starts.
 */
import { setSourceMapsSupport } from 'node:module'
import { join } from 'node:path'

setSourceMapsSupport(false)
process.env.NODE_COMPILE_CACHE = join(import.meta.dirname, '../../.tap/compile-cache')
