import type { Environment, OutputStream } from '../host.ts'

/** How text may look: each function returns it unchanged where colour is off. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
  readonly marks: Marks
}

/** The signs at the start of lines. */
export interface Marks {
  readonly done: string
  readonly failed: string
  readonly denied: string
  readonly pending: string
  readonly active: string
  readonly note: string
  readonly killed: string
  readonly separator: string
  readonly more: string
  readonly frames: readonly string[]
}

const unicodeMarks: Marks = {
  done: '✓',
  failed: '✗',
  denied: '⊘',
  pending: '○',
  active: '▸',
  note: '•',
  killed: '⚡',
  separator: '·',
  more: '…',
  frames: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
}

const asciiMarks: Marks = {
  done: '+',
  failed: 'x',
  denied: '!',
  pending: 'o',
  active: '>',
  note: '*',
  killed: '#',
  separator: '-',
  more: '...',
  frames: ['|', '/', '-', '\\'],
}

/** The style for a stream: `NO_COLOR` (no-color.org) beats `FORCE_COLOR` beats whether it is a terminal. */
export function styleFor(stream: Pick<OutputStream, 'isTTY'>, environment: Environment): Style {
  return createStyle(usesColour(stream, environment), usesUnicode(environment))
}

/** A style with or without colour, with or without signs beyond ASCII. */
export function createStyle(colour: boolean, unicode: boolean): Style {
  const paint = (open: number, close: number) => (text: string) =>
    colour && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    marks: unicode ? unicodeMarks : asciiMarks,
  }
}

/** Whether a stream is written to in colour. */
export function usesColour(stream: Pick<OutputStream, 'isTTY'>, environment: Environment): boolean {
  if (environment['NO_COLOR']) return false
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}

function usesUnicode(environment: Environment): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || ''
  return /utf-?8/i.test(locale) || (locale === '' && process.platform !== 'linux')
}
