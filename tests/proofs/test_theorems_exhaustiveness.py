"""Leaves that cover a root: small trees by hand, and random trees with one link broken."""

from __future__ import annotations

import random

import pytest

from proofs.theorems.exhaustiveness import leaves_cover


def test_a_root_alone_covers_itself() -> None:
    assert leaves_cover([], 1)


def test_trees_by_hand() -> None:
    assert leaves_cover([1], 3)  # one cut: nodes 1 and 2
    assert leaves_cover([1, 3], 5)  # the root, then one of its parts
    assert leaves_cover([3, 1], 5)  # the order of the cuts does not matter


@pytest.mark.parametrize(
    ("children", "size", "why"),
    [
        ([], 0, "no node at all"),
        ([], 2, "node 1 belongs to nobody"),
        ([1], 2, "the upper part is missing"),
        ([0], 3, "the root cannot be a part"),
        ([-1], 3, "a negative number"),
        ([2], 3, "the upper part is beyond the end"),
        ([3], 3, "beyond the end"),
        ([1], 5, "nodes 3 and 4 belong to nobody"),
        ([1, 1], 5, "one pair claimed twice"),
        ([1, 2], 5, "node 2 claimed twice, node 4 never"),
        ([1, 1], 3, "one pair claimed twice, all nodes claimed"),
    ],
)
def test_what_does_not_cover(children: list[int], size: int, why: str) -> None:
    assert not leaves_cover(children, size), why


def grown(generator: random.Random, cuts: int) -> tuple[list[int], int]:
    """The children of a random tree in the order of its cuts."""
    open_nodes, children, size = [0], [], 1
    for _ in range(cuts):
        open_nodes.pop(generator.randrange(len(open_nodes)))
        children.append(size)
        open_nodes += [size, size + 1]
        size += 2
    return children, size


def test_random_trees_cover_and_stop_covering_when_a_link_is_changed() -> None:
    generator = random.Random(3)
    for _ in range(300):
        children, size = grown(generator, generator.randint(1, 30))
        assert leaves_cover(children, size)
        k = generator.randrange(len(children))
        wrong = generator.choice([c for c in range(-2, size + 2) if c != children[k]])
        assert not leaves_cover([*children[:k], wrong, *children[k + 1 :]], size)
        assert not leaves_cover(children[:k] + children[k + 1 :], size)
        assert not leaves_cover(children, size + 1)
