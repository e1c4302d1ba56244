import type { MomentName } from './moments.ts'

/** What a hook is told at a moment. A function stands for a value that it accepts. */
export interface PayloadCase {
  readonly event: string
  readonly at: MomentName
  readonly told: object
}

/** Something that an adapter may choose, in words for the failure. */
export type Pattern = ((value: unknown, folder: string) => boolean) & { readonly expected: string }

function pattern(expected: string, accepts: (value: unknown, folder: string) => boolean): Pattern {
  return Object.assign((value: unknown, folderOfHook: string) => accepts(value, folderOfHook), { expected })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Any text. */
export const text: Pattern = pattern('a text', (value) => typeof value === 'string')
/** Any text, or null where there is nothing to tell. */
export const textOrNull: Pattern = pattern(
  'a text or null',
  (value) => value === null || typeof value === 'string',
)
/** Any number that is not below 0. */
export const number: Pattern = pattern('a number', (value) => typeof value === 'number' && value >= 0)
/** Any list. */
export const list: Pattern = pattern('a list', (value) => Array.isArray(value))
/** Any object. */
export const object: Pattern = pattern('an object', isObject)
/** A time as ISO 8601 has it, in UTC. */
export const time: Pattern = pattern(
  'a time, as 2026-11-21T12:00:00.000Z',
  (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value),
)
/** The folder of the project. */
export const folder: Pattern = pattern('the folder', (value, given) => value === given)
/** Any text with these words in it. */
export const containing = (words: string): Pattern =>
  pattern(`a text with "${words}"`, (value) => typeof value === 'string' && value.includes(words))

/** The rows of a table, each with the fields that every payload of the dialect has. */
export function payloads(
  base: (event: string) => object,
  rows: readonly (readonly [event: string, at: MomentName, told: object])[],
): readonly PayloadCase[] {
  return rows.map(([event, at, told]) => ({ event, at, told: { ...base(event), ...told } }))
}

/** What a payload is compared with besides its table. */
interface Surroundings {
  readonly folder: string
  /** Fields that may be there besides, at the top. */
  readonly optional: readonly string[]
}

/** Where a value is not the one that is expected, in words; `undefined` where it is. */
export function difference(
  value: unknown,
  expected: unknown,
  surroundings: Surroundings,
  place = '#',
): string | undefined {
  if (isPattern(expected)) {
    return expected(value, surroundings.folder) ? undefined : wrong(place, value, expected.expected)
  }
  if (typeof expected === 'object' && expected !== null) {
    return differenceOfMembers(value, expected, surroundings, place)
  }
  return value === expected ? undefined : wrong(place, value, JSON.stringify(expected))
}

function differenceOfMembers(
  value: unknown,
  expected: object,
  { folder: given, optional }: Surroundings,
  place: string,
): string | undefined {
  if (typeof value !== 'object' || Array.isArray(value) !== Array.isArray(expected)) {
    return wrong(place, value, Array.isArray(expected) ? 'a list' : 'an object')
  }
  const members: Readonly<Record<string, unknown>> = { ...value }
  const more = Object.keys(members).find((key) => !Object.hasOwn(expected, key) && !optional.includes(key))
  if (more !== undefined) return `${place}/${more} is told, which the format does not have`
  const differences = Object.entries(expected).map(([key, inner]) =>
    difference(members[key], inner, { folder: given, optional: [] }, `${place}/${key}`),
  )
  return differences.find((found) => found !== undefined)
}

function isPattern(value: unknown): value is Pattern {
  return typeof value === 'function' && 'expected' in value
}

function wrong(place: string, value: unknown, expected: string): string {
  return `${place} is ${JSON.stringify(value) ?? 'missing'}, not ${expected}`
}
