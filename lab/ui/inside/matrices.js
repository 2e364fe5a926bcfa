// Matrices: a grid of small ones to choose from, or a few large ones whose cells are linked. Text
// becomes text nodes only. Uses the means of threads.js.

const LABEL = 118 // pixels for the names of the rows
const GAP = 18
const TICK = 15 // pixels that a name needs
const figures = value => String(Number(value.toPrecision(5))).replace("-", "−")
const rounded = value => String(Number(value.toPrecision(2))).replace("-", "−")
const percent = p => (100 * p).toFixed(2) + "%"

const numbered = (axis, index) => (axis.first === null ? "" : String(axis.first + index))

function paint(canvas, matrix, colours) {
  canvas.height = matrix.values.length
  canvas.width = matrix.values[0].length
  const pen = canvas.getContext("2d")
  matrix.values.forEach((row, y) =>
    row.forEach((value, x) => {
      if (value === null) return
      const level = clamp(Math.abs(value) / matrix.limit, 0, 1)
      pen.globalAlpha = matrix.signed ? level : 0.05 + 0.95 * level
      pen.fillStyle = value < 0 ? colours.low : matrix.signed ? colours.high : colours.level
      pen.fillRect(x, y, 1, 1)
    }),
  )
}

// What the colours mean. The scale ends where few values lie beyond; then its end says "or more".
function legend(matrices) {
  const { limit, signed, percent: shares } = matrices[0]
  const some = test => matrices.some(({ values }) => values.some(row => row.some(v => v !== null && test(v))))
  const end = shares ? rounded(100 * limit) + "%" : rounded(limit)
  const scale = element("span", signed ? "scale signed" : "scale")
  const more = some(value => value > 1.001 * limit) ? " or more" : ""
  const less = some(value => value < -1.001 * limit) ? " or less" : ""
  return signed
    ? element("div", "legend", "−" + end + less, scale, "+" + end + more)
    : element("div", "legend", shares ? "0%" : "0", scale, end + more)
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
    this.draw()
  }

  draw() {
    this.width = this.box.clientWidth
    const style = getComputedStyle(this.box)
    const colour = each => style.getPropertyValue(each)
    this.colours = { low: colour("--lower"), high: colour("--higher"), level: colour("--probability") }
    this.box.replaceChildren(...(this.data.rows ? this.large() : this.small()))
  }

  canvas(matrix) {
    const canvas = element("canvas")
    paint(canvas, matrix, this.colours)
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", `${matrix.title}, ${canvas.height} by ${canvas.width}`)
    return canvas
  }

  small() {
    const { matrices, chosen } = this.data
    const buttons = matrices.map((matrix, index) => {
      const button = element("button", "thumbnail",
        element("figure", "", element("figcaption", "", matrix.title), this.canvas(matrix)))
      button.type = "button"
      button.setAttribute("aria-pressed", index === chosen)
      button.onclick = () => this.send(index)
      return button
    })
    const many = matrices.length > 32 ? " many" : ""
    return [element("div", "thumbnails" + many, ...buttons), legend(matrices)]
  }

  large() {
    const { matrices, rows, columns, chosen, outside } = this.data
    this.size = [matrices[0].values.length, matrices[0].values[0].length]
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
        element("div"), ...group.map(each => legend([each])),
        element("div"), ...group.map((_, index) => this.marks[from + index].says))
      grid.style.gridTemplateColumns = `${LABEL}px repeat(${group.length}, ${this.side}px)`
      grids.push(grid)
    }
    this.says = element("div", "says")
    this.says.setAttribute("role", "status")
    this.threads = outside && new Threads(
      matrices.at(-1).values, outside, rows.names, rows.first, chosen,
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
    const box = element("div", columns.names ? "feet named" : "feet")
    for (let column = 0; column < width; column += step) {
      const label = element("div", "", columns.names ? name(columns.names[column]) : String(columns.first + column))
      label.style.left = (column + 0.5) * cell + "px"
      box.append(label)
    }
    return box
  }

  matrix(matrix) {
    const canvas = this.canvas(matrix)
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
      const value = matrix.values[y][x]
      says.textContent = value === null ? matrix.blank : matrix.percent ? percent(value) : figures(value)
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
