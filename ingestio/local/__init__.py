"""The whole system on this machine: the stores, the services in one process or one each, the one door."""
