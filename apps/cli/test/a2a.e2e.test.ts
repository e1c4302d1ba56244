import { join } from 'node:path'

import { TaskState } from '@a2a-js/sdk'
import {
  connectAgent,
  type ConnectedAgent,
  type FollowedEvent,
  sendAndFollow,
  textPart,
  userMessage,
} from '@keepup/a2a/client'
import { expect, test, vi } from 'vitest'

import { freePort, makePeer, type Peer } from './a2a/peer.ts'
import { createRandom } from './kill/random.ts'
import { temporaryFolder } from './temporary-folder.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 600_000 })

const kills = Number(process.env['KEEPUP_A2A_KILLS'] ?? 6)
const seed = Number(process.env['KEEPUP_SEED'] ?? 1)

/** Two that delegate to each other: what one is asked to start, it has the other do. */
async function twoPeers(): Promise<readonly [Peer, Peer]> {
  const [first, second] = [await freePort(), await freePort()]
  const home = temporaryFolder()
  const steps = (own: string) => [
    {
      when: { lastUser: '^start' },
      calls: [{ name: 'delegate_to_agent', input: { role: 'peer', task: `work for ${own}` } }],
    },
    { when: { lastToolResult: 'finished by' }, text: `The other one says: finished by it, for ${own}.` },
    { when: { lastUser: 'work for' }, text: `finished by ${own}`, delay: 1_500 },
  ]
  const peer = (own: string, port: number, other: number): Peer =>
    makePeer({
      folder: join(home, own),
      port,
      steps: steps(own),
      flags: ['--remote', `peer=http://127.0.0.1:${other}`],
    })
  return [peer('a', first, second), peer('b', second, first)]
}

function connect({ url }: Peer): Promise<ConnectedAgent> {
  return connectAgent({ url }, { reach: { allowHosts: ['127.0.0.1'] }, retries: 200, firstPause: 100 })
}

/** The positions of events, which must each come once and in order. */
function positionsOf(events: readonly FollowedEvent[]): readonly number[] {
  return events.flatMap(({ position }) => position ?? [])
}

async function tasksOf(agent: ConnectedAgent) {
  const { tasks } = await agent.client.listTasks({
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageToken: '',
    statusTimestampAfter: undefined,
    includeArtifacts: true,
  })
  return tasks
}

test(`two that delegate to each other, one of them killed in the middle, ${kills} times: each task is done and ends once`, async () => {
  const random = createRandom(seed)
  const struck: Record<string, number> = {}
  for (let round = 0; round < kills; round += 1) {
    const peers = await twoPeers()
    await Promise.all(peers.map((peer) => peer.start()))
    const victim = peers[round % 2] ?? peers[0]
    const agents = await Promise.all(peers.map(connect))
    const followed = agents.map(async (agent, index) => {
      const message = userMessage([textPart('start')], { messageId: `start-${round}-${index}` })
      const events: FollowedEvent[] = []
      for await (const event of sendAndFollow(agent, message)) events.push(event)
      return events
    })
    let ended = 0
    for (const one of followed) void one.then(() => (ended += 1), vi.fn())
    await new Promise((resolve) => setTimeout(resolve, random(2_500)))
    const when = ended === followed.length ? 'after the end' : 'in the middle'
    struck[when] = (struck[when] ?? 0) + 1
    await victim.kill()
    await victim.start()
    for (const events of await Promise.all(followed)) {
      const places = positionsOf(events)
      expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
      const ends = events.filter(
        ({ response: { payload } }) =>
          payload?.$case === 'statusUpdate' && payload.value.status?.state === TaskState.TASK_STATE_COMPLETED,
      )
      expect(ends, `SEED=${seed} round ${round}: ${JSON.stringify(events.at(-1))}`).toHaveLength(1)
    }
    for (const agent of agents) {
      const tasks = await tasksOf(agent)
      // The one that was started here, and the one that the other delegated: none twice, none left working.
      expect(
        tasks.map(({ status }) => status?.state),
        `SEED=${seed} round ${round}`,
      ).toEqual([TaskState.TASK_STATE_COMPLETED, TaskState.TASK_STATE_COMPLETED])
    }
    await Promise.all(peers.map((peer) => peer.kill()))
  }
  console.log(struck)
  expect(struck['in the middle']).toBeGreaterThan(0)
})

test('a task of a server that was killed does not work for ever, and a stream of it goes on', async () => {
  const peer = makePeer({ folder: join(temporaryFolder(), 'demo'), port: await freePort() })
  await peer.start()
  const agent = await connect(peer)
  const message = userMessage([textPart('wait: 3')])
  const states: (TaskState | undefined)[] = []
  let killed: Promise<void> | undefined
  for await (const { response } of sendAndFollow(agent, message)) {
    if (response.payload?.$case === 'statusUpdate') states.push(response.payload.value.status?.state)
    killed ??= peer.kill().then(() => peer.start())
  }
  await killed
  expect(states).toEqual([TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_COMPLETED])
})
