/** Text, and what a reader must be told of how it was read. */
export interface DecodedText {
  readonly text: string
  /** The charset by its WHATWG name. */
  readonly charset: string
  readonly note?: string
}

/** In bytes: where a page must say what it is encoded in (WHATWG HTML, prescan). */
const mostPrescanned = 1_024

/**
 * Bytes as text, in the order of the WHATWG standards: the byte order mark, the header, what the page says of itself (`markup` only), then UTF-8 where the bytes
 * are such, else windows-1252. Never fails: what cannot be read is shown as U+FFFD, and told.
 */
export function decodeText(
  bytes: Uint8Array,
  { charset, markup }: { readonly charset?: string | undefined; readonly markup: boolean },
): DecodedText {
  const mark = markOf(bytes)
  const declared = mark ?? charset ?? (markup ? prescan(bytes) : undefined)
  const decoder = declared === undefined ? undefined : decoderOf(declared)
  const unknown =
    declared !== undefined && decoder === undefined
      ? [`The page names the charset ${JSON.stringify(declared.slice(0, 40))}, which is not known.`]
      : []
  const used = decoder ?? new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252')
  const text = used.decode(bytes)
  const notes = [...unknown, ...doubts(text, bytes, { used: used.encoding, sure: mark !== undefined })]
  const read = { text, charset: used.encoding }
  return notes.length === 0 ? read : { ...read, note: notes.join(' ') }
}

function doubts(
  text: string,
  bytes: Uint8Array,
  { used, sure }: { readonly used: string; readonly sure: boolean },
): readonly string[] {
  const broken = text.split('\u{FFFD}').length - 1
  if (broken > 0)
    return [
      `It was read as ${used}, and ${broken} places are not of that charset: they are shown as \u{FFFD}.`,
    ]
  if (sure || used.startsWith('utf-') || isAscii(bytes) || !isUtf8(bytes)) return []
  return [`It was read as ${used}, as it says, though its bytes are UTF-8: letters may be wrong.`]
}

function markOf(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xff && second === 0xfe ? 'utf-16le' : undefined
}

/** What a page says of itself, in `<meta>` or the XML declaration. */
function prescan(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, mostPrescanned)).toString('latin1')
  const found =
    /<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head.replaceAll(/<!--.*?-->/gs, '')) ??
    /^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)/i.exec(head)
  const name = found?.[1]
  // It was read byte by byte, so it is no UTF-16, whatever it says.
  return name !== undefined && /^utf-?16/i.test(name) ? 'utf-8' : name
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label)
  } catch {
    return undefined
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80)
}
