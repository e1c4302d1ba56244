import { isSyntaxNode, type SyntaxNode, walk } from '@keepup/mutants/syntax-node'

import { findDeclaration } from './reached-declarations.ts'
import { cookedOf, hole, parametersOf, readTexts, type Scene } from './read-text.ts'
import { type Declaration, nameOf } from './source-module.ts'

/** A way in which a call fails, as the code says it. */
export interface FailureMode {
  /** The code of a failure, or the type of another outcome. */
  readonly code: string
  /** What the model is told, with … for what depends on the call. */
  readonly message: string
}

/** Every failure that some code makes: errors that it throws and outcomes that it gives, each with its message. */
export function failureModes(reached: readonly Declaration[]): readonly FailureMode[] {
  const modes = reached.flatMap((within) =>
    sitesIn(within).flatMap((site) =>
      scenesOf(site, within, reached, 0).flatMap((scene) => modesOf(site, scene)),
    ),
  )
  // What is wholly made elsewhere says nothing here.
  const told = modes.filter(
    ({ code, message }) => code !== hole && (message === '' || /[a-z]{3}/.test(message)),
  )
  const distinct = new Map(told.map((mode) => [`${mode.code} ${mode.message}`, mode]))
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, mode]) => mode)
}

/** Whether a declaration itself makes a failure. */
export function makesFailures(declaration: Declaration): boolean {
  return sitesIn(declaration).length > 0
}

/** An expression that makes a failure. */
interface Site {
  readonly code: unknown
  readonly message: unknown
}

const knownSites = new WeakMap<Declaration, readonly Site[]>()

function sitesIn(declaration: Declaration): readonly Site[] {
  const known = knownSites.get(declaration) ?? findSites(declaration)
  knownSites.set(declaration, known)
  return known
}

function findSites({ node }: Declaration): readonly Site[] {
  const sites: Site[] = []
  walk(node, (child) => {
    const site = child.type === 'NewExpression' ? thrown(child) : outcome(child)
    if (site !== undefined) sites.push(site)
  })
  return sites
}

/** `new KeepupError(code, message)` */
function thrown({ callee, arguments: given }: SyntaxNode): Site | undefined {
  if (nameOf(callee) !== 'KeepupError' || !Array.isArray(given)) return undefined
  return { code: given[0], message: given[1] }
}

/** `{ type: 'failed', code, message }`, or another outcome that is no success. */
function outcome(node: SyntaxNode): Site | undefined {
  if (node.type !== 'ObjectExpression' || !Array.isArray(node['properties'])) return undefined
  const fields = new Map(
    node['properties'].filter(isSyntaxNode).map(({ key, value }) => [nameOf(key), value] as const),
  )
  const type = fields.get('type')
  const named = isSyntaxNode(type) ? type['value'] : undefined
  if (named === 'failed' && fields.has('code'))
    return { code: fields.get('code'), message: fields.get('message') }
  if ((named === 'denied' || named === 'unknown') && fields.has('reason'))
    return { code: type, message: fields.get('reason') }
  return named === 'timed-out' ? { code: type, message: undefined } : undefined
}

const deepest = 3

/** Where the message is a parameter, each call of the function is a failure of its own. */
function scenesOf(
  site: Site,
  within: Declaration,
  reached: readonly Declaration[],
  depth: number,
): readonly Scene[] {
  if (depth > deepest || !isOpen(site, { within })) return [{ within }]
  const parameters = parametersOf(within)
  const calls = reached.flatMap((caller) => callsOf(within, caller).map((given) => ({ caller, given })))
  if (calls.length === 0 || parameters.length === 0) return [{ within }]
  return calls.flatMap(({ caller, given }) => {
    const passed = { code: given[parameters.indexOf(nameOf(site.code))] ?? site.code, message: given[0] }
    const message = given[parameters.indexOf(firstName(site.message))] ?? passed.message
    return scenesOf({ ...passed, message }, caller, reached, depth + 1).map((scene) => ({
      within,
      given: new Map(
        parameters.flatMap((name, index) => {
          const node = given[index]
          return node === undefined || name === '' ? [] : [[name, { node, scene }] as const]
        }),
      ),
    }))
  })
}

function isOpen(site: Site, scene: Scene): boolean {
  const parameters = parametersOf(scene.within)
  return parameters.includes(nameOf(site.code)) || parameters.includes(firstName(site.message))
}

/** The name that a text begins with. */
function firstName(node: unknown): string {
  if (!isSyntaxNode(node) || node.type !== 'TemplateLiteral') return nameOf(node)
  const { quasis, expressions } = node
  const [first]: readonly unknown[] = Array.isArray(quasis) ? quasis : []
  const begins = isSyntaxNode(first) && cookedOf(first) === ''
  return begins && Array.isArray(expressions) ? nameOf(expressions[0]) : ''
}

function callsOf(callee: Declaration, caller: Declaration): readonly (readonly SyntaxNode[])[] {
  return callsIn(caller).flatMap(({ to, given }) => (to === callee ? [given] : []))
}

interface Call {
  readonly to: Declaration
  readonly given: readonly SyntaxNode[]
}

const knownCalls = new WeakMap<Declaration, readonly Call[]>()

/** Every call of a function by its name. */
function callsIn(caller: Declaration): readonly Call[] {
  const known = knownCalls.get(caller) ?? findCalls(caller)
  knownCalls.set(caller, known)
  return known
}

function findCalls({ path, node }: Declaration): readonly Call[] {
  const calls: Call[] = []
  walk(node, (child) => {
    const name = child.type === 'CallExpression' ? nameOf(child['callee']) : ''
    const to = name === '' ? undefined : findDeclaration({ path, name })
    const given: unknown = child['arguments']
    if (to !== undefined) calls.push({ to, given: Array.isArray(given) ? given.filter(isSyntaxNode) : [] })
  })
  return calls
}

/** Outcomes speak in whole sentences; an object of another kind that looks like one gives its reason as a part of a sentence. */
function isSaid({ code, message }: FailureMode): boolean {
  return (code !== 'unknown' && code !== 'denied') || !/^[a-z]/.test(message)
}

function modesOf({ code, message }: Site, scene: Scene): readonly FailureMode[] {
  const told = message === undefined ? [''] : readTexts(message, scene)
  return readTexts(code, scene)
    .flatMap((one) => told.map((text) => ({ code: one, message: tidy(text) })))
    .filter(isSaid)
}

function tidy(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(new RegExp(`(${hole} ?)+`, 'g'), (run) => (run.endsWith(' ') ? `${hole} ` : hole))
    .trim()
}
