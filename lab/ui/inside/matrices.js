// Matrices: a grid of small ones to choose from, or a few large ones whose cells are linked. Text
// becomes text nodes only. Uses the means of threads.js.

const LABEL = 118 // pixels for the names of the rows
const GAP = 18
const TICK = 15 // pixels that a name needs
const figures = value => String(Number(value.toPrecision(5))).replace("-", "−")
const rounded = value => String(Number(value.toPrecision(2))).replace("-", "−")
const percent = p => (100 * p).toFixed(2) + "%"

const numbered = (axis, index) => (axis.first === null ? "" : String(axis.first + index))

const bytes = packed => Uint8Array.from(atob(packed), sign => sign.charCodeAt(0))

// Rows of numbers out of one packed string.
function unpack({ values, shape: [height, width] }) {
  const all = new Float32Array(bytes(values).buffer)
  return Array.from({ length: height }, (_, row) => all.subarray(row * width, (row + 1) * width))
}

// A picture of one pixel per cell; `ink` gives the colour and opacity of a cell, or nothing.
function paint(height, width, title, ink) {
  const canvas = element("canvas")
  canvas.height = height
  canvas.width = width
  canvas.setAttribute("role", "img")
  canvas.setAttribute("aria-label", `${title}, ${height} by ${width}`)
  const pen = canvas.getContext("2d")
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [colour, opacity] = ink(y, x)
      if (!opacity) continue
      pen.fillStyle = colour
      pen.globalAlpha = opacity
      pen.fillRect(x, y, 1, 1)
    }
  return canvas
}

const faint = level => 0.05 + 0.95 * level // a share of zero is a cell all the same

// What the colours mean. Where some values lie beyond an end of the scale, it says so.
function legend(limit, signed, shares, above, below) {
  const end = shares ? rounded(100 * limit) + "%" : rounded(limit)
  const scale = element("span", signed ? "scale signed" : "scale")
  const more = above ? " or more" : ""
  const less = below ? " or less" : ""
  return signed
    ? element("div", "legend", element("span", "", "−" + end + less), scale, element("span", "", "+" + end + more))
    : element("div", "legend", shares ? "0%" : "0", scale, element("span", "", end + more))
}

function legendOf({ limit, signed, percent: shares, cells }) {
  const some = test => cells.some(row => row.some(value => Number.isFinite(value) && test(value)))
  return legend(limit, signed, shares, some(value => value > 1.001 * limit), some(value => value < -1.001 * limit))
}

// Every how many names there is room for one: 1, 2, 5, 10, 20, ...
function stride(pixels, needed) {
  for (let unit = 1; ; unit *= 10)
    for (const step of [unit, 2 * unit, 5 * unit]) if (step * pixels >= needed) return step
}

class Matrices {
  constructor(root) {
    this.box = element("div", "box")
    root.append(this.box)
    this.watcher = new ResizeObserver(() => {
      if (this.data && this.box.clientWidth && this.box.clientWidth !== this.width) this.draw()
    })
    this.watcher.observe(this.box)
  }

  render({ data, setTriggerValue }) {
    this.send = value => setTriggerValue("chosen", value)
    const drawing = JSON.stringify(data)
    if (drawing === this.drawing) return
    this.drawing = drawing
    this.data = data
    this.matrices = data.matrices?.map(each => ({ ...each, cells: unpack(each) }))
    this.draw()
  }

  draw() {
    this.width = this.box.clientWidth
    const style = getComputedStyle(this.box)
    const colour = each => style.getPropertyValue(each)
    this.colours = { low: colour("--lower"), high: colour("--higher"), level: colour("--probability") }
    this.box.replaceChildren(...(this.matrices ? this.large() : this.small()))
  }

  small() {
    const { titles, shape, levels, limit, beyond, chosen } = this.data
    const [height, width] = shape
    const all = bytes(levels)
    const buttons = titles.map((title, index) => {
      const level = (y, x) => all[(index * height + y) * width + x] / 255
      const canvas = paint(height, width, title, (y, x) => [this.colours.level, faint(level(y, x))])
      const button = element("button", "thumbnail",
        element("figure", "", element("figcaption", "", title), canvas))
      button.type = "button"
      button.setAttribute("aria-pressed", index === chosen)
      button.onclick = () => this.send(index)
      return button
    })
    const many = titles.length > 32 ? " many" : ""
    return [element("div", "thumbnails" + many, ...buttons), legend(limit, false, true, beyond, false)]
  }

  large() {
    const { rows, columns, chosen, outside } = this.data
    const { matrices } = this
    this.size = matrices[0].shape
    const [height, width] = this.size
    const square = height === width && columns.names
    const beside = this.width > 760 ? matrices.length : 1
    const room = (this.width - LABEL - GAP * beside - 4) / beside
    this.side = Math.floor(square ? Math.min(440, room) : room)
    this.tall = square ? this.side : clamp(height * 24, 60, 620)
    this.marks = []
    const grids = []
    for (let from = 0; from < matrices.length; from += beside) {
      const group = matrices.slice(from, from + beside)
      const grid = element("div", "large",
        element("div", "axis", rows.title + " ↓"), ...group.map(each => element("div", "caption", each.title)),
        this.names(rows, height), ...group.map(each => this.matrix(each)),
        element("div", "axis", columns.title + " →"), ...group.map(() => this.feet(columns, width)),
        element("div"), ...group.map(legendOf),
        element("div"), ...group.map((_, index) => this.marks[from + index].says))
      grid.style.gridTemplateColumns = `${LABEL}px repeat(${group.length}, ${this.side}px)`
      grids.push(grid)
    }
    this.says = element("div", "says")
    this.says.setAttribute("role", "status")
    this.threads = outside && new Threads(
      matrices.at(-1).cells, outside, rows.names, rows.first, chosen,
      (query, key) => this.light(query, key), row => this.send([row, row]))
    this.leave()
    return [...grids, this.says, ...(this.threads ? [this.threads.box] : [])]
  }

  names(rows, height) {
    const step = stride(this.tall / height, TICK)
    const box = element("div", "names")
    box.style.height = this.tall + "px"
    for (let row = 0; row < height; row++) {
      const drawn = row % step === 0 || row === this.data.chosen
      const near = Math.abs(row - this.data.chosen) < step && row !== this.data.chosen
      const label = element("div", row === this.data.chosen ? "now" : "")
      if (drawn && !near)
        label.append(element("span", "at", numbered(rows, row)), name(rows.names?.[row] ?? ""))
      box.append(label)
    }
    return box
  }

  feet(columns, width) {
    const cell = this.side / width
    const step = stride(cell, columns.names ? TICK : 44)
    const box = element("div", "feet")
    if (columns.names) {
      const longest = Math.max(...columns.names.map(each => Array.from(each).length))
      box.style.height = clamp(0.55 * longest + 0.6, 1.4, 9) + "rem"
    }
    for (let column = 0; column < width; column += step) {
      const label = element("div", "", columns.names ? name(columns.names[column]) : String(columns.first + column))
      label.style.left = (column + 0.5) * cell + "px"
      box.append(label)
    }
    return box
  }

  matrix(matrix) {
    const { low, high, level: full } = this.colours
    const canvas = paint(...this.size, matrix.title, (y, x) => {
      const value = matrix.cells[y][x]
      if (!Number.isFinite(value)) return []
      const level = clamp(Math.abs(value) / matrix.limit, 0, 1)
      return matrix.signed ? [value < 0 ? low : high, level] : [full, faint(level)]
    })
    canvas.style.height = this.tall + "px"
    const row = element("div", "frame")
    const column = element("div", "frame")
    const cross = element("div", "cross")
    const holder = element("div", "holder", canvas, row, column, cross)
    this.marks.push({ matrix, row, column, cross, says: element("div", "value") })
    const [height, width] = this.size
    const at = event => {
      const box = canvas.getBoundingClientRect()
      const cell = (value, start, length, count) =>
        clamp(Math.floor(((value - start) / length) * count), 0, count - 1)
      return [cell(event.clientY, box.top, box.height, height), cell(event.clientX, box.left, box.width, width)]
    }
    holder.addEventListener("pointermove", event => this.point(...at(event)))
    holder.addEventListener("pointerleave", () => this.leave())
    holder.addEventListener("click", event => this.send(at(event)))
    holder.tabIndex = 0
    holder.setAttribute("role", "application")
    holder.setAttribute("aria-label", `${matrix.title}: arrow keys move from cell to cell, Enter chooses`)
    holder.addEventListener("focus", () => {
      if (holder.matches(":focus-visible")) this.point(this.data.chosen, 0)
    })
    holder.addEventListener("blur", () => this.leave())
    holder.addEventListener("keydown", event => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
      if (event.key === "Enter") this.send(this.cell)
      if (!step) return
      event.preventDefault()
      const [y, x] = this.cell
      this.point(clamp(y + step[0], 0, height - 1), clamp(x + step[1], 0, width - 1))
    })
    return holder
  }

  // Marks the same cell in every matrix, and says what each holds there.
  point(y, x) {
    const { rows, columns } = this.data
    const [height, width] = this.size
    this.cell = [y, x]
    const place = (node, top, left, down, across) => {
      node.hidden = false
      Object.assign(node.style, {
        top: `${(100 * top) / height}%`, left: `${(100 * left) / width}%`,
        height: `${(100 * down) / height}%`, width: `${(100 * across) / width}%`,
      })
    }
    for (const { matrix, row, column, cross, says } of this.marks) {
      place(row, y, 0, 1, width)
      place(column, 0, x, height, 1)
      place(cross, y, x, 1, 1)
      const value = matrix.cells[y][x]
      const known = matrix.percent ? percent(value) : figures(value)
      says.textContent = Number.isFinite(value) ? known : matrix.blank
    }
    const which = (axis, index) => [
      `${axis.title.toLowerCase()} ${numbered(axis, index)}`.trimEnd(), ...(axis.names ? [" “", name(axis.names[index]), "”"] : []),
    ]
    this.says.replaceChildren(...which(rows, y), ", ", ...which(columns, x))
    this.threads?.light(y, null)
  }

  // A token of the lines is pointed at: its row or its column is marked.
  light(query, key) {
    if (query === null && key === null) return this.leave()
    this.leave()
    for (const { row, column } of this.marks) {
      const [height, width] = this.size
      const node = query === null ? column : row
      node.hidden = false
      Object.assign(node.style, query === null
        ? { top: 0, height: "100%", left: `${(100 * key) / width}%`, width: `${100 / width}%` }
        : { left: 0, width: "100%", top: `${(100 * query) / height}%`, height: `${100 / height}%` })
    }
    this.threads.light(query, key)
  }

  leave() {
    this.cell = [this.data.chosen, 0]
    for (const { row, column, cross, says } of this.marks) {
      row.hidden = column.hidden = cross.hidden = true
      says.textContent = ""
    }
    this.says.textContent = "Point at a cell, or walk from cell to cell with the arrow keys."
    this.threads?.light(null, null)
  }
}

const shown = new WeakMap()

export default function (component) {
  const root = component.parentElement
  let matrices = shown.get(root)
  if (!matrices) {
    matrices = new Matrices(root)
    shown.set(root, matrices)
  }
  matrices.render(component)
  return () => {
    matrices.watcher.disconnect()
    matrices.box.remove()
    shown.delete(root)
  }
}
