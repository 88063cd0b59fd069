/**
 * Which passwords are accepted: at least 8 characters, and not among the most common ones. There are no rules about digits and
 * symbols and no expiry, because these make people choose worse passwords.
 *
 * Read beside: NIST SP 800-63B §5.1.1.2 ("memorized secret verifiers"); github.com/zxcvbn-ts (the list of common passwords)
 * Pure: text in, a sentence or undefined out.
 */

const SHORTEST = 8
/** Long enough for a sentence, and short enough not to make the hash slower. */
const LONGEST = 256

/** "Context-specific words, such as the name of the service, the username, and derivatives thereof." */
const LAB_WORDS = ['meutrabalho', 'laboratorio', 'servidor', 'backend', 'frontend']

/** Why the password is refused, in one sentence; undefined when it is accepted. The list of common ones is loaded at the first call. */
export async function objection(password: string, username: string): Promise<string | undefined> {
  const length = [...password].length
  if (length < SHORTEST) return `it must have at least ${SHORTEST} characters`
  if (length > LONGEST) return `it must have at most ${LONGEST} characters`
  const lower = password.normalize('NFKC').toLowerCase()
  const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  if (lower.includes(username.toLowerCase()) && username.length > 3) return 'it must not contain the user name'
  if (core === username.toLowerCase() || LAB_WORDS.includes(core))
    return 'it is easy to guess: a word of this lab, or the user name'
  if (new Set(lower).size < 4) return 'it repeats the same few characters'
  if (isSequence(lower)) return 'it is a sequence of the alphabet or of the digits'
  const common = await commonPasswords()
  if (common.has(lower) || common.has(core)) return 'it is among the most common passwords, or one of them with digits'
  return undefined
}

/** `abcdefgh`, `87654321`: each character follows the one before. */
function isSequence(text: string): boolean {
  const steps = new Set(
    [...text].slice(1).map((character, index) => (character.codePointAt(0) ?? 0) - text.charCodeAt(index)),
  )
  return steps.size === 1 && (steps.has(1) || steps.has(-1))
}

/** Common in Brazil, and not in the list of the package: `senha` is, and so is `brasil`. */
const PORTUGUESE = [
  ...[
    'mudar',
    'mudarsenha',
    'trocarsenha',
    'novasenha',
    'senhanova',
    'senhaforte',
    'senhasegura',
    'senhasenha',
    'acesso',
  ],
  ...['administrador', 'usuario', 'bemvindo', 'escola', 'faculdade', 'universidade', 'aluno', 'professor', 'segredo'],
  ...['corinthians', 'timao', 'mengao', 'vascodagama', 'cruzeiro', 'atletico', 'gremio', 'botafogo', 'fluminense'],
  ...['deus', 'deusefiel', 'deuseamor', 'jesuscristo', 'euteamo', 'teamomuito', 'amorzinho', 'minhavida', 'saudade'],
  ...[
    'saopaulo',
    'riodejaneiro',
    'brasileiro',
    'feijoada',
    'cachorro',
    'gatinho',
    'abacate',
    'batatinha',
    'qwertyuiop',
  ],
]

let common: Promise<ReadonlySet<string>> | undefined

/** 49,000 words and ours, loaded when the first password is chosen. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    return new Set([...(dictionary['passwords-common'] as readonly string[]), ...PORTUGUESE])
  })
  return common
}
