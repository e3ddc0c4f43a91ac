"""The commands of the command line, a module for each use: each adds its commands to the app."""
