/**
 * Plain words: the worst patterns of riddles and personification do not occur. Each has the reason, and what to write instead.
 *
 * A pattern stands for a kind: the rule is in CONTRIBUTING.md ("Plain words first"), and these are only what a machine can find.
 *
 * Read beside: CONTRIBUTING.md, docs/glossary.md
 * Touches the world: through repository.ts.
 */
import t from 'tap'
import { filesMatching } from './repository.ts'

const PATTERNS: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  {
    pattern: /(?<!there )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|different\b|way\b)[a-z]+/gi,
    instead: 'is not a …',
  },
  { pattern: /\bas ever\b|\bfor good\b|\ball the same\b|\bmay as well\b/gi, instead: 'the common word, or nothing' },
  {
    pattern: /\bstand(?:s|ing)? (?:there|here|at|before|behind|beside|between|in|still|where)\b/gi,
    instead: 'is, is written, is listed',
  },
  {
    pattern: /\bto be had\b|\bat the door\b|\bbehind the door\b|\bpurse\b|\bgood-bye\b/gi,
    instead: 'the thing itself',
  },
  {
    // In quotation marks it is a value, such as the scope of limits that is called `nobody`.
    pattern: /(?<!['"`-])\b(?:nobody|somebody|whoever|everybody|anybody)\b(?!['"`])/gi,
    instead: 'the noun: no client, another server, every user',
  },
  {
    pattern:
      /(?:\/\*\*|\/\/|\* |['`])\s*who (?:\w+ )?(?:is|has|does|goes|comes|asks|sends|reads|waits|wants|gets|may)\b/gi,
    instead: 'a noun: A client that …',
  },
  { pattern: /\btold\b(?! apart)/gi, instead: 'gets, receives; is configured with' },
  { pattern: /\bpedidos?\b/gi, instead: 'requisição' },
]

/** The glossary explains the word that is not used; this file contains the patterns; the page asks who is logged in. */
const EXEMPT = new Set([
  'docs/glossary.md',
  'test/house/words.ts',
  'edge-proxy/public/app.js',
  'edge-proxy/public/style.css',
])

t.test('plain words: the worst patterns do not occur', async t => {
  const texts = filesMatching(/\.(?:ts|js|md|sh|txt|yaml|html|css|conf)$|(?:^|\/)(?:Dockerfile|db\.[\w.-]+)$/)
  for (const { file, text } of texts.filter(({ file }) => !EXEMPT.has(file))) {
    // A sentence goes on in the next line of a comment.
    const flowing = text.replaceAll(/\n[ \t]*(?:\*(?!\/)|\/\/|#+)?[ \t]*/g, ' ')
    const found = PATTERNS.flatMap(({ pattern, instead }) =>
      [...flowing.matchAll(pattern)].map(({ 0: words, index }) => `${words} → ${instead}: …${around(flowing, index)}…`),
    )
    t.strictSame(found, [], file)
  }
})

function around(text: string, index: number): string {
  return text.slice(Math.max(0, index - 30), index + 60)
}
