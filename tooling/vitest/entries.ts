import type { Checkpointer, NewEntry, NewSignal, Owner } from '@keepup/core'

/** An owner that nobody here can prove dead. */
export const stranger: Owner = {
  host: 'test.invalid',
  boot: 'boot',
  process: 1,
  started: '1',
  instance: 'test',
}

/** An entry that says something. */
export function note(data: unknown, more: Partial<NewEntry> = {}): NewEntry {
  return {
    type: 'note-taken',
    version: 1,
    critical: false,
    time: 1_700_000_000_000,
    by: 'user',
    data,
    ...more,
  }
}

/** A signal that nothing refuses. */
export function control(thread: string, id: string): NewSignal {
  return { id, thread, channel: 'control', type: 'tag', time: 1_700_000_000_000, by: 'user', data: { id } }
}

/** Takes a thread and appends values, one commit each. Gives the token. */
export async function append(
  checkpointer: Checkpointer,
  thread: string,
  values: readonly unknown[],
  owner: Owner = stranger,
): Promise<number> {
  const { token } = await checkpointer.lease(thread, owner, 600_000)
  const { head } = await checkpointer.read(thread)
  for (const [index, value] of values.entries()) {
    const request = { thread, after: head + index, lease: token, entries: [note(value)] }
    await checkpointer.commit({ appends: [request], flush: 'process' })
  }
  return token
}
