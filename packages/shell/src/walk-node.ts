import type {
  AndOr,
  ArithmeticCommand,
  ArithmeticFor,
  Case,
  Command,
  CommandNode,
  CompoundList,
  Coproc,
  For,
  Function as FunctionNode,
  If,
  Pipeline,
  Redirected,
  Script,
  Select,
  Statement,
  SyntaxNode,
  TestCommand,
  While,
} from 'unbash'

import type { FunctionBody, Reading } from './call.ts'
import { doubt, refuse } from './findings.ts'
import { assign, merge, type NextStates, type ShellState, unchanged } from './shell-state.ts'
import { expandOperands, readCommandNode, refuseVariable } from './walk-command.ts'
import { walkRedirects } from './walk-redirects.ts'
import { walkSubstitutions } from './walk-substitutions.ts'
import { walkTest } from './walk-test.ts'

/** How many parts of a command are looked at, loops counted once for each value. */
const mostSteps = 4000

/** Walks statements one after another: the next begins wherever the one before may have ended. */
function walkStatements(statements: readonly Statement[], state: ShellState, reading: Reading): NextStates {
  let next = unchanged(state)
  for (const { command, background } of statements) {
    const before = merge(next.success, next.failure)
    const after = walkNode(command, before, reading)
    if (background === true) refuse(reading, 'background', 'what is put in the background runs on unseen')
    next = background === true ? unchanged(before) : after
  }
  return next
}

/** Constructs of which nothing runs by itself. */
type Unverified = While | Select | ArithmeticFor | Coproc | Case | ArithmeticCommand

type Walked = Statement['command'] | FunctionBody | CommandNode | CompoundList | Script

/** Walks one node of the tree. Only kinds that were tried against bash go without a word; any other asks, and is looked into all the same. */
export function walkNode(node: Walked, state: ShellState, reading: Reading): NextStates {
  reading.steps++
  if (reading.steps > mostSteps) {
    doubt(reading, 'too-large', 'the command has too many parts to be looked at')
    return unchanged({ ...state, folders: [] })
  }
  switch (node.type) {
    case 'Script':
    case 'CompoundList':
      return walkStatements(node.commands, state, reading)
    case 'Command':
      return readCommandNode(node, state, reading)
    case 'AndOr':
      return walkAndOr(node, state, reading)
    case 'Pipeline':
      return walkPipeline(node, state, reading)
    default:
      return walkConstruct(node, state, reading)
  }
}

type Construct = Exclude<Walked, Script | CompoundList | Command | AndOr | Pipeline>

function walkConstruct(node: Construct, state: ShellState, reading: Reading): NextStates {
  switch (node.type) {
    case 'Subshell':
      walkNode(node.body, state, reading)
      return unchanged(state)
    case 'BraceGroup':
      return walkNode(node.body, state, reading)
    case 'If':
      return walkIf(node, state, reading)
    case 'For':
      return walkFor(node, state, reading)
    case 'TestCommand':
    case 'Redirected':
    case 'Function':
      return walkOther(node, state, reading)
    default:
      return walkUnverified(node, state, reading)
  }
}

function walkOther(
  node: TestCommand | Redirected | FunctionNode,
  state: ShellState,
  reading: Reading,
): NextStates {
  if (node.type === 'TestCommand') {
    walkSubstitutions(node, state, reading)
    walkTest(node.expression, state, reading)
    return unchanged(state)
  }
  if (node.type === 'Redirected') {
    walkSubstitutionsOf(node.redirects, state, reading)
    walkRedirects(node.redirects, state, reading)
    return walkNode(node.command, state, reading)
  }
  refuse(reading, 'function', 'a function changes what a name means')
  return unchanged(declare(node.name.value, node.body, state))
}

function declare(name: string, body: FunctionBody, state: ShellState): ShellState {
  const functions = new Map(state.functions).set(name, [...(state.functions.get(name) ?? []), body])
  return { ...state, functions }
}

function walkSubstitutionsOf(nodes: readonly SyntaxNode[], state: ShellState, reading: Reading): void {
  for (const node of nodes) walkSubstitutions(node, state, reading)
}

function walkAndOr({ commands, operators }: AndOr, state: ShellState, reading: Reading): NextStates {
  let next = unchanged(state)
  for (const [index, command] of commands.entries()) {
    const operator = operators[index - 1]
    if (operator === undefined) next = walkNode(command, state, reading)
    else if (operator === '&&') {
      const after = walkNode(command, next.success, reading)
      next = { success: after.success, failure: merge(next.failure, after.failure) }
    } else {
      const after = walkNode(command, next.failure, reading)
      next = { success: merge(next.success, after.success), failure: after.failure }
    }
  }
  return next
}

function walkPipeline(
  { commands, operators, prefixes }: Pipeline,
  state: ShellState,
  reading: Reading,
): NextStates {
  if (operators.includes('|&')) refuse(reading, 'pipe', '|& is not one of the pipes that run by themselves')
  const [first] = commands
  if (first === undefined) doubt(reading, 'unparsable', 'a command is missing')
  if (commands.length !== 1 || first === undefined) {
    for (const command of commands) walkNode(command, state, reading)
    return unchanged(state)
  }
  const next = walkNode(first, state, reading)
  const negated = prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
  return negated ? { success: next.failure, failure: next.success } : next
}

function walkIf(node: If, state: ShellState, reading: Reading): NextStates {
  let clause = walkNode(node.clause, state, reading)
  let end = walkNode(node.then, clause.success, reading)
  let ended = merge(end.success, end.failure)
  for (const branch of node.elif) {
    clause = walkNode(branch.clause, clause.failure, reading)
    end = walkNode(branch.then, clause.success, reading)
    ended = merge(ended, merge(end.success, end.failure))
  }
  if (node.else === undefined) return unchanged(merge(ended, clause.failure))
  end = walkNode(node.else, clause.failure, reading)
  return unchanged(merge(ended, merge(end.success, end.failure)))
}

/** A loop over words that are known is walked once for each; else twice, the second time as any round after the first. */
function walkFor(node: For, state: ShellState, reading: Reading): NextStates {
  walkSubstitutionsOf(node.wordlist ?? [], state, reading)
  const words =
    node.wordlist === undefined ? [undefined] : expandOperands(node.wordlist, state, reading).words
  const name = node.name.value
  const known = !words.includes(undefined) && words.length <= 100
  if (!known) doubt(reading, 'dynamic', `what ${name} goes through cannot be known before it runs`)
  refuseVariable(name, reading)
  let at = state
  for (const value of known ? words : [undefined, undefined]) {
    const next = walkNode(node.body, assign(at, name, value), reading)
    at = merge(at, merge(next.success, next.failure))
  }
  return unchanged(assign(at, name, undefined))
}

const unverified: Readonly<Record<string, string>> = {
  While: 'a loop that may never end',
  ArithmeticFor: 'arithmetic',
  ArithmeticCommand: 'arithmetic',
  Coproc: 'a process in the background',
}

/** What never runs by itself is looked into all the same; what it assigns is not known, since it may run any number of times. */
function walkUnverified(node: Unverified, state: ShellState, reading: Reading): NextStates {
  refuse(reading, 'construct', `${unverified[node.type] ?? node.type} is not a construct that runs by itself`)
  if (node.type !== 'While') walkSubstitutions(node, state, reading)
  if (node.type === 'ArithmeticCommand' || node.type === 'ArithmeticFor')
    doubt(reading, 'arithmetic', 'arithmetic may evaluate what a variable holds')
  const names = [...state.variables.keys()].map((name) => [name, undefined] as const)
  let after: ShellState = { ...state, variables: new Map(names) }
  for (const body of [...bodiesOf(node), ...bodiesOf(node)]) {
    const next = walkNode(body, after, reading)
    after = merge(after, merge(next.success, next.failure))
  }
  return unchanged(after)
}

function bodiesOf(node: Unverified): readonly Walked[] {
  switch (node.type) {
    case 'While':
      return [node.clause, node.body]
    case 'Case':
      return node.items.map(({ body }) => body)
    case 'ArithmeticCommand':
      return []
    default:
      return [node.body]
  }
}
