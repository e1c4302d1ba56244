/** How many bytes are looked at. */
const looked = 8_192

/** Whether bytes are no text: a NUL stands near their beginning, as in UTF-16 and in nearly every binary format. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, looked).includes(0)
}
