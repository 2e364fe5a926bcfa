"""One number of the model followed back to the numbers that made it.

Every rule works out a cell anew from its inputs, in double precision: an explanation that does not
end at the number of the forward pass would be wrong, and a test compares them all.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from lab.errors import LabError
from lab.models.decoder import Block, Linear, Norm, rotary_frequencies
from lab.models.formulas import formula
from lab.models.tracing import Trace


@dataclass(frozen=True)
class Term:
    """One summand: `value` is `left` times `right` where there are two factors."""

    name: str
    value: float
    left: float | None = None
    right: float | None = None


@dataclass(frozen=True)
class Explanation:
    """How a cell came to be: its terms in their order, then a closing step in words.

    The cell is what `closing` makes of the terms' sum (plus `bias`); where `closing` is None it is
    that sum itself.
    """

    step: str
    index: tuple[int, ...]
    rule: str
    terms: tuple[Term, ...]
    bias: float | None
    closing: str | None
    worked_out: float
    value: float
    """The cell of the forward pass."""

    def largest(self, count: int) -> tuple[Term, ...]:
        """The terms that matter most, by size."""
        return tuple(sorted(self.terms, key=lambda term: -abs(term.value))[:count])

    def rest(self, count: int) -> float:
        """The sum of all terms but the `count` largest."""
        ordered = sorted(self.terms, key=lambda term: -abs(term.value))
        return math.fsum(term.value for term in ordered[count:])


def explain(
    trace: Trace,
    step: str,
    layer: int,
    index: tuple[int, ...],
    *,
    seen: Mapping[str, Tensor] | None = None,
) -> Explanation:
    """Work out one cell of a step: `index` is (token, component), or with the head first where
    the step has heads. `seen` are the block's `trace.steps(layer)` if at hand; the steps before
    the first block and after the last are the same for every layer.

    Raises `LabError` for a cell that the step does not have.

    >>> from lab.models import load, trace
    >>> model = load("mini-gpt2")
    >>> seen = trace(model, model.tokenizer.encode("Once upon"))
    >>> [term.name for term in explain(seen, "block_input", 0, (1, 7)).terms]
    ['token table, row 826, column 7', 'position table, row 1, column 7']
    """
    seen = {**(trace.steps(layer) if seen is None else seen), **trace.ends}
    if step not in seen:
        raise LabError(
            f"This model has no step {step!r}.",
            "The steps differ between the GPT-2 and the Llama family.",
            f"Choose one of {', '.join(seen)}.",
        )
    shape = tuple(seen[step].shape)
    if len(index) != len(shape) or any(
        not 0 <= at < size for at, size in zip(index, shape, strict=True)
    ):
        raise LabError(
            f"There is no cell {index} here.",
            f"This tensor has the shape {' × '.join(map(str, shape))}, counted from 0.",
            "Choose a cell within it.",
        )
    terms, bias, closing, result = _RULES[step](_Place(trace, seen, layer), index)
    return Explanation(
        step=step,
        index=index,
        rule=formula(step, trace.decoder, layer),
        terms=tuple(terms),
        bias=bias,
        closing=closing,
        worked_out=result,
        value=float(seen[step][index]),
    )


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a rule looks for its inputs."""

    trace: Trace
    seen: Mapping[str, Tensor]
    layer: int

    @property
    def block(self) -> Block:
        return self.trace.decoder.blocks[self.layer]

    @property
    def eps(self) -> float:
        return self.trace.decoder.config.norm_eps

    @property
    def head_width(self) -> int:
        return self.trace.decoder.config.head_width


_Working = tuple[list[Term], float | None, str | None, float]
_Rule = Callable[[_Place, tuple[int, ...]], _Working]


def _sum(terms: list[Term], bias: float | None = None) -> _Working:
    return terms, bias, None, math.fsum([term.value for term in terms] + [bias or 0.0])


def _product(left: Tensor, right: Tensor, name: str) -> list[Term]:
    """The terms of a dot product."""
    pairs = zip(left.double().tolist(), right.double().tolist(), strict=True)
    return [Term(f"{name} {at}", a * b, a, b) for at, (a, b) in enumerate(pairs)]


def _linear(x: Tensor, layer: Linear, row: int, name: str = "component") -> _Working:
    bias = None if layer.bias is None else float(layer.bias[row])
    return _sum(_product(x, layer.weight[row], name), bias)


def _norm(x: Tensor, norm: Norm, component: int, eps: float) -> _Working:
    x = x.double()
    mean = float(x.mean()) if norm.bias is not None else 0.0
    spread = math.sqrt(float((x - mean).square().mean()) + eps)
    weight = float(norm.weight[component])
    bias = None if norm.bias is None else float(norm.bias[component])
    terms = [Term(f"component {component} of the vector", float(x[component]))]
    if norm.bias is not None:
        terms.append(Term("minus the mean of the vector", -mean))
    centred = math.fsum(term.value for term in terms)
    result = centred / spread * weight + (bias or 0.0)
    size = "spread" if norm.bias is not None else "root mean square"
    closing = f"divided by the vector's {size} {spread:.6g}, times the weight {weight:.6g}"
    if bias is not None:
        closing += f", plus the bias {bias:.6g}"
    return terms, None, closing, result


def _token_entry(place: _Place, index: tuple[int, ...]) -> _Working:
    token, column = index
    row = place.trace.ids[token]
    value = float(place.trace.decoder.embedding[row, column])
    return _sum([Term(f"token table, row {row}, column {column}", value)])


def _position_entry(place: _Place, index: tuple[int, ...]) -> _Working:
    row, column = index
    table = place.trace.decoder.positions
    assert table is not None  # else there is no such step
    return _sum([Term(f"position table, row {row}, column {column}", float(table[index]))])


def _block_input(place: _Place, index: tuple[int, ...]) -> _Working:
    trace = place.trace
    if place.layer == 0:
        tables = [_token_entry(place, index)]
        if trace.position_embedding is not None:
            tables.append(_position_entry(place, index))
        return _sum([term for terms, *_ in tables for term in terms])
    above = place.layer - 1
    return _sum([
        Term(f"stream after the attention of block {above}", float(trace.between[above][index])),
        Term(f"MLP of block {above}", float(trace.mlp[above][index])),
    ])  # fmt: skip


def _add(stream: str, part: str, names: tuple[str, str]) -> _Rule:
    def rule(place: _Place, index: tuple[int, ...]) -> _Working:
        pairs = zip(names, (stream, part), strict=True)
        return _sum([Term(name, float(place.seen[of][index])) for name, of in pairs])

    return rule


def _projected(part: int) -> _Rule:
    """A query (part 0), key (1) or value (2): a row of the joint matrix, then any head norm."""

    def rule(place: _Place, index: tuple[int, ...]) -> _Working:
        head, token, component = index
        config, block, width = place.trace.decoder.config, place.block, place.head_width
        first = (0, config.query_width, config.query_width + config.kv_width)[part] + head * width
        x = place.seen["attention_norm"][token]
        norm = (block.query_norm, block.key_norm, None)[part]
        joint = block.query_key_value
        if norm is None:
            return _linear(x, joint, first + component)
        rows = slice(first, first + width)
        raw = joint.weight[rows].double() @ x.double()
        if joint.bias is not None:
            raw = raw + joint.bias[rows].double()
        return _norm(raw, norm, component, place.eps)

    return rule


def _rotated(of: str) -> _Rule:
    def rule(place: _Place, index: tuple[int, ...]) -> _Working:
        head, token, component = index
        half = place.head_width // 2
        pair = component % half
        angle = token * float(rotary_frequencies(place.trace.decoder.config)[pair])
        vector = place.seen[of][head, token].double()
        first, second = float(vector[pair]), float(vector[pair + half])
        sign = -1 if component < half else 1
        own, other = (first, second) if component < half else (second, first)
        partner = (component + half) % place.head_width
        return _sum([
            Term(f"component {component} × cosine", own * math.cos(angle), own, math.cos(angle)),
            Term(f"component {partner} × sine", sign * other * math.sin(angle),
                 other, sign * math.sin(angle)),
        ])  # fmt: skip

    return rule


def _shared(place: _Place, name: str, head: int) -> Tensor:
    """The key or value head that query head `head` uses."""
    config = place.trace.decoder.config
    return place.seen[name][head // (config.heads // config.kv_heads)]


def _scores(place: _Place, index: tuple[int, ...]) -> _Working:
    head, query, key = index
    terms = _product(
        place.seen["rotated_query"][head, query],
        _shared(place, "rotated_key", head)[key],
        "component",
    )
    root = math.sqrt(place.head_width)
    total = math.fsum(term.value for term in terms)
    return terms, None, f"divided by √{place.head_width} = {root:.6g}", total / root


def _masked(place: _Place, index: tuple[int, ...]) -> _Working:
    _, query, key = index
    score = float(place.seen["scores"][index])
    if key > query:
        return [Term("score", score)], None, "hidden: the key comes after the query", -math.inf
    return _sum([Term("score", score)])


def _attention(place: _Place, index: tuple[int, ...]) -> _Working:
    head, query, key = index
    row = place.seen["masked_scores"][head, query].double()
    powers = (row - row.max()).exp()
    terms = [Term(f"key {at}", value) for at, value in enumerate(powers.tolist()) if at <= query]
    total, own = float(powers.sum()), float(powers[key])
    closing = f"key {key}'s own {own:.6g} divided by the sum {total:.6g}"
    return terms, None, closing, own / total


def _mixed(place: _Place, index: tuple[int, ...]) -> _Working:
    head, query, component = index
    weights = place.seen["attention"][head, query]
    return _sum(_product(weights, _shared(place, "value", head)[:, component], "value of token"))


def _attention_output(place: _Place, index: tuple[int, ...]) -> _Working:
    token, component = index
    joined = place.seen["mixed"][:, token].flatten()
    terms, bias, *_ = _linear(joined, place.block.attention_output, component)
    width = place.head_width
    named = [
        Term(f"head {at // width}, component {at % width}", term.value, term.left, term.right)
        for at, term in enumerate(terms)
    ]
    return _sum(named, bias)


def _normed(of: str) -> _Rule:
    def rule(place: _Place, index: tuple[int, ...]) -> _Working:
        token, component = index
        norm = place.block.attention_norm if of == "block_input" else place.block.mlp_norm
        return _norm(place.seen[of][token], norm, component, place.eps)

    return rule


def _mlp_input(gate: bool) -> _Rule:
    def rule(place: _Place, index: tuple[int, ...]) -> _Working:
        token, neuron = index
        # SwiGLU keeps the gate's rows above the others in one matrix.
        row = neuron + (place.seen["mlp_up"].shape[1] if "mlp_gate" in place.seen else 0)
        return _linear(place.seen["mlp_norm"][token], place.block.mlp_input,
                       neuron if gate else row)  # fmt: skip

    return rule


def _neuron(place: _Place, index: tuple[int, ...]) -> _Working:
    activation = place.trace.decoder.config.activation
    up = float(place.seen["mlp_up"][index])
    if "mlp_gate" in place.seen:
        gate = float(place.seen["mlp_gate"][index])
        bent = _bend(activation, gate)
        terms = [Term(f"{activation}(gate {gate:.6g}) × up", bent * up, bent, up)]
        return _sum(terms)
    return [Term("before the bend", up)], None, f"through {activation}", _bend(activation, up)


def _bend(name: str, x: float) -> float:
    match name:
        case "gelu_new" | "gelu_pytorch_tanh":
            return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        case "gelu":
            return x / 2 * (1 + math.erf(x / math.sqrt(2)))
        case "silu":
            return x / (1 + math.exp(-x)) if x > -700 else 0.0
        case "relu":
            return max(x, 0.0)
    raise ValueError(f"unknown activation {name!r}")


def _mlp_output(place: _Place, index: tuple[int, ...]) -> _Working:
    token, component = index
    return _linear(place.seen["mlp_activation"][token], place.block.mlp_output, component, "neuron")


def _final_norm(place: _Place, index: tuple[int, ...]) -> _Working:
    token, component = index
    stream = place.trace.last_block_output[token]
    return _norm(stream, place.trace.decoder.final_norm, component, place.eps)


def _logit(place: _Place, index: tuple[int, ...]) -> _Working:
    position, token = index
    return _linear(place.seen["final_norm"][position], Linear(place.trace.decoder.head), token)


_RULES: Mapping[str, _Rule] = {
    "token_embedding": _token_entry,
    "position_embedding": _position_entry,
    "block_input": _block_input,
    "attention_norm": _normed("block_input"),
    "query": _projected(0),
    "key": _projected(1),
    "value": _projected(2),
    "rotated_query": _rotated("query"),
    "rotated_key": _rotated("key"),
    "scores": _scores,
    "masked_scores": _masked,
    "attention": _attention,
    "mixed": _mixed,
    "attention_output": _attention_output,
    "between": _add("block_input", "attention_output", ("stream", "attention")),
    "mlp_norm": _normed("between"),
    "mlp_gate": _mlp_input(True),
    "mlp_up": _mlp_input(False),
    "mlp_activation": _neuron,
    "mlp_output": _mlp_output,
    "block_output": _add("between", "mlp_output", ("stream", "MLP")),
    "final_norm": _final_norm,
    "logits": _logit,
}
