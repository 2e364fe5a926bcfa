// The whole flow as one picture. Every mark, width and opacity comes from the numbers that flow.py
// sends; text becomes text nodes only.

const LEAST_WIDTH = 920
const TOP = 92 // where the stages begin; above them titles and the river of the residual stream
const RIVER = 58 // the river's middle

// ---------------------------------------------------------------- where everything stands

function layout(data, width) {
  const rows = data.tokens.length
  const matrix = clamp(rows * 22, 110, 168)
  const thin = clamp(Math.floor(128 / rows), 3, 13)
  const gap = 34
  const height = Math.max(matrix + 2 * (rows * thin + gap), 330)
  const row = Math.min(30, height / rows)
  const top = TOP + (height - rows * row) / 2
  const before = data.layer
  const after = data.layers - 1 - data.layer
  const pitch = clamp(92 / Math.max(1, data.layers - 1), 2.5, 9)
  const fixed = 84 + 30 + 26 + 46 + matrix + 30 + 26 + 54 + 26 + 30 + 138
  const bars = [before, after].reduce((sum, many) => sum + (many ? Math.max(36, pitch * many) : 0), 0)
  // What is left is shared by the gaps, by how much goes on in them.
  const shares = [10, 12, 16, 44, 34, 46, 34, 28, 28, 16, 14, 26]
  const unit = Math.max(0.5, (width - fixed - bars - 24) / shares.reduce((a, b) => a + b))
  let x = 0
  const place = (size, share) => {
    const at = x
    x += size + share * unit
    return { x: at, right: at + size, width: size }
  }
  const at = {}
  at.tokens = place(84, shares[0])
  at.embedding = place(30, shares[1])
  at.before = place(before ? Math.max(36, pitch * before) : 0, shares[2])
  x += 12
  at.input = place(26, shares[3])
  at.projections = place(46, shares[4])
  at.attention = place(matrix, shares[5])
  at.mixed = place(30, shares[6])
  at.between = place(26, shares[7])
  at.neurons = place(54, shares[8])
  at.output = place(26, shares[9])
  x += 12
  at.after = place(after ? Math.max(36, pitch * after) : 0, shares[10])
  at.final = place(30, shares[11])
  at.next = place(138, 0)
  return { ...at, rows, matrix, thin, gap, height, row, top, pitch, total: x }
}

// ---------------------------------------------------------------- the picture

class Flow extends Picture {

  draw() {
    if (!this.data) return
    const { data } = this
    this.width = this.frame.clientWidth
    this.at = layout(data, Math.max(this.width, LEAST_WIDTH) - 4)
    this.colours = getComputedStyle(this.frame)
    const { top, row, rows, height } = this.at
    const bottom = Math.max(TOP + height + 14, top + row * rows + 44)
    this.svg = node("svg", {
      width: this.at.total,
      height: bottom,
      viewBox: `0 0 ${this.at.total} ${bottom}`,
      role: "group",
      "aria-label": `The flow of ${data.total} tokens through block ${data.layer} to the next token`,
    })
    this.lights = node("g")
    this.wires = node("g")
    this.svg.append(this.panel(bottom), this.river(), this.lights, this.wires)
    this.columns()
    this.projections()
    this.attention()
    this.blocks()
    this.next()
    this.tokens()
    this.lightUp(this.chosenRow())
    this.svg.addEventListener("pointerleave", () => this.leave())
    this.frame.replaceChildren(this.svg)
    this.leave()
  }

  panel(bottom) {
    const { input, output } = this.at
    const x = input.x - 14
    const width = output.right + 14 - x
    return node("rect", { class: "panel", x, y: 2, width, height: bottom - 4, rx: 12 })
  }

  column(name, label, strip, shapeName, section, place, head) {
    const box = { x: place.x, y: this.at.top, width: place.width, height: this.at.row * this.at.rows }
    this.stage(
      name, label, box, section,
      this.reading(shapeName, strip, box, this.at.row),
      this.vectors(strip, box.x, box.y, box.width, this.at.row),
    )
    if (head) this.title(place.right, this.at.top, ...head, "end")
  }

  columns() {
    const { at, data } = this
    const { strips, shapes, layer } = data
    const width = String(shapes.stream[1])
    this.column("embedding", data.rotary ? "Token embedding" : "Token and position embedding",
      strips.embedding, "stream", "Forward pass", at.embedding, ["Embedding", width])
    this.column("input", `Stream into block ${layer}`, strips.input, "stream", "Forward pass", at.input)
    this.column("mixed", `Head ${data.head}: mixed values`, strips.mixed, "mixed", "Attention", at.mixed)
    this.column("between", "Stream after attention", strips.between, "stream", "Layers", at.between)
    this.column("neurons", "Neurons of the MLP", strips.neurons, "neurons", "Forward pass", at.neurons)
    this.column("output", `Stream out of block ${layer}`, strips.output, "stream", "Layers", at.output)
    this.column("final", "Final state, normalised", strips.final, "stream", "Output", at.final,
      ["Final", width])
    const below = at.top + at.row * at.rows + 18
    for (const [place, name, size] of [
      [at.input, "stream", width],
      [at.mixed, "mix", shapes.mixed[2]],
      [at.between, "stream", width],
      [at.neurons, "MLP", shapes.neurons[1]],
      [at.output, "stream", width],
    ]) {
      const x = place.x + place.width / 2
      this.svg.append(
        node("text", { class: "title", x, y: below, "text-anchor": "middle" }, name),
        node("text", { class: "soft mono", x, y: below + 15, "text-anchor": "middle" }, String(size)),
      )
    }
    this.straight(at.tokens.right, at.embedding.x)
    this.straight(at.embedding.right, at.input.x)
    this.straight(at.output.right, at.final.x)
    this.parts(at.mixed.right, at.between.x, data.sizes.rows_attention, data.sizes.rows_between)
    this.parts(at.between.right, at.neurons.x, data.sizes.rows_mlp, data.sizes.rows_between)
    this.parts(at.neurons.right, at.output.x, data.sizes.rows_mlp, data.sizes.rows_between)
  }

  straight(from, to) {
    for (let row = 0; row < this.at.rows; row++)
      this.wire(`M${from},${this.rowMiddle(row)} H${to}`, "", row)
  }

  // What a part adds to each token, as wide as it is large beside the stream it joins.
  parts(from, to, sizes, stream) {
    sizes.forEach((size, row) => {
      const width = clamp((this.at.row * 0.4 * size) / (stream[row] || 1), 0.6, this.at.row * 0.6)
      this.wire(`M${from},${this.rowMiddle(row)} H${to}`, "attended", row, width)
    })
  }

  projections() {
    const { at, data } = this
    const { gap, matrix, thin, rows } = at
    const height = rows * thin
    const x = at.projections.x
    const places = {
      query: TOP + (matrix - height) / 2,
      key: TOP + matrix + gap,
      value: TOP + matrix + height + 2 * gap,
    }
    this.places = places
    const names = { query: "Queries", key: "Keys", value: "Values" }
    for (const [name, y] of Object.entries(places)) {
      const strip = data.strips[name]
      const box = { x, y, width: at.projections.width, height }
      this.stage(name, `${names[name]} of head ${data.head}`, box, "Attention",
        this.reading(name, strip, box, thin), this.vectors(strip, x, y, box.width, thin))
      this.svg.append(
        node("text", { class: "title", x, y: y - 6, style: `fill: var(--${name})` }, names[name]),
      )
      for (let row = 0; row < rows; row++)
        this.wire(curve(at.input.right, this.rowMiddle(row), x, y + (row + 0.5) * thin), name, row)
    }
  }

  attention() {
    const { at, data } = this
    const { matrix, rows, thin } = at
    const { x } = at.attention
    const cell = matrix / rows
    const right = at.projections.right
    const canvas = document.createElement("canvas")
    canvas.width = canvas.height = rows
    const pen = canvas.getContext("2d")
    pen.fillStyle = this.colours.getPropertyValue("--probability")
    data.attention.forEach((weights, query) =>
      weights.forEach((weight, key) => {
        pen.globalAlpha = key > query && weight === 0 ? 0 : 0.06 + 0.94 * weight
        pen.fillRect(key, query, 1, 1)
      }),
    )
    const frame = { x, y: TOP, width: matrix, height: matrix }
    const mark = node("rect", { class: "cell-light", x, y: TOP, width: cell, height: cell, visibility: "hidden" })
    const group = this.stage("attention", `Attention of head ${data.head}`, frame, "Attention",
      (px, py) => {
        const query = clamp(Math.floor((py - TOP) / cell), 0, rows - 1)
        const key = clamp(Math.floor((px - x) / cell), 0, rows - 1)
        mark.setAttribute("x", x + key * cell)
        mark.setAttribute("y", TOP + query * cell)
        mark.setAttribute("visibility", "visible")
        this.lightUp(query)
        const name = row => `“${data.tokens[row].text}”`
        return [
          `shape ${shape(data.shapes.attention)}`,
          `${name(query)} looks at ${name(key)}`,
          key > query && data.attention[query][key] === 0
            ? "hidden: it comes later"
            : percent(data.attention[query][key]),
        ]
      },
      node("rect", { class: "slot", ...frame, rx: 3 }),
      node("image", { href: canvas.toDataURL(), ...frame }),
      mark,
    )
    group.addEventListener("pointerleave", () => mark.setAttribute("visibility", "hidden"))
    this.title(x + matrix / 2, TOP, "Attention", `${rows} × ${rows}`)
    for (let row = 0; row < rows; row++) {
      const middle = (row + 0.5) * cell
      const [q, k] = ["query", "key"].map(name => this.places[name] + (row + 0.5) * thin)
      this.wire(curve(right, q, x, TOP + middle), "query", row)
      const foot = TOP + matrix
      this.wire(`M${right},${k} C${x + middle},${k} ${x + middle},${k} ${x + middle},${foot}`, "key", row)
      const v = this.places.value + (row + 0.5) * thin
      data.attention.forEach((weights, query) => {
        if (weights[row] < 0.01) return
        const made = this.wire(curve(right, v, at.mixed.x, this.rowMiddle(query)), "value", query,
          Math.max(0.5, 7 * weights[row]))
        made.style.strokeOpacity = 0.05 + 0.2 * weights[row]
      })
    }
    this.headPicker()
  }

  // One square per head, as full as what the head writes for the chosen token is large.
  headPicker() {
    const { data, at } = this
    const most = Math.max(...data.sizes.heads) || 1
    const pitch = Math.min(18, 290 / data.heads)
    const size = pitch * 0.78
    const left = at.output.right + 2 - pitch * data.heads
    this.svg.append(
      node("text", { class: "title", x: left - 10, y: 24, "text-anchor": "end", style: "font-size: 14px" },
        `Head ${data.head}`),
    )
    data.sizes.heads.forEach((value, head) => {
      const box = { x: left + head * pitch, y: 19 - size / 2, width: size, height: size, rx: 3 }
      this.press("head", head, head === data.head, `Head ${head}`,
        [`adds a vector of size ${number(value)}`, `to “${data.tokens[this.chosenRow()].text}”`],
        node("rect", { class: "head", ...box, "fill-opacity": 0.06 + (0.94 * value) / most }), box)
    })
  }

  // All blocks but the open one, as high as the stream is large when it leaves them.
  blocks() {
    const { data, at } = this
    const most = Math.max(...data.sizes.stream.slice(1)) || 1
    const full = Math.min(96, at.row * at.rows)
    const middle = at.top + (at.row * at.rows) / 2
    const draw = (layer, x) => {
      const size = data.sizes.stream[layer + 1]
      const height = Math.max(3, (full * size) / most)
      this.press("layer", layer, false, `Block ${layer}`,
        [`the stream leaves it with size ${number(size)}`, "Opens this block"],
        node("rect", { class: "bar", x, y: middle - height / 2, width: Math.max(1.5, at.pitch - 2), height, rx: 1 }),
        { x, y: middle - full / 2 - 4, width: at.pitch, height: full + 8 })
    }
    const left = (place, count) => place.x + (place.width - count * at.pitch) / 2
    const after = data.layers - 1 - data.layer
    for (let layer = 0; layer < data.layer; layer++)
      draw(layer, left(at.before, data.layer) + layer * at.pitch)
    for (let index = 0; index < after; index++)
      draw(data.layer + 1 + index, left(at.after, after) + index * at.pitch)
    const say = (place, count, word) => {
      if (!count) return
      const x = place.x + place.width / 2
      const y = middle + full / 2 + 20
      this.svg.append(
        node("text", { class: "title", x, y, "text-anchor": "middle" }, String(count)),
        node("text", { class: "soft", x, y: y + 14, "text-anchor": "middle" }, word),
      )
    }
    say(at.before, data.layer, "before")
    say(at.after, after, "more")
    const x = at.input.x - 2
    this.svg.append(
      node("text", { class: "title", x, y: 24, style: "font-size: 14px" },
        `Block ${data.layer}`),
      node("text", { class: "soft", x: x + 62, y: 24 }, `of 0 to ${data.layers - 1}`),
    )
  }

  // The residual stream runs past both parts; each adds to it.
  river() {
    const { at, data } = this
    const row = this.chosenRow()
    const { rows_in, rows_attention, rows_between, rows_mlp } = data.sizes
    const most = Math.max(rows_in[row], rows_between[row]) || 1
    const thick = size => Math.max(2, (14 * size) / most)
    const group = node("g")
    const centre = place => place.x + place.width / 2
    const stretch = (from, to, size) => {
      const half = thick(size) / 2
      const [a, b] = [centre(from), centre(to)]
      const y = RIVER - 12
      const drop = at.top - 6
      return node("path", {
        class: "river",
        d: `M${a - half},${drop} C${a - half},${y - half} ${a},${y - half} ${a + 26},${y - half}
            H${b - 26} C${b},${y - half} ${b + half},${y - half} ${b + half},${drop}
            H${b - half} C${b - half},${y + half} ${b - half},${y + half} ${b - 26 - half},${y + half}
            H${a + 26 + half} C${a + half},${y + half} ${a + half},${y + half} ${a + half},${drop} Z`,
      })
    }
    const tell = (path, lines) => {
      path.classList.add("river-tap")
      path.addEventListener("pointermove", event => this.show(event, "Residual stream", lines, ""))
      path.addEventListener("pointerleave", () => this.leave())
      group.append(path)
    }
    const token = `“${data.tokens[row].text}”`
    tell(stretch(at.input, at.between, rows_in[row]), [
      `${token} runs past attention: size ${number(rows_in[row])}`,
      `attention adds ${number(rows_attention[row])}`,
    ])
    tell(stretch(at.between, at.output, rows_between[row]), [
      `${token} runs past the MLP: size ${number(rows_between[row])}`,
      `the MLP adds ${number(rows_mlp[row])}`,
    ])
    for (const place of [at.between, at.output]) {
      const x = centre(place)
      const y = at.top - 12
      group.append(
        node("circle", { class: "sum", cx: x, cy: y, r: 8 }),
        node("path", { class: "sum-sign", d: `M${x - 4},${y} H${x + 4} M${x},${y - 4} V${y + 4}` }),
      )
    }
    return group
  }

  tokens() {
    const { at, data } = this
    data.tokens.forEach((token, row) => {
      const height = Math.min(24, at.row - 2)
      const y = this.rowMiddle(row) - height / 2
      const box = { x: at.tokens.x, y, width: at.tokens.width, height, rx: 5 }
      const now = row === this.chosenRow()
      const drawing = node("g", {},
        node("rect", { class: "chip", ...box, style: `fill: var(--token-${token.hue})` }),
        node("text", {
          class: "mono", x: box.x + box.width - 7, y: y + height / 2, "text-anchor": "end",
          "dominant-baseline": "central",
          style: `font-size: ${clamp(height * 0.72, 8, 14)}px; ${now ? "font-weight: 700" : ""}`,
        }, short(token.text, 9)))
      this.press("position", data.first + row, now, `Token ${data.first + row}, “${token.text}”`,
        [`id ${token.id}`, "Shows what comes after it"], drawing, box)
    })
    this.title(0, at.top, "Tokens", data.first ? `${at.rows} of ${data.total}` : String(data.total), "start")
  }

  next() {
    const { at, data } = this
    const bars = data.next.length
    const height = clamp((at.height - 20) / bars, 16, 27)
    const top = TOP + (at.height - bars * height) / 2
    const most = data.next[0].probability
    const row = this.chosenRow()
    const left = at.next.x
    const box = { x: left - 4, y: top - 2, width: at.next.width + 6, height: bars * height + 4 }
    const content = []
    data.next.forEach((each, index) => {
      const y = top + index * height
      content.push(
        node("rect", { class: "bar", x: left, y: y + height - 5, rx: 2, height: 4, style: "fill-opacity: 0.85",
          width: Math.max(1, (at.next.width * each.probability) / most) }),
        node("text", { class: "mono", x: left, y: y + height - 11 }, short(each.text, 10)),
        node("text", { class: "soft mono", x: left + at.next.width, y: y + height - 11, "text-anchor": "end" },
          percent(each.probability)),
      )
      this.wire(curve(at.final.right, this.rowMiddle(row), left - 4, y + height / 2), "attended", row,
        Math.max(0.5, 9 * each.probability))
    })
    this.stage("next", "Probabilities of the next token", box, "Output", (x, y) => {
      const each = data.next[clamp(Math.floor((y - top) / height), 0, bars - 1)]
      return [
        `logits: shape ${shape(data.shapes.logits)}`,
        `after “${data.tokens[row].text}”: “${each.text}”, id ${each.id}`,
        percent(each.probability),
      ]
    }, ...content)
    this.title(left + at.next.width, top, "Next token", `1 of ${data.shapes.logits[1].toLocaleString("en")}`, "end")
  }


}

const flows = new WeakMap()

export default function (component) {
  const root = component.parentElement
  let flow = flows.get(root)
  if (!flow) {
    flow = new Flow(root)
    flows.set(root, flow)
  }
  flow.render(component)
  return () => {
    flow.watcher.disconnect()
    flow.frame.remove()
    flow.tip.remove()
    flows.delete(root)
  }
}
