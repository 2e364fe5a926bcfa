// Draws the columns that token_strip.py sends, by means of token.js. Nothing of the text ever becomes
// markup: the DOM is built from text nodes alone.

class Strip {
  constructor(root) {
    this.root = root
    this.box = element("div", "strip")
    this.tip = element("div", "tip")
    this.tip.popover = "manual"
    this.tip.setAttribute("role", "tooltip")
    root.append(this.box, this.tip)
    this.active = 0 // the token in the tab order; like all indices here, counted on this page
    const on = (name, act) => this.box.addEventListener(name, act)
    on("pointerover", event => this.point(this.indexOf(event.target)))
    on("pointerleave", () => this.point(null))
    on("focusin", event => this.point(this.indexOf(event.target)))
    on("focusout", () => this.point(null))
    on("click", event => this.choose(this.indexOf(event.target)))
    on("keydown", event => this.press(event))
  }

  render({ data: sent, setTriggerValue }) {
    const data = JSON.parse(new TextDecoder().decode(sent))
    this.send = (event, index) => setTriggerValue(event, { index, of: this.data.of })
    const drawing = JSON.stringify({ ...data, selected: null })
    const before = this.data
    this.data = data
    if (drawing === this.drawing) {
      this.select(data.selected)
      return
    }
    this.drawing = drawing
    const turned = before && before.of === data.of && before.first !== data.first
    if (before?.of !== data.of || turned) {
      this.bytes = data.hex.map(fromHex)
      const there = data.selected === null ? -1 : data.selected - data.first
      if (there >= 0 && there < data.ids.length) this.active = there
      else this.active = turned ? 0 : Math.min(this.active, Math.max(0, data.ids.length - 1))
    }
    this.control = new Set(data.control)
    this.marked = new Set(data.marks)
    this.shared = new Map() // index -> the character that this token shares with others
    this.draw()
  }

  draw() {
    const focused = this.root.activeElement
    this.linked = new Map() // index -> everything on screen that stands for that token
    this.chips = new Map()
    this.lit = null
    const parts = [this.drawTokens()]
    for (const row of this.data.rows) parts.push(this.drawRow(row))
    const foot = this.drawFoot()
    if (foot) parts.push(foot)
    this.box.replaceChildren(...parts)
    this.selected = null
    this.select(this.data.selected)
    this.point(null)
    if (focused?.classList.contains("chip")) this.chips.get(this.active)?.focus()
    else if (focused) this.buttons?.find(each => each.textContent === focused.textContent)?.focus()
  }

  drawTokens() {
    const list = element("div", "tokens")
    list.setAttribute("role", "listbox")
    list.setAttribute("aria-label", this.data.label)
    list.setAttribute("aria-orientation", "horizontal")
    const running = this.data.view === "text" && !this.data.action // lines break as in the text
    const joined = this.data.view === "text" ? joints(this.bytes) : new Map()
    let target = list
    let until = -1
    for (let index = 0; index < this.bytes.length; index++) {
      const joint = joined.get(index)
      if (joint) {
        target = element("span", "joint", element("span", "whole", visible(joint.text)))
        target.title = Array.from(joint.text, codePoint).join(" ")
        for (let part = index; part <= joint.last; part++) this.shared.set(part, joint.text)
        target.setAttribute("role", "group")
        target.setAttribute("aria-label", "one character in several tokens: " + joint.text)
        list.append(target)
        until = joint.last
      }
      target.append(this.drawChip(index))
      if (running && this.bytes[index].at(-1) === 10) target.append(NEWLINE)
      if (index === until) target = list
    }
    return list
  }

  drawChip(index) {
    const chip = element("span", this.marked.has(index) ? "chip marked" : "chip")
    fill(chip, this.bytes[index], this.data.view)
    chip.setAttribute("role", "option")
    chip.setAttribute("aria-selected", "false")
    chip.setAttribute("aria-label", this.spoken(index))
    chip.tabIndex = index === this.active ? 0 : -1
    this.chips.set(index, chip)
    return this.link(chip, index)
  }

  drawRow(row) {
    const cells = element("span", "cells")
    for (let index = 0; index < this.bytes.length; index++) {
      const text =
        row === "ids" ? String(this.data.ids[index]) : Array.from(this.bytes[index], toHex).join(" ")
      cells.append(this.link(element("span", "cell", text), index))
    }
    cells.tabIndex = -1 // a long row scrolls, but is no stop of its own for the keyboard
    const name = element("span", "name", row === "ids" ? "Ids" : "Bytes")
    const node = element("div", "row " + row, name, cells)
    node.setAttribute("aria-hidden", "true") // every chip's own label says the same
    return node
  }

  drawFoot() {
    const { first, ids, legend, page, total } = this.data
    const foot = element("div", "foot")
    if (legend) {
      const scale = element("span", "scale")
      foot.append(
        element(
          "span",
          "legend",
          element("span", "", legend.title),
          element("span", "", legend.low),
          scale,
          element("span", "", legend.high),
        ),
      )
    }
    if (total > page) {
      const to = first + ids.length
      const turn = index => () => this.send("turned", index)
      this.buttons = [
        button("‹ Previous", "Previous tokens", turn(first - page), first === 0),
        button("Next ›", "Next tokens", turn(to), to === total),
      ]
      const range = `Tokens ${count(first + 1)} to ${count(to)} of ${count(total)}`
      foot.append(this.buttons[0], range, this.buttons[1])
    }
    return foot.hasChildNodes() ? foot : null
  }

  // Colour, and the tie to everything else that stands for this token.
  link(node, index) {
    node.dataset.i = index
    const { levels, hues } = this.data
    if (this.control.has(index)) node.classList.add("control")
    else if (!levels) node.style.setProperty("--hue", `var(--token-${hues[index]})`)
    else if (levels[index] === null) node.classList.add("unknown")
    else {
      node.classList.add("level")
      node.style.setProperty("--at", levels[index])
    }
    const group = this.linked.get(index)
    if (group) group.push(node)
    else this.linked.set(index, [node])
    return node
  }

  indexOf(target) {
    const value = target.closest?.("[data-i]")?.dataset.i
    return value === undefined ? null : Number(value)
  }

  // ---- pointing

  point(index) {
    if (index === this.lit) return
    for (const node of this.linked.get(this.lit) ?? []) node.classList.remove("lit")
    this.lit = index
    for (const node of this.linked.get(index) ?? []) {
      node.classList.add("lit")
      if (node.classList.contains("cell") && !node.matches(":hover")) reveal(node)
    }
    if (index === null) this.tip.hidePopover()
    else this.showTip(index)
  }

  facts(index) {
    const { first, ids, probability, rank, entropy, merge, total } = this.data
    const bytes = this.bytes[index]
    const text = decode(bytes)
    const facts = [
      ["Token", text === null ? "part of a character" : visible(text)],
      ["Id", ids[index] === null ? "not given" : String(ids[index])],
      ["Bytes", Array.from(bytes, toHex).join(" ")],
      ["Place", `${count(first + index + 1)} of ${count(total)}`],
    ]
    const shared = this.shared.get(index)
    if (shared)
      facts.push(["Shared", visible(shared) + "  " + Array.from(shared, codePoint).join(" ")])
    if (this.control.has(index)) facts.push(["Kind", "control token"])
    if (this.marked.has(index)) facts.push(["Cut", "not made by all"])
    if (merge && merge[index] !== null) facts.push(["Merge", count(merge[index])])
    if (probability && probability[index] !== null)
      facts.push(["Probability", percent(probability[index])])
    if (rank && rank[index] !== null) facts.push(["Rank", count(rank[index])])
    if (entropy && entropy[index] !== null)
      facts.push(["Entropy", entropy[index].toFixed(2) + " bits"])
    return facts
  }

  spoken(index) {
    return this.facts(index)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ")
  }

  showTip(index) {
    const list = element("dl")
    for (const [name, value] of this.facts(index))
      list.append(element("dt", "", name), element("dd", "", value))
    this.tip.replaceChildren(list)
    const alternatives = this.data.alternatives?.[index] ?? []
    if (alternatives.length) this.tip.append(this.drawAlternatives(alternatives, index))
    this.tip.showPopover()
    const anchor = this.chips.get(index).getClientRects()[0]
    const box = this.tip.getBoundingClientRect()
    const left = Math.max(8, Math.min(anchor.left, innerWidth - box.width - 8))
    const above = anchor.top - box.height - 8 // where it hides none of the linked rows
    this.tip.style.left = left + "px"
    this.tip.style.top = (above > 0 ? above : anchor.bottom + 8) + "px"
  }

  drawAlternatives(alternatives, index) {
    const known = this.data.ids[index] !== null
    const same = (id, hex) =>
      known ? id === this.data.ids[index] : hex === this.data.hex[index]
    const table = element("table", "", element("caption", "", "What could have come here"))
    for (const [id, hex, probability] of alternatives) {
      const bar = element("td", "bar")
      bar.style.setProperty("--at", probability)
      const row = element(
        "tr",
        same(id, hex) ? "chosen" : "",
        element("td", "", describe(fromHex(hex))),
        bar,
        element("td", "", percent(probability)),
      )
      table.append(row)
    }
    return table
  }

  // ---- choosing

  // `now` counts from the start of the text, as Python does.
  select(now) {
    for (const [place, on] of [
      [this.selected, false],
      [now, true],
    ]) {
      const index = place === null ? null : place - this.data.first
      this.chips.get(index)?.setAttribute("aria-selected", String(on))
      for (const node of this.linked.get(index) ?? []) node.classList.toggle("selected", on)
    }
    this.selected = now
  }

  choose(index) {
    if (index === null) return
    this.focus(index)
    const place = this.data.first + index
    if (!this.data.action) this.select(place === this.selected ? null : place) // without waiting
    this.send("clicked", place)
  }

  focus(index) {
    const chip = this.chips.get(index)
    if (!chip) return
    const before = this.chips.get(this.active)
    if (before) before.tabIndex = -1
    this.active = index
    chip.tabIndex = 0
    chip.focus()
  }

  press(event) {
    const index = this.indexOf(event.target)
    if (index === null || event.altKey || event.ctrlKey || event.metaKey) return
    const last = this.chips.size - 1
    const moves = {
      ArrowRight: () => Math.min(index + 1, last),
      ArrowLeft: () => Math.max(index - 1, 0),
      ArrowDown: () => this.line(index, 1),
      ArrowUp: () => this.line(index, -1),
      Home: () => 0,
      End: () => last,
    }
    if (moves[event.key]) this.focus(moves[event.key]())
    else if (event.key === "Enter" || event.key === " ") this.choose(index)
    else if (event.key === "Escape") this.point(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  // The token on the next (or the previous) line whose left edge is nearest.
  line(index, step) {
    const place = at => this.chips.get(at).getClientRects()[0]
    const { left, top } = place(index)
    let best = index
    let bestTop = null
    let gap = Infinity
    for (let at = index + step; this.chips.has(at); at += step) {
      const here = place(at)
      if (Math.abs(here.top - top) < 4) continue
      bestTop ??= here.top
      if (Math.abs(here.top - bestTop) >= 4) break
      if (Math.abs(here.left - left) < gap) {
        gap = Math.abs(here.left - left)
        best = at
      }
    }
    return best
  }
}

const strips = new WeakMap()

export default function (component) {
  const root = component.parentElement
  let strip = strips.get(root)
  if (!strip) {
    strip = new Strip(root)
    strips.set(root, strip)
  }
  strip.render(component)
  return () => {
    strip.tip.hidePopover()
    strips.delete(root)
    strip.box.remove()
    strip.tip.remove()
  }
}
