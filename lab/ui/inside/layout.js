// Where everything in the flow stands, and how large it is. Uses the means of picture.js.

const LEAST_WIDTH = 920 // narrower frames see the picture smaller,
const SCROLLED = 720 // or, where it would be too small to read, scroll sideways
const HEAD = 24 // the line on which block and head are chosen
const RIVER = 58 // the middle of the residual stream where it runs past
const TOP = 108 // where the stages begin
const FOOT = 50 // their names, below them
const VECTOR = 32 // the width of a vector of the stream; others by the cube root of their length

function layout(data, width, tall) {
  const rows = data.tokens.length
  const height = tall - TOP - FOOT
  const row = Math.min(40, height / rows)
  const scale = clamp(width / 950, 1, 1.3)
  const matrix = clamp(rows * 26, 130, 150)
  const thin = Math.min(15, (height - matrix - 76) / 2 / rows)
  const pitch = clamp(80 / Math.max(1, data.layers - 1), 2.5, 10)
  const cards = count => (count ? Math.max(56, pitch * count) : 0)
  const { stream, query, neurons } = data.shapes
  const vector = length => scale * VECTOR * Math.cbrt(length / stream[1])
  const ahead = data.layers - 1 - data.layer
  const places = [ // each with its width, and its share of the room that is left after it
    ["tokens", 80 * scale, 10],
    ["embedding", vector(stream[1]), data.layer ? 26 : 30],
    ["before", cards(data.layer), data.layer ? 34 : 4],
    ["input", vector(stream[1]), 48],
    ["projections", vector(query[2]), 44],
    ["attention", matrix, 44],
    ["mixed", vector(query[2]), 40],
    ["between", vector(stream[1]), 30],
    ["neurons", vector(neurons[1]), 30],
    ["output", vector(stream[1]), ahead ? 34 : 26],
    ["after", cards(ahead), ahead ? 20 : 4],
    ["final", vector(stream[1]), 34],
    ["next", 134 * scale, 0],
  ]
  const sum = index => places.reduce((total, place) => total + place[index], 0)
  const unit = (width - 4 - sum(1)) / sum(2)
  const at = {}
  let x = 2
  for (const [name, size, share] of places) {
    at[name] = { x, right: x + size, width: size, middle: x + size / 2 }
    x += size + share * unit
  }
  const top = TOP + (height - rows * row) / 2
  return { ...at, rows, row, top, height, matrix, thin, pitch, ahead, total: width, tall }
}
