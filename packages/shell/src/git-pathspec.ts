import { isSecretName } from './secret-names.ts'

/** A pattern by which git chooses paths (gitglossary, pathspec). */
export interface Pathspec {
  readonly excluding: boolean
  /** Counts from the top of the repository, not from the folder that the command runs in. */
  readonly top: boolean
  /** What is left without its magic. */
  readonly text: string
  /** Every character stands for itself, and case counts. */
  readonly literal: boolean
}

const known = /^(top|literal|icase|glob|exclude|attr:[^,)]*|)$/

/** Reads a pathspec; `undefined` where its magic is not known. */
export function readPathspec(word: string): Pathspec | undefined {
  const long = /^:\(([^)]*)\)(.*)$/s.exec(word)
  if (long !== null) return readLongMagic((long[1] ?? '').split(','), long[2] ?? '')
  const short = /^:([!^/]*):?(.*)$/s.exec(word)
  const [, magic = '', text = ''] = short ?? ['', '', word]
  return { excluding: /[!^]/.test(magic), top: magic.includes('/'), text, literal: !hasPattern(text) }
}

function readLongMagic(magic: readonly string[], text: string): Pathspec | undefined {
  if (!magic.every((name) => known.test(name))) return undefined
  const plain = magic.includes('literal') || !hasPattern(text)
  return {
    excluding: magic.includes('exclude'),
    top: magic.includes('top'),
    text,
    literal: plain && !magic.some((name) => name === 'icase' || name.startsWith('attr:')),
  }
}

function hasPattern(text: string): boolean {
  return /[*?[\\]/.test(text)
}

/** Whether a pathspec, with its text counted from the top, may choose a path. Says no only where that is certain. */
export function mayChoose(pathspec: Pathspec, text: string, path: string): boolean {
  if (isPrefix(text.replace(/\/+$/, ''), path)) return true
  if (pathspec.literal) return false
  const lower = path.toLowerCase()
  const [head = ''] = text.toLowerCase().split(/[*?[\\]/, 1)
  const tail = /[^*?[\]\\]*$/.exec(text.toLowerCase())?.[0] ?? ''
  // A pattern that fits a folder chooses what is in it.
  return lower.startsWith(head) && parents(lower).some((parent) => parent.endsWith(tail.replace(/\/+$/, '')))
}

/** Whether a pathspec chooses a path for certain. */
export function surelyChooses(pathspec: Pathspec, text: string, path: string): boolean {
  return pathspec.literal && isPrefix(text.replace(/\/+$/, ''), path)
}

function isPrefix(folder: string, path: string): boolean {
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`)
}

function parents(path: string): readonly string[] {
  return Array.from(path.matchAll(/\/|$/g), ({ index }) => path.slice(0, index))
}

const common = [
  'index.ts',
  'package.json',
  'tsconfig.json',
  'README.md',
  'zq',
  'main.c',
  'notes.txt',
  'x.yml',
  'a.toml',
]

/** A pattern that fits a name under which secrets are kept, and none that is common, aims at secrets, tracked or not. */
export function aimsAtSecrets(pathspec: Pathspec, samples: readonly string[]): boolean {
  const { text } = pathspec
  if (pathspec.excluding) return false
  const last = text.slice(text.lastIndexOf('/') + 1)
  if (text.split('/').some((part) => part !== '' && isSecretName(part))) return true
  if (!hasPattern(last)) return false
  const fits = (name: string): boolean => mayChoose({ ...pathspec, literal: false }, last, name)
  return samples.some(fits) && !common.some(fits)
}
