// Draws the rows that tree_view.py sends. Texts become text nodes, never markup.

function element(tag, className, ...children) {
  const node = document.createElement(tag)
  node.className = className
  node.append(...children)
  return node
}

const share = (tokens, most) => (100 * tokens) / most + "%"

function bar(className, from, to, most) {
  const node = element("span", className)
  node.style.left = share(from, most)
  node.style.width = share(to - from, most)
  return node
}

function track(row, most) {
  const inside = element("span", "inside", bar("bar", row.start, row.end, most))
  if (row.kept > row.start) inside.append(bar("bar on", row.start, row.kept, most))
  if (row.up) {
    const stem = element("span", row.kept === null ? "stem" : "stem on")
    stem.style.left = share(row.start, most)
    stem.style.setProperty("--up", row.up)
    inside.prepend(stem)
  }
  if (row.chosen) {
    const dot = element("span", "dot")
    dot.style.left = share(row.start, most)
    inside.append(dot)
  }
  return element("span", "track", inside)
}

function button(row, most, choose) {
  const said = element("span", "said", row.text)
  const node = element("button", row.tip ? "row tip" : "row", track(row, most), said)
  node.type = "button"
  node.title = `${row.length}, from token ${row.start + 1}: ${row.text}`
  node.setAttribute("aria-label", `Text ${row.index + 1}: ${row.text}, ${row.length}`)
  if (row.tip) node.setAttribute("aria-current", "true")
  node.onclick = () => choose(row.index)
  return node
}

export default function ({ data, parentElement, setTriggerValue }) {
  const choose = index => setTriggerValue("clicked", index)
  const list = element("div", "tree", ...data.rows.map(row => button(row, data.most, choose)))
  list.setAttribute("role", "group")
  list.setAttribute("aria-label", data.label)
  const focused = parentElement.activeElement?.getAttribute("aria-label")
  parentElement.querySelector(".tree")?.remove()
  parentElement.append(list)
  for (const row of list.children) if (row.getAttribute("aria-label") === focused) row.focus()
}
