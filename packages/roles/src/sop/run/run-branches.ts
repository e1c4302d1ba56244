import { KeepupError } from '@keepup/core'

import type { SopPhase } from '../definition/sop.ts'
import { branchSession } from './branch-trees.ts'
import { leavePhase } from './leave-phase.ts'
import { runWork, type Worked } from './run-work.ts'
import type { Place, Session } from './session.ts'

/** Lets the branches of a phase work at once, each until it passed or failed too often, or until the others decided the phase. */
export async function runBranches(session: Session, name: string, phase: SopPhase): Promise<Worked> {
  const { visit } = session.journal.state.machine
  const decided = new AbortController()
  const signal = AbortSignal.any([session.signal, decided.signal])
  const isDecided = (): boolean => {
    const { machine } = session.journal.state
    return machine.visit !== visit || machine.joined === true || machine.end !== undefined
  }
  async function runBranch(place: Place): Promise<Worked> {
    const own = phase.isolation === 'worktree' ? await branchSession(session, place) : session
    while (!isDecided() && session.journal.state.machine.branches?.[place.branch]?.status === 'running') {
      if (session.journal.state.work[place.branch]?.ended === undefined) {
        const worked = await runWork(own, place, signal)
        if (isDecided()) break
        if (worked.type !== 'ended') return worked
      }
      const left = await leavePhase(own, place)
      if (left.type === 'waiting') return left
      if (isDecided())
        decided.abort(new KeepupError('interrupted', 'The other branches have decided the phase.'))
    }
    return { type: 'ended' }
  }
  const places = Object.entries(phase.parallel ?? {}).map(([branch, work]): Place => ({
    phase: name,
    branch,
    work,
  }))
  const all = await Promise.allSettled(places.map(runBranch))
  if (isDecided()) return { type: 'ended' }
  const failed = all.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return joined(all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])))
}

function joined(all: readonly Worked[]): Worked {
  const broken = all.find(({ type }) => type === 'broken')
  if (broken !== undefined) return broken
  const threads = all.flatMap((each) => (each.type === 'waiting' ? each.threads : []))
  return all.some(({ type }) => type === 'waiting') ? { type: 'waiting', threads } : { type: 'ended' }
}
