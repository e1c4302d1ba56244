import { join, sep } from 'node:path'

import type { Hash, Tool, ToolContext, ToolOutcome, ToolOutput, Workspace } from '@keepup/core'

import { contentHash } from '../editing/content-hash.ts'
import type { WorkingFiles } from '../editing/working-files.ts'
import { createFileLocks } from '../file-locks.ts'
import type { Check, CheckResult } from '../findings/check.ts'
import type { Finding } from '../findings/finding.ts'
import { newFindings, type Texts } from '../findings/new-findings.ts'
import { readPlain } from '../read-plain.ts'
import { resolvePath } from '../resolve-path.ts'
import { sourceOf } from '../source-text.ts'
import { appendOutput, completedOutput } from '../wrapping/append-output.ts'
import { editedPaths, readFiles } from '../wrapping/edited-files.ts'
import { wrapTools } from '../wrapping/wrap-tools.ts'
import { describeRollback } from './describe-rollback.ts'

/** What holds edits to a check. */
export interface RollbackOptions {
  readonly workspace: Workspace
  readonly check: Check
  /** What becomes of an edit that could not be checked: it stays, and that is told, when left out. */
  readonly unchecked?: 'keep' | 'undo'
  /** What the file tools share: their threads then know the files that were brought back. */
  readonly files?: WorkingFiles
}

/**
 * The same tools; a call that names the files it changes, and adds findings to them or to others, is undone and fails as `edit-rolled-back`, with what was
 * tried and what is there. What was found before counts as there already, wherever the edit moves it. Only what the call's own effects name is brought
 * back. Calls wait for each other. A shell command, which names no files, is not held to the check.
 */
export function withRollback(tools: readonly Tool[], options: RollbackOptions): readonly Tool[] {
  const locks = createFileLocks()
  const memory: Memory = {}
  return wrapTools(tools, {
    effects: (own) => (editedPaths(own).length === 0 ? [] : options.check.effects),
    async around({ effects, context, run }) {
      const targets = editedPaths(effects)
      if (targets.length === 0) return run()
      return locks.hold(options.workspace.root, () => guard({ ...options, memory, targets, context, run }))
    },
  })
}

/** What is known of the files as they are, so that most edits are checked once and not twice. */
interface Memory {
  last?: { readonly tree: Hash; readonly paths: ReadonlySet<string>; readonly findings: readonly Finding[] }
}

interface Guarded extends RollbackOptions {
  readonly memory: Memory
  readonly targets: readonly string[]
  readonly context: ToolContext
  readonly run: () => Promise<ToolOutput | ToolOutcome>
}

interface Edit {
  /** The snapshot from before. */
  readonly id: Hash
  /** What changed, relative to the workspace. */
  readonly paths: readonly string[]
  readonly output: ToolOutput
}

type Result = ToolOutput | ToolOutcome

async function guard(guarded: Guarded): Promise<Result> {
  const { workspace, run, targets } = guarded
  const { id } = await workspace.snapshot()
  const named = await placesOf(workspace.root, targets)
  const result = await run()
  const output = completedOutput(result)
  if (output === undefined) return result
  try {
    const changes = await workspace.changes(id)
    const paths = changes.map(({ path }) => path).filter((path) => named(join(workspace.root, path)))
    return paths.length === 0 ? result : await judge(guarded, { id, paths, output })
  } catch (error) {
    // The edit has happened: that must be told, whatever became of the check.
    const reason = error instanceof Error ? error.message : String(error)
    return appendOutput(output, { text: `[The change was not checked: ${reason}]`, structured: {} })
  }
}

/** Whether a call named a file, or a folder above it, as what it may change. */
async function placesOf(root: string, targets: readonly string[]): Promise<(path: string) => boolean> {
  const real = await Promise.all(
    targets.map(async (target) => {
      const place = await resolvePath(root, target).catch(() => undefined)
      return place?.absolute ?? target
    }),
  )
  return (path) => real.some((target) => path === target || path.startsWith(`${target}${sep}`))
}

/**
 * Looks at the files as they are. Only where something is found that was not known before, the edit is taken back, and the files are looked at
 * again: what is found then too is not the edit's doing, and the edit is put back.
 */
async function judge(guarded: Guarded, edit: Edit): Promise<Result> {
  const { workspace, memory } = guarded
  const after = await look(guarded, edit.paths)
  if (after.type === 'unknown') return leaveUnchecked(guarded, edit, after.reason)
  const known = knownBefore(guarded, edit)
  const suspicious = newFindings({ before: known, after: after.findings, ...noTexts }).length > 0
  const texts = await textsOf(workspace.root, edit.paths)
  if (suspicious) {
    const failure = await takeBack(guarded, edit, { findings: after.findings, texts })
    if (failure !== undefined) return failure
  }
  memory.last = { tree: await workspace.treeHash(), paths: new Set(edit.paths), findings: after.findings }
  return edit.output
}

/** Without the texts findings are the same only where they stand in the same line: more is suspicious than is new. */
const noTexts: { readonly textsBefore: Texts; readonly textsAfter: Texts } = {
  textsBefore: new Map(),
  textsAfter: new Map(),
}

function knownBefore({ check, memory }: Guarded, { id, paths }: Edit): readonly Finding[] {
  const { last } = memory
  if (last?.tree !== id) return []
  const covered = check.scope === 'project' || paths.every((path) => last.paths.has(path))
  return covered ? last.findings : []
}

/** Undoes an edit that added findings, and tells of it; `undefined` where it did not, and stays. */
async function takeBack(
  guarded: Guarded,
  edit: Edit,
  after: { readonly findings: readonly Finding[]; readonly texts: Texts },
): Promise<Result | undefined> {
  const { workspace, check } = guarded
  const tried = await workspace.restore(edit.id, edit.paths)
  let undone = false
  try {
    const before = await look(guarded, edit.paths)
    if (before.type === 'unknown') {
      undone = guarded.unchecked === 'undo'
      return await leaveUnchecked(guarded, edit, before.reason)
    }
    const texts = await textsOf(workspace.root, edit.paths)
    const added = newFindings({
      before: before.findings,
      after: after.findings,
      textsBefore: texts,
      textsAfter: after.texts,
    })
    if (added.length === 0) return undefined
    undone = true
    await rememberRestored(guarded, after.texts)
    return rolledBack(check.name, added, { paths: edit.paths, tried: after.texts, restored: texts })
  } finally {
    if (!undone) await workspace.restore(tried, edit.paths)
  }
}

function rolledBack(
  check: string,
  findings: readonly Finding[],
  {
    paths,
    tried,
    restored,
  }: { readonly paths: readonly string[]; readonly tried: Texts; readonly restored: Texts },
): ToolOutcome {
  const files = paths.map((path) => ({ path, tried: tried.get(path), restored: restored.get(path) }))
  const message = describeRollback(check, findings, files)
  const structured = {
    undone: [...paths],
    findings: findings.slice(0, 500).map((finding) => ({ ...finding })),
  }
  const output: ToolOutput = { content: [{ type: 'text', text: message }], structured }
  return { type: 'failed', code: 'edit-rolled-back', message, output }
}

async function leaveUnchecked(
  { workspace, check, unchecked = 'keep' }: Guarded,
  { id, paths, output }: Edit,
  reason: string,
): Promise<Result> {
  if (unchecked === 'keep') {
    const text = `[The change was not checked: ${check.name} gave no result, because ${reason}]`
    return appendOutput(output, { text, structured: {} })
  }
  await workspace.restore(id, paths)
  const message = `The edit was undone, because it could not be checked: ${check.name} gave no result, because ${reason}`
  return { type: 'failed', code: 'edit-not-checked', message }
}

async function look({ workspace, check, context }: Guarded, paths: readonly string[]): Promise<CheckResult> {
  const files = await readFiles(
    workspace.root,
    paths.map((path) => join(workspace.root, path)),
  )
  const there = [...files.values()].filter(({ bytes }) => bytes !== undefined)
  if (there.length === 0 && check.scope === 'files') return { type: 'checked', findings: [] }
  return check.run(
    there.map(({ place }) => place.absolute),
    context.signal,
  )
}

async function textsOf(root: string, paths: readonly string[]): Promise<Texts> {
  const files = await readFiles(
    root,
    paths.map((path) => join(root, path)),
  )
  const texts = [...files.values()].map(
    ({ place, bytes }) => [place.shown, bytes === undefined ? undefined : sourceOf(bytes)] as const,
  )
  return new Map(texts.filter((entry): entry is readonly [string, string] => entry[1] !== undefined))
}

/** A thread that wrote what was tried knows what it is again. */
async function rememberRestored({ workspace, files, context }: Guarded, tried: Texts): Promise<void> {
  if (files === undefined) return
  const { thread } = context.call
  for (const [path, text] of tried) {
    const absolute = join(workspace.root, path)
    if (files.seen.standing(thread, absolute, contentHash(Buffer.from(text))) !== 'fresh') continue
    const bytes = await readPlain(absolute).catch(() => undefined)
    if (bytes === undefined) files.seen.forget(thread, absolute)
    else files.seen.remember(thread, absolute, contentHash(bytes))
  }
}
