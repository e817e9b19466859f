"""`ingestio migrate`: the tables of every service, for systems whose stores somebody else runs."""


def migrate() -> None:
    """Bring all tables up to date, from the environment: see `python -m pydoc ingestio.migrate`.

    Example: INGESTIO_ADMIN_DATABASE_URL=postgresql://… INGESTIO_PASSWORDS_FILE=passwords.json ingestio migrate
    """
    # Imported here because its libraries take seconds, which the other commands do without.
    from ingestio.migrate import main  # noqa: PLC0415  # as said above

    main()
