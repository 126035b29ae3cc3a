"""Memory at inference and in training, and the operations of training."""
