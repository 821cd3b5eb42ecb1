"""The settings: command line, action inputs and configuration file are three faces of these models. No I/O."""
