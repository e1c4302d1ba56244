import { currentOwner } from '@keepup/checkpoint'
import { type ArtifactStore, type Checkpointer, trustedLabel } from '@keepup/core'

import { control, note } from './entries.ts'

/** Appends to the thread `thread` for ever, signals `other`, stores artifacts, and prints what was acknowledged: the head before and after. */
export async function appendUntilKilled(
  checkpointer: Checkpointer,
  artifacts: ArtifactStore,
): Promise<never> {
  const { token } = await checkpointer.lease('thread', currentOwner('worker'), 600_000)
  let { head: after } = await checkpointer.read('thread')
  for (;;) {
    const entries = Array.from({ length: 1 + (after % 3) }, (_, index) =>
      note(`entry ${after + index + 1} ${'x'.repeat(500)}`),
    )
    const signals = [control('other', `signal ${after}`)]
    if (after % 20 === 0) {
      // Larger than one chunk, so that a kill can leave it half-written.
      await artifacts.put(Buffer.alloc(300_000, after), { mediaType: 'text/plain', label: trustedLabel })
    }
    const flush = after % 4 === 0 ? 'power' : 'process'
    await checkpointer.commit({
      appends: [{ thread: 'thread', after, lease: token, entries }],
      signals,
      flush,
    })
    console.log(`${after} ${after + entries.length}`)
    after += entries.length
  }
}
