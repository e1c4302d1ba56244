import type { Effect } from '@keepup/core'

import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { Deed } from './deed.ts'
import { isDevice, isInside, isMadeAgain, isScratch, shownPath, type Workplace } from './workplace.ts'

/** What is done to files, told from effects. Reading and changing the workspace is one deed; what lies outside, is taken away, or gives programs orders, is one each. */
export function fileDeeds(effects: readonly Effect[], place: Workplace): readonly Deed[] {
  const targets = (kind: Effect['kind']): ReadonlySet<string> =>
    new Set(effects.filter((effect) => effect.kind === kind).map(({ target }) => target))
  const [reads, writes, deletes] = [targets('read'), targets('write'), targets('delete')]
  // What is written again is changed, and what is read before something else is written is moved.
  const isMoved = (target: string): boolean => reads.has(target) && writes.size > 0 && !target.endsWith('/**')
  const gone = [...deletes].filter(
    (target) => !writes.has(target) && !isMoved(target) && !covered(target, deletes),
  )
  return [
    ...[...reads].flatMap((target) => readDeed(target, place)),
    ...[...writes].flatMap((target) => writeDeed(target, place)),
    ...gone.flatMap((target) => deleteDeed(target, place)),
    ...(reads.size + writes.size > 0 ? [inWorkspace(reads, writes)] : []),
  ]
}

/** `rm -r` names the folder and everything beneath it. */
function covered(target: string, deletes: ReadonlySet<string>): boolean {
  return target.endsWith('/**') && deletes.has(target.slice(0, -3))
}

function inWorkspace(reads: ReadonlySet<string>, writes: ReadonlySet<string>): Deed {
  return writes.size > 0
    ? { tool: 'change the workspace', input: {}, annotation: workspaceDeed }
    : { tool: 'read the workspace', input: { paths: reads.size }, annotation: { effect: 'read' } }
}

/** Changes the workspace, and nothing else. */
export const workspaceDeed: ToolAnnotation = { effect: 'workspace' }

const changing =
  `add set change update edit write create make configure fix install enable disable move rename replace remove
  implement build commit init setup`.split(/\s+/)

/** Needs a path that the user named. */
const outsideRead: ToolAnnotation = { effect: 'egress-read', outward: false, arguments: { '/path': 'path' } }
const outsideWrite: ToolAnnotation = {
  effect: 'write',
  outward: false,
  arguments: { '/path': 'path' },
  intent: { verbs: changing },
}
const taking: ToolAnnotation = {
  effect: 'write',
  outward: false,
  destructive: true,
  freeForOwn: true,
  arguments: { '/path': 'path' },
  intent: {
    verbs: [
      'delete',
      'remove',
      'erase',
      'clean',
      'drop',
      'purge',
      'prune',
      'rename',
      'move',
      'replace',
      'undo',
      'discard',
    ],
  },
}

function readDeed(target: string, place: Workplace): readonly Deed[] {
  if (isInside(place, target) || isDevice(target)) return []
  return [
    {
      tool: 'read outside of the workspace',
      input: { path: shownPath(place, target) },
      annotation: outsideRead,
    },
  ]
}

function writeDeed(target: string, place: Workplace): readonly Deed[] {
  if (isDevice(target) || isScratch(place, target)) return []
  const input = { path: shownPath(place, target) }
  if (!isInside(place, target))
    return [{ tool: 'write outside of the workspace', input, annotation: outsideWrite }]
  const within = target.slice(place.root.length)
  if (place.takesOrders?.(within) !== true) return []
  return [{ tool: 'change what programs take orders from', input, annotation: outsideWrite }]
}

function deleteDeed(target: string, place: Workplace): readonly Deed[] {
  if (isMadeAgain(place, target)) return []
  return [{ tool: 'delete', input: { path: shownPath(place, target) }, annotation: taking }]
}
