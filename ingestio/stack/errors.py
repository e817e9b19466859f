"""The one error of the local stack: text for a person who has never seen the stack before."""


class StackError(Exception):
    """A part of the local stack could not be started or used; the text says which, where its log is, what to do."""
