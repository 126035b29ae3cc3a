"""cnnaudit audits convolutional architectures from a text file, without a framework."""

__version__ = "0.1.0"
