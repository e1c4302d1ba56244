import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, Model, NewSignal, RunAgent, Tool, Workspace } from '@keepup/core'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel, type Step } from '@keepup/testing/scripted-model'
import { toolkit } from '@keepup/toolkit'
import { memoryWorkspace } from '@keepup/toolkit/rollback'
import { createToolCoordinator } from '@keepup/tools'
import { gitWorkspace } from '@keepup/workspace'
import { onTestFinished } from 'vitest'

import {
  createSopExecutor,
  isLiveSopEvent,
  joinHooks,
  parseSop,
  type Seat,
  type Sop,
  type SopEntry,
  type SopEntryType,
  type SopEvent,
  type SopParts,
  type SopStart,
} from '../../src/sop/index.ts'

/** What a scene is made of. */
export interface SceneOptions {
  readonly sop: Sop
  /** What the working agent says, over all phases. */
  readonly steps?: readonly Step[]
  /** What each judge says, in its own conversation. */
  readonly judge?: readonly Step[]
  readonly files?: Readonly<Record<string, string>>
  readonly checkpointer?: Checkpointer
  /** Keeps snapshots as the command line does, by git; in memory when left out, which takes a tenth of the time. */
  readonly git?: boolean
  readonly parts?: Partial<SopParts>
  readonly tools?: readonly Tool[]
}

/** A project in a folder of its own, the real loop, tools and snapshots, and a model with a script. */
export async function scene(options: SceneOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-sop-'))
  const root = join(folder, 'project')
  mkdirSync(root)
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries(options.files ?? {})) write(path, text)
  const workspace =
    options.git === true
      ? await gitWorkspace({ root, storage: join(folder, 'snapshots') })
      : await memoryWorkspace(root)
  const kit = toolkit({ root, background: false })
  const kitOf = (tree: Workspace) => toolkit({ root: tree.root, background: false })
  onTestFinished(async () => {
    await kit[Symbol.asyncDispose]()
    await workspace[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })
  const checkpointer = options.checkpointer ?? memoryCheckpointer({ isOwnerDead: () => true })
  const tools = [...kit, ...(options.tools ?? [])]
  const seats: Seat[] = []
  const worker = scriptedModel({ steps: options.steps ?? [{ text: 'Done.', repeat: true }] })
  const judge = scriptedModel({ id: 'scripted/judge', steps: options.judge ?? [] })
  const parts: SopParts = {
    checkpointer,
    workspace,
    mode: 'yolo',
    coordinator: createToolCoordinator({ registry: tools }),
    coordinatorOf: (tree) => Promise.resolve(createToolCoordinator({ registry: kitOf(tree) })),
    agent: (seat) => {
      seats.push(seat)
      return seated(seat, checkpointer)
    },
    ...options.parts,
  }
  function seated(seat: Seat, store: Checkpointer): RunAgent {
    const own = seat.workspace === undefined ? tools : [...kitOf(seat.workspace), ...(options.tools ?? [])]
    return agentOf(seat, seat.purpose === 'judge' ? judge : worker, own, store)
  }
  const executor = createSopExecutor(parts)
  /** Another process on the same project and store. */
  const revive = (other: Checkpointer, more: Partial<SopParts> = {}) =>
    createSopExecutor({
      ...parts,
      checkpointer: other,
      agent: (seat) => seated(seat, other),
      ...more,
    })
  const sop = parseSop(options.sop)
  return {
    root,
    folder,
    checkpointer,
    workspace,
    executor,
    revive,
    seats,
    write,
    read: (path: string) =>
      existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined,
    start: (more: Partial<SopStart> = {}) =>
      collect(executor.start({ thread: 't', sop, task: 'Do it', ...more })),
    resume: () => collect(executor.resume({ thread: 't' })),
    state: () => executor.state('t'),
    answer: (signal: Partial<NewSignal> & Pick<NewSignal, 'data'>, approval: string) =>
      checkpointer.signal(
        [
          {
            id: crypto.randomUUID(),
            thread: 't',
            channel: `answers:${approval}`,
            type: 'answer',
            time: 1,
            by: 'user',
            ...signal,
          },
        ],
        'process',
      ),
  }
}

/** An agent as a host composes it: everything of the seat is heeded. */
export function agentOf(
  seat: Seat,
  model: Model,
  tools: readonly Tool[],
  checkpointer: Checkpointer,
): RunAgent {
  const hooks = joinHooks(undefined, seat.hooks)
  const coordinator = createToolCoordinator({
    registry: [...tools.filter(({ name }) => seat.toolPolicy(name)), ...seat.tools],
    policies: [seat.policy],
    ...(hooks === undefined ? {} : { hooks }),
  })
  return createRuntime({
    model,
    checkpointer,
    tools: coordinator,
    mode: 'yolo',
    ...(hooks === undefined ? {} : { hooks }),
  }).run
}

/** All events of a run. */
export async function collect(events: AsyncIterable<SopEvent>): Promise<readonly SopEvent[]> {
  const all: SopEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

/** The entries of a type among events. */
export function entriesOf<Type extends SopEntryType>(
  events: readonly SopEvent[],
  type: Type,
): readonly SopEntry<Type>[] {
  const isOfType = (event: SopEvent): boolean => !isLiveSopEvent(event) && event.type === type
  // The type of an entry says what it holds.
  return events.filter(isOfType) as readonly SopEntry[] as readonly SopEntry<Type>[]
}

/** The phases in the order in which they were entered, the last one included. */
export function walked(events: readonly SopEvent[]): readonly string[] {
  return entriesOf(events, 'transition-taken').map(
    ({ data: { event, from, to } }) => `${from} ${event.type} ${to}`,
  )
}

/** What gates came to, in order. */
export function looks(events: readonly SopEvent[]): readonly string[] {
  return entriesOf(events, 'gate-finished').map(
    ({ data: { evidence } }) => `${evidence.gate} ${evidence.outcome}`,
  )
}
