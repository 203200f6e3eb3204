"""The gradient of a tape with one output, as a tape: reverse differentiation.

Arithmetic: none (a rewriting of plain data).  Where :mod:`numeric.tape_derivative` carries a derivative for each input
forward, this carries adjoints backward, at a small multiple of the tape's own length whatever the number of inputs: a
loss over a whole data set has many.
"""

from __future__ import annotations

from numeric.tape import Instruction, Tape
from numeric.tape_derivative import ONE, ZERO, DerivativeBuilder

__all__ = ["gradient_tape"]


def gradient_tape(tape: Tape) -> Tape:
    """d output / d inputs[j].  Raises ValueError for more than one output, and for functions with kinks."""
    if len(tape.outputs) != 1:
        raise ValueError("a gradient is that of one output")
    builder = DerivativeBuilder(tape)
    (output,) = tape.outputs
    adjoint: dict[int, int | None] = {output: ONE}
    for k in range(output - tape.inputs, -1, -1):
        slot = tape.inputs + k
        above = adjoint.pop(slot, ZERO)
        if above is not ZERO:
            for argument, slope in _slopes(builder, slot, tape.instructions[k]):
                part = builder.product(builder.value(slope), above) if slope != ONE else above
                adjoint[argument] = builder.total(adjoint.get(argument, ZERO), part)
    outputs = tuple(builder.value(adjoint.get(i, ZERO)) for i in range(tape.inputs))
    return Tape(tape.inputs, tuple(builder.instructions), outputs)


def _slopes(builder: DerivativeBuilder, slot: int, i: Instruction) -> list[tuple[int, int]]:
    """The arguments of an instruction with the slots of its partial derivatives, those that vanish left out."""
    if not i.arguments:
        return []
    if len(i.arguments) == 1:
        found = [(i.arguments[0], builder.unary(slot, i, [ONE])[0])]
    else:
        found = [
            (i.arguments[0], builder.binary(slot, i, ONE, ZERO)),
            (i.arguments[1], builder.binary(slot, i, ZERO, ONE)),
        ]
    return [(argument, slope) for argument, slope in found if slope is not ZERO]
