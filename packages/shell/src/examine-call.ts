import { type Call, type Reading, touchAnything } from './call.ts'
import { fileReaders } from './data/file-readers.ts'
import { searchPrograms } from './data/search.ts'
import { systemReaders } from './data/system-readers.ts'
import { textReaders } from './data/text-readers.ts'
import { examineAwk } from './examine-awk.ts'
import { examinePrintf, examineText } from './examine-builtin.ts'
import { examineChange } from './examine-change.ts'
import { examineDate, examineSeq, examineSleep } from './examine-clock.ts'
import { examineFind } from './examine-find.ts'
import { examineGit } from './examine-git.ts'
import { examineJq } from './examine-jq.ts'
import { examineCal, examineStrings, examineTail } from './examine-odd-readers.ts'
import { examineReader } from './examine-reader.ts'
import { examineFd, examineGrep, examineRipgrep } from './examine-search.ts'
import { examineSed } from './examine-sed.ts'
import { examineTest } from './examine-test.ts'
import { examineWrapper, isWrapper } from './examine-wrapper.ts'
import { examineWriter, isWriter } from './examine-writer.ts'
import { examineXxd } from './examine-xxd.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { follow } from './ground.ts'
import { type Program, programs } from './program.ts'
import { refuseRepetition } from './refuse-repetition.ts'
import { merge, type NextStates, unchanged } from './shell-state.ts'
import { refuseWideFormats } from './wide-format.ts'

type Examine = (call: Call, reading: Reading) => void

const readers = programs({ ...textReaders, ...fileReaders, ...systemReaders })
const searches = programs(searchPrograms)

const searching: Readonly<Record<string, (call: Call, program: Program, reading: Reading) => void>> = {
  grep: examineGrep,
  egrep: examineGrep,
  fgrep: examineGrep,
  rg: examineRipgrep,
  fd: examineFd,
}

/** Programs that read their files, and their words in a way of their own. */
const oddReaders: ReadonlyMap<string, typeof examineReader> = new Map([
  ['xxd', examineXxd],
  ['strings', examineStrings],
  ['tail', examineTail],
  ['cal', examineCal],
])

const special: ReadonlyMap<string, Examine> = new Map<string, Examine>([
  ['echo', examineText],
  ['true', examineText],
  ['false', examineText],
  [':', examineText],
  ['printf', examinePrintf],
  ['test', examineTest],
  ['[', examineTest],
  ['date', examineDate],
  ['sleep', examineSleep],
  ['seq', examineSeq],
  ['sed', examineSed],
  ['awk', examineAwk],
  ['find', examineFind],
  ['jq', examineJq],
  ['git', examineGit],
])

/** Programs to which an expression may be given as a word. */
const matching = new Set(['grep', 'egrep', 'fgrep', 'rg', 'fd', 'git', 'find', 'diff', 'tac', 'nl'])

/** Functions and evaluated texts inside one another, at most. */
const deepest = 24

/** A function inside itself, at most: one that calls itself twice would double with each. */
const deepestSelf = 2

/** Tells what a program with its words may do, by what is known of it, and adds that to the reading. */
export function examineCall(call: Call, reading: Reading): NextStates {
  const { name, program, words, state } = call
  reading.invocations.push({ name: name ?? '*', program: program ?? '*', words, wrappers: state.wrappers })
  if (name === undefined || program === undefined) {
    doubt(reading, 'dynamic', 'which program runs cannot be known before it runs')
    addEffect(reading, 'exec', '*')
    touchAnything(reading)
    return unchanged(state)
  }
  const bodies = state.functions.get(program)
  if (bodies !== undefined) return callFunction(call, bodies, reading)
  addEffect(reading, 'exec', name)
  if (program !== name) examinePath(call, program, reading)
  if (reading.permits(call)) {
    permit(name, reading)
    return unchanged(state)
  }
  if (name === 'cd') return examineChange(call, reading)
  if (isWrapper(name)) return examineWrapper(call, reading)
  examineProgram(call, name, reading)
  return unchanged(state)
}

/** A call that a rule permits may do anything, and nothing of that asks. */
function permit(name: string, reading: Reading): void {
  for (const key of [`exec:${name}`, 'read:*', 'write:*', 'delete:*', 'net:*']) reading.permitted.add(key)
  touchAnything(reading)
}

/** Where systems keep their programs. */
const systemFolders = /^(\/usr)?(\/local)?\/s?bin\/[^/]+$|^\/opt\/homebrew\/bin\/[^/]+$/

/** A program that is named by its path may be any file, but for those of the system. */
function examinePath({ name, state }: Call, program: string, reading: Reading): void {
  refuse(reading, 'odd-name', `${program} may be another program than ${name}`)
  if (systemFolders.test(program)) return
  for (const folder of state.folders) addEffect(reading, 'exec', follow(reading.ground, folder, program))
  touchAnything(reading)
}

function examineProgram(call: Call, name: string, reading: Reading): void {
  refuseWideFormats(call, reading)
  if (matching.has(name)) refuseRepetition(call, reading)
  const examine = special.get(name)
  if (examine !== undefined) return examine(call, reading)
  const search = Object.hasOwn(searching, name) ? searching[name] : undefined
  const searched = searches.get(name === 'egrep' || name === 'fgrep' ? 'grep' : name)
  if (search !== undefined && searched !== undefined) {
    return search(call, searched, reading)
  }
  const reader = readers.get(name)
  if (reader !== undefined) return (oddReaders.get(name) ?? examineReader)(call, reader, reading)
  if (isWriter(name)) {
    refuse(reading, 'changes', `${name} changes files or reaches the network`)
    return examineWriter(call, reading)
  }
  refuse(reading, 'unknown', `nothing is known of ${name}`)
  touchAnything(reading)
}

function callFunction(
  call: Call,
  bodies: NonNullable<ReturnType<Call['state']['functions']['get']>>,
  reading: Reading,
): NextStates {
  const { state } = call
  let after = state
  for (const body of bodies) {
    if (state.depth >= deepest || state.calling.filter((one) => one === body).length >= deepestSelf) {
      doubt(reading, 'too-deep', `${call.program} calls itself`)
      touchAnything(reading)
      return unchanged({ ...state, folders: [] })
    }
    const next = reading.walk(body, { ...state, depth: state.depth + 1, calling: [...state.calling, body] })
    after = merge(after, merge(next.success, next.failure))
  }
  return unchanged({ ...after, depth: state.depth, calling: state.calling })
}
