"""Check what was decided about goals: proofs of all of them, or a point at which one fails."""

from __future__ import annotations

from typing import Any

from proofs.certificates import CertificateError, decode_fraction
from proofs.checks.base import Invalid
from proofs.checks.positivity import check_goal
from proofs.lemmas.problem import Problem
from proofs.lemmas.witness import confirm

__all__ = ["check_problem"]


def check_problem(problem: Problem, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Raises Invalid unless the verdict of the statement is established."""
    if statement.get("verdict") == "PROVED":
        conditions, goals = evidence.get("conditions"), evidence.get("goals")
        if not isinstance(conditions, list) or len(conditions) != len(problem.conditions):
            raise Invalid("the domain conditions are not all proved")
        if not isinstance(goals, list) or len(goals) != len(problem.goals):
            raise Invalid("the parts of the claim are not all proved")
        for condition, proofs in zip(problem.conditions, conditions, strict=True):
            if not isinstance(proofs, list) or len(proofs) != len(condition.goals):
                raise Invalid(f"{condition.text} is not proved")
            for goal, proof in zip(condition.goals, proofs, strict=True):
                check_goal(goal, proof)
        for (_, goal), proof in zip(problem.goals, goals, strict=True):
            check_goal(goal, proof)
        return
    point, failed = statement.get("counterexample"), statement.get("failed")
    if not isinstance(point, dict) or not isinstance(failed, int) or isinstance(failed, bool):
        raise CertificateError("the counterexample is malformed")
    if not 0 <= failed < len(problem.goals):
        raise Invalid("the part of the claim that fails does not exist")
    goal = problem.against(failed)
    names = [v.name for v in goal.region.variables]
    if set(point) != set(names):
        raise CertificateError("the counterexample is not a point of the box")
    if not confirm(goal, problem.required, [decode_fraction(point[n]) for n in names]):
        raise Invalid("the claim was not shown to fail at the counterexample")
