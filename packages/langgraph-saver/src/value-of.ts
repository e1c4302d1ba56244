import { KeepupError } from '@keepup/core'
import { load } from '@langchain/core/load'
import { DeltaSnapshot } from '@langchain/langgraph-checkpoint'

import { errorFrom } from './error-form.ts'
import { type Form, isTagged, plainKey, type Tag } from './stored-form.ts'
import { typedArray } from './typed-array.ts'

/** The inverse of `formOf`: a new value each time, the caller's own. */
export async function valueOf(form: Form): Promise<unknown> {
  const records: string[] = []
  const first = revive(form, (record) => records.push(record))
  if (records.length === 0) return first
  const loaded = await Promise.all(records.map((record) => load(record)))
  let met = 0
  return revive(form, () => loaded[met++])
}

/** Makes LangChain's objects of their records: in the order of the forms, so that one walk can collect and another place them. */
type Load = (record: string) => unknown

function revive(form: Form, loadRecord: Load): unknown {
  if (typeof form !== 'object' || form === null) return form
  if (Array.isArray(form)) return form.map((item: unknown) => revive(item, loadRecord))
  if (form instanceof Uint8Array) return Uint8Array.from(form)
  if (form instanceof Date) return new Date(form.getTime())
  if (form instanceof Set) return new Set([...form].map((item) => revive(item, loadRecord)))
  if (form instanceof Map) {
    return new Map([...form].map(([key, item]) => [revive(key, loadRecord), revive(item, loadRecord)]))
  }
  if (isTagged(form)) return reviveTag(form['@'], loadRecord)
  return Object.fromEntries(
    Object.entries(form).map(([key, item]) => [plainKey(key), revive(item, loadRecord)]),
  )
}

function reviveTag(tag: Tag, loadRecord: Load): unknown {
  switch (tag[0]) {
    case 'langchain':
      return loadRecord(tag[1])
    case 'buffer':
      return Buffer.from(tag[1])
    case 'array':
      return typedArray(tag[1], tag[2]) ?? unknownForm(tag)
    case 'regexp':
      return Object.assign(new RegExp(tag[1], tag[2]), { lastIndex: tag[3] })
    case 'url':
      return new URL(tag[1])
    case 'snapshot':
      return new DeltaSnapshot(revive(tag[1], loadRecord))
    case 'error': {
      const members = tag[2].map(([key, shown, part]) => [key, shown, revive(part, loadRecord)] as const)
      return errorFrom(tag[1], members) ?? unknownForm(tag)
    }
    default:
      return unknownForm(tag)
  }
}

function unknownForm([kind]: Tag): never {
  const message = `A stored value has the form ${kind}, which this version cannot read. Update @keepup/langgraph-saver.`
  throw new KeepupError('thread-too-new', message)
}
