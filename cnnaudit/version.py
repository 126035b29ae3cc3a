"""The version of the program: read by the build, the cache key and the outputs."""

VERSION = "0.1.0"
