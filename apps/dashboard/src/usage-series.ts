import type { ThreadEntry } from './api-types.ts'

/** What was used by a moment, added up. Money in US dollars. */
export interface UsagePoint {
  readonly time: number
  readonly input: number
  readonly output: number
  readonly cost: number
}

/** What the model calls of a thread used, added up from the first. Calls that failed may have cost something too. */
export function usageSeries(entries: Iterable<ThreadEntry>): readonly UsagePoint[] {
  const points: UsagePoint[] = []
  let sum = { input: 0, output: 0, cost: 0 }
  for (const { type, data, time } of entries) {
    if (type !== 'assistant-message' && type !== 'model-failed') continue
    const { usage, cost } = Object(data) as { usage?: { input?: unknown; output?: unknown }; cost?: unknown }
    const [input, output, money] = [amount(usage?.input), amount(usage?.output), amount(cost) / 1e9]
    if (input + output + money === 0) continue
    sum = { input: sum.input + input, output: sum.output + output, cost: sum.cost + money }
    points.push({ time, ...sum })
  }
  return points
}

function amount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}
