"""The Jacobian of a tape, as a tape: forward differentiation of its instructions.

Nothing is simplified but products with 0 and 1, so that a derivative is defined only where the function's own
instructions are; common subexpressions are shared with the function and between the entries.
"""

from __future__ import annotations

from fractions import Fraction

from numeric.tape import Data, Instruction, Tape

__all__ = ["ONE", "ZERO", "DerivativeBuilder", "differentiate"]

ZERO, ONE = None, -1  # derivatives that need no slot
Slot = int | None


def differentiate(tape: Tape) -> Tape:
    """d outputs[i] / d inputs[j], row by row.

    Raises ValueError for ``abs``, ``minimum`` and ``maximum``, which have kinks.
    """
    builder = DerivativeBuilder(tape)
    for k, instruction in enumerate(tape.instructions):
        builder.follow(tape.inputs + k, instruction)
    outputs = tuple(builder.value(d) for o in tape.outputs for d in builder.derivatives[o])
    return Tape(tape.inputs, tuple(builder.instructions), outputs)


class DerivativeBuilder:
    """The function's instructions, then those of the derivatives; ``derivatives[slot]`` has one entry an input."""

    def __init__(self, tape: Tape) -> None:
        self.inputs = tape.inputs
        self.instructions = list(tape.instructions)
        self.known = {instruction: tape.inputs + k for k, instruction in enumerate(tape.instructions)}
        self.derivatives: dict[int, list[Slot]] = {
            i: [ONE if i == j else ZERO for j in range(tape.inputs)] for i in range(tape.inputs)
        }

    def emit(self, operation: str, *arguments: int, data: Data = None) -> int:
        instruction = Instruction(operation, arguments, data)
        if instruction not in self.known:
            self.known[instruction] = self.inputs + len(self.instructions)
            self.instructions.append(instruction)
        return self.known[instruction]

    def value(self, derivative: Slot) -> int:
        """The slot that holds a derivative."""
        if derivative is ZERO:
            return self.emit("const", data=Fraction(0))
        return self.emit("const", data=Fraction(1)) if derivative == ONE else derivative

    # -- arithmetic of derivatives --------------------------------------------------------------
    def negative(self, d: Slot) -> Slot:
        return ZERO if d is ZERO else self.emit("neg", self.value(d))

    def product(self, factor: int, d: Slot) -> Slot:
        return ZERO if d is ZERO else factor if d == ONE else self.emit("mul", factor, d)

    def quotient(self, d: Slot, divisor: int) -> Slot:
        return ZERO if d is ZERO else self.emit("div", self.value(d), divisor)

    def total(self, c: Slot, d: Slot) -> Slot:
        if c is ZERO or d is ZERO:
            return d if c is ZERO else c
        return self.emit("add", self.value(c), self.value(d))

    def scaled(self, factor: Fraction, d: Slot) -> Slot:
        if d is ZERO or factor == 1:
            return d
        return self.emit("const", data=factor) if d == ONE else self.emit("scale", d, data=factor)

    def polynomial(self, coefficients: tuple[Fraction, ...], x: int) -> Slot:
        """sum coefficients[i] x^i with the fewest instructions that keep its range exact."""
        used = [i for i, c in enumerate(coefficients) if c]
        if not used:
            return ZERO
        degree = used[-1]
        if degree == 0:
            return self.scaled(coefficients[0], ONE)
        if used == [degree]:
            power = x if degree == 1 else self.emit("power", x, data=degree)
            return self.scaled(coefficients[degree], power)
        return self.emit("poly", x, data=coefficients[: degree + 1])

    # -- instructions ---------------------------------------------------------------------------
    def follow(self, slot: int, i: Instruction) -> None:
        arguments = [self.derivatives[a] for a in i.arguments]
        if not arguments or all(d is ZERO for argument in arguments for d in argument):
            self.derivatives[slot] = [ZERO] * self.inputs
        elif len(arguments) == 2:
            self.derivatives[slot] = [self.binary(slot, i, c, d) for c, d in zip(*arguments, strict=True)]
        else:
            self.derivatives[slot] = self.unary(slot, i, arguments[0])

    def binary(self, slot: int, i: Instruction, c: Slot, d: Slot) -> Slot:
        x, y = i.arguments
        if i.operation == "add":
            return self.total(c, d)
        if i.operation == "sub":
            return c if d is ZERO else self.negative(d) if c is ZERO else self.emit("sub", self.value(c), self.value(d))
        if i.operation == "mul":
            return self.total(self.product(y, c), self.product(x, d))
        if i.operation == "div":
            return self.total(self.quotient(c, y), self.negative(self.quotient(self.product(slot, d), y)))
        if i.operation == "pow":
            # x^y = exp(y log x)
            by_base = ZERO if c is ZERO else self.product(self.emit("mul", y, self._less_one(x, y)), c)
            return self.total(by_base, ZERO if d is ZERO else self.product(self.emit("mul", slot, self._log(x)), d))
        raise ValueError(f"{i.operation} is not differentiable")

    def _less_one(self, x: int, y: int) -> int:
        return self.emit("pow", x, self.emit("shift", y, data=Fraction(-1)))

    def _log(self, x: int) -> int:
        return self.emit("log", x)

    def unary(self, slot: int, i: Instruction, d: list[Slot]) -> list[Slot]:
        (x,) = i.arguments
        operation, data = i.operation, i.data
        if operation == "neg":
            return [self.negative(e) for e in d]
        if operation == "shift":
            return d
        if operation == "scale":
            return [self.scaled(data, e) for e in d]
        if operation == "sqrt":
            return [self.quotient(e, self.emit("scale", slot, data=Fraction(2))) for e in d]
        if operation == "log":
            return [self.quotient(e, x) for e in d]
        if operation in ("asin", "acos"):
            root = self.emit("sqrt", self.emit("poly", x, data=(Fraction(1), Fraction(0), Fraction(-1))))
            found = [self.quotient(e, root) for e in d]
            return found if operation == "asin" else [self.negative(e) for e in found]
        if operation == "atan":
            divisor = self.emit("poly", x, data=(Fraction(1), Fraction(0), Fraction(1)))
            return [self.quotient(e, divisor) for e in d]
        factor = self._factor(slot, x, operation, data)
        # A factor that is the constant 1 leaves the derivative as it is.
        return d if factor == ONE else [ZERO if factor is ZERO else self.product(factor, e) for e in d]

    def _factor(self, slot: int, x: int, operation: str, data: Data) -> Slot:
        """The derivative of a function of one variable, f'(x), from x and f(x)."""
        one, zero = Fraction(1), Fraction(0)
        if operation == "poly":
            return self.polynomial(tuple(k * c for k, c in enumerate(data))[1:], x)
        if operation == "power":
            below = x if data == 2 else self.emit("power", x, data=data - 1)
            return ONE if data == 1 else ZERO if data == 0 else self.scaled(Fraction(data), below)
        if operation == "exp":
            return slot
        if operation == "sin":
            return self.emit("cos", x)
        if operation == "cos":
            return self.negative(self.emit("sin", x))
        if operation == "tan":
            return self.polynomial((one, zero, one), slot)
        if operation == "sinh":
            return self.emit("cosh", x)
        if operation == "cosh":
            return self.emit("sinh", x)
        if operation == "tanh":
            return self.polynomial((one, zero, -one), slot)
        if operation == "sigmoid":
            return self.polynomial((zero, one, -one), slot)
        if operation == "softplus":
            return self.emit("sigmoid", x)
        if operation == "erf":
            two = self.emit("const", data=Fraction(2))
            bell = self.emit("exp", self.emit("neg", self.emit("power", x, data=2)))
            return self.emit("mul", self.emit("div", two, self.emit("sqrt", self.emit("pi"))), bell)
        raise ValueError(f"{operation} is not differentiable")
