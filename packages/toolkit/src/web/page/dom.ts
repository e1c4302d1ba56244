/** What is used of the DOM's nodes. The platform's own types are not loaded: they are a browser's. */
export interface DomNode {
  readonly nodeType: number
  readonly nodeName: string
  readonly textContent: string | null
  readonly parentNode: DomNode | null
  readonly firstChild: DomNode | null
  readonly nextSibling: DomNode | null
}

/** What is used of the DOM's elements. */
export interface DomElement extends DomNode {
  readonly outerHTML: string
  readonly parentElement: DomElement | null
  readonly firstElementChild: DomElement | null
  readonly nextElementSibling: DomElement | null
  hasAttribute(name: string): boolean
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  querySelector(selector: string): DomElement | null
  querySelectorAll(selector: string): Iterable<DomElement>
  append(node: DomNode): void
  replaceWith(node: DomNode): void
  remove(): void
}

/** What is used of the DOM's documents. */
export interface DomDocument {
  readonly title: string
  /** `null` where a parser found no element at all. */
  readonly documentElement: DomElement | null
  createElement(name: string): DomElement
  createTextNode(text: string): DomNode
  contains(node: DomNode): boolean
  querySelector(selector: string): DomElement | null
  querySelectorAll(selector: string): Iterable<DomElement>
}
