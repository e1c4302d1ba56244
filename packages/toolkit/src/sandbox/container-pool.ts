import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

import { KeepupError, type NewId, type SandboxProfile } from '@keepup/core'

import { lookAt } from './hold-back.ts'

/** A container that is ready for one command. */
export interface ReadyContainer {
  readonly name: string
  /** Ends it with all that is in it. */
  remove(): Promise<void>
}

/** One container for each profile is kept ready, so that a command need not wait for its start. */
export interface ContainerPool extends AsyncDisposable {
  /** Gives the one that is ready, and begins to start the next. */
  take(profile: SandboxProfile): Promise<ReadyContainer>
}

/** How containers are made. */
export interface ContainerOptions {
  /** `docker` or `podman`. */
  readonly engine: string
  readonly image: string
  readonly newId: NewId
}

/** Waits for its input to end, which it does when the program that started it dies, however it dies. Says that it is ready. */
const waiting = 'echo ready; cat >/dev/null'

/** A pool of containers, each of which serves one command and ends with this process. */
export function createContainerPool(options: ContainerOptions): ContainerPool {
  const ready = new Map<string, Promise<ReadyContainer>>()
  const begin = (profile: SandboxProfile, key: string): void => {
    const container = start(profile, options)
    // A failure is told to whoever takes it.
    container.catch(() => {})
    ready.set(key, container)
  }
  return {
    async take(profile) {
      const key = JSON.stringify(profile)
      if (!ready.has(key)) begin(profile, key)
      const container = ready.get(key) ?? start(profile, options)
      ready.delete(key)
      const taken = await container
      begin(profile, key)
      return taken
    },
    async [Symbol.asyncDispose]() {
      const all = await Promise.allSettled(ready.values())
      ready.clear()
      await Promise.all(all.map(async (one) => one.status === 'fulfilled' && one.value.remove()))
    },
  }
}

async function start(
  profile: SandboxProfile,
  { engine, image, newId }: ContainerOptions,
): Promise<ReadyContainer> {
  const name = `keepup-${newId()}`
  const child = spawn(engine, ['run', ...runArguments(name, profile), image, '/bin/sh', '-c', waiting], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = Promise.race([once(child, 'exit'), once(child, 'error')])
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stdin.on('error', () => {})
  if (!(await becomesReady(child, ended))) {
    throw new KeepupError(
      'sandbox-unavailable',
      `A container of ${image} could not be started by ${engine}: ${said.trim() || 'it ended at once'}. Nothing was run. Look at it with "${engine} run --rm ${image} true".`,
    )
  }
  return {
    name,
    async remove() {
      child.stdin.end()
      const removing = spawn(engine, ['rm', '--force', name], { stdio: 'ignore' })
      await Promise.race([once(removing, 'exit'), once(removing, 'error')])
      await ended
    },
  }
}

async function becomesReady(child: ChildProcess, ended: Promise<unknown>): Promise<boolean> {
  const heard = child.stdout === null ? ended : once(child.stdout, 'data').then(() => true)
  return (await Promise.race([heard, ended.then(() => false)])) === true
}

/** No rights, no network unless all of it, nothing of the machine's files but what may be written. */
function runArguments(name: string, { writable, unwritable, unreadable, hosts }: SandboxProfile): string[] {
  return [
    '--interactive',
    '--rm',
    '--init',
    `--name=${name}`,
    '--label=keepup',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    '--read-only',
    '--tmpfs=/tmp',
    ...(hosts === 'any' ? [] : ['--network=none']),
    ...userArguments(),
    ...writable.filter(there).map((path) => mount(path, '')),
    ...unwritable.filter(there).map((path) => mount(path, ',readonly')),
    ...unreadable.filter((path) => there(path) && isWithin(path, writable)).map(cover),
  ]
}

function there(path: string): boolean {
  return lookAt(path) !== undefined
}

function mount(path: string, more: string): string {
  return `--mount=type=bind,source=${path},target=${path}${more}`
}

/** Of what may not be read, only what lies in a writable folder would be seen at all. */
function cover(path: string): string {
  return lookAt(path)?.isDirectory() === true
    ? `--mount=type=tmpfs,target=${path}`
    : `--mount=type=bind,source=/dev/null,target=${path},readonly`
}

function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`))
}

/** Files that a command makes belong to the user who asked for it. */
function userArguments(): readonly string[] {
  const [user, group] = [process.getuid?.(), process.getgid?.()]
  return user === undefined || group === undefined ? [] : [`--user=${user}:${group}`]
}
