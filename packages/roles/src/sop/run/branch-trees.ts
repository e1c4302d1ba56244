import { KeepupError, type Workspace } from '@keepup/core'

import { phaseOf, type Session, sopOf } from './session.ts'
import type { BranchTree } from './sop-state.ts'

const mostTold = 1_000

/** Something of a branch that could not be merged, and where its files are. */
export interface BranchConflict {
  readonly branch: string
  readonly path: string
  readonly reason: string
  readonly folder: string
}

/** The session in which a branch works and its gates are looked at: in a tree of its own, which is made at first and found again afterwards. */
export async function branchSession(
  session: Session,
  { branch }: { readonly branch: string },
): Promise<Session> {
  const { journal, parts } = session
  const known = journal.state.branchTrees[branch]
  if (known !== undefined) return openedSession(session, branch, known)
  const { machine, trees } = journal.state
  const from = trees[machine.phase] ?? (await parts.workspace.snapshot()).id
  const tree = await parts.workspace.branch(from)
  const own = await sessionOf(session, tree)
  journal.stage('branch-opened', { branch, folder: tree.root, from })
  await journal.flush()
  return own
}

async function openedSession(
  session: Session,
  branch: string,
  { folder, from }: BranchTree,
): Promise<Session> {
  const open = session.trees.get(folder)
  if (open !== undefined) return open
  const tree = await session.parts.workspace.reopen?.(folder, from)
  if (tree !== undefined) return sessionOf(session, tree)
  throw new KeepupError(
    'not-supported',
    `The working tree ${folder} of the branch ${branch} cannot be opened again. What it changed is there: take it over by hand, then start the procedure anew.`,
    { details: { folder, branch } },
  )
}

async function sessionOf(session: Session, tree: Workspace): Promise<Session> {
  const { coordinatorOf } = session.parts
  if (coordinatorOf === undefined) {
    throw new KeepupError(
      'not-supported',
      `Branches of the procedure ${sopOf(session).id} work in trees of their own, and nothing here runs commands in them. Give the executor a coordinatorOf.`,
    )
  }
  const coordinator = await coordinatorOf(tree)
  const own: Session = { ...session, tree, parts: { ...session.parts, workspace: tree, coordinator } }
  session.trees.set(tree.root, own)
  return own
}

/**
 * Brings the files of all branches that passed into the procedure's, in the order in which the phase names them, and keeps those of all others as they are. Gives what could not be
 * merged. Killed between a merge and its record, it merges the same again, which changes nothing.
 */
export async function mergeBranches(session: Session, phase: string): Promise<readonly BranchConflict[]> {
  const { journal, parts } = session
  for (const branch of Object.keys(phaseOf(session).parallel ?? {})) {
    const { machine, branchTrees } = journal.state
    const known = branchTrees[branch]
    if (known === undefined || known.settled !== undefined) continue
    if (machine.branches?.[branch]?.status !== 'passed') {
      await leaveTree(session, branch, known)
      continue
    }
    const own = await openedSession(session, branch, known)
    const { id: tree } = await own.parts.workspace.snapshot()
    const { merged, conflicts } = await parts.workspace.merge(own.parts.workspace)
    journal.stage('branch-merged', { branch, tree, merged: merged.slice(0, mostTold), conflicts })
    await journal.flush('power')
    if (conflicts.length === 0) await close(session, own)
  }
  return Object.entries(journal.state.branchTrees).flatMap(([branch, { phase: of, folder, settled }]) =>
    of === phase ? (settled?.conflicts ?? []).map((conflict) => ({ ...conflict, branch, folder })) : [],
  )
}

/** Keeps the files of branches of phases that were left otherwise than by merging; with `all`, of the present one too. */
export async function leaveTrees(session: Session, which: 'all' | 'earlier' = 'earlier'): Promise<void> {
  const { branchTrees, machine } = session.journal.state
  for (const [branch, tree] of Object.entries(branchTrees)) {
    const isOver = tree.visit !== machine.visit || which === 'all'
    if (isOver && tree.settled === undefined) await leaveTree(session, branch, tree)
  }
}

async function leaveTree(session: Session, branch: string, known: BranchTree): Promise<void> {
  const { journal } = session
  const own = await openedSession(session, branch, known).catch((error: unknown) => {
    // It is gone, or nobody can open it: the phase is over without it.
    if (KeepupError.is(error, 'not-supported')) return undefined
    throw error
  })
  const tree = own === undefined ? {} : { tree: (await own.parts.workspace.snapshot()).id }
  journal.stage('branch-left', { branch, ...tree })
  await journal.flush()
  if (own !== undefined) await close(session, own)
}

async function close({ trees }: Session, { parts: { workspace } }: Session): Promise<void> {
  trees.delete(workspace.root)
  await workspace[Symbol.asyncDispose]()
}
