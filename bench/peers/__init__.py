"""What a user would take instead of IngestIO: small honest programs, same broker, same database, same durability."""
