import { resolve } from 'node:path'

import type { Effect } from '@keepup/core'
import { analyseCommand, type CommandAnalysis, type Invocation } from '@keepup/shell'

import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { Deed } from './deed.ts'
import { fileDeeds, workspaceDeed } from './file-deeds.ts'
import { programDeeds } from './program-deeds.ts'
import { isInside, type Workplace } from './workplace.ts'

/** The doubt about a program that is given another one to run; which one, is looked at with the program. */
const evaluates = 'evaluates'

/** Nobody can tell what it does: only a user who wrote it out has asked for it. */
const unknownCommand: ToolAnnotation = {
  effect: 'egress-read',
  outward: true,
  arguments: { '/command': 'command' },
}

/**
 * What a shell command does: what its known programs do to files, what its other programs are known for, and what is redirected. A command that hides what it does,
 * or has a program that nobody knows, is one deed that only its own text in the user's words authorises.
 */
export function commandDeeds(command: string, place: Workplace, folder?: string): readonly Deed[] {
  const start = folder ?? place.root
  const home = place.home === undefined ? {} : { home: place.home }
  const read = (text: string): CommandAnalysis =>
    analyseCommand(text, { root: place.root, ...home, folder: start })
  const whole = read(command)
  if (whole.doubts.some(({ rule }) => rule !== evaluates)) return [unknown(command, place)]
  const parts = programsOf(whole.invocations, { read, place, start })
  if (parts.some(({ deeds }) => deeds === undefined)) return [unknown(command, place)]
  const [all, own] = [namesOf(whole.effects), namesOf(parts.flatMap(({ effects }) => effects))]
  // What is not a program's own is redirected.
  const beside = whole.effects.filter((effect) => !own.has(nameOf(effect)))
  // A redirection may reach a host too.
  if (beside.some(isOpaqueEffect)) return [unknown(command, place)]
  const transparent = parts.flatMap(({ isOpaque, effects }) => (isOpaque ? [] : effects))
  const links = whole.invocations.some(({ name }) => name === 'ln')
  const touched = [...transparent.filter((effect) => links || all.has(nameOf(effect))), ...beside].filter(
    isFile,
  )
  const deeds = [...parts.flatMap(({ deeds: found = [] }) => found), ...fileDeeds(touched, place)]
  return deeds.length > 0 ? deeds : [{ tool: 'say', input: {}, annotation: { effect: 'read' } }]
}

interface Reading {
  readonly read: (text: string) => CommandAnalysis
  readonly place: Workplace
  /** Where the command starts. */
  readonly start: string
}

interface ReadProgram {
  readonly effects: readonly Effect[]
  /** It does more than its effects say. */
  readonly isOpaque: boolean
  /** Nothing where nobody knows what it does. */
  readonly deeds: readonly Deed[] | undefined
}

/** Programs that only say how others are run: these stand among the programs themselves. */
const wrappers = new Set(['cd', 'command', 'env', 'exec', 'nice', 'nohup', 'time', 'timeout'])
/** What is run through them may do more than it could by itself. */
const raising = new Set(['doas', 'pkexec', 'su', 'sudo'])

/** Each program, read by itself where it starts. */
function programsOf(
  invocations: readonly Invocation[],
  { read, place, start }: Reading,
): readonly ReadProgram[] {
  let [folder, before]: [string | undefined, string] = [start, '']
  return invocations.map((invocation): ReadProgram => {
    const text = textOf(invocation)
    const { effects: known, doubts } = read(`${before}${text}`)
    const effects = invocation.name === 'ln' ? [...known, ...linked(invocation, folder ?? start)] : known
    if (invocation.name === 'cd') {
      folder = changed(folder, invocation.words)
      before = `${before}${text} && `
    }
    if (raising.has(invocation.name)) return { effects, isOpaque: true, deeds: undefined }
    const isOpaque = doubts.length > 0 || effects.some(isOpaqueEffect)
    if (!isOpaque || wrappers.has(invocation.name)) return { effects, isOpaque: false, deeds: [] }
    const isHere = folder !== undefined && isInside(place, folder)
    return { effects, isOpaque, deeds: isHere ? programDeeds(invocation, place, folder ?? start) : undefined }
  })
}

/** What a link leads to can be read and written by its name: linking is as good as reading it. */
function linked({ words }: Invocation, folder: string): readonly Effect[] {
  return words.flatMap((word) =>
    word === undefined || word.startsWith('-')
      ? []
      : [{ kind: 'read', target: resolve(folder, word) } as const],
  )
}

function changed(folder: string | undefined, words: Invocation['words']): string | undefined {
  const [to] = words
  return folder === undefined || to === undefined || to.startsWith('-') ? undefined : resolve(folder, to)
}

/** A program with its words. One that is not known changes nothing here: where it did, the whole command would be in doubt. */
function textOf({ program, words }: Invocation): string {
  return [program, ...words.map((word) => (word === undefined ? '$?' : quoted(word)))].join(' ')
}

function quoted(word: string): string {
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function isOpaqueEffect({ kind, target }: Effect): boolean {
  return kind === 'net' || kind === 'input' || target === '*' || (kind === 'exec' && target.includes('*'))
}

function isFile({ kind, target }: Effect): boolean {
  return (kind === 'read' || kind === 'write' || kind === 'delete') && target !== '*'
}

function namesOf(effects: readonly Effect[]): ReadonlySet<string> {
  return new Set(effects.map(nameOf))
}

function nameOf({ kind, target }: Effect): string {
  return `${kind}:${target}`
}

function unknown(command: string, { confined }: Workplace): Deed {
  if (confined === true) return { tool: 'run in the sandbox', input: {}, annotation: workspaceDeed }
  return { tool: 'a command', input: { command }, annotation: unknownCommand }
}
