import {
  type Append,
  integrities,
  KeepupError,
  type Label,
  type LabelTable,
  type NewEntry,
  type NewSignal,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { isShared } from './label-id.ts'

const typeForm = /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/
const actorForm = /^[A-Za-z0-9:._/@+-]{1,200}$/
const hashForm = /^[0-9a-f]{64}$/
// eslint-disable-next-line no-control-regex -- control characters are what it refuses
const control = /[\u0000-\u001f\u007f-\u009f]/

/** What is checked, for an error: told only where there is one. */
export type Place = () => string

/** Holds an entry's header against its rules; `entry-invalid` names the field, the value and the rule. */
export function checkHeader(entry: NewEntry, thread: ThreadId, sequence: Sequence): void {
  const place: Place = () => `Entry ${sequence} of thread ${thread}`
  checkType(entry.type, place)
  require(Number.isSafeInteger(entry.version) &&
    entry.version >= 1, place, 'version', entry.version, 'an integer from 1')
  require(typeof entry.critical === 'boolean', place, 'critical', entry.critical, 'true or false')
  checkTime(entry.time, place, 'time')
  checkActor(entry.by, place)
  checkCause(entry.cause, place, sequence)
  if (entry.scope !== undefined) checkName(entry.scope, place, 'scope')
  if (entry.id !== undefined) checkName(entry.id, place, 'id')
  if (entry.until !== undefined) checkTime(entry.until, place, 'until')
  if (entry.labels !== undefined) checkLabels(entry.labels, place)
  if (entry.artifacts !== undefined) checkArtifacts(entry.artifacts, place)
  if (entry.type === 'thread-rewound') checkRewind(entry.data, place, sequence)
}

/** Holds a signal's header against its rules; `entry-invalid` names the field, the value and the rule. */
export function checkSignal(signal: NewSignal): void {
  checkThread(signal.thread)
  const place: Place = () => `A signal to thread ${signal.thread}`
  checkName(signal.id, place, 'id')
  checkName(signal.channel, place, 'channel')
  checkType(signal.type, place)
  checkTime(signal.time, place, 'time')
  checkActor(signal.by, place)
  if (signal.labels !== undefined) checkLabels(signal.labels, place)
}

/** Holds a thread id against its rules: 1 to 200 characters, none of them a control character. */
export function checkThread(thread: ThreadId): void {
  checkName(thread, () => 'A call', 'thread')
}

/** Holds the frame of an append against its rules: who may leave out the lease, who may name a kind. */
export function checkAppend(append: Append): void {
  checkThread(append.thread)
  const place: Place = () => `An append to thread ${append.thread}`
  const { after } = append
  require(after === 'head' ||
    (Number.isSafeInteger(after) && after >= 0), place, 'after', after, "an integer from 0 or 'head'")
  if (append.writers === undefined) return
  require(after === 0, place, 'writers', append.writers, 'given only with after: 0')
}

function checkType(type: string, place: Place): void {
  const valid = typeof type === 'string' && type.length <= 64 && typeForm.test(type)
  require(valid, place, 'type', type, 'at most 64 lower-case letters, digits and -, with / after a prefix')
}

function checkActor(by: string, place: Place): void {
  require(typeof by === 'string' &&
    actorForm.test(by), place, 'by', by, '1 to 200 of A-Z a-z 0-9 : . _ / @ + -')
}

function checkTime(time: number, place: Place, field: string): void {
  require(Number.isSafeInteger(time) && time >= 0, place, field, time, 'whole milliseconds since 1970')
}

function checkCause(cause: NewEntry['cause'], place: Place, sequence: Sequence): void {
  if (cause === undefined) return
  if (typeof cause === 'string') return checkName(cause, place, 'cause')
  const earlier = Number.isSafeInteger(cause) && cause >= 1 && cause < sequence
  require(earlier, place, 'cause', cause, 'an earlier sequence of the thread, or the id of a signal')
}

function checkName(name: string, place: Place, field: string): void {
  const valid =
    typeof name === 'string' &&
    name !== '' &&
    name.length <= 200 &&
    !control.test(name) &&
    name.isWellFormed()
  require(valid, place, field, name, '1 to 200 characters without control characters or lone surrogates')
}

function checkArtifacts(artifacts: readonly string[], place: Place): void {
  const valid = Array.isArray(artifacts) && artifacts.every((artifact) => hashForm.test(artifact))
  require(valid, place, 'artifacts', artifacts, 'a list of SHA-256 in lower-case hexadecimal')
}

function checkLabels(table: LabelTable, place: Place): void {
  checkLabel(table.default, place, 'labels.default')
  for (const [pointer, label] of table.leaves ?? []) {
    const valid =
      typeof pointer === 'string' && (pointer === '' || pointer.startsWith('/')) && pointer.isWellFormed()
    require(valid, place, 'labels.leaves', pointer, "JSON Pointers: '' or a text that starts with /")
    checkLabel(label, place, `labels of ${pointer}`)
  }
}

/** Holds a label against its rules; `entry-invalid` names what it belongs to. */
export function checkLabel(label: Label, place: Place, field: string): void {
  if (isShared(label)) return
  const valid =
    typeof label === 'object' &&
    integrities.includes(label.integrity) &&
    isTexts(label.sources) &&
    (label.readers === 'anyone' || isTexts(label.readers)) &&
    typeof label.confidential === 'boolean'
  require(valid, place, field, label, 'labels: { integrity, sources, readers, confidential }')
}

function isTexts(list: readonly string[]): boolean {
  return Array.isArray(list) && list.every((item) => typeof item === 'string' && item.isWellFormed())
}

function checkRewind(data: unknown, place: Place, sequence: Sequence): void {
  const to: unknown = typeof data === 'object' && data !== null && 'to' in data ? data.to : undefined
  const earlier = typeof to === 'number' && Number.isSafeInteger(to) && to >= 0 && to < sequence
  require(earlier, place, 'data.to', to, 'an earlier sequence of the thread, or 0')
}

function require(valid: boolean, place: Place, field: string, value: unknown, rule: string): void {
  if (valid) return
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value)
  const message = `${place()}: ${field} is ${shown}, but must be ${rule}.`
  throw new KeepupError('entry-invalid', message, { details: { field, value } })
}
