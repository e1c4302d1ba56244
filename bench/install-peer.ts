import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A peer that is installed, with the versions that are compared, or the reason why it is not. */
export type InstalledPeer = { readonly versions: string } | { readonly missing: string }

/** Installs a peer's folder with plain npm where that was not done yet, or not with everything that it needs by now. */
export function installPeer(name: string): InstalledPeer {
  const folder = join(import.meta.dirname, 'peers', name)
  const wanted = Object.keys(readManifest(folder).dependencies ?? {})
  if (!wanted.every((dependency) => existsSync(join(folder, 'node_modules', dependency)))) {
    console.error(`installing ${name} into bench/peers (once)`)
    const args = [
      'install',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--legacy-peer-deps',
      '--loglevel=error',
    ]
    const { status, stderr, error } = spawnSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 300_000,
    })
    if (status !== 0) return { missing: firstLine(error?.message ?? stderr) }
  }
  return { versions: versions(folder) }
}

function versions(folder: string): string {
  const { dependencies } = readManifest(folder)
  return Object.keys(dependencies ?? {})
    .filter((name) => !['zod', 'better-sqlite3'].includes(name))
    .map((name) => `${name} ${readManifest(join(folder, 'node_modules', name)).version ?? '?'}`)
    .join(', ')
}

function readManifest(folder: string): { version?: string; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? 'npm said nothing'
}
