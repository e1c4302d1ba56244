import type { IsStoredAs } from './is-stored-as.ts'
import type { KeptItems } from './kept-items.ts'
import { notStorable } from './not-storable.ts'
import { type Form, formOf, isTagged, storedKey } from './stored-form.ts'

/** What makes one form of another: a whole new one, a list that keeps its first items, or an object of which some members change. */
export type Change =
  | { readonly whole: Form }
  | { readonly keep: number; readonly items: readonly Form[] }
  | { readonly members: Readonly<Record<string, Change>>; readonly gone?: readonly string[] }

/** How values are told apart from what is stored. */
export interface Comparison {
  readonly isStoredAs: IsStoredAs
  readonly keptItems: KeptItems
}

/** What makes the form of `value` of `base`; `undefined` where it is the same. Fails `value-not-storable`. */
export function changeTo(
  base: Form,
  value: unknown,
  comparison: Comparison,
  path: readonly (string | number)[],
): Change | undefined {
  if (Array.isArray(value) && Array.isArray(base)) return listChange(base, value, comparison, path)
  if (isRecord(value) && isRecord(base) && !isTagged(base)) return recordChange(base, value, comparison, path)
  return comparison.isStoredAs(value, base) ? undefined : { whole: formOf(value, path) }
}

/** The form that a change makes of another. */
export function changed(base: Form, change: Change): Form {
  if ('whole' in change) return change.whole
  if ('keep' in change) return keptAnd(asList(base), change.keep, change.items)
  const record = isRecord(base) ? base : {}
  const gone = new Set(change.gone)
  const kept = Object.entries(record)
    .filter(([key]) => !gone.has(key))
    .map(([key, form]) => {
      const next = Object.hasOwn(change.members, key) ? change.members[key] : undefined
      return [key, next === undefined ? form : changed(form, next)] as const
    })
  const added = Object.entries(change.members)
    .filter(([key]) => !Object.hasOwn(record, key))
    .map(([key, next]) => [key, changed(undefined, next)] as const)
  return Object.fromEntries([...kept, ...added])
}

/** A list that only grows, which is nearly every one, is copied once. */
function keptAnd(base: readonly Form[], keep: number, items: readonly Form[]): Form {
  return keep === base.length ? base.concat(items) : base.slice(0, keep).concat(items)
}

function listChange(
  base: readonly Form[],
  value: readonly unknown[],
  comparison: Comparison,
  path: readonly (string | number)[],
): Change | undefined {
  const keep = comparison.keptItems(value, base)
  if (keep === base.length && keep === value.length) return undefined
  if (keep === 0) return { whole: formOf(value, path) }
  return { keep, items: Array.from(value.slice(keep), (item, at) => formAt(value, keep + at, item, path)) }
}

function formAt(
  list: readonly unknown[],
  at: number,
  item: unknown,
  path: readonly (string | number)[],
): Form {
  if (!(at in list)) throw notStorable([...path, at], 'a hole in an array')
  return formOf(item, [...path, at])
}

function recordChange(
  base: Readonly<Record<string, Form>>,
  value: Readonly<Record<string, unknown>>,
  comparison: Comparison,
  path: readonly (string | number)[],
): Change | undefined {
  const inOrder = Object.keys(value).map(storedKey)
  const keys = new Set(inOrder)
  const gone = Object.keys(base).filter((key) => !keys.has(key))
  const left = Object.keys(base).filter((key) => keys.has(key))
  const isInOrder = left.every((key, at) => inOrder[at] === key)
  // Members keep their order, and what is hidden or has a symbol for a key is refused.
  if (!isInOrder || Reflect.ownKeys(value).length !== keys.size) return { whole: formOf(value, path) }
  const members = Object.entries(value).flatMap(([key, member]) => {
    const name = storedKey(key)
    const next = Object.hasOwn(base, name)
      ? changeTo(base[name], member, comparison, [...path, key])
      : { whole: formOf(member, [...path, key]) }
    return next === undefined ? [] : [[name, next] as const]
  })
  if (members.length === 0 && gone.length === 0) return undefined
  return { members: Object.fromEntries(members), ...(gone.length === 0 ? {} : { gone }) }
}

function asList(form: Form): readonly Form[] {
  return Array.isArray(form) ? form : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
