import type { Entry, Timestamp } from '@keepup/core'

/**
 * When the first wait of a thread ends after a commit of `entries`, if it waits. An entry that is not critical carries no news of what the thread waits for: a commit
 * of such alone (a tag, a declined signal) leaves open the wait that ended at `before`.
 */
export function earliestWait(
  before: Timestamp | undefined,
  entries: readonly Pick<Entry, 'critical' | 'until'>[],
): Timestamp | undefined {
  return entries.reduce((first, { until }) => earlier(first, until), isAside(entries) ? before : undefined)
}

/** Whether a commit of entries leaves open what the thread waits for. */
export function isAside(entries: readonly Pick<Entry, 'critical'>[]): boolean {
  return entries.every(({ critical }) => !critical)
}

/** When the first wait of a thread ends after entries of one commit or several were added to it; `part` 0 begins a commit. */
export function waitAfter(
  before: Timestamp | undefined,
  entries: readonly { readonly entry: Entry; readonly part: number }[],
): Timestamp | undefined {
  let due = before
  let commit: Entry[] = []
  let goesOn = entries[0]?.part !== 0
  for (const [index, { entry }] of entries.entries()) {
    commit.push(entry)
    const next = entries[index + 1]
    if (next !== undefined && next.part !== 0) continue
    // Without a beginning among them, the first go on with the commit that was the last one.
    due = goesOn ? earlier(due, earliestWait(undefined, commit)) : earliestWait(due, commit)
    goesOn = false
    commit = []
  }
  return due
}

function earlier(a: Timestamp | undefined, b: Timestamp | undefined): Timestamp | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a
}
