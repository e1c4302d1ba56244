import { isSyntaxNode, type SyntaxNode } from './syntax-node.ts'

/** A change of the text between two offsets. */
export interface Change {
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** What one kind of fault makes of a node, if anything. */
type Operator = (node: SyntaxNode, parent: SyntaxNode, text: string) => Change | undefined

const flipped: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
}

/** `if`, `while`, `for` and `?:` go the other way. */
const negateCondition: Operator = (node, _, text) => {
  const { test } = node
  if (!['IfStatement', 'ConditionalExpression', 'WhileStatement', 'ForStatement'].includes(node.type))
    return undefined
  if (!isSyntaxNode(test)) return undefined
  return replaced('negate-condition', test, `!(${text.slice(test.start, test.end)})`)
}

/** `<` becomes `<=`, `===` becomes `!==`, `&&` becomes `||`, and back. */
const flipOperator: Operator = (node, _, text) => {
  if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return undefined
  const { operator, left, right } = node
  const other = flipped[String(operator)]
  if (other === undefined || !isSyntaxNode(left) || !isSyntaxNode(right)) return undefined
  const [a, b] = [text.slice(left.start, left.end), text.slice(right.start, right.end)]
  return replaced(
    node.type === 'LogicalExpression' ? 'swap-and-or' : 'flip-comparison',
    node,
    `(${a} ${other} ${b})`,
  )
}

/** A call that stands alone does not happen. */
const removeCall: Operator = (node) => {
  if (node.type !== 'ExpressionStatement' || !isSyntaxNode(node['expression'])) return undefined
  const { expression } = node
  const call =
    expression.type === 'AwaitExpression' && isSyntaxNode(expression['argument'])
      ? expression['argument']
      : expression
  if (call.type !== 'CallExpression') return undefined
  const { callee } = call
  return isSyntaxNode(callee) && callee.type === 'Super' ? undefined : replaced('remove-call', node, ';')
}

/** A function gives back nothing, or the other truth value. */
const replaceReturn: Operator = (node) => {
  const { argument } = node
  if (node.type !== 'ReturnStatement' || !isSyntaxNode(argument)) return undefined
  if (argument.type === 'Identifier' && argument['name'] === 'undefined') return undefined
  if (argument.type === 'Literal' && typeof argument['value'] === 'boolean')
    return replaced('replace-return', argument, String(!argument['value']))
  return replaced('replace-return', argument, 'undefined')
}

/** A number in a sum, a difference or a comparison is one too many. */
const offByOne: Operator = (node, parent) => {
  if (node.type !== 'Literal' || typeof node['value'] !== 'number' || parent.type !== 'BinaryExpression')
    return undefined
  return replaced('off-by-one', node, String(node['value'] + 1))
}

/** A code, a type or a name that programs branch on is another one. */
const changeCode: Operator = (node, parent) => {
  const { value } = node
  if (node.type !== 'Literal' || typeof value !== 'string' || !/^[a-z]+(-[a-z]+)+$/.test(value))
    return undefined
  if (parent.type === 'ExportNamedDeclaration' || parent.type === 'ImportExpression') return undefined
  return replaced('change-code', node, `'x-${value}'`)
}

function replaced(operator: string, { start, end }: SyntaxNode, replacement: string): Change {
  return { operator, start, end, replacement }
}

/** Every kind of fault that is planted. */
export const operators: readonly Operator[] = [
  negateCondition,
  flipOperator,
  removeCall,
  replaceReturn,
  offByOne,
  changeCode,
]
