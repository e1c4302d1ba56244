import type { Effect, GuardedArgument, GuardedCall, Reason, Repeat } from '@keepup/core'
import type { CommandAnalysis, Invocation } from '@keepup/shell'

import { type Place, resolveTarget } from './place.ts'
import type { ReadCommand } from './read-command.ts'

/** A shell command of a call. */
export interface CommandFact {
  readonly text: string
  readonly analysis: CommandAnalysis
}

/** What is to be judged: one thing that a call would run or touch. */
export type Atom =
  /** The call itself, where nothing else can be told of it. */
  | { readonly type: 'call'; readonly command?: CommandFact }
  | { readonly type: 'effect'; readonly effect: Effect; readonly command?: CommandFact }
  | { readonly type: 'invocation'; readonly invocation: Invocation; readonly command: CommandFact }

/** What can be told of a call before it runs. */
export interface CallFacts {
  readonly tool: string
  readonly repeat: Repeat
  readonly commands: readonly CommandFact[]
  /** Every effect, paths resolved; those of its commands instead of what its tool declares for any command. */
  readonly effects: readonly Effect[]
  readonly atoms: readonly Atom[]
  readonly doubts: readonly Reason[]
}

/** Finds out what a call would do. */
export function callFacts(
  call: Pick<GuardedCall, 'tool' | 'repeat' | 'effects' | 'arguments'>,
  place: Place,
  read: ReadCommand,
): CallFacts {
  const given = commandTexts(call.arguments)
  const readAll = (texts: readonly string[]): readonly CommandFact[] =>
    [...new Set(texts)].map((text) => ({ text, analysis: read(text) }))
  const asked = readAll(given)
  // What a tool runs besides the command that it is given, such as the one that reads it as its input, counts as much.
  const besides = declaredCommands(call).filter((target) => !isOfCommands({ kind: 'exec', target }, asked))
  const commands = [...asked, ...readAll(besides)]
  const ofItself = (effect: Effect): boolean => !isOfCommands(effect, commands)
  // Following links costs more than comparing.
  const own = call.effects.filter(ofItself).map(resolve).filter(ofItself)
  return factsOf({ tool: call.tool.name, repeat: call.repeat, commands, own })

  function resolve({ kind, target }: Effect): Effect {
    const isPath = kind === 'read' || kind === 'write' || kind === 'delete'
    return { kind, target: isPath ? resolveTarget(place, target) : target }
  }
}

/** What a bare command would do, run by a tool of that name. */
export function commandFacts(text: string, read: ReadCommand, tool = 'shell'): CallFacts {
  return factsOf({ tool, repeat: 'once', commands: [{ text, analysis: read(text) }], own: [] })
}

interface Found {
  readonly tool: string
  readonly repeat: Repeat
  readonly commands: readonly CommandFact[]
  readonly own: readonly Effect[]
}

function factsOf({ tool, repeat, commands, own }: Found): CallFacts {
  const atoms: Atom[] = own.map((effect) => ({ type: 'effect', effect }))
  for (const command of commands) {
    const { invocations, effects } = command.analysis
    for (const invocation of invocations) atoms.push({ type: 'invocation', invocation, command })
    for (const effect of effects) {
      // Programs that are known stand among the invocations.
      if (effect.kind !== 'exec' || effect.target === '*') atoms.push({ type: 'effect', effect, command })
    }
  }
  return {
    tool,
    repeat,
    commands,
    effects: [...own, ...commands.flatMap(({ analysis }) => analysis.effects)],
    atoms: atoms.length === 0 ? [callAtom(commands)] : atoms,
    doubts: commands.flatMap(({ analysis }) => analysis.doubts),
  }
}

function callAtom([command]: readonly CommandFact[]): Atom {
  return command === undefined ? { type: 'call' } : { type: 'call', command }
}

/** The commands among the arguments. A list of words is read both ways: as one program with its words, and each word as a command. */
function commandTexts(leaves: readonly GuardedArgument[]): readonly string[] {
  const lists = new Map<string, string[]>()
  const texts: string[] = []
  for (const { pointer, value, sink } of leaves) {
    if (sink !== 'command' || isEmpty(value)) continue
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const list = /^(.*)\/\d+$/su.exec(pointer)?.[1]
    if (list === undefined) texts.push(text)
    else lists.set(list, [...(lists.get(list) ?? []), text])
  }
  for (const words of lists.values()) {
    const [only = ''] = words
    if (words.length === 1) texts.push(only)
    else texts.push(words.map(quoted).join(' '), ...words.filter((word) => !word.startsWith('-')))
  }
  return texts
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** Tools that run a command of their own making declare it as `exec`. */
function declaredCommands({ effects }: Pick<GuardedCall, 'effects'>): readonly string[] {
  return effects.flatMap(({ kind, target }) => (kind === 'exec' && target !== '*' ? [target] : []))
}

/** What a tool declares of its command, or for whatever command it is given, says no more than the command itself. */
function isOfCommands({ kind, target }: Effect, commands: readonly CommandFact[]): boolean {
  if (commands.length === 0 || kind === 'input') return false
  return (
    target === '*' ||
    commands.some(
      ({ text, analysis }) =>
        (kind === 'exec' && text === target) ||
        analysis.effects.some((effect) => effect.kind === kind && effect.target === target),
    )
  )
}

/** A word as a shell reads it back. */
export function quoted(word: string): string {
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
