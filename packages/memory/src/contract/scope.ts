import { createHash } from 'node:crypto'

import { KeepupError, type Sequence, type ThreadId } from '@keepup/core'

/** Whose memory it is: at least one of them. There is none that all share: whoever reads or writes names it. */
export interface Scope {
  readonly user?: string
  readonly project?: string
  readonly agent?: string
  readonly thread?: string
}

/** The thread that holds a scope, or a fork's overlay over one. */
export type ScopeId = ThreadId

const parts = ['user', 'project', 'agent', 'thread'] as const
const prefix = 'memory:'
/** Of a thread's name; a scope's own name leaves room for the marks of overlays over overlays. */
const longestThread = 200
const longestName = 110
const markLength = 12

/** The thread of a scope: `memory:user=alice,project=shop`. The same for the same parts, and for no others. Fails `input-invalid` without any. */
export function scopeId(scope: Scope): ScopeId {
  const named = parts.flatMap((part) => {
    const value = scope[part]
    if (value === undefined) return []
    if (value === '') throw invalid(`its ${part} is empty`)
    return [`${part}=${encoded(value)}`]
  })
  if (named.length === 0) throw invalid('it names nobody')
  const name = `${prefix}${named.join(',')}`
  if (name.length <= longestName) return name
  return `${prefix}sha256=${createHash('sha256').update(name).digest('hex')}`
}

/** Where an overlay's past lies. */
export interface OverlayOrigin {
  readonly base: ScopeId
  readonly at: Sequence
}

/** The thread of what a forked or rewound thread adds to a scope as it was at `at`. */
export function overlayId(base: ScopeId, at: Sequence, thread: ThreadId): ScopeId {
  const mark = createHash('sha256').update(thread).digest('hex').slice(0, markLength)
  const id = `${base}~${at}~${mark}`
  if (id.length <= longestThread) return id
  throw new KeepupError(
    'input-invalid',
    `${base} is a fork of forks too often to be forked again. Merge it into what it lies over first.`,
  )
}

/** Over which scope an overlay lies; `undefined` for a scope of its own. */
export function overlayOrigin(id: ScopeId): OverlayOrigin | undefined {
  const found = /^(memory:.*)~(\d+)~[0-9a-f]{12}$/.exec(id)
  return found === null ? undefined : { base: found[1] ?? '', at: Number(found[2]) }
}

/** Whether a thread is a scope of memory. */
export function isScopeId(id: ThreadId): id is ScopeId {
  return id.startsWith(prefix)
}

/** A tilde marks overlays, and must not come from a name: who chooses it would choose whose memory it lies over. */
function encoded(value: string): string {
  return encodeURIComponent(value).replaceAll('~', '%7E')
}

function invalid(why: string): KeepupError {
  return new KeepupError(
    'input-invalid',
    `A scope of memory cannot be told: ${why}. Give at least one of user, project, agent and thread, none of them empty.`,
  )
}
