import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A workspace, a home with secrets beside it, and servers and a process of the host: everything that a command could break out to. */
export interface BreachPlace extends AsyncDisposable {
  readonly root: string
  readonly home: string
  readonly outside: string
  readonly state: string
  /** What the host's servers heard. */
  readonly heard: readonly string[]
  readonly bystander: ChildProcess
  /** For a command: ROOT, HOME_, OUT, PORT, UDP, SOCKET, BYSTANDER, NODE. */
  readonly variables: Readonly<Record<string, string>>
}

/** A secret that must not be printed. */
export const secret = 'correct-horse-battery'

/** Builds a place outside of the temporary folder, which sandboxes hide anyway. Removed when disposed. */
export async function breachPlace(): Promise<BreachPlace> {
  const cache = join(homedir(), '.cache')
  await mkdir(cache, { recursive: true })
  const base = await realpath(await mkdtemp(join(cache, 'keepup-battery-')))
  const [root, home, outside, state] = ['root', 'home', 'outside', 'state'].map((name) => join(base, name))
  const place = { root: root ?? '', home: home ?? '', outside: outside ?? '', state: state ?? '' }
  for (const path of Object.values(place)) await mkdir(path)
  await fill(place)
  const heard: string[] = []
  const hosts = await listen(place.outside, heard)
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore', env: { BYSTANDER_SECRET: secret } })
  await once(bystander, 'spawn')
  return {
    ...place,
    heard,
    bystander,
    variables: {
      ...hosts.variables,
      ROOT: place.root,
      HOME_: place.home,
      OUT: place.outside,
      STATE: place.state,
      BYSTANDER: String(bystander.pid),
      NODE: process.execPath,
      SERVICE_TOKEN: secret,
    },
    async [Symbol.asyncDispose]() {
      bystander.kill('SIGKILL')
      hosts.close()
      await rm(base, { recursive: true, force: true })
    },
  }
}

async function fill({
  root,
  home,
  outside,
}: Readonly<Record<'root' | 'home' | 'outside', string>>): Promise<void> {
  for (const folder of [root, join(root, 'vendor')]) {
    await mkdir(folder, { recursive: true })
    execFileSync('git', ['init', '-q'], { cwd: folder })
  }
  await mkdir(join(home, '.ssh'))
  await writeFile(join(home, '.ssh', 'id_ed25519'), secret)
  await writeFile(join(home, '.netrc'), secret)
  await writeFile(join(home, '.bash_history'), secret)
  await mkdir(join(home, '.config', 'keepup'), { recursive: true })
  await writeFile(join(home, '.config', 'keepup', 'keepup.json'), secret)
  await writeFile(join(outside, 'precious'), 'precious')
  await mkdir(join(root, '.claude'))
  await writeFile(join(root, '.claude', 'settings.json'), '{}')
}

async function listen(
  outside: string,
  heard: string[],
): Promise<{ readonly variables: Record<string, string>; close(): void }> {
  const hear = (what: string) => () => void heard.push(what)
  const http = createServer((_, response) => {
    heard.push('tcp')
    response.end(secret)
  })
  const socket = createSocketServer((connection) => {
    heard.push('socket')
    connection.end(secret)
  })
  const datagrams = createSocket('udp4').on('message', hear('udp'))
  const path = join(outside, 'socket')
  await Promise.all([
    once(http.listen(0, '127.0.0.1'), 'listening'),
    once(socket.listen(path), 'listening'),
    new Promise<void>((resolve) => datagrams.bind(0, '127.0.0.1', resolve)),
  ])
  return {
    variables: { PORT: String(portOf(http)), UDP: String(datagrams.address().port), SOCKET: path },
    close() {
      for (const server of [http, socket, datagrams]) server.close()
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
