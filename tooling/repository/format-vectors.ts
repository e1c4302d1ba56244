import { exportThreads, memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import type { Label, NewEntry, Owner } from '@keepup/core'

const web: Label = {
  integrity: 'free-text',
  sources: ['url:b', 'url:a'],
  readers: 'anyone',
  confidential: false,
}
const own: Label = { integrity: 'trusted', sources: ['user'], readers: ['me'], confidential: true }
const owner: Owner = { host: 'h', boot: '', process: 1, started: '', instance: '' }
const fold = { id: 'sum', version: 1 }

/** The export that `docs/format.md` shows: every kind of line, and entries with everything that a header can have. Always the same. */
export async function formatVectors(): Promise<string> {
  let salts = 0
  const clock = { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() }
  const newSalt = () => (salts++).toString(16).padStart(32, '0')
  const artifacts = memoryArtifacts({ clock })
  const checkpointer = memoryCheckpointer({ artifacts, clock, newSalt })

  async function write(thread: string, ...entries: NewEntry[]): Promise<void> {
    await using lease = await checkpointer.lease(thread, owner, 1_000)
    const { head } = await checkpointer.read(thread)
    await checkpointer.commit({
      appends: [{ thread, after: head, lease: lease.token, entries }],
      flush: 'process',
    })
  }

  const { hash } = await artifacts.put(Buffer.from('hello\n'), { mediaType: 'text/plain', label: own })
  const rich = {
    date: new Date(0),
    big: 12n,
    bytes: Uint8Array.of(1, 2, 3),
    $key: [-0, undefined],
    ü: '€',
  }
  await write(
    'plain',
    entry('note-taken', { text: 'first' }),
    entry('note-taken', rich, { labels: { default: own, leaves: [['/ü', web]] }, cause: 1, scope: 'step 1' }),
  )
  await write(
    'plain',
    entry('note-taken', 3, { artifacts: [hash], until: 1_700_000_100_000, cause: 'signal-1' }),
  )
  await write('plain', entry('thread-rewound', { to: 1 }, { critical: true }), entry('note-taken', 'gone'))
  await checkpointer.fork({ thread: 'plain', at: 3 }, 'fork')
  await write('fork', entry('note-taken', 'own', { labels: { default: web } }))
  await checkpointer.erase({ thread: 'plain', entries: [5], forks: 'refuse' })
  await write('pruned', entry('coin-added', 1), entry('coin-added', 2), entry('coin-added', 4))
  await using lease = await checkpointer.lease('pruned', owner, 1_000)
  const pruning = { thread: 'pruned', lease: lease.token, through: 2, fold, state: 3, time: clock.now() }
  await checkpointer.prune(pruning)
  const signal = { id: 's', thread: 'plain', channel: 'messages', type: 'message', time: 1, by: 'user' }
  await checkpointer.signal([{ ...signal, data: 'hi' }], 'process')
  let text = ''
  for await (const line of exportThreads({ checkpointer, artifacts }, ['plain', 'fork', 'pruned']))
    text += line
  return text
}

function entry(type: string, data: unknown, more: Partial<NewEntry> = {}): NewEntry {
  return { type, version: 1, critical: false, time: 1_700_000_000_000, by: 'user', data, ...more }
}
