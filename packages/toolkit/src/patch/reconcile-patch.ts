import { access, rm } from 'node:fs/promises'

import type { CallKey, ToolOutcome } from '@keepup/core'

import { openFile } from '../open-file.ts'
import type { ResolvedPath } from '../resolve-path.ts'
import { type AppliedChunk, applyChunks } from './apply-chunks.ts'
import { asidePath, stagedPath } from './commit-changes.ts'
import type { PatchChunk } from './patch-section.ts'
import type { PlacedSection } from './plan-patch.ts'

type Verdict = 'done' | 'not-done' | 'unclear'

/**
 * Tells after a crash what a patch did. The files that it had staged tell for certain: it renames them in order, after all are staged. Without any, each
 * section is judged by what the files hold. Removes what was staged.
 */
export async function reconcilePatch(placed: readonly PlacedSection[], key: CallKey): Promise<ToolOutcome> {
  const targets = targetsOf(placed)
  const staged = await Promise.all(targets.map((place) => exists(stagedPath(place, key))))
  await Promise.all(targets.map((place) => rm(stagedPath(place, key), { force: true })))
  await Promise.all(placed.map(({ place }) => rm(asidePath(place, key), { force: true })))
  if (staged[0] === true) return notDone()
  const verdicts = await Promise.all(
    placed.map((one) =>
      judge(one, staged[targets.findIndex((target) => isSame(target, one.target ?? one.place))]),
    ),
  )
  if (verdicts.every((verdict) => verdict === 'done')) {
    const text = `All of the patch is there: ${placed.map(({ place, target }) => (target ?? place).shown).join(', ')}.`
    return { type: 'completed', output: { content: [{ type: 'text', text }] } }
  }
  if (verdicts.every((verdict) => verdict === 'not-done')) return notDone()
  const list = placed.map(
    ({ place, target }, index) => `${(target ?? place).shown}: ${wordsOf(verdicts[index])}`,
  )
  const told = `The patch was interrupted. Of its files, ${list.join('; ')}. Read them before you go on.`
  if (verdicts.includes('unclear')) return { type: 'unknown', reason: told }
  return { type: 'failed', code: 'patch-half-done', message: told }
}

/** The places that a patch writes, in the order in which it stages them. */
function targetsOf(placed: readonly PlacedSection[]): readonly ResolvedPath[] {
  const order: ResolvedPath[] = []
  const goes = new Set<string>()
  for (const { section, place, target } of placed) {
    for (const one of target === undefined ? [place] : [place, target]) {
      goes.delete(one.absolute)
      if (!order.some(({ absolute }) => absolute === one.absolute)) order.push(one)
    }
    if (section.type === 'delete' || (target !== undefined && !isSame(target, place)))
      goes.add(place.absolute)
  }
  return order.filter(({ absolute }) => !goes.has(absolute))
}

/** `staged` tells whether the new bytes still wait. */
async function judge({ section, place, target = place }: PlacedSection, staged = false): Promise<Verdict> {
  if (staged) return 'not-done'
  const now = await bytesOf(target)
  if (section.type === 'delete') return now === undefined ? 'done' : 'not-done'
  if (section.type === 'add') {
    if (now === undefined) return 'not-done'
    return now.equals(Buffer.from(section.content)) ? 'done' : 'unclear'
  }
  if (!isSame(place, target)) return judgeMove(now, await bytesOf(place))
  return now === undefined ? 'unclear' : judgeUpdate(now, section.chunks)
}

function judgeMove(target: Buffer | undefined, source: Buffer | undefined): Verdict {
  if (target === undefined) return source === undefined ? 'unclear' : 'not-done'
  return source === undefined ? 'done' : 'unclear'
}

/** The chunks can be applied now, or those that would undo them. Where both can, at the same places, the lines that were added are there. */
function judgeUpdate(now: Buffer, chunks: readonly PatchChunk[]): Verdict {
  const forward = fit(now, chunks)
  const backward = fit(now, chunks.map(undone))
  if (forward === undefined) return backward === undefined ? 'unclear' : 'done'
  if (backward === undefined) return 'not-done'
  return forward.every(({ line, alsoAt }, index) => alsoAt.length === 0 && backward[index]?.line === line)
    ? 'done'
    : 'unclear'
}

function fit(bytes: Buffer, chunks: readonly PatchChunk[]): readonly AppliedChunk[] | undefined {
  try {
    return applyChunks({ shown: '', bytes, standing: 'fresh' }, chunks).chunks
  } catch {
    return undefined
  }
}

function isSame(one: ResolvedPath, other: ResolvedPath): boolean {
  return one.absolute === other.absolute
}

function undone(chunk: PatchChunk): PatchChunk {
  const signs = { ' ': ' ', '-': '+', '+': '-' } as const
  return { ...chunk, lines: chunk.lines.map(({ sign, text }) => ({ sign: signs[sign], text })) }
}

async function bytesOf(place: ResolvedPath): Promise<Buffer | undefined> {
  if (!(await exists(place.absolute))) return undefined
  const handle = await openFile(place)
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function notDone(): ToolOutcome {
  return { type: 'failed', code: 'patch-not-done', message: 'Nothing of the patch happened. Repeat it.' }
}

function wordsOf(verdict: Verdict | undefined): string {
  if (verdict === 'done') return 'changed'
  return verdict === 'not-done' ? 'not changed' : 'it cannot be told'
}
