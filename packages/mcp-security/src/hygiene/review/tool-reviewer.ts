import { KeepupError } from '@keepup/core'

import type { PinStore } from '../pins/pin-store.ts'
import { type PinnedTool, readPins, type ServerPins, writePins } from '../pins/server-pins.ts'
import { isJsonObject } from '../schema/is-json-object.ts'
import { allChecks, type Checks } from './checks.ts'
import { comparePins, findingKey } from './compare-pins.ts'
import { gravest, judgeListing, type JudgedTool } from './judge-listing.ts'
import { showTool } from './show-tool.ts'
import type { PendingTool, ReviewedTools, ToolListing, WithheldTool } from './tool-review.ts'

/** What a reviewer is made of. */
export interface ReviewerOptions {
  readonly pins: PinStore
  /** What becomes of a server's tools when they are first seen: `pin` lets those pass that nothing is odd about; `ask` none. `pin` when left out. */
  readonly firstUse?: 'pin' | 'ask'
}

/** Stands between what servers list and what models are shown. */
export interface ToolReviewer {
  /**
   * Tells which tools of a listing may be shown, and how. A tool passes where it is exactly as it was let pass, and its set too: what changed, came, went and came
   * back, or is odd, waits for a person. Never rejects: where the pins cannot be read, every tool waits.
   */
  review(listing: ToolListing): Promise<ReviewedTools>
  /** What waits for a person since the last review of each server. */
  pending(): readonly PendingTool[]
  /**
   * Lets these pass from now on, exactly as they were shown: one that is another by now stays withheld. For a removed tool, forgets it. The next review counts with it.
   * Rejects where the pins cannot be written, and with `input-invalid` for what no review of this reviewer has shown.
   */
  approve(tools: readonly PendingTool[]): Promise<void>
}

/** Makes a reviewer. */
export function toolReviewer(options: ReviewerOptions): ToolReviewer {
  return createReviewer(options, allChecks)
}

interface Seen {
  readonly server: string
  readonly judged: readonly JudgedTool[]
  readonly pending: readonly PendingTool[]
}

/** A reviewer with some checks off: for tests of the checks. */
export function createReviewer(
  { pins: store, firstUse = 'pin' }: ReviewerOptions,
  checks: Checks,
): ToolReviewer {
  const seen = new Map<string, Seen>()
  let last: Promise<unknown> = Promise.resolve()
  // One after the other, so that no change of ours is lost.
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(act)
    last = turn.catch(() => {})
    return turn
  }
  const load = async (
    identity: string,
    server: string,
    judged: readonly JudgedTool[],
  ): Promise<ServerPins> => {
    const known = await readServer(store, identity, server)
    if (known !== undefined) return known
    const first: ServerPins = {
      server,
      tools:
        firstUse === 'ask' ? [] : judged.filter(({ findings }) => gravest(findings).length === 0).map(pinOf),
    }
    // A server that shows nothing yet is not known yet.
    if (judged.length === 0 || firstUse === 'ask') return first
    if (await store.write(identity, writePins(first), { fresh: true })) return first
    return (await readServer(store, identity, server)) ?? { server, tools: [] }
  }
  const review = async (listing: ToolListing): Promise<ReviewedTools> => {
    const { server, identity = server } = listing
    const { judged, refused } = judgeListing(listing, checks)
    const before = await load(identity, server, judged)
    const { passed, pending, pins } = comparePins(listing, judged, before, checks)
    if (pins !== before) await store.write(identity, writePins(pins), { fresh: false })
    seen.set(identity, { server, judged, pending })
    const shown = passed.map(({ raw, findings }) => ({ raw, notes: findings, ...face(server, raw, checks) }))
    return { shown, withheld: [...refused, ...withheldOf(pending, judged)] }
  }
  return {
    review: (listing) =>
      inTurn(() => review(listing)).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        return { shown: [], withheld: listing.tools.map((raw) => ({ raw, reason })) }
      }),
    pending: () => [...seen.values()].flatMap(({ pending }) => pending),
    approve: (tools) =>
      inTurn(async () => {
        for (const identity of new Set(tools.map((tool) => tool.identity))) {
          const { server, judged } = seen.get(identity) ?? { server: identity, judged: [] }
          const before = (await readServer(store, identity, server).catch(() => undefined)) ?? {
            server,
            tools: [],
          }
          const after = tools
            .filter((tool) => tool.identity === identity)
            .reduce((pins, tool) => letPass(pins, tool, judged), before)
          await store.write(identity, writePins(after), { fresh: false })
        }
      }),
  }
}

/** What is there but is no pins lets nothing pass. */
async function readServer(
  store: PinStore,
  identity: string,
  server: string,
): Promise<ServerPins | undefined> {
  const found = await store.read(identity)
  return found === undefined ? undefined : (readPins(found) ?? { server, tools: [] })
}

function face(server: string, raw: JudgedTool['raw'], { spans }: Checks): ReturnType<typeof showTool> {
  if (spans) return showTool(server, raw)
  const { description, inputSchema } = raw
  const schema = isJsonObject(inputSchema) ? inputSchema : {}
  const words = typeof description === 'string' ? description : ''
  return { words, mark: (text) => text, description: words, inputSchema: schema, checked: schema }
}

function letPass(
  pins: ServerPins,
  { tool, digest, change, server }: PendingTool,
  judged: readonly JudgedTool[],
): ServerPins {
  const others = pins.tools.filter(({ name }) => name !== tool)
  if (change === 'removed') return { ...pins, tools: others }
  const found = judged.find((one) => one.name === tool && one.digest === digest)
  if (found === undefined) {
    const text = `The tool ${JSON.stringify(tool)} of ${JSON.stringify(server)} is not as it was shown any more. Look at it anew.`
    throw new KeepupError('input-invalid', text)
  }
  return { ...pins, tools: [...others, pinOf(found)] }
}

function pinOf({ name, digest, raw, findings }: JudgedTool): PinnedTool {
  return { name, digest, definition: raw, accepted: gravest(findings).map(findingKey), gone: false }
}

/** @limit In characters: how much of what is odd or changed a reason tells; the whole is in what waits. */
const longestReason = 600

function withheldOf(pending: readonly PendingTool[], judged: readonly JudgedTool[]): readonly WithheldTool[] {
  return pending.flatMap(({ tool, change, findings, diff }) => {
    const raw = judged.find(({ name }) => name === tool)?.raw
    if (raw === undefined) return []
    const odd = gravest(findings).map(({ text }) => text)
    const what = odd.length > 0 ? odd.join('; ') : diff.join('; ')
    const cut = what.length > longestReason ? `${what.slice(0, longestReason)}…` : what
    return [{ raw, reason: `${reasons[change]} (${cut}): it is withheld until a person approves it` }]
  })
}

const reasons: Readonly<Record<PendingTool['change'], string>> = {
  added: 'it is new',
  changed: 'it changed since it was let pass',
  renamed: 'it was renamed',
  removed: 'it was removed',
  returned: 'it is back after it was gone',
  suspicious: 'it is odd beside what else is there',
}
