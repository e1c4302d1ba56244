import { type BaseCheckpointSaver, type Checkpoint, uuid6 } from '@langchain/langgraph-checkpoint'

/** A config that names a thread, and perhaps a checkpoint. */
export type Config = Parameters<BaseCheckpointSaver['getTuple']>[0]

/** The config of a thread's newest checkpoint. */
export function newestOf(thread: string): Config {
  return { configurable: { thread_id: thread, checkpoint_ns: '' } }
}

/** A checkpoint with these values, all of them new in this version. */
export function checkpointOf(values: Record<string, unknown>, version: number = 1): Checkpoint {
  return {
    v: 4,
    id: uuid6(version),
    ts: new Date().toISOString(),
    channel_values: values,
    channel_versions: versionsOf(values, version),
    versions_seen: {},
  }
}

/** Puts a checkpoint with these values after another, as a run does. */
export function step(
  saver: BaseCheckpointSaver,
  parent: Config,
  values: Record<string, unknown>,
  version: number = 1,
): Promise<Config> {
  const metadata = { source: 'loop', step: version, parents: {} } as const
  return saver.put(parent, checkpointOf(values, version), metadata, versionsOf(values, version))
}

function versionsOf(values: Record<string, unknown>, version: number): Record<string, number> {
  return Object.fromEntries(Object.keys(values).map((channel) => [channel, version]))
}

/** The values of a checkpoint. */
export async function valuesAt(saver: BaseCheckpointSaver, config: Config): Promise<Record<string, unknown>> {
  return (await saver.get(config))?.channel_values ?? {}
}
