import { HumanMessage } from '@langchain/core/messages'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { type Config, newestOf, step, valuesAt } from './steps.ts'
import { newSaver, type OpenSaver } from './stores.ts'

const seed = Number(process.env['KEEPUP_SEED'] ?? 20_261_121)
let open: OpenSaver

beforeAll(async () => {
  open = await newSaver()
})
afterAll(() => open.close())

/** Numbers from 0 below `limit`, the same ones for the same seed. */
function createChance(from: number): (limit: number) => number {
  let state = from
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Items of every kind that a list may hold, some equal to each other, some that only look so. */
const items: readonly ((chance: (limit: number) => number) => unknown)[] = [
  (chance) => ({ role: 'user', content: `text ${chance(4)}` }),
  (chance) => ({ content: `text ${chance(4)}`, role: 'user' }),
  (chance) => ({ role: 'user', content: `text ${chance(4)}`, extra: { n: chance(2) } }),
  (chance) => ({ '@': ['url', `https://example.org/${chance(2)}`] }),
  (chance) => ({ '@@': chance(2), plain: undefined }),
  (chance) => [-0, 0, Number.NaN, undefined, null, 'text'][chance(6)],
  (chance) => ({ zero: chance(2) === 0 ? -0 : 0 }),
  (chance) => [{ deep: [chance(2)] }],
  (chance) => new Date(chance(2)),
  (chance) => new HumanMessage({ content: `text ${chance(2)}`, id: 'm' }),
  () => ({}),
  () => ({ '\0': '\0' }),
]

const changes: readonly ((list: unknown[], chance: (limit: number) => number) => void)[] = [
  (list, chance) => void list.push(items[chance(items.length)]?.(chance)),
  (list, chance) => void list.splice(chance(list.length + 1), 1),
  (list, chance) => void list.splice(chance(list.length + 1), 0, items[chance(items.length)]?.(chance)),
  (list, chance) => {
    const item = list[chance(list.length)]
    if (item instanceof HumanMessage) item.content = `changed ${chance(4)}`
    else if (item instanceof Date) item.setTime(chance(4))
    else if (Array.isArray(item)) item.push(chance(2))
    else if (typeof item === 'object' && item !== null) Object.assign(item, { content: `text ${chance(4)}` })
  },
  (list, chance) => {
    const item = list[chance(list.length)]
    if (typeof item === 'object' && item !== null && 'zero' in item)
      item.zero = Object.is(item.zero, 0) ? -0 : 0
  },
  (list, chance) => {
    const item = list[chance(list.length)]
    if (typeof item === 'object' && item !== null && !(item instanceof HumanMessage)) {
      Reflect.deleteProperty(item, 'role')
    }
  },
]

test(`lists that grow, shrink, branch and change in place are given back as they were put (KEEPUP_SEED=${seed})`, async () => {
  const { saver } = open
  const chance = createChance(seed)
  const copyOf = (list: readonly unknown[]): unknown[] =>
    list.map((item) =>
      item instanceof HumanMessage
        ? new HumanMessage({ content: item.content, id: 'm' })
        : structuredClone(item),
    )
  const live: unknown[] = []
  const put: { readonly config: Config; readonly list: readonly unknown[] }[] = []
  for (let version = 1; version <= 300; version += 1) {
    const from = chance(10) === 0 ? put[chance(put.length)] : put.at(-1)
    // A branch begins with the state of another checkpoint; a run goes on with the very objects that it put before.
    if (from !== put.at(-1)) live.splice(0, live.length, ...copyOf(from?.list ?? []))
    for (let count = chance(3); count >= 0; count -= 1) changes[chance(changes.length)]?.(live, chance)
    const config = await step(saver, from?.config ?? newestOf('lists'), { list: [...live] }, version)
    put.push({ config, list: copyOf(live) })
  }
  const other = await open.second()
  for (const { config, list } of put) {
    expect((await valuesAt(saver, config))['list']).toStrictEqual(list)
    expect((await valuesAt(other.saver, config))['list']).toStrictEqual(list)
  }
  await other.close()
})
