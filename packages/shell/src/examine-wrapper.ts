import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { fileReaders } from './data/file-readers.ts'
import { searchPrograms } from './data/search.ts'
import { textReaders } from './data/text-readers.ts'
import { evaluators, wrappers } from './data/wrappers.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { optionTable, type OptionTable } from './option-table.ts'
import { type GivenOption, readOptions } from './read-options.ts'
import { type NextStates, type ShellState, unchanged } from './shell-state.ts'

type Words = readonly (string | undefined)[]

const tables: ReadonlyMap<string, { readonly table: OptionTable; readonly own: number }> = new Map(
  Object.entries(wrappers).map(([name, [options, own]]) => [name, { table: optionTable(options), own }]),
)

const sources = new Set(['source', '.'])

/** Wrappers inside one another, at most. */
const deepest = 24

/** Whether a program runs what it is given. */
export function isWrapper(name: string): boolean {
  return tables.has(name) || Object.hasOwn(evaluators, name) || sources.has(name)
}

/** Looks through a program that runs others. Only `time`, `timeout` with a duration and `command -v` do so by themselves. */
export function examineWrapper(call: Call, reading: Reading): NextStates {
  const name = call.name ?? '*'
  const inner: ShellState = {
    ...call.state,
    depth: call.state.depth + 1,
    wrappers: [...call.state.wrappers, name],
  }
  if (inner.depth > deepest) {
    doubt(reading, 'too-deep', `too many programs run one another`)
    touchAnything(reading)
    return unchanged(call.state)
  }
  const kind = Object.hasOwn(evaluators, name) ? evaluators[name] : undefined
  if (kind !== undefined) {
    refuse(reading, 'evaluates', `${name} evaluates a text`)
    const next = examineEvaluator(call, kind, inner, reading)
    return name === 'eval' ? restored(next, call.state) : unchanged(call.state)
  }
  if (sources.has(name)) {
    refuse(reading, 'evaluates', `${name} runs what a file holds`)
    touch(reading, call.state, 'read', call.words[0])
    addEffect(reading, 'exec', '*')
    touchAnything(reading)
    return unchanged({ ...call.state, folders: [] })
  }
  return examineRunner(call, name, inner, reading)
}

/** What was evaluated in this shell goes on in it. */
function restored({ success, failure }: NextStates, { depth, wrappers: outer }: ShellState): NextStates {
  return { success: { ...success, depth, wrappers: outer }, failure: { ...failure, depth, wrappers: outer } }
}

function examineEvaluator(
  call: Call,
  kind: 'shell' | 'words' | 'first' | 'option-c',
  inner: ShellState,
  reading: Reading,
): NextStates {
  if (kind === 'words') return evaluate(joined(call.words), inner, reading)
  if (kind === 'first')
    return evaluate(
      call.words.find((word) => word !== '--' && word !== '-'),
      inner,
      reading,
    )
  const at = call.words.findIndex((word) => word !== undefined && /^-[A-Za-z]*c$|^--command$/.test(word))
  if (at !== -1) {
    const unsure = { ...inner, variables: new Map<string, undefined>() }
    if (kind === 'option-c') touchAnything(reading)
    return evaluate(
      call.words.slice(at + 1).find((word) => word === undefined || !word.startsWith('-')),
      unsure,
      reading,
    )
  }
  const joinedCommand = call.words.find((word) => word?.startsWith('--command=') === true)
  if (joinedCommand !== undefined) return evaluate(joinedCommand.slice(10), inner, reading)
  if (call.name === 'flock' && call.words.length > 1 && !call.odd.has(1))
    return reading.readCall(afterOptions(call.words).slice(1), inner)
  doubt(reading, 'evaluates', `what ${call.name} is given to run cannot be known before it runs`)
  addEffect(reading, 'exec', '*')
  touchAnything(reading)
  return unchanged(call.state)
}

function joined(words: Words): string | undefined {
  return words.includes(undefined) ? undefined : words.join(' ')
}

function evaluate(text: string | undefined, state: ShellState, reading: Reading): NextStates {
  if (text !== undefined) return reading.readCommand(text, state)
  doubt(reading, 'dynamic', 'a text that is evaluated cannot be known before it runs')
  addEffect(reading, 'exec', '*')
  touchAnything(reading)
  return unchanged({ ...state, folders: [] })
}

function afterOptions(words: Words): Words {
  const first = words.findIndex((word) => word === undefined || !word.startsWith('-'))
  return first === -1 ? [] : words.slice(first)
}

function examineRunner(call: Call, name: string, inner: ShellState, reading: Reading): NextStates {
  const { table, own } = tables.get(name) ?? { table: optionTable(''), own: 0 }
  const read = readOptions(call.words, table)
  const sure = read.unknown.length === 0 && !read.dynamic
  if (sure && name === 'command' && read.options.some(looksUp)) return unchanged(call.state)
  if (!sure) doubtRunner(name, read.unknown, reading)
  if (!runsByItself(call, name, read.options.length, reading))
    refuse(reading, 'wrapper', `${name} runs what it is given`)
  touchOfWrapper(call, name, read.options, reading)
  const words = wrappedWords(name, call.words.slice(read.rest + own), read.options)
  const elsewhere = moving.has(name) || read.options.some(movesElsewhere)
  const state = elsewhere ? { ...inner, folders: [] } : inner
  if (words.length > 0) reading.readCall(words, state)
  if (joining.has(name)) evaluate(joined(words), state, reading)
  return unchanged(call.state)
}

function looksUp({ name }: GivenOption): boolean {
  return name === '-v' || name === '-V'
}

function doubtRunner(name: string, unknown: readonly string[], reading: Reading): void {
  for (const word of unknown) doubt(reading, 'option', `${name} ${word} is not an option that is known`)
  doubt(reading, 'dynamic', `what ${name} runs cannot be known before it runs`)
  touchAnything(reading)
  addEffect(reading, 'exec', '*')
}

/** Wrappers that join their words to one text, which a shell evaluates. */
const joining: ReadonlySet<string> = new Set(['watch', 'parallel'])

/** Wrappers under which paths mean something else. */
const moving: ReadonlySet<string> = new Set(['chroot', 'proot'])

/** Programs that a time limit makes sense for: they read as many files as they are given. */
const limited: ReadonlySet<string> = new Set(
  [textReaders, fileReaders, searchPrograms, { sed: 0, awk: 0, jq: 0, find: 0, git: 0 }].flatMap((rows) =>
    Object.keys(rows),
  ),
)

/** A duration and a program that reads files, or that a rule permits: nothing else of `timeout`, and nothing of other wrappers, runs by itself. */
function runsByItself(call: Call, name: string, options: number, reading: Reading): boolean {
  if (options > 0 || call.state.wrappers.length > 0) return false
  if (name !== 'timeout') return name === 'time'
  const [duration = '', program, ...words] = call.words
  if (!/^\d{1,4}(\.\d)?[sm]?$/.test(duration) || program === undefined || call.odd.has(1)) return false
  return limited.has(program) || reading.permits({ ...call, name: program, program, words })
}

function movesElsewhere({ name }: GivenOption): boolean {
  return name === '-C' || name === '--chdir' || name === '-D' || name === '-R' || name === '-w'
}

/** Wrappers that do more than run: they fetch, start daemons, or change what files are. */
const doing: ReadonlySet<string> = new Set([
  'npx',
  'bunx',
  'pnpx',
  'dumb-init',
  'chroot',
  'proot',
  'systemd-run',
  'parallel',
])

/** Files that a wrapper itself reads or writes. */
function touchOfWrapper(call: Call, name: string, options: readonly GivenOption[], reading: Reading): void {
  if (name === 'nohup') touch(reading, call.state, 'write', 'nohup.out')
  if (doing.has(name)) touchAnything(reading)
  for (const option of options) {
    if (name === 'xargs' && /^(-a|--arg-file)$/.test(option.name))
      touch(reading, call.state, 'read', option.value)
    if (['time', 'strace', 'ltrace'].includes(name) && /^(-o|--output)$/.test(option.name))
      touchOutput(option.value, call, reading)
  }
}

function touchOutput(word: string | undefined, call: Call, reading: Reading): void {
  touch(reading, call.state, 'write', word)
  touch(reading, call.state, 'delete', word)
  // `strace -o '|program'` starts a program.
  if (word === undefined || /^[|!]/.test(word)) touchAnything(reading)
}

/** The program and its words: without variables that are set for it, and with those that come from elsewhere. */
function wrappedWords(name: string, words: Words, options: readonly GivenOption[]): Words {
  if (name === 'xargs' || name === 'parallel') return words.length === 0 ? words : piped(words, options, name)
  if (name !== 'env' && name !== 'sudo' && name !== 'doas') return words
  const first = words.findIndex((word) => word === undefined || !/^[A-Za-z_]\w*=/.test(word))
  return first === -1 ? [] : words.slice(first)
}

/** Words that come from elsewhere: in the place of a marker, or at the end. */
function piped(words: Words, options: readonly GivenOption[], name: string): Words {
  const option = options.find((one) => ['-I', '-i', '--replace'].includes(one.name))
  const marker = option === undefined ? (name === 'parallel' ? '{' : undefined) : (option.value ?? '{}')
  if (marker === undefined) return [...words, undefined]
  const marked = words.map((word) => (word?.includes(marker) === true ? undefined : word))
  return marked.includes(undefined) ? marked : [...marked, undefined]
}
