// Lines from the tokens that look to those they look at, as wide as the share of attention. One
// token is lit at a time: a query with all that it looks at, or a key with all that look at it.

const clamp = (value, low, high) => Math.max(low, Math.min(high, value))
const share = p => (p === 0 ? "" : p < 0.001 ? "< 0.1%" : (100 * p).toFixed(p < 0.0995 ? 1 : 0) + "%")

function element(tag, className, ...children) {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.append(...children)
  return made
}

// A token's name keeps its own direction of writing to itself.
const name = text => element("bdi", "name", text)

class Threads {
  // `weights` has a row of numbers per query; `outside` is each row's share of what stands before the first.
  constructor(weights, outside, tokens, first, chosen, onPoint, onChoice) {
    this.weights = weights
    this.outside = outside
    this.chosen = chosen
    this.pitch = tokens.length > 24 ? 21 : 26
    this.lines = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    this.lines.setAttribute("viewBox", `0 0 100 ${tokens.length}`)
    this.lines.setAttribute("preserveAspectRatio", "none")
    this.lines.setAttribute("aria-hidden", "true")
    const before = first > 0 ? 1 : 0
    const at = (row, column) => `grid-row: ${row + 2 + before}; grid-column: ${column}`
    const cell = (className, style, ...children) => {
      const made = element("div", className, ...children)
      made.style = style
      return made
    }
    this.queries = tokens.map((text, row) => {
      const button = element("button", "query", element("span", "share"),
        element("span", "at", String(first + row)), name(text))
      button.type = "button"
      button.style = at(row, 1)
      button.setAttribute("aria-pressed", row === chosen)
      button.onclick = () => onChoice(row)
      button.onfocus = button.onpointerenter = () => onPoint(row, null)
      button.onblur = button.onpointerleave = () => onPoint(null, null)
      return button
    })
    this.keys = tokens.map((text, row) => {
      const made = cell("key", at(row, 3), element("span", "at", String(first + row)), name(text),
        element("span", "share"))
      made.onpointerenter = () => onPoint(null, row)
      made.onpointerleave = () => onPoint(null, null)
      return made
    })
    this.early = cell("key", "grid-row: 2; grid-column: 3",
      element("span", "at", `0 to ${first - 1}`), element("span", "share"))
    this.lines.style = `grid-row: ${2 + before} / span ${tokens.length}; grid-column: 2`
    this.lines.style.height = this.pitch * tokens.length + "px"
    this.box = element("div", "threads",
      cell("heading", "grid-area: 1 / 1", "Query looks"),
      cell("heading", "grid-area: 1 / 3", "at key, by share"),
      ...this.queries, this.lines, ...this.keys, ...(before ? [this.early] : []))
    this.box.style.setProperty("--pitch", this.pitch + "px")
    this.light(null, null)
  }

  // Lights a query or a key; the chosen query where neither is pointed at.
  light(query, key) {
    if (query === null && key === null) query = this.chosen
    const ends = query === null
      ? this.weights.map((row, from) => [from, key, row[key]])
      : Array.from(this.weights[query], (weight, to) => [query, to, weight])
    const lines = ends.filter(([, , weight]) => weight >= 0.001).map(([from, to, weight]) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path")
      line.setAttribute("d", `M0,${from + 0.5} C50,${from + 0.5} 50,${to + 0.5} 100,${to + 0.5}`)
      line.setAttribute("stroke-width", 1 + 15 * weight)
      line.setAttribute("stroke-opacity", 0.4 + 0.6 * weight)
      return line
    })
    this.lines.replaceChildren(...lines)
    const tell = (node, lit, weight) => {
      node.classList.toggle("lit", lit)
      const spot = node.querySelector(".share")
      spot.textContent = weight === null ? "" : share(weight)
      node.style.setProperty("--level", weight === null ? 0 : Math.min(1, weight))
    }
    this.queries.forEach((node, row) =>
      tell(node, row === query, query === null ? this.weights[row][key] : null))
    this.keys.forEach((node, row) =>
      tell(node, row === key, query === null ? null : this.weights[query][row]))
    tell(this.early, false, query === null ? null : this.outside[query])
  }
}
