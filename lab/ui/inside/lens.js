// The logit lens: a grid to walk through by mouse, touch or keyboard, and a panel that tells all
// about one cell. Text becomes text nodes only.

const clamp = (value, low, high) => Math.max(low, Math.min(high, value))
const short = (text, length) => {
  const signs = Array.from(text)
  return signs.length > length ? signs.slice(0, length - 1).join("") + "…" : text
}

function element(tag, className, ...children) {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.append(...children)
  return made
}

// A token's name keeps its own direction of writing to itself.
const name = text => element("bdi", "", text)

class Lens {
  constructor(root) {
    this.box = element("div", "lens")
    root.append(this.box)
  }

  render({ data }) {
    const drawing = JSON.stringify(data)
    if (drawing === this.drawing) return
    this.drawing = drawing
    this.data = data
    this.chosen = [0, clamp(data.column, 0, data.tokens.length - 1)]
    this.panel = element("div", "panel")
    this.panel.setAttribute("role", "status")
    this.box.replaceChildren(
      element("div", "side", element("div", "title", data.title),
        element("div", "scroll", this.table()), this.legend()),
      this.panel,
    )
    this.choose(...this.chosen)
    const scroll = this.box.querySelector(".scroll")
    const cell = this.at(...this.chosen)
    scroll.scrollLeft = cell.offsetLeft - scroll.clientWidth / 2
  }

  at(row, column) {
    return this.cells[row][column]
  }

  table() {
    const { title, tokens, first, depths, cells, column } = this.data
    const heads = tokens.map((text, at) => {
      const head = element("th", at === column ? "now" : "",
        element("span", "at", String(first + at)), name(short(text, 10)))
      head.scope = "col"
      return head
    })
    const corner = element("th", "", "After")
    corner.scope = "col"
    this.cells = cells.map((row, at) => row.map((cell, across) => this.cell(cell, at, across)))
    const rows = depths.map((depth, at) => {
      const head = element("th", "", depth)
      head.scope = "row"
      return element("tr", "", head, ...this.cells[at])
    })
    const table = element("table", "",
      element("thead", "", element("tr", "", corner, ...heads)), element("tbody", "", ...rows))
    table.setAttribute("role", "grid")
    table.setAttribute("aria-label", title)
    table.onpointerleave = () => this.tell(...this.chosen)
    return table
  }

  cell(cell, row, column) {
    const text = cell.rank === undefined ? name(short(cell.tokens[0], 9)) : cell.rank.toLocaleString("en")
    const made = element("td", cell.right && cell.rank === undefined ? "right" : "", text)
    made.style.setProperty("--level", cell.level)
    made.setAttribute("role", "gridcell")
    made.tabIndex = -1
    made.onpointerenter = () => this.tell(row, column)
    made.onclick = () => this.choose(row, column)
    made.onfocus = () => this.choose(row, column)
    made.onkeydown = event => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
      if (!step) return
      event.preventDefault()
      this.at(
        clamp(row + step[0], 0, this.cells.length - 1),
        clamp(column + step[1], 0, this.cells[0].length - 1),
      ).focus()
    }
    return made
  }

  legend() {
    const [what, low, high] = this.data.legend
    const framed = [element("span", "right sample", "framed"), "what the text really goes on with"]
    return element("div", "legend", `${what}: ${low}`, element("span", "scale"), high,
      ...(this.data.watched === null ? framed : []))
  }

  // The cell that the panel comes back to.
  choose(row, column) {
    this.at(...this.chosen).classList.remove("chosen")
    this.at(...this.chosen).tabIndex = -1
    this.chosen = [row, column]
    this.at(row, column).classList.add("chosen")
    this.at(row, column).tabIndex = 0
    this.tell(row, column)
  }

  tell(row, column) {
    const { cells, depths, tokens, first, goes_on, watched } = this.data
    const cell = cells[row][column]
    const bars = cell.tokens.map((text, at) => {
      const bar = element("span", "bar")
      bar.style.width = 100 * cell.probabilities[at] + "%"
      return element("tr", "", element("td", "", name(text)),
        element("td", "track", bar), element("td", "number", percent(cell.probabilities[at])))
    })
    const lines = [
      element("div", "", `Entropy ${cell.entropy.toFixed(2)} bits: like choosing among `
        + `${(2 ** cell.entropy).toLocaleString("en", { maximumSignificantDigits: 3 })} equals.`),
    ]
    if (cell.rank !== undefined)
      lines.push(element("div", "", name(watched), ` has rank ${cell.rank.toLocaleString("en")}, ${percent(cell.chance)}.`))
    if (goes_on[column] !== null)
      lines.push(element("div", "", "The text goes on with ", name(goes_on[column]), "."))
    this.panel.replaceChildren(
      element("strong", "", `${depths[row]}, after ${first + column} `, name(tokens[column])),
      element("table", "", element("tbody", "", ...bars)), element("div", "facts", ...lines))
  }
}

const shown = new WeakMap()

export default function (component) {
  const root = component.parentElement
  let lens = shown.get(root)
  if (!lens) {
    lens = new Lens(root)
    shown.set(root, lens)
  }
  lens.render(component)
  return () => {
    lens.box.remove()
    shown.delete(root)
  }
}
