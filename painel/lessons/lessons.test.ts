/**
 * The lessons in the painel: their steps, their HTML, and which steps are ticked off.
 */
import t from 'tap'
import type { LabEvent } from '#shared/events.ts'
import { networkMap } from '#shared/network-map.ts'
import type { LabMap } from '../map/lab-map.ts'
import { renderLesson } from './lesson-html.ts'
import { readLessons } from './lesson-library.ts'
import { withOwnAddresses } from './own-addresses.ts'
import { LessonProgress } from './progress.ts'
import { stepsIn } from './steps.ts'

const event = (kind: string, component: string, detail: object) => ({ kind, component, detail }) as unknown as LabEvent
const map = (state: string) => ({ components: [{ name: 'frontend2', state }] }) as unknown as LabMap

t.test('stepsIn() reads what ticks each step off', async t => {
  const steps = stepsIn(
    '- [ ] Ask. <!-- visto: dns.query name=www. type=A -->\ntext\n- [ ] Think.\n- [ ] Stop. <!-- visto: map frontend2=stopped -->',
  )
  t.strictSame(steps, [
    { kind: 'dns.query', wanted: { name: 'www.', type: 'A' } },
    { wanted: {} },
    { kind: 'map', wanted: { frontend2: 'stopped' } },
  ])
})

t.test('LessonProgress ticks a step off once, by an event with the wanted values', async t => {
  const progress = new LessonProgress(
    new Map([['02', stepsIn('- [ ] x <!-- visto: dns.query type=A component=ns1 -->')]]),
  )
  t.strictSame(progress.observe(event('dns.query', 'ns2', { type: 'A' })), [])
  t.strictSame(progress.observe(event('dns.query', 'ns1', { type: 'AAAA' })), [])
  t.strictSame(progress.observe(event('dns.query', 'ns1', { type: 'A' })), [{ lesson: '02', step: 0 }])
  t.strictSame(progress.observe(event('dns.query', 'ns1', { type: 'A' })), [])
  t.strictSame(progress.done('02'), [0])
})

t.test('LessonProgress: a state of the map counts when it is new', async t => {
  const progress = new LessonProgress(new Map([['03', stepsIn('- [ ] x <!-- visto: map frontend2=up -->')]]))
  t.strictSame(progress.observeMap(map('up')), [], 'it was up before the lesson began')
  t.strictSame(progress.observeMap(map('stopped')), [])
  t.strictSame(progress.observeMap(map('up')), [{ lesson: '03', step: 0 }])
})

t.test('renderLesson() lets no HTML, script or foreign link of the Markdown through', async t => {
  const { html, title } = renderLesson(
    '# 1. A *name*\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![<b>](javascript:1) <img src=x onerror=1>\n\n`<i>` [en](lesson.en.md) [d](../../docs/x.md)\n\n```sh\n<b>"\n```\n- [ ] one <!-- visto: x -->\n- [ ] two',
    '01',
    'pt',
  )
  t.equal(title, '1. A *name*')
  t.notMatch(html, /<script|javascript:|<img|onerror|<b>|<i>|visto/)
  t.match(html, '<a href="/licoes/01.en">en</a>')
  t.match(html, /data-step="0"/)
  t.notMatch(html, /data-step="1"/, 'a step that cannot be observed is not counted')
  t.match(html, '<pre tabindex="0" class="commands"><code>&lt;b&gt;&quot;')
})

t.test('withOwnAddresses(): the prefix and the ports of this lab', async t => {
  const [port, ports] = ['$' + '{HTTP_PORT:-80}', '$' + '{LAB_PORTS:-low}']
  const text = `http://127.20.0.2/ curl ::127.20.0.20:${port} process.env.DNS_PORT || 53, LAB_PORTS=${ports}`
  t.equal(
    withOwnAddresses(text, networkMap('127.21.0', 'low')),
    'http://127.21.0.2/ curl ::127.21.0.20:80 53, LAB_PORTS=low',
  )
  const high = withOwnAddresses(text, networkMap('127.20.0', 'high'))
  t.match(high, /^http:\/\/127\.20\.0\.2:8080\/ curl ::127\.20\.0\.20:8080 5300, LAB_PORTS=high$/)
})

t.test('every lesson has the same steps and commands in both languages', async t => {
  const lessons = readLessons()
  t.ok(lessons.length >= 7)
  for (const { number, pt, en } of lessons) {
    const commands = (text: string) => [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, script]) => script)
    t.strictSame(stepsIn(en), stepsIn(pt), number)
    t.strictSame(commands(en), commands(pt), number)
    t.ok(stepsIn(pt).some(({ kind }) => kind !== undefined) || number === '12', `${number}: a step is observed`)
    const headings = (text: string) => [...text.matchAll(/^## /gm)].length
    t.equal(headings(en), headings(pt), number)
  }
})
