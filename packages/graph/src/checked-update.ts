import type { ChannelUpdate, ChannelValues } from './channel.ts'
import { checkUpdate } from './check-value.ts'
import type { NodeFailure } from './node-failure.ts'
import type { TaskPlace } from './session.ts'
import type { Settled } from './settle-task.ts'

/** An update that fits the channels, or the failure that says where it does not. */
export async function checkedUpdate(
  { within, node }: TaskPlace,
  update: ChannelUpdate<ChannelValues>,
  attempt: number,
): Promise<Settled> {
  const checked = await checkUpdate(within.graph.state, update)
  if ('value' in checked) return { update: checked.value }
  const { channel, pointer, message } = checked.misfit
  const place =
    channel === undefined ? '' : ` in channel ${channel}${pointer === undefined ? '' : ` at '${pointer}'`}`
  return {
    failure: {
      node,
      kind: 'update-invalid',
      message: `The update of node ${node} does not fit${place}: ${message}`,
      attempt,
      ...checkedPlace(channel, pointer),
    },
  }
}

function checkedPlace(
  channel: string | undefined,
  pointer: string | undefined,
): Pick<NodeFailure, 'channel' | 'pointer'> {
  return { ...(channel === undefined ? {} : { channel }), ...(pointer === undefined ? {} : { pointer }) }
}
