import { isSyntaxNode } from '@keepup/mutants/syntax-node'

import type { Declaration } from './source-module.ts'

/** A bound that the code keeps to. */
export interface ToolLimit {
  readonly text: string
  readonly value: string
}

const mark = '@limit'

/** The constants of some code whose comment begins with `@limit`: what they bound, in the comment's words, and how much that is. */
export function toolLimits(reached: readonly Declaration[]): readonly ToolLimit[] {
  return reached.flatMap(({ path, name, node, comment }) => {
    if (!comment.startsWith(mark)) return []
    const amount = numberOf(node['init'])
    if (amount === undefined) throw new Error(`${path}: ${name} is a ${mark}, but no number that can be read`)
    return [readLimit(comment.slice(mark.length).trim(), amount)]
  })
}

/** `In bytes: what it bounds.` */
function readLimit(comment: string, amount: number): ToolLimit {
  const { unit = 'times', text = comment } = /^In (?<unit>[a-z]+): (?<text>.*)$/.exec(comment)?.groups ?? {}
  const told = text.replace(/\.$/, '')
  return { text: told.charAt(0).toUpperCase() + told.slice(1), value: (units[unit] ?? plain)(amount, unit) }
}

const units: Readonly<Record<string, (amount: number, unit: string) => string>> = {
  times: (amount) => grouped(amount),
  bytes: (amount) =>
    largest(amount, 'bytes', [
      ['GiB', 1024 ** 3],
      ['MiB', 1024 ** 2],
      ['KiB', 1024],
    ]),
  milliseconds: (amount) =>
    largest(amount, 'ms', [
      ['h', 3_600_000],
      ['min', 60_000],
      ['s', 1000],
    ]),
}

/** In the largest unit that leaves no rest. */
function largest(amount: number, smallest: string, scale: readonly (readonly [string, number])[]): string {
  const [unit, size] = scale.find(([, one]) => amount >= one && amount % one === 0) ?? [smallest, 1]
  return `${grouped(amount / size)} ${unit}`
}

function plain(amount: number, unit: string): string {
  return `${grouped(amount)} ${unit}`
}

/** With commas between thousands. */
function grouped(amount: number): string {
  return amount.toLocaleString('en-US')
}

function numberOf(node: unknown): number | undefined {
  if (!isSyntaxNode(node)) return undefined
  if (node.type === 'Literal') return typeof node['value'] === 'number' ? node['value'] : undefined
  if (node.type !== 'BinaryExpression' || node['operator'] !== '*') return undefined
  const [left, right] = [numberOf(node['left']), numberOf(node['right'])]
  return left === undefined || right === undefined ? undefined : left * right
}
