import { KeepupError } from '@keepup/core'
import type { Page } from 'playwright-core'

import type { AccessibleNode } from '../computer.ts'
import { within } from '../wait-for.ts'

/** How many elements a page may have for its tree to be taken. */
const mostElements = 60_000
/** How many characters it may have altogether. */
const mostCharacters = 5_000_000
/** How deep a tree goes. */
const mostDepth = 200
/** How many fields are asked whether their value is a secret. */
const mostFields = 300
/** Said in place of a password. */
const mask = '••••'

/** The accessibility tree of a page with its frames, as Playwright gives it for models; with the values of password fields left out. */
export async function pageTree(
  page: Page,
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<readonly (AccessibleNode | string)[]> {
  await checkBounds(page, timeout)
  const found: unknown = await page.ariaSnapshotJSON({ mode: 'ai', depth: mostDepth, timeout, signal })
  const nodes = Array.isArray(found) ? found.flatMap(readNode) : []
  return hideSecrets(page, nodes)
}

/** Before the browser builds a tree that nobody reads. A page that does not answer in time is not asked further. */
async function checkBounds(page: Page, timeout: number): Promise<void> {
  const counts = Promise.all(page.frames().map((frame) => frame.evaluate(measure).catch(() => undefined)))
  const frames = await within(timeout, counts)
  if (frames === 'late') throw new KeepupError('tool-failed', busy)
  const [elements = 0, characters = 0] = [0, 1].map((index) => sum(frames, index))
  if (elements <= mostElements && characters <= mostCharacters) return
  throw new KeepupError(
    'tool-failed',
    `The page is too large for a tree: ${elements} elements, ${characters} characters. Use screenshots, places and scrolling.`,
  )
}

const measure = "[document.getElementsByTagName('*').length, document.documentElement.textContent.length]"

/** What a frame says is the page's own, and no number where it lies or is gone. */
function sum(frames: readonly unknown[], index: number): number {
  const counted = frames.map((frame) => Number(Array.isArray(frame) ? frame[index] : 0))
  return counted.reduce((total, count) => total + (Number.isFinite(count) ? count : 0), 0)
}

/** What is said of a page that does not answer. */
export const busy = 'The page does not answer: it is busy. Wait, navigate elsewhere, or close the tab.'

/** What Playwright's tree says of itself and is no state. */
const known = new Set(['role', 'name', 'text', 'ref', 'children', 'cursor', 'box'])

function readNode(value: unknown): readonly (AccessibleNode | string)[] {
  if (typeof value === 'string') return [value]
  return isRecord(value) ? [nodeOf(value)] : []
}

function nodeOf(found: Readonly<Record<string, unknown>>): AccessibleNode {
  const { role, name, text, ref, children } = found
  const states = Object.entries(found).filter(
    (entry): entry is [string, string | number | boolean] =>
      !known.has(entry[0]) && ['string', 'number', 'boolean'].includes(typeof entry[1]),
  )
  return {
    role: typeof role === 'string' ? role : 'generic',
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof ref === 'string' ? { ref } : {}),
    states: Object.fromEntries(states),
    children: Array.isArray(children) ? children.flatMap(readNode) : [],
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

type Tree = readonly (AccessibleNode | string)[]

/** Takes the values of password and payment fields out of a tree, also where they became part of another element's name. */
async function hideSecrets(page: Page, tree: Tree): Promise<Tree> {
  const fields = fieldsOf(tree)
  const secret = new Set<string>()
  const values = new Set<string>()
  const judged = fields.map(async ({ ref, text }, index) => {
    const open = index < mostFields && !(await isSecret(page, ref))
    if (open) return
    secret.add(ref)
    if (text.length > 3) values.add(text)
  })
  await Promise.all(judged)
  return secret.size === 0 ? tree : tree.map((node) => masked(node, secret, [...values]))
}

function fieldsOf(tree: Tree): readonly { readonly ref: string; readonly text: string }[] {
  return tree.flatMap((node) => {
    if (typeof node === 'string') return []
    const { role, ref, text, children } = node
    const own = role === 'textbox' && ref !== undefined && text !== undefined ? [{ ref, text }] : []
    return children.length === 0 ? own : [...own, ...fieldsOf(children)]
  })
}

const secretField =
  "xpath=self::input[translate(@type,'PASWORD','pasword')='password' or contains(@autocomplete,'password') or contains(@autocomplete,'one-time-code') or starts-with(@autocomplete,'cc-')]"

/** What cannot be asked is a secret. */
async function isSecret(page: Page, ref: string): Promise<boolean> {
  try {
    return (await page.getByRef(ref).locator(secretField).count()) > 0
  } catch {
    return true
  }
}

function masked(
  node: AccessibleNode | string,
  secret: ReadonlySet<string>,
  values: readonly string[],
): AccessibleNode | string {
  const without = (text: string): string => values.reduce((left, value) => left.replaceAll(value, mask), text)
  if (typeof node === 'string') return without(node)
  const { name, text, ref, children } = node
  const hidden = ref !== undefined && secret.has(ref)
  return {
    ...node,
    ...(name === undefined ? {} : { name: without(name) }),
    ...(text === undefined ? {} : { text: hidden ? mask : without(text) }),
    children: children.map((child) => masked(child, secret, values)),
  }
}
