"""What notifier reads from its environment: only what every service reads."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing of its own yet."""
