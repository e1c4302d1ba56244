import { isDeepStrictEqual } from 'node:util'

import { KeepupError, type Sequence } from '@keepup/core'

import type { Change } from './change.ts'
import { type Form, isTagged } from './stored-form.ts'

/** A value that a task wrote, and where it stands: the position in the list of its entry. */
export interface StoredWrite {
  readonly sequence: Sequence
  readonly position: number
  readonly channel: string
  readonly form: Form
}

/** Shorter text is stored again rather than named. */
const worthNaming = 48

/**
 * The change of the channels' values, with what tasks wrote on the parent (and is stored there) named instead of stored once more: a message that a node
 * wrote is what its channel gained.
 */
export function shareWrites(values: Change | undefined, writes: readonly StoredWrite[]): Change | undefined {
  if (values === undefined || !('members' in values) || writes.length === 0) return values
  const members = Object.entries(values.members).map(([channel, change]) => {
    const own = writes.filter((write) => write.channel === channel)
    return [channel, own.length === 0 ? change : mapForms(change, (form) => nameOf(form, own))] as const
  })
  return { ...values, members: Object.fromEntries(members) }
}

/** The inverse. Fails `thread-damaged` where what is named is not there. */
export function resolveWrites(
  values: Change | undefined,
  find: (sequence: Sequence, position: number) => Form,
): Change | undefined {
  if (values === undefined || !('members' in values)) return values
  const members = Object.entries(values.members).map(
    ([channel, change]) => [channel, mapForms(change, (form) => named(form, find))] as const,
  )
  return { ...values, members: Object.fromEntries(members) }
}

/** Applies to the form that a channel gets, or to the items of a list. */
function mapForms(change: Change, map: (form: Form) => Form): Change {
  if ('keep' in change) return { keep: change.keep, items: change.items.map(map) }
  if (!('whole' in change)) return change
  const whole = map(change.whole)
  return { whole: Array.isArray(whole) && whole === change.whole ? whole.map(map) : whole }
}

function nameOf(form: Form, writes: readonly StoredWrite[]): Form {
  const isLarge =
    typeof form === 'string' ? form.length >= worthNaming : typeof form === 'object' && form !== null
  if (!isLarge) return form
  for (const { sequence, position, form: written } of writes) {
    if (isDeepStrictEqual(written, form)) return { '@': ['write', sequence, position] }
    if (!Array.isArray(written)) continue
    const item = written.findIndex((part) => isDeepStrictEqual(part, form))
    if (item >= 0) return { '@': ['write', sequence, position, item] }
  }
  return form
}

function named(form: Form, find: (sequence: Sequence, position: number) => Form): Form {
  if (typeof form !== 'object' || form === null || !isTagged(form) || form['@'][0] !== 'write') return form
  const [, sequence, position, item] = form['@']
  const written = find(sequence, position)
  const found: Form = item === undefined ? written : Array.isArray(written) ? written[item] : undefined
  if (found !== undefined) return found
  const message = `A checkpoint names what entry ${sequence} wrote, which is not there any more: it was erased. Go on from an earlier checkpoint.`
  throw new KeepupError('thread-damaged', message, { details: { sequence } })
}
