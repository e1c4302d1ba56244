/** What a file is, as far as it is read otherwise than as text. */
export type FileFormat =
  | { readonly type: 'image'; readonly mediaType: string }
  | { readonly type: 'pdf' }
  | { readonly type: 'notebook' }

const signatures: readonly (readonly [mediaType: string, begins: (head: string) => boolean])[] = [
  ['image/png', (head) => head.startsWith('\x89PNG\r\n\x1A\n')],
  ['image/jpeg', (head) => head.startsWith('\xFF\xD8\xFF')],
  ['image/gif', (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a')],
  ['image/webp', (head) => head.startsWith('RIFF') && head.slice(8).startsWith('WEBP')],
]

/** Tells by the first bytes, which do not lie as names do; a notebook, which is JSON, by its name. */
export function fileFormatOf(path: string, beginning: Uint8Array): FileFormat | undefined {
  const head = Buffer.from(beginning.subarray(0, 16)).toString('latin1')
  const image = signatures.find(([, begins]) => begins(head))
  if (image !== undefined) return { type: 'image', mediaType: image[0] }
  if (head.startsWith('%PDF-')) return { type: 'pdf' }
  return path.toLowerCase().endsWith('.ipynb') ? { type: 'notebook' } : undefined
}
