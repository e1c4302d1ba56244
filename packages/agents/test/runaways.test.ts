import type { Checkpointer, Model } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { agentsOf, readTree, type TreeAgent } from '../src/index.ts'
import { collect, endOf, expectSettled, results, scene } from './scene.ts'
import { lastText, thinkingModel, toolText } from './thinking-model.ts'

let count = 0

/** Hands on whatever it is given, in other words each time; does it itself only where it is told to. */
function delegator(role: string, options: { readonly background?: boolean; readonly heeds: boolean }): Model {
  return thinkingModel((request) => {
    if (request.toolChoice === 'none') return { text: 'I sum up.' }
    const said = toolText(request)
    if (options.heeds && /Do the work yourself/.test(said)) return { text: 'I did it myself.' }
    if (/I did it myself|I sum up/.test(said)) return { text: 'I did it myself, through others.' }
    if (options.background === true && /is at work/.test(said)) return { calls: [['collect_agents', {}]] }
    count += 1
    const task = `Find out about part ${count}`
    const background = options.background === true ? { background: true } : {}
    return { calls: [['delegate_to_agent', { role, task, ...background }]] }
  })
}

async function census(checkpointer: Checkpointer): Promise<{ agents: number; depth: number }> {
  const tree = await readTree(checkpointer, 'main')
  const deep = ({ agents }: TreeAgent): number => Math.max(0, ...agents.map((below) => 1 + deep(below)))
  return { agents: [...agentsOf(tree)].length - 1, depth: deep(tree) }
}

describe('agents that always delegate', () => {
  test('47 sessions, 20 levels deep, of explore to explore: stays within the bounds, and the task completes', async () => {
    const { run, checkpointer } = scene({
      models: { main: delegator('explore', { heeds: true }), explore: delegator('explore', { heeds: true }) },
      bounds: { depth: 20, agents: 12, fanOut: 3 },
    })
    const events = await collect(run, { input: 'Explore', limits: { turns: 500 } })
    expect(endOf(events)).toMatchObject({ outcome: { type: 'completed' } })
    const { agents } = await census(checkpointer)
    expect(agents).toBeGreaterThan(2)
    expect(agents).toBeLessThanOrEqual(12)
    await expectSettled(checkpointer)
  })

  test('a cascade of three levels of background agents that only delegate again: ends, and the task completes', async () => {
    const model = delegator('explore', { heeds: true, background: true })
    const { run, checkpointer } = scene({
      models: { main: model, explore: delegator('explore', { heeds: true, background: true }) },
      bounds: { depth: 3, agents: 32, fanOut: 4 },
    })
    const events = await collect(run, { input: 'Explore', limits: { turns: 200 } })
    expect(endOf(events)).toMatchObject({ outcome: { type: 'completed' } })
    expect((await census(checkpointer)).depth).toBe(3)
    await expectSettled(checkpointer)
  })

  test('one that heeds no refusal is ended by its own limits, with an answer', async () => {
    const { run, checkpointer } = scene({
      models: {
        main: delegator('explore', { heeds: false }),
        explore: delegator('explore', { heeds: false }),
      },
      bounds: { depth: 2, agents: 4, fanOut: 2 },
    })
    const events = await collect(run, { input: 'Explore', limits: { turns: 40 } })
    const end = endOf(events)
    expect(end.text).not.toBe('')
    expect(end.turns).toBeLessThanOrEqual(41 + 2)
    expect((await census(checkpointer)).agents).toBeLessThanOrEqual(4)
    await expectSettled(checkpointer)
  })

  test('the same task for the same role below itself is refused, however it is spelled', async () => {
    const { run, checkpointer } = scene({
      models: {
        main: thinkingModel((request) =>
          request.messages.length === 1
            ? { calls: [['delegate_to_agent', { role: 'explore', task: 'Find the bug.' }]] }
            : { text: lastText(request) },
        ),
        explore: thinkingModel((request) =>
          request.messages.length === 1
            ? { calls: [['delegate_to_agent', { role: 'explore', task: '  find THE   bug ' }]] }
            : { text: lastText(request) },
        ),
      },
    })
    const events = await collect(run, { input: 'Go' })
    expect(results(events, 'delegate_to_agent')[0]).toMatch(
      /has this very task already\. Do the work yourself/,
    )
    await expectSettled(checkpointer)
  })
})
