// What one token is made of, as text and as bytes, and how both are drawn. token_strip.js follows.

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const LONGEST_JOINT = 8 // tokens looked at to complete one character
const NEWLINE = "\n"
const MARKS = { " ": "␣", [NEWLINE]: "↵", "\t": "⇥", "\r": "\\r" }

// ---------------------------------------------------------------- bytes and text

const fromHex = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16))
const toHex = byte => byte.toString(16).toUpperCase().padStart(2, "0")

function decode(bytes) {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

function concat(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

// The length of the UTF-8 character that starts at `at`, 0 if none does.
function characterLength(bytes, at) {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (decode(bytes.subarray(at, at + length)) !== null) return length
  }
  return 0
}

// GPT-2's printable stand-ins: each byte as one visible character.
const PRINTABLE = (() => {
  const table = []
  let extra = 0
  for (let byte = 0; byte < 256; byte++) {
    const visible =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    table.push(String.fromCodePoint(visible ? byte : 256 + extra++))
  }
  return table
})()

const codePoint = character =>
  "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")

// What stands for an invisible character, or null for a visible one.
function mark(character) {
  if (MARKS[character]) return MARKS[character]
  return /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]$/u.test(character) ? codePoint(character) : null
}

// Text with its invisible characters spelled out, for places that cannot style them.
const visible = text => Array.from(text, each => mark(each) ?? each).join("")

function describe(bytes) {
  const text = decode(bytes)
  return text === null ? Array.from(bytes, toHex).join(" ") : visible(text)
}

const count = number => number.toLocaleString("en")

// ---------------------------------------------------------------- small DOM helpers

function element(tag, className, ...children) {
  const node = document.createElement(tag)
  if (className) node.className = className
  node.append(...children)
  return node
}

function button(text, label, onclick, disabled) {
  const node = element("button", "", text)
  node.type = "button"
  node.disabled = disabled
  node.setAttribute("aria-label", label)
  node.onclick = onclick
  return node
}

// Scroll a row, and nothing but the row, to where one of its cells is seen.
function reveal(cell) {
  const row = cell.parentElement
  const hidden = row.clientHeight - cell.offsetHeight
  const top = cell.getBoundingClientRect().top - row.getBoundingClientRect().top
  if (top < 0 || top > hidden) row.scrollTop += top - hidden / 2
}

// ---------------------------------------------------------------- one token's inside

function fillByte(chip, byte) {
  if (chip.lastChild?.className === "byte") chip.append(" ")
  chip.append(element("span", "byte", toHex(byte)))
}

function fillText(chip, bytes) {
  let plain = ""
  const flush = () => {
    if (plain) chip.append(plain)
    plain = ""
  }
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at)
    const character = length ? decode(bytes.subarray(at, at + length)) : null
    const stand = length ? mark(character) : null
    if (length && stand === null) {
      plain += character
    } else {
      flush()
      if (length) chip.append(element("span", "mark", stand))
      else fillByte(chip, bytes[at])
    }
    at += length || 1
  }
  flush()
}

function fill(chip, bytes, view) {
  if (!bytes.length) chip.append(element("span", "mark", "∅"))
  else if (view === "hex") for (const byte of bytes) fillByte(chip, byte)
  else if (view === "printable") chip.append(Array.from(bytes, byte => PRINTABLE[byte]).join(""))
  else fillText(chip, bytes)
}

// Runs of tokens that only together make whole characters: [first, last] by first index.
function joints(bytes) {
  const found = new Map()
  for (let first = 0; first < bytes.length; first++) {
    if (decode(bytes[first]) !== null) continue
    for (let last = first + 1; last < Math.min(bytes.length, first + LONGEST_JOINT); last++) {
      const text = decode(concat(bytes.slice(first, last + 1)))
      if (text === null) continue
      found.set(first, { last, text })
      first = last
      break
    }
  }
  return found
}

