import { type JsonObject, KeepupError } from '@keepup/core'

import { isObject } from '../answer/answer-reader.ts'
import type { CommandHook, DialectName, HookHandler } from '../command-hook.ts'
import { dialects } from '../dialect/dialects.ts'
import { patternOf } from '../dialect/match-name.ts'
import type { HookConfiguration, ReadOptions } from './hook-configuration.ts'

/** One entry of a configuration, where it stands and what it says. */
export interface ConfiguredEntry {
  readonly event: string
  readonly place: string
  readonly group: JsonObject
  readonly entry: JsonObject
}

/** What a dialect makes of an entry; `undefined` where it is switched off. */
export type EntryReader = (
  entry: ConfiguredEntry,
  warn: (text: string) => void,
) => Omit<CommandHook, 'name' | 'dialect' | 'event' | 'matcher'> | undefined

/** How a configuration of groups is read: `{ EVENT: [{ matcher, hooks: [{...}] }] }`. */
export interface GroupsFormat {
  readonly dialect: DialectName
  readonly read: EntryReader
  /** Keys beside the events that are none. */
  readonly settings?: readonly string[]
}

/** Reads `hooks` of a configuration. What is of the wrong shape fails `configuration-invalid`: a guard must not be lost to a slip. */
export function readGroups(
  hooks: unknown,
  { dialect, read, settings = [] }: GroupsFormat,
  { source = dialects[dialect].program }: ReadOptions,
): HookConfiguration {
  const found: CommandHook[] = []
  const warnings: string[] = []
  const warn = (text: string): void => void warnings.push(`${source}: ${text}`)
  for (const [event, groups] of Object.entries(expectObject(hooks, source, '#/hooks'))) {
    if (settings.includes(event)) continue
    if (!Object.hasOwn(dialects[dialect].moments, event))
      warn(`${unheardOf(dialect, event)}: its hooks are not run.`)
    for (const entry of entriesOf(event, groups, source)) {
      const made = read(entry, (text) => warn(`${entry.place} ${text}`))
      if (made === undefined) continue
      const matcher = matcherOf(entry, source)
      if (matcher !== undefined && matcher !== '*' && patternOf(matcher) === undefined) {
        warn(`${entry.place} has a matcher that is no regular expression: it matches everything.`)
      }
      const name = nameOf(entry, source)
      found.push({ name, dialect, event, ...(matcher === undefined ? {} : { matcher }), ...made })
    }
  }
  return { hooks: found, warnings }
}

function unheardOf(dialect: DialectName, event: string): string {
  const { program, moments, elsewhere = [] } = dialects[dialect]
  if (elsewhere.includes(event)) return `${event} never happens here`
  return `${event} is no moment of ${program} (it has ${Object.keys(moments).join(', ')})`
}

function entriesOf(event: string, groups: unknown, source: string): readonly ConfiguredEntry[] {
  const place = `#/hooks/${event}`
  return expectArray(groups, source, place).flatMap((value, index) => {
    const group = expectObject(value, source, `${place}/${index}`)
    const entries = expectArray(group['hooks'], source, `${place}/${index}/hooks`)
    return entries.map((item, number) => {
      const at = `${place}/${index}/hooks/${number}`
      return { event, place: at, group, entry: expectObject(item, source, at) }
    })
  })
}

function matcherOf({ group, place }: ConfiguredEntry, source: string): string | undefined {
  const { matcher } = group
  if (matcher === undefined || matcher === null) return undefined
  if (typeof matcher === 'string') return matcher
  throw invalid(source, place, `has a matcher that is ${JSON.stringify(matcher)}`, 'write a text')
}

function nameOf({ event, place, entry }: ConfiguredEntry, source: string): string {
  const { name } = entry
  if (typeof name === 'string' && name.trim() !== '') return `${event} "${name}" (${source})`
  return `${event} (${source}${place})`
}

/** A time-out in milliseconds; one that is none fails. */
export function timeoutOf({ entry, place }: ConfiguredEntry, unit: number, otherwise: number): number {
  const { timeout } = entry
  if (timeout === undefined || timeout === null) return otherwise
  if (typeof timeout === 'number' && timeout > 0 && Number.isFinite(timeout)) return timeout * unit
  throw invalid('', place, `has the timeout ${JSON.stringify(timeout)}`, 'write a number above 0')
}

/** `"onFailure": "continue" | "block"`, which keepup reads in every dialect. */
export function onFailureOf({ entry, place }: ConfiguredEntry): CommandHook['onFailure'] {
  const { onFailure = 'block' } = entry
  if (onFailure === 'block' || onFailure === 'continue') return onFailure
  throw invalid('', place, `has "onFailure" ${JSON.stringify(onFailure)}`, 'write "block" or "continue"')
}

/** A handler for a command line, or what is missing. */
export function shellHandler(command: unknown, shell: 'bash' | 'login' | 'powershell'): HookHandler {
  if (typeof command === 'string' && command.trim() !== '') return { type: 'shell', command, shell }
  return { type: 'unsupported', why: 'its configuration has no command.' }
}

/** A handler of a kind that nothing here can run. */
export function unsupportedHandler(type: unknown, why: string): HookHandler {
  return { type: 'unsupported', why: `it is of type ${JSON.stringify(type)}, ${why}.` }
}

/** An object, or an error that names the place. */
export function expectObject(value: unknown, source: string, place: string): JsonObject {
  if (isObject(value)) return value
  throw invalid(source, place, `is ${JSON.stringify(value)}`, 'write an object there: { ... }')
}

function expectArray(value: unknown, source: string, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw invalid(source, place, `is ${JSON.stringify(value)}`, 'write a list there: [ ... ]')
}

function invalid(source: string, place: string, problem: string, fix: string): KeepupError {
  return new KeepupError('configuration-invalid', `${source}${place} ${problem}: ${fix}.`, {
    details: { fix },
  })
}
