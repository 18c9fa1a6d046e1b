/** What a person does at the keyboard, as the dashboard knows it. */

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backspace'
  | 'delete'
  /** Ctrl-C, Ctrl-L, Ctrl-U, Ctrl-W, Ctrl-Z. */
  | 'interrupt'
  | 'redraw'
  | 'erase-line'
  | 'erase-word'
  | 'suspend'

export type Key =
  | { readonly kind: 'key'; readonly name: KeyName }
  /** One character that was typed. */
  | { readonly kind: 'character'; readonly text: string }
  /** Text that was pasted, however long: never to be taken for keys. */
  | { readonly kind: 'paste'; readonly text: string }
