/** A value that JSON (RFC 8259) can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** An object of JSON values. */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** A JSON Pointer (RFC 6901): `''` is the whole value, `/a/0` the first item of `a`. */
export type JsonPointer = string
