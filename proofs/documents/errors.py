"""What can go wrong with a document."""

__all__ = ["DocumentError"]


class DocumentError(ValueError):
    """A document that cannot be made; the message is one line for people."""
