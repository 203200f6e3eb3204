"""Tapes of derivatives: reverse differentiation of a tape, as a tape again.

Arithmetic: none (a rewriting of plain data); the result can be evaluated in every arithmetic.  Where SymPy would write
out the Hessian of a loss over a whole data set term by term, this costs a small multiple of the loss for each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from numeric.tape import Data, Instruction, Tape

__all__ = ["jacobian_tape"]

ONE = Fraction(1)


def jacobian_tape(tape: Tape, inputs: Sequence[int]) -> Tape:
    """d outputs[i] / d inputs[j], row by row.  Raises ValueError for |x|, min, max and x^y."""
    builder = _Builder(tape)
    rows = [builder.row(output, inputs) for output in tape.outputs]
    return Tape(tape.inputs, tuple(builder.instructions), tuple(slot for row in rows for slot in row))


class _Builder:
    """The instructions of a tape, and derivative instructions behind them, each written once."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.instructions = list(tape.instructions)
        self.known = {instruction: tape.inputs + k for k, instruction in enumerate(tape.instructions)}

    def emit(self, operation: str, *arguments: int, data: Data = None) -> int:
        instruction = Instruction(operation, arguments, data)
        if instruction not in self.known:
            self.known[instruction] = self.tape.inputs + len(self.instructions)
            self.instructions.append(instruction)
        return self.known[instruction]

    def constant(self, value: Fraction) -> int:
        return self.emit("const", data=value)

    def row(self, output: int, inputs: Sequence[int]) -> list[int]:
        """The derivatives of one output: adjoints from the last instruction to the first."""
        adjoint: dict[int, int] = {output: self.constant(ONE)}
        for k in range(output - self.tape.inputs, -1, -1):
            slot = self.tape.inputs + k
            if slot not in adjoint:
                continue
            instruction, above = self.tape.instructions[k], adjoint.pop(slot)
            for argument, part in self._parts(instruction, slot, above):
                adjoint[argument] = self.emit("add", adjoint[argument], part) if argument in adjoint else part
        return [adjoint[i] if i in adjoint else self.constant(Fraction(0)) for i in inputs]

    def _parts(self, instruction: Instruction, slot: int, above: int) -> list[tuple[int, int]]:
        """For each argument of an instruction: what ``above``, the adjoint of its slot, adds to the argument's."""
        operation, arguments, data = instruction.operation, instruction.arguments, instruction.data
        if operation in ("const", "pi", "e"):
            return []
        x = arguments[0]
        if operation == "add":
            return [(x, above), (arguments[1], above)]
        if operation == "sub":
            return [(x, above), (arguments[1], self.emit("neg", above))]
        if operation == "mul":
            y = arguments[1]
            return [(x, self.emit("mul", above, y)), (y, self.emit("mul", above, x))]
        if operation == "div":
            y = arguments[1]
            over = self.emit("div", above, y)
            return [(x, over), (y, self.emit("neg", self.emit("mul", over, slot)))]
        if operation == "neg":
            return [(x, self.emit("neg", above))]
        if operation == "shift":
            return [(x, above)]
        if operation == "scale":
            return [(x, self.emit("scale", above, data=data))]
        return [(x, self.emit("mul", above, self._slope(operation, x, slot, data)))]

    def _slope(self, operation: str, x: int, slot: int, data: Data) -> int:
        """The derivative of a function of one argument, in that argument x and the value in ``slot``."""
        if operation == "power":
            if data == 2:
                return self.emit("scale", x, data=Fraction(2))
            return self.emit("scale", self.emit("power", x, data=data - 1), data=Fraction(data))
        if operation == "poly":
            lower = tuple(k * c for k, c in enumerate(data))[1:]
            return self.emit("poly", x, data=lower) if len(lower) > 1 else self.constant(lower[0])
        if operation == "exp":
            return slot
        if operation == "log":
            return self.emit("power", x, data=-1)
        if operation == "sqrt":
            return self.emit("scale", self.emit("power", slot, data=-1), data=Fraction(1, 2))
        if operation == "sigmoid":
            return self.emit("poly", slot, data=(Fraction(0), ONE, -ONE))
        if operation == "tanh":
            return self.emit("poly", slot, data=(ONE, Fraction(0), -ONE))
        if operation == "softplus":
            return self.emit("sigmoid", x)
        if operation == "erf":
            bell = self.emit("exp", self.emit("neg", self.emit("power", x, data=2)))
            return self.emit("scale", self.emit("div", bell, self.emit("sqrt", self.emit("pi"))), data=Fraction(2))
        if operation in ("sin", "cos"):
            other = self.emit("cos" if operation == "sin" else "sin", x)
            return other if operation == "sin" else self.emit("neg", other)
        if operation in ("sinh", "cosh"):
            return self.emit("cosh" if operation == "sinh" else "sinh", x)
        if operation == "atan":
            return self.emit("power", self.emit("shift", self.emit("power", x, data=2), data=ONE), data=-1)
        raise ValueError(f"no derivative of {operation}")
