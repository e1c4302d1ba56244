import { join } from 'node:path'

import { type Phase, type PhaseResult, runCommand } from './phase.ts'
import { publishedPackages } from './published-packages.ts'

/** Packs every published package into a folder, as `pnpm publish` would send it. */
export function packPhase(tarballs: string): Phase {
  const filters = publishedPackages().flatMap(({ folder }) => ['--filter', `./${folder}`])
  const args = ['--recursive', ...filters, 'pack', '--pack-destination', tarballs]
  return { name: 'tarballs', run: () => runPnpm(args) }
}

/** Whether what a manifest promises is in the tarball (publint, warnings are errors). */
export function publintPhase(tarballs: string): Phase {
  return {
    name: 'manifests match their tarballs (publint)',
    run: () =>
      forEachTwoAtATime(
        publishedPackages().map(({ tarball }) => ['publint', ['run', join(tarballs, tarball), '--strict']]),
      ),
  }
}

/** Whether every entry point resolves to types that match its code (are the types wrong; ESM only). */
export function typesPhase(tarballs: string): Phase {
  return {
    name: 'types of the tarballs (are the types wrong)',
    run: () =>
      forEachTwoAtATime(
        publishedPackages()
          .filter(({ importable }) => importable)
          .map(({ tarball }) => [
            'attw',
            [join(tarballs, tarball), '--profile', 'esm-only', '--format', 'ascii', '--no-definitely-typed'],
          ]),
      ),
  }
}

async function forEachTwoAtATime(
  commands: readonly (readonly [string, readonly string[]])[],
): Promise<PhaseResult> {
  const waiting = [...commands]
  const results: PhaseResult[] = []
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results.push(await runCommand(...next))
  }
  await Promise.all([worker(), worker()])
  const failed = results.filter(({ passed }) => !passed)
  return { passed: failed.length === 0, output: failed.map(({ output }) => output).join('\n') }
}

/** The pnpm that started this script, or the newest 12 where it was started without one. */
function runPnpm(args: readonly string[]): Promise<PhaseResult> {
  const running = process.env['npm_execpath']
  return running?.includes('pnpm') === true
    ? runCommand(running, args)
    : runCommand('npx', ['--yes', 'pnpm@12', ...args])
}
