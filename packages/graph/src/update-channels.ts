import { currentOwner } from '@keepup/checkpoint'
import {
  type Actor,
  type Checkpoint,
  type Checkpointer,
  type Clock,
  KeepupError,
  type Label,
  lostLabel,
  type NewEntry,
  type Owner,
  systemClock,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import { checkUpdate } from './check-value.ts'
import type { StateDefinition } from './define-state.ts'

/** An update of channels, and who makes it. */
export interface ChannelChange<Values extends ChannelValues> {
  readonly state: StateDefinition<Values>
  readonly update: ChannelUpdate<Values>
  /** `runtime` when left out. */
  readonly by?: Actor
  /** What is known of its content; trusted where the user or the runtime makes it, lost otherwise, when left out. */
  readonly label?: Label
  readonly clock?: Clock
}

/**
 * The entry that updates channels in a thread of any kind, for whoever holds its lease: an agent's thread carries it beside its own entries, and `stateFold` reads
 * it. Fails `input-invalid`, naming the channel.
 */
export async function channelEntry<Values extends ChannelValues>(
  change: ChannelChange<Values>,
): Promise<NewEntry<'channel-updated'>> {
  const { state, update, by = 'runtime', clock = systemClock } = change
  const checked = await checkUpdate(state, update)
  if ('misfit' in checked) {
    const { channel, message } = checked.misfit
    const place = channel === undefined ? '' : ` of channel ${channel}`
    throw new KeepupError(
      'input-invalid',
      `The update${place} does not fit: ${message}. Nothing was changed.`,
      {
        details: { ...checked.misfit },
      },
    )
  }
  const known = by === 'user' || by === 'runtime' ? { ...trustedLabel, sources: [by] } : lostLabel
  return {
    type: 'channel-updated',
    version: state.version,
    // An agent knows nothing of channels, and need not.
    critical: false,
    time: clock.now(),
    by,
    labels: { default: change.label ?? known },
    data: { update: checked.value },
  }
}

/** Updates channels in a thread that nobody runs. Fails `input-invalid`, and `lease-held` where somebody does. */
export async function updateChannels<Values extends ChannelValues>(
  change: ChannelChange<Values> & {
    readonly checkpointer: Checkpointer
    readonly thread: ThreadId
    readonly owner?: Owner
  },
): Promise<Checkpoint> {
  const { checkpointer, thread } = change
  const entry = await channelEntry(change)
  const owner = change.owner ?? currentOwner(crypto.randomUUID())
  await using lease = await checkpointer.lease(thread, owner, 10_000)
  const { head } = await checkpointer.read(thread)
  const appends = [{ thread, after: head, lease: lease.token, entries: [entry] }]
  const [checkpoint] = await checkpointer.commit({ appends, flush: 'process' })
  if (checkpoint !== undefined) return checkpoint
  throw new KeepupError('internal', `A commit to thread ${thread} gave no checkpoint.`)
}
