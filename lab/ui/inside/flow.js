// The whole flow as one picture. Every mark, width and opacity comes from the numbers that flow.py
// sends, every place from layout.js; text becomes text nodes only.

// What a click on a stage opens: a section below, or one step of the forward pass.
const section = name => ({ what: "section", value: name, says: `Opens “${name}”` })
const step = name => ({ what: "step", value: name, says: "Opens this step of “Forward pass”" })

class Flow extends Picture {
  constructor(root) {
    super(root)
    this.frame.addEventListener("scroll", () => this.follow(), { passive: true })
  }

  draw() {
    if (!this.data) return
    const { data } = this
    this.width = this.frame.clientWidth
    this.scale = this.width < SCROLLED ? 1 : Math.min(1, this.width / LEAST_WIDTH)
    this.at = layout(data, Math.max(this.width, LEAST_WIDTH), data.height / this.scale)
    this.colours = getComputedStyle(this.frame)
    this.svg = node("svg", {
      width: this.at.total * this.scale,
      height: data.height,
      viewBox: `0 0 ${this.at.total} ${this.at.tall}`,
      role: "group",
      "aria-label": `The flow of ${data.total} tokens through block ${data.layer} to the next token`,
    })
    this.lights = node("g")
    this.wires = node("g")
    this.svg.append(this.panel(), this.river(), this.lights, this.wires)
    this.columns()
    this.projections()
    this.attention()
    this.blocks()
    this.heads()
    this.next()
    this.tokens()
    this.hang(this.svg)
    this.leave()
    this.follow()
  }

  // Where the picture is wider than the screen, the tokens stay in sight and the edges fade.
  follow() {
    const { scrollLeft, scrollWidth, clientWidth } = this.frame
    this.lane.setAttribute("transform", `translate(${scrollLeft} 0)`)
    this.frame.classList.toggle("scrolled", scrollLeft > 4)
    this.frame.classList.toggle("more", scrollLeft + clientWidth < scrollWidth - 4)
  }

  panel() {
    const x = this.at.input.x - 16
    const width = this.at.output.right + 16 - x
    return node("rect", { class: "panel", x, y: 1, width, height: this.at.tall - 2, rx: 12 })
  }

  text(kind, x, y, words, anchor = "middle", style = "") {
    this.svg.append(node("text", { class: kind, x, y, "text-anchor": anchor, style }, words))
  }

  // A name below a column, and how many components its vectors have.
  name(place, words, count) {
    const below = this.at.top + this.at.row * this.at.rows
    this.text("title", place.middle, below + 22, words)
    this.text("soft mono", place.middle, below + 40, count)
  }

  column(name, label, shapeName, opens, words) {
    const { at, data } = this
    const place = at[name]
    const strip = data.strips[name]
    const box = { x: place.x, y: at.top, width: place.width, height: at.row * at.rows }
    this.stage(name, label, box, opens, this.reading(shapeName, strip, box, at.row),
      this.vectors(strip, box.x, box.y, box.width, at.row))
    this.name(place, words, data.shapes[shapeName].at(-1).toLocaleString("en"))
  }

  columns() {
    const { at, data } = this
    const { layer, head, sizes } = data
    this.column("embedding", data.rotary ? "Token embedding" : "Token and position embedding",
      "stream", step("token_embedding"), "embed")
    this.column("input", `Stream into block ${layer}`, "stream", step("block_input"), "stream")
    this.column("mixed", `Head ${head}: mixed values`, "mixed", step("mixed"), "mix")
    this.column("between", "Stream after attention", "stream", step("between"), "stream")
    this.column("neurons", "Neurons of the MLP", "neurons", step("mlp_activation"), "MLP")
    this.column("output", `Stream out of block ${layer}`, "stream", section("Layers"), "stream")
    this.column("final", "Final state, normalised", "stream", step("final_norm"), "final")
    this.level(at.tokens, at.embedding)
    this.level(at.embedding, at.input)
    this.level(at.between, at.neurons)
    this.level(at.output, at.final)
    this.added(at.mixed, at.between, sizes.rows_attention, sizes.rows_between)
    this.added(at.neurons, at.output, sizes.rows_mlp, sizes.rows_output)
  }

  level(from, to) {
    for (let row = 0; row < this.at.rows; row++)
      this.wire(`M${from.right},${this.rowMiddle(row)} H${to.x}`, "", row)
  }

  // What a part adds to each token, as wide as it is large beside the stream that comes of it.
  added(from, to, sizes, stream) {
    sizes.forEach((size, row) => {
      const width = clamp((this.at.row * 0.4 * size) / (stream[row] || 1), 0.8, this.at.row * 0.6)
      this.wire(`M${from.right},${this.rowMiddle(row)} H${to.x}`, "added", row, width)
    })
  }

  projections() {
    const { at, data } = this
    const { height, matrix, projections, rows, thin } = at
    const tall = rows * thin
    const room = height - matrix - 2 * tall // shared by the gaps above keys and values
    this.places = {
      query: TOP + (matrix - tall) / 2,
      key: TOP + matrix + room * 0.45,
      value: TOP + height - tall,
    }
    const names = { query: "Queries", key: "Keys", value: "Values" }
    for (const [name, y] of Object.entries(this.places)) {
      const strip = data.strips[name]
      const box = { x: projections.x, y, width: projections.width, height: tall }
      for (let row = 0; row < rows; row++)
        this.wire(curve(at.input.right, this.rowMiddle(row), box.x - 5, y + (row + 0.5) * thin), name, row)
      this.stage(name, `${names[name]} of head ${data.head}`, box, step(name),
        this.reading(name, strip, box, thin),
        node("rect", { x: box.x - 5, y, width: 3, height: tall, rx: 1.5, style: `fill: var(--${name})` }),
        this.vectors(strip, box.x, y, box.width, thin))
      this.text("title", projections.middle, y - 9, names[name])
    }
  }

  attention() {
    const { at, data } = this
    const { matrix, rows, thin } = at
    const { x, middle } = at.attention
    const cell = matrix / rows
    const right = at.projections.right
    const name = row => `“${data.tokens[row].text}”`
    const hidden = (query, key) => key > query && data.attention[query][key] === 0
    const canvas = document.createElement("canvas")
    canvas.width = canvas.height = rows
    const pen = canvas.getContext("2d")
    pen.fillStyle = this.colours.getPropertyValue("--probability")
    data.attention.forEach((weights, query) =>
      weights.forEach((weight, key) => {
        pen.globalAlpha = hidden(query, key) ? 0 : 0.07 + 0.93 * weight
        pen.fillRect(key, query, 1, 1)
      }),
    )
    const frame = { x, y: TOP, width: matrix, height: matrix }
    const mark = node("rect", { class: "cell-light", x, y: TOP, width: cell, height: cell, visibility: "hidden" })
    const group = this.stage("attention", `Attention of head ${data.head}`, frame, section("Attention"),
      (px, py) => {
        const query = clamp(Math.floor((py - TOP) / cell), 0, rows - 1)
        const key = clamp(Math.floor((px - x) / cell), 0, rows - 1)
        mark.setAttribute("x", x + key * cell)
        mark.setAttribute("y", TOP + query * cell)
        mark.setAttribute("visibility", "visible")
        this.lightUp(query)
        const lines = [
          `shape ${shape(data.shapes.attention)}`,
          `${name(query)} looks at ${name(key)}`,
          hidden(query, key) ? "hidden: it comes later" : percent(data.attention[query][key]),
        ]
        if (data.first) lines.push(`tokens left of these: ${percent(data.unseen[query])}`)
        return lines
      },
      node("rect", { class: "slot", ...frame, rx: 4 }),
      node("image", { href: canvas.toDataURL(), ...frame }),
      node("rect", {
        class: "query-light", x: x - 1, y: TOP + this.chosenRow() * cell - 1, width: matrix + 2, height: cell + 2, rx: 2,
      }),
      mark,
    )
    for (const end of ["pointerleave", "blur"])
      group.addEventListener(end, () => mark.setAttribute("visibility", "hidden"))
    this.text("title", middle, TOP - 9, "Attention")
    for (let row = 0; row < rows; row++) {
      const [q, k, v] = ["query", "key", "value"].map(each => this.places[each] + (row + 0.5) * thin)
      const column = x + (row + 0.5) * cell
      this.wire(curve(right, q, x - 2, TOP + (row + 0.5) * cell), "query", row)
      this.wire(`M${right},${k} C${column},${k} ${column},${k} ${column},${TOP + matrix + 2}`, "key", row)
      data.attention.forEach((weights, query) => {
        if (weights[row] < 0.01) return
        const made = this.wire(curve(right, v, at.mixed.x, this.rowMiddle(query)), "value", query,
          Math.max(0.6, 7 * weights[row]))
        made.style.strokeOpacity = 0.05 + 0.2 * weights[row]
      })
    }
  }

  // Squares in the panel's head, as full as what each of them writes for the chosen token is large.
  picker(what, label, chosen, sizes, x, pitch) {
    const most = Math.max(...sizes) || 1
    const size = pitch * 0.8
    this.text("title", x - 10, HEAD + 5, `${label} ${chosen}`, "end")
    this.choices(what, label, sizes.map((value, index) => {
      const box = { x: x + index * pitch, y: HEAD - size / 2, width: size, height: size, rx: size / 5 }
      return {
        value: index,
        now: index === chosen,
        name: `${label} ${index}`,
        lines: [`adds a vector of size ${number(value)}`, `to “${this.data.tokens[this.chosenRow()].text}”`],
        drawing: node("rect", { class: "square", ...box, "fill-opacity": 0.06 + (0.94 * value) / most }),
        box,
      }
    }))
  }

  heads() {
    const { at, data } = this
    const [left, right] = [at.input.x + 66, at.output.right]
    const pitch = Math.min(20, (right - left - 90) / (data.layers + data.heads))
    this.picker("layer", "Block", data.layer, data.sizes.blocks, left, pitch)
    this.picker("head", "Head", data.head, data.sizes.heads, right - pitch * data.heads, pitch)
  }

  // All blocks but the open one, as high as the stream is large when it leaves them.
  blocks() {
    const { at, data } = this
    const most = Math.max(...data.sizes.stream.slice(1)) || 1
    const full = Math.min(120, at.row * at.rows)
    const middle = at.top + (at.row * at.rows) / 2
    const cards = (place, first, count, words) => {
      if (!count) return
      const left = place.middle - (count * at.pitch) / 2
      for (let layer = first; layer < first + count; layer++) {
        const size = data.sizes.stream[layer + 1]
        const height = Math.max(4, (full * size) / most)
        const x = left + (layer - first) * at.pitch
        const card = node("g", { class: "card", "data-block": layer },
          node("rect", { class: "bar", x, y: middle - height / 2, width: Math.max(1.5, at.pitch - 2), height, rx: 1.5 }),
          node("rect", { class: "area", fill: "transparent", x, y: middle - full / 2, width: at.pitch, height: full }))
        card.addEventListener("click", () => this.send("layer", layer))
        this.explain(card, `Block ${layer}`, () => [`the stream leaves it with size ${number(size)}`], "Opens this block")
        this.svg.append(card)
      }
      this.name(place, ...words(count, count === 1 ? "block" : "blocks"))
    }
    cards(at.before, 0, data.layer, (count, blocks) => [`${count} ${blocks}`, "before"])
    cards(at.after, data.layer + 1, at.ahead, (count, blocks) => [`${count} more`, blocks])
  }

  // The residual stream runs past both parts; each adds to it.
  river() {
    const { at, data } = this
    const row = this.chosenRow()
    const { rows_in, rows_attention, rows_between, rows_mlp } = data.sizes
    const most = Math.max(rows_in[row], rows_between[row]) || 1
    const group = node("g")
    const stretch = (from, to, size, start) => {
      const thick = Math.max(2, (14 * size) / most)
      const bend = Math.min(26, (to - from) / 2)
      return node("path", {
        class: "river",
        "stroke-width": thick,
        d: `M${from},${start} V${RIVER + bend} Q${from},${RIVER} ${from + bend},${RIVER}
            H${to - bend} Q${to},${RIVER} ${to},${RIVER + bend} V${at.top - 16}`,
      })
    }
    const past = (path, part, before, adds) => {
      this.explain(path, "Residual stream", () => [
        `“${data.tokens[row].text}” runs past ${part}: size ${number(before)}`,
        `${part} adds ${number(adds)}`,
      ], "")
      group.append(path)
    }
    const away = 9 // side by side where one stretch ends and the next begins
    past(stretch(at.input.middle, at.between.middle - away, rows_in[row], at.top - 5),
      "attention", rows_in[row], rows_attention[row])
    past(stretch(at.between.middle + away, at.output.middle, rows_between[row], at.top - 16),
      "the MLP", rows_between[row], rows_mlp[row])
    for (const [x, y] of [[at.between.middle, at.top - 12], [at.output.middle, at.top - 12]])
      group.append(
        node("circle", { class: "sum", cx: x, cy: y, r: 9 }),
        node("path", { class: "sum-sign", d: `M${x - 4.5},${y} H${x + 4.5} M${x},${y - 4.5} V${y + 4.5}` }),
      )
    group.append(node("text", {
      class: "soft", x: at.input.middle + 22, y: RIVER + 27,
    }, "residual stream"))
    return group
  }

  tokens() {
    const { at, data } = this
    const height = at.row - (at.row > 26 ? 6 : 2)
    const group = this.choices("position", "Token", data.tokens.map((token, row) => {
      const y = this.rowMiddle(row) - height / 2
      const box = { x: at.tokens.x, y, width: at.tokens.width, height, rx: 6 }
      const now = row === this.chosenRow()
      const size = clamp(height * 0.66, 12, 15)
      return {
        value: data.first + row,
        now,
        name: `Token ${data.first + row}, “${token.text}”`,
        lines: [`id ${token.id}`, "Shows what comes after it"],
        drawing: node("g", {},
          node("rect", { class: "chip", ...box, style: `fill: var(--token-${token.hue})` }),
          node("text", {
            class: "mono", x: box.x + box.width - 8, y: y + height / 2, "text-anchor": "end",
            "dominant-baseline": "central", style: `font-size: ${size}px`,
          }, short(token.text, Math.floor((box.width - 14) / (size * 0.61))))),
        box,
      }
    }))
    const below = at.top + at.row * at.rows
    this.lane = group
    group.prepend(node("rect", { class: "lane", x: -4, y: at.top - 4, width: at.tokens.width + 10, height: at.row * at.rows + 50 }))
    group.append(
      node("text", { class: "title", x: at.tokens.middle, y: below + 22, "text-anchor": "middle" }, "tokens"),
      node("text", { class: "soft mono", x: at.tokens.middle, y: below + 40, "text-anchor": "middle" },
        at.rows < data.total ? `${at.rows} of ${data.total}` : String(data.total)),
    )
    this.svg.append(node("text", { class: "soft swipe", x: 0, y: HEAD + 5 }, "Swipe to follow →"))
  }

  next() {
    const { at, data } = this
    const { x: left, width } = at.next
    const bars = data.next.length
    const height = Math.min(34, at.height / bars)
    const top = TOP + (at.height - bars * height) / 2
    const most = data.next[0].probability
    const row = this.chosenRow()
    const content = data.next.map((each, index) => {
      const y = top + index * height
      const middle = y + height / 2
      this.wire(curve(at.final.right, this.rowMiddle(row), left - 3, middle), "added", row,
        Math.max(0.6, 9 * each.probability))
      return node("g", {},
        node("rect", { class: "slot", x: left, y: y + 2, rx: 5, height: height - 4, width }),
        node("rect", { class: "chance", x: left, y: y + 2, rx: 5, height: height - 4,
          width: Math.max(2, (width * each.probability) / most) }),
        node("text", { class: "mono", x: left + 8, y: middle, "dominant-baseline": "central" }, short(each.text, Math.floor((width - 78) / 9))),
        node("text", { class: "mono", x: left + width - 8, y: middle, "text-anchor": "end", "dominant-baseline": "central" },
          percent(each.probability)))
    })
    const box = { x: left - 3, y: top - 1, width: width + 6, height: bars * height + 2 }
    this.stage("next", "Probabilities of the next token", box, section("Output"), (_, y) => {
      const each = data.next[clamp(Math.floor((y - top) / height), 0, bars - 1)]
      return [
        `logits: shape ${shape(data.shapes.logits)}`,
        `after “${data.tokens[row].text}”: “${each.text}”, id ${each.id}`,
        percent(each.probability),
      ]
    }, ...content)
    this.text("title", left, top - 28, "Next token", "start")
    this.text("soft mono", left, top - 10, `${bars} of ${data.shapes.logits[1].toLocaleString("en")}`, "start")
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
