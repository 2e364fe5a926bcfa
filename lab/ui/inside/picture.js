// What a picture needs that can be pointed at: wires, columns of vectors, stages to open, things to
// press, a word on what is under the pointer. Knows nothing of what a model is made of.

const FULL = 0.85 // the opacity of the largest values
const SVG = "http://www.w3.org/2000/svg"

const STILL = matchMedia("(prefers-reduced-motion: reduce)")

const clamp = (value, low, high) => Math.max(low, Math.min(high, value))
const number = value => Number(value.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 })
const shape = dimensions => dimensions.map(each => each.toLocaleString("en")).join(" × ")
const short = (text, length) => {
  const signs = Array.from(text)
  return signs.length > length ? signs.slice(0, length - 1).join("") + "…" : text
}

function node(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

// A curve that leaves and arrives level.
const curve = (x0, y0, x1, y1) => {
  const bend = (x1 - x0) / 2
  return `M${x0},${y0} C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1},${y1}`
}

class Picture {
  constructor(root) {
    this.root = root
    this.frame = document.createElement("div")
    this.frame.className = "frame"
    this.tip = document.createElement("div")
    this.tip.className = "tip"
    this.tip.popover = "manual"
    root.append(this.frame, this.tip)
    this.watcher = new ResizeObserver(() => {
      const width = this.frame.clientWidth
      if (width && width !== this.width) this.draw()
    })
    this.watcher.observe(this.frame)
  }

  render({ data, setTriggerValue }) {
    this.send = (what, value) => setTriggerValue("choice", { what, value })
    const drawing = JSON.stringify(data)
    if (drawing === this.drawing) return
    this.drawing = drawing
    this.data = data
    this.draw()
  }

  // Puts the drawing in the place of the last one; who stood there with the keyboard stays there.
  hang(svg) {
    const { stage, group } = this.root.activeElement?.dataset ?? {}
    this.frame.replaceChildren(svg)
    const again = stage ? `[data-stage="${stage}"]` : `[data-group="${group}"][aria-checked="true"]`
    if (stage || group) svg.querySelector(again)?.focus({ preventScroll: true })
  }

  chosenRow = () => this.data.position - this.data.first

  rowY = row => this.at.top + row * this.at.row

  rowMiddle = row => this.rowY(row) + this.at.row / 2

  // A stage: something to point at (its shape, its numbers) and to open. `opens` is what a click
  // tells, and how that is said.
  stage(name, label, box, opens, describe, ...content) {
    const group = node("g", {
      class: "stage",
      tabindex: 0,
      role: "button",
      "aria-label": `${label}. ${opens.says}.`,
      "data-stage": name,
    })
    group.append(...content, node("rect", { class: "area", rx: 5, ...box }))
    group.addEventListener("click", () => this.open(opens))
    group.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      this.open(opens)
    })
    this.explain(group, label, describe, opens.says)
    this.svg.append(group)
    return group
  }

  // Things of which one is chosen: by a click, or with the arrow keys.
  choices(what, label, items) {
    const group = node("g", { role: "radiogroup", "aria-label": label })
    items.forEach(({ value, now, name, lines, drawing, box }, index) => {
      const item = node("g", {
        class: now ? "press now" : "press",
        tabindex: now ? 0 : -1,
        role: "radio",
        "aria-checked": now,
        "aria-label": name,
        "data-group": what,
        [`data-${what}`]: value,
      }, drawing, node("rect", { class: "area", fill: "transparent", rx: 5, ...box }))
      item.addEventListener("click", () => this.send(what, value))
      item.addEventListener("keydown", event => {
        const to = {
          ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1,
          Home: 0, End: items.length - 1, Enter: index, " ": index,
        }[event.key]
        if (to === undefined) return
        event.preventDefault()
        if (items[to]) this.send(what, items[to].value)
      })
      this.explain(item, name, () => lines, "")
      group.append(item)
    })
    this.svg.append(group)
    return group
  }

  // Say what something is when it is pointed at, or reached with the keyboard.
  explain(element, label, describe, hint) {
    const show = (x, y, below) => {
      const { left, top } = this.svg.getBoundingClientRect()
      this.show(x, below, label, describe((x - left) / this.scale, (y - top) / this.scale), hint)
    }
    element.addEventListener("pointermove", event => show(event.clientX, event.clientY, event.clientY))
    element.addEventListener("focus", () => {
      if (!element.matches(":focus-visible")) return
      const box = element.getBoundingClientRect()
      show(box.left + box.width / 2, box.top + box.height / 2, box.bottom - 12)
    })
    for (const end of ["pointerleave", "blur"]) element.addEventListener(end, () => this.leave())
  }

  open({ what, value }) {
    this.send(what, value)
    this.root.host?.ownerDocument
      .querySelector(".st-key-inside_section")
      ?.scrollIntoView({ behavior: STILL.matches ? "auto" : "smooth", block: "start" })
  }

  // Rows of vectors as an image: one pixel row per token, one pixel per mark.
  vectors(strip, x, y, width, row) {
    const marks = strip.marks[0].length
    const lines = row >= 6 ? 6 : 1
    const canvas = document.createElement("canvas")
    canvas.width = marks
    canvas.height = strip.marks.length * lines
    const pen = canvas.getContext("2d")
    const low = this.colours.getPropertyValue("--lower")
    const high = this.colours.getPropertyValue("--higher")
    strip.marks.forEach((values, at) =>
      values.forEach((value, mark) => {
        pen.globalAlpha = FULL * clamp(Math.abs(value) / strip.limit, 0, 1)
        pen.fillStyle = value < 0 ? low : high
        pen.fillRect(mark, at * lines, 1, lines === 1 ? 1 : lines - 1)
      }),
    )
    const height = row * strip.marks.length
    return node(
      "g",
      {},
      node("rect", { class: "slot", x, y, width, height, rx: 2 }),
      node("image", { href: canvas.toDataURL(), x, y, width, height, preserveAspectRatio: "none" }),
    )
  }

  // What a column of vectors says where it is pointed at.
  reading(name, strip, box, row) {
    const { tokens, first } = this.data
    return (x, y) => {
      const at = clamp(Math.floor((y - box.y) / row), 0, tokens.length - 1)
      const marks = strip.marks[0].length
      const mark = clamp(Math.floor(((x - box.x) / box.width) * marks), 0, marks - 1)
      const from = Math.round((mark * strip.width) / marks)
      const to = Math.round(((mark + 1) * strip.width) / marks) - 1
      this.lightUp(at)
      const where = to > from ? `components ${from} to ${to}: largest` : `component ${from}:`
      return [
        `shape ${shape(this.data.shapes[name])}`,
        `token ${first + at} “${tokens[at].text}”`,
        `${where} ${strip.marks[at][mark]}`,
      ]
    }
  }

  wire(path, kind, row, width = 1) {
    const made = node("path", { class: `wire ${kind}`, d: path, "stroke-width": width, "data-row": row })
    this.wires.append(made)
    return made
  }

  lightUp(row) {
    if (row === this.lit) return
    this.lit = row
    this.lights.replaceChildren(
      node("rect", { class: "row-light", x: 0, y: this.rowY(row), width: this.at.final.right, height: this.at.row, rx: 4 }),
    )
    for (const wire of this.wires.children) wire.classList.toggle("lit", Number(wire.dataset.row) === row)
    for (const wire of this.wires.querySelectorAll(".value[style]")) {
      wire.dataset.faint ??= wire.style.strokeOpacity
      wire.style.strokeOpacity = wire.classList.contains("lit") ? 0.8 : wire.dataset.faint
    }
  }

  show(x, y, label, lines, hint) {
    const line = (tag, name, text) => {
      const made = document.createElement(tag)
      if (name) made.className = name
      made.textContent = text
      return made
    }
    this.tip.replaceChildren(line("strong", "", label), ...lines.map(text => line("div", "numbers", text)))
    if (hint) this.tip.append(line("div", "hint", hint))
    this.tip.showPopover()
    const box = this.tip.getBoundingClientRect()
    const left = clamp(x + 14, 8, innerWidth - box.width - 8)
    const below = y + 18
    const top = below + box.height < innerHeight ? below : y - box.height - 12
    this.tip.style.left = left + "px"
    this.tip.style.top = top + "px"
  }

  leave() {
    this.tip.hidePopover()
    this.lightUp(this.chosenRow())
  }
}
