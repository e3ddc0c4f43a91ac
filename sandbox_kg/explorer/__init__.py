"""The explorer: who applies with whom, as one HTML page that asks for nothing and says where each fact comes from."""
