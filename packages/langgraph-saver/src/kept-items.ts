import type { IsStoredAs } from './is-stored-as.ts'
import type { Form } from './stored-form.ts'

/** How many of the first items of a list are what the first forms of another list were made of, by their content. */
export type KeptItems = (value: readonly unknown[], base: readonly Form[]) => number

/** The forms of a list, and the members of those that are plain objects in a row: one look at neighbours instead of one at each form and at each of its members. */
interface Row {
  readonly forms: Form[]
  /** The keys of each form; none of one that is no plain object. */
  readonly keys: (readonly string[])[]
  readonly parts: Form[]
}

const none: readonly string[] = Object.freeze([])

/** Every put looks at every item of a list that grew by one, so this is made to look at as little memory as can be. */
export function createKeptItems(isStoredAs: IsStoredAs): KeptItems {
  // A list that grows begins with the same form for ever.
  const rows = new WeakMap<object, Row>()
  const addTo = createAdd()

  return (value, base) => {
    const [first] = base
    if (typeof first !== 'object' || first === null) return keptOneByOne(value, base, isStoredAs)
    const row = rows.get(first) ?? { forms: [], keys: [], parts: [] }
    rows.set(first, row)
    cut(row, sharedLength(row.forms, base))
    for (let at = row.forms.length; at < base.length; at += 1) addTo(row, base[at])
    return keptOfRow(value, row, isStoredAs)
  }
}

function keptOneByOne(value: readonly unknown[], base: readonly Form[], isStoredAs: IsStoredAs): number {
  const shortest = Math.min(value.length, base.length)
  let kept = 0
  while (kept < shortest && isStoredAs(value[kept], base[kept])) kept += 1
  return kept
}

function keptOfRow(value: readonly unknown[], { forms, keys, parts }: Row, isStoredAs: IsStoredAs): number {
  const shortest = Math.min(value.length, forms.length)
  let from = 0
  for (let at = 0; at < shortest; at += 1) {
    const own = keys[at] ?? none
    if (!hasMembers(value[at], own, parts, from) && !isStoredAs(value[at], forms[at])) return at
    from += own.length
  }
  return shortest
}

/** Whether a value is a plain object of these keys, in this order, and these parts. What it denies may be the same all the same: equal text at another place. */
function hasMembers(value: unknown, keys: readonly string[], parts: readonly Form[], from: number): boolean {
  if (!isPlain(value) || keys.length === 0) return false
  let count = 0
  for (const key in value) {
    // `Object.is` looks at the two addresses first: the text itself, wherever it lies, is not touched.
    if (key !== keys[count] || !Object.is(value[key], parts[from + count])) return false
    count += 1
  }
  return count === keys.length
}

function createAdd(): (row: Row, form: Form) => void {
  let last: readonly string[] = none
  return (row, form) => {
    const keys = isPlain(form) ? Object.keys(form) : none
    // Items of a list are mostly alike, and then share their keys.
    if (keys.length !== last.length || keys.some((key, at) => key !== last[at])) last = keys
    row.forms.push(form)
    row.keys.push(last)
    if (isPlain(form)) row.parts.push(...Object.values(form))
  }
}

function sharedLength(known: readonly Form[], base: readonly Form[]): number {
  const shortest = Math.min(known.length, base.length)
  for (let at = 0; at < shortest; at += 1) if (!Object.is(known[at], base[at])) return at
  return shortest
}

/** Forgets what follows: a branch went on in another way, or went back. */
function cut({ forms, keys, parts }: Row, length: number): void {
  if (length === forms.length) return
  parts.length = keys.slice(0, length).reduce((sum, { length: count }) => sum + count, 0)
  forms.length = length
  keys.length = length
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
