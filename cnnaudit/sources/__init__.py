"""Where text comes from: files, git revisions and the shipped networks."""
