import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { durableSteps } from './compare-postgres.ts'
import { installPeer } from './install-peer.ts'
import { median } from './median.ts'
import type { Row } from './publish-results.ts'

const file = join(import.meta.dirname, 'peers/dbos/case.mjs')

/**
 * Steps that are durable before the next one begins, on one server: those of a DBOS workflow, whose transactions wait for the disk, and commits that do. In
 * turns; DBOS in a process of its own that has warmed up.
 */
export async function compareDbos(
  url: string,
  { count, length, rounds }: { readonly count: number; readonly length: number; readonly rounds: number },
): Promise<Row> {
  const peer = installPeer('dbos')
  if ('missing' in peer) return { note: `not installed: ${peer.missing}` }
  const found: { theirs: number; keepup: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const theirs = theirSteps(url, count, length)
    if (typeof theirs === 'string') return { note: theirs }
    found.push({ theirs, keepup: await durableSteps(url, count, length) })
  }
  return {
    'DBOS steps/s': median(found.map(({ theirs }) => theirs)),
    'keepup steps/s': median(found.map(({ keepup }) => keepup)),
    ratio: median(found.map(({ theirs, keepup }) => keepup / theirs)),
  }
}

function theirSteps(url: string, count: number, length: number): number | string {
  const args = [file, url, String(count), String(length)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 })
  if (status !== 0) return `failed: ${stderr.trim().split('\n')[0] ?? 'no message'}`
  const { wall } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { readonly wall: number }
  return (count / wall) * 1_000
}
