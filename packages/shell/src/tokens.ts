/** Where the words of a command stand, as told without a parser. */
export interface Tokens {
  /** Begin and end of each word, in order. */
  readonly words: readonly (readonly [begin: number, end: number])[]
  /** How many redirections there are. */
  readonly redirects: number
}

const operators = [
  '<<<',
  '<<-',
  '&>>',
  '&&',
  '||',
  ';;',
  '|&',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  '&>',
  ';',
  '|',
  '(',
  ')',
  '<',
  '>',
  '\n',
]

/** Operators after which a file, a descriptor or a delimiter stands. */
const redirecting = /^(<<<|<<-|<<|>>|<&|>&|<>|>\||&>|&>>|<|>)$/

/** How far a command was read. */
interface Progress {
  readonly source: string
  readonly words: (readonly [begin: number, end: number])[]
  /** Here-documents that begin after this line. */
  documents: { readonly delimiter: string; readonly tabs: boolean }[]
  /** The operator of a here-document whose delimiter comes next. */
  awaiting: string | undefined
  redirects: number
  /** The word or operator before. */
  before: string
}

/** After these a command begins, and so may a subshell. */
const beginning = /^(|;|\n|&&|\|\||\||\(|\{|!|time|-p|if|then|elif|else|do)$/

/**
 * Divides a command into words and operators by bash's rules, on its own: what a parser found is only believed where both agree. A text is the
 * reason why it is not read: substitutions, background, continued lines in odd places.
 */
export function readTokens(source: string): Tokens | string {
  const progress: Progress = {
    source,
    words: [],
    documents: [],
    awaiting: undefined,
    redirects: 0,
    before: '',
  }
  for (let at = 0; at < source.length;) {
    const next = readToken(at, progress)
    if (typeof next === 'string') return next
    at = next
  }
  return progress.documents.length > 0 ? 'a here-document without its end' : progress
}

function readToken(at: number, progress: Progress): number | string {
  const { source } = progress
  const blank = skipBlank(source, at)
  if (blank !== at) return blank
  const operator = operators.find((one) => source.startsWith(one, at))
  if (operator === undefined) return readWord(at, progress)
  if (operator === ';;' || operator === '|&')
    return `${operator} is not one of the operators that run by themselves`
  if (/^[<>]\(/.test(source.slice(at, at + 2))) return 'a substitution of a process'
  if (operator === '(' && !beginning.test(progress.before)) return 'a bracket where no command begins'
  progress.before = operator
  if (redirecting.test(operator)) progress.redirects++
  if (operator === '<<' || operator === '<<-') progress.awaiting = operator
  return operator === '\n' ? skipDocuments(at + 1, progress) : at + operator.length
}

function readWord(at: number, progress: Progress): number | string {
  const { source, awaiting } = progress
  const end = endOfWord(source, at)
  if (typeof end === 'string') return end
  const word = source.slice(at, end)
  // Digits right before a redirection name its descriptor.
  if (/^\d+$/.test(word) && /^[<>]/.test(source.slice(end, end + 1))) return end
  progress.words.push([at, end])
  progress.before = word
  if (awaiting !== undefined) {
    progress.documents.push({ delimiter: word.replace(/^(['"])(.*)\1$/s, '$2'), tabs: awaiting === '<<-' })
    progress.awaiting = undefined
  }
  return end
}

/** What may stand at the beginning of a line that goes on: a word, a pipe or a condition, and nothing that ends a command. */
const goesOn = /^[ \t]*(?:[\w./'"@$*+:[\]{}~%^=,-]|\\[^\n]|\||&&)/

/** Blanks, comments, and lines that go on: those only between words. */
function skipBlank(source: string, at: number): number | string {
  const character = source.charAt(at)
  if (character === ' ' || character === '\t') return at + 1
  if (character === '#' && (at === 0 || /[\s;|&()]/.test(source.charAt(at - 1)))) {
    const end = source.indexOf('\n', at)
    return end === -1 ? source.length : end
  }
  if (character === '\\' && source.charAt(at + 1) === '\n') {
    if (!/[ \t]/.test(source.charAt(at - 1)) || !goesOn.test(source.slice(at + 2, at + 200)))
      return 'a line that goes on in an odd place'
    return at + 2
  }
  return at
}

/** What stops a word from being read. */
const unread = /`|\$(?!\{\w+\})[({['"]/y

/** `!` and what an interactive shell would take from its history. */
const history = /![!$\w#?^*:-]/y

function endOfWord(source: string, start: number): number | string {
  for (let at = start; at < source.length; at++) {
    const character = source.charAt(at)
    if (/[\s;|()<>&]/.test(character)) return at === start ? 'the background or an odd operator' : at
    const fault = faultAt(source, at, unread)
    if (fault !== undefined) return fault
    if (character === '\\') {
      if (at + 1 >= source.length) return 'a line that goes on in an odd place'
      at++
    } else if (character === "'") {
      at = source.indexOf("'", at + 1)
      if (at === -1) return 'a quote without its end'
    } else if (character === '"') {
      const end = endOfDouble(source, at + 1)
      if (typeof end === 'string') return end
      at = end
    }
  }
  return source.length
}

/** Inside double quotes a dollar before a quote stands for itself. */
const unreadInDouble = /`|\$(?!\{\w+\})[({[]/y

function endOfDouble(source: string, start: number): number | string {
  for (let at = start; at < source.length; at++) {
    const character = source.charAt(at)
    if (character === '"') return at
    const fault = faultAt(source, at, unreadInDouble)
    if (fault !== undefined) return fault
    if (character === '\\') at++
  }
  return 'a quote without its end'
}

function faultAt(source: string, at: number, substitution: RegExp): string | undefined {
  if (source.startsWith('\\\n', at)) return 'a line that goes on in an odd place'
  substitution.lastIndex = at
  if (substitution.test(source)) return 'a substitution or an odd quote'
  history.lastIndex = at
  return history.test(source) ? 'what an interactive shell takes from its history' : undefined
}

function skipDocuments(start: number, progress: Progress): number | string {
  const { source, documents } = progress
  let at = start
  for (const { delimiter, tabs } of documents) {
    for (;;) {
      if (at >= source.length) return 'a here-document without its end'
      const newline = source.indexOf('\n', at)
      const end = newline === -1 ? source.length : newline
      const line = source.slice(at, end)
      at = Math.min(end + 1, source.length)
      if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) break
    }
  }
  progress.documents = []
  return at
}
