import type { Label } from '@keepup/core'

/** Whether content with this label may be shown to a reader; to nobody in particular, only what anyone may read. */
export function mayRead(label: Label, reader: string | undefined): boolean {
  return label.readers === 'anyone' || (reader !== undefined && label.readers.includes(reader))
}
