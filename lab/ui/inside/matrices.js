// Square matrices over the same tokens: a grid of small ones to choose from, or a few large ones
// whose cells are linked. Text becomes text nodes only.

const clamp = (value, low, high) => Math.max(low, Math.min(high, value))

function element(tag, className, ...children) {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.append(...children)
  return made
}

function paint(canvas, matrix, colours) {
  const size = matrix.values.length
  canvas.width = canvas.height = size
  const pen = canvas.getContext("2d")
  matrix.values.forEach((row, query) =>
    row.forEach((value, key) => {
      if (value === null) return
      const level = clamp(Math.abs(value) / matrix.limit, 0, 1)
      pen.globalAlpha = matrix.signed ? level : 0.05 + 0.95 * level
      pen.fillStyle = value < 0 ? colours.low : matrix.signed ? colours.high : colours.level
      pen.fillRect(key, query, 1, 1)
    }),
  )
}

class Matrices {
  constructor(root) {
    this.box = element("div")
    this.root = root
    root.append(this.box)
  }

  render({ data, setTriggerValue }) {
    this.send = value => setTriggerValue("chosen", value)
    const drawing = JSON.stringify(data)
    if (drawing === this.drawing) return
    this.drawing = drawing
    this.data = data
    const style = getComputedStyle(this.box)
    const colour = name => style.getPropertyValue(name)
    const colours = { low: colour("--lower"), high: colour("--higher"), level: colour("--probability") }
    const many = data.matrices.length > 32 ? " many" : ""
    const grid = element("div", "grid " + (data.large ? "large" : "small" + many))
    this.crosses = []
    data.matrices.forEach((matrix, index) => {
      const canvas = element("canvas")
      paint(canvas, matrix, colours)
      canvas.setAttribute("role", "img")
      canvas.setAttribute("aria-label", `${matrix.title}, ${data.tokens.length} by ${data.tokens.length}`)
      grid.append(data.large ? this.large(matrix, canvas) : this.small(matrix, canvas, index))
    })
    this.box.replaceChildren(grid)
    if (data.large) {
      this.at = clamp(data.query, 0, data.tokens.length - 1)
      this.point(this.at, this.at)
    }
  }

  small(matrix, canvas, index) {
    const button = element("button", index === this.data.chosen ? "now" : "",
      element("figure", "", element("figcaption", "", matrix.title), canvas))
    button.type = "button"
    button.setAttribute("aria-pressed", index === this.data.chosen)
    button.onclick = () => this.send(index)
    return button
  }

  large(matrix, canvas) {
    const row = element("div", "band")
    const column = element("div", "band")
    const cross = element("div", "cross")
    const word = element("div", "word")
    const holder = element("div", "holder", canvas, row, column, cross)
    this.crosses.push({ matrix, row, column, cross, word })
    const at = event => {
      const box = canvas.getBoundingClientRect()
      const size = this.data.tokens.length
      const cell = (value, start, length) => clamp(Math.floor(((value - start) / length) * size), 0, size - 1)
      return [cell(event.clientY, box.top, box.height), cell(event.clientX, box.left, box.width)]
    }
    holder.addEventListener("pointermove", event => this.point(...at(event)))
    holder.addEventListener("click", event => this.send(at(event)[0]))
    holder.tabIndex = 0
    holder.setAttribute("role", "group")
    holder.setAttribute("aria-label", matrix.title + ": arrow keys move from cell to cell")
    holder.addEventListener("keydown", event => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
      if (!step) return
      event.preventDefault()
      const last = this.data.tokens.length - 1
      this.point(clamp(this.query + step[0], 0, last), clamp(this.key + step[1], 0, last))
    })
    return element("figure", "", element("figcaption", "", matrix.title), holder, word)
  }

  // Marks the same query and key in every matrix, and says what each holds there.
  point(query, key) {
    this.query = query
    this.key = key
    const { tokens, first } = this.data
    const share = 100 / tokens.length
    for (const { matrix, row, column, cross, word } of this.crosses) {
      const place = (node, top, left, height, width) =>
        Object.assign(node.style, { top: `${top}%`, left: `${left}%`, height: `${height}%`, width: `${width}%` })
      place(row, query * share, 0, share, 100)
      place(column, 0, key * share, 100, share)
      place(cross, query * share, key * share, share, share)
      const value = matrix.values[query][key]
      word.replaceChildren(
        `query ${first + query} “${tokens[query]}”, key ${first + key} “${tokens[key]}”: `,
        element("b", "", value === null ? matrix.blank : matrix.percent
          ? (100 * value).toFixed(2) + "%" : String(Number(value.toPrecision(5)))),
      )
    }
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
    matrices.box.remove()
    shown.delete(root)
  }
}
