import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import type { Stage } from './stage.ts'

/** A running editor. */
export interface CodeServer {
  readonly address: string
  readonly stop: () => Promise<void>
}

/** Installs the extension and starts the editor on a free port of the loopback. */
export async function startCodeServer(entry: string, { root }: Stage, vsix: string): Promise<CodeServer> {
  const folders = ['--user-data-dir', join(root, 'data'), '--extensions-dir', join(root, 'extensions')]
  const env = { ...process.env, HOME: join(root, 'home') }
  execFileSync(process.execPath, [entry, ...folders, '--install-extension', vsix], { env, stdio: 'inherit' })
  const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust']
  const words = [entry, ...folders, ...quiet, '--auth', 'none', '--bind-addr', '127.0.0.1:0']
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const [, found] = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error('code-server has ended')))
  })
  return {
    address,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
