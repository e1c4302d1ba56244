import type { AgentEntryData, Decision, Entry, Fold, Guard } from '@keepup/core'
import { labelAt } from '@keepup/core'

/** How much a person is asked. */
export interface AskingBounds {
  /** @limit Refusals in a row, without a word of the person, after which nothing more is asked: 3 when left out. */
  readonly mostRefusals?: number
  /** @limit Questions that are open at once: 20 when left out. */
  readonly mostOpen?: number
}

/** What is known of the questions of a thread. */
export interface Asking<State> {
  readonly guarded: State
  readonly open: ReadonlySet<string>
  /** Since the person last said anything else. */
  readonly refusals: number
}

/** As it is stored. */
interface SavedAsking {
  readonly guarded: unknown
  readonly open: readonly string[]
  readonly refusals: number
}

const refusedAll =
  'A person refused the last such calls, one after the other, so this one is not asked about: what leads here may come from what others wrote. Do not try it again in another way. Go on without it, or tell the user.'
const tooMany =
  'Too many questions are open already, so this one is not asked. Wait for the answers, or go on without it.'

/**
 * A guard whose questions cannot wear a person out. Once they refused three in a row, what it would ask is denied instead, until they say something themselves: a
 * message, a yes, or a no with words of what to do. A hundred questions in one answer of a model become twenty. What the guard allows or denies stays as it is.
 */
export function boundAsking<State>(guard: Guard<State>, bounds: AskingBounds = {}): Guard<Asking<State>> {
  const { mostRefusals = 3, mostOpen = 20 } = bounds
  return {
    fold: askingFold(guard.fold),
    rebase: (base) => ({ guarded: guard.rebase(base), open: new Set(), refusals: 0 }),
    decide({ guarded, open, refusals }, call): Decision {
      const decision = guard.decide(guarded, call)
      if (decision.type !== 'ask') return decision
      if (refusals >= mostRefusals) return { type: 'deny', reason: refusedAll }
      return open.size >= mostOpen ? { type: 'deny', reason: tooMany } : decision
    },
    findOrigins: ({ guarded }, argument, call) => guard.findOrigins?.(guarded, argument, call) ?? [],
  }
}

function askingFold<State>(fold: Fold<State>): Fold<Asking<State>> {
  return {
    id: `${fold.id}/asking`,
    version: fold.version,
    initial: { guarded: fold.initial, open: new Set(), refusals: 0 },
    apply: (state, entry) => ({ ...asked(state, entry), guarded: fold.apply(state.guarded, entry) }),
    ...(fold.understands === undefined ? {} : { understands: fold.understands }),
    save: ({ guarded, open, refusals }): SavedAsking => ({
      guarded: fold.save === undefined ? guarded : fold.save(guarded),
      open: [...open],
      refusals,
    }),
    load(stored) {
      // It is what `save` gave.
      const { guarded, open, refusals } = stored as SavedAsking
      const inner = fold.load === undefined ? (guarded as State) : fold.load(guarded)
      return { guarded: inner, open: new Set(open), refusals }
    },
  }
}

function asked<State>(state: Asking<State>, entry: Entry): Asking<State> {
  if (entry.erased === true) return state
  // The type of an entry says what its data is.
  switch (entry.type) {
    case 'user-message':
      return isPersons(entry) ? { ...state, refusals: 0 } : state
    case 'approval-requested': {
      const { approval } = entry.data as AgentEntryData['approval-requested']
      return { ...state, open: new Set([...state.open, approval]) }
    }
    case 'approval-answered':
      return answered(state, entry.data as AgentEntryData['approval-answered'])
    case 'run-finished':
      return { ...state, open: new Set() }
    default:
      return state
  }
}

function answered<State>(
  state: Asking<State>,
  { approval, allow, message }: AgentEntryData['approval-answered'],
): Asking<State> {
  const open = new Set(state.open)
  open.delete(approval)
  const isBareNo = !allow && (message === undefined || message.trim() === '')
  return { ...state, open, refusals: isBareNo ? state.refusals + 1 : 0 }
}

function isPersons({ labels }: Entry): boolean {
  return labels !== undefined && labelAt(labels, '/message/content').integrity === 'trusted'
}
