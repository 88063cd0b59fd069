/**
 * The experiments of the README, with the addresses, ports and folder of the lab that runs: `npm run lab -- try N`.
 *
 * Read beside: README.md ("Five things to try"), commands/try.ts
 * Pure: the text of the README in, experiments out.
 */
import { hostNamed, LOOPBACK_PREFIX, type NetworkMap, PUBLISHED_PORTS } from '#shared/network-map.ts'
import { type Surroundings, shellWord } from './surroundings.ts'

export interface Experiment {
  readonly number: number
  /** `Ask three times, see three different orders.` */
  readonly title: string
  /** What is said about it, in one paragraph without Markdown. */
  readonly text: string
  /** For bash; empty where something is done in a browser. */
  readonly script: string
}

/** Experiments begin with `**1. Title.** …`; the fence marked `sh` before the next one is what is typed. */
export function experimentsIn(readme: string, map: NetworkMap, around: Surroundings): Experiment[] {
  const texts = readme.split(/^(?=\*\*\d+\. )/m).slice(1)
  return texts.map(text => {
    const [paragraph = ''] = text.split('\n\n')
    const [, number = '', title = '', more = ''] = /^\*\*(\d+)\. ([\s\S]*?)\*\*([\s\S]*)$/.exec(paragraph) ?? []
    const [, script = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(text) ?? []
    return {
      number: Number(number),
      title: plain(title),
      text: placed(plain(more), map, around),
      script: placed(script, map, around),
    }
  })
}

/** The documents are written for 127.20.0, ports 80 and 53, and .lab/. */
function placed(text: string, map: NetworkMap, around: Surroundings): string {
  const [{ port: http }, { port: dns }] = [hostNamed(map, 'frontend1'), hostNamed(map, 'ns1')]
  const page = `http://${LOOPBACK_PREFIX}.20/`
  const here = `http://${LOOPBACK_PREFIX}.20${http === 80 ? '' : `:${http}`}/`
  const pageHere = around.wsl ? `http://localhost:${PUBLISHED_PORTS.frontend1}/ (Windows), ${here} (Linux)` : here
  return text
    .replaceAll(page, pageHere)
    .replaceAll(/\$\{HTTP_PORT:-80\}/g, `${http}`)
    .replaceAll(/\$\{DNS_PORT:-53\}/g, `${dns}`)
    .replaceAll(LOOPBACK_PREFIX, map.prefix)
    .replaceAll(/(?<![\w./])\.lab\/([\w./-]*)/g, (_, rest: string) => shellWord(`${around.folder}/${rest}`))
    .replaceAll(/^( *)curl /gm, `$1curl ${around.behindProxy ? "--noproxy '*' " : ''}`)
    .replaceAll('npm run lab', `${around.variables}npm run -s lab`)
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .replaceAll(/\*\*|`|[<>]/g, '')
    .trim()
}
