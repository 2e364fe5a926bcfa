// A probability as people read it, as `lab.charts.distribution.percent` writes it in figures.
function percent(probability) {
  if (probability < 1e-5) return "< 0.001%"
  if (probability > 0.9995) return probability < 1 ? "> 99.9%" : "100%"
  const digits = probability >= 0.1 ? 1 : probability >= 0.001 ? 2 : 3
  return (100 * probability).toFixed(digits) + "%"
}

