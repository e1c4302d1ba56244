import type { NewEntry } from '@keepup/core'

import { note } from '../parts/entry.ts'

const usage = { input: 10, cached: 0, cacheWritten: 0, output: 5, reasoning: 0 }

/** What a person says. */
export function said(text: string, time = 1_000): NewEntry {
  const message = { role: 'user', content: [{ type: 'text', text }] }
  return note({ message, delivery: 'message' }, { type: 'user-message', time })
}

/** The beginning of a run. */
export function begun(time = 1_000): NewEntry {
  return note({ run: 'r' }, { type: 'run-started', time })
}

/** An answer of a model that cost 7. */
export function answered(text: string, time = 1_000): NewEntry {
  const message = { role: 'assistant', content: [{ type: 'text', text }] }
  const data = { message, model: 'a/b', reason: 'stop', usage, cost: 7 }
  return note(data, { type: 'assistant-message', time })
}

/** The end of a run. */
export function finished(text: string, time = 1_000): NewEntry {
  const data = {
    run: 'r',
    outcome: { type: 'completed' },
    text,
    turns: 1,
    usage,
    cost: 7,
    unattendedDenials: 0,
  }
  return note(data, { type: 'run-finished', time })
}

/** The files as they were kept. */
export function kept(id: string, paths: readonly string[], time = 1_000, moment = 'after'): NewEntry {
  const changes = paths.map((path) => ({ path, change: 'modified' }))
  return note({ run: 'r', moment, id, changes }, { type: 'workspace-snapshotted', time })
}
