"""The command line: hand in documents, follow them, take the rows; and the whole system started by one command."""
