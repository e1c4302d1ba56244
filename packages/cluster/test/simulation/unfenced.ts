import { currentOwner } from '@keepup/checkpoint'
import { type Append, type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'

/** The control: a store that believes whoever writes. It takes an append of one who lost the lease as if it were that of the one who has it. */
export function unfenced(checkpointer: Checkpointer): Checkpointer {
  const latest = new Map<ThreadId, number>()
  return {
    ...checkpointer,
    async lease(thread, owner, ttl) {
      const lease = await checkpointer.lease(thread, owner, ttl)
      latest.set(thread, lease.token)
      return lease
    },
    async commit(batch) {
      const [append] = batch.appends
      if (append === undefined) return checkpointer.commit(batch)
      const commitAs = async (lease: number) => {
        const { head } = await checkpointer.read(append.thread)
        const believed: Append = { ...append, after: head, lease }
        return checkpointer.commit({ ...batch, appends: [believed] })
      }
      try {
        return await commitAs(latest.get(append.thread) ?? 0)
      } catch (error) {
        if (!KeepupError.is(error, 'lease-lost')) throw error
        // Nobody has it any more: it is taken for as long as this takes.
        await using lease = await checkpointer.lease(append.thread, currentOwner('anybody'), 1_000)
        return await commitAs(lease.token)
      }
    },
  }
}
