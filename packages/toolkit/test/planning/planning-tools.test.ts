import { lostLabel, type PersonAnswer, type Tool, trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

import { askUserTool, thinkTool, todoTool, type TodoItem, type TodoStatus } from '../../src/index.ts'
import { call, contextOf, textOf } from '../call-tool.ts'

const label = { ...trustedLabel, sources: ['user'] }

function answered(answer: PersonAnswer, options?: readonly string[]) {
  const input = { question: 'Which?', ...(options === undefined ? {} : { options }) }
  return call(askUserTool(), input, contextOf('k', { answer }))
}

test('ask_user asks what it is told to, and several may be chosen only where there is something to choose from', () => {
  const tool = askUserTool()
  expect(tool.asks?.({ question: 'Why?' })).toEqual({ text: 'Why?' })
  expect(tool.asks?.({ question: 'Why?', multiple: true })).toEqual({ text: 'Why?' })
  const options = ['a', 'b']
  expect(tool.asks?.({ question: 'Which?', options, multiple: true })).toEqual({
    text: 'Which?',
    options,
    multiple: true,
  })
})

test('ask_user gives back the words as they are, with their label, and which options they name', async () => {
  const text = 'blue\nand \u001B[31mred\u0000'
  const outcome = await answered({ text, label }, ['red', 'blue'])
  expect(outcome).toMatchObject({
    type: 'completed',
    output: { structured: { answer: text, chosen: ['blue'] }, labels: { default: label } },
  })
  expect(textOf(outcome)).toBe(text)
})

test("ask_user does not make the words of anybody else the person's", async () => {
  expect(await answered({ text: 'yes', label: lostLabel })).toMatchObject({
    output: { labels: { default: lostLabel } },
  })
})

test.each(['', '  \n '])('an empty answer (%j) leaves it to the agent', async (text) => {
  expect(textOf(await answered({ text, label }))).toContain('leaves it to you')
})

test('without anybody who could be asked, ask_user says how to go on', async () => {
  expect(await call(askUserTool(), { question: 'Why?' })).toMatchObject({
    type: 'failed',
    code: 'not-supported',
  })
})

test.each([
  { question: '' },
  { question: 'x'.repeat(2_001) },
  { question: 'Which?', options: ['only one'] },
  { question: 'Which?', options: ['a', ''] },
  { question: 'Which?', options: ['a', 'b\nc'] },
  { question: 'Which?', options: Array.from({ length: 13 }, (_, index) => `${index}`) },
])('ask_user refuses %j', async (input) => {
  expect(await askUserTool().input['~standard'].validate(input)).toHaveProperty('issues')
})

const item = (text: string, status: TodoStatus): TodoItem => ({ text, status })

test('todo keeps the list as long as something is left on it', async () => {
  const items = [
    item('look', 'done'),
    item('change', 'active'),
    item('test', 'pending'),
    item('paint', 'dropped'),
  ]
  const outcome = await call(todoTool(), { items })
  expect(textOf(outcome)).toBe('The list: 1 pending, 1 active, 1 done, 1 dropped.')
  expect(outcome).toMatchObject({
    output: { kept: 'done: look\nactive: change\npending: test\ndropped: paint' },
  })
  expect(await call(todoTool(), { items: [item('look', 'done')] })).toMatchObject({ output: { kept: '' } })
  expect(await call(todoTool(), { items: [] })).toMatchObject({ output: { kept: '' } })
})

test('todo refuses two active items and keeps the list that was there', async () => {
  const outcome = await call(todoTool(), { items: [item('a', 'active'), item('b', 'active')] })
  expect(outcome).toMatchObject({ type: 'failed', code: 'tool-input-invalid' })
  expect(textOf(outcome)).toContain('The list stays as it was')
})

test('the longest list fits into what is kept of it', async () => {
  const items = Array.from({ length: 40 }, () => item('x'.repeat(150), 'pending'))
  expect(await todoTool().input['~standard'].validate({ items })).not.toHaveProperty('issues')
  const outcome = await call(todoTool(), { items })
  if (outcome.type !== 'completed') throw new Error('it is a list')
  expect(outcome.output.kept?.length).toBeLessThanOrEqual(8_000)
})

test('think does nothing, whatever the thought', async () => {
  expect(textOf(await call(thinkTool(), { thought: '\u0000'.repeat(100) }))).toBe('Noted.')
})

test('what they cost a request is small', () => {
  const tools: readonly Tool[] = [askUserTool(), todoTool(), thinkTool()]
  const costs = tools.map(({ description, input }) => `${description}${JSON.stringify(input)}`.length)
  expect(costs.at(-1)).toBeLessThan(400)
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeLessThan(2_400)
})
